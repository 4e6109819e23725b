//! A cluster that is watched: its pods as they change, from where a list left off. The stream is handed on in batches as it
//! came; a connection that ends is made again at the same place, and where the cluster no longer knows that place its pods are
//! listed anew.
//!
//! Source of the rules: kubernetes.io, "Kubernetes API Concepts", sections "Efficient detection of changes" and "Watch
//! bookmarks".

use http::{Request, header};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::Deserialize;
use std::io::Read as _;
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

use super::ask::Asker;
use super::config::Target;
use super::kinds::{Form, Kind, List};
use super::settings::{Settings, World};
use super::trouble::Trouble;
use crate::model::time::Micros;

/// The server ends a stream after so many seconds; the next one goes on.
const STREAM_SECONDS: u32 = 240;
/// A stream in which nothing comes for so long is dead: bookmarks come about every minute.
const SILENCE: Duration = Duration::from_secs(300);
/// A stream that ends by itself within this time and brought nothing is none.
const SHORT: Duration = Duration::from_secs(1);
/// A batch is handed on so long after its first change.
const GATHER: Duration = Duration::from_millis(1_500);
/// A batch is handed on when it is so large, in bytes.
const BATCH: usize = 1 << 20;
/// The largest change, in bytes: etcd holds no larger object.
const LARGEST: usize = 8 << 20;
/// The longest pause before a connection is made again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What is told while a cluster is watched.
pub enum Watched {
    /// The cluster answered.
    Contact(String, Micros),
    /// Changes, a JSON document a line.
    Batch(Box<Batch>),
    /// A place was lost: the pods are to be listed anew, and the watch goes on from there.
    Lost(String),
    /// The connection ended, with why; it is made again.
    Trouble(String, String),
    /// The watch is over, with why.
    Ended(String, String),
}

/// Changes that came together.
pub struct Batch {
    /// The context they are of.
    pub context: String,
    /// The server's address.
    pub server: String,
    /// [`Target::warning`].
    pub warning: &'static str,
    /// The path with all parameters.
    pub request: String,
    /// The lines as they came.
    pub bytes: Vec<u8>,
    /// How many.
    pub changes: u64,
    /// When the first of them came.
    pub came: Micros,
}

/// One change.
#[derive(Deserialize)]
struct Change {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    object: Changed,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Changed {
    metadata: Metadata,
    code: u16,
    message: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    resource_version: String,
}

/// How a stream ended.
enum Ended {
    /// By itself: it goes on at the same place.
    Over,
    /// The place is no longer known.
    Gone,
    /// It cannot go on.
    Lasting(String),
    /// It may go on after a pause.
    Passing(String),
    Stopped,
}

fn pods() -> List {
    let (api, resource, kind) = ("v1".to_owned(), "pods".to_owned(), "Pod".to_owned());
    List { kind: Kind { api, resource, kind, namespaced: true, form: Form::Whole, fields: "" }, namespace: None }
}

/// The place in a cluster's history from which one can go on: asked for before a list, so that nothing falls between the two.
pub async fn place(target: &Target, settings: &Settings, world: &World) -> Result<String, Trouble> {
    let mut asker = Asker::new(target, settings, world).await?;
    place_of(&mut asker).await
}

async fn place_of(asker: &mut Asker) -> Result<String, Trouble> {
    // One name is enough: the version is the whole list's.
    let answer = asker.get(&pods().page(1, None), Form::Metadata.accept()).await?;
    if answer.status != 200 || answer.broken.is_some() {
        let why = answer.broken.unwrap_or(answer.said.message);
        return Err(Trouble::Lasting(format!(
            "{}: pods cannot be listed, so they cannot be watched: {why}",
            answer.status
        )));
    }
    let mut bytes = Vec::new();
    let read = answer.spool.into_reader().and_then(|reader| reader.take(1 << 20).read_to_end(&mut bytes));
    read.map_err(|error| Trouble::Lasting(error.to_string()))?;
    let list: Changed =
        serde_json::from_slice(&bytes).map_err(|_| Trouble::Lasting("its list of pods is none".to_owned()))?;
    match list.metadata.resource_version {
        version if version.is_empty() => Err(Trouble::Lasting("its list of pods has no resourceVersion".to_owned())),
        version => Ok(version),
    }
}

/// Watches one cluster until it is time to stop. `from` is the place that [`place`] told.
pub async fn watch(target: &Target, settings: &Settings, world: &World, from: String, tell: Sender<Watched>) {
    let context = target.context.clone();
    let asker = match Asker::new(target, settings, world).await {
        Ok(asker) => asker,
        Err(trouble) => return drop(tell.send(Watched::Ended(context, trouble.words().to_owned())).await),
    };
    Watch { target, settings, world, tell, asker, place: from }.run().await;
}

struct Watch<'w> {
    target: &'w Target,
    settings: &'w Settings,
    world: &'w World,
    tell: Sender<Watched>,
    asker: Asker,
    place: String,
}

impl Watch<'_> {
    async fn run(mut self) {
        let context = self.target.context.clone();
        let mut attempt = 0;
        loop {
            let (before, begun) = (self.place.clone(), Instant::now());
            let ended = self.stream().await;
            if self.place != before {
                attempt = 0;
            }
            let why = match ended {
                Ended::Stopped => return,
                // Asked again at once, a server that ends every stream at once would be asked without end.
                Ended::Over if self.place == before && begun.elapsed() < SHORT => {
                    "the stream ended as soon as it began".to_owned()
                }
                Ended::Over => continue,
                Ended::Lasting(why) => return drop(self.tell.send(Watched::Ended(context, why)).await),
                Ended::Gone => match place_of(&mut self.asker).await {
                    Ok(place) => {
                        self.place = place;
                        if self.tell.send(Watched::Lost(context.clone())).await.is_err() {
                            return;
                        }
                        continue;
                    }
                    Err(Trouble::Stopped) => return,
                    Err(trouble) => trouble.words().to_owned(),
                },
                Ended::Passing(why) => why,
            };
            attempt += 1;
            if self.tell.send(Watched::Trouble(context.clone(), why)).await.is_err() {
                return;
            }
            let longest = LONGEST_PAUSE.min(self.settings.longest_pause);
            if self.world.pause((self.settings.pause, longest), attempt, None).await.is_err() {
                return;
            }
        }
    }

    fn request(&self) -> String {
        format!(
            "{}?watch=1&allowWatchBookmarks=true&timeoutSeconds={STREAM_SECONDS}&resourceVersion={}",
            pods().path(),
            crate::collect::wire::escaped(&self.place)
        )
    }

    async fn stream(&mut self) -> Ended {
        let request = self.request();
        let opened = tokio::select! {
            opened = tokio::time::timeout(self.settings.page_time, self.asker.open(&request)) => opened,
            () = self.world.stop.wait() => return Ended::Stopped,
        };
        let response = match opened {
            Err(_) => return Ended::Passing("no answer in time".to_owned()),
            Ok(Err(Trouble::Stopped)) => return Ended::Stopped,
            Ok(Err(Trouble::Lasting(why))) => return Ended::Lasting(why),
            Ok(Err(Trouble::Passing(why))) => return Ended::Passing(why),
            Ok(Ok(response)) => response,
        };
        match response.status().as_u16() {
            200 => self.take(response.into_body(), request).await,
            410 => Ended::Gone,
            403 => Ended::Lasting(
                "403: you may not watch pods; ask for `watch` rights, or collect again and again".to_owned(),
            ),
            401 => {
                Ended::Lasting("401: the cluster does not accept these credentials any more; log in again".to_owned())
            }
            status => Ended::Passing(format!("{status} in place of a stream")),
        }
    }

    /// Takes the stream in, line by line, and hands on what came together.
    async fn take(&mut self, mut body: Body, request: String) -> Ended {
        if !self.contact().await {
            return Ended::Stopped;
        }
        let mut rest: Vec<u8> = Vec::new();
        let mut batch = self.batch(&request);
        let mut until = Instant::now() + SILENCE;
        loop {
            let frame = tokio::select! {
                frame = body.frame() => Some(frame),
                () = tokio::time::sleep_until(until) => None,
                () = self.world.stop.wait() => {
                    self.hand_on(&mut batch, &request).await;
                    return Ended::Stopped;
                }
            };
            let ended = match frame {
                None if batch.changes > 0 => {
                    self.hand_on(&mut batch, &request).await;
                    until = Instant::now() + SILENCE;
                    continue;
                }
                None => Some(Ended::Passing(format!("nothing came for {} s", SILENCE.as_secs()))),
                Some(None) => Some(Ended::Over),
                Some(Some(Err(error))) => Some(Ended::Passing(Trouble::of(&error).words().to_owned())),
                Some(Some(Ok(frame))) => {
                    rest.extend_from_slice(frame.data_ref().map(|data| data.as_ref()).unwrap_or_default());
                    if !self.contact().await {
                        return Ended::Stopped;
                    }
                    self.lines(&mut rest, &mut batch)
                }
            };
            if batch.bytes.len() >= BATCH || ended.is_some() {
                self.hand_on(&mut batch, &request).await;
            }
            if let Some(ended) = ended {
                return ended;
            }
            until = Instant::now() + if batch.changes > 0 { GATHER } else { SILENCE };
        }
    }

    /// Takes whole lines out of what came; tells where the stream ends with one of them.
    fn lines(&mut self, rest: &mut Vec<u8>, batch: &mut Batch) -> Option<Ended> {
        let mut from = 0;
        let mut ended = None;
        while let Some(length) = rest.get(from..).and_then(|tail| memchr::memchr(b'\n', tail)) {
            let line = rest.get(from..from + length).unwrap_or_default();
            from += length + 1;
            ended = self.line(line, batch);
            if ended.is_some() {
                break;
            }
        }
        rest.drain(..from.min(rest.len()));
        if rest.len() > LARGEST {
            return Some(Ended::Lasting(format!(
                "a change larger than {LARGEST} bytes: no API server sends such a thing"
            )));
        }
        ended
    }

    fn line(&mut self, line: &[u8], batch: &mut Batch) -> Option<Ended> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let Ok(change) = serde_json::from_slice::<Change>(line) else {
            return Some(Ended::Passing("a line that is no change of an object".to_owned()));
        };
        if change.kind == "ERROR" {
            return Some(match change.object.code {
                410 => Ended::Gone,
                code => Ended::Passing(
                    crate::model::text::scrub(&format!("{code}: {}", change.object.message)).into_owned(),
                ),
            });
        }
        if !change.object.metadata.resource_version.is_empty() {
            self.place = change.object.metadata.resource_version;
        }
        if change.kind != "BOOKMARK" {
            if batch.changes == 0 {
                batch.came = self.world.env.now();
            }
            batch.bytes.extend_from_slice(line);
            batch.bytes.push(b'\n');
            batch.changes += 1;
        }
        None
    }

    fn batch(&self, request: &str) -> Batch {
        Batch {
            context: self.target.context.clone(),
            server: self.target.server.clone(),
            warning: self.target.warning(),
            request: request.to_owned(),
            bytes: Vec::new(),
            changes: 0,
            came: Micros(0),
        }
    }

    async fn hand_on(&self, batch: &mut Batch, request: &str) {
        if batch.changes > 0 {
            let batch = std::mem::replace(batch, self.batch(request));
            let _ = self.tell.send(Watched::Batch(Box::new(batch))).await;
        }
    }

    /// False where nobody listens any more.
    async fn contact(&self) -> bool {
        self.tell.send(Watched::Contact(self.target.context.clone(), self.world.env.now())).await.is_ok()
    }
}

impl Asker {
    /// Opens a stream; credentials are got anew where they are about to end, or were refused.
    async fn open(&mut self, path: &str) -> Result<http::Response<Body>, Trouble> {
        let mut renewed = false;
        loop {
            self.renew_in_time().await?;
            self.requests += 1;
            let request = Request::get(path).header(header::ACCEPT, "application/json").body(Body::empty());
            let request = request.map_err(|error| Trouble::Lasting(format!("{path} cannot be asked for: {error}")))?;
            let response = self.client.send(request).await.map_err(|error| Trouble::of(&error))?;
            if response.status().as_u16() == 401 && !std::mem::replace(&mut renewed, true) && self.renew().await? {
                continue;
            }
            return Ok(response);
        }
    }
}
