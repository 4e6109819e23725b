//! Lists: the tags of a repository, and the repositories of a registry where it tells them. Page after page, each one stored as
//! it came.

use http::Method;
use serde::Deserialize;
use std::collections::BTreeSet;

use super::host::Why;
use super::image::{Asking, Note, meaning};
use super::net::joined;
use super::told::{DocumentKind, ImageTold};
use crate::collect::cluster::End;
use crate::collect::wire;

/// Names in one page.
const PAGE: u32 = 1_000;
/// Pages of one list at most.
const MOST_PAGES: usize = 200;
/// The largest page, in bytes.
const LARGEST_PAGE: u64 = 8 << 20;
/// The longest name that is one.
const LONGEST: usize = 256;

/// Either list.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    tags: Option<Vec<String>>,
    repositories: Option<Vec<String>>,
}

impl Asking<'_> {
    /// Asks for the tags of the repository; `None` where they cannot be known.
    pub async fn tags(mut self) -> (ImageTold, Option<BTreeSet<String>>) {
        let path = format!("/v2/{}/tags/list?n={PAGE}", self.wanted.repository);
        let found = self.pages(path, |page| page.tags.unwrap_or_default()).await;
        self.done(found)
    }

    /// Asks for the repositories of the registry; `None` where it does not tell them, as most do not.
    pub async fn catalogue(mut self) -> (ImageTold, Option<BTreeSet<String>>) {
        let path = format!("/v2/_catalog?n={PAGE}");
        let found = self.pages(path, |page| page.repositories.unwrap_or_default()).await;
        self.done(found)
    }

    fn done(mut self, found: Option<BTreeSet<String>>) -> (ImageTold, Option<BTreeSet<String>>) {
        self.told.record = std::mem::take(&mut self.record).into_bytes();
        (self.told, found)
    }

    async fn pages(&mut self, mut path: String, of: impl Fn(Page) -> Vec<String>) -> Option<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let taken = match self.ask(Method::GET, path.clone(), "application/json", LARGEST_PAGE).await {
                Ok(taken) => taken,
                Err(why) => {
                    self.ended(why);
                    return None;
                }
            };
            let wrong = taken.broken.as_deref().unwrap_or_default().to_owned();
            self.write("GET", &path, &taken, &Note { wrong: &wrong, ..Note::default() });
            if taken.status != 200 {
                (self.told.end, self.told.reason) = meaning(taken.status);
                return None;
            }
            let next = wire::word(&taken.headers, http::header::LINK).and_then(|link| self.next(&path, link));
            let bytes = self.keep(path.clone(), taken, None, DocumentKind::List, None).await;
            let page = bytes.and_then(|bytes| serde_json::from_slice::<Page>(&bytes).ok());
            let Some(page) = page else {
                let why = if wrong.is_empty() { "it is no list of a registry".to_owned() } else { wrong };
                (self.told.end, self.told.reason) = (End::Partial, why);
                return None;
            };
            found.extend(of(page).into_iter().filter(|name| name.len() <= LONGEST));
            match next {
                Some(next) if next != path => path = next,
                _ => return Some(found),
            }
        }
        let why = format!("more than {MOST_PAGES} pages; the rest was not asked for");
        (self.told.end, self.told.reason) = (End::Partial, why);
        Some(found)
    }

    /// The next page, where it is of the same server: `</v2/a/tags/list?n=1000&last=x>; rel="next"`.
    fn next(&self, path: &str, link: &str) -> Option<String> {
        let (target, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let (server, next) = joined(&self.host.server, path, target)?;
        (rest.contains("next") && server == self.host.server).then_some(next)
    }

    fn ended(&mut self, why: Why) {
        self.gap(self.told.name.clone(), why);
        if let Some((_, end, why)) = self.told.gaps.pop() {
            (self.told.end, self.told.reason) = (end, why);
        }
    }
}
