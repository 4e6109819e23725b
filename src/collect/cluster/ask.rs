//! One question to a cluster and its whole answer: sent, taken in piece by piece, and asked again where that may help.
//!
//! Only `GET` is ever sent. The body goes through the [`Trimmer`] into a [`Spool`] while it comes, so an answer of any
//! size takes the same memory, and its hash is that of the bytes as they came.

use http::{Request, header};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

use super::config::Target;
use super::connect::connect;
use super::login::{self, Login};
use super::settings::{Settings, World};
use super::spool::Spool;
use super::trim::{Said, Trimmer};
use super::trouble::Trouble;
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// Credentials are got anew when they end so soon, in microseconds.
const ENDS_SOON: i64 = 60_000_000;

/// An answer as it came.
pub(super) struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its bytes, without what is never kept.
    pub spool: Spool,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// Bytes of managed fields that were left out.
    pub left_out: u64,
    /// What it says of itself.
    pub said: Said,
    /// Why it is not whole.
    pub broken: Option<String>,
    /// It would be broken off again.
    lasting: bool,
    /// The server's own clock, as it wrote it.
    pub date: Option<String>,
    /// When its first bytes came.
    pub came: Micros,
    /// How long the server asks to be left alone.
    retry_after: Option<Duration>,
}

/// Asks one cluster.
pub(super) struct Asker {
    target: Target,
    settings: Settings,
    world: World,
    client: Client,
    login: Login,
    /// Requests sent, and how many of them were repetitions.
    pub requests: u64,
    pub repeated: u64,
}

impl Asker {
    /// Gets the credentials and sets up the connection; nothing is sent yet.
    pub async fn new(target: &Target, settings: &Settings, world: &World) -> Result<Self, Trouble> {
        let login = get_login(target, settings, world).await?;
        let client = connect(target, &login, &world.env.vars, settings.page_time).map_err(Trouble::Lasting)?;
        let (target, settings, world) = (target.clone(), settings.clone(), world.clone());
        Ok(Asker { target, settings, world, client, login, requests: 0, repeated: 0 })
    }

    /// Asks until there is an answer that asking again would not change. An answer may be a refusal; it may also be
    /// broken off, where it was so each time.
    pub async fn get(&mut self, path: &str, accept: &str) -> Result<Answer, Trouble> {
        let mut renewed = false;
        let mut attempt = 0;
        loop {
            self.renew_in_time().await?;
            let answer = self.once(path, accept).await;
            let asked_for = match &answer {
                Ok(found) if found.broken.is_none() && found.status == 401 && !renewed => {
                    renewed = true;
                    if self.renew().await? {
                        continue;
                    }
                    return answer;
                }
                Ok(found) if found.lasting || (found.broken.is_none() && !is_passing(found.status)) => return answer,
                Ok(found) => found.retry_after,
                Err(Trouble::Passing(_)) => None,
                Err(_) => return answer,
            };
            if attempt >= self.settings.retries {
                return answer;
            }
            attempt += 1;
            self.repeated += 1;
            self.pause(attempt, asked_for).await?;
        }
    }

    async fn once(&mut self, path: &str, accept: &str) -> Result<Answer, Trouble> {
        if self.world.stop.now() {
            return Err(Trouble::Stopped);
        }
        self.requests += 1;
        let request = Request::get(path)
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_ENCODING, "identity")
            .body(Body::empty())
            .map_err(|error| Trouble::Lasting(format!("{path} cannot be asked for: {error}")))?;
        let mut incoming = Incoming::new(&self.world);
        let limit = self.settings.page_time;
        let came = tokio::select! {
            came = tokio::time::timeout(limit, incoming.take(&self.client, request, &self.settings, &self.world)) => came,
            () = self.world.stop.wait() => return Err(Trouble::Stopped),
        };
        let late = || Trouble::Passing(format!("no whole answer within {} s", limit.as_secs_f64()));
        incoming.end(came.unwrap_or_else(|_| Err(late())))
    }

    /// Waits before a request is repeated: as long as the server asks for, else longer each time, and never as long as
    /// everybody else.
    async fn pause(&self, attempt: u32, asked_for: Option<Duration>) -> Result<(), Trouble> {
        let mut dice = [0; 2];
        let _ = (self.world.env.random)(&mut dice);
        let doubled = self.settings.pause.saturating_mul(1 << (attempt - 1).min(16));
        let base = asked_for.unwrap_or(doubled / 2);
        let jitter = doubled.min(self.settings.longest_pause) / 2;
        let jitter = jitter.mul_f64(f64::from(u16::from_be_bytes(dice)) / f64::from(u16::MAX));
        let pause = (base + jitter).min(self.settings.longest_pause);
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.world.stop.wait() => Err(Trouble::Stopped),
        }
    }

    async fn renew_in_time(&mut self) -> Result<(), Trouble> {
        let now = self.world.env.now().0;
        if self.login.renewable && self.login.until.is_some_and(|until| until.0.saturating_sub(now) < ENDS_SOON) {
            self.renew().await?;
        }
        Ok(())
    }

    /// Gets the credentials anew; false where that gives the same.
    async fn renew(&mut self) -> Result<bool, Trouble> {
        if !self.login.renewable {
            return Ok(false);
        }
        let login = get_login(&self.target, &self.settings, &self.world).await?;
        self.client =
            connect(&self.target, &login, &self.world.env.vars, self.settings.page_time).map_err(Trouble::Lasting)?;
        self.login = login;
        // What ends at once would otherwise be got anew before every request.
        self.login.until = self.login.until.filter(|until| until.0.saturating_sub(self.world.env.now().0) >= ENDS_SOON);
        Ok(true)
    }
}

/// A plugin may take its time: it is waited for beside the other clusters.
async fn get_login(target: &Target, settings: &Settings, world: &World) -> Result<Login, Trouble> {
    let (target, limit, world) = (target.clone(), settings.plugin_time, world.clone());
    let asked = std::sync::Arc::clone(&world.stop.asked);
    let got = tokio::task::spawn_blocking(move || login::get(&target, &world.env, limit, &asked)).await;
    match got {
        Ok(login) => login.map_err(Trouble::Lasting),
        Err(_) => Err(Trouble::Lasting("getting the credentials was broken off".to_owned())),
    }
}

/// Statuses after which asking again may help.
fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// An answer while it comes in.
struct Incoming {
    status: Option<u16>,
    spool: Spool,
    hash: Sha256,
    bytes: u64,
    trimmer: Trimmer,
    /// Left behind by each chunk; kept so that its memory is used again.
    kept: Vec<u8>,
    date: Option<String>,
    json: bool,
    came: Micros,
    retry_after: Option<Duration>,
}

impl Incoming {
    fn new(world: &World) -> Self {
        Incoming {
            status: None,
            spool: Spool::new(&world.shelf),
            hash: Sha256::new(),
            bytes: 0,
            trimmer: Trimmer::default(),
            kept: Vec::new(),
            date: None,
            json: false,
            came: Micros(0),
            retry_after: None,
        }
    }

    async fn take(
        &mut self,
        client: &Client,
        request: Request<Body>,
        settings: &Settings,
        world: &World,
    ) -> Result<(), Trouble> {
        let response = client.send(request).await.map_err(|error| Trouble::of(&error))?;
        self.came = world.env.now();
        let word = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        self.date = word(header::DATE).map(str::to_owned);
        self.json = word(header::CONTENT_TYPE).is_some_and(|kind| kind.contains("json"));
        self.retry_after = word(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        self.status = Some(response.status().as_u16());
        let mut body = response.into_body();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Trouble::of(&error))?;
            let Some(data) = frame.data_ref() else { continue };
            self.bytes += data.len() as u64;
            if self.bytes > settings.largest_page {
                let most = settings.largest_page;
                return Err(Trouble::Lasting(format!(
                    "larger than {most} bytes; ask for fewer objects at a time (--limit)"
                )));
            }
            self.hash.update(data);
            self.kept.clear();
            self.trimmer.push(data, &mut self.kept);
            self.spool.write(&self.kept).map_err(|error| {
                Trouble::Lasting(format!("it cannot be held in {}: {error}", world.shelf.folder.display()))
            })?;
        }
        Ok(())
    }

    /// The answer, whole or broken off; the trouble where there is nothing of it.
    fn end(mut self, came: Result<(), Trouble>) -> Result<Answer, Trouble> {
        let Some(status) = self.status else { return Err(came.err().unwrap_or(Trouble::Stopped)) };
        self.kept.clear();
        let (said, left_out) = self.trimmer.finish(&mut self.kept);
        let held = self.spool.write(&self.kept).map_err(|error| Trouble::Lasting(error.to_string()));
        let trouble = came.and(held).err();
        let lasting = matches!(trouble, Some(Trouble::Lasting(_)));
        let mut broken = trouble.map(|trouble| trouble.words().to_owned());
        if broken.is_none() && self.json && !said.closed {
            broken = Some("the server ended it in the middle".to_owned());
        }
        let broken = broken.map(|why| format!("the answer was cut off after {} bytes: {why}", self.bytes));
        let original = (Digest::from_sha256(&self.hash.finalize().into()), self.bytes);
        Ok(Answer {
            status,
            spool: self.spool,
            original,
            left_out,
            said,
            broken,
            lasting,
            date: self.date,
            came: self.came,
            retry_after: self.retry_after,
        })
    }
}
