//! Questions about what runs, on the command line; in the terminal they are views.

use crate::command::Spec;

/// Questions.
pub(super) const ROWS: &[Spec] = &[
    Spec::line("images.list", "images", "Images", "List the images of the case"),
    Spec::line(
        "images.show",
        "image",
        "Image",
        "Show one image: every use, name and digest, and where each fact stands",
    ),
    Spec::line(
        "coverage.show",
        "coverage",
        "Coverage",
        "Show what was read, how old it is, what is missing, and what the usual one-liner would have missed",
    ),
    Spec::line("evidence.list", "evidence", "Evidence", "List evidence, or show the bytes of one piece"),
    Spec::line("evidence.show", "evidence show", "Evidence bytes", "Print the stored bytes of one piece"),
];
