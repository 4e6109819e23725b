//! The timeline of a case: what responders wrote, what they imported, and what the case records by itself.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::model::entry::{Imported, Lane, Precision};
use crate::model::record::{Record, Records, Thing};
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// An entry as it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Its id: 32 hex digits, `IMPORT.N` for an imported one, `event:HASH` or another word for what the case records.
    pub id: String,
    /// Its lane.
    pub lane: Lane,
    /// When it was, RFC 3339.
    pub at: String,
    /// The time as it was typed.
    pub written: String,
    /// How exactly the time is known.
    pub precision: Precision,
    /// The zone in which it was typed; empty for UTC.
    pub zone: String,
    /// Seconds by which the clock of its source ran ahead; taken away in `at`.
    pub skew: i64,
    /// When it was found out, RFC 3339.
    pub discovered: String,
    /// What it says.
    pub text: String,
    /// What proves it.
    pub evidence: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// Who may read it; none where it takes the case's label.
    pub tlp: Option<String>,
    /// It belongs to talks with counsel.
    pub privileged: bool,
    /// It does not hold any more.
    pub retracted: bool,
    /// Why it does not.
    pub reason: Option<String>,
    /// The case records it by itself.
    pub automatic: bool,
    /// How often it was revised.
    pub revisions: usize,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
    /// The label as such.
    #[serde(skip)]
    pub label: Option<Tlp>,
    /// The time as a number.
    #[serde(skip)]
    pub micros: Micros,
}

impl EntryView {
    /// An entry that the case records by itself.
    pub fn recorded(id: String, lane: Lane, at: Micros, text: String) -> EntryView {
        EntryView {
            id,
            lane,
            at: at.rfc3339(),
            written: String::new(),
            precision: Precision::Exact,
            zone: String::new(),
            skew: 0,
            discovered: at.rfc3339(),
            text,
            evidence: Vec::new(),
            author: String::new(),
            tlp: None,
            privileged: false,
            retracted: false,
            reason: None,
            automatic: true,
            revisions: 0,
            conflicts: Vec::new(),
            label: None,
            micros: at,
        }
    }
}

/// All entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// By time, then lane, then id.
    pub entries: Vec<EntryView>,
}

impl Timeline {
    /// What all of it comes to. `imports` holds the entries of each import that is there, by its id.
    pub fn of(records: &Records, imports: &BTreeMap<String, Vec<Imported>>, recorded: Vec<EntryView>) -> Timeline {
        let mut entries = recorded;
        for record in records.all(Thing::Entry).filter(|record| !record.id.contains('.')) {
            entries.extend(written(record));
        }
        for (import, rows) in imports {
            let Some(of) = records.get(Thing::Import, import) else { continue };
            for (n, row) in (1..).zip(rows) {
                let id = format!("{import}.{n}");
                entries.push(imported(&id, row, of, records.get(Thing::Entry, &id)));
            }
        }
        entries.sort_by(|a, b| (a.micros, a.lane, &a.id).cmp(&(b.micros, b.lane, &b.id)));
        Timeline { entries }
    }

    /// The entries of an id, or of its beginning.
    pub fn find(&self, id: &str) -> Vec<&EntryView> {
        let id = id.trim();
        match self.entries.iter().find(|entry| entry.id == id) {
            Some(exact) => vec![exact],
            None => self.entries.iter().filter(|entry| id.len() >= 6 && entry.id.starts_with(id)).collect(),
        }
    }
}

/// Fields whose clashes are shown.
const SHOWN: [&str; 6] = ["lane", "at", "text", "tlp", "privileged", "struck"];

/// An entry that somebody wrote; none without a time and a text.
fn written(record: &Record) -> Option<EntryView> {
    let first = record.words.first()?;
    let mut entry =
        EntryView::recorded(record.id.clone(), record.latest("lane")?, record.latest("at")?, record.latest("text")?);
    entry.automatic = false;
    entry.author = first.author.clone();
    entry.discovered = first.at.rfc3339();
    revise(&mut entry, record);
    entry.revisions = record.words.len() - 1;
    Some(entry)
}

fn imported(id: &str, row: &Imported, of: &Record, record: Option<&Record>) -> EntryView {
    let text = if row.kind.is_empty() { row.text.clone() } else { format!("{}: {}", row.kind, row.text) };
    let mut entry = EntryView::recorded(id.to_owned(), row.lane, row.at, text);
    entry.automatic = false;
    entry.written = row.written.clone();
    entry.precision = Precision::of(&row.written);
    entry.author = of.words.first().map(|word| word.author.clone()).unwrap_or_default();
    let found = row.discovered.or_else(|| of.words.first().map(|word| word.at));
    entry.discovered = found.unwrap_or(row.at).rfc3339();
    entry.skew = of.latest("skew").unwrap_or(0);
    entry.zone = of.latest("zone").unwrap_or_default();
    entry.label = row.tlp.or_else(|| of.most("tlp"));
    entry.tlp = entry.label.map(Tlp::shown);
    entry.privileged = of.most::<bool>("privileged") == Some(true);
    entry.evidence =
        of.latest::<String>("source").into_iter().map(|source| format!("{source} line:{}", row.line)).collect();
    if let Some(record) = record {
        revise(&mut entry, record);
        entry.revisions = record.words.len();
    }
    entry
}

/// Puts in what was said of an entry.
fn revise(entry: &mut EntryView, record: &Record) {
    entry.lane = record.latest("lane").unwrap_or(entry.lane);
    entry.micros = record.latest("at").unwrap_or(entry.micros);
    entry.at = entry.micros.rfc3339();
    entry.written = record.latest("written").unwrap_or_else(|| std::mem::take(&mut entry.written));
    entry.precision = record.latest("precision").unwrap_or(entry.precision);
    entry.zone = record.latest("zone").unwrap_or_else(|| std::mem::take(&mut entry.zone));
    entry.skew = record.latest("skew").unwrap_or(entry.skew);
    entry.text = record.latest("text").unwrap_or_else(|| std::mem::take(&mut entry.text));
    if let Some(discovered) = record.latest::<Micros>("discovered") {
        entry.discovered = discovered.rfc3339();
    }
    entry.label = record.most("tlp").or(entry.label);
    entry.tlp = entry.label.map(Tlp::shown);
    entry.privileged |= record.most::<bool>("privileged") == Some(true);
    entry.retracted = record.least::<bool>("struck") == Some(true);
    entry.reason = record.latest::<String>("reason").filter(|_| entry.retracted);
    entry.evidence.extend(record.members("evidence"));
    entry.conflicts = record.clashes(&SHOWN);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Word;
    use serde_json::{Value, json};

    fn say(records: &mut Records, event: &str, thing: Thing, id: &str, says: Value, replaces: &[&str]) {
        let word = Word {
            event: event.to_owned(),
            author: "ana".to_owned(),
            at: Micros(9),
            says: says.as_object().unwrap().clone().into_iter().collect(),
            replaces: replaces.iter().map(|event| (*event).to_owned()).collect(),
        };
        records.take(thing, id, word);
    }

    fn one(records: &Records, imports: &BTreeMap<String, Vec<Imported>>) -> EntryView {
        Timeline::of(records, imports, Vec::new()).entries.remove(0)
    }

    #[test]
    fn a_revision_replaces_and_a_retraction_strikes_through() {
        let mut records = Records::default();
        say(
            &mut records,
            "a",
            Thing::Entry,
            "e",
            json!({"lane": "happened", "at": 5, "text": "pushed", "evidence:x": true}),
            &[],
        );
        say(&mut records, "b", Thing::Entry, "e", json!({"at": 7}), &["a"]);
        let entry = one(&records, &BTreeMap::new());
        assert_eq!((entry.micros, entry.text.as_str(), entry.revisions), (Micros(7), "pushed", 1));
        assert_eq!(entry.evidence, ["x"]);
        say(&mut records, "c", Thing::Entry, "e", json!({"struck": true, "reason": "wrong host"}), &[]);
        let entry = one(&records, &BTreeMap::new());
        assert!(entry.retracted && entry.text == "pushed" && entry.reason.as_deref() == Some("wrong host"));
        // Two texts at once: both are told.
        say(&mut records, "d", Thing::Entry, "e", json!({"text": "pulled"}), &[]);
        assert_eq!(one(&records, &BTreeMap::new()).conflicts, ["text: pushed (ana), pulled (ana)"]);
    }

    #[test]
    fn imported_entries_are_revised_one_by_one() {
        let mut records = Records::default();
        say(
            &mut records,
            "a",
            Thing::Import,
            "imp",
            json!({"source": "hub.csv", "privileged": true, "blob": "x"}),
            &[],
        );
        say(&mut records, "b", Thing::Entry, "imp.1", json!({"lane": "did", "privileged": false}), &[]);
        let row = Imported {
            lane: Lane::Happened,
            at: Micros(3),
            written: "then".into(),
            discovered: None,
            kind: "push".into(),
            text: "x".into(),
            tlp: Some(Tlp::Red),
            line: 2,
        };
        let imports = BTreeMap::from([("imp".to_owned(), vec![row])]);
        let entry = one(&records, &imports);
        assert_eq!((entry.id.as_str(), entry.lane, entry.text.as_str()), ("imp.1", Lane::Did, "push: x"));
        assert_eq!(
            (entry.tlp.as_deref(), entry.evidence.as_slice()),
            (Some("TLP:RED"), ["hub.csv line:2".to_owned()].as_slice())
        );
        assert!(entry.privileged, "what was privileged as a whole stays so");
        assert!(Timeline::of(&records, &BTreeMap::new(), Vec::new()).entries.is_empty(), "destroyed, it is gone");
    }

    #[test]
    fn entries_are_found_by_the_beginning_of_their_id() {
        let at = |id: &str, at: i64| EntryView::recorded(id.to_owned(), Lane::Did, Micros(at), "x".into());
        let timeline = Timeline::of(&Records::default(), &BTreeMap::new(), vec![at("abcdef02", 2), at("abcdef01", 1)]);
        assert_eq!(timeline.entries[0].id, "abcdef01");
        assert_eq!(
            (timeline.find("abcdef").len(), timeline.find("abcdef01").len(), timeline.find("abc").len()),
            (2, 1, 0)
        );
    }
}
