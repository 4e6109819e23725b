//! What this view asks, of the reader that keeps the lineage.

use std::sync::Arc;

use super::list::{Listing, Only};
use super::pages;
use crate::case::query::indicators::entries;
use crate::case::query::pages::rows;
use crate::graph::NodeId;
use crate::model::id::Id;
use crate::model::indicator::State;
use crate::tui::data::lineage::{Building, Kept};
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::view::facts::Fact;
use crate::tui::view::graph::ways::{self, Told};
use crate::tui::view::sheet::Ready;
use crate::work::blast::{self, Reach, question, question_of, reach};
use crate::work::waves::plan;

/// What targets reach; without any, what all open indicators do.
#[derive(Debug, Clone)]
pub struct Reaching(pub String);

/// The answer to [`Reaching`].
#[derive(Debug)]
pub struct Reached {
    /// As it was asked for.
    pub asked: String,
    /// What is reached; none where nothing is named and nothing was asked.
    pub reach: Option<Arc<Reach>>,
    /// All images that are reached.
    pub listing: Listing,
    /// The other lists.
    pub lists: Lists,
}

/// The lists beside that of the images.
#[derive(Debug)]
pub struct Lists {
    /// Workloads.
    pub workloads: Ready<pages::Line>,
    /// Credentials by name.
    pub credentials: Ready<pages::Line>,
    /// Namespaces.
    pub namespaces: Ready<pages::Line>,
    /// Where it can come back from.
    pub comes_back: Ready<pages::Line>,
    /// The order in which to rebuild.
    pub waves: Ready<Fact>,
}

impl Question for Reaching {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        desk.tell(Building("following what it reaches".to_owned()));
        let questions = self.questions(desk, &kept)?;
        if questions.is_empty() {
            let (listing, lists) = (Listing::default(), pages::none());
            return Ok(Box::new(Reached { asked: self.0.clone(), reach: None, listing, lists }));
        }
        let found = reach(desk.conn()?, Arc::clone(&kept.tree.known), questions).map_err(|e| e.to_string())?;
        let plan = plan(&found, &[]).map_err(|e| e.to_string())?;
        let (lists, found) = (pages::lists(&found, &plan), Arc::new(found));
        let listing = Listing::new(Arc::clone(&found), Only::All);
        Ok(Box::new(Reached { asked: self.0.clone(), reach: Some(found), listing, lists }))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

impl Reaching {
    fn questions(&self, desk: &Desk, kept: &Kept) -> Result<Vec<blast::Question>, String> {
        let conn = desk.conn()?;
        let mut found = Vec::new();
        if self.0.trim().is_empty() {
            let open = entries(conn).map_err(|e| e.to_string())?.into_iter();
            for entry in open.filter(|entry| entry.open && entry.indicator.state != State::Cleared) {
                found.push(question_of(conn, &entry.indicator.target).map_err(|e| e.to_string())?);
            }
        }
        for word in self.0.split_whitespace() {
            let text = target_of(desk, kept, word)?;
            found.push(question(conn, &text, None).map_err(|e| e.to_string())?);
        }
        Ok(found)
    }
}

/// An image of the lists is asked for by its id: its digest is meant, or its name where none is known. Anything else is
/// what a person typed.
fn target_of(desk: &Desk, kept: &Kept, word: &str) -> Result<String, String> {
    if Id::parse(word).is_none() {
        return Ok(word.to_owned());
    }
    let row = rows(desk.conn()?, &[word.to_owned()]).map_err(|e| e.to_string())?.into_iter().next();
    if let Some(row) = row {
        let digest = row.digests.first().map(|digest| format!("digest:{}", digest.value));
        return Ok(digest.unwrap_or_else(|| format!("tag:{}", row.name)));
    }
    let graph = kept.graph();
    let unnamed =
        kept.find(word).and_then(|node| graph.unnamed(node).map(|unnamed| format!("chain:{}", unnamed.chain_id)));
    let named = || kept.find(word).map(|node| graph.name(node)).filter(|name| name.contains('/'));
    Ok(unnamed.or_else(|| named().map(|name| format!("tag:{name}"))).unwrap_or_else(|| word.to_owned()))
}

/// Every way to an image from what is asked about.
#[derive(Debug, Clone)]
pub struct Ways {
    /// The answer it is about.
    pub reach: Arc<Reach>,
    /// The image.
    pub node: NodeId,
}

/// Ways beside the surest and the shortest.
const MOST: usize = 20;

impl Question for Ways {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let kept = desk.lineage()?;
        // Numbers of nodes mean something in their own graph alone.
        if !Arc::ptr_eq(&kept.tree.known, &self.reach.known) {
            return Err("the case was written to meanwhile; what is shown is being read again".to_owned());
        }
        let found = self.reach.why(self.node, MOST);
        let image = self.reach.images.iter().find(|image| image.node == self.node);
        let told: Told = ways::from_target(&kept, &found, self.node, image);
        Ok(Box::new(told))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}
