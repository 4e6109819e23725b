//! Which clusters there are and who one is there: configuration as kubectl reads it. It is only ever read, never written.
//!
//! The files of `$KUBECONFIG` in their order, the first one to name a thing wins; else `~/.kube/config`; else, in a pod,
//! what its service account gives. Source of the rules: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".

use kube::config::{AuthInfo, Cluster, Kubeconfig, NamedContext};
use std::path::{Path, PathBuf};

use crate::collect::redact::redact_text;
use crate::env::Env;

/// The name of the context that a pod has without any file.
pub const IN_CLUSTER: &str = "in-cluster";
/// Where a pod finds its service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Which contexts are meant.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Files instead of `$KUBECONFIG`.
    pub files: Vec<PathBuf>,
    /// Contexts by name.
    pub contexts: Vec<String>,
    /// Every context there is.
    pub all: bool,
}

/// One cluster and who one is there.
#[derive(Clone)]
pub struct Target {
    /// The context's name.
    pub context: String,
    /// The cluster's name.
    pub cluster: String,
    /// Its address, without user-info.
    pub server: String,
    /// The user's name in the configuration.
    pub user: String,
    /// The context's namespace, else `default`.
    pub namespace: String,
    pub(super) connection: Cluster,
    pub(super) login: AuthInfo,
    /// The folder of the authority's certificates and the token, in a pod.
    pub(super) pod: Option<PathBuf>,
}

impl Target {
    /// What a responder should know of the connection before it is used; empty where all is as it should be.
    pub fn warning(&self) -> &'static str {
        match () {
            () if self.server.starts_with("http://") => "not encrypted",
            () if self.connection.insecure_skip_tls_verify == Some(true) => "the server's certificate is not checked",
            () => "",
        }
    }

    /// Whom one acts as, where that is somebody else.
    pub fn acting_as(&self) -> Option<&str> {
        self.login.impersonate.as_deref().filter(|name| !name.is_empty())
    }

    /// How one proves who one is, in words.
    pub fn proof(&self) -> &'static str {
        let login = &self.login;
        match () {
            () if self.pod.is_some() => "service account of this pod",
            () if login.token.is_some() => "token",
            () if login.token_file.is_some() => "token file",
            () if login.client_certificate.is_some() || login.client_certificate_data.is_some() => "client certificate",
            () if login.exec.is_some() => "exec plugin",
            () if login.username.is_some() => "password",
            () if login.auth_provider.is_some() => "auth provider",
            () => "no credentials",
        }
    }
}

/// Why no cluster can be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// There is no configuration at all.
    #[error("no cluster is configured: {looked}; name a file with $KUBECONFIG or --kubeconfig")]
    None {
        /// Where it was looked for.
        looked: String,
    },
    /// A file cannot be read or understood.
    #[error("{path}: {reason}; `kubectl config view` reads the same file")]
    File {
        /// Which.
        path: String,
        /// Why.
        reason: String,
    },
    /// A context is named that is not there.
    #[error("there is no context {name}; there are: {known}")]
    NoContext {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// No context is named, neither here nor in the files.
    #[error(
        "no context is chosen and the configuration has no current-context; name one with --context, or --all-contexts: {known}"
    )]
    NoCurrent {
        /// Those there are.
        known: String,
    },
    /// A context is not whole.
    #[error("context {context}: {reason}; `kubectl config view` shows what is set")]
    Context {
        /// Which.
        context: String,
        /// What is missing or wrong.
        reason: String,
    },
}

/// The clusters that are meant, in the order in which they were named.
pub fn targets(wanted: &Wanted, env: &Env) -> Result<Vec<Target>, ConfigError> {
    let (config, looked) = read(wanted, env)?;
    let Some(config) = config else {
        return in_pod(wanted, env, Path::new(SERVICE_ACCOUNT), &looked).map(|target| vec![target]);
    };
    let known = || names(&config);
    let mut chosen: Vec<String> = match (wanted.all, wanted.contexts.is_empty()) {
        (true, _) => config.contexts.iter().map(|context| context.name.clone()).collect(),
        (false, false) => wanted.contexts.clone(),
        (false, true) => {
            let current = config.current_context.clone().filter(|name| !name.is_empty());
            vec![current.ok_or_else(|| ConfigError::NoCurrent { known: known() })?]
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    chosen.retain(|name| seen.insert(name.clone()));
    if chosen.is_empty() {
        return Err(ConfigError::None { looked: format!("{looked} names no context") });
    }
    chosen.iter().map(|name| target(&config, name, &known)).collect()
}

fn names(config: &Kubeconfig) -> String {
    let names: Vec<&str> = config.contexts.iter().map(|context| context.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The merged files, and where it was looked. Files of a list that are not there are passed over, as kubectl does it.
fn read(wanted: &Wanted, env: &Env) -> Result<(Option<Kubeconfig>, String), ConfigError> {
    let variable = env.vars.get("KUBECONFIG").filter(|list| !list.is_empty());
    let (paths, must_exist): (Vec<PathBuf>, bool) = match (wanted.files.is_empty(), variable) {
        (false, _) => (wanted.files.clone(), true),
        (true, Some(list)) => {
            (std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect(), false)
        }
        (true, None) => {
            let home = env.vars.get("HOME").filter(|home| !home.is_empty());
            (home.map(|home| Path::new(home).join(".kube/config")).into_iter().collect(), false)
        }
    };
    let paths: Vec<PathBuf> = paths.into_iter().map(|path| env.current_dir.join(path)).collect();
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let looked = match shown.is_empty() {
        true => "neither $KUBECONFIG nor $HOME is set".to_owned(),
        false => format!("looked in {}", shown.join(", ")),
    };
    let mut merged: Option<Kubeconfig> = None;
    for path in &paths {
        if !must_exist && !path.exists() {
            continue;
        }
        let failed = |reason: String| ConfigError::File {
            path: path.display().to_string(),
            reason: redact_text(&reason).into_owned(),
        };
        let next = Kubeconfig::read_from(path).map_err(|e| failed(in_words(&e)))?;
        merged = Some(match merged {
            None => next,
            Some(before) => before.merge(next).map_err(|e| failed(e.to_string()))?,
        });
    }
    Ok((merged, looked))
}

/// A parser's error without the lines it quotes: they may hold a token.
fn in_words(error: &kube::config::KubeconfigError) -> String {
    use kube::config::KubeconfigError as Error;
    match error {
        Error::ReadConfig(reason, _) => format!("it cannot be read: {reason}"),
        Error::Parse(reason) => {
            let text = reason.to_string();
            format!("it is no kubeconfig: {}", text.lines().next().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

fn target(config: &Kubeconfig, name: &str, known: &dyn Fn() -> String) -> Result<Target, ConfigError> {
    let wrong = |reason: String| ConfigError::Context { context: name.to_owned(), reason };
    let named: &NamedContext = config
        .contexts
        .iter()
        .find(|context| context.name == name)
        .ok_or_else(|| ConfigError::NoContext { name: name.to_owned(), known: known() })?;
    let context = named.context.clone().ok_or_else(|| wrong("it is empty".to_owned()))?;
    let connection = config
        .clusters
        .iter()
        .find(|cluster| cluster.name == context.cluster)
        .and_then(|cluster| cluster.cluster.clone())
        .ok_or_else(|| wrong(format!("its cluster {} is not configured", context.cluster)))?;
    let server = connection.server.clone().filter(|server| !server.is_empty());
    let server = server.ok_or_else(|| wrong(format!("its cluster {} has no server", context.cluster)))?;
    let user = context.user.clone().unwrap_or_default();
    let login = config.auth_infos.iter().find(|login| login.name == user).and_then(|login| login.auth_info.clone());
    if login.is_none() && !user.is_empty() {
        return Err(wrong(format!("its user {user} is not configured")));
    }
    Ok(Target {
        context: name.to_owned(),
        cluster: context.cluster,
        server: redact_text(server.trim_end_matches('/')).into_owned(),
        user,
        namespace: context.namespace.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned()),
        connection,
        login: login.unwrap_or_default(),
        pod: None,
    })
}

/// What a pod knows of the cluster it is in.
fn in_pod(wanted: &Wanted, env: &Env, account: &Path, looked: &str) -> Result<Target, ConfigError> {
    let variable = |name| env.vars.get(name).filter(|value| !value.is_empty());
    let (Some(host), Some(port)) = (variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT")) else {
        return Err(ConfigError::None { looked: looked.to_owned() });
    };
    if let Some(name) = wanted.contexts.iter().find(|name| *name != IN_CLUSTER) {
        return Err(ConfigError::NoContext { name: name.clone(), known: IN_CLUSTER.to_owned() });
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let file = |name: &str| account.join(name).display().to_string();
    let namespace = std::fs::read_to_string(account.join("namespace")).unwrap_or_default();
    let server = format!("https://{host}:{port}");
    Ok(Target {
        context: IN_CLUSTER.to_owned(),
        cluster: IN_CLUSTER.to_owned(),
        server: server.clone(),
        user: "service account".to_owned(),
        namespace: Some(namespace.trim().to_owned())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "default".to_owned()),
        connection: Cluster { server: Some(server), certificate_authority: Some(file("ca.crt")), ..Cluster::default() },
        login: AuthInfo { token_file: Some(file("token")), ..AuthInfo::default() },
        pod: Some(account.to_path_buf()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        Env::bare("/", vars)
    }

    #[test]
    fn a_pod_knows_its_cluster_by_its_service_account() {
        let account = tempfile::tempdir().unwrap();
        std::fs::write(account.path().join("namespace"), "shop\n").unwrap();
        let world = env(&[("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "6443")]);
        let target = in_pod(&Wanted::default(), &world, account.path(), "looked").unwrap();
        assert_eq!((target.server.as_str(), target.namespace.as_str()), ("https://[fd00::1]:6443", "shop"));
        let file = |name: &str| Some(account.path().join(name).display().to_string());
        assert_eq!(
            (target.login.token_file.clone(), target.connection.certificate_authority.clone()),
            (file("token"), file("ca.crt"))
        );
        assert_eq!(target.proof(), "service account of this pod");
        let other = Wanted { contexts: vec!["prod".into()], ..Wanted::default() };
        assert!(matches!(in_pod(&other, &world, account.path(), ""), Err(ConfigError::NoContext { .. })));
        assert!(matches!(in_pod(&Wanted::default(), &env(&[]), account.path(), ""), Err(ConfigError::None { .. })));
    }
}
