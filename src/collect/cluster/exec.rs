//! Exec plugins: a program of the kubeconfig that hands out credentials. It runs with a time limit, its answer is never
//! shown, and what it says on standard error is shown only where it fails.
//!
//! Source of the protocol: kubernetes.io, "Authenticating", section "client-go credential plugins".

use kube::config::{Cluster, ExecConfig};
use serde::Deserialize;
use serde_json::json;
use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// The most that is read of what a plugin prints, in bytes.
const MOST: u64 = 1 << 20;
/// How much of its complaint is shown.
const SHOWN: usize = 400;
/// How often it is looked after.
const LOOK: Duration = Duration::from_millis(10);

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
    let mut child = command(exec, &name, cluster, env).spawn().map_err(|error| {
        let hint = exec.install_hint.as_deref().map(|hint| format!("; {}", scrub(hint.trim()))).unwrap_or_default();
        format!("the exec plugin {name} cannot be started: {error}{hint}")
    })?;
    let printed = reading(child.stdout.take());
    let said = reading(child.stderr.take());
    let ended = wait(&mut child, limit, stop);
    // A grandchild may hold the pipes open: what came until now is all there is.
    let patience = Duration::from_millis(if ended.is_ok() { 2_000 } else { 50 });
    let complaint = || complaint(&said.recv_timeout(patience).unwrap_or_default());
    match ended {
        Err(Ended::Late) => Err(format!(
            "the exec plugin {name} gave no credentials within {} s and was stopped{}; run it by hand, or `kubectl get \
             namespaces` once, and try again",
            limit.as_secs_f64(),
            complaint()
        )),
        Err(Ended::Stopped) => Err(format!("the exec plugin {name} was stopped")),
        Err(Ended::Lost(error)) => Err(format!("the exec plugin {name} was lost: {error}")),
        Ok(status) if !status.success() => {
            Err(format!("the exec plugin {name} failed ({status}){}; run it by hand to see why", complaint()))
        }
        Ok(_) => understood(&name, &printed.recv_timeout(patience).unwrap_or_default()),
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
    // A group of its own: stopping it stops whatever it started.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    command
}

/// Reads a pipe on a thread of its own, for a plugin that prints much must not wait for us.
fn reading(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(MOST).read_to_end(&mut bytes);
        }
        let _ = send.send(bytes);
    });
    receive
}

enum Ended {
    Late,
    Stopped,
    Lost(std::io::Error),
}

fn wait(child: &mut Child, limit: Duration, stop: &AtomicBool) -> Result<std::process::ExitStatus, Ended> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Err(error) => return Err(Ended::Lost(error)),
            Ok(None) => {}
        }
        let late = began.elapsed() >= limit;
        if late || stop.load(Ordering::Relaxed) {
            let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
            if let Some(group) = group {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            let _ = child.kill();
            let _ = child.wait();
            return Err(if late { Ended::Late } else { Ended::Stopped });
        }
        std::thread::sleep(LOOK);
    }
}

/// The end of what it said on standard error, without secrets and control characters.
fn complaint(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let text = redact_text(text.trim());
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let from = text.char_indices().rev().nth(SHOWN).map_or(0, |(at, _)| at);
    let text = scrub(text.get(from..).unwrap_or_default()).into_owned();
    if text.is_empty() { String::new() } else { format!("; it said: {text}") }
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

    #[test]
    fn a_complaint_is_cut_and_scrubbed() {
        assert_eq!(complaint(b"  "), "");
        assert_eq!(complaint(b"log in:\n  https://x \x1b[31m"), "; it said: log in: https://x \u{241b}[31m".to_owned());
        assert!(complaint("x ".repeat(5000).as_bytes()).len() < 500);
    }
}
