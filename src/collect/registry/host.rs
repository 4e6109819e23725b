//! One registry: who one is there, how fast it may be asked, and whether it answers at all. A question is asked again where
//! that may help, with a token where one is wanted.

use http::{HeaderValue, Method};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};

use super::challenge::{Challenge, strongest};
use super::helper;
use super::logins::{Kept, Login, Logins};
use super::net::{Net, Sent};
use super::settings::Settings;
use super::token::{self, Token};
use super::told::HostTold;
use crate::collect::cluster::Trouble;
use crate::collect::wire::{self, Bounds, Taken};
use crate::model::reference::DOCKER_HUB;

/// So many questions in a row without any answer, and the registry is lost.
const SILENT: u32 = 3;

/// Why there is no answer.
pub(super) enum Why {
    /// One may not ask for this: others may well be answered.
    Denied(String),
    /// Anything else.
    Trouble(Trouble),
}

impl From<Trouble> for Why {
    fn from(trouble: Trouble) -> Self {
        Why::Trouble(trouble)
    }
}

/// One question to a registry.
pub(super) struct Question<'q> {
    /// `HEAD` or `GET`.
    pub method: Method,
    /// The repository, which a token must be good for; empty for the registry as a whole.
    pub repository: &'q str,
    /// Path and query.
    pub path: String,
    /// What is accepted.
    pub accept: &'static str,
    /// The most bytes of an answer.
    pub most: u64,
}

/// One registry.
pub(super) struct Host {
    /// As references name it.
    pub registry: String,
    /// Its address.
    pub server: String,
    /// It is asked without TLS.
    pub plain: bool,
    net: Rc<Net>,
    settings: Settings,
    logins: Rc<Logins>,
    gate: Semaphore,
    state: RefCell<State>,
    /// What helpers handed out, by what they were asked.
    helped: Mutex<HashMap<(String, String), Login>>,
    /// By scope.
    tokens: Mutex<HashMap<String, Token>>,
}

/// What was learned of it.
#[derive(Default)]
struct State {
    challenge: Option<Challenge>,
    not_before: Option<Instant>,
    told: HostTold,
    silent: u32,
    /// It has no API for referrers.
    no_referrers: bool,
}

impl Host {
    /// Nothing is sent yet.
    pub fn new(registry: &str, net: &Rc<Net>, logins: &Rc<Logins>, settings: &Settings) -> Self {
        let plain = settings.plain.contains(registry);
        let host = if registry == DOCKER_HUB { "registry-1.docker.io" } else { registry };
        let server = format!("{}://{host}", if plain { "http" } else { "https" });
        let told = HostTold { registry: registry.to_owned(), server: server.clone(), ..HostTold::default() };
        Host {
            registry: registry.to_owned(),
            server,
            plain,
            net: Rc::clone(net),
            settings: settings.clone(),
            logins: Rc::clone(logins),
            gate: Semaphore::new(settings.parallel.max(1)),
            state: RefCell::new(State { told, ..State::default() }),
            helped: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    /// What was learned of it, for the report.
    pub fn told(&self) -> HostTold {
        self.state.borrow().told.clone()
    }

    /// Why it is not asked any more.
    pub fn lost(&self) -> Option<String> {
        self.state.borrow().told.lost.clone()
    }

    /// An image that is not asked for because the registry is lost.
    pub fn leave_out(&self) {
        self.state.borrow_mut().told.unasked += 1;
    }

    /// Notes a list that is missing.
    pub fn gap(&self, what: String, end: crate::collect::cluster::End, reason: String) {
        self.state.borrow_mut().told.gaps.push((what, end, reason));
    }

    /// Whether it may have an API for referrers.
    pub fn may_refer(&self) -> bool {
        !self.state.borrow().no_referrers
    }

    /// It has none.
    pub fn refers_not(&self) {
        self.state.borrow_mut().no_referrers = true;
    }

    fn lose(&self, why: &str) {
        self.state.borrow_mut().told.lost.get_or_insert_with(|| why.to_owned());
    }

    /// Asks until there is an answer that asking again would not change. An answer may be a refusal.
    pub async fn ask(&self, question: &Question<'_>) -> Result<Taken<()>, Why> {
        let Ok(_turn) = self.gate.acquire().await else { return Err(Trouble::Stopped.into()) };
        let mut attempt = 0;
        let mut shown = false;
        loop {
            if let Some(lost) = self.lost() {
                return Err(Trouble::Lasting(lost).into());
            }
            self.wait_for_turn().await?;
            let answer = self.once(question).await;
            let asked_for = match &answer {
                Ok(taken) if taken.status == 401 && !shown => {
                    shown = true;
                    if self.learn_challenge(question, &taken.headers).await {
                        continue;
                    }
                    return answer;
                }
                Ok(taken) if taken.lasting || (taken.broken.is_none() && !is_passing(taken.status)) => return answer,
                Ok(taken) => wire::retry_after(&taken.headers),
                Err(Why::Trouble(Trouble::Passing(_))) => None,
                Err(Why::Trouble(Trouble::Lasting(why))) => {
                    self.lose(why);
                    return answer;
                }
                Err(_) => return answer,
            };
            self.slow_down(&answer, asked_for);
            if attempt >= self.settings.retries {
                self.count_silence(&answer);
                return answer;
            }
            attempt += 1;
            self.state.borrow_mut().told.repeated += 1;
            self.net.world.pause((self.settings.pause, self.settings.longest_pause), attempt, asked_for).await?;
        }
    }

    async fn once(&self, question: &Question<'_>) -> Result<Taken<()>, Why> {
        let authorization = self.authorization(question).await?;
        self.state.borrow_mut().told.requests += 1;
        let sent = Sent {
            method: question.method.clone(),
            server: self.server.clone(),
            path: question.path.clone(),
            accept: question.accept,
            authorization,
            form: None,
        };
        let bounds =
            Bounds { time: self.settings.page_time, bytes: question.most, larger: "no such document is so large" };
        let taken = self.net.ask(sent, &bounds).await?;
        let mut state = self.state.borrow_mut();
        state.silent = 0;
        if let Some(left) = limit(&taken.headers) {
            state.told.left = Some(left);
        }
        Ok(taken)
    }

    /// The limit of requests is used up, as the registry itself tells: what still counts is not asked.
    pub fn is_used_up(&self) -> bool {
        self.state.borrow().told.left.is_some_and(|(left, _)| left == 0)
    }

    fn slow_down(&self, answer: &Result<Taken<()>, Why>, asked_for: Option<Duration>) {
        if !answer.as_ref().is_ok_and(|taken| taken.status == 429) {
            return;
        }
        let mut state = self.state.borrow_mut();
        state.told.slowed += 1;
        let pause = asked_for.unwrap_or(self.settings.pause).min(self.settings.longest_pause);
        state.not_before = Some(Instant::now() + pause);
    }

    /// Everybody who asks this registry waits, when it asked one of them to.
    async fn wait_for_turn(&self) -> Result<(), Trouble> {
        let until = self.state.borrow().not_before.filter(|until| *until > Instant::now());
        let Some(until) = until else { return Ok(()) };
        tokio::select! {
            () = tokio::time::sleep_until(until.into()) => Ok(()),
            () = self.net.world.stop.wait() => Err(Trouble::Stopped),
        }
    }

    fn count_silence(&self, answer: &Result<Taken<()>, Why>) {
        let Err(Why::Trouble(trouble)) = answer else { return };
        let mut state = self.state.borrow_mut();
        state.silent += 1;
        if state.silent >= SILENT || state.told.requests <= u64::from(self.settings.retries) + 1 {
            state.told.lost.get_or_insert_with(|| trouble.words().to_owned());
        }
    }

    /// What the answer asks for is noted; false where nothing at hand could meet it.
    async fn learn_challenge(&self, question: &Question<'_>, headers: &http::HeaderMap) -> bool {
        let told = headers.get_all(http::header::WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let Some(challenge) = strongest(told) else { return false };
        let before = self.state.borrow_mut().challenge.replace(challenge.clone());
        match &challenge {
            // The same question with the same password has the same answer.
            Challenge::Basic => {
                before.is_none() && !matches!(self.login(question.repository).await, Ok(Login::Anonymous))
            }
            Challenge::Bearer { .. } => {
                self.tokens.lock().await.remove(&scope(question.repository));
                true
            }
        }
    }

    async fn authorization(&self, question: &Question<'_>) -> Result<Option<HeaderValue>, Why> {
        let challenge = self.state.borrow().challenge.clone();
        match challenge {
            None => Ok(None),
            Some(Challenge::Basic) => Ok(token::basic(&self.login(question.repository).await?)),
            Some(Challenge::Bearer { realm, service, .. }) => {
                let scope = scope(question.repository);
                // One at a time: what one gets, the others take.
                let mut tokens = self.tokens.lock().await;
                if let Some(token) = tokens.get(&scope).filter(|token| token.is_good()) {
                    return Ok(Some(token.header.clone()));
                }
                let login = self.login(question.repository).await?;
                let ask = token::Ask {
                    server: &self.server,
                    realm: &realm,
                    service: &service,
                    scope: &scope,
                    login: &login,
                    named: &self.settings.token_hosts,
                    time: self.settings.page_time,
                };
                let token = token::get(&self.net, &ask).await?;
                let header = token.header.clone();
                tokens.insert(scope, token);
                Ok(Some(header))
            }
        }
    }

    /// Who one is for a repository. A helper is asked once.
    async fn login(&self, repository: &str) -> Result<Login, Trouble> {
        let login = match self.logins.of(&self.registry, repository) {
            None => Login::Anonymous,
            Some(Kept::Here(login)) => login,
            Some(Kept::Helper(name, server)) => self.helped(name, server).await?,
        };
        let words = login.words();
        let mut state = self.state.borrow_mut();
        if !state.told.login.contains(&words) {
            let before = std::mem::take(&mut state.told.login);
            state.told.login = if before.is_empty() { words } else { format!("{before}, {words}") };
        }
        Ok(login)
    }

    async fn helped(&self, name: String, server: String) -> Result<Login, Trouble> {
        let mut helped = self.helped.lock().await;
        let key = (name, server);
        if let Some(login) = helped.get(&key) {
            return Ok(login.clone());
        }
        let (env, limit) = (self.net.world.env.clone(), self.settings.helper_time);
        let asked = Arc::clone(&self.net.world.stop.asked);
        let (name, server) = key.clone();
        // It may take its time: others are asked meanwhile.
        let got = tokio::task::spawn_blocking(move || helper::ask(&name, &server, &env, limit, &asked)).await;
        let got = got.map_err(|_| Trouble::Lasting("a credential helper was broken off".to_owned()))?;
        let login = got.map_err(Trouble::Lasting)?.unwrap_or(Login::Anonymous);
        helped.insert(key, login.clone());
        Ok(login)
    }
}

fn scope(repository: &str) -> String {
    match repository {
        "" => "registry:catalog:*".to_owned(),
        repository => format!("repository:{repository}:pull"),
    }
}

/// Statuses after which asking again may help.
fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// What is left of a limit and the limit: `ratelimit-remaining: 76;w=21600`.
fn limit(headers: &http::HeaderMap) -> Option<(u64, u64)> {
    let number = |name: &str| {
        let text = wire::word(headers, name)?;
        text.split(';').next()?.trim().parse::<u64>().ok()
    };
    let left = number("ratelimit-remaining").or_else(|| number("x-ratelimit-remaining"))?;
    Some((left, number("ratelimit-limit").or_else(|| number("x-ratelimit-limit")).unwrap_or(0)))
}

/// The hosts that were asked, by registry.
#[derive(Default)]
pub(super) struct Hosts {
    known: RefCell<BTreeMap<String, Rc<Host>>>,
}

impl Hosts {
    /// The host of a registry.
    pub fn of(&self, registry: &str, make: impl FnOnce() -> Host) -> Rc<Host> {
        let mut known = self.known.borrow_mut();
        Rc::clone(known.entry(registry.to_owned()).or_insert_with(|| Rc::new(make())))
    }

    /// What was learned of each.
    pub fn told(&self) -> Vec<HostTold> {
        self.known.borrow().values().map(|host| host.told()).collect()
    }
}
