//! The case itself: beginning, opening, taking back, checking.

use crate::command::{Argument, Danger, Spec};

/// How work begins.
pub(super) const ROWS: &[Spec] = &[
    Spec::line("case.new", "new", "New case", "Make a new case").both().danger(Danger::Changes).when("!case").takes(&[
        Argument { name: "FILE", help: "the file to make, NAME.case", required: true },
        Argument { name: "TITLE...", help: "what it is about; else the file's name", required: false },
    ]),
    Spec::line("case.open", "open", "Open a case", "Open a case in the terminal; elsewhere print its situation")
        .both()
        .takes(&[Argument { name: "FILE...", help: "the case file", required: true }]),
    Spec::line(
        "case.demo",
        "demo",
        "Try the exercise",
        "Make the exercise case from evidence this program carries, played to its end, and open it or print its picture",
    )
    .both()
    .danger(Danger::Changes)
    .when("!case"),
];

/// Keeping it whole.
pub(super) const KEEPING: &[Spec] = &[
    Spec::line("case.log", "log", "Events", "List the events of the case"),
    Spec::line(
        "case.undo",
        "undo",
        "Undo",
        "Take back your last change (or a named one); taking back a retraction is redo",
    )
    .both()
    .danger(Danger::Changes)
    .when("case")
    .takes(&[Argument {
        name: "EVENT",
        help: "the first six or more digits of its hash; else your last one",
        required: false,
    }]),
    Spec::line(
        "note.list",
        "note",
        "Notes",
        "Write something down about an image, evidence, an event or the case; without a text list the notes",
    )
    .danger(Danger::Changes),
    Spec::line(
        "evidence.expunge",
        "expunge",
        "Destroy a leaked text",
        "Destroy the bytes of a piece of evidence, for a leaked secret; a signed tombstone stays",
    )
    .danger(Danger::Destroys),
    Spec::line("evidence.reread", "reread", "Read again", "Read stored evidence again with this version's readers")
        .danger(Danger::Changes),
    Spec::line("case.verify", "verify", "Verify", "Check chains, signatures, evidence and projections"),
    Spec::line("case.rebuild", "rebuild", "Rebuild", "Fold the projections anew from the events")
        .danger(Danger::Changes),
];
