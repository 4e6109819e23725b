//! Where words go. Everything from evidence is scrubbed before it gets here or by [`Out::line`]; JSON goes out whole and
//! only once.

use serde::Serialize;
use std::borrow::Cow;
use std::io::Write;

use super::Failure;
use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::text::scrub;

/// Standard output and standard error of one command.
pub struct Out<'o> {
    stdout: &'o mut dyn Write,
    stderr: &'o mut dyn Write,
    /// One JSON document instead of text.
    pub json: bool,
    /// Only ASCII in marks and borders.
    pub ascii: bool,
    /// Colours may be used on standard output.
    pub colour: bool,
    /// Columns to fit into; `None` where output is piped and nothing needs to be cut.
    pub columns: Option<usize>,
    /// Standard error is a terminal, so progress may move.
    pub progress: bool,
}

/// A meaning that has a colour; never the only sign of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// A heading.
    Strong,
    /// Less important.
    Muted,
    /// Something is missing or doubtful.
    Warn,
    /// Something is wrong.
    Bad,
    /// Something is well.
    Good,
}

impl<'o> Out<'o> {
    /// Output of one command.
    pub fn new(
        stdout: &'o mut dyn Write,
        stderr: &'o mut dyn Write,
        env: &Env,
        json: bool,
        ascii: bool,
        stdout_is_terminal: bool,
        stderr_is_terminal: bool,
    ) -> Self {
        let no_colour = env.vars.get("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = env.vars.get("TERM").is_some_and(|t| t == "dumb");
        Out {
            stdout,
            stderr,
            json,
            ascii,
            colour: stdout_is_terminal && !no_colour && !dumb,
            columns: stdout_is_terminal.then(|| env.terminal.map_or(80, |(columns, _)| usize::from(columns).max(20))),
            progress: stderr_is_terminal && !dumb,
        }
    }

    /// The one JSON document.
    pub fn document<T: Serialize>(&mut self, document: &T) -> Result<(), Failure> {
        let mut text = escaped(&serde_json::to_string_pretty(document)?);
        text.push('\n');
        self.bytes(text.as_bytes())
    }

    /// One line of text; control characters in it become visible.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let text = scrub(text);
        let text = if self.ascii { ascii(&text) } else { text.into_owned() };
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// One line in a tone.
    pub fn toned(&mut self, tone: Tone, text: &str) -> Result<(), Failure> {
        let text = scrub(text);
        let text = if self.ascii { ascii(&text) } else { text.into_owned() };
        let painted = self.paint(tone, &text);
        self.bytes(format!("{painted}\n").as_bytes())
    }

    /// Scrubbed text in a tone, as a part of a line written with [`Out::bytes`].
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.colour => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Strong => "1",
            Tone::Muted => "2",
            Tone::Warn => "33",
            Tone::Bad => "1;31",
            Tone::Good => "32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Bytes as they are. A reader that went away (`| head`) is no failure of ours.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self.stdout.write_all(bytes) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure(format!("standard output: {e}"))),
            _ => Ok(()),
        }
    }

    /// A word beside the output: progress, warnings, next steps.
    pub fn note(&mut self, text: &str) {
        let text = scrub(text);
        let text = if self.ascii { ascii(&text) } else { text.into_owned() };
        let _ = writeln!(self.stderr, "{text}");
    }

    /// The last word of a command that failed.
    pub fn fail(&mut self, text: &str) {
        tracing::error!("{}", scrub(&redact_text(text)));
        self.note(&format!("hullbreach: {}", redact_text(text)));
    }
}

/// JSON in which everything that [`scrub`] would not let through is written `\uXXXX`: the same document, and nothing in it
/// can steer or deceive a terminal. Outside of strings there is only ASCII.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if (' '..='~').contains(&c) || c == '\n' || matches!(scrub(c.encode_utf8(&mut [0; 4])), Cow::Borrowed(_)) {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

/// ASCII in place of the few signs of ours that are not; names from evidence are escaped.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '…' => "...".to_owned(),
            '–' | '—' | '─' => "-".to_owned(),
            '→' => "->".to_owned(),
            '│' => "|".to_owned(),
            '·' => "-".to_owned(),
            'µ' => "u".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c => c.escape_unicode().to_string(),
        })
        .collect()
}
