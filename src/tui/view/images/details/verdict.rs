//! What each indicator comes to for an image, and why, with where every reason stands.

use crate::case::query::image::{ImageDetail, Locator};
use crate::case::query::images::ImageRow;
use crate::command::Call;
use crate::model::verdict::Verdict;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;
use crate::tui::view::signs::slot_of;

/// The verdict in words; empty without one.
pub fn shown(image: &ImageRow) -> String {
    let verdict = image.verdict.as_deref().and_then(Verdict::parse);
    verdict.map_or_else(String::new, |verdict| verdict.shown().to_owned())
}

/// The page.
pub fn page(detail: &ImageDetail) -> Vec<Fact> {
    let mut page = Page::default();
    for finding in &detail.findings {
        let verdict = Verdict::parse(finding.verdict);
        let window = finding.window.as_ref().map_or_else(String::new, |window| format!("  for {window}"));
        page.heading("INDICATOR", format!("{} {}{window}", finding.state, finding.target));
        let word = verdict.map_or(finding.verdict, Verdict::shown);
        page.toned_link(verdict.map(slot_of), "comes to", word, ways(&detail.image.id));
        for reason in &finding.reasons {
            let about = if reason.about.is_empty() { String::new() } else { format!("  on {}", reason.about) };
            page.linked(
                "because",
                format!("{}{about}", reason.text),
                stands(reason.evidence.as_ref(), reason.locator.as_ref()),
            );
            if let Some(image) = &reason.image {
                page.linked("image", "the other image", Some(link::image(image)));
            }
        }
    }
    page.end()
}

/// The ways that lead there.
fn ways(id: &str) -> Option<Call> {
    Some(Call { id: "graph.why".to_owned(), argument: id.to_owned() })
}

fn stands(evidence: Option<&String>, locator: Option<&Locator>) -> Option<Call> {
    let locator = locator?;
    Some(link::evidence(evidence?, locator.offset, locator.length))
}
