//! One image: what its name leads to, and everything that this names in turn. What the case holds is not asked for again, and
//! nothing is ever asked for twice.

use http::{Method, header};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;
use tokio::sync::Mutex;
use tokio::sync::mpsc::Sender;

use super::Held;
use super::documents::{Descriptor, LARGEST_CONFIG, LARGEST_MANIFEST, LARGEST_STATEMENT, MANIFESTS, Manifest, kind_of};
use super::host::{Host, Question, Why};
use super::record::{Line, Record};
use super::settings::Wanted;
use super::told::{Document, DocumentKind, ImageTold, Referrer, Told};
use crate::collect::cluster::{End, Trouble, World};
use crate::collect::wire::{self, Taken};
use crate::model::digest::Digest;
use crate::model::text::scrub;

/// Documents that are asked for of one image at most: an index of many platforms has some dozens.
const MOST_PARTS: usize = 500;

/// What all images share.
pub(super) struct Shared {
    pub world: World,
    pub held: Held,
    pub tell: Sender<Told>,
    /// What came in this run.
    pub got: RefCell<Got>,
}

/// What came in this run: shared parts are asked for once, whoever names them.
#[derive(Default)]
pub(super) struct Got {
    /// Documents, with the bytes of those that must be looked into.
    documents: HashMap<Digest, Option<Rc<[u8]>>>,
    /// How many bytes these are.
    bytes: usize,
    /// Who is asking for a document right now.
    asking: HashMap<Digest, Rc<Mutex<()>>>,
    /// Images whose referrers were asked for, by repository.
    pub referred: BTreeSet<(String, Digest)>,
}

/// The most bytes of documents that are held to be looked into again.
const MOST_HELD: usize = 16 << 20;

impl Got {
    /// The turn of whoever asks for a document.
    fn turn(&mut self, digest: &Digest) -> Rc<Mutex<()>> {
        Rc::clone(self.asking.entry(digest.clone()).or_default())
    }

    fn add(&mut self, digest: &Digest, bytes: Option<&[u8]>) {
        let bytes = bytes.filter(|bytes| self.bytes + bytes.len() <= MOST_HELD);
        self.bytes += bytes.map_or(0, <[u8]>::len);
        self.documents.insert(digest.clone(), bytes.map(Rc::from));
    }
}

/// What is written into the record of an answer.
#[derive(Default)]
pub(super) struct Note<'n> {
    /// It tells what the image's name leads to.
    pub names: bool,
    /// The digest that the registry says, or that its bytes have.
    pub digest: Option<&'n Digest>,
    /// The digest that was asked for.
    pub wanted: Option<&'n Digest>,
    /// What is wrong.
    pub wrong: &'n str,
}

/// One image that is being asked for.
pub(super) struct Asking<'a> {
    pub shared: &'a Shared,
    pub host: Rc<Host>,
    pub wanted: Wanted,
    pub told: ImageTold,
    pub record: Record,
}

/// A document to look into.
pub(super) struct Part {
    pub digest: Digest,
    /// What kind it is, as far as its descriptor tells.
    pub what: What,
}

/// What a part is asked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A manifest or an index.
    Manifest,
    /// A manifest of what is attached to an image: it has a config, which is nobody's.
    Attached,
    /// An image's config.
    Config,
    /// A statement about an image.
    Statement,
}

impl What {
    /// It names other documents.
    fn is_manifest(self) -> bool {
        matches!(self, What::Manifest | What::Attached)
    }
}

impl<'a> Asking<'a> {
    /// Nothing was asked for yet.
    pub fn new(shared: &'a Shared, host: Rc<Host>, wanted: Wanted) -> Self {
        let told = ImageTold {
            name: wanted.name(),
            registry: wanted.registry.clone(),
            server: host.server.clone(),
            end: End::Read,
            reason: String::new(),
            digest: None,
            documents: 0,
            held: 0,
            referrers: Vec::new(),
            gaps: Vec::new(),
            alarms: Vec::new(),
            answered: false,
            began: shared.world.env.now(),
            record: Vec::new(),
        };
        Asking { shared, host, wanted, told, record: Record::default() }
    }

    /// Asks for all of it.
    pub async fn run(mut self, tags: Option<&BTreeSet<String>>) -> ImageTold {
        if let Some(top) = self.top().await {
            self.told.digest = Some(top.clone());
            let subjects = self.parts(top).await;
            for subject in subjects {
                if self.told.end == End::Stopped {
                    break;
                }
                self.referrers(&subject, tags).await;
            }
        }
        if self.told.end == End::Read && (!self.told.gaps.is_empty() || !self.told.alarms.is_empty()) {
            self.told.end = End::Partial;
            let first = self.told.alarms.first().cloned();
            let gap = self.told.gaps.first().map(|(what, _, why)| format!("{what}: {why}"));
            self.told.reason = first.or(gap).unwrap_or_default();
        }
        self.told.record = std::mem::take(&mut self.record).into_bytes();
        self.told
    }

    /// The digest that the name leads to; `None` where the image ends here, with its reason.
    async fn top(&mut self) -> Option<Digest> {
        if let (None, Some(digest)) = (&self.wanted.tag, &self.wanted.digest) {
            return Some(digest.clone());
        }
        let path = self.manifest_path(self.wanted.reference());
        let taken = match self.ask(Method::HEAD, path.clone(), MANIFESTS, 1 << 16).await {
            Ok(taken) => taken,
            Err(why) => return self.failed(why),
        };
        let said = wire::word(&taken.headers, "docker-content-digest").and_then(|text| Digest::parse(text).ok());
        self.write("HEAD", &path, &taken, &Note { names: true, digest: said.as_ref(), ..Note::default() });
        match taken.status {
            200 if said.is_some() => said,
            // Without a digest in its headers, or without HEAD at all, the bytes tell it.
            200 | 405 | 501 => self.by_its_bytes(path).await,
            status => self.refused(status),
        }
    }

    async fn by_its_bytes(&mut self, path: String) -> Option<Digest> {
        let taken = match self.ask(Method::GET, path.clone(), MANIFESTS, LARGEST_MANIFEST).await {
            Ok(taken) => taken,
            Err(why) => return self.failed(why),
        };
        let computed = taken.original.0.clone();
        let whole = taken.status == 200 && taken.broken.is_none();
        let wrong = taken.broken.as_deref().unwrap_or_default();
        let note = Note { names: true, digest: whole.then_some(&computed), wrong, ..Note::default() };
        self.write("GET", &path, &taken, &note);
        if taken.status != 200 {
            return self.refused(taken.status);
        }
        if let Some(why) = &taken.broken {
            (self.told.end, self.told.reason) = (End::Failed, why.clone());
        }
        let bytes = self.keep(path, taken, None, DocumentKind::Image, None).await;
        self.shared.got.borrow_mut().add(&computed, bytes.as_deref());
        whole.then_some(computed)
    }

    /// Asks for a document and all that it names; the images among them, for which others may refer to.
    async fn parts(&mut self, top: Digest) -> Vec<Digest> {
        let mut subjects = vec![top.clone()];
        let mut asked = BTreeSet::from([top.clone()]);
        let mut queue = VecDeque::from([Part { digest: top, what: What::Manifest }]);
        while let Some(part) = queue.pop_front() {
            if self.told.end == End::Stopped {
                break;
            }
            if asked.len() > MOST_PARTS {
                let why = format!("it names more than {MOST_PARTS} documents; the rest was not asked for");
                self.told.gaps.push(("the image".to_owned(), End::Partial, why));
                break;
            }
            let Some(bytes) = self.document(&part).await.filter(|_| part.what.is_manifest()) else { continue };
            let manifest = match Manifest::parse(&bytes) {
                Ok(manifest) => manifest,
                Err(why) => {
                    self.told.gaps.push((part.digest.to_string(), End::Partial, why));
                    continue;
                }
            };
            for (part, is_image) in self.named(&manifest, &part) {
                if asked.insert(part.digest.clone()) {
                    subjects.extend(is_image.then(|| part.digest.clone()));
                    queue.push_back(part);
                }
            }
        }
        subjects
    }

    /// What a manifest or an index names that is worth asking for, each with whether it is an image of its own.
    fn named(&mut self, manifest: &Manifest, part: &Part) -> Vec<(Part, bool)> {
        let mut found = Vec::new();
        let mut add = |descriptor: &Descriptor, what, is_image| {
            found.extend(descriptor.checked().map(|digest| (Part { digest, what }, is_image)));
        };
        for member in &manifest.manifests {
            let what = if member.is_attached() { What::Attached } else { What::Manifest };
            add(member, what, what == What::Manifest);
        }
        let is_image = part.what == What::Manifest && manifest.artifact_type.is_empty();
        if let Some(config) = manifest.config.as_ref().filter(|config| config.is_config() && is_image) {
            if config.size <= LARGEST_CONFIG {
                add(config, What::Config, false);
            } else {
                let why = format!("a config of {} bytes, which none has; not asked for", config.size);
                self.told.gaps.push((config.digest.clone(), End::Partial, why));
            }
        }
        for layer in manifest.layers.iter().filter(|layer| layer.is_statement()) {
            add(layer, What::Statement, false);
        }
        for member in manifest.manifests.iter().filter(|member| member.is_attached()) {
            let subject = member.annotation("vnd.docker.reference.digest").and_then(|text| Digest::parse(text).ok());
            if let Some(digest) = member.checked() {
                self.refer(
                    subject.unwrap_or_else(|| part.digest.clone()),
                    digest,
                    "attestation",
                    member.says(),
                    "index",
                );
            }
        }
        found
    }

    /// The bytes of a document: what the case holds, else what the registry gives. `None` where there are none to be looked
    /// into, or where they are not what was asked for.
    pub(super) async fn document(&mut self, part: &Part) -> Option<Vec<u8>> {
        let turn = self.shared.got.borrow_mut().turn(&part.digest);
        let _turn = turn.lock().await;
        let got = self.shared.got.borrow().documents.get(&part.digest).cloned();
        if let Some(Some(bytes)) = &got {
            self.told.held += 1;
            return Some(bytes.to_vec());
        }
        if let Some(bytes) = (self.shared.held)(&part.digest) {
            self.told.held += 1;
            return Some(bytes);
        }
        if got.is_some() && !part.what.is_manifest() {
            self.told.held += 1;
            return None;
        }
        if self.host.is_used_up() {
            let why = "the registry's limit of requests is used up; give the same command again when it is not";
            self.told.gaps.push((part.digest.to_string(), End::Failed, why.to_owned()));
            return None;
        }
        let (path, accept, most, kind) = match part.what {
            What::Manifest | What::Attached => {
                (self.manifest_path(part.digest.as_str()), MANIFESTS, LARGEST_MANIFEST, DocumentKind::Image)
            }
            What::Config => (self.blob_path(&part.digest), "", LARGEST_CONFIG, DocumentKind::Image),
            What::Statement => (self.blob_path(&part.digest), "", LARGEST_STATEMENT, DocumentKind::Statement),
        };
        match self.ask(Method::GET, path.clone(), accept, most).await {
            Ok(taken) => self.received(part, path, taken, kind).await,
            Err(why) => {
                self.gap(part.digest.to_string(), why);
                None
            }
        }
    }

    async fn received(&mut self, part: &Part, path: String, taken: Taken<()>, kind: DocumentKind) -> Option<Vec<u8>> {
        if taken.status != 200 {
            self.write("GET", &path, &taken, &Note { wanted: Some(&part.digest), ..Note::default() });
            let (end, why) = meaning(taken.status);
            self.told.gaps.push((part.digest.to_string(), end, why));
            return None;
        }
        let (computed, bytes) = taken.original.clone();
        let wrong = match &taken.broken {
            Some(why) => why.clone(),
            None if computed == part.digest => String::new(),
            None => format!("asked for {}, got {bytes} bytes of {computed}", part.digest),
        };
        let said = wire::word(&taken.headers, "docker-content-digest").and_then(|text| Digest::parse(text).ok());
        let note = Note { digest: said.as_ref(), wanted: Some(&part.digest), wrong: &wrong, ..Note::default() };
        self.write("GET", &path, &taken, &note);
        if wrong.is_empty() {
            let bytes = self.keep(path, taken, Some(part.digest.clone()), kind, None).await;
            let looked_into = bytes.as_deref().filter(|_| part.what.is_manifest());
            self.shared.got.borrow_mut().add(&part.digest, looked_into);
            return bytes;
        }
        if taken.broken.is_none() {
            self.told.alarms.push(format!(
                "{}: the registry gave other bytes than their name says: {wrong}. Both are kept; do not run this image",
                self.told.name
            ));
        }
        self.told.gaps.push((part.digest.to_string(), End::Failed, wrong.clone()));
        self.keep(path, taken, Some(part.digest.clone()), kind, Some(wrong)).await;
        None
    }

    /// Hands a body on to be stored; its bytes, where they are whole and small enough to be looked into.
    pub(super) async fn keep(
        &mut self,
        path: String,
        taken: Taken<()>,
        wanted: Option<Digest>,
        kind: DocumentKind,
        broken: Option<String>,
    ) -> Option<Vec<u8>> {
        let media = wire::word(&taken.headers, header::CONTENT_TYPE).unwrap_or_default().to_owned();
        let date = wire::word(&taken.headers, header::DATE).map(str::to_owned);
        let small = taken.original.1 <= LARGEST_MANIFEST && broken.is_none() && taken.broken.is_none();
        let (bytes, copy) = match taken.spool.into_both(small) {
            Ok(both) => both,
            Err(error) => {
                self.told.gaps.push((path, End::Failed, format!("it could not be held: {error}")));
                return None;
            }
        };
        self.told.documents += 1;
        let document = Document {
            server: self.host.server.clone(),
            path,
            image: self.told.name.clone(),
            media,
            plain: self.host.plain,
            date,
            came: taken.came,
            original: taken.original,
            wanted,
            kind,
            bytes,
            broken: broken.or(taken.broken),
        };
        if self.shared.tell.send(Told::Document(Box::new(document))).await.is_err() {
            self.told.end = End::Stopped;
        }
        copy
    }

    /// Asks; a failure is written into the record.
    pub(super) async fn ask(
        &mut self,
        method: Method,
        path: String,
        accept: &'static str,
        most: u64,
    ) -> Result<Taken<()>, Why> {
        let verb = method.to_string();
        let question = Question { method, repository: &self.wanted.repository, path: path.clone(), accept, most };
        let answer = self.host.ask(&question).await;
        self.told.answered |= answer.is_ok();
        if let Err(Why::Trouble(Trouble::Passing(why) | Trouble::Lasting(why)) | Why::Denied(why)) = &answer {
            self.record.answer(&Line {
                registry: &self.host.registry,
                image: &self.told.name,
                request: format!("{verb} {path}"),
                name: "",
                at: self.shared.world.env.now(),
                status: 0,
                headers: None,
                digest: None,
                wanted: None,
                computed: None,
                wrong: why,
                denied: matches!(answer, Err(Why::Denied(_))),
            });
        }
        answer
    }

    /// Writes an answer into the record.
    pub(super) fn write(&mut self, verb: &str, path: &str, taken: &Taken<()>, note: &Note<'_>) {
        let told = taken.status == 200 && note.digest.is_some() && note.names;
        self.record.answer(&Line {
            registry: &self.host.registry,
            image: &self.told.name,
            request: format!("{verb} {path}"),
            name: if told { &self.told.name } else { "" },
            at: taken.came,
            status: taken.status,
            headers: Some(&taken.headers),
            digest: note.digest,
            wanted: note.wanted,
            computed: (verb != "HEAD").then_some((&taken.original.0, taken.original.1)),
            wrong: note.wrong,
            denied: false,
        });
    }

    /// Notes something that refers to an image.
    pub(super) fn refer(&mut self, subject: Digest, digest: Digest, kind: &'static str, says: &str, by: &str) {
        let media: String = scrub(says).chars().take(200).collect();
        let referrer = Referrer { subject, digest, kind, media, by: by.to_owned() };
        let known = |other: &Referrer| other.subject == referrer.subject && other.digest == referrer.digest;
        if !self.told.referrers.iter().any(known) {
            self.record.referrer(&self.host.registry, &self.told.name, &referrer);
            self.told.referrers.push(referrer);
        }
    }

    /// What a descriptor in a list of referrers is.
    pub(super) fn kind_of(descriptor: &Descriptor) -> &'static str {
        let predicate = descriptor.annotation("dev.sigstore.bundle.predicateType");
        let predicate = predicate.or(descriptor.annotation("in-toto.io/predicate-type"));
        kind_of(descriptor.says(), predicate.unwrap_or_default())
    }

    pub(super) fn manifest_path(&self, reference: &str) -> String {
        format!("/v2/{}/manifests/{reference}", self.wanted.repository)
    }

    fn blob_path(&self, digest: &Digest) -> String {
        format!("/v2/{}/blobs/{digest}", self.wanted.repository)
    }

    /// Notes a part that is missing.
    pub(super) fn gap(&mut self, what: String, why: Why) {
        let (end, why) = ended(why, &self.shared.world);
        if end == End::Stopped {
            (self.told.end, self.told.reason) = (End::Stopped, why.clone());
        }
        self.told.gaps.push((what, end, why));
    }

    fn failed(&mut self, why: Why) -> Option<Digest> {
        (self.told.end, self.told.reason) = ended(why, &self.shared.world);
        None
    }

    fn refused(&mut self, status: u16) -> Option<Digest> {
        (self.told.end, self.told.reason) = meaning(status);
        None
    }
}

/// What no answer means.
fn ended(why: Why, world: &World) -> (End, String) {
    match why {
        Why::Denied(why) => (End::Denied, why),
        Why::Trouble(Trouble::Stopped) if world.stop.was_asked() => {
            (End::Stopped, "interrupted; give the same command again to go on".to_owned())
        }
        Why::Trouble(Trouble::Stopped) => {
            (End::Stopped, "the time for the whole is over (--time); give the same command again to go on".to_owned())
        }
        Why::Trouble(trouble) => (End::Failed, trouble.words().to_owned()),
    }
}

/// What a status means that is not 200.
pub(super) fn meaning(status: u16) -> (End, String) {
    let (end, words) = match status {
        401 => (End::Denied, "the registry does not let you read it; log in with docker login or podman login"),
        403 => (
            End::Denied,
            "you may not read it; ask its owner for read rights, or for the output of the collection script",
        ),
        404 => (End::Missing, "it is not there, or you may not know that it is"),
        410 => (End::Missing, "it was deleted"),
        429 => (End::Failed, "the registry asks to be left alone; give the same command again later"),
        500..=599 => (End::Failed, "the registry is busy or broken; give the same command again later"),
        _ => (End::Failed, "an answer that no registry gives"),
    };
    (end, format!("{status}: {words}"))
}
