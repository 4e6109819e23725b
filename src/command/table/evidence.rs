//! Getting evidence into the case.

use crate::command::{Argument, Danger, Spec};

/// Import.
pub(super) const ROWS: &[Spec] =
    &[Spec::line("evidence.import", "import", "Import", "Import files, folders or standard input (-) as evidence")
        .both()
        .danger(Danger::Changes)
        .when("case")
        .takes(&[Argument {
            name: "PATH...",
            help: "files and folders; without one they are asked for",
            required: false,
        }])];
