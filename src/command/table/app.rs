//! The program itself.

use crate::command::{Argument, Danger, Spec};

/// What is generated from the table.
pub(super) const LINE: &[Spec] = &[
    Spec::line("app.keys", "keys", "Keys", "Print the keys of the terminal, with your own keymap merged in"),
    Spec::line("app.completions", "completions", "Completions", "Print completions for a shell"),
    Spec::line("app.man", "man", "Man pages", "Write the man pages into a folder").danger(Danger::Changes),
    Spec::line("app.screens", "screens", "Pictures", "Write a picture of each view over the exercise into a folder")
        .danger(Danger::Changes),
];

/// What works everywhere in the terminal.
pub(super) const ROWS: &[Spec] = &[
    Spec::terminal("app.help", "Help", "Show what works here"),
    Spec::terminal("app.palette", "Commands", "Type a command; arguments follow its name").takes(&[Argument {
        name: "TEXT...",
        help: "what it begins with",
        required: false,
    }]),
    Spec::terminal(
        "app.search",
        "Search",
        "Find anything: images, workloads, namespaces, hosts, evidence, events, commands, views",
    )
    .when("case"),
    Spec::terminal("app.back", "Back", "Go back to the place before").when("back").takes(&[Argument {
        name: "STEPS",
        help: "so many places; or followed, for only where something was followed to get here",
        required: false,
    }]),
    Spec::terminal("app.messages", "Messages", "Show the messages of this session again"),
    Spec::terminal("app.cancel", "Cancel", "Cancel the background work; what is stored stays").when("busy"),
    Spec::terminal(
        "app.bell",
        "Bell",
        "Ring once when a deadline nears, or only show it (HULLBREACH_BELL=off from the start)",
    ),
    Spec::terminal("app.mouse", "Mouse", "Give the mouse to the terminal program, or take it, to select text"),
    Spec::terminal("app.redraw", "Redraw", "Draw the whole screen again"),
    Spec::terminal("app.suspend", "Suspend", "Go back to the shell; fg returns"),
    Spec::terminal("app.quit", "Quit", "Leave; everything stored is stored already"),
    Spec::terminal("view.go", "Go to", "Go to a view").when("case").takes(&[Argument {
        name: "VIEW",
        help: "its digit or its name",
        required: true,
    }]),
    Spec::terminal("view.next", "Next view", "Go to the next view").when("case"),
    Spec::terminal("view.previous", "Previous view", "Go to the previous view").when("case"),
];
