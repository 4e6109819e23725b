//! A compose file as it stands: services with their images and builds, nothing interpolated, merged or followed.
//!
//! YAML's own anchors, aliases and merge keys are applied; a word found through one still points at where it is written.
//! Spots count from the start of the item.

use serde::{Deserialize, Serialize};

use super::{Dockerfile, Word};
use crate::model::fact::Spot;
use crate::model::given::Given;

/// A compose file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compose {
    /// The project's `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Word>,
    /// `include`, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Include>,
    /// `services`, in order; of a file of version 1 its whole content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Service>,
}

/// One entry of `include`: files that together are one project of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Include {
    /// The file, and others that are merged over it.
    #[serde(rename = "path", default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Word>,
    /// What its relative paths count from; the first file's folder where it is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_directory: Option<Word>,
    /// Its environment files; `.env` in its project directory where none is written.
    #[serde(rename = "env", default, skip_serializing_if = "Vec::is_empty")]
    pub env_files: Vec<Word>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Service {
    /// Its key.
    #[serde(rename = "n")]
    pub name: String,
    /// The whole service.
    #[serde(rename = "at", default)]
    pub spot: Spot,
    /// `image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Word>,
    /// `build`, in either form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Box<ServiceBuild>>,
    /// `extends`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<Extends>,
    /// `profiles`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Word>,
    /// `ports` in the short form; the long one is written as `address:published:target/protocol`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Word>,
    /// `privileged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileged: Option<Word>,
    /// `cap_add`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Word>,
    /// Mounts that may be those of a container engine's socket, as `source:target`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Word>,
    /// Volumes of `type: image`, by their target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_volumes: Vec<Named>,
    /// `platform`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Word>,
    /// `pull_policy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_policy: Option<Word>,
    /// `deploy.replicas`, or `scale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Word>,
    /// Credentials that it names: `secrets`, `credential_spec`, `environment`, and `secrets` of its build. The scope is empty
    /// for what is the project's, and the service's name for what is its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// `env_file`: files of variables that its containers get.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_files: Vec<Word>,
    /// Attributes tagged `!reset` or `!override`: what files below say of them does not count. Empty text for the whole
    /// service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<String>,
}

/// A service's `build`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceBuild {
    /// The node.
    #[serde(rename = "at", default)]
    pub spot: Spot,
    /// `context`, or the whole of the short form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Word>,
    /// `dockerfile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<Word>,
    /// `dockerfile_inline`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline: Option<Inline>,
    /// `args`; one without a value is passed on from the environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Named>,
    /// `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Word>,
    /// `additional_contexts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<Named>,
    /// `cache_from`. Not a use: the builder takes only layers from there that it would otherwise make the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_from: Vec<Word>,
    /// `platforms`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Word>,
    /// `tags`: other names that the result gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Word>,
}

/// A Dockerfile written in the compose file. Its spots are those of the compose file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inline {
    /// What it says.
    pub file: Dockerfile,
    /// The whole text.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// `extends`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extends {
    /// The service.
    pub service: Word,
    /// The file it stands in; this one where none is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Word>,
}

/// A name with its word, as `NAME: word` or `NAME=word`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Named {
    /// The name.
    #[serde(rename = "n")]
    pub name: String,
    /// The word, where one is written.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Word>,
}

impl Compose {
    /// The services, images, builds, files and credentials it names.
    pub fn facts(&self) -> u64 {
        let of = |service: &Service| {
            1 + usize::from(service.image.is_some())
                + usize::from(service.build.is_some())
                + service.image_volumes.len()
                + service.given.len()
                + service.env_files.len()
        };
        let services: usize = self.services.iter().map(of).sum();
        (usize::from(self.name.is_some()) + self.include.len() + services) as u64
    }
}

/// Whether a mount, all variables replaced, is one of a container engine's socket, or of its pipe on Windows.
pub fn names_engine_socket(mount: &str) -> bool {
    ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine"]
        .iter()
        .any(|name| mount.contains(name))
}
