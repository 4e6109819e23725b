//! The command line as scripts and people meet it, run in process: what it prints, what it changes, how it ends.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::{Exit, Streams, run};
use hullbreach::env::Env;
use serde_json::Value;

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
