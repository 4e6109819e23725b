//! What images are put together by. Most of it the case answers by itself; the base an image stands on is told by the
//! lineage.

use std::collections::HashMap;

use super::data::{PAGE, Page, Wish};
use crate::case::query::pages::{GroupBy, Window, rows};
use crate::graph::NodeId;
use crate::graph::draw::label;
use crate::tui::data::Desk;
use crate::tui::data::lineage::Kept;

/// Columns of a base's name in the head of its group.
const NAME: usize = 200;

/// What rows are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    /// Something that the case knows of each image.
    By(GroupBy),
    /// The image that it stands right on.
    Base,
}

impl Groups {
    /// All of them.
    pub const ALL: [Groups; 4] =
        [Groups::By(GroupBy::Registry), Groups::By(GroupBy::Namespace), Groups::By(GroupBy::Owner), Groups::Base];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Groups::By(by) => by.as_str(),
            Groups::Base => "base",
        }
    }

    /// What a group is called, by its value; that of a base is its id and its name.
    pub fn title(self, value: &str) -> String {
        match self {
            Groups::By(by) => by.title(value),
            Groups::Base => {
                value.split_once(' ').map_or_else(|| "no base known".to_owned(), |(_, name)| format!("on {name}"))
            }
        }
    }
}

/// Groups, each with how many rows it has.
type Counted = Vec<(String, u64)>;

/// The whole list in the order of its bases: those that most images stand on first, what has no known base last. Each group
/// with how many rows it has.
pub fn by_base(desk: &Desk, wish: &Wish) -> Result<(Vec<String>, Counted), String> {
    let kept = desk.lineage()?;
    let ids = wish.list()?.ids(desk.conn()?, 0, u64::MAX).map_err(|e| e.to_string())?;
    let mut groups: HashMap<Option<NodeId>, Vec<String>> = HashMap::new();
    for id in ids {
        let base = kept.find(&id).and_then(|node| kept.graph().main_base(node)).map(|(_, edge)| edge.parent);
        groups.entry(base).or_default().push(id);
    }
    let mut groups: Vec<(Option<NodeId>, Vec<String>)> = groups.into_iter().collect();
    groups.sort_by_key(|(base, ids)| (base.is_none(), std::cmp::Reverse(ids.len()), *base));
    let heads = groups.iter().map(|(base, ids)| (value(&kept, *base), ids.len() as u64)).collect();
    Ok((groups.into_iter().flat_map(|(_, ids)| ids).collect(), heads))
}

fn value(kept: &Kept, base: Option<NodeId>) -> String {
    let named = |node: NodeId| Some(format!("{} {}", kept.graph().node(node)?.id, label(kept.graph(), node, NAME)));
    base.and_then(named).unwrap_or_default()
}

/// The rows around a place of that list.
pub fn page(desk: &Desk, wish: &Wish, near: u64, follow: &[String]) -> Result<Page, String> {
    let (ids, groups) = by_base(desk, wish)?;
    let wanted = |id: &String| ids.iter().position(|own| own == id).map(|at| (id.clone(), at as u64));
    let found: Vec<(String, u64)> = follow.iter().filter_map(wanted).collect();
    let total = ids.len() as u64;
    let centre = found.first().filter(|(id, _)| follow.first() == Some(id)).map_or(near, |(_, place)| *place);
    let first = centre.saturating_sub(PAGE / 2).min(total.saturating_sub(PAGE));
    let shown: Vec<String> = ids.into_iter().skip(first as usize).take(PAGE as usize).collect();
    let rows = rows(desk.conn()?, &shown).map_err(|e| e.to_string())?;
    Ok(Page { wish: wish.clone(), window: Window { rows, first, total, groups, found } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_called_by_what_their_images_share() {
        for groups in Groups::ALL {
            assert!(Groups::ALL.iter().filter(|other| other.as_str() == groups.as_str()).count() == 1);
        }
        assert_eq!(Groups::Base.title("0a1b docker.io/library/debian:12"), "on docker.io/library/debian:12");
        assert_eq!(Groups::Base.title(""), "no base known");
        assert_eq!(Groups::By(GroupBy::Registry).title("a.io"), "registry a.io");
    }
}
