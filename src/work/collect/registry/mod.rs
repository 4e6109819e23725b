//! Collecting from registries: what the names of a case led to, when, and everything that this names.

mod inputs;
mod noted;
mod report;
mod sought;

pub use report::{NameRow, RegistryGap, RegistryReport, RegistryRow};
pub use sought::{Asking, Named, sought};

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::super::import::Progress;
use super::gather::{Given, gather};
use crate::case::query::references::moved;
use crate::case::state::Source;
use crate::case::store::blob::{BlobReader, stat};
use crate::case::{Access, Case};
use crate::collect::registry::{Held, Settings, Told, walk};
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::read::Format;
use noted::Noted;

/// The largest document that is looked into, in bytes.
const LARGEST: u64 = 8 << 20;

/// What is to be collected.
pub struct CollectingImages {
    /// Which images, as they were asked for.
    pub asking: Asking,
    /// How registries are asked.
    pub settings: Settings,
    /// Everything anew, also where a collection was interrupted.
    pub fresh: bool,
}

/// Asks registries and stores what they give. An error means that the case could not be written, or that nothing could be
/// asked at all; everything stored before it stays.
pub fn collect_images(
    case: &mut Case,
    collecting: &CollectingImages,
    progress: &dyn Progress,
    cancel: &Arc<AtomicBool>,
) -> Result<RegistryReport, String> {
    let sources = case.current().map_err(|error| error.to_string())?.sources;
    let noted = Noted::of(case, collecting)?;
    let named = sought(case, &collecting.asking, &sources, noted.collection())?;
    let held = held(case, &sources)?;
    let moved_before = moved(case.conn()).map_err(|error| error.to_string())?;
    let (settings, sought) = (&collecting.settings, &named.sought);
    let host = case.env().host.clone();
    let given = Given { whole_time: settings.whole_time, progress, cancel };
    let collection = noted.collection().to_owned();
    let gathered = gather(
        case,
        &given,
        |runtime, world, tell| runtime.block_on(walk(sought, settings, world, held, tell)),
        |told| {
            Some(match told {
                Told::Document(document) => inputs::document(*document, &host, &collection),
                Told::Image(image) => inputs::record(*image, &host, &collection),
            })
        },
    )?;
    noted.end(&gathered.asked);
    let now = moved(case.conn()).map_err(|error| error.to_string())?;
    Ok(RegistryReport::new(gathered, &named, &noted, now.difference(&moved_before).cloned().collect()))
}

/// What the case holds of images, by the digest of the bytes as they came.
fn held(case: &Case, sources: &std::collections::BTreeMap<Id, Source>) -> Result<Held, String> {
    let known = [Format::ImageJson, Format::Attestation].map(Format::as_str);
    let mut stored: HashMap<Digest, Digest> = HashMap::new();
    for source in sources.values() {
        let Some(reading) = source.reading.as_ref().filter(|reading| known.contains(&reading.format.as_str())) else {
            continue;
        };
        let whole = reading.rejected == 0 && source.acquisition.transforms.is_empty();
        if let Some(evidence) = source.acquisition.stored.clone().filter(|_| whole) {
            stored.insert(source.acquisition.original.clone(), evidence);
        }
    }
    if stored.is_empty() {
        return Ok(Arc::new(|_| None));
    }
    // A view of its own: the asking side never waits for what is being written.
    let case = Case::open(case.path(), Access::Read, case.env()).map_err(|error| error.to_string())?;
    let case = Mutex::new(case);
    Ok(Arc::new(move |digest| {
        let evidence = stored.get(digest)?;
        let case = case.lock().ok()?;
        let found = stat(case.conn(), evidence).ok().flatten().filter(|s| !s.expunged && s.bytes <= LARGEST)?;
        let mut bytes = Vec::new();
        BlobReader::new(case.conn(), found.row).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }))
}
