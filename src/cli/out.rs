//! Where words go. Everything from evidence is scrubbed before it gets here or by [`Out::line`]; JSON goes out whole and
//! only once.

use serde::Serialize;
use std::borrow::Cow;
use std::io::Write;

use super::Failure;
use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::text::{scrub, width};

/// Columns of a label before what it labels.
const LABEL: usize = 9;

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
        self.bytes(json_text(document)?.as_bytes())
    }

    /// What a dry run says: lines, or the one JSON document.
    pub fn plan(&mut self, lines: &[String]) -> Result<(), Failure> {
        if self.json {
            return self.document(&serde_json::json!({"dry_run": true, "plan": lines}));
        }
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// One line of text; control characters in it become visible. On a terminal it is broken between words, and what
    /// follows is indented as it is.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.toned(Tone::Plain, text)
    }

    /// One line in a tone.
    pub fn toned(&mut self, tone: Tone, text: &str) -> Result<(), Failure> {
        let indent = text.len() - text.trim_start_matches(' ').len();
        self.hanging(tone, text, indent)
    }

    /// One line that is never broken: what stands in evidence is shown as it stands.
    pub fn whole_line(&mut self, tone: Tone, text: &str) -> Result<(), Failure> {
        let text = self.safe(text);
        let painted = self.paint(tone, &text);
        self.bytes(format!("{painted}\n").as_bytes())
    }

    /// A word in a column of its own, and beside it what it says.
    pub fn labelled(&mut self, tone: Tone, label: &str, text: &str) -> Result<(), Failure> {
        // A long label keeps its space, too.
        let gap = if label.chars().count() >= LABEL { " " } else { "" };
        self.hanging(tone, &format!("{label:<LABEL$}{gap}{text}"), LABEL)
    }

    fn hanging(&mut self, tone: Tone, text: &str, indent: usize) -> Result<(), Failure> {
        let text = self.safe(text);
        let lines = match self.columns {
            Some(columns) if width(&text) > columns => broken(&text, columns, indent),
            _ => vec![text],
        };
        for line in lines {
            let painted = self.paint(tone, &line);
            self.bytes(format!("{painted}\n").as_bytes())?;
        }
        Ok(())
    }

    fn safe(&self, text: &str) -> String {
        let text = scrub(text);
        if self.ascii { ascii(&text) } else { text.into_owned() }
    }

    fn paint(&self, tone: Tone, text: &str) -> String {
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
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output: {e}"))),
            _ => Ok(()),
        }
    }

    /// A word beside the output: progress, warnings, next steps.
    pub fn note(&mut self, text: &str) {
        let text = self.safe(text);
        for line in self.columns.map_or_else(|| vec![text.clone()], |columns| broken(&text, columns, 2)) {
            let _ = writeln!(self.stderr, "{line}");
        }
    }

    /// The last word of a command that failed.
    pub fn fail(&mut self, text: &str) {
        tracing::error!("{}", scrub(&redact_text(text)));
        self.note(&format!("hullbreach: {}", redact_text(text)));
    }
}

/// A document as it goes out.
pub(super) fn json_text<T: Serialize>(document: &T) -> Result<String, Failure> {
    let mut text = escaped(&serde_json::to_string_pretty(document)?);
    text.push('\n');
    Ok(text)
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

/// Breaks a text between words into lines of at most so many columns. A word that is longer stays whole, so that it can
/// be copied, and is indented less where that makes it fit.
fn broken(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        let wide = width(word.trim_end());
        if !line.trim().is_empty() && width(&line) + wide > columns {
            let lead = " ".repeat(indent.min(columns / 2).min(columns.saturating_sub(wide)));
            lines.push(std::mem::replace(&mut line, lead).trim_end().to_owned());
        }
        line.push_str(word);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// ASCII in place of the few signs of ours that are not; names from evidence are escaped.
pub(super) fn ascii(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_indent() {
        assert_eq!(broken("note     one two three", 20, 9), ["note     one two", "         three"]);
        assert_eq!(broken("  a/very/long/path b", 8, 2), ["  a/very/long/path", "  b"]);
        assert_eq!(broken("name  a/name", 8, 6), ["name", "  a/name"]);
        assert_eq!(broken("", 8, 0), [""]);
    }

    #[test]
    fn nothing_but_ascii_is_left() {
        assert_eq!(ascii("a… → b\u{301}東"), "a... -> b\\u{301}\\u{6771}");
    }
}
