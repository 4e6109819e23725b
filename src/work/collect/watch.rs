//! Clusters that are watched: each batch of changes becomes an acquisition of its own, so that new images and moved tags
//! stand in the case when they happen. When each cluster was last heard of is noted for whoever shows it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

use super::gather::world;
use super::run::write;
use super::{Collecting, collect};
use crate::case::Case;
use crate::case::query::references::{moved, new_since};
use crate::collect::cluster::{Batch, Settings, Target, Watched, install_tls, place, watch};
use crate::env::Env;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::digest::Digest;
use crate::model::id::{Id, hex};
use crate::model::live;
use crate::model::time::Micros;
use crate::read::Format;
use crate::work::import::{self, Content, Input, Received, Silent, import_in};

/// Things told that wait to be looked at.
const WAITING: usize = 64;
/// How often it is looked for something new.
const LOOK: Duration = Duration::from_millis(50);
/// How often it is noted when clusters were last heard of.
const NOTED_EVERY: Duration = Duration::from_secs(2);
/// New images named for one batch.
const NAMED: usize = 20;

/// What happens while clusters are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// A batch was stored: the context, how many changes, new images, and names whose tag moved.
    Stored {
        /// The context.
        context: String,
        /// Changes in it.
        changes: u64,
        /// Images that the case did not know, by name; the first of them.
        images: Vec<String>,
        /// Names whose tag is now known to have moved.
        moved: Vec<String>,
    },
    /// The pods of a context were listed anew.
    Listed(String),
    /// A connection ended and is made again.
    Trouble(String, String),
    /// A context is not watched any more.
    Ended(String, String),
    /// When each context was last heard of.
    Contact(Vec<Contact>),
}

/// When a context was last heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The context.
    pub context: String,
    /// The last time that it answered or sent anything.
    pub last: Micros,
    /// It is not watched any more.
    #[serde(default)]
    pub ended: bool,
}

/// What watching did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WatchReport {
    /// Batches stored.
    pub batches: u64,
    /// Changes in them.
    pub changes: u64,
    /// Images that were new.
    pub new_images: u64,
    /// Names whose tag moved meanwhile.
    pub moved: Vec<String>,
    /// How often pods had to be listed anew.
    pub listed_anew: u64,
    /// How often a connection was made again.
    pub reconnected: u64,
    /// Contexts that are not watched any more, each with why.
    pub ended: BTreeMap<String, String>,
}

/// Where in their history clusters are: asked for before they are collected, so that nothing falls between.
pub struct Places(BTreeMap<String, Result<String, String>>);

/// Asks every cluster where it is.
pub fn places(case: &Case, collecting: &Collecting, cancel: &Arc<AtomicBool>) -> Result<Places, String> {
    install_tls();
    let world = world(case, collecting.settings.whole_time, cancel);
    let runtime = runtime()?;
    let mut found = BTreeMap::new();
    for target in &collecting.targets {
        let told = runtime.block_on(place(target, &collecting.settings, &world));
        found.insert(target.context.clone(), told.map_err(|trouble| trouble.words().to_owned()));
    }
    runtime.shutdown_background();
    Ok(Places(found))
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("no threads to ask with: {error}"))
}

/// Watches clusters until `time` is over or the responder asks to stop. `tell` hears what happens. An error means that the
/// case could not be written; everything stored before it stays.
pub fn watch_clusters(
    case: &mut Case,
    collecting: &Collecting,
    places: Places,
    time: Duration,
    cancel: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(Seen),
) -> Result<WatchReport, String> {
    let world = world(case, time, cancel);
    let (send, told) = mpsc::channel(WAITING);
    let mut watching =
        Watching { contacts: Contacts::new(case), case, collecting, cancel, tell, report: WatchReport::default() };
    let asked: Vec<(&Target, Result<String, String>)> = collecting
        .targets
        .iter()
        .map(|target| {
            (target, places.0.get(&target.context).cloned().unwrap_or_else(|| Err("it was not asked".to_owned())))
        })
        .collect();
    std::thread::scope(|scope| {
        let settings = &collecting.settings;
        let asking = scope.spawn(move || ask(asked, settings, &world, send));
        let outcome = watching.run(told);
        let asked = asking.join().map_err(|_| "watching was broken off".to_owned());
        outcome.and(asked?)
    })?;
    watching.contacts.end_all();
    Ok(watching.report)
}

/// Watches on a thread of its own.
fn ask(
    asked: Vec<(&Target, Result<String, String>)>,
    settings: &Settings,
    world: &crate::collect::cluster::World,
    send: mpsc::Sender<Watched>,
) -> Result<(), String> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let watches = asked.into_iter().map(|(target, from)| {
            let send = send.clone();
            async move {
                match from {
                    Ok(from) => watch(target, settings, world, from, send).await,
                    Err(why) => drop(send.send(Watched::Ended(target.context.clone(), why)).await),
                }
            }
        });
        futures_util::future::join_all(watches).await;
    });
    runtime.shutdown_background();
    Ok(())
}

struct Watching<'w> {
    case: &'w mut Case,
    collecting: &'w Collecting,
    cancel: &'w Arc<AtomicBool>,
    tell: &'w mut dyn FnMut(Seen),
    report: WatchReport,
    contacts: Contacts,
}

impl Watching<'_> {
    /// Stores what comes until nobody watches any more. Dropping the receiver stops whoever still does.
    fn run(&mut self, mut told: mpsc::Receiver<Watched>) -> Result<(), String> {
        loop {
            match told.try_recv() {
                Ok(Watched::Contact(context, at)) => self.contacts.heard(&context, at),
                Ok(Watched::Batch(batch)) => self.store(*batch)?,
                Ok(Watched::Lost(context)) => self.list_anew(&context)?,
                Ok(Watched::Trouble(context, why)) => {
                    self.report.reconnected += 1;
                    (self.tell)(Seen::Trouble(context, why));
                }
                Ok(Watched::Ended(context, why)) => {
                    (self.tell)(Seen::Ended(context.clone(), why.clone()));
                    self.contacts.end(&context);
                    self.report.ended.insert(context, why);
                }
                Err(mpsc::error::TryRecvError::Disconnected) => return Ok(()),
                Err(mpsc::error::TryRecvError::Empty) => std::thread::sleep(LOOK),
            }
            if self.contacts.note() {
                (self.tell)(Seen::Contact(self.contacts.known()));
            }
        }
    }

    fn store(&mut self, batch: Batch) -> Result<(), String> {
        let (context, changes, came) = (batch.context.clone(), batch.changes, batch.came);
        let before = self.moved()?;
        let input = input(batch, &self.case.env().host);
        // What came is stored, also after the responder asked to stop.
        let never = AtomicBool::new(false);
        let options = import::Options::default();
        let stored =
            import_in(self.case, [input], &options, &Silent, &never, false).map_err(|error| error.to_string())?;
        let images = match stored.images.new {
            0 => Vec::new(),
            _ => new_since(self.case.conn(), came, NAMED).map_err(|error| error.to_string())?,
        };
        let moved: Vec<String> = self.moved()?.difference(&before).cloned().collect();
        self.report.batches += 1;
        self.report.changes += changes;
        self.report.new_images += stored.images.new;
        self.report.moved.extend(moved.iter().cloned());
        (self.tell)(Seen::Stored { context, changes, images, moved });
        Ok(())
    }

    fn moved(&self) -> Result<BTreeSet<String>, String> {
        moved(self.case.conn()).map_err(|error| error.to_string())
    }

    /// The cluster is collected anew: what changed while its place was lost is in none of its streams.
    fn list_anew(&mut self, context: &str) -> Result<(), String> {
        self.report.listed_anew += 1;
        let targets = self.collecting.targets.iter().filter(|target| target.context == context).cloned().collect();
        let collecting = Collecting { targets, settings: self.collecting.settings.clone(), fresh: true };
        collect(self.case, &collecting, &Silent, self.cancel)?;
        (self.tell)(Seen::Listed(context.to_owned()));
        Ok(())
    }
}

fn input(batch: Batch, host: &str) -> Input {
    let mut recorded = BTreeMap::new();
    let mut record = |name: &str, value: String| drop(recorded.insert(name.to_owned(), value));
    record(live::REQUEST, format!("GET {}", batch.request));
    record(live::STATUS, "200".to_owned());
    if !batch.warning.is_empty() {
        record(live::CONNECTION, batch.warning.to_owned());
    }
    let original = (Digest::of(&batch.bytes), batch.bytes.len() as u64);
    let path = format!("{}{}", batch.request.split('?').next().unwrap_or_default(), live::WATCHED);
    let format = Some(Format::KubernetesJson);
    let reader = Box::new(std::io::Cursor::new(batch.bytes));
    Input {
        origin: Origin { kind: OriginKind::Cluster, host: host.to_owned(), root: batch.server, path },
        content: Content::Received(Box::new(Received { reader, original, transforms: Vec::new(), recorded, format })),
        modified: Some(batch.came),
        bytes: None,
        context: Some(batch.context),
        as_of: None,
    }
}

/// When clusters were last heard of, in a small file that any view of the case may read.
struct Contacts {
    file: PathBuf,
    known: BTreeMap<String, Contact>,
    noted: Option<Instant>,
    changed: bool,
}

fn file(env: &Env, case: &Case) -> PathBuf {
    let id = Id::derived("watch", &[&hex(&case.id().0)]);
    env.state_dir.join("collect").join(format!("watch-{id}.json"))
}

/// When the clusters that are or were last watched for a case were last heard of; empty where none ever was.
pub fn contacts(case: &Case) -> Vec<Contact> {
    let bytes = std::fs::read(file(case.env(), case)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

impl Contacts {
    fn new(case: &Case) -> Self {
        Contacts { file: file(case.env(), case), known: BTreeMap::new(), noted: None, changed: false }
    }

    fn heard(&mut self, context: &str, at: Micros) {
        let contact = Contact { context: context.to_owned(), last: at, ended: false };
        self.known.insert(context.to_owned(), contact);
        self.changed = true;
    }

    /// One that was never heard of is not known to anybody.
    fn end(&mut self, context: &str) {
        if let Some(contact) = self.known.get_mut(context) {
            (contact.ended, self.changed) = (true, true);
        }
    }

    fn known(&self) -> Vec<Contact> {
        self.known.values().cloned().collect()
    }

    /// Writes the file now and then; true where it did.
    fn note(&mut self) -> bool {
        if !self.changed || self.noted.is_some_and(|at| at.elapsed() < NOTED_EVERY) {
            return false;
        }
        self.write();
        true
    }

    fn write(&mut self) {
        (self.noted, self.changed) = (Some(Instant::now()), false);
        // Without the file the watch works all the same; only nobody else sees how it stands.
        if let Err(error) = write(&self.file, &self.known()) {
            tracing::warn!("{}: {error}", self.file.display());
        }
    }

    /// Nobody watches any more: whoever looks sees since when.
    fn end_all(&mut self) {
        self.known.values_mut().for_each(|contact| contact.ended = true);
        self.write();
    }
}
