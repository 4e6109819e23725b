//! A registry as the specification has it, in memory: what it holds, and how it answers.

use hullbreach::model::digest::Digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::cluster::server::{Body, Connection, Question, Reply, Server};

pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// What a registry holds. Shared with the server that plays it, so that a tag can be moved while it runs.
#[derive(Default)]
pub struct Holds {
    /// By repository and tag.
    pub tags: BTreeMap<(String, String), Digest>,
    /// Manifests and indexes with their media type.
    pub manifests: BTreeMap<Digest, (String, Vec<u8>)>,
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    /// Descriptors by subject; `None` where there is no such API.
    pub referrers: Option<BTreeMap<Digest, Vec<Value>>>,
}

pub type Shelf = Arc<Mutex<Holds>>;

impl Holds {
    pub fn blob(&mut self, bytes: impl Into<Vec<u8>>) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::of(&bytes);
        self.blobs.insert(digest.clone(), bytes);
        digest
    }

    pub fn manifest(&mut self, media: &str, document: &Value) -> Digest {
        let bytes = document.to_string().into_bytes();
        let digest = Digest::of(&bytes);
        self.manifests.insert(digest.clone(), (media.to_owned(), bytes));
        digest
    }

    pub fn tag(&mut self, repository: &str, tag: &str, digest: &Digest) {
        self.tags.insert((repository.to_owned(), tag.to_owned()), digest.clone());
    }

    /// An image whose layers are named by words, lowest first.
    pub fn image(&mut self, layers: &[&str], annotations: Value) -> Digest {
        let diff_ids: Vec<Digest> = layers.iter().map(|layer| Digest::of(layer.as_bytes())).collect();
        let config = json!({"architecture": "amd64", "os": "linux", "created": "2026-03-01T10:00:00Z",
            "config": {"Env": ["PATH=/bin", "DB_PASSWORD=hunter2"]},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": layers.iter().map(|l| json!({"created_by": format!("RUN {l}")})).collect::<Vec<_>>()})
        .to_string();
        let size = config.len();
        let config = self.blob(config);
        let layers: Vec<Value> = layers
            .iter()
            .map(|layer| json!({"mediaType": LAYER, "digest": Digest::of(format!("gz {layer}").as_bytes()), "size": 1000}))
            .collect();
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "annotations": annotations,
            "config": {"mediaType": CONFIG, "digest": config, "size": size}, "layers": layers});
        self.manifest(MANIFEST, &manifest)
    }

    /// A manifest with statements in it, as BuildKit attaches one.
    pub fn attestation(&mut self, statement: &Value) -> Digest {
        let predicate = statement["predicateType"].clone();
        let statement = statement.to_string();
        let size = statement.len();
        let statement = self.blob(statement);
        let config = self.blob("{}");
        let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": config, "size": 2},
            "layers": [{"mediaType": IN_TOTO, "digest": statement, "size": size,
                "annotations": {"in-toto.io/predicate-type": predicate}}]});
        self.manifest(MANIFEST, &manifest)
    }

    /// An index of an image and what is attached to it.
    pub fn index(&mut self, image: &Digest, attached: Option<&Digest>) -> Digest {
        let size = |holds: &Holds, digest: &Digest| holds.manifests[digest].1.len();
        let mut manifests = vec![json!({"mediaType": MANIFEST, "digest": image, "size": size(self, image),
            "platform": {"os": "linux", "architecture": "amd64"}})];
        if let Some(attached) = attached {
            manifests.push(json!({"mediaType": MANIFEST, "digest": attached, "size": size(self, attached),
                "platform": {"os": "unknown", "architecture": "unknown"},
                "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image}}));
        }
        self.manifest(INDEX, &json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}))
    }

    /// The answer that the specification has for a question.
    pub fn answer(&self, question: &Question) -> Reply {
        let path = question.bare();
        let parts = |middle: &str| {
            let (repository, rest) = path.strip_prefix("/v2/")?.rsplit_once(middle)?;
            Some((repository.to_owned(), rest.to_owned()))
        };
        if path == "/v2/_catalog" {
            let names: Vec<&String> = self.tags.keys().map(|(repository, _)| repository).collect();
            let names: std::collections::BTreeSet<&String> = names.into_iter().collect();
            return Reply::json(200, json!({"repositories": names}).to_string());
        }
        if let Some(repository) = path.strip_prefix("/v2/").and_then(|rest| rest.strip_suffix("/tags/list")) {
            return self.tag_list(repository, &question.path);
        }
        if let Some((_, subject)) = parts("/referrers/") {
            let Some(referrers) = &self.referrers else { return Reply::json(404, "404 page not found\n") };
            let subject = Digest::parse(&subject).unwrap();
            let manifests = referrers.get(&subject).cloned().unwrap_or_default();
            let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests});
            return typed(INDEX, index.to_string().into_bytes(), None);
        }
        if let Some((repository, reference)) = parts("/manifests/") {
            let by_tag = self.tags.get(&(repository, reference.clone())).cloned();
            let digest = by_tag.or_else(|| Digest::parse(&reference).ok());
            return match digest.and_then(|digest| Some((digest.clone(), self.manifests.get(&digest)?))) {
                Some((digest, (media, bytes))) => typed(media, bytes.clone(), Some(&digest)),
                None => Reply::json(404, r#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#),
            };
        }
        let blob = parts("/blobs/").and_then(|(_, digest)| self.blobs.get(&Digest::parse(&digest).ok()?));
        match blob {
            Some(bytes) => typed("application/octet-stream", bytes.clone(), None),
            None => Reply::json(404, r#"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#),
        }
    }

    /// Two tags a page, with a link to the next.
    fn tag_list(&self, repository: &str, path: &str) -> Reply {
        let tags: Vec<&String> = self.tags.keys().filter(|(own, _)| own == repository).map(|(_, tag)| tag).collect();
        if tags.is_empty() {
            return Reply::json(404, r#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#);
        }
        let last = path.split("last=").nth(1).map(str::to_owned);
        let rest: Vec<&&String> = tags.iter().filter(|tag| last.as_ref().is_none_or(|last| ***tag > *last)).collect();
        let page: Vec<&&&String> = rest.iter().take(2).collect();
        let reply = Reply::json(200, json!({"name": repository, "tags": page}).to_string());
        match (page.last(), rest.len() > page.len()) {
            (Some(last), true) => {
                reply.with("Link", &format!("</v2/{repository}/tags/list?last={last}>; rel=\"next\""))
            }
            _ => reply,
        }
    }
}

/// A body of a media type, with the digest in its headers.
pub fn typed(media: &str, bytes: Vec<u8>, digest: Option<&Digest>) -> Reply {
    let mut headers = vec![("Content-Type", media.to_owned())];
    headers.extend(digest.map(|digest| ("Docker-Content-Digest", digest.to_string())));
    Reply { status: 200, headers, body: Body::Whole(bytes) }
}

/// A registry that is running.
pub struct Played {
    pub server: Server,
    pub shelf: Shelf,
}

impl Played {
    /// Over plain HTTP, with a fault before the registry's own answers.
    pub fn with(holds: Holds, fault: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static) -> Played {
        Played::over(Connection::Plain, holds, fault)
    }

    pub fn over(
        connection: Connection,
        holds: Holds,
        fault: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static,
    ) -> Played {
        let shelf: Shelf = Arc::new(Mutex::new(holds));
        let own = Arc::clone(&shelf);
        let answer = move |question: &Question| fault(question).unwrap_or_else(|| own.lock().unwrap().answer(question));
        Played { server: Server::answering(connection, answer), shelf }
    }

    pub fn plain(holds: Holds) -> Played {
        Played::with(holds, |_| None)
    }

    /// As references name it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port)
    }

    /// `METHOD path` of every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.server.asked().into_iter().map(|q| format!("{} {}", q.method, q.path)).collect()
    }
}
