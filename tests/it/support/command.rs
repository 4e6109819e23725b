//! Whole commands: in this process with a world's clock and folders, or the built program with an environment of its own.

use serde_json::Value;
use std::ffi::OsString;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::World;
use hullbreach::cli::{Exit, Streams};
use hullbreach::env::Env;

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub exit: Exit,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Ran {
    /// Fails where the command ended otherwise, and shows what it said.
    #[track_caller]
    pub fn expect(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.out(), self.err());
        self
    }

    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// The one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out(), self.err()))
    }
}

/// Runs a command in this process, with nothing on its standard input.
pub fn run<A: Into<OsString>>(env: &Env, arguments: impl IntoIterator<Item = A>) -> Ran {
    run_with(env, arguments, None)
}

/// Runs a command in this process with bytes on its standard input.
pub fn run_fed<A: Into<OsString>>(env: &Env, arguments: impl IntoIterator<Item = A>, stdin: &[u8]) -> Ran {
    run_with(env, arguments, Some(Box::new(Cursor::new(stdin.to_vec()))))
}

/// Runs a command in this process with any standard input.
pub fn run_with<A: Into<OsString>>(
    env: &Env,
    arguments: impl IntoIterator<Item = A>,
    stdin: Option<Box<dyn Read + Send>>,
) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = std::iter::once(OsString::from("hullbreach")).chain(arguments.into_iter().map(Into::into));
    let streams = Streams {
        stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        cancel: Arc::new(AtomicBool::new(false)),
    };
    let exit = hullbreach::cli::run(arguments, env, streams);
    Ran { exit, stdout, stderr }
}

/// The built program in a world of its own: no variable of ours, its home and folders below the world's.
pub fn program(world: &World, user: &str) -> Command {
    let home = world.root().join(user);
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
    command
        .env_clear()
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_STATE_HOME", home.join("state"))
        .env("USER", user)
        .env("HULLBREACH_CASE", world.path())
        .current_dir(world.cases())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the built program to its end.
pub fn program_run(world: &World, user: &str, arguments: &[&str]) -> Output {
    program(world, user).args(arguments).output().unwrap()
}

/// Fails where the program ended otherwise, and shows what it said.
#[track_caller]
pub fn assert_code(output: &Output, code: i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{}\n{}", text(&output.stdout), text(&output.stderr));
}

/// A path as an argument.
pub fn arg(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
