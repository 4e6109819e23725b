//! A note while it is written, and the notes that were begun. Whatever is typed is kept as a draft at once; it becomes
//! part of the case only when it is written down.

mod data;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::Below;
use super::facts::{self, Facts, Page};
use super::pane;
use super::{Around, Look, Reply, View, ViewRow};
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Danger, Spec};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Effect, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Slot as Meaning, Theme};
use crate::tui::widget::editor::{Draft, Edit, Editor, Go, Taken};
use data::{Begun, Kept};

pub use data::editing;

/// Its row.
pub const ROW: ViewRow = ViewRow { id: "note", title: "Note", commands: COMMANDS, make: || Box::new(Note::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal("note.write", "Note", "Write a note about what is shown, or about something named")
        .danger(Danger::Changes)
        .when("case")
        .takes(&[Argument {
            name: "TARGET",
            help: "an image, evidence:ID, event:HASH; else what is shown",
            required: false,
        }]),
    Spec::terminal("note.drafts", "Drafts", "Show the notes that were begun and not written down")
        .danger(Danger::Changes)
        .when("case"),
    Spec::terminal("note.save", "Write down", "Make the note part of the case, signed; it can be taken back")
        .danger(Danger::Changes)
        .when("view:note"),
    Spec::terminal("note.editor", "Your editor", "Write on in your own editor (VISUAL or EDITOR)").when("view:note"),
    Spec::terminal("note.discard", "Discard", "Throw away what was typed").when("view:note"),
    Spec::terminal("note.newline", "New line", "Begin a new line").when("view:note"),
];

const BEGIN: Slot = "note.begin";
const DRAFTS: Slot = "note.drafts";
const WRITTEN: Slot = "note.written";
const PANE: &str = "note.text";

/// Its state.
#[derive(Debug, Default)]
struct Note {
    writing: Option<Writing>,
    drafts: Facts,
    read: bool,
    below: Below,
}

/// One note.
#[derive(Debug)]
struct Writing {
    on: String,
    /// What it will be about, in words; before that is known, what was asked for.
    about: String,
    /// The draft's name, once it is known.
    draft: Option<String>,
    editor: Editor,
    /// What would be stored of it, as it was shown last.
    seen: Option<String>,
}

impl Writing {
    fn new(on: &str) -> Writing {
        let about = if on.is_empty() { "the case".to_owned() } else { on.to_owned() };
        Writing { on: on.to_owned(), about, draft: None, editor: editor(String::new()), seen: None }
    }

    /// The draft as it stands; none before its name is known.
    fn kept(&self) -> Option<(String, String)> {
        let kept = Kept { on: self.on.clone(), text: self.editor.text() };
        let text = if self.editor.is_empty() { String::new() } else { serde_json::to_string(&kept).ok()? };
        Some((self.draft.clone()?, text))
    }
}

/// An editor with the cursor at the end of a text. Its colours are those of the frame it is drawn in.
fn editor(text: String) -> Editor {
    Editor::open(
        Draft { id: String::new(), text, cursor: (usize::from(u16::MAX), usize::from(u16::MAX)) },
        &Theme::default(),
    )
}

/// The edit that an `input.` or `table.` command asks for.
fn edit(id: &str) -> Option<Edit> {
    Some(match id {
        "note.newline" => Edit::Newline,
        "input.left" => Edit::Go(Go::Left),
        "input.right" => Edit::Go(Go::Right),
        "input.home" => Edit::Go(Go::Home),
        "input.end" => Edit::Go(Go::End),
        "input.backspace" => Edit::Backspace,
        "input.delete" => Edit::Delete,
        "input.delete-word" => Edit::DeleteWord,
        "table.up" => Edit::Go(Go::Up),
        "table.down" => Edit::Go(Go::Down),
        "table.top" => Edit::Go(Go::Top),
        "table.bottom" => Edit::Go(Go::Bottom),
        _ => return None,
    })
}

impl Note {
    fn begin(&mut self, on: &str, reply: &mut Reply) {
        reply.changed = true;
        if self.writing.as_ref().is_some_and(|writing| writing.on == on) {
            return;
        }
        self.writing = Some(Writing::new(on));
        reply.ask(BEGIN, data::Begin(on.to_owned()), true);
    }

    fn begun(&mut self, begun: Begun, reply: &mut Reply) {
        let Some(writing) = self.writing.as_mut().filter(|writing| writing.on == begun.on) else { return };
        reply.changed = true;
        writing.about = begun.about.unwrap_or_else(|| "the case".to_owned());
        writing.draft = Some(begun.draft);
        // What was typed meanwhile is the newer text.
        match begun.text.filter(|_| writing.editor.is_empty()) {
            Some(text) => {
                writing.editor = editor(text);
                reply.say(Tone::Info, "what you had begun is here again; Ctrl-s writes it down");
            }
            None => self.keep(reply),
        }
    }

    /// Has the draft kept as it stands.
    fn keep(&self, reply: &mut Reply) {
        if let Some((name, text)) = self.writing.as_ref().and_then(Writing::kept) {
            reply.effects.push(Effect::KeepDraft { name, text });
        }
    }

    fn apply(&mut self, edit: Edit, reply: &mut Reply) {
        let Some(writing) = &mut self.writing else { return };
        let Taken { changed, refused } = writing.editor.apply(edit);
        reply.changed |= changed;
        if refused > 0 {
            reply.say(Tone::Warning, format!("{refused} characters were not taken: the note is full"));
        }
        if changed {
            self.keep(reply);
        }
    }

    /// What was pasted is seen as it would be stored before it is.
    fn save(&mut self, reply: &mut Reply) {
        let Some(writing) = &mut self.writing else { return };
        if writing.editor.text().trim().is_empty() {
            return reply.say(Tone::Warning, "there is nothing to write down yet; type, or Esc leads back");
        }
        if let Some(shown) = pane::replaced(&writing.editor.text(), &mut writing.seen) {
            writing.editor = editor(shown);
            reply.changed = true;
            reply.say(Tone::Warning, "a secret was replaced: look at it; Ctrl-s again writes it down as it stands");
            return self.keep(reply);
        }
        let Some(writing) = &self.writing else { return };
        reply.act(data::Write(Kept { on: writing.on.clone(), text: writing.editor.text() }));
    }

    /// The note is part of the case: its draft goes, and the way leads back. What was typed since stays.
    fn written(&mut self, kept: &Kept, reply: &mut Reply) {
        let same = |writing: &&Writing| writing.on == kept.on && writing.editor.text() == kept.text;
        if self.writing.as_ref().filter(same).is_none() {
            return;
        }
        self.discard(reply);
        reply.call("app.back");
    }

    fn discard(&mut self, reply: &mut Reply) {
        if let Some(name) = self.writing.take().and_then(|writing| writing.draft) {
            reply.effects.push(Effect::KeepDraft { name: data::editing(&name), text: String::new() });
            reply.effects.push(Effect::KeepDraft { name, text: String::new() });
        }
        reply.changed = true;
    }

    fn leave(&mut self, reply: &mut Reply) {
        if self.writing.as_ref().is_some_and(|writing| !writing.editor.is_empty()) {
            reply.say(Tone::Info, "kept as a draft; :note.drafts shows what was begun");
        }
        self.writing = None;
        reply.call("app.back");
    }

    fn hand_over(&self, reply: &mut Reply) {
        let Some(writing) = &self.writing else { return };
        match &writing.draft {
            Some(name) => reply.effects.push(Effect::Edit { name: name.clone(), text: writing.editor.text() }),
            None => reply.say(Tone::Info, "a moment: what the note is about is being looked up"),
        }
    }

    fn listed(&mut self, drafts: &[Kept], reply: &mut Reply) {
        let mut page = Page::default();
        for kept in drafts {
            let about = if kept.on.is_empty() { "the case" } else { &kept.on };
            let first = kept.text.lines().next().unwrap_or_default();
            let link = Call { id: "note.write".to_owned(), argument: kept.on.clone() };
            page.linked("draft", format!("{first}  (about {about})"), Some(link));
        }
        (self.read, reply.changed) = (true, true);
        self.drafts.set(page.end());
    }
}

impl View for Note {
    fn refresh(&mut self, reply: &mut Reply) {
        if self.writing.is_none() {
            reply.ask(DRAFTS, data::Drafts, false);
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.writing.is_some() { &["note", "input"] } else { &["table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", self.writing.is_none() && self.drafts.marked().is_some());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        match (call.id.as_str(), self.writing.is_some()) {
            ("note.write", _) => self.begin(&call.argument, reply),
            ("note.drafts", _) => {
                (self.writing, self.read, reply.changed) = (None, false, true);
                reply.ask(DRAFTS, data::Drafts, true);
            }
            ("note.save", true) => self.save(reply),
            ("note.editor", true) => self.hand_over(reply),
            ("note.discard", true) => {
                self.discard(reply);
                reply.call("app.back");
            }
            ("input.cancel", true) => self.leave(reply),
            ("table.open", false) => self.drafts.open(reply),
            (id, false) => {
                let moved = self.drafts.command(id, around, PANE);
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
            (id, true) => match edit(id) {
                Some(edit) => self.apply(edit, reply),
                None => return id.starts_with("input.") || id.starts_with("note."),
            },
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        self.apply(Edit::Paste(text.to_owned()), reply);
    }

    fn edited(&mut self, outcome: Result<String, String>, reply: &mut Reply) {
        match (outcome, &mut self.writing) {
            (Ok(text), Some(writing)) => {
                writing.editor = editor(text);
                reply.changed = true;
                self.keep(reply);
            }
            (Ok(_), None) => {}
            (Err(error), _) => reply.say(Tone::Error, format!("the text is as it was; {error}")),
        }
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        let answer = match answer {
            None => return,
            Some(Err(error)) => {
                reply.say(Tone::Error, error);
                if slot == BEGIN {
                    self.writing = None;
                    reply.call("app.back");
                }
                return;
            }
            Some(Ok(answer)) => answer,
        };
        match slot {
            BEGIN => {
                if let Ok(begun) = answer.downcast::<Begun>() {
                    self.begun(*begun, reply);
                }
            }
            WRITTEN => {
                if let Ok(kept) = answer.downcast::<Kept>() {
                    self.written(&kept, reply);
                }
            }
            _ => {
                if let Ok(drafts) = answer.downcast::<Vec<Kept>>() {
                    self.listed(&drafts, reply);
                }
            }
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        if self.writing.is_none() && self.drafts.click(row) {
            self.drafts.open(reply);
        }
    }

    fn place(&self) -> Option<Call> {
        let line = |writing: &Writing| Call { id: "note.write".to_owned(), argument: writing.on.clone() };
        Some(self.writing.as_ref().map_or_else(|| Call::parse("note.drafts"), line))
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let (title, told) = (lines.line(), lines.line());
        let Some(writing) = &self.writing else {
            put(buffer, title, " Notes that were begun", look.theme.style(Meaning::Title));
            put(buffer, told, "", look.theme.style(Meaning::Base));
            let none = if self.read { "No note was begun.\nn writes one about what is shown." } else { "reading ..." };
            return self.drafts.draw((facts::COLUMNS, PANE, none), &self.below, look, lines.rest(), buffer);
        };
        put(buffer, title, &format!(" Note about {}", writing.about), look.theme.style(Meaning::Title));
        let words = " Ctrl-s writes, Ctrl-o editor, Esc draft. A first line TLP:RED labels it";
        put(buffer, told, words, look.theme.style(Meaning::Muted));
        let mut regions = Regions::default();
        regions.push(lines.rest(), Hit::Pane(PANE));
        // The editor has the colours of its own making: those of this frame are put on a copy.
        let mut editor = writing.editor.clone();
        editor.dress(look.theme);
        editor.draw(look.theme, lines.rest(), buffer);
        regions
    }

    fn crumb(&self) -> String {
        self.writing.as_ref().map_or_else(|| "drafts".to_owned(), |writing| format!("note on {}", writing.about))
    }

    fn draft(&self) -> Option<(String, String)> {
        self.writing.as_ref().filter(|writing| !writing.editor.is_empty()).and_then(Writing::kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(text: Option<&str>) -> Begun {
        let text = text.map(str::to_owned);
        Begun { on: "pay/api".to_owned(), about: Some("sha256:ab".to_owned()), draft: "note-1".to_owned(), text }
    }

    fn kept(reply: &Reply) -> Vec<String> {
        reply.effects.iter().filter(|e| matches!(e, Effect::KeepDraft { .. })).map(|e| format!("{e:?}")).collect()
    }

    #[test]
    fn every_change_is_kept_and_comes_back() {
        let mut note = Note::default();
        note.begin("pay/api", &mut Reply::default());
        let mut reply = Reply::default();
        note.insert("early", &mut reply);
        assert_eq!(kept(&reply), Vec::<String>::new(), "its draft has no name yet");
        let mut reply = Reply::default();
        note.begun(begun(Some("older")), &mut reply);
        assert!(kept(&reply)[0].contains("early"), "what was typed is newer: {reply:?}");
        let mut reply = Reply::default();
        note.insert(" word", &mut reply);
        assert!(kept(&reply)[0].contains("early word") && kept(&reply)[0].contains("pay/api"), "{reply:?}");
        let mut again = Note::default();
        again.begin("pay/api", &mut Reply::default());
        again.begun(begun(Some("early word")), &mut Reply::default());
        assert_eq!(again.writing.as_ref().unwrap().editor.text(), "early word");
    }

    #[test]
    fn what_is_written_down_is_no_draft_any_more() {
        let mut note = Note::default();
        note.begin("pay/api", &mut Reply::default());
        note.begun(begun(Some("text")), &mut Reply::default());
        let mut reply = Reply::default();
        note.written(&Kept { on: "pay/api".to_owned(), text: "other text".to_owned() }, &mut reply);
        assert!(note.writing.is_some(), "more was typed since");
        note.written(&Kept { on: "pay/api".to_owned(), text: "text".to_owned() }, &mut reply);
        assert!(note.writing.is_none() && kept(&reply).iter().all(|e| e.contains("text: \"\"")), "{reply:?}");
    }

    #[test]
    fn an_editor_that_fails_keeps_the_text() {
        let mut note = Note::default();
        note.begin("", &mut Reply::default());
        note.begun(Begun { on: String::new(), ..begun(Some("text")) }, &mut Reply::default());
        let mut reply = Reply::default();
        note.edited(Err("vim: not found".to_owned()), &mut reply);
        assert!(reply.toasts[0].1.contains("the text is as it was"), "{reply:?}");
        assert_eq!(note.writing.as_ref().unwrap().editor.text(), "text");
        note.edited(Ok("more\ntext".to_owned()), &mut reply);
        assert_eq!(note.writing.as_ref().unwrap().editor.text(), "more\ntext");
    }
}
