//! What an image stands on and took from, with the proof of each, and what stands on it.

use crate::command::Call;
use crate::graph::NodeId;
use crate::tui::data::lineage::Kept;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::theme::Slot;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::graph::{steps, words};
use crate::tui::view::link;
use crate::tui::view::sheet::Ready;

/// Asks for the bases of an image, by its id.
#[derive(Debug, Clone)]
pub struct Standing(pub String);

/// The answer to [`Standing`].
#[derive(Debug)]
pub struct Bases {
    /// As it was asked for.
    pub asked: String,
    /// The page; empty where lineage knows nothing of the image.
    pub facts: Ready<Fact>,
}

impl Question for Standing {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        let facts = kept.find(&self.0).map_or_else(Vec::new, |node| page(&kept, node));
        Ok(Box::new(Bases { asked: self.0.clone(), facts: facts.into() }))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

fn page(kept: &Kept, node: NodeId) -> Vec<Fact> {
    let mut page = Page::default();
    let graph = kept.graph();
    let Some(facts) = graph.node(node) else { return Vec::new() };
    let id = facts.id.to_string();
    page.heading("STANDS ON", "");
    for (_, edge) in graph.parents(node).filter(|(_, edge)| graph.is_drawn(edge)) {
        page.linked(edge.kind.as_str(), words::named(kept, edge.parent), words::link_to(kept, edge.parent));
        steps::proofs(kept, edge, &mut page);
    }
    let standing = words::standing(facts.standing);
    if !standing.is_empty() {
        page.toned(Slot::Warning, "base", standing);
    }
    page.heading("ON IT", "");
    let counts = words::counts(kept.tree.outline.descendants(node));
    let shown = if counts.is_empty() { "nothing that is known stands on it".to_owned() } else { counts };
    page.linked("images", shown, Some(link::lineage(&id)));
    page.linked("ways", "every way that leads here", Some(Call { id: "graph.why".to_owned(), argument: id }));
    page.end()
}
