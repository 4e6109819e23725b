//! What can be found without asking the case: views and commands.

use super::hit::{Item, Kind};
use crate::command::when::{Conditions, Expression};
use crate::command::{Call, Spec};

/// Areas whose commands are moves, not things to do by name.
const MOVES: [&str; 5] = ["table.", "input.", "overlay.", "dialog.", "search."];

/// The views, as things to go to.
pub fn views() -> impl Iterator<Item = Item> {
    crate::tui::view::VIEWS.iter().map(|row| {
        let call = Call { id: "view.go".to_owned(), argument: row.id.to_owned() };
        Item { kind: Kind::View, name: row.title.to_owned(), more: String::new(), call }
    })
}

/// The commands that mean something wherever the search was opened.
pub fn commands(read_only: bool) -> impl Iterator<Item = Item> {
    let mut now = Conditions::of(["case"]);
    now.set("read-only", read_only);
    let fits = move |row: &&'static Spec| {
        let when = Expression::parse(row.when).unwrap_or(Expression::Always);
        row.in_terminal()
            && row.allowed(read_only)
            && when.holds(&now)
            && row.id != "app.search"
            && !MOVES.iter().any(|area| row.id.starts_with(area))
    };
    let rows: Vec<&'static Spec> = crate::tui::commands().rows().filter(fits).collect();
    rows.into_iter().map(|row| {
        // What needs an argument asks for it.
        let call = Call { id: row.id.to_owned(), argument: String::new() };
        Item { kind: Kind::Command, name: format!("{}  {}", row.title, row.id), more: row.help.to_owned(), call }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_change_something_are_not_found_while_reading_only() {
        let names = |read_only| commands(read_only).map(|item| item.call.id).collect::<Vec<_>>();
        assert!(names(false).contains(&"case.undo".to_owned()));
        assert!(!names(true).contains(&"case.undo".to_owned()));
        for id in names(false) {
            assert!(!id.starts_with("table.") && id != "images.filter", "{id}");
        }
    }
}
