//! One cluster from its first question to its last: what is asked next, and what a refusal leads to.
//!
//! A list that is refused for the whole cluster is asked for namespace by namespace. A list that fails is named and the
//! next one is asked; two in a row that get no answer at all mean that the cluster is lost.

use tokio::sync::mpsc::Sender;

use super::ask::Asker;
use super::config::Target;
use super::discovery::{self, Beyond, Served};
use super::kinds::{self, Kind, List};
use super::settings::{Settings, World};
use super::told::{Asked, End, Learned, Left, Listed, Told};
use super::trouble::Trouble;

/// So many lists in a row without an answer, and the cluster is lost.
const SILENT: u32 = 2;
/// So many lists in a row that the cluster failed to give, and it is lost too.
const FAILING: u32 = 5;
/// Namespaces that are asked one by one at most.
const MOST_NAMESPACES: usize = 2_000;
/// The largest answer about what is served, in bytes.
const MOST_SERVED: u64 = 64 << 20;

/// One cluster that is being asked.
pub(super) struct Walk {
    pub(super) target: Target,
    pub(super) settings: Settings,
    pub(super) world: World,
    pub(super) asker: Asker,
    pub(super) left: Left,
    pub(super) tell: Sender<Told>,
    pub(super) asked: Asked,
    namespaces: Option<Vec<String>>,
    /// Lists in a row without an answer, and lists in a row that failed.
    pub(super) silent: u32,
    failing: u32,
}

/// Asks one cluster for everything; what comes is told as it comes.
pub async fn walk(target: &Target, settings: &Settings, world: &World, left: Left, tell: Sender<Told>) -> Asked {
    let context = target.context.clone();
    let asker = match Asker::new(target, settings, world).await {
        Ok(asker) => asker,
        Err(Trouble::Stopped) => return Asked { context, stopped: true, ..Asked::default() },
        Err(trouble) => return Asked { context, failure: Some(trouble.words().to_owned()), ..Asked::default() },
    };
    let namespaces = left.learned.namespaces.clone();
    let mut walk = Walk {
        target: target.clone(),
        settings: settings.clone(),
        world: world.clone(),
        asker,
        left,
        tell,
        asked: Asked { context, ..Asked::default() },
        namespaces,
        silent: 0,
        failing: 0,
    };
    walk.everything().await;
    walk.asked.requests = walk.asker.requests;
    walk.asked.repeated = walk.asker.repeated;
    walk.asked
}

impl Walk {
    async fn everything(&mut self) {
        for kind in kinds::always() {
            if !self.goes_on() {
                return;
            }
            self.kind(kind).await;
        }
        if !self.goes_on() {
            return;
        }
        for kind in self.beyond().await {
            if !self.goes_on() {
                return;
            }
            self.kind(kind).await;
        }
    }

    pub(super) fn goes_on(&self) -> bool {
        !self.asked.stopped && self.asked.failure.is_none()
    }

    /// One kind: in all namespaces, and where that is refused in one after the other.
    async fn kind(&mut self, kind: Kind) {
        let list = List { kind, namespace: None };
        // The list of namespaces may have been needed before its turn.
        if self.asked.lists.iter().any(|listed| listed.path == list.path()) {
            return;
        }
        let end = self.list(&list).await;
        if end != End::Denied || !list.kind.namespaced || !self.goes_on() {
            return;
        }
        for namespace in self.namespaces().await {
            if !self.goes_on() {
                return;
            }
            self.list(&List { namespace: Some(namespace), ..list.clone() }).await;
        }
    }

    /// Asks for one list and keeps count of what came of it.
    async fn list(&mut self, list: &List) -> End {
        let listed = self.pages(list).await;
        let end = listed.end;
        match end {
            End::Failed => self.failing += 1,
            End::Stopped => self.asked.stopped = true,
            _ => self.failing = 0,
        }
        // A cluster that never answered at all is lost at once; each list was asked for several times.
        let never = self.asked.lists.is_empty() && self.silent > 0;
        if (never || self.silent >= SILENT || self.failing >= FAILING) && self.asked.failure.is_none() {
            self.asked.failure = Some(listed.reason.clone());
        }
        self.asked.lists.push(listed);
        end
    }

    /// The namespaces to ask one by one: those that were named, else those the cluster lists, else the context's own.
    async fn namespaces(&mut self) -> Vec<String> {
        if !self.settings.namespaces.is_empty() {
            return self.settings.namespaces.clone();
        }
        if self.namespaces.is_none()
            && let Some(kind) = kinds::always().into_iter().find(|kind| kind.resource == "namespaces")
        {
            Box::pin(self.kind(kind)).await;
        }
        match &self.namespaces {
            Some(names) if !names.is_empty() => names.iter().take(MOST_NAMESPACES).cloned().collect(),
            _ => vec![self.target.namespace.clone()],
        }
    }

    /// Remembers the namespaces that a page listed.
    pub(super) async fn learn_namespaces(&mut self, names: &[String]) {
        let known = self.namespaces.get_or_insert_default();
        known.extend(names.iter().cloned());
        let learned = Learned { context: self.asked.context.clone(), kinds: None, namespaces: Some(known.clone()) };
        self.tell(Told::Learned(learned)).await;
    }

    /// What is asked for only where it is served.
    async fn beyond(&mut self) -> Vec<Kind> {
        if let Some(kinds) = &self.left.learned.kinds {
            return kinds.clone();
        }
        let beyond = Beyond::of(&self.settings.custom);
        match self.served(&beyond).await {
            Ok(kinds) => {
                let missing: Vec<&str> = beyond.missing(&kinds).collect();
                if !missing.is_empty() {
                    let note = format!(
                        "the cluster does not serve {}: `kubectl api-resources` lists what it does",
                        missing.join(", ")
                    );
                    self.asked.notes.push(note);
                }
                let context = self.asked.context.clone();
                self.tell(Told::Learned(Learned { context, kinds: Some(kinds.clone()), namespaces: None })).await;
                kinds
            }
            Err(Trouble::Stopped) => {
                self.asked.stopped = true;
                Vec::new()
            }
            Err(trouble) => {
                let why = trouble.words();
                self.asked.notes.push(format!(
                    "what the cluster serves could not be learned, so gateway routes, vulnerability reports and custom \
                     resources were not asked for: {why}"
                ));
                Vec::new()
            }
        }
    }

    async fn served(&mut self, beyond: &Beyond) -> Result<Vec<Kind>, Trouble> {
        let answer = self.small("/apis", discovery::ACCEPT).await?;
        let paths = match discovery::groups(&answer, beyond).map_err(Trouble::Lasting)? {
            Served::Kinds(kinds) => return Ok(kinds),
            Served::Ask(paths) => paths,
        };
        let mut kinds = Vec::new();
        for path in paths {
            let answer = self.small(&path, "application/json").await?;
            let found = discovery::group(&answer, beyond);
            kinds.extend(found.map_err(|why| Trouble::Lasting(format!("{path}: {why}")))?);
        }
        Ok(kinds)
    }

    /// An answer that is read at once.
    async fn small(&mut self, path: &str, accept: &str) -> Result<Vec<u8>, Trouble> {
        use std::io::Read as _;
        let answer = self.asker.get(path, accept).await?;
        if let Some(why) = answer.broken {
            return Err(Trouble::Lasting(why));
        }
        if answer.status != 200 {
            return Err(Trouble::Lasting(format!("{path}: {} {}", answer.status, answer.said.message)));
        }
        if answer.spool.bytes() > MOST_SERVED {
            return Err(Trouble::Lasting(format!("{path}: larger than {MOST_SERVED} bytes")));
        }
        let mut bytes = Vec::new();
        let read = answer.spool.into_reader().and_then(|mut reader| reader.read_to_end(&mut bytes));
        read.map_err(|error| Trouble::Lasting(error.to_string()))?;
        Ok(bytes)
    }

    /// Hands something on; where nobody takes it any more, the case could not be written, which is told there.
    pub(super) async fn tell(&mut self, told: Told) {
        if self.tell.send(told).await.is_err() {
            self.asked.stopped = true;
        }
    }

    /// A list that has just begun.
    pub(super) fn listed(list: &List) -> Listed {
        Listed {
            path: list.path(),
            words: list.words(),
            kind: list.kind.kind.clone(),
            namespace: list.namespace.clone(),
            pages: 0,
            items: 0,
            end: End::Read,
            reason: String::new(),
        }
    }
}
