//! Exec plugins: a program of the kubeconfig that hands out credentials. It runs with a time limit, its answer is never
//! shown, and what it says on standard error is shown only where it fails.
//!
//! Source of the protocol: kubernetes.io, "Authenticating", section "client-go credential plugins".

use kube::config::{Cluster, ExecConfig};
use serde::Deserialize;
use serde_json::json;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::collect::program::{self, Ended, complaint};
use crate::env::Env;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// What a plugin handed out.
#[derive(Clone, Default)]
pub(super) struct Handed {
    /// A bearer token.
    pub token: Option<String>,
    /// A client certificate and its key, as PEM.
    pub certificate: Option<(String, String)>,
    /// Until when it is good.
    pub until: Option<Micros>,
}

#[derive(Deserialize)]
struct Answer {
    status: Option<AnswerStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerStatus {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

/// Runs the plugin. The error says what failed and what to do.
pub(super) fn run(
    exec: &ExecConfig,
    cluster: &Cluster,
    env: &Env,
    limit: Duration,
    stop: &AtomicBool,
) -> Result<Handed, String> {
    let name = exec.command.clone().filter(|name| !name.is_empty()).ok_or("the exec plugin has no command")?;
    let ran = program::run(command(exec, &name, cluster, env), b"", limit, stop).map_err(|error| {
        let hint = exec.install_hint.as_deref().map(|hint| format!("; {}", scrub(hint.trim()))).unwrap_or_default();
        format!("the exec plugin {name} cannot be started: {error}{hint}")
    })?;
    match ran.ended {
        Err(Ended::Late) => Err(format!(
            "the exec plugin {name} gave no credentials within {} s and was stopped{}; run it by hand, or `kubectl get \
             namespaces` once, and try again",
            limit.as_secs_f64(),
            complaint(&ran.said)
        )),
        Err(Ended::Stopped) => Err(format!("the exec plugin {name} was stopped")),
        Err(Ended::Lost(error)) => Err(format!("the exec plugin {name} was lost: {error}")),
        Ok(status) if !status.success() => {
            Err(format!("the exec plugin {name} failed ({status}){}; run it by hand to see why", complaint(&ran.said)))
        }
        Ok(_) => understood(&name, &ran.printed),
    }
}

fn command(exec: &ExecConfig, name: &str, cluster: &Cluster, env: &Env) -> Command {
    let mut command = Command::new(name);
    command.args(exec.args.iter().flatten()).env_clear().envs(&env.vars).current_dir(&env.current_dir);
    for pair in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (pair.get("name"), pair.get("value")) {
            command.env(name, value);
        }
    }
    let mut spec = json!({"interactive": false});
    if exec.provide_cluster_info {
        spec["cluster"] = json!({
            "server": cluster.server,
            "tls-server-name": cluster.tls_server_name,
            "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
            "certificate-authority-data": cluster.certificate_authority_data,
            "proxy-url": cluster.proxy_url,
        });
    }
    let version = exec.api_version.as_deref().unwrap_or("client.authentication.k8s.io/v1");
    let info = json!({"apiVersion": version, "kind": "ExecCredential", "spec": spec});
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    command
}

fn understood(name: &str, printed: &[u8]) -> Result<Handed, String> {
    // The parser's own words could repeat a part of the credentials.
    let answer: Answer = serde_json::from_slice(printed)
        .map_err(|error| format!("the exec plugin {name} printed no ExecCredential (line {})", error.line()))?;
    let status =
        answer.status.ok_or_else(|| format!("the exec plugin {name} handed out no credentials (no status)"))?;
    let until = status.expiration_timestamp.as_deref().and_then(Micros::parse_rfc3339);
    let certificate = status.client_certificate_data.zip(status.client_key_data);
    if certificate.is_none() && status.token.as_ref().is_none_or(String::is_empty) {
        return Err(format!("the exec plugin {name} handed out neither a token nor a certificate"));
    }
    Ok(Handed { token: status.token.filter(|token| !token.is_empty()), certificate, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood_and_never_repeated() {
        let handed = understood(
            "aws",
            br#"{"kind":"ExecCredential","status":{"token":"abc","expirationTimestamp":"2026-11-21T18:55:07Z"}}"#,
        );
        let handed = handed.unwrap_or_default();
        assert_eq!((handed.token.as_deref(), handed.until.map(|t| t.0)), (Some("abc"), Some(1_795_287_307_000_000)));
        let secret = "s3cr3tt0k3nvalue";
        for bad in
            [format!("{{\"status\":{{\"token\": {secret}"), secret.to_owned(), "{}".into(), "{\"status\":{}}".into()]
        {
            let error = understood("aws", bad.as_bytes()).err().unwrap_or_default();
            assert!(error.starts_with("the exec plugin aws") && !error.contains(secret), "{error}");
        }
    }
}
