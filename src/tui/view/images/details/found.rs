//! What reports found in an image: the reports with their age, each finding with its fix and whether it comes from the base,
//! and what statements clear. Every line leads to where it stands.

use crate::case::query::findings::{ClearedRow, ImageFinding, ImageFindings, ReportRow};
use crate::case::query::image::{ImageDetail, Locator};
use crate::cli::words::{counted, when};
use crate::command::Call;
use crate::model::finding::Severity;
use crate::tui::theme::Slot;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;

/// How many findings it has; empty where nobody looked for any.
pub fn counts(detail: &ImageDetail) -> String {
    let all = &detail.vulnerabilities;
    let found: u64 = all.by_severity.values().sum();
    match (all.scanned, detail.beginning) {
        (true, _) => found.to_string(),
        (false, true) => String::new(),
        (false, false) => "?".to_owned(),
    }
}

/// The page; empty where no report is of the image.
pub fn page(detail: &ImageDetail) -> Vec<Fact> {
    let (all, mut page) = (&detail.vulnerabilities, Page::default());
    if all.reports.is_empty() {
        return page.end();
    }
    page.heading("REPORTS", "the newest first");
    for row in &all.reports {
        let slot = (!row.counts).then_some(Slot::Muted);
        page.toned_link(slot, "scan", report(row), stands(row.evidence.as_ref(), &row.locator));
    }
    page.heading("FOUND", sums(all));
    if let Some(base) = all.base.as_ref().filter(|_| all.from_base > 0) {
        let text = format!("{} of them come from its base {base}", all.from_base);
        page.linked("from base", text, Some(link::lineage(&detail.image.id)));
    }
    for row in &all.findings {
        let word = row.finding.severity.as_str();
        page.toned_link(slot(row), word, finding(row), stands(row.evidence.as_ref(), &row.locator));
    }
    if !all.cleared.is_empty() {
        page.heading("CLEARED", "by statements (VEX), in no lens but that of vulnerabilities");
    }
    for row in &all.cleared {
        page.linked("cleared", cleared(row), stands(row.evidence.as_ref(), &row.locator));
    }
    page.end()
}

fn stands(evidence: Option<&String>, locator: &Locator) -> Option<Call> {
    Some(link::evidence(evidence?, locator.offset, locator.length))
}

/// Exploited is worse than any severity.
fn slot(row: &ImageFinding) -> Option<Slot> {
    match row.finding.severity {
        _ if row.finding.exploitation == "active" => Some(Slot::Error),
        Severity::Critical => Some(Slot::Error),
        Severity::High => Some(Slot::Warning),
        _ => None,
    }
}

fn sums(all: &ImageFindings) -> String {
    if !all.scanned {
        return "nobody looked for vulnerabilities".to_owned();
    }
    let parts = all.by_severity.iter().filter(|(_, count)| **count > 0).map(|(word, count)| format!("{count} {word}"));
    let parts: Vec<String> = parts.collect();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    format!("{parts}; {} with a fix", all.fixable)
}

fn report(row: &ReportRow) -> String {
    let database = row.database.as_ref().map_or_else(String::new, |at| format!(", list of {}", when(at)));
    let packages = row.packages.map_or_else(String::new, |n| format!(", {}", counted(n, "package")));
    let older = if row.counts { "" } else { " (a newer or surer report counts)" };
    let tool = if row.tool.is_empty() { "unnamed" } else { row.tool.as_str() };
    let found = counted(row.findings, "finding");
    let how = row.joined_by.replace('-', " ");
    format!("{tool} of {}{database}: {found}{packages}, known by its {how}{older}", when(&row.at))
}

fn finding(row: &ImageFinding) -> String {
    let found = &row.finding;
    let fixed = if found.fixed.is_empty() { "no fix".to_owned() } else { format!("fixed in {}", found.fixed) };
    let kev = if found.kev { ", in KEV" } else { "" };
    let base = if row.in_base { ", from its base" } else { "" };
    format!("{}  {} {}, {fixed}{kev}{base}", found.id, found.package, found.installed)
}

fn cleared(row: &ClearedRow) -> String {
    let why = if row.justification.is_empty() { String::new() } else { format!(" ({})", row.justification) };
    let author = if row.author.is_empty() { "somebody unnamed" } else { row.author.as_str() };
    format!("{} in {}: {}{why}, says {author} at {}", row.id, row.package, row.status, when(&row.at))
}
