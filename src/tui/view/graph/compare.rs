//! Two images side by side: what both stand on, where they part, what each adds.

use super::ways::Told;
use super::words;
use crate::cli::words::counted;
use crate::command::Call;
use crate::graph::{Compared, Difference, NodeId, compare};
use crate::model::digest::Digest;
use crate::model::lineage::LayerKind;
use crate::tui::data::lineage::Kept;
use crate::tui::theme::Slot;
use crate::tui::view::facts::Page;

/// Layers that are listed of each part.
const MOST: usize = 200;

/// The page.
pub fn told(kept: &Kept, (first, second): (NodeId, NodeId), asked: (&str, &str)) -> Told {
    let mut page = Page::default();
    for (word, node) in [("first", first), ("second", second)] {
        page.linked(word, words::named(kept, node), words::link_to(kept, node));
    }
    match compare(kept.graph(), first, second) {
        Compared::CannotTell { first_has_layers, second_has_layers } => {
            cannot_tell(kept, [(first, first_has_layers), (second, second_has_layers)], &mut page);
        }
        Compared::Layers(difference) => parted(kept, &difference, (first, second), &mut page),
    }
    let id = |node| kept.graph().node(node).map_or_else(String::new, |facts| facts.id.to_string());
    Told {
        asked: format!("{} {}", asked.0, asked.1),
        place: Call { id: "graph.compare".to_owned(), argument: format!("{} {}", id(first), id(second)) },
        title: format!("{} beside {}", words::named(kept, first), words::named(kept, second)),
        crumb: "compare".to_owned(),
        facts: page.end(),
    }
}

fn cannot_tell(kept: &Kept, both: [(NodeId, bool); 2], page: &mut Page) {
    page.heading("CANNOT TELL", "their layers cannot be held against each other; unknown is not different");
    for (node, has_layers) in both {
        let text =
            if has_layers { "its layers are known, by digests of another kind" } else { "its layers are not known" };
        let slot = if has_layers { Slot::Base } else { Slot::Warning };
        page.toned(slot, "layers", format!("{}: {text}", words::named(kept, node)));
    }
    page.line(
        "would tell",
        "docker image inspect, or the manifest and the config as the registry has them (i imports)",
    );
}

fn parted(kept: &Kept, difference: &Difference, (first, second): (NodeId, NodeId), page: &mut Page) {
    let by = match difference.kind {
        LayerKind::Uncompressed => "by diffID",
        LayerKind::Compressed => "by compressed digest",
    };
    let count = |layers: &[Digest]| counted(layers.len() as u64, "layer");
    page.heading("COMMON", format!("{} from the bottom, {by}", count(&difference.common)));
    match difference.common_base {
        Some(base) => page.linked("base", words::named(kept, base), words::link_to(kept, base)),
        None => page.line("base", "no known image is just these layers"),
    }
    layers(&difference.common, 1, page);
    let above = difference.common.len() + 1;
    let parts = [("FIRST", first, &difference.first_adds), ("SECOND", second, &difference.second_adds)];
    if parts.iter().all(|(_, _, adds)| adds.is_empty()) {
        return page.heading("SAME", "all layers are equal: they differ in their configs alone, if at all");
    }
    page.heading("PART AT", format!("layer {above}: the first one that is not the same in both"));
    for (word, node, adds) in parts {
        page.heading(word, format!("{} adds {}", words::named(kept, node), count(adds)));
        if let Some(open) = words::layers(kept, node) {
            page.linked("proof", "where its layers are told", Some(open));
        }
        layers(adds, above, page);
    }
}

fn layers(layers: &[Digest], from: usize, page: &mut Page) {
    for (number, layer) in (from..).zip(layers).take(MOST) {
        page.line("layer", format!("{number:>3}  {layer}"));
    }
    if layers.len() > MOST {
        page.line("layer", format!("... and {} more", layers.len() - MOST));
    }
}
