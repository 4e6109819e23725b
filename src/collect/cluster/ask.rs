//! One question to a cluster and its whole answer: sent, taken in piece by piece, and asked again where that may help.
//!
//! Only `GET` is ever sent. The body goes through the [`Trimmer`] into a [`Spool`] while it comes (see
//! [`crate::collect::wire`]), so an answer of any size takes the same memory.

use http::{Request, header};
use kube::Client;
use kube::client::Body;
use std::time::Duration;

use super::config::Target;
use super::connect::connect;
use super::login::{self, Login};
use super::settings::{Settings, World};
use super::spool::Spool;
use super::trim::{Said, Trimmer};
use super::trouble::Trouble;
use crate::collect::wire::{self, Bounds, Incoming};
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
    pub(super) client: Client,
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
            let pauses = (self.settings.pause, self.settings.longest_pause);
            self.world.pause(pauses, attempt, asked_for).await?;
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
        let bounds = Bounds {
            time: self.settings.page_time,
            bytes: self.settings.largest_page,
            larger: "ask for fewer objects at a time (--limit)",
        };
        let mut incoming = Incoming::new(&self.world, Trimmer::default());
        let ended = incoming.come(self.client.send(request), &bounds, &self.world, Trouble::of).await;
        let taken = incoming.end(ended)?;
        let (said, left_out) = taken.said;
        let mut broken = taken.broken;
        let json = taken.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if broken.is_none() && json.is_some_and(|kind| kind.contains("json")) && !said.closed {
            broken = Some(wire::cut_off(taken.original.1, "the server ended it in the middle"));
        }
        Ok(Answer {
            status: taken.status,
            date: wire::word(&taken.headers, header::DATE).map(str::to_owned),
            retry_after: wire::retry_after(&taken.headers),
            spool: taken.spool,
            original: taken.original,
            left_out,
            said,
            broken,
            lasting: taken.lasting,
            came: taken.came,
        })
    }

    pub(super) async fn renew_in_time(&mut self) -> Result<(), Trouble> {
        let now = self.world.env.now().0;
        if self.login.renewable && self.login.until.is_some_and(|until| until.0.saturating_sub(now) < ENDS_SOON) {
            self.renew().await?;
        }
        Ok(())
    }

    /// Gets the credentials anew; false where that gives the same.
    pub(super) async fn renew(&mut self) -> Result<bool, Trouble> {
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
