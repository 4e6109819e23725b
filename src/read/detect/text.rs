//! Lines of text: tables, lists of references, refusals; conservative, for prose and logs name images too.

use super::dockerfile;
use crate::read::Format;
use crate::read::text::{TableKind, is_denial, is_header, is_refusal, line_is_list, row_is_table, table_kind};

/// Most lines looked at.
const LINES: usize = 2000;

/// Names the format of text; else what it looks like.
pub(super) fn detect(text: &str, complete: bool, name: &str) -> Result<Format, String> {
    if complete && (is_refusal(text) || is_denial(text, name)) {
        return Ok(Format::Refusal);
    }
    if text.starts_with(crate::read::kit::BEGINNING) {
        return Ok(Format::KitManifest);
    }
    match dockerfile::guess(text, complete, name) {
        dockerfile::Guess::Yes => return Ok(Format::Dockerfile),
        dockerfile::Guess::Barren(why) => return Err(why.to_owned()),
        dockerfile::Guess::No => {}
    }
    // The last line may be cut off.
    let whole = if complete { text } else { text.rsplit_once('\n').map_or(text, |(lines, _)| lines) };
    let lines: Vec<&str> = whole.lines().take(LINES).collect();
    if let Some(format) = super::engine::table(&lines)
        .or_else(|| super::pulls::table(whole, complete))
        .or_else(|| super::machines::table(whole, complete))
    {
        return Ok(format);
    }
    if let Some(header) = lines.iter().take(20).find(|line| is_header(line)) {
        return Ok(match table_kind(header) {
            TableKind::Images => Format::ImageTable,
            TableKind::NoImages => Format::KubectlTable,
        });
    }
    let rows: Vec<bool> = lines.iter().filter_map(|line| row_is_table(line)).collect();
    let listed: Vec<(bool, bool)> = lines.iter().filter_map(|line| line_is_list(line)).collect();
    let good_rows = rows.iter().filter(|good| **good).count();
    let telling = listed.iter().filter(|(_, telling)| *telling).count();
    if good_rows > 0 && good_rows * 10 >= lines.len() * 8 && has_tabbed_image(&lines) {
        return Ok(Format::ImageTable);
    }
    let good = listed.iter().filter(|(all, _)| *all).count();
    if telling > 0 && good * 10 >= listed.len() * 9 && telling * 2 >= listed.len() {
        return Ok(Format::ReferenceList);
    }
    Err(super::machines::unknown(whole, complete).unwrap_or_else(|| looks_like(&lines).to_owned()))
}

/// Whether the last column of a tab-separated row holds an image that could be nothing else.
fn has_tabbed_image(lines: &[&str]) -> bool {
    lines
        .iter()
        .filter_map(|line| line.rsplit_once('\t'))
        .any(|(_, last)| line_is_list(last).is_some_and(|(_, telling)| telling))
}

fn looks_like(lines: &[&str]) -> &'static str {
    let first = lines.iter().map(|l| l.trim()).find(|l| !l.is_empty() && !l.starts_with('#')).unwrap_or_default();
    if lines.first().is_some_and(|line| line.starts_with("#!")) {
        "a script: not read"
    } else if first.starts_with('<') && lines.iter().take(20).any(|line| line.contains("cyclonedx.org/schema")) {
        "a CycloneDX SBOM as XML: export it as JSON and import that"
    } else if first.starts_with('<') {
        "HTML or XML: not read"
    } else if first.starts_with("-----BEGIN") {
        "a key or certificate (PEM): not read"
    } else if first.starts_with("HTTP/") {
        "an answer's HTTP headers: import its body"
    } else if first.starts_with("Name:") && lines.iter().any(|line| line.starts_with("Namespace:")) {
        "output of kubectl describe: get it as JSON (`-o json`) and import that"
    } else {
        "plain text that no reader knows: neither a table, nor a list of image references"
    }
}
