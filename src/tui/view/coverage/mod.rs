//! Coverage: what was read, how far and how old; what is missing; and what the usual one-liner would have found. Import
//! from here.

pub(super) mod data;
mod draw;
pub(super) mod prompt;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::Below;
use super::facts::{Facts, Page};
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow, link, pane};
use crate::case::query::one_liner::OneLiner;
use crate::case::query::sources::SourceRow;
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Danger, Spec};
use crate::tui::data::deeds::Import;
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use prompt::{Prompt, Typed};
use rows::{Compared, Context, Gap, Source};

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "coverage", title: "Coverage", commands: COMMANDS, make: || Box::new(Coverage::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal("coverage.tab", "Next tab", "Show the next tab, or a named one")
        .when("view:coverage")
        .takes(&[Argument { name: "TAB", help: "sources, contexts, gaps, outside or one-liner", required: false }]),
    Spec::terminal("coverage.import", "Import", "Type paths to import; Tab completes them")
        .danger(Danger::Changes)
        .when("view:coverage"),
    Spec::terminal("coverage.sources", "Only", "Show only some of the sources").when("case").takes(&[Argument {
        name: "WHICH",
        help: "all, read, partial, denied, failed, unrecognised, rejected, or context:NAME",
        required: true,
    }]),
    Spec::terminal("coverage.rejects", "Rejects", "Show what was rejected in a source, and why").when("case").takes(&[
        Argument { name: "ACQUISITION", help: "the id of the acquisition; else the marked source", required: false },
    ]),
];

const TABS: [&str; 5] = ["sources", "contexts", "gaps", "outside", "one-liner"];
/// Words by which sources are chosen, besides `context:NAME`.
const CHOICES: [&str; 7] = ["all", "read", "partial", "denied", "failed", "unrecognised", "rejected"];
const PICTURE: Slot = "coverage.picture";
const COMPARE: Slot = "coverage.compare";
const PATHS: Slot = "coverage.paths";
const REJECTS: Slot = "coverage.rejects";
const PANE: &str = "coverage.list";

/// Its state.
#[derive(Debug)]
struct Coverage {
    tab: usize,
    /// Which sources are shown: one of [`CHOICES`], or `context:NAME`.
    only: String,
    read: Option<data::Read>,
    sources: Sheet<Source>,
    contexts: Sheet<Context>,
    gaps: Sheet<Gap>,
    outside: Sheet<Gap>,
    one_liner: Option<OneLiner>,
    compared: Sheet<Compared>,
    rejects: Option<Rejects>,
    typing: Option<Prompt>,
    below: Below,
}

impl Default for Coverage {
    fn default() -> Self {
        Coverage {
            tab: 0,
            only: "all".to_owned(),
            read: None,
            sources: Sheet::default(),
            contexts: Sheet::default(),
            gaps: Sheet::default(),
            outside: Sheet::default(),
            one_liner: None,
            compared: Sheet::default(),
            rejects: None,
            typing: None,
            below: Below::default(),
        }
    }
}

/// What was rejected in one source.
#[derive(Debug)]
struct Rejects {
    acquisition: String,
    title: String,
    page: Facts,
}

/// True for the sources that a word means.
fn fits(row: &SourceRow, only: &str) -> bool {
    match (only, only.strip_prefix("context:")) {
        (_, Some(context)) => row.context.as_deref().unwrap_or_default() == context,
        ("all", None) => true,
        ("rejected", None) => row.rejected > 0,
        (status, None) => row.status == status,
    }
}

impl Coverage {
    fn ask(&self, reply: &mut Reply) {
        reply.ask(PICTURE, data::Picture, false);
        reply.ask(COMPARE, data::Compare, false);
    }

    fn take(&mut self, read: data::Read, reply: &mut Reply) {
        reply.changed |= self.read.as_ref() != Some(&read);
        self.contexts.set(rows::contexts(&read));
        self.gaps.set(rows::gaps(&read));
        self.outside.set(rows::outside(&read));
        self.read = Some(read);
        self.fill();
    }

    fn fill(&mut self) {
        if let Some(read) = &self.read {
            self.sources.set(rows::sources(read, |row| fits(row, &self.only)));
        }
    }

    fn show_sources(&mut self, only: &str, reply: &mut Reply) {
        if !only.starts_with("context:") && !CHOICES.contains(&only) {
            let text = format!("{only}: sources are chosen by {}, or context:NAME", CHOICES.join(", "));
            return reply.say(Tone::Warning, text);
        }
        only.clone_into(&mut self.only);
        (self.tab, self.rejects, reply.changed) = (0, None, true);
        self.fill();
    }

    /// Another tab; which sources were chosen is forgotten when they are left.
    fn show_tab(&mut self, tab: usize, reply: &mut Reply) {
        (self.tab, self.rejects, reply.changed) = (tab, None, true);
        if tab != 0 {
            "all".clone_into(&mut self.only);
            self.fill();
        }
    }

    /// `coverage.rejects`: of the marked source, or of a named one; from another tab the sources that have any.
    fn show_rejects(&mut self, acquisition: &str, reply: &mut Reply) {
        if acquisition.is_empty() && self.tab != 0 {
            return self.show_sources("rejected", reply);
        }
        let own = self.sources.marked().map(|source| source.row.acquisition.clone()).unwrap_or_default();
        let acquisition = if acquisition.is_empty() { own } else { acquisition.to_owned() };
        let known = self.read.iter().flat_map(|read| &read.sources).find(|row| row.acquisition == acquisition);
        let Some(source) = known else {
            return reply.say(Tone::Warning, "mark a source first: its rejects are shown");
        };
        if source.rejected == 0 {
            return reply.say(Tone::Info, "nothing was rejected in it; Enter shows its lines");
        }
        let title = format!(" {}: {} rejected", source.place, source.rejected);
        reply.ask(REJECTS, data::Rejects(acquisition.clone()), true);
        (self.rejects, reply.changed) = (Some(Rejects { acquisition, title, page: Facts::default() }), true);
        self.below.restart();
    }

    fn take_rejects(&mut self, rejected: &data::Rejected) {
        let known = self.read.iter().flat_map(|read| &read.sources).find(|row| row.acquisition == rejected.acquisition);
        let evidence = known.and_then(|row| row.evidence.clone());
        let Some(open) = self.rejects.as_mut().filter(|open| open.acquisition == rejected.acquisition) else { return };
        let mut page = Page::default();
        for reject in &rejected.rejects {
            let link = evidence.as_ref().map(|id| link::evidence_at(id, &reject.locator));
            page.linked("rejected", format!("{}  {}", reject.locator, reject.reason), link);
        }
        let more = rejected.total.saturating_sub(rejected.rejects.len() as u64);
        if more > 0 {
            page.line("", format!("{more} more; `hullbreach coverage --json` names where they stand"));
        }
        open.page.set(page.end());
    }

    fn open(&self, reply: &mut Reply) {
        match (&self.rejects, self.tab) {
            (Some(rejects), _) => rejects.page.open(reply),
            (None, 0) => self.sources.open(reply),
            (None, 1) => self.contexts.open(reply),
            (None, 2) => self.gaps.open(reply),
            (None, 3) => self.outside.open(reply),
            (None, _) => self.compared.open(reply),
        }
    }

    /// Moves in the list that is shown; none where the command is none of moving.
    fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        match (&mut self.rejects, self.tab) {
            (Some(rejects), _) => rejects.page.command(id, around, PANE),
            (None, 0) => self.sources.command(id, around, PANE),
            (None, 1) => self.contexts.command(id, around, PANE),
            (None, 2) => self.gaps.command(id, around, PANE),
            (None, 3) => self.outside.command(id, around, PANE),
            (None, _) => self.compared.command(id, around, PANE),
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
}

impl View for Coverage {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
        if let Some(open) = &self.rejects {
            reply.ask(REJECTS, data::Rejects(open.acquisition.clone()), false);
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() { &["input"] } else { &["coverage", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let rows = match (&self.rejects, self.tab) {
            (Some(rejects), _) => rejects.page.marked().is_some(),
            (None, 0) => self.sources.marked().is_some(),
            (None, 1) => self.contexts.marked().is_some(),
            (None, 2) => self.gaps.marked().is_some(),
            (None, 3) => self.outside.marked().is_some(),
            (None, _) => self.compared.marked().is_some(),
        };
        conditions.set("rows", rows);
        conditions.set("open", self.rejects.is_some());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.typing.is_some() {
            return self.type_paths(&call.id, reply);
        }
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match call.id.as_str() {
            "coverage.tab" => match pane::turned(&TABS, self.tab, &call.argument) {
                Some(tab) => self.show_tab(tab, reply),
                None => reply.say(Tone::Warning, format!("{}: no tab is called so", call.argument)),
            },
            "coverage.sources" => self.show_sources(&call.argument, reply),
            "coverage.rejects" => self.show_rejects(&call.argument, reply),
            "coverage.import" => {
                (self.typing, self.rejects, reply.changed) = (Some(Prompt::default()), None, true);
                self.complete(reply);
            }
            "table.open" => self.open(reply),
            // Rejects are always opened by following a number.
            "table.close" => {
                (self.rejects, reply.changed) = (None, true);
                reply.call("app.back followed");
            }
            id => {
                let moved = self.moved(id, around);
                if moved == Some(true) {
                    self.below.restart();
                }
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
                    reply.changed |= self.one_liner.as_ref() != Some(&*compared);
                    self.compared.set(rows::compared(&compared));
                    self.one_liner = Some(*compared);
                }
            }
            PATHS => {
                if let (Ok(offered), Some(prompt)) = (answer.downcast::<data::Offered>(), &mut self.typing) {
                    let data::Offered(path, names) = *offered;
                    prompt.offer(&path, names);
                    reply.changed = true;
                }
            }
            REJECTS => {
                if let Ok(rejected) = answer.downcast::<data::Rejected>() {
                    self.take_rejects(&rejected);
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

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn subject(&self) -> Option<String> {
        let marked = self.sources.marked().filter(|_| self.tab == 0)?;
        marked.row.evidence.as_ref().map(|id| format!("evidence:{id}"))
    }

    fn place(&self) -> Option<Call> {
        let line = match (&self.rejects, self.tab) {
            (Some(open), _) => format!("coverage.rejects {}", open.acquisition),
            (None, 0) => format!("coverage.sources {}", self.only),
            (None, tab) => format!("coverage.tab {}", TABS.get(tab).unwrap_or(&"sources")),
        };
        Some(Call::parse(&line))
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match (&mut self.rejects, self.tab) {
            (Some(rejects), _) => rejects.page.click(row),
            (None, 0) => self.sources.click(row),
            (None, 1) => self.contexts.click(row),
            (None, 2) => self.gaps.click(row),
            (None, 3) => self.outside.click(row),
            (None, _) => self.compared.click(row),
        };
        if again {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        self.draw_all(look, area, buffer)
    }

    fn crumb(&self) -> String {
        match (&self.rejects, self.only.as_str()) {
            (Some(_), _) => "rejects".to_owned(),
            (None, "all") => {
                TABS.get(self.tab).filter(|_| self.tab > 0).map_or_else(String::new, |tab| (*tab).to_owned())
            }
            (None, "context:") => "sources of no named context".to_owned(),
            (None, only) => match only.strip_prefix("context:") {
                Some(context) => format!("sources of {context}"),
                None => format!("sources {only}"),
            },
        }
    }
}
