//! Pods from a server on loopback: collected and stored, beside `kubectl get pods -A -o json` and `curl`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::{Runs, output};
use crate::serve::{PAGE, Server};
use crate::table::Row;
use crate::{Outcome, Scale, kubectl, new_case, program};

/// The most memory that collecting may take, in MiB.
const MEMORY: f64 = 96.0;

/// Measures all three.
pub fn pods(folder: &Path, scale: Scale) -> Outcome<Vec<Row>> {
    let server = Server::start(scale.pods).map_err(|e| e.to_string())?;
    let config = kubeconfig(folder, &server.address)?;
    let kubectl = kubectl::find();
    let urls = server.urls();
    let (mut ours, mut theirs, mut wire) = (Runs::default(), Runs::default(), Runs::default());
    for run in 0..=scale.runs {
        let case = new_case(folder)?;
        let mut collect = program(folder, &case);
        collect.args(["collect", "cluster", "--fresh", "--kubeconfig"]).arg(&config);
        let mut curl = Command::new("curl");
        curl.arg("-sSf").args(urls.iter().flat_map(|url| [url.as_str(), "-o", "/dev/null"]));
        let uncounted = (&mut Runs::default(), &mut Runs::default(), &mut Runs::default());
        let (ours, theirs, wire) = if run == 0 { uncounted } else { (&mut ours, &mut theirs, &mut wire) };
        // The other kinds are empty here, and lists of another name are named as gaps.
        ours.measure_any(&mut collect, &[0, 3])?;
        if let Some(kubectl) = &kubectl {
            let mut get = Command::new(kubectl);
            get.args(["get", "pods", "-A", "-o", "json", "--kubeconfig"]).arg(&config).env("HOME", folder.join("home"));
            theirs.measure(&mut get)?;
        }
        wire.measure(&mut curl)?;
        if run == 0 {
            check(folder, &case, scale.pods)?;
        }
    }
    let share = |of: &Runs| ours.median().as_secs_f64() / of.median().as_secs_f64().max(0.001);
    let what = format!("collect cluster: {} pods, {} pages, {} MiB", scale.pods, server.pages, server.bytes >> 20);
    let mut own = Row::of(what, &ours).target("at most twice curl", share(&wire) <= 2.0);
    own = own.target("under 96 MiB", ours.peak_mib().is_some_and(|mib| mib < MEMORY));
    if kubectl.is_some() {
        own = own.target("at most a quarter of kubectl", share(&theirs) <= 0.25);
    }
    let times = format!("{:.2} times curl", share(&wire));
    let times = if kubectl.is_some() { format!("{times}, {:.2} of kubectl", share(&theirs)) } else { times };
    let peer = "kubectl get pods -A -o json";
    Ok(vec![
        own,
        if kubectl.is_some() { Row::of(peer, &theirs) } else { Row::figure(peer, kubectl::NONE) },
        Row::of("curl of the same pages", &wire),
        Row::figure("collect cluster takes", times),
    ])
}

/// A kubeconfig with one cluster and nobody in particular.
fn kubeconfig(folder: &Path, address: &str) -> Outcome<PathBuf> {
    let config = folder.join("kubeconfig");
    let text = serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "bench",
        "contexts": [{"name": "bench", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": address}}],
        "users": [{"name": "u", "user": {}}],
    });
    std::fs::write(&config, text.to_string()).map_err(|e| e.to_string())?;
    Ok(config)
}

/// Every pod must be in the case.
fn check(folder: &Path, case: &Path, pods: u64) -> Outcome<()> {
    let shown = output(program(folder, case).args(["coverage", "--json"]))?;
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).map_err(|e| e.to_string())?;
    let sources = document["sources"].as_array().cloned().unwrap_or_default();
    let pages =
        sources.iter().filter(|row| row["path"].as_str().is_some_and(|path| path.contains("/api/v1/pods"))).count();
    let wanted = pods.div_ceil(PAGE) as usize;
    if pages == wanted { Ok(()) } else { Err(format!("{pages} pages of pods are in the case, not {wanted}")) }
}
