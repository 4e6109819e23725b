//! One event: everything that is signed in it, and what it speaks about.

use crate::case::Case;
use crate::case::events::indicators::Word;
use crate::case::events::kinds::Payload;
use crate::case::notes::Note;
use crate::case::state::{State, Told};
use crate::cli::words::{counted, short, when};
use crate::model::acquisition::Acquisition;
use crate::model::reading::Reading;
use crate::model::text::scrub;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::theme::Slot;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;

/// Most lines of one list; an import's event names thousands of files.
const MOST: usize = 2_000;

/// The event that a name means.
#[derive(Debug)]
pub struct Event(pub String);

/// The answer.
#[derive(Debug)]
pub struct Found {
    /// As it was asked for.
    pub asked: String,
    /// Kind, author and time.
    pub title: String,
    /// Everything it says.
    pub facts: Vec<Fact>,
}

impl Question for Event {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case: &Case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let wanted = self.0.to_ascii_lowercase();
        let fits = |told: &&Told| wanted.len() >= 6 && told.hash.to_string().starts_with(&wanted);
        let mut hits = state.events.iter().filter(fits);
        let told = match (hits.next(), hits.next()) {
            (Some(told), None) => told,
            (None, _) => return Err(format!("{}: no event begins so (six digits or more)", self.0)),
            (Some(_), Some(_)) => return Err(format!("{}: several events begin so; give more digits", self.0)),
        };
        let title =
            format!("{} by {}, {}", told.envelope.kind, told.envelope.actor, when(&told.envelope.at.us.rfc3339()));
        Ok(Box::new(Found {
            asked: self.0.clone(),
            title: scrub(&title).into_owned(),
            facts: facts(told, &state, case)?,
        }))
    }
}

fn facts(told: &Told, state: &State, case: &Case) -> Result<Vec<Fact>, String> {
    let mut page = Page::default();
    let envelope = &told.envelope;
    page.line("says", told.payload.summary(&envelope.kind));
    if told.retracted {
        page.toned(
            Slot::Warning,
            "! taken back",
            "by a later event of the same device; undo of that one brings it back",
        );
    }
    page.line("kind", envelope.kind.clone());
    page.line("author", format!("{}, as the machine knew them", envelope.actor));
    page.line("claimed", claimed(told));
    page.line("hash", told.hash.to_string());
    page.line("chain", format!("{} event {}", envelope.writer, envelope.seq));
    page.line("device", format!("{}: a key signs, it does not prove a person", envelope.device));
    if let Some(before) = envelope.prev {
        page.linked("before it", before.to_string(), Some(link::event(&before.to_string())));
    }
    for seen in &envelope.seen {
        let text = format!("{} event {} of chain {}", seen.hash, seen.seq, seen.writer);
        page.linked("had seen", text, Some(link::event(&seen.hash.to_string())));
    }
    if let Some(group) = envelope.group {
        let of = group.of.map_or_else(String::new, |of| format!(" of {of}"));
        page.line("part", format!("{}{of} of {}: taken back as one", group.n, group.id));
    }
    speaks(told, state, &mut page);
    if let Payload::Noted(_) = &told.payload {
        let notes = case.notes(state).map_err(|e| e.to_string())?;
        written(notes.iter().find(|note| note.event == told.hash.to_string()), &mut page);
    }
    about(told, state, &mut page);
    payload(told, &mut page);
    Ok(page.end())
}

/// The text of a note, line by line.
fn written(note: Option<&Note>, page: &mut Page) {
    page.heading("NOTE", "");
    match note.map(|note| &note.text) {
        Some(Some(text)) => text.lines().take(MOST).for_each(|line| page.line("", line)),
        Some(None) => page.toned(Slot::Warning, "! gone", "its text was destroyed on purpose, or is not in the file"),
        None => page.toned(Slot::Warning, "! taken back", "undo of the event that took it back brings it back"),
    }
}

/// The wall time that the machine claimed, in its own zone too.
fn claimed(told: &Told) -> String {
    let at = told.envelope.at;
    let (sign, minutes) = (if at.offset < 0 { '-' } else { '+' }, at.offset.unsigned_abs());
    format!("{}, zone {sign}{:02}:{:02}", at.us.rfc3339(), minutes / 60, minutes % 60)
}

/// What the statement is about, as far as it can be opened.
fn speaks(told: &Told, state: &State, page: &mut Page) {
    match &told.payload {
        Payload::Acquired(acquired) => {
            page.heading("EVIDENCE", counted(acquired.acquisitions.len() as u64, "piece"));
            each(&acquired.acquisitions, page, acquisition);
        }
        Payload::Read(read) => {
            page.heading("READINGS", counted(read.readings.len() as u64, "piece"));
            each(&read.readings, page, |row, page| reading(row, state, page));
        }
        Payload::Retracted(retracted) => {
            page.heading("TOOK BACK", "");
            each(&retracted.events, page, |hash, page| {
                page.linked("event", hash.to_string(), Some(link::event(&hash.to_string())));
            });
            each(&retracted.groups, page, |group, page| {
                page.line("group", group.to_string());
            });
        }
        Payload::Expunged(expunged) => {
            page.heading("DESTROYED", expunged.reason.clone());
            each(&expunged.blobs, page, |blob, page| page.line("bytes", blob.to_string()));
        }
        Payload::Indicator(word) => indicated(word, page),
        Payload::Genesis(_)
        | Payload::Joined(_)
        | Payload::Writer(_)
        | Payload::Noted(_)
        | Payload::Response(_)
        | Payload::Unknown => {}
    }
}

/// What an event says of an indicator or a mirror, in the words it was given in.
fn indicated(word: &Word, page: &mut Page) {
    page.heading("SAYS", word.summary());
    let (written, says) = match word {
        Word::Added(added) => (Some(&added.written), Some(&added.says)),
        Word::Set(set) => (None, Some(&set.says)),
        Word::Retracted(_) | Word::Mirror(_) | Word::NoMirror(_) => (None, None),
    };
    if let Some(written) = written {
        page.line("as written", written.clone());
    }
    if let Some(window) = says.and_then(|says| says.window.as_ref()) {
        page.line("window", window.written.clone());
    }
}

/// Each of a list, and how many more there are.
fn each<T>(all: &[T], page: &mut Page, mut tell: impl FnMut(&T, &mut Page)) {
    all.iter().take(MOST).for_each(|one| tell(one, page));
    if all.len() > MOST {
        page.line("", format!("{} more; `hullbreach log --json` names them", all.len() - MOST));
    }
}

/// The hash of the original bytes is left out: short secrets could be guessed from it.
fn acquisition(row: &Acquisition, page: &mut Page) {
    let stored = row.stored.as_ref().map(|digest| digest.hex());
    let text = format!("{}  {}", stored.map_or("not kept", short), row.place());
    page.linked("got", text, stored.map(|id| link::evidence(id, 0, 0)));
}

fn reading(row: &Reading, state: &State, page: &mut Page) {
    let source = state.sources.get(&row.acquisition);
    let place = source.map_or_else(|| row.acquisition.to_string(), |source| source.acquisition.place());
    let rejected = if row.rejected > 0 { format!(", {} rejected", row.rejected) } else { String::new() };
    let text = format!("{}  {}: {} facts{rejected}  {place}", row.status.as_str(), row.format, row.facts);
    let stored = source.and_then(|source| source.acquisition.stored.as_ref());
    page.linked("read", text, stored.map(|digest| link::evidence(digest.hex(), 0, 0)));
}

/// Anchors and references: the things and events it speaks of.
fn about(told: &Told, state: &State, page: &mut Page) {
    let envelope = &told.envelope;
    if !envelope.anchors.is_empty() {
        page.heading("ABOUT", counted(envelope.anchors.len() as u64, "thing"));
    }
    each(&envelope.anchors, page, |anchor, page| page.linked("anchor", anchor.clone(), anchored(anchor, state)));
    if !envelope.refs.is_empty() {
        page.heading("REFERS TO", counted(envelope.refs.len() as u64, "event"));
    }
    each(&envelope.refs, page, |hash, page| {
        page.linked("event", hash.to_string(), Some(link::event(&hash.to_string())));
    });
}

/// What an anchor names: an acquisition, stored bytes, or an image by a digest or a name.
fn anchored(anchor: &str, state: &State) -> Option<crate::command::Call> {
    if let Some(event) = anchor.strip_prefix("event:") {
        return Some(link::event(event));
    }
    let source = crate::model::id::unhex(anchor)
        .and_then(|raw| raw.try_into().ok())
        .and_then(|raw| state.sources.get(&crate::model::id::Id(raw)));
    if let Some(source) = source {
        return source.acquisition.stored.as_ref().map(|digest| link::evidence(digest.hex(), 0, 0));
    }
    let stored = |source: &&crate::case::state::Source| {
        source.acquisition.stored.as_ref().is_some_and(|digest| digest.as_str() == anchor)
    };
    if let Some(source) = state.sources.values().find(stored) {
        return source.acquisition.stored.as_ref().map(|digest| link::evidence(digest.hex(), 0, 0));
    }
    let looks_like_one = anchor.contains(['/', ':']) && !anchor.contains(char::is_whitespace);
    looks_like_one.then(|| link::image(anchor))
}

/// The statement's own fields, where they were not told above.
fn payload(told: &Told, page: &mut Page) {
    if matches!(told.payload, Payload::Acquired(_) | Payload::Read(_)) {
        return;
    }
    let Some(fields) = told.envelope.payload.as_object().filter(|fields| !fields.is_empty()) else { return };
    page.heading("STATEMENT", "as it is signed");
    for (name, value) in fields.iter().take(MOST) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        page.line("", format!("{name}  {text}"));
    }
}
