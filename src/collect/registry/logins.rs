//! Who one is at a registry: the files in which Docker and Podman keep it, and the helpers that they name. Files are only
//! ever read, and nothing out of them is printed, logged or stored.
//!
//! Sources: containers-auth.json(5); docs.docker.com, "docker login", section "Credential stores".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::model::reference::DOCKER_HUB;

/// How Docker calls its own registry in these files.
const HUB_SERVER: &str = "https://index.docker.io/v1/";
/// The largest file that is read, in bytes.
const MOST: u64 = 4 << 20;

/// Who one is.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Login {
    /// Nobody in particular.
    Anonymous,
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
        /// Where it is kept, in words.
        from: String,
    },
    /// A token that a token server changes into others.
    Identity {
        /// The token.
        token: String,
        /// Where it is kept, in words.
        from: String,
    },
}

impl Login {
    /// In words; never what proves it.
    pub fn words(&self) -> String {
        match self {
            Login::Anonymous => "anonymous".to_owned(),
            Login::Password { from, .. } | Login::Identity { from, .. } => format!("credentials of {from}"),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

/// What the files say of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// It stands there.
    Here(Login),
    /// A helper keeps it: its name, and what it calls the registry.
    Helper(String, String),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Content {
    auths: BTreeMap<String, Entry>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
}

/// The files, the first one to know a repository wins.
#[derive(Default)]
pub(super) struct Logins {
    files: Vec<(PathBuf, Content)>,
}

impl Logins {
    /// Reads them. A file that was named must be there; the others may be missing. The error names the file and never
    /// repeats what stands in it.
    pub fn read(env: &Env, named: Option<&Path>) -> Result<Logins, String> {
        let mut files = Vec::new();
        for (path, must) in paths(env, named) {
            let failed =
                |why: String| format!("{}: {why}; log in again, or name another file with --auth-file", path.display());
            match std::fs::metadata(&path) {
                Ok(meta) if meta.len() > MOST => return Err(failed(format!("larger than {MOST} bytes"))),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must => continue,
                Err(error) => return Err(failed(format!("it cannot be read: {error}"))),
            }
            let bytes = std::fs::read(&path).map_err(|error| failed(format!("it cannot be read: {error}")))?;
            let content = serde_json::from_slice(&bytes)
                .map_err(|error| failed(format!("it is no file of credentials (line {})", error.line())))?;
            files.push((path, content));
        }
        Ok(Logins { files })
    }

    /// What is kept for a repository, the closest entry first.
    pub fn of(&self, registry: &str, repository: &str) -> Option<Kept> {
        self.files.iter().find_map(|(path, content)| of(path, content, registry, repository))
    }
}

/// Where the files are, each with whether it must be there.
fn paths(env: &Env, named: Option<&Path>) -> Vec<(PathBuf, bool)> {
    let folder = |name: &str| env.vars.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let under = |name: &str, rest: &str| folder(name).map(|folder| folder.join(rest));
    let found = [
        (named.map(Path::to_path_buf), true),
        (folder("REGISTRY_AUTH_FILE"), true),
        (under("XDG_RUNTIME_DIR", "containers/auth.json"), false),
        (
            under("XDG_CONFIG_HOME", "containers/auth.json").or_else(|| under("HOME", ".config/containers/auth.json")),
            false,
        ),
        (under("DOCKER_CONFIG", "config.json").or_else(|| under("HOME", ".docker/config.json")), false),
    ];
    found.into_iter().filter_map(|(path, must)| Some((env.current_dir.join(path?), must))).collect()
}

fn of(path: &Path, content: &Content, registry: &str, repository: &str) -> Option<Kept> {
    let server = if registry == DOCKER_HUB { HUB_SERVER } else { registry };
    let helper = content.cred_helpers.iter().find(|(key, _)| place(key).0 == registry).map(|(_, name)| name);
    if let Some(name) = helper {
        return Some(Kept::Helper(name.clone(), server.to_owned()));
    }
    let within = |namespace: &str| {
        namespace.is_empty()
            || repository == namespace
            || repository.strip_prefix(namespace).is_some_and(|r| r.starts_with('/'))
    };
    let fits = content.auths.iter().filter_map(|(key, entry)| {
        let (host, namespace) = place(key);
        (host == registry && within(&namespace)).then_some((namespace.len(), entry))
    });
    // A file that leaves it to a helper lists its registries with nothing in them.
    let fits = fits.filter_map(|(length, entry)| Some((length, login(entry, path)?)));
    if let Some((_, login)) = fits.max_by_key(|(length, _)| *length) {
        return Some(Kept::Here(login));
    }
    let store = &content.creds_store;
    (!store.is_empty()).then(|| Kept::Helper(store.clone(), server.to_owned()))
}

/// The registry and the namespace that a key means: `host`, `host/namespace`, or an address of Docker's.
fn place(key: &str) -> (String, String) {
    let address = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://"));
    let (host, rest) = address.unwrap_or(key).split_once('/').unwrap_or((address.unwrap_or(key), ""));
    let host = match host {
        "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
        host => host,
    };
    // A path of an address is a version of the API.
    let namespace = if address.is_some() { "" } else { rest.trim_matches('/') };
    (host.to_owned(), namespace.to_owned())
}

fn login(entry: &Entry, path: &Path) -> Option<Login> {
    let from = path.display().to_string();
    if !entry.identitytoken.is_empty() {
        return Some(Login::Identity { token: entry.identitytoken.clone(), from });
    }
    if !entry.auth.is_empty() {
        let text = STANDARD.decode(entry.auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        let (user, password) = text.split_once(':')?;
        let password = password.trim_matches('\0').to_owned();
        return Some(Login::Password { user: user.to_owned(), password, from });
    }
    let (user, password) = (entry.username.clone(), entry.password.clone());
    (!user.is_empty() && !password.is_empty()).then_some(Login::Password { user, password, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(json: serde_json::Value) -> Content {
        serde_json::from_value(json).unwrap()
    }

    fn here(kept: Option<Kept>) -> String {
        match kept {
            Some(Kept::Here(Login::Password { user, password, .. })) => format!("{user}:{password}"),
            Some(Kept::Here(Login::Identity { token, .. })) => format!("token {token}"),
            Some(Kept::Helper(name, server)) => format!("helper {name} for {server}"),
            Some(Kept::Here(Login::Anonymous)) | None => "nobody".to_owned(),
        }
    }

    #[test]
    fn the_closest_entry_counts_and_helpers_come_first() {
        let auth = |text: &str| serde_json::json!({"auth": STANDARD.encode(text)});
        let content = content(serde_json::json!({
            "auths": {
                "https://index.docker.io/v1/": auth("hub:p:w"),
                "reg.example:5000": auth("all:a"),
                "reg.example:5000/pay": auth("pay:b"),
                "reg.example:5000/pay/api": auth("api:c"),
                "old.example": {"username": "u", "password": "p"},
                "az.example": {"auth": STANDARD.encode("0000:"), "identitytoken": "idt"},
                "empty.example": {},
                "bad.example": {"auth": "%%%"},
            },
            "credHelpers": {"gcr.io": "gcloud", "https://ecr.example": "ecr-login"},
        }));
        let table = [
            ("docker.io", "library/nginx", "hub:p:w"),
            ("reg.example:5000", "shop", "all:a"),
            ("reg.example:5000", "payment", "all:a"),
            ("reg.example:5000", "pay/web", "pay:b"),
            ("reg.example:5000", "pay/api", "api:c"),
            ("old.example", "x", "u:p"),
            ("az.example", "x", "token idt"),
            ("empty.example", "x", "nobody"),
            ("bad.example", "x", "nobody"),
            ("reg.example", "x", "nobody"),
            ("gcr.io", "x", "helper gcloud for gcr.io"),
            ("ecr.example", "x", "helper ecr-login for ecr.example"),
        ];
        for (registry, repository, wanted) in table {
            assert_eq!(here(of(Path::new("f"), &content, registry, repository)), wanted, "{registry}/{repository}");
        }
    }

    #[test]
    fn a_store_keeps_what_stands_nowhere_else() {
        let content = content(serde_json::json!({"auths": {"https://index.docker.io/v1/": {}}, "credsStore": "pass"}));
        assert_eq!(here(of(Path::new("f"), &content, "docker.io", "x")), "helper pass for https://index.docker.io/v1/");
        assert_eq!(here(of(Path::new("f"), &content, "quay.io", "x")), "helper pass for quay.io");
    }

    #[test]
    fn a_login_is_never_shown() {
        let login = Login::Password { user: "u".into(), password: "hunter2".into(), from: "f".into() };
        assert_eq!(format!("{login:?}"), "credentials of f");
    }
}
