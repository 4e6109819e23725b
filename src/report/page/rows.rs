//! The tables of a report: their columns, and a row for each thing.

use std::borrow::Cow;

use super::{Anchor, Block, Cell, Column, Row, Table, response, urgent};
use crate::model::text::counted;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::report::choice::Topic;
use crate::report::model::{Affected, Entry, Evidence, Gap, Indicator, Note, Report, TagStep};

const AFFECTED: &[Column] = &[
    Column::text("priority", "P"),
    Column::text("verdict", "Verdict"),
    Column::text("name", "Image"),
    Column::text("digest", "Digest"),
    Column::number("running", "Running"),
    Column::number("workloads", "Workloads"),
    Column::text("used_by", "Used by"),
    Column::text("stands_on", "Stands on"),
    Column::text("because", "Why"),
    Column::text("owner", "Owner"),
];

/// The same for those outside: what is kept inside has no column, for an empty one would say there is nothing.
const AFFECTED_OUTSIDE: &[Column] =
    &[Column::text("verdict", "Verdict"), Column::text("name", "Image"), Column::text("digest", "Digest")];

const INDICATORS: &[Column] = &[
    Column::text("target", "What"),
    Column::text("state", "State"),
    Column::text("from", "From"),
    Column::text("to", "To"),
    Column::text("source", "Source"),
    Column::text("reason", "Reason"),
    Column::text("author", "Said by"),
    Column::text("at", "Said at"),
    Column::text("marking", "Label"),
];

const TIMELINE: &[Column] = &[
    Column::text("at", "Time (UTC)"),
    Column::text("lane", "Lane"),
    Column::text("text", "What"),
    Column::text("source", "Source"),
    Column::text("discovered", "Came to light"),
    Column::text("author", "By"),
    Column::text("evidence", "Evidence"),
    Column::text("marking", "Label"),
];

const EVIDENCE: &[Column] = &[
    Column::text("sha256", "SHA-256 of the stored copy"),
    Column::text("place", "Where from"),
    Column::text("context", "Context"),
    Column::text("format", "Format"),
    Column::number("bytes", "Bytes"),
    Column::text("acquired", "Acquired"),
    Column::text("as_of", "Speaks of"),
    Column::text("by", "By"),
    Column::text("host", "On"),
    Column::text("how", "How"),
    Column::text("status", "Read"),
    Column::number("rejected", "Rejected"),
    Column::text("event", "Event"),
];

const HISTORY: &[Column] = &[
    Column::text("target", "Tag"),
    Column::text("part", "It was"),
    Column::text("digest", "Digest"),
    Column::text("kind", "Kind"),
    Column::text("first_seen", "First seen"),
    Column::text("last_seen", "Last seen"),
];

const GAPS: &[Column] = &[
    Column::text("kind", "Kind"),
    Column::text("place", "Where"),
    Column::text("context", "Context"),
    Column::text("reason", "Why"),
    Column::number("rejected", "Rejected"),
];

const CONFLICTS: &[Column] = &[Column::text("about", "About"), Column::text("what", "What is said")];

const NOTES: &[Column] = &[
    Column::text("at", "Time (UTC)"),
    Column::text("author", "By"),
    Column::text("about", "About"),
    Column::text("text", "Note"),
];

/// The table of one topic; none for those that have none.
pub fn table(report: &Report, topic: Topic, most: usize) -> Option<Table<'_>> {
    let id = topic.as_str();
    Some(match topic {
        Topic::Affected => {
            let total = report.affected.len() + report.cleared.len();
            affected_table(
                report,
                id,
                report.affected.iter().chain(&report.cleared).take(most),
                total.saturating_sub(most),
            )
        }
        Topic::Urgent => urgent::images(report.urgent.as_ref()?, most),
        Topic::Indicators => cut(id, INDICATORS, &report.indicators, most, indicator),
        Topic::Timeline => cut(id, TIMELINE, &report.timeline, most, entry),
        Topic::Decisions => cut(id, response::DECISIONS, &report.decisions, most, response::decision),
        Topic::Clocks => cut(id, response::CLOCKS, &report.clocks, most, response::clock),
        Topic::Tasks => cut(id, response::TASKS, &report.tasks, most, response::task),
        Topic::Credentials => cut(id, response::CREDENTIALS, &report.credentials, most, response::credential),
        Topic::Evidence => cut(id, EVIDENCE, &report.evidence, most, evidence),
        Topic::Unknown => {
            let gaps = report.unknown.as_ref().map(|unknown| unknown.gaps.as_slice()).unwrap_or_default();
            cut(id, GAPS, gaps, most, gap)
        }
        Topic::Conflicts => cut(id, CONFLICTS, &report.conflicts, most, |it| {
            Row::of(vec![Cell::Name(Cow::Borrowed(&it.about)), Cell::text(it.what.as_str())])
        }),
        Topic::Notes => cut(id, NOTES, &report.notes, most, note_row),
        Topic::Summary | Topic::Impact | Topic::Lineage => return None,
    })
}

fn cut<'r, T>(
    id: &'static str,
    columns: &'static [Column],
    all: &'r [T],
    most: usize,
    row: impl Fn(&'r T) -> Row<'r>,
) -> Table<'r> {
    Table { id, columns, rows: all.iter().take(most).map(row).collect(), more: all.len().saturating_sub(most) as u64 }
}

pub(super) fn not_known(report: &Report, most: usize) -> Option<Block<'_>> {
    let named = || report.affected.iter().filter(|image| image.verdict == Verdict::NotKnown);
    let table = affected_table(report, "not-known", named().take(most), named().skip(most).count());
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

pub(super) fn history(report: &Report, most: usize) -> Option<Block<'_>> {
    let steps = || report.indicators.iter().flat_map(|it| it.history.iter().map(move |step| (it, step)));
    let more = steps().skip(most).count() as u64;
    let rows: Vec<Row<'_>> = steps().take(most).map(|(it, step)| tag_step(it, step)).collect();
    (!rows.is_empty()).then_some(Block::Table(Table { id: "tags", columns: HISTORY, rows, more }))
}

fn tag_step<'r>(it: &'r Indicator, step: &'r TagStep) -> Row<'r> {
    let part = match step.part.as_str() {
        "was" => "before the window",
        "meant" => "in the window",
        "later" => "after the window",
        _ => "unclear",
    };
    let at = |text: &str| Cell::time(Micros::parse_rfc3339(text));
    Row::of(vec![
        Cell::Name(Cow::Borrowed(&it.target)),
        Cell::text(part),
        Cell::Hash(&step.digest),
        Cell::text(step.kind.as_str()),
        at(&step.first_seen),
        at(&step.last_seen),
    ])
}

/// Words with something before each but the first.
fn joined<'i, T: 'i>(items: &'i [T], total: u64, most: usize, word: impl Fn(&'i T) -> String) -> String {
    let shown: Vec<String> = items.iter().take(most).map(word).collect();
    let more = total.saturating_sub(shown.len() as u64);
    match (shown.is_empty(), more) {
        (_, 0) => shown.join(", "),
        (true, _) => String::new(),
        (false, more) => format!("{}, {more} more", shown.join(", ")),
    }
}

/// Images as a table, with the columns that the report's audience has.
pub(super) fn affected_table<'r>(
    report: &Report,
    id: &'static str,
    images: impl Iterator<Item = &'r Affected>,
    more: usize,
) -> Table<'r> {
    let more = more as u64;
    match report.header.audience.is_inside() {
        true => Table { id, columns: AFFECTED, rows: images.map(affected).collect(), more },
        false => Table { id, columns: AFFECTED_OUTSIDE, rows: images.map(affected_outside).collect(), more },
    }
}

fn affected_outside(image: &Affected) -> Row<'_> {
    let digest = image.address().or(image.digests.first());
    let cells = vec![
        Cell::Verdict(image.verdict),
        Cell::Name(Cow::Borrowed(&image.name)),
        digest.map_or(Cell::Empty, |digest| Cell::Hash(&digest.value)),
    ];
    Row { anchor: Some(Anchor::of("", &image.id)), ..Row::of(cells) }
}

fn affected(image: &Affected) -> Row<'_> {
    let used = joined(&image.used_by, image.workloads.unwrap_or_default(), 6, |workload| {
        let parts = [workload.context.as_str(), &workload.namespace, &workload.kind, &workload.name];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    });
    let bases = joined(&image.stands_on, image.stands_on.len() as u64, 6, |base| match base.kind.as_str() {
        "base" => base.name.clone(),
        kind => format!("{} ({kind})", base.name),
    });
    let digest = image.address().or(image.digests.first());
    let why = image.because.as_ref().map(|because| match because.text.is_empty() {
        true => because.target.clone(),
        false => format!("{}: {}", because.target, because.text),
    });
    Row {
        cells: vec![
            Cell::maybe(image.priority.as_ref()),
            Cell::Verdict(image.verdict),
            Cell::Name(Cow::Borrowed(&image.name)),
            digest.map_or(Cell::Empty, |digest| Cell::Hash(&digest.value)),
            image.running.map_or(Cell::Empty, Cell::Count),
            image.workloads.map_or(Cell::Empty, Cell::Count),
            Cell::text(used),
            Cell::text(bases),
            why.map_or(Cell::Empty, Cell::text),
            Cell::maybe(image.owner.as_ref()),
        ],
        anchor: Some(Anchor::of("", &image.id)),
        struck: false,
    }
}

fn indicator(it: &Indicator) -> Row<'_> {
    Row {
        cells: vec![
            Cell::Name(Cow::Borrowed(&it.target)),
            Cell::text(it.state.as_str()),
            Cell::time(it.from),
            Cell::time(it.to),
            Cell::maybe(it.source.as_ref()),
            Cell::maybe(it.reason.as_ref()),
            Cell::text(it.author.as_str()),
            Cell::Time(it.at),
            Cell::text(it.marking.shown()),
        ],
        anchor: Some(Anchor::of("", &it.id)),
        struck: it.state == "withdrawn",
    }
}

fn entry(it: &Entry) -> Row<'_> {
    let text: Cow<'_, str> = match it.precision.is_empty() {
        true => Cow::Borrowed(&it.text),
        false => Cow::Owned(format!("{} ({})", it.text, it.precision)),
    };
    Row {
        cells: vec![
            Cell::Time(it.at),
            Cell::text(it.lane.as_str()),
            Cell::text(text),
            Cell::text(it.source.as_str()),
            Cell::time(it.discovered),
            Cell::text(it.author.as_str()),
            Cell::hash(it.evidence.as_ref()),
            Cell::text(it.marking.shown()),
        ],
        anchor: Some(Anchor::of("entry", &it.id)),
        struck: it.retracted,
    }
}

fn evidence(it: &Evidence) -> Row<'_> {
    let mut how = vec![it.tool.clone()];
    how.extend(it.transforms.iter().cloned());
    if it.redactions > 0 {
        how.push(format!("{} replaced", counted(it.redactions, "secret")));
    }
    if it.destroyed {
        how.push("bytes destroyed on purpose".to_owned());
    }
    Row {
        cells: vec![
            Cell::hash(it.sha256.as_ref()),
            Cell::Code(Cow::Borrowed(&it.place)),
            Cell::maybe(it.context.as_ref()),
            Cell::text(it.format.as_str()),
            Cell::Count(it.bytes),
            Cell::Time(it.acquired),
            Cell::time(it.as_of),
            Cell::text(it.by.as_str()),
            Cell::maybe(it.host.as_ref()),
            Cell::text(how.join("; ")),
            Cell::text(it.status.as_str()),
            Cell::Count(it.rejected),
            Cell::Hash(&it.event),
        ],
        anchor: it.sha256.as_deref().map(|id| Anchor::of("", id)),
        struck: it.destroyed,
    }
}

fn gap(it: &Gap) -> Row<'_> {
    Row::of(vec![
        Cell::text(it.kind.as_str()),
        Cell::Code(Cow::Borrowed(&it.place)),
        Cell::maybe(it.context.as_ref()),
        Cell::text(it.reason.as_str()),
        Cell::Count(it.rejected),
    ])
}

fn note_row(it: &Note) -> Row<'_> {
    Row::of(vec![
        Cell::Time(it.at),
        Cell::text(it.author.as_str()),
        it.about.as_ref().map_or(Cell::Empty, |about| Cell::Name(Cow::Borrowed(about))),
        Cell::maybe(it.text.as_ref()),
    ])
}
