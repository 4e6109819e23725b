//! The sections of a report, and the tables in them.

use std::borrow::Cow;

use super::rows::{affected_table, history, not_known, table};
use super::{Block, Cell, Page, Section, banner, left_out, short, urgent};
use crate::model::text::counted;
use crate::model::verdict::Verdict;
use crate::report::choice::Topic;
use crate::report::model::{Impact, Note, Report, Unknown};

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
    facts.extend(header.status.as_ref().map(|status| ("Status", Cell::text(status.as_str()))));
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
        Topic::Urgent => urgent::blocks(report.urgent.as_ref()?, most),
        Topic::Affected => affected_blocks(report, most),
        Topic::Lineage => lineage(report)?,
        Topic::Timeline => {
            let chart = (report.timeline.len() > 1).then_some(Block::Chart(&report.timeline));
            rows().into_iter().flat_map(|table| chart.clone().into_iter().chain([table])).collect()
        }
        Topic::Notes => report.notes.iter().take(most).map(note).collect(),
        Topic::Unknown => {
            let unknown = report.unknown.as_ref()?;
            let images = not_known(report, most);
            std::iter::once(Block::Lines(unknown_lines(unknown))).chain(images).chain(rows()).collect()
        }
        Topic::Indicators => rows().into_iter().chain(history(report, most)).collect(),
        Topic::Clocks => {
            let advice = Block::Lines(vec![Cow::Borrowed("Not legal advice: confirm each deadline with counsel.")]);
            rows().into_iter().flat_map(|table| [advice.clone(), table]).collect()
        }
        Topic::Decisions | Topic::Tasks | Topic::Credentials | Topic::Evidence | Topic::Conflicts => {
            rows().into_iter().collect()
        }
    };
    Some(Section { topic, blocks })
}

fn impact(impact: &Impact) -> Vec<Block<'_>> {
    let (all, hit) = (&impact.all, &impact.touched);
    let of = |part: u64, whole: u64| Cell::text(format!("{part} of {whole}"));
    let mut facts = vec![
        ("Images touched (BAD, SUSPECT)", of(hit.images, all.images)),
        ("Of them running", of(hit.images_running, all.images_running)),
        ("Places that run them", of(hit.running, all.running)),
        ("Workloads", of(hit.workloads, all.workloads)),
        ("Namespaces", of(hit.namespaces, all.namespaces)),
        ("Running places with a known digest", of(all.running_resolved, all.running)),
    ];
    if let Some(reached) = &impact.reached {
        let [proven, likely] = reached.credentials;
        facts.extend([
            ("In production, by name", Cell::Count(reached.production)),
            ("Kept on nodes, not running", Cell::Count(reached.cached)),
            ("CI jobs that use them", Cell::Count(reached.builders)),
            ("Machines and devices", Cell::Count(reached.devices)),
            ("Credentials in reach", Cell::text(format!("{proven} proven, {likely} likely"))),
        ]);
    }
    let mut blocks = vec![Block::Facts(facts)];
    if !impact.verdicts.is_empty() {
        blocks.push(Block::Verdicts(&impact.verdicts));
    }
    blocks
}

/// What is touched or cleared; what is not known has a place of its own.
fn affected_blocks(report: &Report, most: usize) -> Vec<Block<'_>> {
    let named = || report.affected.iter().filter(|image| image.verdict > Verdict::NotKnown).chain(&report.cleared);
    let rows = affected_table(report, Topic::Affected.as_str(), named().take(most), named().skip(most).count());
    if rows.rows.is_empty() {
        return Vec::new();
    }
    let rows = Block::Table(rows);
    let mut lines = Vec::new();
    if !report.cleared.is_empty() {
        let cleared = counted(report.cleared.len() as u64, "image");
        lines.push(Cow::Owned(format!("{cleared} cleared for the window, listed last.")));
    }
    let lines = (!lines.is_empty()).then_some(Block::Lines(lines));
    lines.into_iter().chain([rows]).collect()
}

fn note(it: &Note) -> Block<'_> {
    let about =
        it.about.as_deref().map_or("the case", |about| if about.starts_with("sha256:") { short(about) } else { about });
    let marking = Some(it.marking.shown()).filter(|shown| !shown.is_empty());
    let marking = marking.map(|shown| format!(", {shown}")).unwrap_or_default();
    let head = format!("{} {}, about {about}{marking}", super::when(it.at), it.author);
    Block::Quote(Cow::Owned(head), it.text.as_deref().unwrap_or("(destroyed on purpose)"), &it.mentions)
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
    lines.extend(unknown.unasked.iter().map(|question| format!("Nobody answered: {question}")));
    for device in &unknown.unverified {
        let events = counted(device.events, "event");
        lines.push(format!("{events} by device {}, which never joined: who is behind it was not said.", device.key));
    }
    lines.push("A device key signs events; it proves a device, not a person.".to_owned());
    lines.into_iter().map(Cow::Owned).collect()
}
