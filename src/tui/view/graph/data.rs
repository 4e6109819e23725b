//! What this view asks. All of it is answered by the reader that keeps the lineage.

use super::focus::{self, Zoned};
use super::tree::{Fits, Forest};
use super::ways::{self, Told};
use super::{compare, words};
use crate::case::query::filter::Filter;
use crate::case::query::pages::List;
use crate::case::query::select::{SelectError, one};
use crate::graph::NodeId;
use crate::tui::data::lineage::Kept;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::widget::tree::Outline;

/// The lineage; the answer is a [`Kept`].
#[derive(Debug, Clone)]
pub struct Whole;

impl Question for Whole {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        Ok(Box::new(desk.lineage()?))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// What a filter leaves of the outline; the answer is a [`Fits`].
#[derive(Debug, Clone)]
pub struct Fitting(pub String);

impl Question for Fitting {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        let filter = Filter::parse(&self.0).map_err(|e| e.to_string())?;
        let list = List { filter, ..List::default() };
        let ids = list.ids(desk.conn()?, 0, u64::MAX).map_err(|e| e.to_string())?;
        let mut fits = vec![false; kept.graph().len()];
        let word = plain_word(&self.0);
        let named =
            |node: NodeId| word.as_ref().is_some_and(|word| words::name(&kept, node).to_lowercase().contains(word));
        // Layers that no image is, and bases that only a claim names, stand in no list of images.
        let unlisted = kept.graph().nodes().filter(|(node, facts)| !facts.known && named(*node)).map(|(node, _)| node);
        for node in ids.iter().filter_map(|id| kept.find(id)).chain(unlisted) {
            if let Some(fits) = fits.get_mut(node as usize) {
                *fits = true;
            }
        }
        let found = fits.iter().filter(|fits| **fits).count() as u64;
        let keep = kept.tree.outline.keep(kept.graph(), |node| fits.get(node as usize).copied().unwrap_or(false));
        let mut outline = Outline::default();
        outline.expand_all(&Forest { tree: &kept.tree, keep: Some(&keep) });
        Ok(Box::new(Fits { filter: self.0.clone(), tree: kept.tree, keep, found, outline }))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// A filter that is a single word, in small letters.
fn plain_word(filter: &str) -> Option<String> {
    let word = filter.trim();
    let plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || ":~!<>=\"()".contains(c));
    plain.then(|| word.to_lowercase())
}

/// An image with what is around it.
#[derive(Debug, Clone)]
pub struct Around(pub String);

impl Question for Around {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        match find(desk, &kept, &self.0)? {
            Found::One(node) => {
                let zoned: Zoned = focus::zoned(desk.conn()?, &kept, node, &self.0).map_err(|e| e.to_string())?;
                Ok(Box::new(zoned))
            }
            Found::Several(several) => Ok(Box::new(several)),
        }
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// The ways to an image from what is bad, or from what it stands on.
#[derive(Debug, Clone)]
pub struct Ways(pub String);

impl Question for Ways {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        match find(desk, &kept, &self.0)? {
            Found::One(node) => {
                let told: Told = ways::told(&kept, node, &self.0);
                Ok(Box::new(told))
            }
            Found::Several(several) => Ok(Box::new(several)),
        }
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// Two images side by side, by their ids.
#[derive(Debug, Clone)]
pub struct Beside(pub String, pub String);

impl Question for Beside {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        match (find(desk, &kept, &self.0)?, find(desk, &kept, &self.1)?) {
            (Found::One(first), Found::One(second)) => {
                let told: Told = compare::told(&kept, (first, second), (&self.0, &self.1));
                Ok(Box::new(told))
            }
            (Found::Several(several), _) | (_, Found::Several(several)) => Ok(Box::new(several)),
        }
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// The alias means several images.
#[derive(Debug)]
pub struct Several {
    /// As it was typed.
    pub asked: String,
    /// How many there are.
    pub total: usize,
}

/// What an alias means.
pub enum Found {
    /// One node.
    One(NodeId),
    /// Not one.
    Several(Several),
}

/// The node of an alias: an id, whatever names an image elsewhere, or the whole name of what only lineage knows.
pub fn find(desk: &Desk, kept: &Kept, alias: &str) -> Result<Found, String> {
    let alias = alias.trim();
    if let Some(node) = kept.find(alias) {
        return Ok(Found::One(node));
    }
    let nothing = match one(desk.conn()?, alias) {
        Ok(id) => match kept.find(&id) {
            Some(node) => return Ok(Found::One(node)),
            None => format!("{alias}: lineage knows nothing of it"),
        },
        Err(SelectError::Ambiguous { total, .. }) => {
            return Ok(Found::Several(Several { asked: alias.to_owned(), total }));
        }
        Err(error) => error.to_string(),
    };
    let graph = kept.graph();
    let named = graph.nodes().find(|(node, _)| graph.is_listed(*node) && graph.name(*node) == alias);
    named.map(|(node, _)| Found::One(node)).ok_or(nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_word_is_looked_for_in_names_that_stand_in_no_list() {
        for (filter, wanted) in
            [("Debian", Some("debian")), ("", None), ("a b", None), ("name:a", None), ("\"a\"", None)]
        {
            assert_eq!(plain_word(filter).as_deref(), wanted, "{filter}");
        }
    }
}
