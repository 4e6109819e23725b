//! What events say, for people: with the names of things in place of their ids, and times to the minute.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::case::events::indicators::Word;
use crate::case::events::kinds::Payload;
use crate::case::events::response::Saying;
use crate::case::state::{State, Told};
use crate::model::record::Thing;
use crate::model::task::TaskSpec;
use crate::model::text::counted;
use crate::model::time::Micros;
use crate::respond::checklist::carried;
use crate::respond::clock::Catalog;

/// The most characters of a line.
const LONGEST: usize = 300;
/// Fields that say what a credential is, which is told in front.
const CALLED: [&str; 3] = ["kind", "name", "scope"];
/// Fields that are times, in microseconds.
const TIMES: [&str; 9] =
    ["at", "declared", "discovered", "met", "proved_dead", "reissued", "revoked", "start", "until"];

/// What things are called.
pub struct Names {
    tasks: BTreeMap<String, String>,
    clocks: BTreeMap<String, String>,
    indicators: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
}

impl Names {
    /// As a case calls them.
    pub fn of(state: &State) -> Names {
        let own = state.response.all(Thing::Task).filter_map(|record| record.latest::<TaskSpec>("spec"));
        let tasks = carried().into_iter().chain(own).map(|task| (task.id, task.title));
        let clocks = Catalog::of(&state.response).clocks.into_iter();
        let indicators = state.indicators.entries.iter();
        let mut names = Names {
            tasks: tasks.collect(),
            clocks: clocks.map(|rule| (rule.id, format!("{} {}", rule.regime, rule.title))).collect(),
            indicators: indicators.map(|e| (e.indicator.id.to_string(), e.indicator.target.to_string())).collect(),
            events: BTreeMap::new(),
        };
        let taken_back = state.events.iter().filter(|told| told.retracted);
        names.events = taken_back.map(|told| (told.hash.to_string(), names.line(told))).collect();
        names
    }

    /// The id of a task as the case writes it.
    pub fn task(&self, id: &str) -> Option<String> {
        self.tasks.keys().find(|known| known.eq_ignore_ascii_case(id)).cloned()
    }

    /// The id of a deadline as the case writes it.
    pub fn clock(&self, id: &str) -> Option<String> {
        self.clocks.keys().find(|known| known.eq_ignore_ascii_case(id)).cloned()
    }

    /// One line for an event.
    pub fn line(&self, told: &Told) -> String {
        let text = match &told.payload {
            Payload::Noted(_) => match told.envelope.anchors.first() {
                Some(about) => format!("a note was written about {about}"),
                None => "a note was written".to_owned(),
            },
            Payload::Response(saying) => self.saying(saying),
            Payload::Indicator(word) => match word.as_ref() {
                Word::Set(set) => self.named(&set.id.to_string(), &word.summary()),
                Word::Retracted(gone) => self.named(&gone.id.to_string(), &word.summary()),
                word => word.summary(),
            },
            Payload::Retracted(gone) => {
                let first = gone.events.first().and_then(|event| self.events.get(&event.to_string()));
                match (first, gone.events.len() + gone.groups.len()) {
                    (Some(first), 1) => format!("took back: {first}"),
                    (_, many) => format!("took back {}", counted(many as u64, "word")),
                }
            }
            payload => payload.summary(&told.envelope.kind),
        };
        short_digests(&text).chars().take(LONGEST).collect()
    }

    /// A line in which an indicator stands by its short id: its target stands there instead.
    fn named(&self, id: &str, line: &str) -> String {
        let target = self.indicators.get(id).map_or(id, String::as_str);
        line.replacen(short(id), target, 1)
    }

    fn saying(&self, saying: &Saying) -> String {
        let (id, says) = (saying.said.id.as_str(), &saying.said.says);
        let text = |field: &str| says.get(field).and_then(Value::as_str);
        let title = |names: &BTreeMap<String, String>| {
            names.get(id).map_or_else(|| id.to_owned(), |title| format!("{id} {title}"))
        };
        let (called, left_out): (String, &[&str]) = match saying.thing {
            Thing::Incident => ("incident".to_owned(), &[]),
            Thing::Task => (format!("task {}", title(&self.tasks)), &[]),
            Thing::Clock => (format!("clock {}", title(&self.clocks)), &["written"]),
            Thing::Trigger if says.contains_key("question") => (format!("question {id}"), &["written"]),
            Thing::Trigger => (id.to_owned(), &["written"]),
            Thing::Credential => {
                let parts = CALLED.map(|field| text(field).unwrap_or_default());
                let called = parts.join(" ").trim().to_owned();
                (if called.is_empty() { format!("credential {}", short(id)) } else { called }, &CALLED)
            }
            Thing::Handover => ("handed over".to_owned(), &["state"]),
            Thing::Calendar | Thing::Entry | Thing::Import => (format!("{} {}", saying.thing.as_str(), short(id)), &[]),
        };
        let told = says.iter().filter(|(field, _)| !left_out.contains(&field.as_str()));
        let told: Vec<String> = told.map(|(field, value)| field_in_words(field, value)).collect();
        if told.is_empty() { format!("{called}: named") } else { format!("{called}: {}", told.join(", ")) }
    }
}

fn field_in_words(field: &str, value: &Value) -> String {
    // Members of a set: `evidence:ID`, `role:commander:ana`.
    let (word, member) = field.split_once(':').map_or((field, None), |(word, member)| (word, Some(member)));
    let word = word.replace('_', " ");
    let not = if *value == Value::Bool(false) { "not " } else { "" };
    if let Some(member) = member {
        let member = evidence_in_words(member);
        let said_twice = word == "evidence" && member.starts_with("evidence ");
        return if said_twice { format!("{not}{member}") } else { format!("{not}{word} {member}") };
    }
    match value {
        Value::Bool(_) => format!("{not}{word}"),
        // 0 takes a time back.
        Value::Number(at) if TIMES.contains(&field) && at.as_i64() == Some(0) => format!("not {word}"),
        Value::Number(at) if TIMES.contains(&field) => {
            format!("{word} {}", Micros(at.as_i64().unwrap_or_default()).to_minute())
        }
        Value::String(text) => format!("{word} {}", text.replace('\n', " ")),
        Value::Object(fields) => match fields.get("title").and_then(Value::as_str) {
            Some(title) => format!("{word} {title}"),
            None => word,
        },
        other => format!("{word} {other}"),
    }
}

/// The same with the beginnings of digests: 64 digits tell nobody more than eight.
fn short_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let kept = if digits == 64 { part.get(..8).unwrap_or(part) } else { part.get(..digits).unwrap_or_default() };
        short.push_str("sha256:");
        short.push_str(kept);
        short.push_str(part.get(digits..).unwrap_or_default());
    }
    short
}

/// The beginning of an id.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// Evidence and events by the beginning of their names.
pub fn evidence_in_words(named: &str) -> String {
    for (prefix, word) in [("sha256:", "evidence"), ("event:", "event")] {
        if let Some(rest) = named.strip_prefix(prefix) {
            return format!("{word} {}", short(rest));
        }
    }
    named.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::events::response::kind;
    use serde_json::json;

    fn names() -> Names {
        let one = |id: &str, name: &str| BTreeMap::from([(id.to_owned(), name.to_owned())]);
        Names {
            tasks: one("D1", "Declare the incident"),
            clocks: one("gdpr-authority", "GDPR Notify"),
            indicators: one("0123456789abcdef", "tag:nginx:1"),
            events: BTreeMap::new(),
        }
    }

    #[test]
    fn things_are_called_by_their_names_and_times_are_told_to_the_minute() {
        let said = |thing: Thing, id: &str, says: Value| {
            names().saying(&Saying::of(kind(thing), json!({"id": id, "says": says})).unwrap())
        };
        let at = Micros::parse_rfc3339("2026-03-17T08:35:00.027283Z").unwrap().0;
        let digest = format!("evidence:sha256:{}", "ab".repeat(32));
        assert_eq!(
            said(Thing::Task, "D1", json!({"state": "done", digest: true})),
            "task D1 Declare the incident: evidence abababab, state done"
        );
        assert_eq!(
            said(Thing::Task, "D1", json!({"state": "claimed", "until": at})),
            "task D1 Declare the incident: state claimed, until 2026-03-17 08:35Z"
        );
        let credential = json!({"kind": "pull-secret", "name": "regcred", "scope": "prod/pay", "proved_dead": at});
        assert_eq!(
            said(Thing::Credential, &"0f".repeat(16), credential),
            "pull-secret regcred prod/pay: proved dead 2026-03-17 08:35Z"
        );
        let alive = json!({"kind": "pull-secret", "name": "regcred", "scope": "", "proved_dead": 0});
        assert_eq!(said(Thing::Credential, "x", alive), "pull-secret regcred: not proved dead");
        assert_eq!(
            said(Thing::Trigger, "aware", json!({"at": at, "written": "08:35Z", "so": true, "source": "ciso"})),
            "aware: at 2026-03-17 08:35Z, so, source ciso"
        );
        assert!(!said(Thing::Handover, &"0f".repeat(16), json!({"note": "quiet"})).contains("0f0f"));
    }

    #[test]
    fn digests_are_told_by_their_beginning() {
        let whole = format!("priority of sha256:{}: P1, sha256:abc", "0f".repeat(32));
        assert_eq!(short_digests(&whole), "priority of sha256:0f0f0f0f: P1, sha256:abc");
        assert_eq!([short_digests(""), short_digests("sha256:é")], ["", "sha256:é"]);
    }

    #[test]
    fn indicators_are_told_by_their_targets() {
        let line = names().named("0123456789abcdef", "indicator 01234567 is now suspect");
        assert_eq!(line, "indicator tag:nginx:1 is now suspect");
        assert_eq!(names().named("ffff", "indicator ffff withdrawn"), "indicator ffff withdrawn");
    }
}
