//! Priorities from end to end: what evidence, indicators, policies and responders make of images, and what `verify` says.

mod again;
mod carried;
mod explained;
mod facts;
mod hand;
mod listed;
mod oracle;
mod policy;
mod reached;
mod waiting;

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::Value;

use crate::cli::piped;

/// The row of the image whose name or id begins so.
fn row(env: &Env, image: &str) -> Value {
    let all = piped(env, &["triage", "--json"]).ended(Exit::Done).json();
    let fits = |row: &&Value| ["name", "id"].iter().any(|key| row[*key].as_str().unwrap().starts_with(image));
    all["images"].as_array().unwrap().iter().find(fits).unwrap_or_else(|| panic!("no {image} in {all}")).clone()
}

/// Priority, criticality, exploitability, exposure and standing.
fn told(env: &Env, image: &str) -> String {
    let row = row(env, image);
    let word = |key: &str| row[key].as_str().unwrap().to_owned();
    ["priority", "criticality", "exploitability", "exposure", "standing"].map(word).join(" ")
}

/// What is shown follows from the events: folding all of it anew comes to the same.
#[track_caller]
fn verified(env: &Env) {
    let verify = piped(env, &["verify", "--json"]).ended(Exit::Done).json();
    assert!(verify["ok"].as_bool().unwrap(), "{verify}");
}
