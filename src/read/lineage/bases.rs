//! Keys that name the base of an image, as annotations and as labels: `org.opencontainers.image.base.*` (OCI image
//! specification, "Pre-Defined Annotation Keys") and what buildpacks leave.
//!
//! As a label the OCI keys are inherited by every child, and then name the grandparent: a label is its own way of knowing.

use std::collections::BTreeMap;

use super::names;
use super::telling::Telling;
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::read::names as texts;
use crate::read::tree::{Kind, Node, parse_json};
use crate::read::{Limits, engine};

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";
/// Written by the buildpacks lifecycle (buildpacks/spec, platform.md, "Labels").
const LIFECYCLE: &str = "io.buildpacks.lifecycle.metadata";

/// A base that a key names.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::read) struct Base {
    /// The key.
    pub key: &'static str,
    pub parent: Named,
    pub proof: ProofKind,
    /// The parent's topmost layer.
    pub top_layer: Option<Digest>,
}

/// The bases that labels name; of what is malformed the key and why.
pub(in crate::read) fn in_labels(labels: &BTreeMap<String, String>) -> Vec<Result<Base, (&'static str, String)>> {
    let get = |key: &str| labels.get(key).filter(|text| !text.is_empty()).map(String::as_str);
    let mut found = named(get(NAME), get(DIGEST), ProofKind::Label);
    let Some(text) = get(LIFECYCLE) else { return found };
    match parse_json(text, &Limits::default()) {
        Ok(tree) => found.extend(tree.root().and_then(run_image).map(Ok)),
        Err(error) => found.push(Err((LIFECYCLE, format!("metadata of buildpacks: {}", error.reason)))),
    }
    found
}

/// Reads the base out of annotations; `at` is their pointer.
pub(in crate::read) fn annotations(node: Option<Node<'_>>, at: &str, child: &Named, told: &mut Telling<'_>) {
    let Some(node) = node else { return };
    let [name, digest] = [NAME, DIGEST].map(|key| node.string_at(key).filter(|text| !text.is_empty()));
    state(named(name.as_deref(), digest.as_deref(), ProofKind::Annotation), node, at, child, told);
}

/// Reads the base out of a config's labels.
pub(in crate::read) fn labels(node: Option<Node<'_>>, at: &str, child: &Named, told: &mut Telling<'_>) {
    let Some(node) = node.filter(|node| node.kind() == Kind::Object) else { return };
    state(in_labels(&engine::labels_of(Some(node))), node, at, child, told);
}

fn state(
    bases: Vec<Result<Base, (&'static str, String)>>,
    node: Node<'_>,
    at: &str,
    child: &Named,
    told: &mut Telling<'_>,
) {
    for base in bases {
        match base {
            Ok(base) => {
                let spot = told.spot(node.get(base.key).unwrap_or(node), format!("{at}/{}", base.key));
                let claim = told.claim(child, base.parent, Some(EdgeKind::Base), base.proof, &spot);
                claim.into_iter().for_each(|claim| claim.top_layer.clone_from(&base.top_layer));
            }
            Err((key, reason)) => told.reject(&format!("{at}/{key}"), reason),
        }
    }
}

fn named(name: Option<&str>, digest: Option<&str>, proof: ProofKind) -> Vec<Result<Base, (&'static str, String)>> {
    let mut found = Vec::new();
    let mut parent = Named::default();
    match name.map(|text| names::reference(text).ok_or(text)) {
        Some(Ok(named)) => parent = named,
        Some(Err(text)) => {
            let reason = texts::refusal(text).unwrap_or("a base's name that is no reference");
            found.push(Err((NAME, reason.to_owned())));
        }
        None => {}
    }
    match digest.map(Digest::parse) {
        Some(Ok(digest)) => parent.digest = Some(digest),
        Some(Err(_)) => found.push(Err((DIGEST, "a base's digest that is none".to_owned()))),
        None => {}
    }
    if parent != Named::default() {
        let key = if name.is_some() { NAME } else { DIGEST };
        found.push(Ok(Base { key, parent, proof, top_layer: None }));
    }
    found
}

/// The run image in the lifecycle's metadata, and its topmost layer.
fn run_image(node: Node<'_>) -> Option<Base> {
    let text = |path: &[&str]| node.path(path).and_then(Node::string).filter(|text| !text.is_empty());
    // The reference is what was built on; the others are the names under which newer ones are found.
    let found = [&["runImage", "reference"][..], &["runImage", "image"], &["stack", "runImage", "image"]];
    let mut named = found.iter().filter_map(|path| names::reference(&text(path)?));
    let mut parent = named.next()?;
    // The reference may be the id of a local image alone: the name beside it tells more.
    if parent.as_written.is_empty()
        && let Some(name) = named.next()
    {
        parent.as_written = name.as_written;
    }
    let top_layer = node.get("runImage").and_then(|run| super::digest_at(run, "topLayer"));
    Some(Base { key: LIFECYCLE, parent, proof: ProofKind::Buildpacks, top_layer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(labels: &[(&str, &str)]) -> Vec<Result<Base, (&'static str, String)>> {
        in_labels(&labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_and_digests_belong_together() {
        let hex = "a".repeat(64);
        let digest = format!("sha256:{hex}");
        let found = bases(&[(NAME, "debian:bookworm-slim"), (DIGEST, &digest)]);
        let [Ok(base)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((base.parent.as_written.as_str(), base.proof), ("debian:bookworm-slim", ProofKind::Label));
        assert_eq!(base.parent.digest.as_ref().unwrap().hex(), hex);
        assert!(bases(&[(NAME, "scratch")])[0].as_ref().unwrap().parent.is_scratch());
        assert!(bases(&[(NAME, ""), (DIGEST, "")]).is_empty());
        // What is good is kept beside what is not.
        let found = bases(&[(NAME, "Not A Name"), (DIGEST, &digest)]);
        assert!(found[0].is_err() && found[1].as_ref().unwrap().parent.digest.is_some());
    }

    #[test]
    fn buildpacks_name_the_run_image_and_its_seam() {
        let (run, top) = (format!("sha256:{}", "b".repeat(64)), format!("sha256:{}", "c".repeat(64)));
        let json = format!(
            r#"{{"runImage":{{"topLayer":"{top}","reference":"{run}"}},"stack":{{"runImage":{{"image":"index.docker.io/paketobuildpacks/run:base-cnb"}}}}}}"#
        );
        let found = bases(&[(LIFECYCLE, &json)]);
        let base = found[0].as_ref().unwrap();
        assert_eq!(base.parent.as_written, "index.docker.io/paketobuildpacks/run:base-cnb");
        assert_eq!(base.parent.digest.as_ref().unwrap().as_str(), run);
        assert_eq!(base.top_layer.as_ref().unwrap().as_str(), top);
        assert!(bases(&[(LIFECYCLE, "{oops")])[0].is_err());
        assert!(bases(&[(LIFECYCLE, "{}")]).is_empty());
    }
}
