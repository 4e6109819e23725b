//! One engine from its first question to its last: what it is, its containers one by one, its images one by one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderValue, Request, header};
use kube::config::AuthInfo;
use kube::{Client, Config};
use serde::Deserialize;
use std::cell::RefCell;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc::Sender;

use super::Settings;
use super::find::{Door, Engine};
use super::told::{Answer, Asked, EngineTold, Told};
use crate::collect::cluster::trouble::{Advice, chain};
use crate::collect::cluster::{End, Trouble, World};
use crate::collect::wire::{self, Bounds, Incoming, Plain, Taken, Way};
use crate::model::text::scrub;

/// The largest list, in bytes.
const LARGEST_LIST: u64 = 256 << 20;
/// The largest answer about one container or image, in bytes.
const LARGEST: u64 = 16 << 20;
/// Containers or images that are asked for one by one at most.
const MOST: usize = 100_000;
/// So many questions in a row without an answer, and the engine is lost.
const SILENT: u32 = 3;

const ADVICE: Advice = Advice {
    unknown: "the engine's certificate is not signed by an authority that is trusted: name the folder of its ca.pem with \
              --cert-path",
    other_name: "the engine's certificate is for another name: compare its address",
    no_tls: "the engine does not speak TLS; if that is as it should be, say so with --plain-http",
    wants_certificate: "the engine wants a client certificate: name the folder of cert.pem and key.pem with --cert-path",
    refuses_certificate: "the engine does not accept the client certificate in --cert-path",
    other: "compare the engine's authority with ca.pem in --cert-path",
};

/// Asks engines one after the other; what comes is told as it comes.
pub async fn walk(engines: &[Engine], settings: &Settings, world: &World, tell: Sender<Told>) -> Asked {
    let mut asked = Asked::default();
    for engine in engines {
        let walk =
            Walk { engine, settings, world, tell: &tell, told: RefCell::new(begun(engine)), silent: RefCell::new(0) };
        asked.engines.push(walk.run().await);
    }
    asked.stopped = world.stop.now() || asked.engines.iter().any(|engine| engine.end == End::Stopped);
    asked
}

fn begun(engine: &Engine) -> EngineTold {
    EngineTold {
        address: engine.address.clone(),
        machine: String::new(),
        version: String::new(),
        end: End::Read,
        reason: String::new(),
        containers: 0,
        images: 0,
        requests: 0,
        gaps: Vec::new(),
    }
}

struct Walk<'w> {
    engine: &'w Engine,
    settings: &'w Settings,
    world: &'w World,
    tell: &'w Sender<Told>,
    told: RefCell<EngineTold>,
    silent: RefCell<u32>,
}

/// What tells one entry of a list from the next.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct About {
    name: String,
    server_version: String,
    version: String,
    components: Vec<Component>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Component {
    name: String,
    version: String,
}

impl Walk<'_> {
    async fn run(self) -> EngineTold {
        match self.connect() {
            Err(why) => self.end(End::Failed, why),
            Ok(way) => {
                if self.about(&way).await {
                    self.lists(&way).await;
                }
            }
        }
        let mut told = self.told.into_inner();
        if told.end == End::Read && !told.gaps.is_empty() {
            told.end = End::Partial;
        }
        told
    }

    fn end(&self, end: End, reason: String) {
        let mut told = self.told.borrow_mut();
        if told.end == End::Read {
            (told.end, told.reason) = (end, reason);
        }
    }

    fn goes_on(&self) -> bool {
        self.told.borrow().end == End::Read && !self.tell.is_closed()
    }

    fn connect(&self) -> Result<Way, String> {
        match &self.engine.door {
            Door::Socket(path) => Ok(Way::Socket(path.clone())),
            Door::Network(server, folder) => {
                network(server, folder.as_deref(), self.settings.page_time).map(Way::Network)
            }
        }
    }

    /// What the engine is; false where it does not answer. Neither answer is kept: they hold the machine's settings.
    async fn about(&self, way: &Way) -> bool {
        let mut about: [About; 2] = Default::default();
        for (slot, path) in about.iter_mut().zip(["/version", "/info"]) {
            let taken = match self.ask(way, path, LARGEST).await {
                Ok(taken) => taken,
                Err(trouble) => {
                    let end = if trouble == Trouble::Stopped { End::Stopped } else { End::Failed };
                    self.end(end, self.words(&trouble));
                    return false;
                }
            };
            if taken.status != 200 {
                let (end, why) = meaning(taken.status);
                if path == "/version" {
                    self.end(end, why);
                    return false;
                }
                continue;
            }
            let bytes = taken.spool.into_both(true).ok().and_then(|(_, bytes)| bytes).unwrap_or_default();
            *slot = serde_json::from_slice(&bytes).unwrap_or_default();
        }
        let [version, info] = about;
        let product = version.components.first().map(|c| format!("{} {}", c.name, c.version));
        let plain = [version.version, info.server_version].into_iter().find(|text| !text.is_empty());
        let short = |text: &str| scrub(text).chars().take(100).collect::<String>();
        let mut told = self.told.borrow_mut();
        told.version = short(&product.or(plain).unwrap_or_default());
        told.machine = short(&info.name);
        true
    }

    async fn lists(&self, way: &Way) {
        let lists = [("/containers/json?all=1", "containers"), ("/images/json", "images")];
        for (path, what) in lists {
            if !self.goes_on() {
                return;
            }
            let Some(bytes) = self.kept(way, path, LARGEST_LIST, true).await else { continue };
            let Ok(listed) = serde_json::from_slice::<Vec<Listed>>(&bytes) else {
                self.gap(path, End::Partial, "it is no list of an engine".to_owned());
                continue;
            };
            let count = listed.len() as u64;
            match what {
                "containers" => self.told.borrow_mut().containers = count,
                _ => self.told.borrow_mut().images = count,
            }
            if listed.len() > MOST {
                self.gap(path, End::Partial, format!("more than {MOST}; the rest was not asked for one by one"));
            }
            let ids = listed.into_iter().map(|entry| entry.id).filter(|id| is_id(id)).take(MOST);
            let one = |id: String| async move {
                if self.goes_on() {
                    self.kept(way, &format!("/{what}/{id}/json"), LARGEST, false).await;
                }
            };
            stream::iter(ids).for_each_concurrent(self.settings.parallel.max(1), one).await;
        }
    }

    /// Asks and hands the answer on to be stored; its bytes, where they are wanted.
    async fn kept(&self, way: &Way, path: &str, most: u64, wanted: bool) -> Option<Vec<u8>> {
        let taken = match self.ask(way, path, most).await {
            Ok(taken) => taken,
            Err(trouble) => {
                self.failed(path, &trouble);
                return None;
            }
        };
        if taken.status != 200 {
            let (end, why) = meaning(taken.status);
            self.gap(path, end, why);
            return None;
        }
        if let Some(why) = &taken.broken {
            self.gap(path, End::Partial, why.clone());
        }
        let (bytes, copy) = match taken.spool.into_both(wanted && taken.broken.is_none()) {
            Ok(both) => both,
            Err(error) => {
                self.gap(path, End::Failed, format!("it could not be held: {error}"));
                return None;
            }
        };
        let told = self.told.borrow().clone();
        let answer = Answer {
            address: told.address,
            machine: told.machine,
            version: told.version,
            path: path.to_owned(),
            status: taken.status,
            warning: self.engine.warning(),
            came: taken.came,
            original: taken.original,
            bytes,
            broken: taken.broken,
        };
        if self.tell.send(Told::Answer(Box::new(answer))).await.is_err() {
            self.end(End::Stopped, "the case could not be written".to_owned());
        }
        copy
    }

    fn failed(&self, path: &str, trouble: &Trouble) {
        if *trouble == Trouble::Stopped {
            return self.end(End::Stopped, "interrupted; give the same command again".to_owned());
        }
        let words = self.words(trouble);
        self.gap(path, End::Failed, words.clone());
        *self.silent.borrow_mut() += 1;
        if *self.silent.borrow() >= SILENT {
            self.end(End::Partial, words);
        }
    }

    fn gap(&self, what: &str, end: End, why: String) {
        self.told.borrow_mut().gaps.push((what.to_owned(), end, why));
    }

    async fn ask(&self, way: &Way, path: &str, most: u64) -> Result<Taken<()>, Trouble> {
        let mut attempt = 0;
        loop {
            let taken = self.once(way, path, most).await;
            let again = match &taken {
                Ok(taken) => taken.status >= 500 && taken.broken.is_none(),
                Err(trouble) => matches!(trouble, Trouble::Passing(_)),
            };
            if !again || attempt >= self.settings.retries {
                if taken.is_ok() {
                    *self.silent.borrow_mut() = 0;
                }
                return taken;
            }
            attempt += 1;
            self.world.pause(self.settings.pauses, attempt, None).await?;
        }
    }

    async fn once(&self, way: &Way, path: &str, most: u64) -> Result<Taken<()>, Trouble> {
        if self.world.stop.now() {
            return Err(Trouble::Stopped);
        }
        self.told.borrow_mut().requests += 1;
        let request = Request::get(path).header(header::ACCEPT, "application/json").body(Vec::new());
        let request = request.map_err(|_| Trouble::Lasting("it cannot be asked for".to_owned()))?;
        let bounds = Bounds { time: self.settings.page_time, bytes: most, larger: "no engine has so much to say" };
        let mut incoming = Incoming::new(self.world, Plain);
        let told = |error: &(dyn Error + 'static)| self.told_by(error);
        let ended = incoming.come(way.send(request), &bounds, self.world, told).await;
        incoming.end(ended)
    }

    /// What a socket says that cannot be opened will not change by asking again.
    fn told_by(&self, error: &(dyn Error + 'static)) -> Trouble {
        let Door::Socket(path) = &self.engine.door else { return Trouble::advised(error, &ADVICE) };
        let mut next = Some(error);
        while let Some(error) = next {
            match error.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
                Some(std::io::ErrorKind::PermissionDenied) => {
                    let path = path.display();
                    return Trouble::Lasting(format!(
                        "{path}: you may not use it; ask as root, or as a member of its group"
                    ));
                }
                Some(std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused) => {
                    return Trouble::Lasting(format!("{}: no engine listens there", path.display()));
                }
                _ => next = error.source(),
            }
        }
        Trouble::advised(error, &ADVICE)
    }

    fn words(&self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::Stopped => "interrupted; give the same command again".to_owned(),
            trouble => trouble.words().to_owned(),
        }
    }
}

/// A client for an engine on the network.
fn network(server: &str, folder: Option<&Path>, page_time: Duration) -> Result<Client, String> {
    let wrong = |what: String| format!("{server}: {what}");
    let url = server.parse().map_err(|error| wrong(format!("it is no address: {error}")))?;
    let mut config = Config::new(url);
    config.default_retry = false;
    config.connect_timeout = Some(page_time.min(Duration::from_secs(15)));
    let agent = HeaderValue::from_static(concat!("hullbreach/", env!("CARGO_PKG_VERSION")));
    config.headers = vec![(header::USER_AGENT, agent)];
    if let Some(folder) = folder {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|error| wrong(format!("{}: {error}", path.display())))
        };
        config.root_cert = Some(wire::certificates(&read("ca.pem")?).map_err(|why| wrong(format!("ca.pem: {why}")))?);
        if folder.join("cert.pem").exists() {
            config.auth_info = AuthInfo {
                client_certificate_data: Some(STANDARD.encode(read("cert.pem")?)),
                client_key_data: Some(STANDARD.encode(read("key.pem")?).into()),
                ..AuthInfo::default()
            };
        }
    }
    Client::try_from(config).map_err(|error| wrong(format!("no connection can be set up: {}", chain(&error))))
}

/// What an engine calls a container or an image; anything else has no place in a path.
fn is_id(id: &str) -> bool {
    let hex = id.split_once(':').map_or(id, |(_, hex)| hex);
    id.len() <= 160 && !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What a status means that is not 200.
fn meaning(status: u16) -> (End, String) {
    let (end, words) = match status {
        401 | 403 => (End::Denied, "the engine does not let you read it"),
        404 => (End::Missing, "it is gone: it was listed a moment ago"),
        _ => (End::Failed, "the engine is busy or broken, or something else answers in its place"),
    };
    (end, format!("{status}: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_hexadecimal_and_nothing_else_gets_into_a_path() {
        let id = "0a".repeat(32);
        assert!(is_id(&id) && is_id(&format!("sha256:{id}")));
        for wrong in ["", "sha256:", "../info", "a b", "0a?x=1", &"0a".repeat(100)] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
