//! The command line as clap knows it, with the words of the command table put on: one source of names, help and order.

use clap::CommandFactory as _;
use std::ffi::OsString;
use std::path::Path;

use super::args::Args;
use crate::command::Spec;
use crate::tui::commands;

/// The whole command line.
pub fn command() -> clap::Command {
    let mut command = Args::command();
    for (place, row) in commands().rows().filter(|row| row.on_command_line()).enumerate() {
        let words: Vec<&str> = row.words.split(' ').collect();
        command = dressed(command, &words, row, place);
    }
    command
}

fn dressed(command: clap::Command, words: &[&str], row: &Spec, place: usize) -> clap::Command {
    let Some((first, rest)) = words.split_first() else {
        return command.about(row.help).display_order(place);
    };
    // A row without a subcommand would make clap panic; a test says so instead.
    if command.find_subcommand(first).is_none() {
        return command;
    }
    command.mut_subcommand(first, |sub| dressed(sub, rest, row, place))
}

/// `hullbreach NAME.case` is `hullbreach open NAME.case`: the word is put before the first argument that is no flag, where
/// that one names a case file.
pub fn case_first(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut place = 1;
    while let Some(argument) = arguments.get(place) {
        let text = argument.to_string_lossy();
        match text.as_ref() {
            // Its value follows.
            "-c" | "--case" => place += 2,
            flag if flag.starts_with('-') => place += 1,
            _ => break,
        }
    }
    if arguments.get(place).is_some_and(|name| Path::new(name).extension().is_some_and(|end| end == "case")) {
        arguments.insert(place, OsString::from("open"));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(command: &clap::Command, before: &str, found: &mut Vec<(String, String)>) {
        for sub in command.get_subcommands() {
            let words = format!("{before}{}", sub.get_name());
            found.push((words.clone(), sub.get_about().map(ToString::to_string).unwrap_or_default()));
            every(sub, &format!("{words} "), found);
        }
    }

    #[test]
    fn every_subcommand_is_a_row_and_every_row_a_subcommand() {
        let mut found = Vec::new();
        every(&command(), "", &mut found);
        let mut rows: Vec<(String, String)> = commands()
            .rows()
            .filter(|row| row.on_command_line())
            .map(|row| (row.words.to_owned(), row.help.to_owned()))
            .collect();
        found.sort();
        rows.sort();
        assert_eq!(found, rows);
    }

    #[test]
    fn each_row_that_changes_something_has_a_dry_run() {
        let mut command = command();
        command.build();
        for row in commands().rows().filter(|row| row.on_command_line() && !row.allowed(true)) {
            let mut at = &command;
            for word in row.words.split(' ') {
                at = at.find_subcommand(word).unwrap();
            }
            assert!(at.get_arguments().any(|argument| argument.get_long() == Some("dry-run")), "{}", row.words);
        }
    }

    #[test]
    fn a_case_alone_is_opened() {
        for (line, wanted) in [
            ("hullbreach hub.case", "hullbreach open hub.case"),
            ("hullbreach --ascii hub.case --read-only", "hullbreach --ascii open hub.case --read-only"),
            ("hullbreach -c x.case images", "hullbreach -c x.case images"),
            ("hullbreach -c x.case y.case", "hullbreach -c x.case open y.case"),
            ("hullbreach open hub.case", "hullbreach open hub.case"),
            ("hullbreach import hub.case", "hullbreach import hub.case"),
            ("hullbreach", "hullbreach"),
            ("hullbreach -c", "hullbreach -c"),
        ] {
            let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
            assert_eq!(case_first(words(line)), words(wanted), "{line}");
        }
    }
}
