//! Everything about one image: where it is used, what it is called, and where each fact stands.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::case::query::image::{ImageDetail, Locator, UseRow};
use crate::case::query::images::ImageRow;
use crate::cli::words::{counted, middle, short, short_name, short_path, when};
use crate::command::Call;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::sheet::{Entry, Sheet};
use crate::tui::view::text::{Text, heading, labelled};
use crate::tui::view::{Around, Look, Reply, pane, proof};
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

const TABS: [&str; 3] = ["uses", "names and digests", "evidence"];
const PANE: &str = "images.details";

const USES: &[Column] = &[
    Column::new("STATE", 8, 9),
    Column::new("ROLE", 6, 8).dropped(2),
    Column::new("USE", 28, 44).cut(Cut::With(middle)).growing(3),
    Column::new("AS WRITTEN", 24, 40).cut(Cut::With(short_name)).growing(2).dropped(3),
    Column::new("SEEN", 17, 17).dropped(1),
];

const EVIDENCE: &[Column] = &[
    Column::new("EVIDENCE", 8, 8),
    Column::new("TELLS", 9, 9),
    Column::new("WHERE", 16, 40).cut(Cut::With(short_path)).growing(2),
    Column::new("LOCATOR", 12, 30).cut(Cut::With(short_path)).growing(2).dropped(1),
];

/// One image, opened.
#[derive(Debug)]
pub struct Details {
    id: String,
    name: String,
    counts: String,
    /// Uses there are.
    total: u64,
    read: bool,
    /// The image is not in the case any more, in words.
    gone: Option<String>,
    tab: usize,
    uses: Sheet<UseEntry>,
    names: Text,
    evidence: Sheet<Proof>,
}

#[derive(Debug, PartialEq, Eq)]
struct UseEntry(UseRow);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Proof {
    id: Option<String>,
    offset: i64,
    length: i64,
    tells: &'static str,
    place: String,
    pointer: String,
}

impl Entry for UseEntry {
    fn key(&self) -> String {
        let row = &self.0;
        let parts = [row.locus.as_str(), row.as_written.as_str(), row.digest.as_deref().unwrap_or_default()];
        let started = row.started.as_deref().unwrap_or_default();
        format!("{}|{started}|{}|{}", parts.join("|"), row.first_seen, row.locator.offset)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let row = &self.0;
        let written = match (&row.resolved, row.needs.is_empty()) {
            (_, false) => format!("{} needs {}", row.as_written, row.needs.join(", ")),
            (Some(resolved), true) => format!("{} = {resolved}", row.as_written),
            (None, true) => row.as_written.clone(),
        };
        let plain = |text: String| Line::plain(text);
        vec![
            plain(state(row).to_owned()),
            Line::plain(row.role),
            Line::plain(row.locus.as_str()),
            plain(written),
            plain(when(&row.last_seen)),
        ]
    }

    fn slot(&self) -> Option<Slot> {
        (!self.0.current).then_some(Slot::Muted)
    }
}

impl Entry for Proof {
    fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.id.as_deref().unwrap_or_default(), self.offset, self.tells, self.place)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let id = self.id.as_deref().map_or("not kept", short);
        [id, self.tells, &self.place, &self.pointer].into_iter().map(Line::plain).collect()
    }
}

/// What is known of a place: a container that is gone does not run, whatever was seen of it last.
fn state(row: &UseRow) -> &'static str {
    match (row.running, row.current) {
        (true, _) => "running",
        (_, false) => "gone",
        (_, true) => row.state.map_or("declared", |state| if state == "terminated" { "ended" } else { state }),
    }
}

impl Details {
    /// An image that was opened, before everything about it is read.
    pub fn new(image: &ImageRow) -> Details {
        let (id, name) = (image.id.clone(), image.name.clone());
        let (uses, names, evidence) = (Sheet::default(), Text::default(), Sheet::default());
        Details { id, name, counts: String::new(), total: 0, read: false, gone: None, tab: 0, uses, names, evidence }
    }

    /// The image.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name, for the line of tabs.
    pub fn crumb(&self) -> String {
        format!("{} {}", short_name(&self.name, 40), short(&self.id))
    }

    /// Names and digests are prose.
    pub fn is_text(&self) -> bool {
        self.tab == 1
    }

    /// True where something can be opened.
    pub fn has_rows(&self) -> bool {
        match self.tab {
            0 => self.uses.marked().is_some(),
            2 => self.evidence.marked().is_some(),
            _ => false,
        }
    }

    /// It cannot be told any more.
    pub fn gone(&mut self, why: String) {
        self.gone = Some(why);
    }

    /// Everything about it; true when anything changed.
    pub fn set(&mut self, detail: ImageDetail) -> bool {
        // A beginning never takes the place of what is there already: the marker would be lost.
        if detail.image.id != self.id || (detail.beginning && self.read) {
            return false;
        }
        let before = (self.read, std::mem::take(&mut self.counts), self.gone.take());
        let row = &detail.image;
        let counts = [counted(row.uses, "use"), format!("{} running", row.running), counted(row.workloads, "workload")];
        self.counts = counts.join(", ");
        self.total = row.uses;
        self.name.clone_from(&row.name);
        self.read = !detail.beginning;
        self.names.set(names(&detail));
        let evidence = self.evidence.set(proofs(&detail));
        let uses = self.uses.set(detail.uses.into_iter().map(UseEntry).collect());
        uses || evidence || before != (self.read, self.counts.clone(), None)
    }

    /// A command; false where it knows none of that name.
    pub fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        match call.id.as_str() {
            "images.tab" => match pane::turned(&TABS, self.tab, &call.argument) {
                Some(tab) => (self.tab, reply.changed) = (tab, true),
                None => reply.say(Tone::Warning, format!("{}: no tab is called so", call.argument)),
            },
            "table.open" => self.open(reply),
            id => {
                let moved = match self.tab {
                    0 => self.uses.command(id, around, PANE),
                    1 => self.names.command(id, around, PANE),
                    _ => self.evidence.command(id, around, PANE),
                };
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    /// From a fact to the lines that tell it.
    fn open(&self, reply: &mut Reply) {
        let use_spot = || self.uses.marked().map(|entry| (entry.0.evidence.as_deref(), spot(&entry.0.locator)));
        let proof_spot = || self.evidence.marked().map(|proof| (proof.id.as_deref(), (proof.offset, proof.length)));
        match if self.tab == 0 { use_spot() } else { proof_spot() } {
            Some((Some(id), (offset, length))) => proof::show(id, offset, length, reply),
            Some((None, _)) => reply.say(Tone::Warning, "its evidence was not kept"),
            None => {}
        }
    }

    /// A row was clicked; a second time it opens.
    pub fn click(&mut self, pane: &str, row: usize, reply: &mut Reply) {
        if pane != PANE || self.tab == 1 {
            return;
        }
        let again = if self.tab == 0 { self.uses.click(row) } else { self.evidence.click(row) };
        reply.changed = true;
        if again {
            self.open(reply);
        }
    }

    /// Draws it.
    pub fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let title = lines.line();
        let name = short_name(&self.name, usize::from(area.width).saturating_sub(2));
        put(buffer, title, &format!(" {name}"), look.theme.style(Slot::Title));
        let told = match (&self.gone, self.read) {
            (Some(why), _) => format!(" no longer in the case: {why}"),
            (None, false) if self.counts.is_empty() => " reading ...".to_owned(),
            (None, _) => format!(" {}", self.counts),
        };
        put(
            buffer,
            lines.line(),
            &told,
            look.theme.style(if self.gone.is_some() { Slot::Warning } else { Slot::Base }),
        );
        let count = |n: usize| n.to_string();
        let names =
            [(TABS[0], self.shown_uses()), (TABS[1], String::new()), (TABS[2], count(self.evidence.entries().len()))];
        let mut regions = pane::tabs(&names, self.tab, "images.tab", look, lines.line(), buffer);
        let rest = lines.rest();
        regions.extend(match self.tab {
            0 => self.uses.draw((USES, PANE, self.empty()), look, rest, buffer),
            1 => self.names.draw(PANE, "reading ...", look, rest, buffer),
            _ => self.evidence.draw((EVIDENCE, PANE, "No evidence was kept."), look, rest, buffer),
        });
        regions
    }

    /// Of an image with many uses the first ones come before the rest.
    fn shown_uses(&self) -> String {
        let shown = self.uses.entries().len();
        if !self.read && self.total > 0 { format!("{shown} of {}", self.total) } else { shown.to_string() }
    }

    fn empty(&self) -> &'static str {
        if self.read {
            "No use: it was seen, but stands in no spec and on no node that was read."
        } else {
            "reading ..."
        }
    }
}

fn spot(locator: &Locator) -> (i64, i64) {
    (locator.offset, locator.length)
}

/// Every place in evidence that tells of it, each once.
fn proofs(detail: &ImageDetail) -> Vec<Proof> {
    let proof = |tells, place: &str, id: &Option<String>, locator: &Locator| Proof {
        id: id.clone(),
        offset: locator.offset,
        length: locator.length,
        tells,
        place: place.to_owned(),
        pointer: locator.pointer.clone(),
    };
    let uses = detail.uses.iter().map(|row| proof("use", &row.locus, &row.evidence, &row.locator));
    let seen = detail.sightings.iter().map(|row| proof(row.kind, &row.host, &row.evidence, &row.locator));
    let built = detail.built_by.iter().map(|row| proof("build", &row.asked_by, &row.evidence, &row.locator));
    let owners = detail.owners.iter().map(|row| proof("owner", &row.owner, &row.evidence, &row.locator));
    uses.chain(seen).chain(built).chain(owners).collect::<BTreeSet<Proof>>().into_iter().collect()
}

fn kind(kind: &str) -> &str {
    if kind == "unknown" { "kind not told" } else { kind }
}

/// Names, digests, where tags led, builds and owners, as prose.
fn names(detail: &ImageDetail) -> Vec<Line<'static>> {
    let mut lines = vec![heading("DIGESTS")];
    let digest = |d: &crate::case::query::images::DigestCell| labelled(kind(&d.kind), d.value.clone());
    lines.extend(detail.image.digests.iter().map(digest));
    if detail.image.digests.is_empty() {
        lines.push(labelled("not known", "nothing was seen to run or to be kept under this name here"));
    }
    for digest in &detail.contradictions {
        lines.push(labelled("conflict", format!("evidence claims two kinds of digest for {}", short(digest))));
    }
    lines.extend([Line::default(), heading("NAMES")]);
    for name in &detail.names {
        let seen = format!("{}  {} to {}", name.name, when(&name.first_seen), when(&name.last_seen));
        lines.push(labelled("name", seen));
    }
    if !detail.candidates.is_empty() {
        lines.extend([Line::default(), heading("SEEN UNDER THIS NAME ELSEWHERE, never taken for this one")]);
    }
    for candidate in &detail.candidates {
        let times = format!("{} to {}", when(&candidate.first_seen), when(&candidate.last_seen));
        lines.push(labelled(kind(&candidate.digest.kind), format!("{}  {times}", candidate.digest.value)));
    }
    for history in &detail.tag_history {
        lines.extend([Line::default(), heading(format!("TAG {}", history.name))]);
        let slot = if matches!(history.moved, "yes" | "likely" | "uncomparable") { Slot::Warning } else { Slot::Base };
        lines.push(Line::new(format!(" {:<14}", "moved"), Slot::Muted).and(moved(history.moved), slot));
        for entry in &history.entries {
            for seen in &entry.seen {
                let host = if seen.host.is_empty() { "somewhere" } else { &seen.host };
                let text = format!("{}  {}  on {host}", short(&entry.digest.value), kind(&entry.digest.kind));
                lines.push(Line::new(format!(" {}  ", when(&seen.from)), Slot::Muted).and(text, Slot::Base));
            }
        }
    }
    lines.extend(besides(detail));
    lines
}

fn moved(word: &str) -> &'static str {
    match word {
        "yes" => "! yes: it led to other digests of the same kind",
        "likely" => "! likely: it led to digests that cannot both be right",
        "uncomparable" => "! not known: its digests are of kinds that cannot be compared",
        "no" => "no: one image under all its digests",
        _ => "not seen: no digest was seen under it",
    }
}

/// Builds and owners.
fn besides(detail: &ImageDetail) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if !detail.built_by.is_empty() || !detail.owners.is_empty() {
        lines.extend([Line::default(), heading("BUILT AND OWNED")]);
    }
    for built in &detail.built_by {
        let lost = if built.at_hand { "" } else { " (not read)" };
        lines.push(labelled("built by", format!("{}{lost}, asked for by {}", built.dockerfile, built.asked_by)));
    }
    for owner in &detail.owners {
        let who = if owner.owner.is_empty() { "not told" } else { &owner.owner };
        let critical =
            if owner.criticality.is_empty() { String::new() } else { format!(", criticality {}", owner.criticality) };
        lines.push(labelled("owner", format!("{who}, by {} {}{critical}", owner.by, owner.subject)));
    }
    lines
}
