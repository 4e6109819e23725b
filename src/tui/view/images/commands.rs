//! What can be done with the images.

use crate::command::{Argument, Danger, Spec};
use crate::tui::view::judge;

/// The rows.
pub const COMMANDS: &[Spec] = &[
    Spec::terminal(
        "images.filter",
        "Filter",
        "Show only the images that fit, as registry:docker.io running:>0 name~api",
    )
    .when("view:images && !open"),
    Spec::terminal("images.all", "No filter", "Show all images again").when("view:images"),
    Spec::terminal("images.sort", "Sort", "Sort the images; the same again turns it round")
        .when("view:images && !open")
        .takes(&[Argument {
            name: "KEY",
            help: "priority, due, rule, verdict, name, running, uses, workloads, first-seen or last-seen, with - in front to \
                   turn it round",
            required: true,
        }]),
    Spec::terminal("images.group", "Group", "Show the images in groups")
        .when("view:images && !open")
        .takes(&[Argument { name: "BY", help: "registry, namespace, owner, base or none", required: true }]),
    Spec::terminal("images.copy-names", "Copy names", "Copy the names of the marked images")
        .when("view:images && rows"),
    Spec::terminal("images.copy-digests", "Copy digests", "Copy the digests of the marked images")
        .when("view:images && rows"),
    Spec::terminal("images.lineage", "Lineage", "Show what the image stands on and what stands on it")
        .when("view:images && rows"),
    Spec::terminal("images.why", "Why", "Show why the image has its priority, and what would change it")
        .when("view:images && rows"),
    Spec::terminal("images.assess", "Assess", "Say how critical, exploitable or exposed the marked images are")
        .danger(Danger::Changes)
        .when("view:images")
        .takes(judge::ASSESSED),
    Spec::terminal("images.set", "Set", "Set the priority of the marked images, or pause their due time")
        .danger(Danger::Changes)
        .when("view:images")
        .takes(judge::SET),
    Spec::terminal("images.reach", "Reach", "Show what the image reaches if it is bad").when("view:images && rows"),
    Spec::terminal("images.tab", "Next tab", "Show the next tab of an image, or a named one")
        .when("view:images && open")
        .takes(&[Argument {
            name: "TAB",
            help: "uses, workloads, names, evidence, notes, bases, findings or verdict",
            required: false,
        }]),
];
