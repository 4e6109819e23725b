//! Credentials that a file gives to a place of its own: by name, never by value.
//!
//! A cluster says of each object what it holds (see [`super::fact::Object`]). A compose file or a CI file only refers to what
//! somebody keeps elsewhere, so each reference is a fact with its own spot.

use serde::{Deserialize, Serialize};

use super::credential::CredentialKind;
use super::fact::Spot;

/// Most credentials that one place is given. Nobody has more; a file could say so.
pub const MOST_GIVEN: usize = 1_000;

/// One credential that a place is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// What it is.
    #[serde(rename = "k")]
    pub kind: CredentialKind,
    /// Its name: of a secret or a variable, of a file, of a registry that is logged in to.
    #[serde(rename = "n")]
    pub name: String,
    /// Which places of the item's object have it, by the name of their use; empty for all of them.
    #[serde(default, rename = "c", skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// Where it is valid, as `project/service`; empty where only the file's own place tells.
    #[serde(default, rename = "w", skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// What the file says of it beside its name: the account, where it comes from. Names only.
    #[serde(default, rename = "d", skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Where the reference stands, relative to the item; see `outside`.
    #[serde(default, rename = "at")]
    pub spot: Spot,
    /// The reference stands outside of the item, as in the `env` of a whole workflow: its spot then counts from the start of
    /// the document, in which the item begins at this byte.
    #[serde(default, rename = "o", skip_serializing_if = "Option::is_none")]
    pub outside: Option<u64>,
}

impl Given {
    /// A credential of a place's whole object.
    pub fn new(kind: CredentialKind, name: impl Into<String>, spot: Spot) -> Self {
        let (part, scope, detail) = (String::new(), String::new(), String::new());
        Given { kind, name: name.into(), part, scope, detail, spot, outside: None }
    }

    /// The pointer and the first byte in the evidence, of a reference in an item at `item`.
    pub fn stands(&self, item: &Spot) -> (String, u64) {
        match self.outside {
            Some(start) => {
                (self.spot.pointer.clone(), item.offset.saturating_sub(start).saturating_add(self.spot.offset))
            }
            None => (format!("{}{}", item.pointer, self.spot.pointer), item.offset.saturating_add(self.spot.offset)),
        }
    }
}

/// Where in the evidence a credential is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Stand {
    /// The file's path within its import.
    pub path: String,
    /// JSON pointer or line.
    pub locator: String,
    /// The evidence's id; none where nothing was stored of it.
    pub evidence: Option<String>,
    /// First byte in it.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_outside_of_its_item_counts_from_the_document() {
        let spot = |pointer: &str, offset| Spot { pointer: pointer.into(), offset, length: 3 };
        let item = spot("/jobs/a", 140);
        let mut given = Given::new(CredentialKind::CiSecret, "X", spot("/env/X", 20));
        assert_eq!(given.stands(&item), ("/jobs/a/env/X".to_owned(), 160));
        // The document begins at byte 100 of the evidence, the job at byte 40 of the document.
        given.outside = Some(40);
        assert_eq!(given.stands(&item), ("/env/X".to_owned(), 120));
    }
}
