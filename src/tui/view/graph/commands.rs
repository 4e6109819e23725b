//! What can be done in the view of the lineage.

use crate::command::{Argument, Danger, Spec};

const IMAGE: Argument = Argument { name: "IMAGE", help: "an id, a digest or a name", required: false };

/// The rows.
pub const COMMANDS: &[Spec] = &[
    Spec::terminal("graph.list", "Bases", "Show the outline of bases, opened at an image").when("case").takes(&[IMAGE]),
    Spec::terminal("graph.why", "Why", "Show every way to an image from what is bad, with the proof of each step")
        .when("case")
        .takes(&[IMAGE]),
    Spec::terminal("graph.compare", "Compare", "Show what two images share, where they part and what each adds")
        .when("case")
        .takes(&[
            Argument { name: "FIRST", help: "an image; without one the two that are marked", required: false },
            Argument { name: "SECOND", help: "another one", required: false },
        ]),
    Spec::terminal("graph.filter", "Filter", "Show only the images that fit, with all that they stand on")
        .when("view:graph && !open"),
    Spec::terminal("graph.all", "No filter", "Show all bases again").when("view:graph && !open"),
    Spec::terminal("graph.right", "Open", "Show what stands on it; beside an image, go one zone to the right")
        .when("view:graph"),
    Spec::terminal("graph.left", "Close", "Hide what stands on it; beside an image, go one zone to the left")
        .when("view:graph"),
    Spec::terminal("graph.below", "Open all", "Show everything that stands on it").when("view:graph && !open"),
    Spec::terminal("graph.shut", "Close all", "Hide everything below the bases").when("view:graph && !open"),
    Spec::terminal("graph.mark", "Mark", "Mark an image to compare it with another one").when("view:graph && !open"),
    Spec::terminal("graph.reach", "Reach", "Show what the image reaches if it is bad").when("view:graph && rows"),
    Spec::terminal("graph.call", "Name", "Give a base that no image was read of the name that people know it by")
        .danger(Danger::Changes)
        .when("view:graph && rows")
        .takes(&[Argument {
            name: "NAME...",
            help: "what to call it; behind ' because ', how that is known",
            required: true,
        }]),
    Spec::terminal("graph.details", "Image", "Show everything about the image").when("view:graph && rows"),
];
