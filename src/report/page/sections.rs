//! The sections of a report, and the tables in them.

use std::borrow::Cow;

use super::{Block, Cell, Column, Page, Row, Section, Table, banner, left_out, short};
use crate::model::text::counted;
use crate::report::choice::Topic;
use crate::report::model::{Affected, Entry, Evidence, Gap, Impact, Indicator, Note, Report, Unknown};

const fn column(key: &'static str, title: &'static str) -> Column {
    Column { key, title, number: false }
}

const fn number(key: &'static str, title: &'static str) -> Column {
    Column { key, title, number: true }
}

const AFFECTED: &[Column] = &[
    column("priority", "P"),
    column("verdict", "Verdict"),
    column("name", "Image"),
    column("digest", "Digest"),
    number("running", "Running"),
    number("workloads", "Workloads"),
    column("used_by", "Used by"),
    column("stands_on", "Stands on"),
    column("because", "Why"),
    column("owner", "Owner"),
];

const INDICATORS: &[Column] = &[
    column("target", "What"),
    column("state", "State"),
    column("from", "From"),
    column("to", "To"),
    column("source", "Source"),
    column("reason", "Reason"),
    column("author", "Said by"),
    column("at", "Said at"),
];

const TIMELINE: &[Column] = &[
    column("at", "Time (UTC)"),
    column("lane", "Lane"),
    column("text", "What"),
    column("source", "Source"),
    column("discovered", "Came to light"),
    column("author", "By"),
    column("evidence", "Evidence"),
];

const EVIDENCE: &[Column] = &[
    column("sha256", "SHA-256 of the stored copy"),
    column("place", "Where from"),
    column("context", "Context"),
    column("format", "Format"),
    number("bytes", "Bytes"),
    column("acquired", "Acquired"),
    column("as_of", "Speaks of"),
    column("by", "By"),
    column("host", "On"),
    column("how", "How"),
    column("status", "Read"),
    number("rejected", "Rejected"),
    column("event", "Event"),
];

const GAPS: &[Column] = &[
    column("kind", "Kind"),
    column("place", "Where"),
    column("context", "Context"),
    column("reason", "Why"),
    number("rejected", "Rejected"),
];

const CONFLICTS: &[Column] = &[column("about", "About"), column("what", "What is said")];

const NOTES: &[Column] =
    &[column("at", "Time (UTC)"), column("author", "By"), column("about", "About"), column("text", "Note")];

/// The whole report, its tables cut to so many rows.
pub fn page(report: &Report, most: usize) -> Page<'_> {
    let header = &report.header;
    let title = header.title.as_deref().map_or(Cow::Borrowed("Incident summary"), Cow::Borrowed);
    let mut facts = vec![
        ("Case", Cell::Hash(&header.case)),
        ("For", Cell::text(header.audience.as_str())),
        ("As of", Cell::Time(header.generated)),
    ];
    facts.extend(header.severity.as_ref().map(|severity| ("Severity", Cell::text(severity.to_uppercase()))));
    if let Some(aware) = &header.aware {
        facts.push(("Aware since", Cell::Time(aware.at)));
    }
    if !header.author.is_empty() {
        facts.push(("Author", Cell::text(header.author.as_str())));
    }
    facts.push(("State", Cell::Hash(&header.state)));
    facts.push(("Made with", Cell::text(header.tool.as_str())));
    let sections = Topic::ALL.into_iter().filter_map(|topic| section(report, topic, most));
    let sections = sections.filter(|section| !section.blocks.is_empty()).collect();
    Page { title, banner: banner(report), facts, sections, left_out: left_out(&report.left_out) }
}

fn section(report: &Report, topic: Topic, most: usize) -> Option<Section<'_>> {
    let rows = || table(report, topic, most).filter(|table| !table.rows.is_empty()).map(Block::Table);
    let blocks = match topic {
        Topic::Summary => {
            let lines: Vec<Cow<'_, str>> = report.summary.iter().map(|line| Cow::Borrowed(line.as_str())).collect();
            if lines.is_empty() { Vec::new() } else { vec![Block::Lines(lines)] }
        }
        Topic::Impact => report.impact.as_ref().map(impact)?,
        Topic::Affected => affected_blocks(report, rows()),
        Topic::Lineage => lineage(report)?,
        Topic::Timeline => {
            let chart = (report.timeline.len() > 1).then_some(Block::Chart(&report.timeline));
            rows().into_iter().flat_map(|table| chart.clone().into_iter().chain([table])).collect()
        }
        Topic::Notes => report.notes.iter().take(most).map(note).collect(),
        Topic::Unknown => {
            let unknown = report.unknown.as_ref()?;
            std::iter::once(Block::Lines(unknown_lines(unknown))).chain(rows()).collect()
        }
        Topic::Indicators | Topic::Evidence | Topic::Conflicts => rows().into_iter().collect(),
    };
    Some(Section { topic, blocks })
}

/// The table of one topic; none for those that have none.
pub fn table(report: &Report, topic: Topic, most: usize) -> Option<Table<'_>> {
    let id = topic.as_str();
    Some(match topic {
        Topic::Affected => {
            let total = report.affected.len() + report.cleared.len();
            let rows = report.affected.iter().chain(&report.cleared).take(most).map(affected).collect();
            Table { id, columns: AFFECTED, rows, more: total.saturating_sub(most) as u64 }
        }
        Topic::Indicators => cut(id, INDICATORS, &report.indicators, most, indicator),
        Topic::Timeline => cut(id, TIMELINE, &report.timeline, most, entry),
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

fn impact(impact: &Impact) -> Vec<Block<'_>> {
    let (all, hit) = (&impact.all, &impact.touched);
    let of = |part: u64, whole: u64| Cell::text(format!("{part} of {whole}"));
    let mut blocks = vec![Block::Facts(vec![
        ("Images touched (BAD, SUSPECT)", of(hit.images, all.images)),
        ("Of them running", of(hit.images_running, all.images_running)),
        ("Places that run them", of(hit.running, all.running)),
        ("Workloads", of(hit.workloads, all.workloads)),
        ("Namespaces", of(hit.namespaces, all.namespaces)),
        ("Running places with a known digest", of(all.running_resolved, all.running)),
    ])];
    if !impact.verdicts.is_empty() {
        blocks.push(Block::Verdicts(&impact.verdicts));
    }
    blocks
}

fn affected_blocks<'r>(report: &Report, rows: Option<Block<'r>>) -> Vec<Block<'r>> {
    let Some(rows) = rows else { return Vec::new() };
    let mut lines = Vec::new();
    if report.header.audience.is_inside() {
        lines.push(Cow::Borrowed("Unknown never means safe: NOT KNOWN can neither be linked nor excluded."));
    }
    if !report.cleared.is_empty() {
        let cleared = counted(report.cleared.len() as u64, "image");
        lines.push(Cow::Owned(format!("{cleared} cleared for the window, listed last.")));
    }
    let lines = (!lines.is_empty()).then_some(Block::Lines(lines));
    lines.into_iter().chain([rows]).collect()
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

fn affected(image: &Affected) -> Row<'_> {
    let used = joined(&image.used_by, image.workloads, 6, |workload| {
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
            Cell::Count(image.running),
            Cell::Count(image.workloads),
            Cell::text(used),
            Cell::text(bases),
            why.map_or(Cell::Empty, Cell::text),
            Cell::maybe(image.owner.as_ref()),
        ],
        anchor: Some(&image.id),
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
        ],
        anchor: Some(&it.id),
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
        ],
        anchor: None,
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
        anchor: it.sha256.as_deref(),
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

fn note(it: &Note) -> Block<'_> {
    let about =
        it.about.as_deref().map_or("the case", |about| if about.starts_with("sha256:") { short(about) } else { about });
    let head = format!("{} {}, about {about}", super::when(it.at), it.author);
    Block::Quote(Cow::Owned(head), it.text.as_deref().unwrap_or("(destroyed on purpose)"))
}

fn note_row(it: &Note) -> Row<'_> {
    Row::of(vec![
        Cell::Time(it.at),
        Cell::text(it.author.as_str()),
        it.about.as_ref().map_or(Cell::Empty, |about| Cell::Name(Cow::Borrowed(about))),
        Cell::maybe(it.text.as_ref()),
    ])
}

fn lineage(report: &Report) -> Option<Vec<Block<'_>>> {
    let lineage = report.lineage.as_ref()?;
    let line = format!("A base is known of {}; of {} it is not.", counted(lineage.based, "image"), lineage.unknown);
    let mut blocks = vec![Block::Lines(vec![Cow::Owned(line)])];
    blocks.extend(lineage.drawing.as_ref().filter(|drawing| drawing.nodes > 0).map(Block::Drawing));
    blocks.push(Block::Outline(&lineage.outline, lineage.outline_more));
    Some(blocks)
}

fn unknown_lines(unknown: &Unknown) -> Vec<Cow<'_, str>> {
    let mut lines = vec![
        format!(
            "{} can neither be linked to an indicator nor excluded; {} of them run.",
            counted(unknown.not_known, "image"),
            unknown.not_known_running
        ),
        format!(
            "No digest is known of {}, and of {} that run.",
            counted(unknown.unresolved, "image"),
            counted(unknown.running_unresolved, "place")
        ),
        format!(
            "{} of {} refused or failed in part; {} of evidence were not understood.",
            unknown.contexts_with_gaps,
            counted(unknown.contexts, "context"),
            counted(unknown.rejected, "row")
        ),
    ];
    if let Some(count) = unknown.uncomparable {
        lines.push(format!(
            "{} known only by digests that cannot be compared with those named.",
            counted(count, "image")
        ));
    }
    if unknown.unreadable_events > 0 {
        lines.push(format!("{} cannot be read.", counted(unknown.unreadable_events, "event")));
    }
    for device in &unknown.unverified {
        let events = counted(device.events, "event");
        lines.push(format!("{events} by device {}, which never joined: who is behind it was not said.", device.key));
    }
    lines.push("A device key signs events; it proves a device, not a person.".to_owned());
    lines.into_iter().map(Cow::Owned).collect()
}
