//! What a collection from registries did, for people and for `--json`: the shape of an import, and beside it each registry and
//! each name with what it led to and what is missing.

use serde::Serialize;
use std::collections::BTreeMap;

use super::super::gather::Gathered;
use super::noted::Noted;
use super::sought::Named;
use crate::collect::cluster::End;
use crate::collect::registry::{Asked, HostTold, ImageTold, Referrer};
use crate::model::digest::Digest;
use crate::work::import;

/// What a collection did.
#[derive(Debug, Serialize)]
pub struct RegistryReport {
    /// What an import says.
    #[serde(flatten)]
    pub imported: import::Report,
    /// Every registry.
    pub registries: Vec<RegistryRow>,
    /// Every name, in order.
    pub names: Vec<NameRow>,
    /// What is missing, and what to do.
    pub gaps: Vec<RegistryGap>,
    /// Bytes that have another digest than was asked for.
    pub alarms: Vec<String>,
    /// Names whose tag is now known to have moved, and was not before.
    pub moved: Vec<String>,
    /// Names that were left out because they were asked for before.
    pub before: u64,
    /// The collection's word, as recorded with each answer.
    pub collection: String,
    /// When an interrupted collection that was gone on with had begun.
    pub resumed: Option<String>,
    /// The most bytes of answers that were held in memory at one time.
    pub held: usize,
    #[serde(skip)]
    stopped: bool,
}

/// One registry.
#[derive(Debug, Serialize)]
pub struct RegistryRow {
    /// As references name it.
    pub registry: String,
    /// The address that was asked.
    pub server: String,
    /// How one proved who one is, in words.
    pub login: String,
    /// `read`, `partial`, `denied` or `failed`.
    pub status: &'static str,
    /// Names that were asked for.
    pub names: u64,
    /// Requests sent.
    pub requests: u64,
    /// How many of them were repetitions.
    pub repeated: u64,
    /// What is left of the limit of requests, where the registry tells.
    pub left: Option<u64>,
    /// That limit; none where it is not told.
    pub limit: Option<u64>,
    /// How often the registry asked to be left alone.
    pub slowed: u64,
    /// Names that were not asked for because the registry was lost.
    pub unasked: u64,
}

/// One name.
#[derive(Debug, Serialize)]
pub struct NameRow {
    /// `registry/repository:tag`, or with a digest.
    pub name: String,
    /// `read`, `partial`, `denied`, `missing`, `failed`, `stopped`.
    pub status: &'static str,
    /// Why it is not `read`.
    pub reason: String,
    /// What it led to.
    pub digest: Option<Digest>,
    /// Documents that came now.
    pub documents: u32,
    /// Documents that were there.
    pub held: u32,
    /// What refers to it; none of it was checked.
    pub referrers: Vec<Referrer>,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RegistryGap {
    /// The registry.
    pub registry: String,
    /// What: a name, a list, or the whole registry.
    pub what: String,
    /// As in [`NameRow::status`].
    pub status: &'static str,
    /// Why, and what to do.
    pub reason: String,
}

impl RegistryReport {
    pub(super) fn new(gathered: Gathered<Asked>, named: &Named, noted: &Noted, moved: Vec<String>) -> Self {
        let Gathered { imported, asked, held } = gathered;
        let Asked { mut images, hosts, stopped } = asked;
        images.sort_by(|a, b| a.name.cmp(&b.name));
        let mut gaps: Vec<RegistryGap> = hosts.iter().flat_map(of_host).collect();
        gaps.extend(images.iter().flat_map(of_image));
        let mut by_registry: BTreeMap<&str, Vec<End>> = BTreeMap::new();
        images.iter().for_each(|image| by_registry.entry(&image.registry).or_default().push(image.end));
        let registries = hosts.iter().map(|host| row(host, by_registry.get(host.registry.as_str()))).collect();
        let alarms = images.iter().flat_map(|image| image.alarms.iter().cloned()).collect();
        RegistryReport {
            registries,
            names: images.into_iter().map(name_row).collect(),
            gaps,
            alarms,
            moved,
            before: named.before,
            collection: noted.collection().to_owned(),
            resumed: noted.resumed().map(|began| began.rfc3339()),
            held,
            stopped,
            imported,
        }
    }

    /// Nothing came, and nothing was stored.
    pub fn failed(&self) -> bool {
        let some = self.names.iter().any(|name| matches!(name.status, "read" | "partial"));
        self.imported.events == 0 && !some && !self.gaps.is_empty()
    }

    /// True where something is missing or wrong.
    pub fn has_gaps(&self) -> bool {
        self.stopped || !self.gaps.is_empty() || !self.alarms.is_empty() || self.imported.has_gaps()
    }
}

fn of_host(host: &HostTold) -> Vec<RegistryGap> {
    let gap = |what: &str, status, reason: String| RegistryGap {
        registry: host.registry.clone(),
        what: what.to_owned(),
        status,
        reason,
    };
    let mut gaps: Vec<RegistryGap> = Vec::new();
    if let Some(why) = &host.lost {
        let left_out = match host.unasked {
            0 => String::new(),
            n => format!("; {n} more of its names were not asked for"),
        };
        gaps.push(gap("registry", "failed", format!("{why}{left_out}")));
    }
    gaps.extend(host.gaps.iter().map(|(what, end, why)| gap(what, end.as_str(), why.clone())));
    gaps
}

fn of_image(image: &ImageTold) -> Vec<RegistryGap> {
    let gap = |what: String, end: End, reason: &str| RegistryGap {
        registry: image.registry.clone(),
        what,
        status: end.as_str(),
        reason: reason.to_owned(),
    };
    match image.end {
        End::Read => Vec::new(),
        End::Partial => {
            let parts = image.gaps.iter().map(|(what, end, why)| gap(format!("{what} of {}", image.name), *end, why));
            parts.collect()
        }
        end => vec![gap(image.name.clone(), end, &image.reason)],
    }
}

fn row(host: &HostTold, ends: Option<&Vec<End>>) -> RegistryRow {
    let ends = ends.map(Vec::as_slice).unwrap_or_default();
    let got = ends.iter().any(|end| matches!(end, End::Read | End::Partial));
    let whole = ends.iter().all(|end| *end == End::Read) && host.lost.is_none() && host.gaps.is_empty();
    let status = match (got || ends.is_empty() && host.lost.is_none(), whole) {
        (true, true) => "read",
        (true, false) => "partial",
        (false, _) if ends.contains(&End::Denied) => "denied",
        (false, _) => "failed",
    };
    RegistryRow {
        registry: host.registry.clone(),
        server: host.server.clone(),
        login: host.login.clone(),
        status,
        names: ends.len() as u64,
        requests: host.requests,
        repeated: host.repeated,
        left: host.left.map(|(left, _)| left),
        limit: host.left.map(|(_, limit)| limit).filter(|limit| *limit > 0),
        slowed: host.slowed,
        unasked: host.unasked,
    }
}

fn name_row(image: ImageTold) -> NameRow {
    NameRow {
        name: image.name,
        status: image.end.as_str(),
        reason: image.reason,
        digest: image.digest,
        documents: image.documents,
        held: image.held,
        referrers: image.referrers,
    }
}
