//! The keymap's file. A table a mode, each with a list of keys:
//!
//! ```toml
//! [table]
//! keys = [
//!   { on = ["g g", "Home"], run = "table.top" },
//!   { on = "s", run = "images.sort running", when = "rows && !filter" },
//!   { on = "d", run = "none" },
//! ]
//! ```
//!
//! What cannot be read becomes a warning that names the line; the rest of the file counts.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::Key;
use super::{Binding, DEFAULT, Keymap};
use crate::command::when::Expression;
use crate::command::{Call, Table};
use crate::model::text::{fit, scrub};

/// The largest file that is read.
pub const MAX_BYTES: usize = 256 << 10;
/// Most keys in one sequence.
const MAX_KEYS: usize = 4;
/// Most warnings that are kept; one more counts the rest.
const MAX_WARNINGS: usize = 50;

/// Modes of the keymap that are no view's own.
pub const MODES: [&str; 7] = ["global", "table", "details", "input", "palette", "help", "dialog"];

/// Something in a keymap that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong with it, in words for people.
    pub text: String,
}

/// Our keymap with the responder's file, where there is one, merged over it.
pub fn merged(own: Option<&str>, commands: &Table, views: &[&str]) -> (Keymap, Vec<Warning>) {
    let (ours, mut warnings) = bindings(DEFAULT, commands, views, false);
    let (own, theirs) = own.map_or_else(Default::default, |text| bindings(text, commands, views, true));
    warnings.extend(theirs);
    (Keymap::new(own, ours), warnings)
}

/// Reads one file.
pub fn bindings(text: &str, commands: &Table, views: &[&str], own: bool) -> (Vec<Binding>, Vec<Warning>) {
    let mut reader = Reader { text, commands, views, own, bindings: Vec::new(), warnings: Vec::new() };
    if text.len() > MAX_BYTES {
        reader.warn(0..0, format!("the file is larger than {MAX_BYTES} bytes and was not read"));
    } else {
        reader.file();
    }
    let more = reader.warnings.len().saturating_sub(MAX_WARNINGS);
    reader.warnings.sort_by_key(|w| w.line);
    reader.warnings.truncate(MAX_WARNINGS);
    if more > 0 {
        reader.warn(0..0, format!("and {more} more like these"));
    }
    (reader.bindings, reader.warnings)
}

struct Reader<'r> {
    text: &'r str,
    commands: &'r Table,
    views: &'r [&'r str],
    own: bool,
    bindings: Vec<Binding>,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn warn(&mut self, span: Range<usize>, text: String) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        self.warnings.push(Warning { line, text: fit(&scrub(&text), 200) });
    }

    fn file(&mut self) {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            self.warn(error.span().unwrap_or(0..0), format!("not TOML here: {}", error.message()));
        }
        for (mode, value) in root.get_ref() {
            let name = mode.get_ref().as_ref();
            if !MODES.contains(&name) && !self.views.contains(&name) {
                let known: Vec<&str> = MODES.iter().chain(self.views).copied().collect();
                self.warn(mode.span(), format!("[{name}] is no mode; there are {}", known.join(", ")));
                continue;
            }
            match value.get_ref().as_table() {
                Some(table) => self.mode(name, table),
                None => self.warn(value.span(), format!("{name} is not a table; write [{name}]")),
            }
        }
    }

    fn mode(&mut self, mode: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match value.get_ref().as_array() {
                Some(list) if name == "keys" => {
                    for entry in list.iter() {
                        self.entry(mode, entry);
                    }
                }
                _ => self.warn(key.span(), format!("{name} means nothing here; a mode has keys = [ ... ]")),
            }
        }
    }

    fn entry(&mut self, mode: &str, entry: &Spanned<DeValue<'_>>) {
        match self.read(mode, entry) {
            Ok(bindings) => self.bindings.extend(bindings),
            Err((span, text)) => self.warn(span, text),
        }
    }

    fn read(&self, mode: &str, entry: &Spanned<DeValue<'_>>) -> Result<Vec<Binding>, (Range<usize>, String)> {
        let at = entry.span();
        let wrong = |text: &str| (at.clone(), text.to_owned());
        let table = entry.get_ref().as_table().ok_or_else(|| wrong("write { on = \"KEYS\", run = \"COMMAND\" }"))?;
        let (mut on, mut run, mut when) = (None, None, None);
        for (key, value) in table {
            let slot = match key.get_ref().as_ref() {
                "on" => &mut on,
                "run" => &mut run,
                "when" => &mut when,
                other => return Err((key.span(), format!("{other} means nothing here; there are on, run and when"))),
            };
            *slot = Some(value);
        }
        let (Some(on), Some(run)) = (on, run) else { return Err(wrong("on and run are both needed")) };
        let run_text = run.get_ref().as_str().ok_or_else(|| (run.span(), "run is not a text".to_owned()))?;
        let call = self.call(run_text).map_err(|text| (run.span(), text))?;
        let when = match when {
            None => Expression::Always,
            Some(value) => {
                let text = value.get_ref().as_str().ok_or_else(|| (value.span(), "when is not a text".to_owned()))?;
                Expression::parse(text).map_err(|text| (value.span(), format!("when: {text}")))?
            }
        };
        let binding =
            |keys| Binding { mode: mode.to_owned(), keys, call: call.clone(), when: when.clone(), own: self.own };
        Ok(sequences(on)?.into_iter().map(binding).collect())
    }

    /// The command, or `none`.
    fn call(&self, text: &str) -> Result<Option<Call>, String> {
        if text == "none" {
            return Ok(None);
        }
        let call = Call::parse(text);
        match self.commands.get(&call.id).filter(|row| row.in_terminal()) {
            Some(row) if row.needs_argument() && call.argument.is_empty() => {
                let name = row.arguments.first().map_or("", |argument| argument.name);
                Err(format!("{} needs {name} after it", row.id))
            }
            Some(row) if row.arguments.is_empty() && !call.argument.is_empty() => {
                Err(format!("{} takes nothing after it", row.id))
            }
            Some(_) => Ok(Some(call)),
            None => Err(format!("{:?} is no command of the terminal; `hullbreach keys` lists them", call.id)),
        }
    }
}

/// One sequence of keys, or a list of them.
fn sequences(on: &Spanned<DeValue<'_>>) -> Result<Vec<Vec<Key>>, (Range<usize>, String)> {
    let one = |value: &Spanned<DeValue<'_>>| {
        let text = value.get_ref().as_str().ok_or_else(|| (value.span(), "on is not a text".to_owned()))?;
        let keys = Key::parse_all(text).map_err(|text| (value.span(), text))?;
        if keys.len() > MAX_KEYS {
            return Err((value.span(), format!("more than {MAX_KEYS} keys one after the other")));
        }
        Ok(keys)
    };
    match on.get_ref().as_array() {
        Some(list) => list.iter().map(one).collect(),
        None => Ok(vec![one(on)?]),
    }
}
