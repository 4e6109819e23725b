//! What can be done in the view of how far something reaches.

use crate::command::{Argument, Spec};

/// The rows.
pub const COMMANDS: &[Spec] = &[
    Spec::terminal("blast.tab", "Next list", "Show the next list, or a named one").when("view:blast").takes(&[
        Argument {
            name: "LIST",
            help: "images, workloads, credentials, namespaces, comes back or waves",
            required: false,
        },
    ]),
    Spec::terminal("blast.only", "Only", "Show only some of the images")
        .when("view:blast && !open")
        .takes(&[Argument { name: "WHICH", help: "all, proven, likely, cannot-tell or running", required: true }]),
    Spec::terminal("blast.why", "Why", "Show every way that leads to the image, with the proof of each step")
        .when("view:blast")
        .takes(&[Argument { name: "IMAGE", help: "its id; else the one at the marker", required: false }]),
    Spec::terminal("blast.evidence", "Evidence", "Show where the last step to the image is told")
        .when("view:blast && images"),
    Spec::terminal("blast.details", "Image", "Show everything about the image").when("view:blast && images"),
    Spec::terminal("blast.mark", "Mark", "Mark an image to copy its digest with others").when("view:blast && images"),
    Spec::terminal("blast.copy-digests", "Copy digests", "Copy the digests of the marked images")
        .when("view:blast && images"),
    Spec::terminal("blast.ask", "Copy command", "Copy the command that only reads and would tell what is missing")
        .when("view:blast && images"),
];
