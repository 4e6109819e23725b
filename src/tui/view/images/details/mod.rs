//! Everything about one image: where it is used, what it is called, and where each fact stands.

mod bases;
mod found;
mod names;
mod prepared;
mod proofs;
mod uses;
mod verdict;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use bases::{Bases, Standing};
pub use prepared::Prepared;

use crate::case::query::images::ImageRow;
use crate::cli::words::{counted, short, short_name};
use crate::command::Call;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::below::Below;
use crate::tui::view::facts::{self, Facts};
use crate::tui::view::sheet::Sheet;
use crate::tui::view::{Around, Look, Reply, pane};
use proofs::Proof;
use uses::{Use, Workload};

/// Its tabs.
pub const TABS: [&str; 8] = ["uses", "workloads", "names", "evidence", "notes", "bases", "findings", "verdict"];
/// The one that needs the lineage, which is asked for where it is shown.
const BASES: usize = 5;
/// The one of what reports found.
const FOUND: usize = 6;
/// Stands behind the tab where the list of images opened it, so that closing leads back there.
const FROM_LIST: &str = "here";

const PANE: &str = "images.details";

/// One image, opened.
#[derive(Debug)]
pub struct Details {
    /// As it was asked for: an id, or any alias of the image.
    asked: String,
    name: String,
    counts: String,
    /// Uses there are.
    total: u64,
    read: bool,
    /// The image is not in the case any more, in words.
    gone: Option<String>,
    tab: usize,
    /// The place that is to be marked once it is read.
    locus: Option<String>,
    /// The list of images opened it.
    pub from_list: bool,
    uses: Sheet<Use>,
    workloads: Sheet<Workload>,
    names: Facts,
    evidence: Sheet<Proof>,
    notes: Facts,
    /// How many notes there are.
    written: usize,
    bases: Facts,
    /// Why there are no bases to show yet, or ever.
    no_bases: String,
    found: Facts,
    /// How many findings there are, `?` where nobody looked.
    found_counts: String,
    verdict: Facts,
    /// The verdict in words; empty without one.
    judged: String,
}

impl Details {
    /// An image of the list, before everything about it is read.
    pub fn new(image: &ImageRow) -> Details {
        Details { name: image.name.clone(), from_list: true, ..Details::asked(&image.id) }
    }

    /// `IMAGE [TAB [PLACE]]`: by any alias.
    pub fn parse(argument: &str) -> Details {
        let mut words = argument.splitn(3, char::is_whitespace);
        let mut details = Details::asked(words.next().unwrap_or_default());
        let wanted = words.next().unwrap_or_default();
        details.tab = TABS.iter().position(|tab| !wanted.is_empty() && tab.starts_with(wanted)).unwrap_or(0);
        let rest = words.next().map(str::trim).filter(|rest| !rest.is_empty());
        details.from_list = rest == Some(FROM_LIST);
        details.locus = rest.filter(|rest| *rest != FROM_LIST).map(str::to_owned);
        details
    }

    fn asked(asked: &str) -> Details {
        Details {
            asked: asked.to_owned(),
            name: asked.to_owned(),
            counts: String::new(),
            total: 0,
            read: false,
            gone: None,
            tab: 0,
            locus: None,
            from_list: false,
            uses: Sheet::default(),
            workloads: Sheet::default(),
            names: Facts::default(),
            evidence: Sheet::default(),
            notes: Facts::default(),
            written: 0,
            bases: Facts::default(),
            no_bases: "reading the lineage ...".to_owned(),
            found: Facts::default(),
            found_counts: String::new(),
            verdict: Facts::default(),
            judged: String::new(),
        }
    }

    /// The image: its id as soon as that is known.
    pub fn id(&self) -> &str {
        &self.asked
    }

    /// What it is called: what was asked for until that is known.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The command that leads back here.
    pub fn place(&self) -> Call {
        let tab = TABS.get(self.tab).and_then(|tab| tab.split(' ').next()).unwrap_or_default();
        let from = if self.from_list { FROM_LIST } else { "" };
        Call::parse(&format!("images.show {} {tab} {from}", self.asked))
    }

    /// Its name, for the way back.
    pub fn crumb(&self) -> String {
        let id = if self.read { format!(" {}", short(&self.asked)) } else { String::new() };
        format!("{}{id}", short_name(&self.name, 40))
    }

    /// True where something can be opened.
    pub fn has_rows(&self) -> bool {
        match self.tab {
            0 => self.uses.marked().is_some(),
            1 => self.workloads.marked().is_some(),
            2 => self.names.marked().is_some(),
            3 => self.evidence.marked().is_some(),
            4 => self.notes.marked().is_some(),
            BASES => self.bases.marked().is_some(),
            FOUND => self.found.marked().is_some(),
            _ => self.verdict.marked().is_some(),
        }
    }

    /// True while nothing is known of its bases.
    pub fn lacks_bases(&self) -> bool {
        self.bases.entries().is_empty()
    }

    /// What it stands on; true when anything changed.
    pub fn stand(&mut self, bases: Bases) -> bool {
        bases.asked == self.asked && {
            self.no_bases = "nothing is known of its lineage".to_owned();
            self.bases.set(bases.facts)
        }
    }

    /// Why its bases cannot be told yet, or at all.
    pub fn bases_wait(&mut self, why: String) {
        self.no_bases = why;
    }

    /// It cannot be told any more.
    pub fn gone(&mut self, why: String) {
        self.gone = Some(why);
    }

    /// Everything about it; true when anything changed.
    pub fn set(&mut self, known: Prepared) -> bool {
        // A beginning never takes the place of what is there already: the marker would be lost.
        if known.asked != self.asked || (known.beginning && self.read) {
            return false;
        }
        let before = (self.read, std::mem::take(&mut self.counts), self.gone.take());
        let row = &known.image;
        let counts = [counted(row.uses, "use"), format!("{} running", row.running), counted(row.workloads, "workload")];
        self.counts = counts.join(", ");
        self.judged = verdict::shown(row);
        self.name.clone_from(&row.name);
        self.total = row.uses;
        self.read = !known.beginning;
        if self.read {
            self.asked.clone_from(&row.id);
        }
        (self.written, self.found_counts) = (known.written, known.found_counts);
        let changed = [
            self.names.set(known.names),
            self.evidence.set(known.evidence),
            self.notes.set(known.notes),
            self.workloads.set(known.workloads),
            self.found.set(known.found),
            self.verdict.set(known.verdict),
            self.uses.set(known.uses),
        ];
        if let Some(locus) = self.locus.take_if(|_| self.read) {
            self.uses.mark(|entry| entry.0.locus == locus);
        }
        changed.contains(&true) || before != (self.read, self.counts.clone(), None)
    }

    /// Asks for its bases, where they are shown; by its id, so not before that is known.
    pub fn ask_bases(&self, reply: &mut Reply) {
        if self.read && self.tab == BASES {
            reply.ask(super::BASES, Standing(self.asked.clone()), false);
        }
    }

    /// A command; false where it knows none of that name.
    pub fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        match call.id.as_str() {
            "images.tab" => match pane::turned(&TABS, self.tab, &call.argument) {
                Some(tab) => {
                    (self.tab, reply.changed) = (tab, true);
                    self.ask_bases(reply);
                }
                None => reply.say(Tone::Warning, format!("{}: no tab is called so", call.argument)),
            },
            "table.open" => self.open(reply),
            id => {
                let moved = match self.tab {
                    0 => self.uses.command(id, around, PANE),
                    1 => self.workloads.command(id, around, PANE),
                    2 => self.names.command(id, around, PANE),
                    3 => self.evidence.command(id, around, PANE),
                    4 => self.notes.command(id, around, PANE),
                    BASES => self.bases.command(id, around, PANE),
                    FOUND => self.found.command(id, around, PANE),
                    _ => self.verdict.command(id, around, PANE),
                };
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    /// From a fact to the lines that tell it, or to what it speaks of.
    fn open(&self, reply: &mut Reply) {
        match self.tab {
            0 => self.uses.open(reply),
            1 => self.workloads.open(reply),
            2 => self.names.open(reply),
            3 => self.evidence.open(reply),
            4 => self.notes.open(reply),
            BASES => self.bases.open(reply),
            FOUND => self.found.open(reply),
            _ => self.verdict.open(reply),
        }
    }

    /// A row was clicked; a second time it opens.
    pub fn click(&mut self, row: usize, reply: &mut Reply) {
        let again = match self.tab {
            0 => self.uses.click(row),
            1 => self.workloads.click(row),
            2 => self.names.click(row),
            3 => self.evidence.click(row),
            4 => self.notes.click(row),
            BASES => self.bases.click(row),
            FOUND => self.found.click(row),
            _ => self.verdict.click(row),
        };
        reply.changed = true;
        if again {
            self.open(reply);
        }
    }

    /// Draws it.
    pub fn draw(&self, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let title = lines.line();
        let name = short_name(&self.name, usize::from(area.width).saturating_sub(2));
        put(buffer, title, &format!(" {name}"), look.theme.style(Slot::Title));
        let (told, slot) = match (&self.gone, self.read) {
            (Some(why), true) => (format!(" no longer in the case: {why}"), Slot::Warning),
            (Some(why), false) => (format!(" {why}"), Slot::Warning),
            (None, false) if self.counts.is_empty() => (" reading ...".to_owned(), Slot::Base),
            (None, _) => (format!(" {}", self.counts), Slot::Base),
        };
        put(buffer, lines.line(), &told, look.theme.style(slot));
        let count = |n: usize| if self.read { n.to_string() } else { String::new() };
        let names = [
            (TABS[0], self.shown_uses()),
            (TABS[1], count(self.workloads.entries().len())),
            (TABS[2], String::new()),
            (TABS[3], count(self.evidence.entries().len())),
            (TABS[4], count(self.written)),
            (TABS[5], String::new()),
            (TABS[FOUND], self.found_counts.clone()),
            (TABS[7], self.judged.clone()),
        ];
        let mut regions = pane::tabs(&names, self.tab, "images.tab", look, lines.line(), buffer);
        let rest = lines.rest();
        regions.extend(match self.tab {
            0 => self.uses.draw((uses::USES, PANE, self.empty(NO_USE)), below, look, rest, buffer),
            1 => self.workloads.draw((uses::WORKLOADS, PANE, self.empty(NO_WORKLOAD)), below, look, rest, buffer),
            2 => self.names.draw((facts::COLUMNS, PANE, self.empty("")), below, look, rest, buffer),
            3 => self.evidence.draw((proofs::EVIDENCE, PANE, self.empty(NO_EVIDENCE)), below, look, rest, buffer),
            4 => self.notes.draw((facts::COLUMNS, PANE, self.empty(NO_NOTE)), below, look, rest, buffer),
            BASES => self.bases.draw((facts::COLUMNS, PANE, &self.no_bases), below, look, rest, buffer),
            FOUND => self.found.draw((facts::COLUMNS, PANE, self.empty(NO_REPORT)), below, look, rest, buffer),
            _ => self.verdict.draw((facts::COLUMNS, PANE, self.empty(NO_VERDICT)), below, look, rest, buffer),
        });
        regions
    }

    /// Of an image with many uses the first ones come before the rest.
    fn shown_uses(&self) -> String {
        let shown = self.uses.entries().len();
        match (self.read, self.total) {
            (true, _) => shown.to_string(),
            (false, 0) => String::new(),
            (false, total) => format!("{shown} of {total}"),
        }
    }

    fn empty(&self, nothing: &'static str) -> &'static str {
        match (self.read, &self.gone) {
            (true, _) => nothing,
            (false, None) => "reading ...",
            (false, Some(_)) => "Esc leads back; Ctrl-P searches everything.",
        }
    }
}

const NO_USE: &str = "No use: it was seen, but stands in no spec and on no node that was read.\nTab shows its names and \
                      its evidence.";
const NO_WORKLOAD: &str = "No workload uses it in what was read.\nTab shows its names and its evidence.";
const NO_NOTE: &str = "Nothing was written down about it.\nn writes a note.";
const NO_VERDICT: &str = "No verdict: nothing is said to be bad or in doubt yet.\n`hullbreach indicator add` says what is; an image \
                          without a verdict is not a safe one.";
const NO_REPORT: &str = "Nobody scanned it: what is in it is not known, and no scan clears nothing.\ni imports a report; trivy \
                         image --format json IMAGE > report.json makes one.";
const NO_EVIDENCE: &str = "No evidence of it was kept.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_of_bases_is_where_it_is_asked_for() {
        assert_eq!((TABS[BASES], TABS[FOUND]), ("bases", "findings"));
    }

    #[test]
    fn a_place_leads_back_to_itself() {
        for (argument, tab, from_list, locus) in [
            ("abc", 0, false, None),
            ("abc names", 2, false, None),
            ("abc evidence here", 3, true, None),
            ("abc uses ctx/ns/Pod/x y", 0, false, Some("ctx/ns/Pod/x y")),
            ("abc nonsense", 0, false, None),
        ] {
            let details = Details::parse(argument);
            assert_eq!(
                (details.tab, details.from_list, details.locus.as_deref()),
                (tab, from_list, locus),
                "{argument}"
            );
            let again = Details::parse(&details.place().argument);
            assert_eq!((again.tab, again.from_list, again.id()), (tab, from_list, "abc"), "{argument}");
        }
    }
}
