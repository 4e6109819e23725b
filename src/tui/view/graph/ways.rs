//! Why an image is affected: every way to it, step by step, with the proof of each; without anything bad, the ways up
//! from what it stands on.

use super::{steps, words};
use crate::cli::words::{counted, short};
use crate::command::Call;
use crate::graph::draw::how;
use crate::graph::{Link, NodeId, Path, Prefer, Reach, Search, Thresholds, Why, to_roots, why};
use crate::model::lineage::Confidence;
use crate::model::verdict::Verdict;
use crate::tui::data::lineage::Kept;
use crate::tui::theme::Slot;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::signs::slot_of;
use crate::work::blast::ReachedImage;

/// Ways that are listed beside the surest and the shortest; a graph can have more than anybody can read.
const MOST: usize = 20;

/// A page of this view.
#[derive(Debug)]
pub struct Told {
    /// The call it answers, without the command.
    pub asked: String,
    /// The command that leads here again.
    pub place: Call,
    /// The line over it.
    pub title: String,
    /// For the way back.
    pub crumb: String,
    /// The page.
    pub facts: Vec<Fact>,
}

/// The ways to an image from everything that is bad or suspected.
pub fn told(kept: &Kept, image: NodeId, asked: &str) -> Told {
    told_from(kept, &kept.origins(), image, asked)
}

/// The ways to an image from these.
fn told_from(kept: &Kept, bad: &[NodeId], image: NodeId, asked: &str) -> Told {
    let found = why(kept.graph(), bad, image, MOST);
    let mut page = Page::default();
    if bad.contains(&image) {
        page.toned(Slot::Warning, "itself", "it is named itself: nothing has to lead to it");
    } else if found.surest.is_some() {
        let search = Search::new(kept.graph(), bad, Thresholds::default(), Prefer::Surest);
        let reached = search.of(image).map(|reached| (reached.reach, reached.confidence, reached.distance));
        all(kept, &found, reached, &mut page);
    } else {
        from_roots(kept, bad, image, &mut page);
    }
    ended(kept, found.surest.is_some(), image, ("graph.why", asked), page)
}

/// The ways to an image from what a question about a target means.
pub fn from_target(kept: &Kept, found: &Why, image: NodeId, row: Option<&ReachedImage>) -> Told {
    let mut page = Page::default();
    match row {
        Some(ReachedImage { missing: Some(missing), fetch, .. }) => {
            page.toned(Slot::Warning, "cannot tell", missing.reason());
            page.line("would tell", missing.would_tell());
            if let Some(command) = fetch {
                page.line("ask", command.clone());
            }
        }
        Some(ReachedImage { distance: 0, .. }) => page.toned(Slot::Warning, "itself", "it is named itself"),
        _ => {}
    }
    let reached = row.and_then(|row| Some((row.reach, row.confidence?, row.distance))).filter(|(.., steps)| *steps > 0);
    if found.surest.as_ref().is_some_and(|path| path.len() > 1) {
        all(kept, found, reached, &mut page);
    }
    ended(kept, found.surest.is_some(), image, ("blast.why", ""), page)
}

/// Every way that was found, the surest first.
fn all(kept: &Kept, found: &Why, reached: Option<(Reach, Confidence, u32)>, page: &mut Page) {
    let Some(surest) = &found.surest else { return };
    page.heading("SUREST", reached.map_or_else(String::new, summary));
    way(kept, surest, page);
    let shortest = found.shortest.iter().map(|path| ("SHORTEST", path));
    for (word, path) in shortest.chain(found.others.iter().map(|path| ("OTHER WAY", path))) {
        page.heading(word, counted(path.len().saturating_sub(1) as u64, "step"));
        way(kept, path, page);
    }
    if found.more {
        page.line("more", format!("there are more ways than these; the first {MOST} are listed"));
    }
}

fn summary((reach, confidence, distance): (Reach, Confidence, u32)) -> String {
    let word = match reach {
        Reach::Proven => "proven",
        Reach::Likely => "likely",
        Reach::CannotTell => "cannot tell: a step is too weak",
    };
    let steps = counted(u64::from(distance), "step");
    format!("{steps}, {word}, as sure as its weakest step: {confidence}")
}

fn ended(kept: &Kept, reached: bool, image: NodeId, (command, asked): (&str, &str), mut page: Page) -> Told {
    runs(kept, image, &mut page);
    let title = if reached { "how what is bad reaches" } else { "what leads to" };
    let id = kept.graph().node(image).map_or_else(|| asked.to_owned(), |facts| facts.id.to_string());
    Told {
        asked: asked.to_owned(),
        place: Call { id: command.to_owned(), argument: id },
        title: format!("{title} {}", words::named(kept, image)),
        crumb: format!("why {}", words::named(kept, image)),
        facts: page.end(),
    }
}

/// Nothing bad leads there: what does, and why that is no proof of innocence.
fn from_roots(kept: &Kept, bad: &[NodeId], image: NodeId, page: &mut Page) {
    let graph = kept.graph();
    if bad.is_empty() {
        page.line("bad", "nothing is marked bad or suspected yet; these are the ways up to it from what it stands on");
    } else {
        let count = counted(bad.len() as u64, "image");
        page.line("bad", format!("no way that is known leads here from the {count} that is bad or suspected"));
    }
    let (ways, more) = to_roots(graph, image, MOST);
    if ways.is_empty() {
        let standing = graph.node(image).map_or("", |facts| words::standing(facts.standing));
        page.toned(Slot::Warning, "base", standing);
    }
    for path in &ways {
        page.heading("WAY", counted(path.len().saturating_sub(1) as u64, "step"));
        way(kept, path, page);
    }
    if more {
        page.line("more", "there are more ways than are listed");
    }
}

/// One way from its start: nodes lead to what is around them, steps to what proves them.
fn way(kept: &Kept, path: &Path, page: &mut Page) {
    for (node, link) in path {
        if let Link::Edge(number) = link
            && let Some(edge) = kept.graph().edge(*number)
        {
            steps::proofs(kept, edge, page);
        } else if *link != Link::Start {
            page.line("|", how(kept.graph(), *link));
        }
        let verdict = kept.verdict(*node);
        let shown = verdict.map_or_else(String::new, |verdict| format!("  {}", verdict.shown()));
        let slot = verdict.filter(|verdict| *verdict != Verdict::NoLink).map(slot_of);
        let word = if *link == Link::Start { "from" } else { "to" };
        page.toned_link(slot, word, format!("{}{shown}", words::named(kept, *node)), words::link_to(kept, *node));
    }
}

fn runs(kept: &Kept, image: NodeId, page: &mut Page) {
    let Some(facts) = kept.graph().node(image).filter(|facts| facts.known) else { return };
    page.heading("RUNS", "");
    let id = facts.id.to_string();
    let open = Call { id: "images.show".to_owned(), argument: format!("{id} workloads") };
    let text = format!("{} running, {}", facts.weight.running, counted(u64::from(facts.weight.uses), "use"));
    page.linked("places", format!("{text}  {}", short(&id)), Some(open));
}
