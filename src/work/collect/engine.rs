//! Collecting from container engines: containers, running and stopped, and images, as their APIs give them.

use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::gather::{Given, gather};
use crate::case::Case;
use crate::collect::cluster::End;
use crate::collect::engine::{Answer, Engine, EngineTold, Settings, Told, walk};
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::id::hex;
use crate::model::live;
use crate::read::Format;
use crate::work::import::{self, Content, Failing, Input, Progress, Received};

/// What is to be collected.
pub struct CollectingEngines {
    /// The engines.
    pub engines: Vec<Engine>,
    /// How they are asked.
    pub settings: Settings,
    /// The context they are of; else what each calls its machine.
    pub context: Option<String>,
}

/// What a collection did.
#[derive(Debug, Serialize)]
pub struct EngineReport {
    /// What an import says.
    #[serde(flatten)]
    pub imported: import::Report,
    /// Every engine.
    pub engines: Vec<EngineRow>,
    /// What is missing, and what to do.
    pub gaps: Vec<EngineGap>,
    /// The collection's word, as recorded with each answer.
    pub collection: String,
    /// The most bytes of answers that were held in memory at one time.
    pub held: usize,
}

/// One engine.
#[derive(Debug, Serialize)]
pub struct EngineRow {
    /// Its address.
    pub address: String,
    /// The context its evidence is of.
    pub context: String,
    /// Product and version, as it says.
    pub version: String,
    /// `read`, `partial`, `denied` or `failed`.
    pub status: &'static str,
    /// Containers, running and stopped.
    pub containers: u64,
    /// Images.
    pub images: u64,
    /// Requests sent.
    pub requests: u64,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineGap {
    /// The engine's address.
    pub engine: String,
    /// What: a path, or the whole engine.
    pub what: String,
    /// `partial`, `denied`, `missing`, `failed`, `stopped`.
    pub status: &'static str,
    /// Why, and what to do.
    pub reason: String,
}

/// Asks the engines and stores what they give. An error means that the case could not be written, or that nothing could be
/// asked at all; everything stored before it stays.
pub fn collect_engines(
    case: &mut Case,
    collecting: &CollectingEngines,
    progress: &dyn Progress,
    cancel: &Arc<AtomicBool>,
) -> Result<EngineReport, String> {
    let mut word = [0; 8];
    (case.env().random)(&mut word)?;
    let (collection, host) = (hex(&word), case.env().host.clone());
    let settings = &collecting.settings;
    let given = Given { whole_time: settings.whole_time, progress, cancel };
    let gathered = gather(
        case,
        &given,
        |runtime, world, tell| Ok(runtime.block_on(walk(&collecting.engines, settings, world, tell))),
        |Told::Answer(answer)| Some(input(*answer, &host, &collection, collecting.context.as_deref())),
    )?;
    let context = |told: &EngineTold| context_of(collecting.context.as_deref(), &told.machine, &told.address);
    Ok(EngineReport {
        gaps: gathered.asked.engines.iter().flat_map(gaps).collect(),
        engines: gathered.asked.engines.iter().map(|told| row(told, context(told))).collect(),
        imported: gathered.imported,
        collection,
        held: gathered.held,
    })
}

impl EngineReport {
    /// Nothing came, and nothing was stored.
    pub fn failed(&self) -> bool {
        self.imported.events == 0 && self.engines.iter().all(|row| row.status != "read")
    }

    /// True where something is missing.
    pub fn has_gaps(&self) -> bool {
        !self.gaps.is_empty() || self.imported.has_gaps()
    }
}

/// What an engine's evidence is of.
fn context_of(named: Option<&str>, machine: &str, address: &str) -> String {
    named.or(Some(machine).filter(|name| !name.is_empty())).unwrap_or(address).to_owned()
}

fn row(told: &EngineTold, context: String) -> EngineRow {
    let status = match told.end {
        End::Read => "read",
        End::Denied => "denied",
        End::Partial | End::Inconsistent => "partial",
        End::Stopped if told.containers + told.images > 0 => "partial",
        End::Failed | End::Missing | End::Stopped => "failed",
    };
    EngineRow {
        address: told.address.clone(),
        context,
        version: told.version.clone(),
        status,
        containers: told.containers,
        images: told.images,
        requests: told.requests,
    }
}

fn gaps(told: &EngineTold) -> Vec<EngineGap> {
    let gap = |what: &str, end: End, reason: &str| EngineGap {
        engine: told.address.clone(),
        what: what.to_owned(),
        status: end.as_str(),
        reason: reason.to_owned(),
    };
    let whole = (!told.reason.is_empty()).then(|| gap("engine", told.end, &told.reason));
    whole.into_iter().chain(told.gaps.iter().map(|(what, end, why)| gap(what, *end, why))).collect()
}

fn input(answer: Answer, host: &str, collection: &str, context: Option<&str>) -> Input {
    let context = context_of(context, &answer.machine, &answer.address);
    let mut recorded = BTreeMap::new();
    let mut record = |name: &str, value: String| drop(recorded.insert(name.to_owned(), value));
    record(live::COLLECTION, collection.to_owned());
    record(live::REQUEST, format!("GET {}", answer.path));
    record(live::STATUS, answer.status.to_string());
    if !answer.version.is_empty() {
        record(live::ENGINE, answer.version.clone());
    }
    if !answer.warning.is_empty() {
        record(live::CONNECTION, answer.warning.to_owned());
    }
    let reader: Box<dyn Read + Send> = match answer.broken {
        Some(why) => Box::new(answer.bytes.chain(Failing(Some(io::Error::other(why))))),
        None => Box::new(answer.bytes),
    };
    let format = Some(Format::EngineJson);
    let received = Received { reader, original: answer.original, transforms: Vec::new(), recorded, format };
    Input {
        origin: Origin { kind: OriginKind::Engine, host: host.to_owned(), root: answer.address, path: answer.path },
        content: Content::Received(Box::new(received)),
        modified: Some(answer.came),
        bytes: None,
        context: Some(context),
        as_of: None,
    }
}
