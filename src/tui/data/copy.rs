//! Giving copied text to tmux by its own command: out of the box it takes it in no other way.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Hands it over on a thread of its own: the loop never waits for another program. Where tmux is too old or not there,
/// the sequences that the terminal gets as well may still do, and the log says what went wrong.
pub fn to_tmux(text: String) {
    let thread = std::thread::Builder::new().name("tmux".to_owned()).spawn(move || {
        if let Err(error) = load(&text) {
            tracing::warn!("tmux load-buffer: {error}");
        }
    });
    if let Err(error) = thread {
        tracing::warn!("tmux load-buffer: {error}");
    }
}

/// `-w` also sends it on to the clipboard of the terminal behind tmux (tmux 3.2).
fn load(text: &str) -> std::io::Result<()> {
    let mut child = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(status.to_string())) }
}
