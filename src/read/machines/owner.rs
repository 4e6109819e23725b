//! One row of a list of owners: whose an image, repository, namespace or workload is, and how critical.

use super::fields::Field;
use super::row::{Row, shown};
use crate::model::fact::{Item, Object, Spot};
use crate::read::outcome::Outcome;
use crate::read::tree::cut;

/// What a row can be about, the most exact first.
const SUBJECTS: [(Field, &str); 4] = [
    (Field::Image, "image"),
    (Field::Repository, "repository"),
    (Field::Workload, "workload"),
    (Field::Namespace, "namespace"),
];

/// Reads a row.
pub(super) fn read(row: &dyn Row, spot: Spot, locator: &str, out: &mut Outcome) {
    let subject = SUBJECTS.iter().find_map(|(field, word)| Some((*field, *word, row.get(*field)?)));
    let Some((field, word, name)) = subject else {
        return out.reject(locator.to_owned(), "a row that names no image, repository, namespace or workload");
    };
    let (owner, criticality) = (shown(row, Field::Owner), shown(row, Field::Criticality));
    if owner.is_none() && criticality.is_none() {
        return out.reject(locator.to_owned(), "a row with neither an owner nor a criticality");
    }
    let mut object = Object { kind: "Ownership".to_owned(), name: cut(name.text.into()), ..Object::default() };
    if field == Field::Workload {
        object.namespace = row.get(Field::Namespace).map(|value| cut(value.text.into())).unwrap_or_default();
    }
    let mut detail = |key: &str, text: Option<String>| {
        if let Some(text) = text {
            object.details.insert(key.to_owned(), text.into());
        }
    };
    detail("subject", Some(word.to_owned()));
    detail("owner", owner);
    detail("criticality", criticality);
    detail("site", shown(row, Field::Site));
    out.items.push(Item { spot, object: Some(object), ..Item::default() });
}
