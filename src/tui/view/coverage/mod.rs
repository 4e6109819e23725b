//! Coverage: what was read, how far and how old; what is missing; and what the usual one-liner would have found. Import
//! from here.

mod data;
mod prompt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sheet::{Entry, Sheet};
use super::text::{Text, heading, labelled};
use super::{Around, Look, Reply, View, ViewRow, pane, proof};
use crate::case::query::one_liner::OneLiner;
use crate::case::query::sources::SourceRow;
use crate::cli::words::{age, counted, middle, short_path, when};
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Danger, Spec};
use crate::model::time::Micros;
use crate::tui::data::deeds::Import;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::input::Input;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};
use prompt::{Prompt, Typed};

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "coverage", title: "Coverage", commands: COMMANDS, make: || Box::new(Coverage::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal("coverage.tab", "Next tab", "Show the next tab, or a named one")
        .when("view:coverage")
        .takes(&[Argument { name: "TAB", help: "sources, missing or one-liner", required: false }]),
    Spec::terminal("coverage.import", "Import", "Type paths to import; Tab completes them")
        .danger(Danger::Changes)
        .when("view:coverage"),
];

const TABS: [&str; 3] = ["sources", "missing", "one-liner"];
const PICTURE: Slot = "coverage.picture";
const COMPARE: Slot = "coverage.compare";
const PATHS: Slot = "coverage.paths";
const PANE: &str = "coverage.list";

const SOURCES: &[Column] = &[
    Column::new("STATUS", 9, 14),
    Column::new("AGE", 6, 7).right(),
    Column::new("CONTEXT", 8, 16).dropped(2),
    Column::new("PLACE", 24, 40).cut(Cut::With(short_path)).growing(3),
    Column::new("ITEMS", 6, 8).right().dropped(1),
    Column::new("REJECTED", 8, 8).right(),
    Column::new("WHY, AND WHAT TO KNOW", 24, 40).growing(2).dropped(3),
];

const MISSING: &[Column] = &[
    Column::new("WHAT", 10, 30).cut(Cut::With(middle)).growing(1),
    Column::new("WHERE", 14, 40).cut(Cut::With(short_path)).growing(1),
    Column::new("WHAT WOULD HELP", 16, 60).growing(3),
];

/// Its state.
#[derive(Debug, Default)]
struct Coverage {
    tab: usize,
    read: Option<data::Read>,
    sources: Sheet<Source>,
    missing: Sheet<Missing>,
    compared: Option<OneLiner>,
    comparison: Text,
    typing: Option<Prompt>,
}

/// A source with its age, which changes as time goes by.
#[derive(Debug, PartialEq, Eq)]
struct Source(SourceRow, String);

/// Something that is not there.
#[derive(Debug, PartialEq, Eq)]
struct Missing {
    what: String,
    place: String,
    help: String,
    spot: Option<(String, i64, i64)>,
}

impl Source {
    /// Why it is not wholly read, and what to know about it.
    fn why(&self) -> String {
        let all = std::iter::once(self.0.reason.as_str()).chain(self.0.notes.iter().map(String::as_str));
        all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

impl Entry for Source {
    fn key(&self) -> String {
        self.0.acquisition.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let row = &self.0;
        let status = match row.status.as_str() {
            "read" if row.rejected == 0 => Line::plain("read"),
            "denied" | "failed" => Line::new(format!("x {}", row.status), Meaning::Error),
            word => Line::new(format!("! {word}"), Meaning::Warning),
        };
        let rejected = if row.rejected == 0 { "-".to_owned() } else { row.rejected.to_string() };
        vec![
            status,
            Line::plain(self.1.as_str()),
            Line::plain(row.context.as_deref().unwrap_or("-")),
            Line::plain(row.place.as_str()),
            Line::plain(row.items.to_string()),
            Line::plain(rejected),
            Line::plain(self.why()),
        ]
    }
}

impl Entry for Missing {
    fn key(&self) -> String {
        format!("{}|{}", self.what, self.place)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        [&self.what, &self.place, &self.help].into_iter().map(|text| Line::plain(text.as_str())).collect()
    }
}

impl Coverage {
    fn ask(&self, reply: &mut Reply) {
        reply.ask(PICTURE, data::Picture, false);
        reply.ask(COMPARE, data::Compare, false);
    }

    fn take(&mut self, read: data::Read, reply: &mut Reply) {
        let unresolved = read.unresolved.iter().map(|row| Missing {
            what: format!("{} needs {}", row.as_written, row.needs.join(", ")),
            place: row.locus.clone(),
            help: row.hint.clone(),
            spot: None,
        });
        let missing = read.missing.iter().map(|row| Missing {
            what: row.path.clone(),
            place: row.asked_by.clone(),
            help: row.reason.clone(),
            spot: row.evidence.clone().map(|id| (id, row.locator.offset, row.locator.length)),
        });
        let missing = self.missing.set(unresolved.chain(missing).collect());
        reply.changed |= missing || self.read.as_ref() != Some(&read);
        self.read = Some(read);
        self.fill();
    }

    fn fill(&mut self) {
        let Some(read) = &self.read else { return };
        let now = read.now;
        let aged =
            |row: &SourceRow| Micros::parse_rfc3339(&row.as_of).map_or_else(|| when(&row.as_of), |at| age(now, at));
        let mut rows: Vec<Source> = read.sources.iter().map(|row| Source(row.clone(), aged(row))).collect();
        // What needs a look stands first; the order within is the case's.
        rows.sort_by_key(|Source(row, _)| rank(row));
        self.sources.set(rows);
    }

    fn open(&self, reply: &mut Reply) {
        let spot = match self.tab {
            0 => self.sources.marked().map(|row| row.0.evidence.clone().map(|id| (id, 0, 0))),
            1 => self.missing.marked().map(|row| row.spot.clone()),
            _ => None,
        };
        match spot {
            Some(Some((id, first, length))) => proof::show(&id, first, length, reply),
            Some(None) => reply.say(Tone::Warning, "there is no evidence to show for it"),
            None => {}
        }
    }

    fn type_paths(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(prompt) = &mut self.typing else { return false };
        match prompt.command(id) {
            Typed::Unknown => return false,
            Typed::Edited => self.complete(reply),
            Typed::Accepted(paths) if paths.is_empty() => {}
            Typed::Accepted(paths) => {
                self.typing = None;
                reply.act(Import { paths: paths.into_iter().map(Into::into).collect() });
            }
            Typed::Cancelled => self.typing = None,
        }
        reply.changed = true;
        true
    }

    fn complete(&self, reply: &mut Reply) {
        if let Some(prompt) = self.typing.as_ref().filter(|prompt| prompt.input.completion().is_none()) {
            reply.ask(PATHS, data::Paths(prompt.path().to_owned()), true);
        }
    }

    /// One line: how much was read, how old it is.
    fn head(&self) -> String {
        let Some(read) = &self.read else { return " reading ...".to_owned() };
        let of = |word: &str| read.sources.iter().filter(|row| row.status == word).count();
        let mut parts = vec![format!(" {}", counted(read.sources.len() as u64, "source"))];
        for word in ["read", "partial", "denied", "failed", "unrecognised"] {
            if of(word) > 0 {
                parts.push(format!("{} {word}", of(word)));
            }
        }
        let times = read.sources.iter().filter_map(|row| Micros::parse_rfc3339(&row.as_of));
        parts.extend(times.min().map(|at| format!("oldest {}", age(read.now, at))));
        parts.join("   ")
    }

    /// Another line: what the one-liner would have found.
    fn against(&self) -> String {
        let Some(compared) = &self.compared else { return " comparing with the usual one-liner ...".to_owned() };
        let (found, missed) = (compared.result.found.len(), compared.result.missed.len());
        if found + missed == 0 {
            return " nothing to compare yet".to_owned();
        }
        format!(" the usual one-liner finds {found} of {} images and misses {missed}", found + missed)
    }
}

/// What needs a look first.
fn rank(row: &SourceRow) -> u8 {
    match row.status.as_str() {
        "denied" | "failed" => 0,
        "partial" => 1,
        "unrecognised" => 2,
        _ if row.rejected > 0 => 3,
        _ => 4,
    }
}

/// The comparison as prose.
fn comparison(compared: &OneLiner) -> Vec<Line<'static>> {
    let result = &compared.result;
    let mut lines = vec![heading(
        "kubectl get pods -A -o jsonpath=... | sort -u; grep image: docker-compose*.yml; grep FROM Dockerfile*",
    )];
    let counts = format!(
        "{} found, {} missed, {} lines name no image",
        result.found.len(),
        result.missed.len(),
        result.mangled.len()
    );
    lines.extend([labelled("it prints", counts), Line::default(), heading("MISSED, AND WHY")]);
    for reason in &compared.reasons {
        lines.push(
            Line::new(format!(" {}", reason.image), Meaning::Base).and(format!("  {}", reason.reason), Meaning::Muted),
        );
    }
    lines.extend([Line::default(), heading("LINES THAT NAME NO IMAGE")]);
    lines.extend(result.mangled.iter().map(|line| Line::plain(format!(" {line}"))));
    lines
}

impl View for Coverage {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
    }

    fn modes(&self) -> &'static [&'static str] {
        match (&self.typing, self.tab) {
            (Some(_), _) => &["input"],
            (None, 2) => &["coverage", "details", "table"],
            (None, _) => &["coverage", "table"],
        }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let rows = match self.tab {
            0 => self.sources.marked().is_some(),
            1 => self.missing.marked().is_some(),
            _ => false,
        };
        conditions.set("rows", rows);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.typing.is_some() {
            return self.type_paths(&call.id, reply);
        }
        match call.id.as_str() {
            "coverage.tab" => match pane::turned(&TABS, self.tab, &call.argument) {
                Some(tab) => (self.tab, reply.changed) = (tab, true),
                None => reply.say(Tone::Warning, format!("{}: no tab is called so", call.argument)),
            },
            "coverage.import" => {
                (self.typing, reply.changed) = (Some(Prompt::default()), true);
                self.complete(reply);
            }
            "table.open" => self.open(reply),
            id => {
                let moved = match self.tab {
                    0 => self.sources.command(id, around, PANE),
                    1 => self.missing.command(id, around, PANE),
                    _ => self.comparison.command(id, around, PANE),
                };
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        if let Some(prompt) = &mut self.typing {
            prompt.insert(text);
            reply.changed = true;
            self.complete(reply);
        }
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        let answer = match answer {
            None => return,
            Some(Err(error)) => return reply.say(Tone::Error, error),
            Some(Ok(answer)) => answer,
        };
        match slot {
            COMPARE => {
                if let Ok(compared) = answer.downcast::<OneLiner>() {
                    reply.changed |= self.compared.as_ref() != Some(&*compared);
                    self.comparison.set(comparison(&compared));
                    self.compared = Some(*compared);
                }
            }
            PATHS => {
                if let (Ok(offered), Some(prompt)) = (answer.downcast::<data::Offered>(), &mut self.typing) {
                    let data::Offered(path, names) = *offered;
                    prompt.offer(&path, names);
                    reply.changed = true;
                }
            }
            _ => {
                if let Ok(read) = answer.downcast::<data::Read>() {
                    self.take(*read, reply);
                }
            }
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match self.tab {
            0 => self.sources.click(row),
            1 => self.missing.click(row),
            _ => false,
        };
        if again {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let first = lines.line();
        put(buffer, first, &self.head(), look.theme.style(Meaning::Title));
        put(buffer, lines.line(), &self.against(), look.theme.style(Meaning::Base));
        let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        let names = [
            (TABS[0], count(self.sources.entries().len())),
            (TABS[1], count(self.missing.entries().len())),
            (TABS[2], String::new()),
        ];
        let mut regions = pane::tabs(&names, self.tab, "coverage.tab", look, lines.line(), buffer);
        if self.tab == 0 && area.height > 8 {
            // The reason has no room of its own on a small screen: that of the marked source stands below.
            let why = self.sources.marked().map(Source::why).unwrap_or_default();
            put(buffer, lines.last(), &format!(" {why}"), look.theme.style(Meaning::Muted));
        }
        let rest = lines.rest();
        let none = "Nothing was read yet.\nImport evidence with i.";
        regions.extend(match self.tab {
            0 => self.sources.draw((SOURCES, PANE, none), look, rest, buffer),
            1 => self.missing.draw((MISSING, PANE, "Nothing that was read asks for more."), look, rest, buffer),
            _ => self.comparison.draw(PANE, "comparing ...", look, rest, buffer),
        });
        if let Some(prompt) = &self.typing {
            let input = Input { prompt: "import ", placeholder: "files and folders; Tab completes", focused: true };
            let drawn = input.draw(&prompt.input, look.theme, first, buffer);
            input.draw_completions(&prompt.input, look.theme, first, area, buffer);
            regions.cursor = drawn.cursor;
        }
        regions
    }
}
