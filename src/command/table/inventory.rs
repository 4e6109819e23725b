//! Questions about what runs, on the command line; in the terminal they are views.

use crate::command::{Argument, Danger, Spec};

/// Questions.
pub(super) const ROWS: &[Spec] = &[
    Spec::line("images.list", "images", "Images", "List the images of the case")
        .both()
        .when("case")
        .takes(&[Argument { name: "FILTER...", help: "only those it lets through; else all", required: false }]),
    Spec::line(
        "images.show",
        "image",
        "Image",
        "Show one image: every use, name and digest, and where each fact stands",
    )
    .both()
    .when("case")
    .takes(&[
        Argument { name: "IMAGE", help: "an id, a digest or its beginning, a name or its end", required: true },
        Argument { name: "TAB", help: "uses, workloads, names, evidence, notes, bases or verdict", required: false },
    ]),
    Spec::line("graph.show", "graph", "Lineage", "Show which image stands on which, and how that is known")
        .both()
        .when("case")
        .takes(&[Argument { name: "IMAGE", help: "what is around it; else the outline of bases", required: false }]),
    Spec::line(
        "graph.name",
        "graph name",
        "Name a base",
        "Give layers that several images share and no known image is the name that people know them by",
    )
    .danger(Danger::Changes),
    Spec::line("blast.show", "blast", "Blast", "Show what a target reaches: proven, likely, and what cannot be told")
        .both()
        .when("case")
        .takes(&[Argument {
            name: "TARGET...",
            help: "as of indicator add; else all open indicators",
            required: false,
        }]),
    Spec::line(
        "waves.show",
        "waves",
        "Waves",
        "Show in which order to rebuild, and the smallest set of images to begin with",
    ),
    Spec::line(
        "findings.list",
        "findings",
        "Findings",
        "List findings: each vulnerability of a package once, with the images that have it",
    ),
    Spec::line(
        "packages.ask",
        "packages",
        "Packages",
        "Ask which images carry a package; the answer is yes, no, and where nobody looked",
    ),
    Spec::line(
        "scan.run",
        "scan",
        "Scan",
        "Run an installed scanner over images that no report is of, and store its reports as evidence",
    )
    .danger(Danger::Changes),
    Spec::line(
        "coverage.show",
        "coverage",
        "Coverage",
        "Show what was read, how old it is, what is missing, and what the usual one-liner would have missed",
    ),
    Spec::line("evidence.list", "evidence", "Evidence", "List evidence, or show the bytes of one piece"),
    Spec::line("evidence.show", "evidence show", "Evidence bytes", "Print the stored bytes of one piece"),
];
