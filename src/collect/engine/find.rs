//! Which engines there are: the one that is named, else the one that Docker's own client would ask, else the sockets where
//! engines usually listen. Configuration is only ever read.
//!
//! Source: docs.docker.com, "Docker contexts" and "docker environment variables".

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::id::hex;
use crate::model::text::scrub;

/// The context that means no context.
const DEFAULT: &str = "default";

/// What the responder named.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Addresses as in `$DOCKER_HOST`.
    pub hosts: Vec<String>,
    /// Sockets.
    pub sockets: Vec<PathBuf>,
    /// Hosts that are asked without TLS, as `HOST:PORT`.
    pub plain: BTreeSet<String>,
    /// A folder with `ca.pem`, `cert.pem` and `key.pem`.
    pub certificates: Option<PathBuf>,
}

/// One engine, not asked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Its address, as it is shown and recorded.
    pub address: String,
    pub(super) door: Door,
}

/// How one gets to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    /// A Unix socket.
    Socket(PathBuf),
    /// `http://HOST:PORT` or `https://HOST:PORT`, with the folder of its certificates.
    Network(String, Option<PathBuf>),
}

impl Engine {
    /// What a responder should know of the connection before it is used; empty where all is as it should be.
    pub fn warning(&self) -> &'static str {
        match &self.door {
            Door::Network(server, _) if server.starts_with("http://") => "not encrypted",
            _ => "",
        }
    }
}

/// Why no engine can be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEngine {
    /// Nothing listens anywhere.
    #[error("no engine listens here (looked for {0}); name one with --socket or --host")]
    Nowhere(String),
    /// Only `ssh` leads there.
    #[error(
        "{0}: engines are not asked over ssh; forward the socket and name that: \
         ssh -N -L /tmp/engine.sock:/var/run/docker.sock USER@MACHINE, then --socket /tmp/engine.sock"
    )]
    Ssh(String),
    /// It would be asked in plain text.
    #[error(
        "{0} would be asked without TLS; if that is as it should be: --plain-http {0}; else name a folder with ca.pem, cert.pem and key.pem with --cert-path"
    )]
    Plain(String),
    /// It is no address.
    #[error("{0}: not an engine's address; write unix:///path, tcp://HOST:PORT or https://HOST:PORT")]
    Address(String),
    /// A context of Docker's cannot be used.
    #[error("docker context {name}: {reason}; `docker context inspect {name}` shows what is set")]
    Context {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
}

/// The engines that are meant.
pub fn engines(given: &Given, env: &Env) -> Result<Vec<Engine>, NoEngine> {
    let mut found = Vec::new();
    for host in &given.hosts {
        found.push(of_address(host, given, env, None)?);
    }
    found.extend(given.sockets.iter().map(|path| of_socket(&env.current_dir.join(path))));
    if found.is_empty() {
        let variable = |name: &str| env.vars.get(name).filter(|value| !value.is_empty());
        if let Some(host) = variable("DOCKER_HOST") {
            found.push(of_address(host, given, env, None)?);
        } else if let Some(name) = context(env) {
            found.push(of_context(&name, given, env)?);
        }
    }
    if found.is_empty() {
        found = listening(env);
    }
    let mut seen = BTreeSet::new();
    found.retain(|engine| seen.insert(engine.address.clone()));
    match found.is_empty() {
        true => Err(NoEngine::Nowhere(
            usual(env).iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
        )),
        false => Ok(found),
    }
}

fn of_socket(path: &Path) -> Engine {
    Engine { address: format!("unix://{}", path.display()), door: Door::Socket(path.to_path_buf()) }
}

/// An address as Docker takes it.
fn of_address(host: &str, given: &Given, env: &Env, certificates: Option<PathBuf>) -> Result<Engine, NoEngine> {
    let shown = || scrub(&redact_text(host)).into_owned();
    let (scheme, rest) = host.split_once("://").ok_or_else(|| NoEngine::Address(shown()))?;
    if scheme == "unix" {
        return Ok(of_socket(&env.current_dir.join(rest)));
    }
    if scheme == "ssh" {
        return Err(NoEngine::Ssh(shown()));
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if authority.is_empty() || !["tcp", "http", "https"].contains(&scheme) {
        return Err(NoEngine::Address(shown()));
    }
    let variable = |name: &str| env.vars.get(name).filter(|value| !value.is_empty());
    let by_variable = variable("DOCKER_CERT_PATH").map(PathBuf::from);
    let own = || variable("DOCKER_TLS_VERIFY").and_then(|_| Some(PathBuf::from(variable("HOME")?).join(".docker")));
    let folder = given.certificates.clone().or(certificates).or(by_variable).or_else(own);
    let secure = scheme == "https" || (scheme == "tcp" && folder.is_some());
    if !secure && !given.plain.contains(authority) {
        return Err(NoEngine::Plain(authority.to_owned()));
    }
    let server = format!("{}://{authority}", if secure { "https" } else { "http" });
    let folder = folder.filter(|_| secure).map(|folder| env.current_dir.join(folder));
    Ok(Engine { address: server.clone(), door: Door::Network(server, folder) })
}

/// Docker's own configuration.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    current_context: String,
}

/// What Docker keeps of a context.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Meta {
    endpoints: BTreeMap<String, Endpoint>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Endpoint {
    host: String,
}

fn docker_folder(env: &Env) -> Option<PathBuf> {
    let folder = |name: &str| env.vars.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("DOCKER_CONFIG").or_else(|| Some(folder("HOME")?.join(".docker")))
}

/// The context that Docker's client would use; `None` for its default.
fn context(env: &Env) -> Option<String> {
    let named = env.vars.get("DOCKER_CONTEXT").filter(|name| !name.is_empty()).cloned();
    let current = || {
        let bytes = std::fs::read(docker_folder(env)?.join("config.json")).ok()?;
        serde_json::from_slice::<Config>(&bytes).ok().map(|config| config.current_context)
    };
    named.or_else(current).filter(|name| !name.is_empty() && name != DEFAULT)
}

fn of_context(name: &str, given: &Given, env: &Env) -> Result<Engine, NoEngine> {
    let wrong = |reason: String| NoEngine::Context { name: scrub(name).into_owned(), reason };
    let folder = docker_folder(env).ok_or_else(|| wrong("there is no folder of Docker's".to_owned()))?;
    let id = hex(&Sha256::digest(name.as_bytes()));
    let path = folder.join("contexts/meta").join(&id).join("meta.json");
    let bytes = std::fs::read(&path).map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    let meta: Meta = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("{}: not understood (line {})", path.display(), error.line())))?;
    let endpoint = meta.endpoints.get("docker").filter(|endpoint| !endpoint.host.is_empty());
    let endpoint = endpoint.ok_or_else(|| wrong("it names no engine".to_owned()))?;
    let certificates = folder.join("contexts/tls").join(&id).join("docker");
    of_address(&endpoint.host, given, env, certificates.is_dir().then_some(certificates))
}

/// Where engines usually listen: Docker with and without root, Docker's desktop, Podman with and without root.
fn usual(env: &Env) -> Vec<PathBuf> {
    let under = |name: &str, rest: &str| {
        env.vars.get(name).filter(|value| !value.is_empty()).map(|folder| Path::new(folder).join(rest))
    };
    [
        Some(PathBuf::from("/var/run/docker.sock")),
        under("XDG_RUNTIME_DIR", "docker.sock"),
        under("HOME", ".docker/run/docker.sock"),
        Some(PathBuf::from("/run/podman/podman.sock")),
        under("XDG_RUNTIME_DIR", "podman/podman.sock"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The usual sockets that are there. One that leads to another is that one.
fn listening(env: &Env) -> Vec<Engine> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|meta| meta.file_type().is_socket());
    let mut seen = BTreeSet::new();
    let found = usual(env).into_iter().filter(is_socket);
    found
        .filter(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())))
        .map(|path| of_socket(&path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        Env::bare("/work", vars)
    }

    fn address(vars: &[(&str, &str)], given: &Given) -> Result<String, String> {
        engines(given, &env(vars)).map(|found| found[0].address.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_are_those_of_docker_and_plain_text_must_be_named() {
        let of = |host: &str| address(&[("DOCKER_HOST", host)], &Given::default());
        assert_eq!(of("unix:///run/x.sock").as_deref(), Ok("unix:///run/x.sock"));
        assert_eq!(of("https://u:secret@e.example:2376/x").as_deref(), Ok("https://e.example:2376"));
        assert!(of("tcp://e.example:2375").unwrap_err().contains("--plain-http e.example:2375"));
        let ssh = of("ssh://ana:hunter2secret@e.example").unwrap_err();
        assert!(ssh.contains("ssh -N -L") && !ssh.contains("hunter2"), "{ssh}");
        for wrong in ["npipe:////./pipe/docker", "e.example", "tcp://", "fd://"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        let plain = Given { plain: ["e.example:2375".to_owned()].into(), ..Given::default() };
        assert_eq!(address(&[("DOCKER_HOST", "tcp://e.example:2375")], &plain).as_deref(), Ok("http://e.example:2375"));
        let tls = [("DOCKER_HOST", "tcp://e.example:2376"), ("DOCKER_CERT_PATH", "/certs")];
        assert_eq!(address(&tls, &Given::default()).as_deref(), Ok("https://e.example:2376"));
    }

    #[test]
    fn what_is_named_comes_before_the_environment_and_a_context_after_it() {
        let home = tempfile::tempdir().unwrap();
        let docker = home.path().join(".docker");
        let id = hex(&Sha256::digest(b"lab"));
        std::fs::create_dir_all(docker.join("contexts/meta").join(&id)).unwrap();
        std::fs::write(docker.join("config.json"), r#"{"currentContext":"lab"}"#).unwrap();
        let meta = r#"{"Name":"lab","Endpoints":{"docker":{"Host":"unix:///lab.sock","SkipTLSVerify":false}}}"#;
        std::fs::write(docker.join("contexts/meta").join(&id).join("meta.json"), meta).unwrap();
        let home = home.path().to_str().unwrap();
        let named = Given { sockets: vec!["own.sock".into()], ..Given::default() };
        let host = [("HOME", home), ("DOCKER_HOST", "unix:///env.sock")];
        assert_eq!(address(&host, &named).as_deref(), Ok("unix:///work/own.sock"));
        assert_eq!(address(&host, &Given::default()).as_deref(), Ok("unix:///env.sock"));
        assert_eq!(address(&[("HOME", home)], &Given::default()).as_deref(), Ok("unix:///lab.sock"));
        let other = [("HOME", home), ("DOCKER_CONTEXT", "nowhere")];
        assert!(address(&other, &Given::default()).unwrap_err().contains("docker context nowhere"));
    }

    #[test]
    fn the_sockets_of_podman_are_among_the_usual_ones() {
        let paths = usual(&env(&[("XDG_RUNTIME_DIR", "/run/user/1000"), ("HOME", "/home/ana")]));
        assert!(paths.contains(&PathBuf::from("/run/user/1000/podman/podman.sock")), "{paths:?}");
    }
}
