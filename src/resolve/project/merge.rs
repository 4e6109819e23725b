//! One service as several files make it: what extends it, and what overrides it (compose specification, "Merge").
//!
//! Every word keeps the file it stands in.

use std::collections::BTreeMap;

use crate::model::credential::CredentialKind;
use crate::model::fact::Spot;
use crate::model::given::Given;
use crate::model::recipe::{Inline, Named, Service, ServiceBuild, Word};

/// Most entries of a list that merging makes.
const ENTRIES: usize = 1_000;

/// Something and the file it stands in, by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub file: usize,
    pub value: T,
}

/// A service, merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Merged {
    pub image: Option<At<Word>>,
    /// Images that a file above replaces, or whose service it replaces.
    pub overridden: Vec<At<Word>>,
    pub build: Option<MergedBuild>,
    pub profiles: Vec<At<Word>>,
    pub ports: Vec<At<Word>>,
    pub mounts: Vec<At<Word>>,
    pub image_volumes: Vec<At<Named>>,
    pub privileged: Option<At<Word>>,
    pub capabilities: Vec<At<Word>>,
    pub platform: Option<At<Word>>,
    pub pull_policy: Option<At<Word>>,
    pub replicas: Option<At<Word>>,
    pub given: Vec<At<Given>>,
    pub env_files: Vec<At<Word>>,
}

/// Its build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MergedBuild {
    pub spot: At<Spot>,
    pub context: Option<At<Word>>,
    pub dockerfile: Option<At<Word>>,
    pub inline: Option<At<Inline>>,
    pub args: BTreeMap<String, Option<At<Word>>>,
    pub target: Option<At<Word>>,
    pub contexts: BTreeMap<String, At<Word>>,
    pub platforms: Vec<At<Word>>,
    pub tags: Vec<At<Word>>,
}

impl Merged {
    /// Puts what one file says over what was there: mappings are merged, lists are joined, all else is replaced.
    pub fn put_over(&mut self, file: usize, service: &Service) {
        for attribute in &service.replaced {
            self.clear(attribute);
        }
        replace(&mut self.image, file, &service.image);
        replace(&mut self.privileged, file, &service.privileged);
        replace(&mut self.platform, file, &service.platform);
        replace(&mut self.pull_policy, file, &service.pull_policy);
        replace(&mut self.replicas, file, &service.replicas);
        join(&mut self.profiles, file, &service.profiles);
        join(&mut self.ports, file, &service.ports);
        join(&mut self.mounts, file, &service.mounts);
        join(&mut self.capabilities, file, &service.capabilities);
        join(&mut self.env_files, file, &service.env_files);
        self.give(file, &service.given);
        for volume in &service.image_volumes {
            // A volume is known by its target.
            self.image_volumes.retain(|before| before.value.name != volume.name || volume.name.is_empty());
            if self.image_volumes.len() < ENTRIES {
                self.image_volumes.push(At { file, value: volume.clone() });
            }
        }
        if let Some(build) = &service.build {
            match &mut self.build {
                Some(merged) => merged.put_over(file, build),
                None => self.build = Some(MergedBuild::of(file, build)),
            }
        }
    }

    /// Of a credential that several files name the last one counts.
    fn give(&mut self, file: usize, given: &[Given]) {
        for given in given {
            self.given.retain(|before| (before.value.kind, &before.value.name) != (given.kind, &given.name));
            if self.given.len() < ENTRIES {
                self.given.push(At { file, value: given.clone() });
            }
        }
    }

    /// Takes away what came in by an attribute, as its pointer tells.
    fn ungive(&mut self, attribute: &str) {
        self.given.retain(|given| !given.value.spot.pointer.split('/').any(|part| part == attribute));
    }

    /// Keeps the image that was there before a file of the project was put over it: a host that runs the project without
    /// that file still pulls it.
    pub fn keep_overridden(&mut self, before: Option<At<Word>>) {
        let Some(before) = before else { return };
        let replaced = self.image.as_ref().is_none_or(|image| image.value.text != before.value.text);
        if replaced && self.overridden.len() < ENTRIES {
            self.overridden.push(before);
        }
    }

    /// Takes away what is tagged `!reset` or `!override` above.
    fn clear(&mut self, attribute: &str) {
        match attribute {
            "" => *self = Merged { overridden: std::mem::take(&mut self.overridden), ..Merged::default() },
            "image" => self.image = None,
            "build" => {
                self.build = None;
                self.given.retain(|given| given.value.kind != CredentialKind::BuildSecret);
            }
            "env_file" => self.env_files.clear(),
            "environment" | "credential_spec" => self.ungive(attribute),
            "secrets" => self
                .given
                .retain(|given| given.value.kind == CredentialKind::BuildSecret || !given.value.scope.is_empty()),
            "profiles" => self.profiles.clear(),
            "ports" => self.ports.clear(),
            "volumes" => {
                self.mounts.clear();
                self.image_volumes.clear();
            }
            "privileged" => self.privileged = None,
            "cap_add" => self.capabilities.clear(),
            "platform" => self.platform = None,
            "pull_policy" => self.pull_policy = None,
            "scale" | "deploy" => self.replicas = None,
            _ => {}
        }
    }
}

impl MergedBuild {
    fn of(file: usize, build: &ServiceBuild) -> Self {
        let mut merged = MergedBuild {
            spot: At { file, value: build.spot.clone() },
            context: None,
            dockerfile: None,
            inline: None,
            args: BTreeMap::new(),
            target: None,
            contexts: BTreeMap::new(),
            platforms: Vec::new(),
            tags: Vec::new(),
        };
        merged.put_over(file, build);
        merged
    }

    fn put_over(&mut self, file: usize, build: &ServiceBuild) {
        self.spot = At { file, value: build.spot.clone() };
        replace(&mut self.context, file, &build.context);
        replace(&mut self.target, file, &build.target);
        // Of a Dockerfile by path and one written inline, the upper file's counts.
        if let Some(inline) = &build.inline {
            self.inline = Some(At { file, value: inline.clone() });
            self.dockerfile = None;
        }
        if build.dockerfile.is_some() {
            self.inline = None;
        }
        replace(&mut self.dockerfile, file, &build.dockerfile);
        for argument in &build.args {
            let value = argument.value.clone().map(|value| At { file, value });
            self.args.insert(argument.name.clone(), value);
        }
        for context in &build.contexts {
            if let Some(value) = &context.value {
                self.contexts.insert(context.name.clone(), At { file, value: value.clone() });
            }
        }
        join(&mut self.platforms, file, &build.platforms);
        join(&mut self.tags, file, &build.tags);
    }
}

fn replace(below: &mut Option<At<Word>>, file: usize, above: &Option<Word>) {
    if let Some(word) = above {
        *below = Some(At { file, value: word.clone() });
    }
}

fn join(below: &mut Vec<At<Word>>, file: usize, above: &[Word]) {
    for word in above {
        if below.len() < ENTRIES && !below.iter().any(|before| before.value.text == word.text) {
            below.push(At { file, value: word.clone() });
        }
    }
}
