//! The exercise as its responders played it: what they typed, word by word, from the script this program carries.
//!
//! Owns how a script is read and said. Each step is a command line like any other, said at its own time by its own person,
//! so that nothing in the finished case could not have been typed.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use crate::cli::{Exit, Failure, Streams, run};
use crate::collect::exercise::{DAY, SCRIPT, START, TABLETOP};
use crate::env::Env;
use crate::model::time::Micros;

/// All that is said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    step: Vec<Step>,
}

/// One command line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The time of day, UTC.
    at: String,
    /// Who types it.
    by: String,
    /// The words after the program's name.
    run: Vec<String>,
}

/// The folder, beside the case, of what came in while it was played.
const FILES: &str = "tabletop";

/// Puts what comes in while it is played beside the case, as old as the exercise.
pub fn lay_out(folder: &Path) -> Result<(), Failure> {
    let folder = folder.join(FILES);
    let failed = |path: &Path, e: std::io::Error| Failure::new(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(&folder).map_err(|e| failed(&folder, e))?;
    let age = Micros::parse_rfc3339(START).and_then(|at| u64::try_from(at.0).ok()).unwrap_or_default();
    for (name, bytes) in TABLETOP {
        let path = folder.join(name);
        // Whatever is there already is not ours.
        let mut file = File::create_new(&path).map_err(|e| failed(&path, e))?;
        let written = file.write_all(bytes).and_then(|()| file.set_modified(UNIX_EPOCH + Duration::from_micros(age)));
        written.map_err(|e| failed(&path, e))?;
    }
    Ok(())
}

/// Says all of the script into a case that stands where the exercise begins, with [`lay_out`]'s files beside it.
pub fn play(case: &Path, env: &Env, cancel: &Arc<AtomicBool>) -> Result<(), Failure> {
    let script: Script = toml::from_str(SCRIPT).map_err(|e| Failure::new(format!("the exercise's script: {e}")))?;
    for (number, step) in script.step.iter().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Failure {
                text: "interrupted; the exercise is played in part".to_owned(),
                exit: Exit::Interrupted,
            });
        }
        let failed = |why: &str| Failure::new(format!("the exercise at {}: {}: {why}", step.at, step.run.join(" ")));
        step.say(case, &step.world(case, env, number).ok_or_else(|| failed("no time of day"))?, cancel)
            .map_err(|e| failed(&e))?;
    }
    Ok(())
}

impl Step {
    /// The world as it was when this was typed.
    fn world(&self, case: &Path, env: &Env, number: usize) -> Option<Env> {
        let at = Micros::parse_rfc3339(&format!("{DAY}T{}Z", self.at))?;
        let (clock, random) = (Arc::new(move || (at, 0)), drawn_alike(number));
        let current_dir = case.parent()?.to_path_buf();
        Some(Env { clock, random, current_dir, user: self.by.clone(), terminal: None, ..env.clone() })
    }

    fn say(&self, case: &Path, env: &Env, cancel: &Arc<AtomicBool>) -> Result<(), String> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let streams = Streams {
            stdin: None,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            cancel: Arc::clone(cancel),
        };
        let words = ["hullbreach".into(), "--case".into(), case.as_os_str().to_owned()];
        match run(words.into_iter().chain(self.run.iter().map(OsString::from)), env, streams) {
            Exit::Done => Ok(()),
            exit => Err(format!("ended with {}: {}", exit as i32, String::from_utf8_lossy(&stderr).trim())),
        }
    }
}

/// Ids of what is said are the same on every machine. No key is ever made of this: the device has its keys since the case
/// was made, with the real randomness.
fn drawn_alike(number: usize) -> crate::env::Random {
    let drawn = AtomicU64::new(0);
    Arc::new(move |buffer| {
        for part in buffer.chunks_mut(32) {
            let block = Sha256::digest(format!("exercise {number} {}", drawn.fetch_add(1, Ordering::Relaxed)));
            part.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        Ok(())
    })
}
