//! What refers to an image: by the API for referrers, else by the tags that stand in for it. Signatures and SBOMs are noted with
//! their digests; statements about builds are asked for, for they tell lineage.
//!
//! Sources: OCI distribution specification 1.1, "Listing Referrers" and "Referrers Tag Schema"; cosign's tag schema.

use http::Method;
use std::collections::BTreeSet;

use super::documents::{Descriptor, LARGEST_MANIFEST, MANIFESTS, Manifest, kind_of};
use super::image::{Asking, Note, Part, What};
use super::told::DocumentKind;
use crate::collect::cluster::End;
use crate::collect::wire;
use crate::model::digest::Digest;

/// Referrers of one image that are looked at.
const MOST: usize = 500;
/// Of these, statements that are asked for.
const MOST_STATEMENTS: usize = 50;
/// What cosign hangs onto a digest, and what that is.
const COSIGN: [(&str, &str); 3] = [("sig", "signature"), ("att", "attestation"), ("sbom", "sbom")];

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

impl Asking<'_> {
    /// Looks for what refers to an image. `tags`: all tags of its repository, where they are known.
    pub(super) async fn referrers(&mut self, subject: &Digest, tags: Option<&BTreeSet<String>>) {
        // Another name of the same image may have asked.
        if !self.shared.got.borrow_mut().referred.insert((self.wanted.repository.clone(), subject.clone())) {
            return;
        }
        let listed = if self.host.may_refer() { self.by_api(subject).await } else { None };
        let tag = subject.as_str().replacen(':', "-", 1);
        let listed = match listed {
            None if tags.is_none_or(|tags| tags.contains(&tag)) => {
                self.by_tag(&tag).await.map(|l| (l, format!("tag {tag}")))
            }
            None => None,
            Some(listed) => Some((listed, "referrers".to_owned())),
        };
        if let Some((listed, by)) = listed {
            self.look_at(subject, &listed, &by).await;
        }
        for (end, kind) in COSIGN {
            let tag = format!("{tag}.{end}");
            // Where nobody tells which tags there are, asking for each would cost more than it tells.
            if self.told.end != End::Stopped && tags.is_some_and(|tags| tags.contains(&tag)) {
                self.hung_on(subject, &tag, kind).await;
            }
        }
    }

    /// The API's list; `None` where there is no such API, or no answer.
    async fn by_api(&mut self, subject: &Digest) -> Option<Vec<Descriptor>> {
        let path = format!("/v2/{}/referrers/{subject}", self.wanted.repository);
        let taken = match self.ask(Method::GET, path.clone(), INDEX, LARGEST_MANIFEST).await {
            Ok(taken) => taken,
            Err(why) => {
                self.gap(format!("referrers of {subject}"), why);
                return None;
            }
        };
        let wrong = taken.broken.as_deref().unwrap_or_default();
        self.write("GET", &path, &taken, &Note { wrong, ..Note::default() });
        if taken.status != 200 {
            // The specification: a registry without the API answers 404, whatever the digest.
            self.host.refers_not();
            return None;
        }
        let bytes = self.keep(path, taken, None, DocumentKind::List, None).await?;
        self.listed(&bytes, subject)
    }

    /// The list under the tag that stands in for the API; `None` where there is none.
    async fn by_tag(&mut self, tag: &str) -> Option<Vec<Descriptor>> {
        let path = self.manifest_path(tag);
        let taken = match self.ask(Method::GET, path.clone(), MANIFESTS, LARGEST_MANIFEST).await {
            Ok(taken) => taken,
            Err(why) => {
                self.gap(format!("tag {tag}"), why);
                return None;
            }
        };
        let computed = taken.original.0.clone();
        let told = (taken.status == 200).then_some(&computed);
        let wrong = taken.broken.as_deref().unwrap_or_default();
        self.write("GET", &path, &taken, &Note { digest: told, wrong, ..Note::default() });
        if taken.status != 200 {
            return None;
        }
        let bytes = self.keep(path, taken, None, DocumentKind::List, None).await?;
        self.listed(&bytes, &computed)
    }

    fn listed(&mut self, bytes: &[u8], of: &Digest) -> Option<Vec<Descriptor>> {
        match Manifest::parse(bytes) {
            Ok(index) => Some(index.manifests),
            Err(why) => {
                self.told.gaps.push((format!("referrers of {of}"), End::Partial, why));
                None
            }
        }
    }

    async fn look_at(&mut self, subject: &Digest, listed: &[Descriptor], by: &str) {
        if listed.len() > MOST {
            let why = format!("more than {MOST}; the rest was not looked at");
            self.told.gaps.push((format!("referrers of {subject}"), End::Partial, why));
        }
        let mut statements = 0;
        for descriptor in listed.iter().take(MOST) {
            let Some(digest) = descriptor.checked() else { continue };
            let told = (Self::kind_of(descriptor), descriptor.says().to_owned());
            // A descriptor that only says that it is a manifest does not tell of what.
            let (kind, says) = match told.0 {
                "other" if descriptor.artifact_type.is_empty() => self.looked_up(&digest).await.unwrap_or(told),
                _ => told,
            };
            self.refer(subject.clone(), digest.clone(), kind, &says, by);
            if kind == "attestation" && statements < MOST_STATEMENTS {
                statements += 1;
                self.statements(digest).await;
            }
        }
    }

    /// What a manifest itself says that it is.
    async fn looked_up(&mut self, digest: &Digest) -> Option<(&'static str, String)> {
        let part = Part { digest: digest.clone(), what: What::Attached };
        let manifest = Manifest::parse(&self.document(&part).await?).ok()?;
        let config =
            manifest.config.as_ref().filter(|config| !config.is_config()).map(|config| config.media_type.clone());
        let own =
            [manifest.artifact_type.clone(), config.unwrap_or_default()].into_iter().find(|says| !says.is_empty());
        let layer = manifest.layers.iter().find(|layer| Self::kind_of(layer) != "other");
        match (own, layer) {
            (_, Some(layer)) => Some((Self::kind_of(layer), layer.media_type.clone())),
            (Some(own), None) => Some((kind_of(&own, ""), own)),
            (None, None) => None,
        }
    }

    /// A tag that cosign made.
    async fn hung_on(&mut self, subject: &Digest, tag: &str, kind: &'static str) {
        let path = self.manifest_path(tag);
        let taken = match self.ask(Method::HEAD, path.clone(), MANIFESTS, 1 << 16).await {
            Ok(taken) => taken,
            Err(why) => return self.gap(format!("tag {tag}"), why),
        };
        let said = wire::word(&taken.headers, "docker-content-digest").and_then(|text| Digest::parse(text).ok());
        let media = wire::word(&taken.headers, http::header::CONTENT_TYPE).unwrap_or_default().to_owned();
        self.write("HEAD", &path, &taken, &Note { digest: said.as_ref(), ..Note::default() });
        if let (200, Some(digest)) = (taken.status, said) {
            self.refer(subject.clone(), digest.clone(), kind, &media, &format!("tag {tag}"));
            if kind == "attestation" {
                self.statements(digest).await;
            }
        }
    }

    /// The manifest of an attestation, and the statements in it.
    async fn statements(&mut self, manifest: Digest) {
        let Some(bytes) = self.document(&Part { digest: manifest, what: What::Attached }).await else { return };
        let Ok(manifest) = Manifest::parse(&bytes) else { return };
        for layer in manifest.layers.iter().filter(|layer| layer.is_statement()).take(MOST_STATEMENTS) {
            if let Some(digest) = layer.checked().filter(|_| self.told.end != End::Stopped) {
                self.document(&Part { digest, what: What::Statement }).await;
            }
        }
    }
}
