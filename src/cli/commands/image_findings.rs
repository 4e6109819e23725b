//! What reports say of one image, beside its uses.

use super::findings::tone;
use crate::case::query::findings::ImageFindings;
use crate::cli::Failure;
use crate::cli::out::{Out, Tone};
use crate::cli::words::{counted, when};

/// Findings that are named for people.
const SHOWN: usize = 10;

/// Prints them.
pub fn print(all: &ImageFindings, out: &mut Out<'_>) -> Result<(), Failure> {
    if all.reports.is_empty() {
        return out.labelled(Tone::Muted, "scan", "none: what is in it is not known");
    }
    for report in &all.reports {
        let database = report.database.as_ref().map_or_else(String::new, |at| format!(", list of {}", when(at)));
        let packages = report.packages.map_or_else(String::new, |n| format!(", {}", counted(n, "package")));
        let run = report.workload.as_ref().map_or_else(String::new, |workload| format!(", told to run as {workload}"));
        let older = if report.counts { "" } else { " (a newer or surer report counts)" };
        let text = format!(
            "{} {} of {}{database}: {}{packages}, known by its {}{run}{older}",
            report.tool,
            report.version,
            when(&report.at),
            counted(report.findings, "finding"),
            report.joined_by.replace('-', " "),
        );
        out.labelled(Tone::Plain, "scan", &text)?;
    }
    if !all.scanned {
        return out.labelled(Tone::Muted, "found", "nobody looked for vulnerabilities");
    }
    let parts: Vec<String> = all
        .by_severity
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    let base = all.base.as_ref().filter(|_| all.from_base > 0);
    let base = base.map_or_else(String::new, |base| format!("; {} from its base {base}", all.from_base));
    out.labelled(Tone::Plain, "found", &format!("{parts}; {} with a fix{base}", all.fixable))?;
    for row in all.findings.iter().take(SHOWN) {
        let found = &row.finding;
        let fixed = if found.fixed.is_empty() { "no fix".to_owned() } else { format!("fixed in {}", found.fixed) };
        let told = if found.kev { ", in KEV" } else { "" };
        let base = if row.in_base { ", from its base" } else { "" };
        let text = format!("{}  {} {}, {fixed}{told}{base}", found.id, found.package, found.installed);
        out.labelled(tone(found), found.severity.as_str(), &text)?;
    }
    if all.findings.len() > SHOWN {
        out.labelled(Tone::Muted, "", &format!("… and {} more: --json", all.findings.len() - SHOWN))?;
    }
    for row in &all.cleared {
        let why = if row.justification.is_empty() { String::new() } else { format!(" ({})", row.justification) };
        let text = format!("{} in {}: {}{why}, by a statement of {}", row.id, row.package, row.status, when(&row.at));
        out.labelled(Tone::Muted, "cleared", &text)?;
    }
    Ok(())
}
