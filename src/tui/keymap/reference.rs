//! The keymap as text for people: `hullbreach keys` and `assets/reference/keys.md`.

use super::key::Key;
use super::{Binding, Keymap};
use crate::command::Table;
use crate::command::when::Expression;

/// One row: where, keys, what they do, the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The mode.
    pub mode: String,
    /// All keys that do the same there, as people write them.
    pub keys: String,
    /// What they do, in a few words.
    pub title: String,
    /// The command with its argument.
    pub run: String,
    /// The condition of the binding; empty for always.
    pub when: String,
    /// From the responder's own file.
    pub own: bool,
}

/// The whole keymap in the order of its modes.
pub fn rows(keymap: &Keymap, commands: &Table, modes: &[&str]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for mode in modes {
        for binding in keymap.bindings().iter().filter(|b| b.mode == *mode && !hidden(keymap, b)) {
            let row = row(binding, commands);
            match rows
                .iter_mut()
                .find(|r| (&r.mode, &r.run, &r.when, r.own) == (&row.mode, &row.run, &row.when, row.own))
            {
                Some(same) => same.keys = format!("{}, {}", same.keys, row.keys),
                None => rows.push(row),
            }
        }
    }
    rows
}

/// True where the responder's own file says something else about the same keys, always.
fn hidden(keymap: &Keymap, binding: &Binding) -> bool {
    let same = |b: &&Binding| b.own && b.when == Expression::Always && b.mode == binding.mode && b.keys == binding.keys;
    !binding.own && keymap.bindings().iter().any(|b| same(&b))
}

fn row(binding: &Binding, commands: &Table) -> Row {
    let title = match &binding.call {
        None => "nothing".to_owned(),
        Some(call) => {
            let title = commands.get(&call.id).map_or("", |row| row.title);
            if call.argument.is_empty() { title.to_owned() } else { format!("{title}: {}", call.argument) }
        }
    };
    Row {
        mode: binding.mode.clone(),
        keys: Key::write_all(&binding.keys),
        title,
        run: binding.call.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string),
        when: written(&binding.when),
        own: binding.own,
    }
}

/// A condition as it is written, with the fewest parentheses.
fn written(when: &Expression) -> String {
    let inner = |e: &Expression| match e {
        Expression::And(..) | Expression::Or(..) => format!("({})", written(e)),
        other => written(other),
    };
    match when {
        Expression::Always => String::new(),
        Expression::Word(word) => word.clone(),
        Expression::Not(e) => format!("!{}", inner(e)),
        Expression::And(a, b) => format!("{} && {}", inner(a), inner(b)),
        Expression::Or(a, b) => format!("{} || {}", inner(a), inner(b)),
    }
}

/// The page `assets/reference/keys.md`.
pub fn page(keymap: &Keymap, commands: &Table, modes: &[&str]) -> String {
    let mut page = String::from(
        "# Keys\n\nMade from `assets/keymap/default.toml` and the command table; a test keeps it so. Put your own into \
         `$XDG_CONFIG_HOME/hullbreach/keymap.toml`; it has the same form and is merged over these. `hullbreach keys` prints \
         what holds.\n",
    );
    let rows = rows(keymap, commands, modes);
    for mode in modes {
        let mut here = rows.iter().filter(|row| row.mode == *mode).peekable();
        if here.peek().is_none() {
            continue;
        }
        page.push_str(&format!("\n## {mode}\n\n| keys | does | command | when |\n|---|---|---|---|\n"));
        for row in here {
            let cell = |text: &str| text.replace('|', "\\|");
            let when = if row.when.is_empty() { String::new() } else { format!("`{}`", cell(&row.when)) };
            page.push_str(&format!("| `{}` | {} | `{}` | {when} |\n", cell(&row.keys), row.title, row.run));
        }
    }
    page
}
