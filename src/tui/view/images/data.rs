//! What this view asks.

use std::collections::BTreeSet;

use super::details::Prepared;
use super::grouping::{self, Groups};
use crate::case::notes::about;
use crate::case::query::builds::problems;
use crate::case::query::filter::Filter;
use crate::case::query::image::{ImageDetail, image, image_beginning};
use crate::case::query::images::Sort;
use crate::case::query::pages::{List, Window, named};
use crate::case::query::select::SelectError;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::view::link;

/// Rows that are read at once.
pub const PAGE: u64 = 400;
/// Most rows that are marked by one range.
pub const MOST_MARKED: u64 = 100_000;

/// Uses of an image that are shown before all are read.
const FIRST_USES: u64 = 200;

/// The list as a person asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The filter's text.
    pub filter: String,
    /// The order.
    pub sort: Sort,
    /// The groups.
    pub group: Option<Groups>,
}

impl Wish {
    /// The list as the case knows it; groups by base are made of it afterwards.
    pub fn list(&self) -> Result<List, String> {
        let filter = Filter::parse(&self.filter).map_err(|e| e.to_string())?;
        let group = match self.group {
            Some(Groups::By(by)) => Some(by),
            Some(Groups::Base) | None => None,
        };
        Ok(List { filter, sort: self.sort, group })
    }

    /// True where the lineage says what stands together.
    pub fn needs_lineage(&self) -> bool {
        self.group == Some(Groups::Base)
    }
}

/// The rows around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Of which list.
    pub wish: Wish,
    /// Around which row, where the first of `follow` is not in the list.
    pub near: u64,
    /// Images whose places are to be found.
    pub follow: Vec<String>,
}

/// The answer to [`Rows`].
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// What was asked.
    pub wish: Wish,
    /// The rows.
    pub window: Window,
}

impl Question for Rows {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        if self.needs_lineage() {
            return Ok(Box::new(grouping::page(desk, &self.wish, self.near, &self.follow)?));
        }
        let window = self.wish.list()?.window(desk.conn()?, self.near, PAGE, &self.follow);
        Ok(Box::new(Page { wish: self.wish.clone(), window: window.map_err(|e| e.to_string())? }))
    }

    fn needs_lineage(&self) -> bool {
        self.wish.needs_lineage()
    }
}

/// The ids of a range of rows, to be marked.
#[derive(Debug, Clone)]
pub struct Ids {
    /// Of which list.
    pub wish: Wish,
    /// The first row.
    pub first: u64,
    /// How many.
    pub count: u64,
}

impl Question for Ids {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let most = self.count.min(MOST_MARKED);
        if self.needs_lineage() {
            let (ids, _) = grouping::by_base(desk, &self.wish)?;
            let range = ids.into_iter().skip(self.first as usize).take(most as usize);
            return Ok(Box::new(range.collect::<Vec<String>>()));
        }
        let ids = self.wish.list()?.ids(desk.conn()?, self.first, most);
        Ok(Box::new(ids.map_err(|e| e.to_string())?))
    }

    fn needs_lineage(&self) -> bool {
        self.wish.needs_lineage()
    }
}

/// Names and digests of images, to be copied.
#[derive(Debug, Clone)]
pub struct Named {
    /// The images.
    pub ids: Vec<String>,
    /// Their digests instead of their names.
    pub digests: bool,
}

/// The answer to [`Named`].
#[derive(Debug)]
pub struct Copied {
    /// The lines.
    pub lines: Vec<String>,
    /// Digests instead of names.
    pub digests: bool,
    /// Images without a known digest.
    pub without: usize,
}

impl Question for Named {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let found = named(desk.conn()?, &self.ids).map_err(|e| e.to_string())?;
        let all = found.len();
        let line = |(name, digest)| if self.digests { digest } else { Some(name) };
        let lines: Vec<String> = found.into_iter().filter_map(line).collect();
        Ok(Box::new(Copied { without: all - lines.len(), lines, digests: self.digests }))
    }
}

/// Everything about one image, by any of its aliases; the answer is [`Prepared`], or [`Several`].
#[derive(Debug, Clone)]
pub struct Details(pub String);

/// The other answer: the alias means several images.
#[derive(Debug)]
pub struct Several {
    /// A filter that lists them.
    pub filter: String,
    /// How many there are.
    pub total: usize,
}

impl Question for Details {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.conn()?;
        let detail = match image(conn, &self.0) {
            Ok(detail) => detail,
            Err(SelectError::Ambiguous { candidates, total, .. }) if !candidates.is_empty() => {
                let names: BTreeSet<String> =
                    candidates.iter().map(|candidate| link::only("name", &candidate.name)).collect();
                let filter = names.into_iter().collect::<Vec<_>>().join(" or ");
                return Ok(Box::new(Several { filter, total }));
            }
            Err(error) => return Err(error.to_string()),
        };
        let mut problems = problems(conn).map_err(|e| e.to_string())?;
        let told: BTreeSet<&str> = evidence(&detail).collect();
        problems.retain(|row| row.evidence.as_deref().is_some_and(|id| told.contains(id)));
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let notes = if case.has_notes().map_err(|e| e.to_string())? {
            let (state, _) = case.state().map_err(|e| e.to_string())?;
            about(case.notes(&state).map_err(|e| e.to_string())?, &detail)
        } else {
            Vec::new()
        };
        Ok(Box::new(Prepared::new(&self.0, detail, &problems, &notes)))
    }

    fn first(&self, desk: &Desk) -> Option<Answer> {
        // What goes wrong here goes wrong with the whole, too, and is told there.
        let detail = image_beginning(desk.conn().ok()?, &self.0, FIRST_USES).ok()??;
        Some(Box::new(Prepared::new(&self.0, detail, &[], &[])))
    }
}

/// The evidence that tells of an image.
fn evidence(detail: &ImageDetail) -> impl Iterator<Item = &str> {
    let uses = detail.uses.iter().map(|row| &row.evidence);
    let built = detail.built_by.iter().map(|row| &row.evidence);
    uses.chain(built).filter_map(|id| id.as_deref())
}
