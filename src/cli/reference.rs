//! The reference, made from the command table: `assets/reference/commands.md` and `keys.md`. A test keeps them up to date.

use super::dress;
use crate::command::{Danger, Spec};
use crate::tui::keymap::read::merged;
use crate::tui::keymap::reference::page;
use crate::tui::{commands, modes, view};

/// The page of all commands.
pub fn commands_page() -> String {
    let table = commands();
    let mut text =
        String::from("# Commands\n\nMade from the command table; a test keeps it so.\n\n## On the command line\n");
    let mut command = dress::command();
    command.build();
    for row in table.rows().filter(|row| row.on_command_line()) {
        let mut at = &command;
        for word in row.words.split(' ') {
            at = at.find_subcommand(word).unwrap_or(at);
        }
        let usage = at.clone().term_width(120).render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        text.push_str(&format!("\n### {}\n\n{}.{}\n\n```text\n{usage}\n```\n\n", row.words, row.help, danger(row)));
        for argument in at.get_arguments().filter(|argument| !argument.is_global_set() && argument.get_id() != "help") {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!("- `{}`: {help}\n", argument.to_string().trim()));
        }
    }
    text.push_str(
        "\nEvery command takes `-c, --case FILE`, `--json`, `--ascii` and `--dry-run`.\n\n## In the terminal\n\n",
    );
    text.push_str("`:` and a part of the name; what is typed behind it are its arguments.\n\n| command | does | when |\n|---|---|---|\n");
    for row in table.rows().filter(|row| row.in_terminal()) {
        let arguments: Vec<&str> = row.arguments.iter().map(|argument| argument.name).collect();
        let name = format!("{} {}", row.id, arguments.join(" "));
        let when = if row.when.is_empty() { String::new() } else { format!("`{}`", row.when.replace('|', "\\|")) };
        text.push_str(&format!("| `{}` | {}.{} | {when} |\n", name.trim(), row.help, danger(row)));
    }
    text
}

fn danger(row: &Spec) -> &'static str {
    match row.danger {
        Danger::None => "",
        Danger::Changes => " Changes something.",
        Danger::Destroys => " Destroys something.",
    }
}

/// The page of all keys.
pub fn keys_page() -> String {
    let commands = commands();
    let (keymap, _) = merged(None, &commands, &view::ids());
    page(&keymap, &commands, &modes())
}
