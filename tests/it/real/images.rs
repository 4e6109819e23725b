//! Images made with `umoci`, and documents that no such tool makes, pushed with `skopeo`.

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

use super::running::ran;
use hullbreach::model::digest::Digest;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// An OCI layout.
pub struct Layout {
    folder: PathBuf,
}

impl Layout {
    /// A base with one file, and a child with one more.
    pub fn with_base_and_child(folder: &Path) -> Layout {
        let layout = folder.join("layout").to_str().unwrap().to_owned();
        let file = |name: &str| {
            let path = folder.join(name);
            fs::write(&path, name).unwrap();
            path.to_str().unwrap().to_owned()
        };
        ran("umoci", &["init", "--layout", &layout]);
        ran("umoci", &["new", "--image", &format!("{layout}:base")]);
        ran("umoci", &["insert", "--image", &format!("{layout}:base"), &file("os"), "/os"]);
        ran("umoci", &["insert", "--image", &format!("{layout}:base"), &file("certs"), "/certs"]);
        ran("umoci", &["insert", "--image", &format!("{layout}:base"), "--tag", "child", &file("api"), "/api"]);
        ran(
            "umoci",
            &["insert", "--image", &format!("{layout}:base"), "--tag", "moved", &file("backdoor"), "/backdoor"],
        );
        Layout { folder: layout.into() }
    }

    /// What `skopeo` calls an image of it.
    pub fn source(&self, tag: &str) -> String {
        format!("oci:{}:{tag}", self.folder.display())
    }

    fn list(&self) -> Value {
        serde_json::from_slice(&fs::read(self.folder.join("index.json")).unwrap()).unwrap()
    }

    fn descriptor(&self, tag: &str) -> Value {
        let list = self.list();
        let named = |d: &&Value| d["annotations"]["org.opencontainers.image.ref.name"] == tag;
        list["manifests"].as_array().unwrap().iter().find(named).unwrap().clone()
    }

    /// The digest of a tag.
    pub fn digest(&self, tag: &str) -> Digest {
        Digest::parse(self.descriptor(tag)["digest"].as_str().unwrap()).unwrap()
    }

    fn blob(&self, bytes: &[u8]) -> (Digest, usize) {
        let digest = Digest::of(bytes);
        fs::write(self.folder.join("blobs/sha256").join(digest.hex()), bytes).unwrap();
        (digest, bytes.len())
    }

    fn document(&self, media: &str, document: &Value) -> Value {
        let (digest, size) = self.blob(document.to_string().as_bytes());
        json!({"mediaType": media, "digest": digest, "size": size})
    }

    fn tag(&self, tag: &str, mut descriptor: Value) {
        descriptor["annotations"] = json!({"org.opencontainers.image.ref.name": tag});
        let mut list = self.list();
        list["manifests"].as_array_mut().unwrap().push(descriptor);
        fs::write(self.folder.join("index.json"), list.to_string()).unwrap();
    }

    /// A manifest with a statement about the child: what BuildKit attaches.
    fn attestation(&self) -> Value {
        let child = self.digest("child");
        let statement = json!({"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2",
            "subject": [{"name": "_", "digest": {"sha256": child.hex()}}],
            "predicate": {"builder": {"id": "b"}, "buildType": "x", "materials": [
                {"uri": "pkg:docker/platform/toolchain@1", "digest": {"sha256": Digest::of(b"tool").hex()}}]}});
        let (layer, size) = self.blob(statement.to_string().as_bytes());
        let config = self.document(
            CONFIG,
            &json!({"architecture": "unknown", "os": "unknown", "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer]}}),
        );
        self.document(
            MANIFEST,
            &json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [
                {"mediaType": "application/vnd.in-toto+json", "digest": layer, "size": size,
                    "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}}]}),
        )
    }

    /// An index of the child and of what is attached to it, under the tag `multi`.
    pub fn add_index(&self) {
        let mut child = self.descriptor("child");
        child["platform"] = json!({"os": "linux", "architecture": "amd64"});
        child.as_object_mut().unwrap().remove("annotations");
        let mut attached = self.attestation();
        attached["platform"] = json!({"os": "unknown", "architecture": "unknown"});
        attached["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": self.digest("child")});
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [child, attached]});
        self.tag("multi", self.document(INDEX, &index));
    }

    /// The list of referrers that stands in for the API, under its tag; the tag.
    pub fn add_referrers(&self, of: &str) -> String {
        let tag = self.digest(of).as_str().replace(':', "-");
        let mut attached = self.attestation();
        attached["artifactType"] = json!("application/vnd.in-toto+json");
        self.tag(&tag, self.document(INDEX, &json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [attached]})));
        tag
    }

    /// Pushes an image and all it consists of.
    pub fn push(&self, tag: &str, to: &str, more: &[&str]) {
        let (from, to) = (self.source(tag), format!("docker://{to}"));
        let fixed = ["copy", "--all", "--dest-tls-verify=false"];
        let all: Vec<&str> = fixed.iter().chain(more).copied().chain([from.as_str(), to.as_str()]).collect();
        ran("skopeo", &all);
    }
}
