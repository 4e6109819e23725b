//! What can be done in the matrix.

use crate::command::{Argument, Danger, Spec};
use crate::tui::view::judge;

/// The rows.
pub const COMMANDS: &[Spec] = &[
    Spec::terminal("matrix.show", "Matrix", "Show the matrix, at a cell where one is named").when("case").takes(&[
        Argument {
            name: "CELL...",
            help: "vulnerability CRITICALITY EXPLOITABILITY EXPOSURE, or compromise VERDICT STANDING; and images behind it \
                   for its list",
            required: false,
        },
    ]),
    Spec::terminal("matrix.queue", "Find out", "Show what is not known, what an answer would change most first")
        .when("case"),
    Spec::terminal("matrix.causes", "Causes", "Show what is P0 by its cause and who answers for it: each is one task")
        .when("case"),
    Spec::terminal("matrix.why", "Why", "Show why an image has its priority, and what would change it").when("case").takes(
        &[Argument { name: "IMAGE", help: "any alias of it; else the one at the marker", required: false }],
    ),
    Spec::terminal("matrix.policy", "Try a policy", "Show which images another policy would move, the most urgent first")
        .when("case")
        .takes(&[Argument {
            name: "FILE",
            help: "a policy, or default for the built-in one; else it is asked for",
            required: false,
        }]),
    Spec::terminal("matrix.set", "Set", "Set the priority of the marked images, or store the policy that is shown")
        .danger(Danger::Changes)
        .when("view:matrix")
        .takes(judge::SET),
    Spec::terminal("matrix.assess", "Assess", "Say how critical, exploitable or exposed the marked images are")
        .danger(Danger::Changes)
        .when("view:matrix")
        .takes(judge::ASSESSED),
    Spec::terminal("matrix.lens", "Lens", "Put the marker into the table of the other lens, or of a named one")
        .when("view:matrix")
        .takes(&[Argument { name: "LENS", help: "compromise or vulnerability", required: false }]),
    Spec::terminal("matrix.cell", "Cell", "Put the marker on a cell").when("view:matrix").takes(&[Argument {
        name: "CELL...",
        help: "as matrix.show takes it",
        required: true,
    }]),
    Spec::terminal("matrix.images", "List", "Show the images of the cell in the list of all images")
        .when("view:matrix && !open"),
    Spec::terminal("matrix.evidence", "Evidence", "Show where the first reason for its priority stands")
        .when("view:matrix && rows"),
    Spec::terminal("matrix.details", "Image", "Show everything about the image").when("view:matrix && rows"),
    Spec::terminal("matrix.reach", "Reach", "Show what the image reaches if it is bad").when("view:matrix && rows"),
    Spec::terminal("matrix.mark", "Mark", "Mark an image to say something of several").when("view:matrix && rows"),
    Spec::terminal("matrix.mark-all", "Mark all", "Mark all images of the cell, or all that are listed").when("view:matrix && rows"),
];
