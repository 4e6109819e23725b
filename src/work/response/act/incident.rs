//! The declaration as one typed line: `severity=critical commander=ana scribe=bob channel=war room`.

use serde_json::{Map, Value, json};

use super::{Planned, one_line};
use crate::case::CaseError;
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::model::record::{INCIDENT, Thing};
use crate::model::task::Duty;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::respond::incident::{SEVERITIES, STATUSES};

/// What a typed line declares; nothing typed declares the incident as it stands. A word without `=` belongs to the value
/// before it. What was declared before and is not typed stays.
pub fn declared(state: &State, typed: &str, now: Micros) -> Result<Planned, CaseError> {
    let mut says = Map::new();
    if state.response.incident().least::<Micros>("declared").is_none() {
        says.insert("declared".to_owned(), json!(now));
    }
    let told = read(typed, &mut says)?;
    if says.is_empty() {
        return Err(CaseError::Refused(format!("it is declared; {}", help())));
    }
    let told = if told.is_empty() { "declared".to_owned() } else { format!("declared: {}", told.join(", ")) };
    Ok(Planned { statement: Statement::new(Thing::Incident, INCIDENT, &says)?, text: told, notes: Vec::new() })
}

/// Puts what is typed among the fields, and says it in words.
fn read(typed: &str, says: &mut Map<String, Value>) -> Result<Vec<String>, CaseError> {
    let mut told = Vec::new();
    for (key, value) in pairs(typed)? {
        let value = one_line(&key, &value)?;
        let value = if key == "tlp" { label(&value)? } else { value };
        says.extend(said(&key, &value)?);
        told.push(format!("{key} {value}"));
    }
    Ok(told)
}

fn help() -> String {
    format!("type KEY=VALUE: severity, status, scope, channel, tlp, or a role with WHO ({})", Duty::words())
}

fn pairs(typed: &str) -> Result<Vec<(String, String)>, CaseError> {
    let mut found: Vec<(String, String)> = Vec::new();
    for word in typed.split_whitespace() {
        match (word.split_once('='), found.last_mut()) {
            (Some((key, value)), _) => found.push((key.to_ascii_lowercase(), value.to_owned())),
            (None, Some((_, value))) => *value = format!("{value} {word}"),
            (None, None) => return Err(CaseError::Refused(format!("{word}: {}", help()))),
        }
    }
    Ok(found)
}

fn label(typed: &str) -> Result<String, CaseError> {
    let label = Tlp::parse(typed).ok_or_else(|| {
        CaseError::Refused(format!("{typed}: no label; one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR"))
    })?;
    Ok(label.as_str().to_owned())
}

/// The fields that one pair says; several people stand between commas.
fn said(key: &str, value: &str) -> Result<Vec<(String, Value)>, CaseError> {
    let one_of = |words: &[&str]| match words.iter().find(|word| value.eq_ignore_ascii_case(word)) {
        Some(word) => Ok(vec![(key.to_owned(), json!(word))]),
        None => Err(CaseError::Refused(format!("{key}={value}: one of {}", words.join(", ")))),
    };
    match key {
        "severity" => one_of(&SEVERITIES),
        "status" => one_of(&STATUSES),
        "scope" | "channel" | "tlp" => Ok(vec![(key.to_owned(), json!(value))]),
        role => {
            let duty = Duty::parse(role).ok_or_else(|| CaseError::Refused(format!("{role}={value}: {}", help())))?;
            let people = value.split(',').map(str::trim).filter(|who| !who.is_empty());
            Ok(people.map(|who| (format!("role:{}:{who}", duty.as_str()), json!(true))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(typed: &str) -> Result<String, String> {
        let mut says = Map::new();
        read(typed, &mut says).map_err(|error| error.to_string())?;
        Ok(serde_json::to_string(&says).unwrap())
    }

    #[test]
    fn a_line_declares_what_it_says_and_nothing_else() {
        assert_eq!(says("").unwrap(), "{}");
        let all = says("severity=Critical commander=ana,bob channel=war room 2 TLP=red").unwrap();
        for part in [
            r#""severity":"critical""#,
            r#""role:commander:ana":true"#,
            r#""role:commander:bob":true"#,
            r#""channel":"war room 2""#,
            r#""tlp":"RED""#,
        ] {
            assert!(all.contains(part), "{part} in {all}");
        }
        for (wrong, why) in [
            ("hello", "KEY=VALUE"),
            ("severity=bad", "critical"),
            ("boss=ana", "commander"),
            ("tlp=WHITE", "AMBER"),
            ("scope=", "empty"),
        ] {
            let error = says(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
