//! What an image is called, where its tags led, who builds it and who answers for it.

use crate::case::query::builds::ProblemRow;
use crate::case::query::image::{ImageDetail, Locator, TagHistory};
use crate::cli::words::{short, when};
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;

/// The page.
pub fn names(detail: &ImageDetail, problems: &[ProblemRow]) -> Vec<Fact> {
    let mut page = Page::default();
    digests(detail, &mut page);
    page.heading("NAMES", "");
    for name in &detail.names {
        let seen = format!("{}  {} to {}", name.name, when(&name.first_seen), when(&name.last_seen));
        page.linked("name", seen, Some(link::images(&link::only("name", &name.name))));
    }
    if !detail.candidates.is_empty() {
        page.heading("MAYBE", "seen under this name elsewhere, never taken for this one");
    }
    for candidate in &detail.candidates {
        let times = format!("{} to {}", when(&candidate.first_seen), when(&candidate.last_seen));
        let text = format!("{}  {}  {times}", candidate.digest.value, kind(&candidate.digest.kind));
        page.linked("digest", text, candidate.image.as_deref().map(link::image));
    }
    detail.tag_history.iter().for_each(|history| tag(history, detail, &mut page));
    members(detail, &mut page);
    referrers(detail, &mut page);
    besides(detail, &mut page);
    wrong(problems, &mut page);
    page.end()
}

fn digests(detail: &ImageDetail, page: &mut Page) {
    page.heading("DIGESTS", "");
    for digest in &detail.image.digests {
        page.line("digest", format!("{}  {}", digest.value, kind(&digest.kind)));
    }
    if detail.image.digests.is_empty() {
        page.toned(Slot::Warning, "not known", "nothing was seen to run or to be kept under this name here");
    }
    for digest in &detail.contradictions {
        let text = format!("! evidence claims two kinds of digest for {digest}");
        page.toned(Slot::Warning, "conflict", text);
    }
}

/// The manifests that its index holds.
fn members(detail: &ImageDetail, page: &mut Page) {
    if !detail.members.is_empty() {
        page.heading("PLATFORMS", "manifests that its index holds");
    }
    for row in &detail.members {
        let platform = if row.platform.is_empty() { "platform not told" } else { &row.platform };
        let text = format!("{}  {platform}", row.digest);
        page.linked("manifest", text, row.image.as_deref().map(link::image));
    }
}

/// Signatures and the like; a row leads to where a registry lists it.
fn referrers(detail: &ImageDetail, page: &mut Page) {
    let Some(asked) = &detail.referrers_asked else { return };
    page.heading("REFERS TO IT", "as registries list it; nothing of this was checked");
    if detail.referrers.is_empty() {
        page.line("none", format!("nothing was listed on {}; what hangs on tags alone may not be seen", when(asked)));
    }
    for row in &detail.referrers {
        let of = match row.of {
            "image" => String::new(),
            of => format!("  to its {of} {}", short(&row.subject)),
        };
        let media = if row.media_type.is_empty() { "type not told" } else { &row.media_type };
        page.linked(row.kind, format!("{}  {media}{of}", row.digest), stands(row.evidence.as_ref(), &row.locator));
    }
}

fn kind(kind: &str) -> &str {
    if kind == "unknown" { "kind not told" } else { kind }
}

fn tag(history: &TagHistory, detail: &ImageDetail, page: &mut Page) {
    page.heading("TAG", history.name.clone());
    match history.moved {
        "yes" | "likely" | "uncomparable" => page.toned(Slot::Warning, "moved", moved(history.moved)),
        word => page.line("moved", moved(word)),
    }
    for entry in &history.entries {
        let own = detail.image.digests.iter().any(|digest| digest.value == entry.digest.value);
        for seen in &entry.seen {
            let host = if seen.host.is_empty() { "somewhere" } else { &seen.host };
            let (digest, which) = (short(&entry.digest.value), kind(&entry.digest.kind));
            let text = format!("{}  {digest}  {which}  on {host}", when(&seen.from));
            page.linked(if own { "this one" } else { "another" }, text, another(own, &entry.digest.value));
        }
    }
}

fn another(own: bool, digest: &str) -> Option<Call> {
    (!own).then(|| link::image(digest))
}

fn moved(word: &str) -> &'static str {
    match word {
        "yes" => "! yes: it led to other digests of the same kind",
        "likely" => "! likely: it led to digests that cannot both be right",
        "uncomparable" => "! not known: its digests are of kinds that cannot be compared",
        "no" => "no: one image under all its digests",
        _ => "not seen: no digest was seen under it",
    }
}

fn stands(evidence: Option<&String>, locator: &Locator) -> Option<Call> {
    Some(link::evidence(evidence?, locator.offset, locator.length))
}

/// Builds and owners.
fn besides(detail: &ImageDetail, page: &mut Page) {
    if !detail.built_by.is_empty() {
        page.heading("BUILT BY", "a build names a tag: whether what runs came from it is not told");
    }
    for built in &detail.built_by {
        let target = built.target.as_ref().map_or_else(String::new, |target| format!(", target {target}"));
        let lost = if built.at_hand { "" } else { " (not read)" };
        let text = format!("{}{lost}{target}, asked for by {}", built.dockerfile, built.asked_by);
        page.linked("build", text, stands(built.evidence.as_ref(), &built.locator));
    }
    if !detail.owners.is_empty() {
        page.heading("OWNERS", "the most exact word first");
    }
    for row in &detail.owners {
        let who = if row.owner.is_empty() { "not told" } else { &row.owner };
        let mut text = format!("{who}, by {} {}", row.by, row.subject);
        for (word, value) in [("criticality", &row.criticality), ("site", &row.site)] {
            if !value.is_empty() {
                text.push_str(&format!(", {word} {value}"));
            }
        }
        page.linked("owner", text, stands(row.evidence.as_ref(), &row.locator));
    }
}

/// What is wrong in files that tell of it.
fn wrong(problems: &[ProblemRow], page: &mut Page) {
    if !problems.is_empty() {
        page.heading("PROBLEMS", "in files that tell of it");
    }
    for row in problems {
        let link = row.evidence.as_ref().map(|id| link::evidence_at(id, &row.locator));
        let text = format!("! {}  {} {}", row.reason, row.path, row.locator);
        page.toned_link(Some(Slot::Warning), "problem", text, link);
    }
}
