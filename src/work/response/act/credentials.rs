//! Words on credentials.

use serde_json::{Map, Value, json};

use super::{Planned, one_line};
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::credentials::CredentialView;
use crate::work::response::{credentials, proof};

/// What is said of a credential; what is absent is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CredentialWord {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is kept or used.
    pub location: Option<String>,
    /// It is none of ours, or was never used: why.
    pub dismissed: Option<String>,
    /// When the old one was revoked.
    pub revoked: Option<Micros>,
    /// When a new one was made.
    pub reissued: Option<Micros>,
    /// When the old one was tried and refused.
    pub proved_dead: Option<Micros>,
    /// It still works: what was said of revoking and of its death does not hold.
    pub alive: bool,
    /// What proves it, as it was typed.
    pub evidence: Vec<String>,
}

/// What a word on a credential comes to; it is named by its id, the beginning of one, or its name.
pub fn credential_word(case: &Case, state: &State, named: &str, word: &CredentialWord) -> Result<Planned, CaseError> {
    let credential = found(case, state, named)?;
    let mut says = Map::new();
    for (field, what, typed) in [
        ("owner", "the owner", &word.owner),
        ("location", "the place", &word.location),
        ("dismissed", "the reason", &word.dismissed),
    ] {
        if let Some(typed) = typed {
            says.insert(field.to_owned(), Value::String(one_line(what, typed)?));
        }
    }
    for (field, at) in [("revoked", word.revoked), ("reissued", word.reissued), ("proved_dead", word.proved_dead)] {
        says.extend(at.map(|at| (field.to_owned(), json!(at))));
    }
    if word.alive {
        says.extend(["revoked", "proved_dead"].map(|field| (field.to_owned(), json!(0))));
    }
    for typed in &word.evidence {
        says.insert(format!("evidence:{}", proof(case, state, typed)?), Value::Bool(true));
    }
    let fields: Vec<String> = says.keys().cloned().collect();
    // Said of what evidence names: it stays named where that evidence is taken back.
    let called =
        [("kind", json!(credential.kind)), ("name", json!(credential.name)), ("scope", json!(credential.scope))];
    says.extend(called.map(|(field, value)| (field.to_owned(), value)));
    let text = format!("{} {}: {}", credential.kind.as_str(), credential.name, fields.join(", "));
    let statement = Statement::new(Thing::Credential, &credential.id, &says)?;
    Ok(Planned { statement, text, notes: Vec::new() })
}

fn found(case: &Case, state: &State, named: &str) -> Result<CredentialView, CaseError> {
    let all = credentials(case, state)?;
    let named = redact_text(named);
    match all.find(&named).as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(CaseError::Refused(format!("{named}: no such credential; `hullbreach credentials` lists them"))),
        many => {
            let one = |c: &&CredentialView| {
                format!("{} {} {}", c.id.chars().take(8).collect::<String>(), c.kind.as_str(), c.scope)
            };
            let list: Vec<String> = many.iter().take(10).map(one).collect();
            Err(CaseError::Refused(format!("{named} could be {} credentials: {}", many.len(), list.join("; "))))
        }
    }
}
