//! Why an image has its verdict, in text.

use super::told::{shown, tone};
use crate::case::query::image::ImageDetail;
use crate::case::query::verdicts::{FindingRow, ReasonRow};
use crate::cli::Failure;
use crate::cli::out::{Out, Tone};
use crate::cli::words::short;

/// The verdict, what each indicator comes to, and where the facts stand. Nothing without an open indicator.
pub fn verdict(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(word) = &detail.image.verdict else { return Ok(()) };
    out.labelled(tone(Some(word)), "verdict", &shown(Some(word)))?;
    for finding in &detail.findings {
        out.labelled(tone(Some(finding.verdict)), "", &headline(finding))?;
        for reason in &finding.reasons {
            out.labelled(Tone::Plain, "", &format!("  {}", line(reason)))?;
        }
    }
    out.line("")
}

fn headline(finding: &FindingRow) -> String {
    let window = finding.window.as_ref().map_or_else(String::new, |window| format!(", for {window}"));
    format!("{} by {} ({}){window}", shown(Some(finding.verdict)), finding.target, finding.state)
}

fn line(reason: &ReasonRow) -> String {
    let about = if reason.about.is_empty() { String::new() } else { format!(", {}", reason.about) };
    let image = reason.image.as_ref().map_or_else(String::new, |image| format!(", image {}", short(image)));
    let stands = match (&reason.evidence, &reason.locator) {
        (Some(evidence), Some(locator)) if locator.pointer.is_empty() => format!("; evidence show {}", short(evidence)),
        (Some(evidence), Some(locator)) => format!("; evidence show {} --at {}", short(evidence), locator.pointer),
        _ => String::new(),
    };
    format!("{}{about}{image}{stands}", reason.text)
}
