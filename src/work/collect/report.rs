//! What a collection did, for people and for `--json`: the shape of an import, and beside it each context with what it was
//! asked and what is missing.

use serde::Serialize;

use super::Collecting;
use super::run::Runs;
use crate::collect::cluster::{Asked, End, Listed, Target};
use crate::work::import;

/// What a collection did.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What an import says.
    #[serde(flatten)]
    pub imported: import::Report,
    /// Every context that was meant.
    pub contexts: Vec<ContextRow>,
    /// What is missing, and what to do.
    pub gaps: Vec<GapRow>,
    /// The most bytes of answers that were held in memory at one time.
    pub held: usize,
}

/// One context.
#[derive(Debug, Serialize)]
pub struct ContextRow {
    /// Its name.
    pub context: String,
    /// The cluster's name.
    pub cluster: String,
    /// Its address.
    pub server: String,
    /// Who asked.
    pub user: String,
    /// `read`, `partial`, `denied` or `failed`.
    pub status: &'static str,
    /// The collection's word, as recorded with each page.
    pub collection: String,
    /// When an interrupted collection that was gone on with had begun.
    pub resumed: Option<String>,
    /// Requests sent.
    pub requests: u64,
    /// How many of them were repetitions.
    pub repeated: u64,
    /// Pages got.
    pub pages: u64,
    /// Objects in them.
    pub objects: u64,
    /// Each list.
    pub lists: Vec<ListRow>,
}

/// One list of a context.
#[derive(Debug, Serialize)]
pub struct ListRow {
    /// Its path in the API.
    pub path: String,
    /// The kind.
    pub kind: String,
    /// The namespace; none for all.
    pub namespace: Option<String>,
    /// `read`, `partial`, `denied`, `missing`, `failed`, `stopped`.
    pub status: &'static str,
    /// Why it is not `read`.
    pub reason: String,
    /// Pages got.
    pub pages: u32,
    /// Objects in them.
    pub objects: u64,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GapRow {
    /// The context.
    pub context: String,
    /// What: a list, or the whole context.
    pub what: String,
    /// As in [`ListRow::status`].
    pub status: &'static str,
    /// Why, and what to do.
    pub reason: String,
}

impl Report {
    pub(super) fn new(
        imported: import::Report,
        collecting: &Collecting,
        runs: &Runs,
        asked: Vec<Asked>,
        held: usize,
    ) -> Self {
        let gaps = asked.iter().flat_map(gaps).collect();
        let contexts = collecting.targets.iter().zip(asked).map(|(target, asked)| row(target, runs, asked)).collect();
        Report { imported, contexts, gaps, held }
    }

    /// Nothing came of any context, and nothing was stored.
    pub fn failed(&self) -> bool {
        self.imported.events == 0 && self.contexts.iter().all(|row| row.pages == 0 && row.status != "read")
    }

    /// True where something is missing.
    pub fn has_gaps(&self) -> bool {
        !self.gaps.is_empty() || self.imported.has_gaps()
    }
}

fn gaps(asked: &Asked) -> Vec<GapRow> {
    let gap = |what: &str, status, reason: &str| GapRow {
        context: asked.context.clone(),
        what: what.to_owned(),
        status,
        reason: reason.to_owned(),
    };
    let mut gaps: Vec<GapRow> = Vec::new();
    if let Some(why) = &asked.failure {
        gaps.push(gap("cluster", if asked.has_pages() { "partial" } else { "failed" }, why));
    }
    let told = asked.failure.as_deref();
    let lists = asked.lists.iter().filter(|list| list.end != End::Read && Some(list.reason.as_str()) != told);
    gaps.extend(lists.map(|list| gap(&list.words, list.end.as_str(), &list.reason)));
    gaps.extend(asked.notes.iter().map(|note| gap("custom resources", "missing", note)));
    if asked.stopped && !gaps.iter().any(|gap| gap.status == "stopped") {
        gaps.push(gap("cluster", "stopped", "stopped before it was asked; give the same command again to go on"));
    }
    gaps
}

fn row(target: &Target, runs: &Runs, asked: Asked) -> ContextRow {
    let got = asked.has_pages() || asked.lists.iter().any(|list| list.end == End::Read);
    let status = match (got, asked.has_gaps()) {
        (true, false) => "read",
        (true, true) => "partial",
        (false, _) if asked.lists.iter().any(|list| list.end == End::Denied) => "denied",
        (false, _) => "failed",
    };
    ContextRow {
        context: target.context.clone(),
        cluster: target.cluster.clone(),
        server: target.server.clone(),
        user: target.user.clone(),
        status,
        collection: runs.collection(&target.context).to_owned(),
        resumed: runs.resumed(&target.context).map(|(began, _)| began.rfc3339()),
        requests: asked.requests,
        repeated: asked.repeated,
        pages: asked.lists.iter().map(|list| u64::from(list.pages)).sum(),
        objects: asked.lists.iter().map(|list| list.items).sum(),
        lists: asked.lists.into_iter().map(list_row).collect(),
    }
}

fn list_row(list: Listed) -> ListRow {
    ListRow {
        path: list.path,
        kind: list.kind,
        namespace: list.namespace,
        status: list.end.as_str(),
        reason: list.reason,
        pages: list.pages,
        objects: list.items,
    }
}
