//! The sets that tasks are bound to, counted.

use std::collections::BTreeMap;

use crate::case::query::situation::Numbers;
use crate::model::credential::CredentialKind;
use crate::respond::checklist::Members;
use crate::respond::credentials::Credentials;

/// Every set by its name in a checklist.
pub fn of(numbers: &Numbers, credentials: &Credentials) -> BTreeMap<String, Members> {
    let suspect = Members { done: numbers.suspect.saturating_sub(numbers.running_suspect), total: numbers.suspect };
    let known = numbers.running_judged.saturating_sub(numbers.running_not_known);
    let told = Members { done: known, total: numbers.running_judged };
    let mut sets =
        BTreeMap::from([("images:running-suspect".to_owned(), suspect), ("images:not-known".to_owned(), told)]);
    sets.insert("credentials".to_owned(), credentials.members(None));
    for kind in CredentialKind::ALL {
        sets.insert(format!("credentials:{}", kind.as_str()), credentials.members(Some(kind)));
    }
    sets
}
