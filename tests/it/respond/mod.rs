//! The response, from what a responder types to what everybody sees: declaration, tasks, deadlines, credentials, timeline.

mod clocks;
mod credentials;
mod files;
mod incident;
mod merge;
mod mounts;
mod notes;
mod tasks;
mod timeline;
mod views;

use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::Value;

use crate::cli::{Said, piped};
use crate::support::assert_clean;

/// Runs a command that is to succeed.
#[track_caller]
fn done(env: &Env, line: &[&str]) -> Said {
    piped(env, line).ended(Exit::Done)
}

/// The JSON of a command that is to succeed.
#[track_caller]
fn json(env: &Env, line: &[&str]) -> Value {
    done(env, &[line, &["--json"]].concat()).json()
}

/// The one of a list that has this id.
#[track_caller]
fn by_id<'v>(list: &'v Value, id: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id} in {list}"))
}

/// The ids of a log, to see that nothing was appended.
fn events(env: &Env) -> usize {
    json(env, &["log"])["events"].as_array().unwrap().len()
}

/// Verifies the case.
#[track_caller]
fn whole(env: &Env) {
    let path = std::path::PathBuf::from(&env.vars["HULLBREACH_CASE"]);
    assert_clean(&Case::open(&path, Access::Read, env).unwrap().verify().unwrap());
}
