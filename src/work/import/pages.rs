//! Pages of live lists: what a page's reading may say of the whole list. Only the last page of a list whose pages are all
//! there, all understood and all of one time says what there is not.

use std::collections::BTreeSet;

use crate::case::state::Source;
use crate::collect::cluster::INCONSISTENT;
use crate::model::acquisition::Acquisition;
use crate::model::live::LivePage;
use crate::model::reading::{KindScope, Reading, Status};

/// The pages that can be relied on: context, collection and list, and the page's number. A page is among them only where
/// all before it are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages {
    good: BTreeSet<(String, u32)>,
}

impl Pages {
    /// Those that a case holds.
    pub fn of<'s>(sources: impl Iterator<Item = &'s Source>) -> Self {
        let mut found: Vec<(String, u32)> = sources
            .filter_map(|source| {
                let page = LivePage::of(&source.acquisition.options)?;
                let reading = source.reading.as_ref()?;
                is_good(&page, reading).then(|| (key(&source.acquisition, &page), page.number))
            })
            .collect();
        found.sort();
        let mut pages = Pages::default();
        for (list, number) in found {
            pages.add(list, number);
        }
        pages
    }

    fn add(&mut self, list: String, number: u32) -> bool {
        let follows = number == 1 || self.good.contains(&(list.clone(), number - 1));
        if follows {
            self.good.insert((list, number));
        }
        follows
    }

    /// Gives a page's reading its scope: what was asked for is known, and need not be guessed from what came.
    pub fn settle(&mut self, acquisition: &Acquisition, reading: &mut Reading) {
        let Some(page) = LivePage::of(&acquisition.options) else { return };
        if page.inconsistent && reading.status == Status::Read {
            reading.status = Status::Partial;
            reading.reason = INCONSISTENT.to_owned();
        }
        let good = is_good(&page, reading) && reading.scope.complete;
        let whole = good && self.add(key(acquisition, &page), page.number) && page.next.is_none();
        reading.scope.complete = whole;
        if !whole {
            return;
        }
        reading.scope.kinds = vec![KindScope {
            kind: page.kind.to_owned(),
            namespaces: page.namespace.map(str::to_owned).into_iter().collect(),
            all: page.namespace.is_none(),
        }];
        if page.number > 1 {
            // A version that other pages share would tell that this is one page only.
            reading.scope.list_version = None;
        }
    }
}

fn key(acquisition: &Acquisition, page: &LivePage<'_>) -> String {
    format!("{}\0{}\0{}", acquisition.context.as_deref().unwrap_or_default(), page.collection, page.list)
}

fn is_good(page: &LivePage<'_>, reading: &Reading) -> bool {
    reading.status == Status::Read && reading.rejected == 0 && !page.inconsistent && !page.selected
}
