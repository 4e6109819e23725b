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
    in_order(&credential, word)?;
    let fields: Vec<String> = says.iter().map(|(field, value)| field_in_words(field, value)).collect();
    // Said of what evidence names: it stays named where that evidence is taken back.
    let called =
        [("kind", json!(credential.kind)), ("name", json!(credential.name)), ("scope", json!(credential.scope))];
    says.extend(called.map(|(field, value)| (field.to_owned(), value)));
    let text = format!("{} {}: {}", credential.kind.as_str(), credential.name, fields.join(", "));
    let statement = Statement::new(Thing::Credential, &credential.id, &says)?;
    Ok(Planned { statement, text, notes: Vec::new() })
}

/// A field as the command names it; 0 takes a time back.
fn field_in_words(field: &str, value: &Value) -> String {
    if value.as_i64() == Some(0) { format!("not {}", field.replace('_', " ")) } else { field.to_owned() }
}

/// A credential that was refused before it was revoked proves nothing: it may have been refused for something else.
fn in_order(credential: &CredentialView, word: &CredentialWord) -> Result<(), CaseError> {
    let known = |at: &Option<String>| at.as_deref().and_then(Micros::parse_rfc3339).filter(|_| !word.alive);
    let revoked = word.revoked.or_else(|| known(&credential.revoked));
    let proved_dead = word.proved_dead.or_else(|| known(&credential.proved_dead));
    match (revoked, proved_dead) {
        (Some(revoked), Some(dead)) if dead < revoked && (word.revoked.is_some() || word.proved_dead.is_some()) => {
            Err(CaseError::Refused(format!(
                "{}: refused at {}, before it was revoked at {}, proves nothing; try it again and say when it was refused",
                credential.name,
                dead.to_minute(),
                revoked.to_minute()
            )))
        }
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_taken_back_is_said_so() {
        assert_eq!(field_in_words("proved_dead", &json!(0)), "not proved dead");
        assert_eq!(field_in_words("revoked", &json!(7)), "revoked");
    }
}
