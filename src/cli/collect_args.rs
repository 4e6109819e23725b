//! The arguments of `collect`: live sources.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Arguments of `collect`.
#[derive(Debug, ClapArgs)]
pub struct CollectArgs {
    /// From where
    #[command(subcommand)]
    pub from: CollectFrom,
}

/// Live sources.
#[derive(Debug, Subcommand)]
pub enum CollectFrom {
    /// Collect from Kubernetes clusters, reading only
    Cluster(CollectClusterArgs),
    /// Collect from container engines, reading only
    Engine(CollectEngineArgs),
    /// Collect from registries, reading only
    Registry(CollectRegistryArgs),
}

/// Arguments of `collect cluster`.
#[derive(Debug, ClapArgs)]
pub struct CollectClusterArgs {
    /// A context of the kubeconfig; may be repeated. Else its current context
    #[arg(long = "context", value_name = "NAME")]
    pub contexts: Vec<String>,
    /// Every context of the kubeconfig, side by side
    #[arg(long, conflicts_with = "contexts")]
    pub all_contexts: bool,
    /// A kubeconfig; may be repeated. Else $KUBECONFIG, else ~/.kube/config, else the pod this runs in. Never written
    #[arg(long = "kubeconfig", value_name = "FILE")]
    pub kubeconfigs: Vec<PathBuf>,
    /// A namespace to ask where the whole cluster is refused; may be repeated. Else all that the cluster names
    #[arg(long = "namespace", value_name = "NAME")]
    pub namespaces: Vec<String>,
    /// A custom resource to list too, as rollouts.argoproj.io; may be repeated. all: every one that is served
    #[arg(long = "custom", value_name = "RESOURCE.GROUP")]
    pub custom: Vec<String>,
    /// Objects in one page
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// Seconds that one page may take
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0, value_parser = seconds)]
    pub page_time: f64,
    /// Seconds that everything may take
    #[arg(long = "time", value_name = "SECONDS", default_value_t = 1800.0, value_parser = seconds)]
    pub whole_time: f64,
    /// Seconds that an exec plugin of the kubeconfig may take to hand out credentials
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub plugin_time: f64,
    /// How often a request is repeated that failed in passing (429, 5xx, a connection cut)
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Ask for everything anew, also where a collection of the last hour was interrupted
    #[arg(long)]
    pub fresh: bool,
    /// Then watch the pods as they change, until Ctrl-C: each batch of changes is stored as it comes
    #[arg(long)]
    pub watch: bool,
    /// Watch for so many seconds, then end
    #[arg(long = "for", value_name = "SECONDS", requires = "watch", value_parser = seconds)]
    pub watch_time: Option<f64>,
}

/// Arguments of `collect engine`.
#[derive(Debug, ClapArgs)]
pub struct CollectEngineArgs {
    /// An engine's address, as unix:///path, tcp://HOST:PORT or https://HOST:PORT; may be repeated. Else $DOCKER_HOST, else Docker's context, else every socket of Docker or Podman that is found here
    #[arg(long = "host", value_name = "URL")]
    pub hosts: Vec<String>,
    /// An engine's socket; may be repeated
    #[arg(long = "socket", value_name = "PATH")]
    pub sockets: Vec<PathBuf>,
    /// What the machine is called in the case; else what the engine calls it
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// An engine, as HOST:PORT, that is asked without TLS; may be repeated
    #[arg(long = "plain-http", value_name = "HOST:PORT")]
    pub plain: Vec<String>,
    /// A folder with ca.pem, cert.pem and key.pem; else $DOCKER_CERT_PATH
    #[arg(long, value_name = "DIR")]
    pub cert_path: Option<PathBuf>,
    /// Seconds that one answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub page_time: f64,
    /// Seconds that everything may take
    #[arg(long = "time", value_name = "SECONDS", default_value_t = 900.0, value_parser = seconds)]
    pub whole_time: f64,
}

/// Arguments of `collect registry`.
#[derive(Debug, ClapArgs)]
pub struct CollectRegistryArgs {
    /// Images by any alias, references, or repositories as registry/team/* (every tag); else all images of the case
    #[arg(value_name = "IMAGE|GLOB")]
    pub images: Vec<String>,
    /// Only images that are bad, suspect, to check or not known by the open indicators, and what they stand on
    #[arg(long, conflicts_with = "images")]
    pub affected: bool,
    /// Also ask for names that were read before: a tag may have moved since. Each answer adds to the tag's history
    #[arg(long)]
    pub repeat: bool,
    /// A registry, as HOST or HOST:PORT, that is asked without TLS; may be repeated
    #[arg(long = "plain-http", value_name = "HOST")]
    pub plain: Vec<String>,
    /// Authorities (PEM) that may sign a registry's certificate, beside those of this machine
    #[arg(long = "ca", value_name = "FILE")]
    pub authority: Option<PathBuf>,
    /// Credentials as Docker or Podman keep them; else those of both. Never written
    #[arg(long, value_name = "FILE")]
    pub auth_file: Option<PathBuf>,
    /// A token server of another domain than its registry that may be given credentials; may be repeated
    #[arg(long = "token-host", value_name = "HOST")]
    pub token_hosts: Vec<String>,
    /// Questions to one registry at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// Seconds that one answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub page_time: f64,
    /// Seconds that everything may take
    #[arg(long = "time", value_name = "SECONDS", default_value_t = 1800.0, value_parser = seconds)]
    pub whole_time: f64,
    /// Seconds that a credential helper may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    pub helper_time: f64,
    /// How often a request is repeated that failed in passing (429, 5xx, a connection cut)
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Ask for everything anew, also where a collection of the last hour was interrupted
    #[arg(long)]
    pub fresh: bool,
}

/// A time limit in seconds.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && (0.001..=604_800.0).contains(&seconds) => Ok(seconds),
        _ => Err("write seconds, as 90 or 0.5, at most a week".to_owned()),
    }
}
