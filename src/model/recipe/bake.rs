//! A bake file as it stands: variables, groups and targets, their values as written and nothing evaluated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Dockerfile, Word};
use crate::model::fact::Spot;

/// A bake file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bake {
    /// Variables in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<BakeVariable>,
    /// Groups in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<BakeGroup>,
    /// Targets in order; several of one name are one target, the later ones winning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<BakeTarget>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BakeVariable {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// Its default; `None` where none is written.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub default: Option<BakeValue>,
    /// Where.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// A group of targets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BakeGroup {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// The targets and groups in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<BakeValue>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BakeTarget {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// The attributes that are kept, by name as bake writes them: see [`BakeTarget::ATTRIBUTES`].
    #[serde(rename = "v", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BakeValue>,
    /// `dockerfile-inline`, where it has no variables of bake's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline: Option<BakeInline>,
    /// Where.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// A Dockerfile written inline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BakeInline {
    /// The file; its spots are those of the bake file.
    pub file: Dockerfile,
    /// Where the inline text stands.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BakeValue {
    /// An HCL expression.
    #[serde(rename = "x")]
    Expression(Word),
    /// A string of a JSON file: an HCL template without its quotes.
    #[serde(rename = "t")]
    Template(Word),
    /// A list that is written out.
    #[serde(rename = "l")]
    List(Vec<BakeValue>),
    /// A map that is written out, with literal keys.
    #[serde(rename = "m")]
    Map(BTreeMap<String, BakeValue>),
}

impl BakeTarget {
    /// The attributes that are kept: those that decide on images, and those that name credentials.
    pub const ATTRIBUTES: [&str; 13] = [
        "inherits",
        "context",
        "dockerfile",
        "dockerfile-inline",
        "target",
        "args",
        "contexts",
        "tags",
        "platforms",
        "matrix",
        "name",
        "secret",
        "ssh",
    ];
}

impl Bake {
    /// The variables and targets it names.
    pub fn facts(&self) -> u64 {
        (self.variables.len() + self.targets.len()) as u64
    }
}
