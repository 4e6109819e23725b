//! Lists of accounts and tokens, as registries and source control print them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::credential::CredentialKind;
use crate::model::reading::Reject;
use crate::model::text::scrub;
use crate::respond::table::Table;

/// Rows that one list may have.
const MOST: usize = 20_000;
/// Rejects that are told one by one.
const TOLD: usize = 100;
/// The longest name, in characters.
const LONGEST: usize = 200;

/// Why a credential is refused that is called by what it must never hold.
pub const NAME_IS_VALUE: &str = "its name is a value; name it by what it is called";

/// A credential of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub kind: CredentialKind,
    /// Its name.
    pub name: String,
    /// Where it is valid.
    pub scope: String,
    /// Who answers for it; empty where not told.
    pub owner: String,
    /// Where it is kept; empty where not told.
    pub location: String,
}

/// What the columns are called, and what is meant where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListColumns {
    /// Field to column: `name`, `scope`, `owner`, `location`, `kind`.
    pub named: BTreeMap<String, String>,
    /// The kind of what tells none.
    pub kind: Option<CredentialKind>,
    /// The scope of what tells none.
    pub scope: String,
}

impl ListColumns {
    /// Fields that a column can be named for. Values of credentials are no field: nothing else is ever taken.
    pub const FIELDS: [&str; 5] = ["name", "scope", "owner", "location", "kind"];
}

/// What columns are usually called.
const USUAL: [(&str, &[&str]); 5] = [
    (
        "name",
        &["name", "username", "user", "login", "account", "token name", "token_label", "title", "description", "id"],
    ),
    ("scope", &["scope", "organization", "organisation", "org", "namespace", "repository", "repo", "project"]),
    ("owner", &["owner", "responsible", "team", "created by", "created_by", "creator"]),
    ("location", &["location", "where", "used in", "used_in"]),
    ("kind", &["kind", "type"]),
];

/// Why a list is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// No header.
    #[error("no header; the first line names the columns")]
    Header,
    /// A column is missing.
    #[error("no column for {field}; it has {found}; name it with --map {field}=COLUMN")]
    Column {
        /// What it is for.
        field: &'static str,
        /// The columns there are.
        found: String,
    },
    /// Too long.
    #[error("more than {MOST} rows; give it in parts")]
    Many,
}

/// A list, with what of it was not understood.
type Read = (Vec<Listed>, Vec<Reject>, u64);

/// Reads a list: the credentials, the first rejects, and how many there are. One that is named twice counts once. Where a
/// name is itself a secret, for `is_value` to say, it is no name: taken out, it would be the same for every such row.
pub fn read(text: &str, columns: &ListColumns, is_value: impl Fn(&str) -> bool) -> Result<Read, CredentialsError> {
    let table = Table::read(text.strip_prefix('\u{feff}').unwrap_or(text), MOST).ok_or(CredentialsError::Header)?;
    if table.more {
        return Err(CredentialsError::Many);
    }
    let place = |field: &str| match columns.named.get(field) {
        Some(named) => table.place(named),
        None => USUAL
            .iter()
            .find(|(known, _)| *known == field)
            .and_then(|(_, usual)| usual.iter().find_map(|name| table.place(name))),
    };
    let missing = |field: &'static str| {
        let found: Vec<String> = table.names.iter().map(|name| scrub(name).chars().take(40).collect()).collect();
        CredentialsError::Column { field, found: found.join(", ").chars().take(300).collect() }
    };
    if let Some(field) = ListColumns::FIELDS.into_iter().find(|f| columns.named.contains_key(*f) && place(f).is_none())
    {
        return Err(missing(field));
    }
    let name = place("name").ok_or_else(|| missing("name"))?;
    let kind = place("kind");
    if kind.is_none() && columns.kind.is_none() {
        return Err(missing("kind"));
    }
    let (scope, owner, location) = (place("scope"), place("owner"), place("location"));
    let (mut listed, mut rejects, mut rejected, mut seen) = (Vec::new(), Vec::new(), 0, BTreeSet::new());
    for (line, cells) in &table.rows {
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|text| text.trim()).unwrap_or_default();
        // A type column that says something else than a kind of ours tells nothing where a kind was given.
        let kind = CredentialKind::parse(cell(kind)).or(columns.kind);
        let name = cell(Some(name));
        let why = match kind {
            _ if name.is_empty() => Some("no name".to_owned()),
            _ if name.chars().count() > LONGEST => {
                Some(format!("the name is longer than {LONGEST} characters: a value?"))
            }
            _ if is_value(name) => Some(NAME_IS_VALUE.to_owned()),
            None => Some("its kind is none of ours, and none was given".to_owned()),
            Some(_) => None,
        };
        if let (None, Some(kind)) = (&why, kind) {
            let scope = match cell(scope) {
                "" => columns.scope.clone(),
                told => told.to_owned(),
            };
            if seen.insert((kind, scope.clone(), name.to_owned())) {
                let (owner, location) = (cell(owner).to_owned(), cell(location).to_owned());
                listed.push(Listed { kind, name: name.to_owned(), scope, owner, location });
            }
            continue;
        }
        rejected += 1;
        if rejects.len() < TOLD {
            rejects.push(Reject { locator: format!("line:{line}"), reason: why.unwrap_or_default() });
        }
    }
    Ok((listed, rejects, rejected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_by_their_usual_columns() {
        let text = "Username,Type,Organization,Secret\nana,Owner,harbourline,hunter2\nana,Owner,harbourline,x\nrobot$ci,Robot,harbourline,y\n,,,\n";
        let columns = ListColumns { kind: Some(CredentialKind::RegistryAccount), ..ListColumns::default() };
        let (listed, rejects, rejected) = read(text, &columns, |_| false).unwrap();
        assert_eq!(listed.len(), 2, "one that is named twice counts once");
        assert_eq!(
            (listed[0].name.as_str(), listed[0].scope.as_str(), listed[0].owner.as_str()),
            ("ana", "harbourline", "")
        );
        assert_eq!((rejected, rejects[0].reason.as_str()), (1, "no name"));
        assert!(!format!("{listed:?}").contains("hunter2"), "values are never taken");
    }

    #[test]
    fn a_name_that_is_a_value_is_no_name() {
        let text = "name,kind\nghp_1,access-token\nghp_2,access-token\nlaptop,access-token\n";
        let (listed, rejects, rejected) = read(text, &ListColumns::default(), |name| name.starts_with("ghp_")).unwrap();
        assert_eq!((listed.len(), rejected), (1, 2));
        assert!(rejects.iter().all(|reject| reject.reason == NAME_IS_VALUE));
    }

    #[test]
    fn lists_that_cannot_be_meant_are_refused() {
        let columns = ListColumns::default();
        assert!(matches!(read("a,b\n1,2\n", &columns, |_| false), Err(CredentialsError::Column { field: "name", .. })));
        assert!(matches!(read("name\nx\n", &columns, |_| false), Err(CredentialsError::Column { field: "kind", .. })));
        let long = format!("name,kind\n{},deploy-key\nok,deploy-key\n", "x".repeat(300));
        let (listed, _, rejected) = read(&long, &columns, |_| false).unwrap();
        assert_eq!((listed.len(), rejected), (1, 1));
        let named = ListColumns { named: BTreeMap::from([("owner".to_owned(), "Boss".to_owned())]), ..columns };
        assert!(matches!(read("name,kind\n", &named, |_| false), Err(CredentialsError::Column { field: "owner", .. })));
    }
}
