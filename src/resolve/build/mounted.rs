//! Credentials that the stages of a build mount, each beside the images that can read it there.

use std::collections::BTreeSet;

use super::scope::{StageScope, Text};
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::recipe::Stage;
use crate::model::text::scrub;

/// The credentials of one stage with the variables in their names replaced; one that depends on what nothing defines keeps
/// its name as written.
pub(super) fn named(stage: &Stage, title: &str, scope: &mut StageScope<'_, '_>) -> Vec<Given> {
    let named = stage.given.iter().map(|given| {
        let name = match scope.expand(&given.name) {
            Text::Known(name) if !name.is_empty() => scrub(&name).into_owned(),
            _ => given.name.clone(),
        };
        let detail = format!("mounted in the stage {} {}", scrub(title), given.detail);
        Given { name, detail: detail.trim_end().to_owned(), ..given.clone() }
    });
    named.collect()
}

/// Each credential once for each part that brings something in beside it.
pub(super) fn beside(given: &[Given], parts: &BTreeSet<String>, found: &mut Vec<Given>) {
    for given in given {
        let each = parts.iter().map(|part| Given { part: part.clone(), ..given.clone() });
        found.extend(each.take(MOST_GIVEN.saturating_sub(found.len())));
    }
}
