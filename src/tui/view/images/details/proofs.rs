//! Every place in evidence that tells of an image, each once.

use std::collections::BTreeSet;

use crate::case::query::image::{ImageDetail, Locator};
use crate::cli::words::{short, short_path, when};
use crate::command::Call;
use crate::tui::view::below::Told;
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Its columns.
pub const EVIDENCE: &[Column] = &[
    Column::new("EVIDENCE", 8, 8),
    Column::new("TELLS", 9, 9),
    Column::new("WHERE", 16, 40).cut(Cut::With(short_path)).growing(2),
    Column::new("LOCATOR", 12, 30).cut(Cut::With(short_path)).growing(2).dropped(1),
    Column::new("SEEN", 17, 17).dropped(2),
];

/// A place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    id: Option<String>,
    offset: i64,
    length: i64,
    tells: &'static str,
    place: String,
    pointer: String,
    seen: String,
    more: String,
}

impl Entry for Proof {
    fn key(&self) -> String {
        let id = self.id.as_deref().unwrap_or_default();
        format!("{id}|{}|{}|{}|{}|{}", self.offset, self.tells, self.place, self.seen, self.more)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let id = self.id.as_deref().map_or("not kept", short);
        let mut cells: Vec<Line<'_>> = [id, self.tells, &self.place, &self.pointer].map(Line::plain).into();
        cells.push(Line::plain(when(&self.seen)));
        cells
    }

    fn link(&self) -> Option<Call> {
        Some(link::evidence(self.id.as_deref()?, self.offset, self.length))
    }

    fn no_link(&self) -> &'static str {
        "its evidence was not kept"
    }

    fn told(&self) -> Told {
        vec![
            (self.tells, self.place.clone()),
            ("", self.more.clone()),
            ("locator", self.pointer.clone()),
            ("seen", when(&self.seen)),
            ("evidence", self.id.clone().unwrap_or_else(|| "not kept".to_owned())),
        ]
    }
}

/// All of them.
pub fn proofs(detail: &ImageDetail) -> Vec<Proof> {
    let proof = |tells, place: &str, id: &Option<String>, locator: &Locator, seen: &str, more: String| Proof {
        id: id.clone(),
        offset: locator.offset,
        length: locator.length,
        tells,
        place: place.to_owned(),
        pointer: locator.pointer.clone(),
        seen: seen.to_owned(),
        more,
    };
    let uses = detail.uses.iter().map(|row| {
        let more = format!("as {}", row.as_written);
        proof("use", &row.locus, &row.evidence, &row.locator, &row.last_seen, more)
    });
    let seen = detail.sightings.iter().map(|row| {
        let told = if row.digest.is_some() { "" } else { ", by name only" };
        let times = if row.count > 1 { format!(", {} times", row.count) } else { String::new() };
        let host = if row.host.is_empty() { "somewhere" } else { &row.host };
        let untimed = if row.from.is_none() { ", not told when" } else { "" };
        let more = format!("as {}{told}{times}{untimed}", row.as_written);
        proof(row.kind, host, &row.evidence, &row.locator, &row.to, more)
    });
    let built = detail.built_by.iter().map(|row| {
        let more = format!("builds {} from {}", row.name, row.dockerfile);
        proof("build", &row.asked_by, &row.evidence, &row.locator, "", more)
    });
    let owners = detail.owners.iter().map(|row| {
        let more = format!("{} {}", row.by, row.subject);
        proof("owner", &row.owner, &row.evidence, &row.locator, "", more)
    });
    uses.chain(seen).chain(built).chain(owners).collect::<BTreeSet<Proof>>().into_iter().collect()
}
