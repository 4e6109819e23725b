//! The command line as scripts and people meet it, run in process: what it prints, what it changes, how it ends.

mod changes;
mod demo;
mod hostile;
mod plain;
mod selection;
mod shapes;
mod snapshots;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::{Exit, Streams, run};
use hullbreach::env::Env;
use serde_json::Value;

use crate::support::World;

/// What a command said and how it ended.
pub struct Said {
    /// Its exit code.
    pub exit: Exit,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Said {
    /// Standard output as the one JSON document it must be.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in {:?}; {}", self.stdout, self.stderr))
    }

    /// Itself, after checking the exit code.
    #[track_caller]
    pub fn ended(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// Runs `hullbreach` with these arguments, its output piped and nothing on standard input.
pub fn piped(env: &Env, arguments: &[&str]) -> Said {
    command(env, arguments, None, false)
}

/// Runs it on a terminal of the size that the environment names.
pub fn on_terminal(env: &Env, arguments: &[&str]) -> Said {
    command(env, arguments, None, true)
}

/// Runs it with bytes on standard input.
pub fn with_input(env: &Env, arguments: &[&str], input: &[u8]) -> Said {
    command(env, arguments, Some(input), false)
}

fn command(env: &Env, arguments: &[&str], input: Option<&[u8]>, terminal: bool) -> Said {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdin = input.map(|bytes| Box::new(std::io::Cursor::new(bytes.to_vec())) as Box<_>);
    let streams = Streams {
        stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_is_terminal: terminal,
        stderr_is_terminal: false,
        cancel: Arc::new(AtomicBool::new(false)),
    };
    let exit = run(["hullbreach"].iter().chain(arguments).map(std::ffi::OsString::from), env, streams);
    Said { exit, stdout: String::from_utf8(stdout).unwrap(), stderr: String::from_utf8(stderr).unwrap() }
}

/// Standard output that its reader has closed.
pub struct Gone;

impl std::io::Write for Gone {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The exercise's case as it begins, made by `demo` and named in the environment.
pub fn exercise(world: &World) -> Env {
    let mut env = world.ana();
    let dir = world.root().join("exercise");
    piped(&env, &["demo", "--begin", "--dir", dir.to_str().unwrap()]).ended(Exit::Done);
    let case = dir.join("exercise.case").to_str().unwrap().to_owned();
    env.vars.insert("HULLBREACH_CASE".to_owned(), case);
    env
}

/// The environment on a terminal of so many columns.
pub fn columns(env: &Env, columns: u16) -> Env {
    Env { terminal: Some((columns, 24)), ..env.clone() }
}

/// The id of the exercise's evidence with that path.
pub fn evidence_id(env: &Env, path: &str) -> String {
    let list = piped(env, &["evidence", "--json"]).json();
    let row = list["evidence"].as_array().unwrap().iter().find(|row| row["path"] == path).unwrap().clone();
    row["id"].as_str().unwrap().to_owned()
}
