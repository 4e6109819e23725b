//! How a policy makes inputs of what the case tells: names of labels and environments, kinds of work, what amplifies.
//!
//! All names are compared in lower case; `*` stands for anything.

use crate::model::assessment::{Criticality, Exposure};
use crate::model::glob;

/// A kind of work that makes an image critical.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// What it is called, as `network boundary`.
    pub name: String,
    /// How critical.
    pub level: Criticality,
    /// Patterns of component labels, and of the last part of a repository.
    pub words: Vec<String>,
}

/// How facts become inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRules {
    /// Where nothing tells.
    pub criticality: Criticality,
    /// Where nothing tells.
    pub exposure: Exposure,
    /// Keys of labels and annotations that tell a criticality, without what stands before their last slash.
    pub keys: Vec<String>,
    /// Keys that tell an environment.
    pub environment_keys: Vec<String>,
    /// Words that mean a level.
    pub words: Vec<(String, Criticality)>,
    /// Patterns of priority classes.
    pub priority_classes: Vec<(String, Criticality)>,
    /// Patterns of namespaces and environments.
    pub environments: Vec<(String, Criticality)>,
    /// Kinds of work.
    pub classes: Vec<Class>,
    /// So many running images that stand on one make it so critical.
    pub fan_out: (u64, Criticality),
    /// Patterns of namespaces and environments where people develop.
    pub development: Vec<String>,
    /// Patterns of paths of a machine that give power over it.
    pub host_paths: Vec<String>,
    /// Capabilities that give power over a machine.
    pub capabilities: Vec<String>,
}

impl FactRules {
    /// The level that a label or annotation tells.
    pub fn of_label(&self, key: &str, value: &str) -> Option<Criticality> {
        self.keys.iter().any(|known| *known == last_part(key)).then(|| self.of_word(value))?
    }

    /// The level of a word, as owners' files and labels write it.
    pub fn of_word(&self, word: &str) -> Option<Criticality> {
        let word = word.trim().to_lowercase().replace([' ', '_'], "-");
        self.words.iter().find(|(known, _)| *known == word).map(|(_, level)| *level)
    }

    /// True where a label tells an environment.
    pub fn is_environment(&self, key: &str) -> bool {
        self.environment_keys.iter().any(|known| *known == last_part(key))
    }

    /// The level of a priority class.
    pub fn of_priority_class(&self, name: &str) -> Option<Criticality> {
        first(&self.priority_classes, name)
    }

    /// The level of a namespace or an environment.
    pub fn of_environment(&self, name: &str) -> Option<Criticality> {
        first(&self.environments, name)
    }

    /// The kind of work that a component's label or the last part of a repository tells.
    pub fn class_of(&self, word: &str) -> Option<&Class> {
        let word = last_part(word);
        self.classes.iter().find(|class| class.words.iter().any(|pattern| glob::fits(pattern, &word)))
    }

    /// True for a namespace or an environment where people develop.
    pub fn is_development(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.development.iter().any(|pattern| glob::fits(pattern, &name))
    }

    /// True for a path of a machine that gives power over it.
    pub fn is_powerful_path(&self, path: &str) -> bool {
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        self.host_paths.iter().any(|pattern| glob::fits(pattern, path))
    }

    /// True for a capability that gives power over a machine, with or without `CAP_`.
    pub fn is_powerful_capability(&self, capability: &str) -> bool {
        let name = capability.to_uppercase();
        let name = name.strip_prefix("CAP_").unwrap_or(&name);
        self.capabilities.iter().any(|known| known == name)
    }
}

fn first(patterns: &[(String, Criticality)], name: &str) -> Option<Criticality> {
    let name = name.to_lowercase();
    patterns.iter().find(|(pattern, _)| glob::fits(pattern, &name)).map(|(_, level)| *level)
}

/// What stands behind the last slash, in lower case.
fn last_part(text: &str) -> String {
    text.rsplit('/').next().unwrap_or_default().to_lowercase()
}
