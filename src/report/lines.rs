//! The few lines in front of a report: exact numbers, and what they do not tell.

use super::choice::Audience;
use super::model::{Impact, Indicator, Report, Urgent};
use super::page::when;
use crate::model::text::counted;
use crate::model::verdict::Verdict;

/// The lines for a report's audience.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let header = &report.header;
    let Some(impact) = &report.impact else {
        return vec![format!(
            "What this case holds bears {} and stays out of what is marked {}. To release it, lower the label of the case.",
            header.case_tlp.shown(),
            header.tlp.shown()
        )];
    };
    let mut lines = Vec::new();
    if header.audience == Audience::Customer {
        lines.push(for_customers(impact));
        lines.extend(indicators(&report.indicators));
        return lines;
    }
    lines.push(touched(impact));
    lines.extend(open(impact));
    lines.extend(report.urgent.as_ref().and_then(urgent));
    lines.extend(indicators(&report.indicators));
    lines.push(match &header.aware {
        Some(aware) => {
            let source = aware.source.as_ref().map_or_else(String::new, |source| format!(", by {source}"));
            format!("Aware since {}{source}.", when(aware.at))
        }
        None => "When the organisation became aware was not stated.".to_owned(),
    });
    lines.extend(deadlines(report));
    lines.extend(work(report));
    lines.extend(trust(report, impact));
    lines
}

fn of(impact: &Impact, verdict: Verdict) -> (u64, u64) {
    impact.verdicts.iter().find(|tally| tally.verdict == verdict).map_or((0, 0), |tally| (tally.images, tally.running))
}

fn touched(impact: &Impact) -> String {
    if impact.verdicts.is_empty() {
        return format!(
            "No indicator is open, so none of {} has a verdict. That is no all-clear.",
            counted(impact.all.images, "image")
        );
    }
    let (bad, suspect) = (of(impact, Verdict::Bad).0, of(impact, Verdict::Suspect).0);
    let (all, hit) = (&impact.all, &impact.touched);
    format!(
        "{} of {} are touched ({bad} BAD, {suspect} SUSPECT). {} of them {}: in {}, {}, {}.",
        hit.images,
        counted(all.images, "image"),
        hit.images_running,
        if hit.images_running == 1 { "runs" } else { "run" },
        counted(hit.running, "place"),
        counted(hit.workloads, "workload"),
        counted(hit.namespaces, "namespace"),
    )
}

/// What a responder still has to look at.
fn open(impact: &Impact) -> Option<String> {
    let (check, check_running) = of(impact, Verdict::ToCheck);
    let (unknown, unknown_running) = of(impact, Verdict::NotKnown);
    if check + unknown == 0 {
        return None;
    }
    Some(format!(
        "Still open: {check} TO CHECK ({check_running} running), {unknown} NOT KNOWN ({unknown_running} running): these \
         can neither be linked nor excluded, and are not safe."
    ))
}

/// What must be done first, and by when.
fn urgent(urgent: &Urgent) -> Option<String> {
    let [p0, p1, ..] = urgent.priorities;
    if p0 + p1 == 0 {
        return None;
    }
    let unowned: u64 = urgent.groups.iter().filter(|group| group.owner.is_none()).map(|group| group.images).sum();
    let next = urgent.next_due.map_or_else(String::new, |due| format!("; the next is due {}", when(due)));
    Some(format!(
        "Priorities: {} P0 for {} ({} overdue, {unowned} without an owner), {p1} P1{next}.",
        p0,
        counted(urgent.groups.len() as u64, "job"),
        urgent.overdue,
    ))
}

fn indicators(indicators: &[Indicator]) -> Option<String> {
    let open: Vec<&Indicator> = indicators.iter().filter(|indicator| indicator.state != "withdrawn").collect();
    let first = open.first()?;
    let window = match (first.from, first.to) {
        (None, None) => String::new(),
        (from, to) => {
            let end = |at: Option<_>| at.map_or_else(|| "open".to_owned(), when);
            format!(", window {} to {}", end(from), end(to))
        }
    };
    let more = match open.len() - 1 {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    Some(format!("Indicators: {} is {}{window}{more}.", first.target, first.state))
}

fn deadlines(report: &Report) -> Option<String> {
    let of = |state: &str| report.clocks.iter().filter(|clock| clock.state == state).count();
    let (missed, running) = (of("missed"), of("running"));
    if missed + running + of("met") == 0 {
        return None;
    }
    let next =
        report.clocks.iter().filter(|clock| clock.state == "running").find_map(|clock| Some((clock, clock.due?)));
    let next =
        next.map_or_else(String::new, |(clock, due)| format!("; next {} {}, {}", clock.regime, when(due), clock.title));
    Some(format!("Deadlines: {missed} missed, {running} running, {} met{next}.", of("met")))
}

fn work(report: &Report) -> Option<String> {
    if report.tasks.is_empty() && report.credentials.is_empty() {
        return None;
    }
    let of = |state: &str| report.tasks.iter().filter(|task| task.state == state).count();
    let overdue = report.tasks.iter().filter(|task| task.overdue).count();
    let dead = report.credentials.iter().filter(|credential| credential.state == "proved dead").count();
    Some(format!(
        "Tasks: {} of {} done, {} waived, {overdue} overdue. Credentials: {dead} of {} proved dead.",
        of("done"),
        report.tasks.len(),
        of("waived"),
        report.credentials.len()
    ))
}

fn trust(report: &Report, impact: &Impact) -> Option<String> {
    let unknown = report.unknown.as_ref()?;
    let sources = impact.all.sources;
    let unread = report.evidence.iter().filter(|evidence| evidence.status != "read").count();
    let mut gaps = Vec::new();
    if unread > 0 {
        gaps.push(format!("{unread} not read or only in part"));
    }
    if unknown.rejected > 0 {
        gaps.push(format!("{} rejected", counted(unknown.rejected, "row")));
    }
    if unknown.running_unresolved > 0 {
        let places = counted(unknown.running_unresolved, "running place");
        gaps.push(format!("{places} of {} without a digest", impact.all.running));
    }
    let gaps = if gaps.is_empty() { "no gap is known".to_owned() } else { gaps.join(", ") };
    let conflicts = match report.conflicts.len() as u64 {
        0 => String::new(),
        count => format!(" {} wait for a decision.", counted(count, "conflict")),
    };
    Some(format!("Built on {}: {gaps}.{conflicts}", counted(sources, "reading")))
}

fn for_customers(impact: &Impact) -> String {
    let (bad, suspect) = (of(impact, Verdict::Bad).0, of(impact, Verdict::Suspect).0);
    format!(
        "{} confirmed as affected, {suspect} more suspected. Do not pull or run them; replace what runs, and renew \
         every secret that it could read.",
        if bad == 1 { "1 image is".to_owned() } else { format!("{bad} images are") }
    )
}
