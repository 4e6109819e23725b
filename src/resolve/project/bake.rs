//! Bake files: groups and targets to the builds they ask for.

use std::collections::BTreeMap;

use super::Plan;
use crate::model::recipe::Bake;

/// The builds a bake file asks for.
pub fn plans(_path: &str, _bake: &Bake, _vars: &BTreeMap<String, String>) -> Vec<Plan> {
    Vec::new()
}
