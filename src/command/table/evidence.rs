//! Getting evidence into the case.

use crate::command::{Argument, Danger, Spec};

/// Asking others for it, and import.
pub(super) const ROWS: &[Spec] = &[
    Spec::line(
        "evidence.kit",
        "kit",
        "Collection script",
        "Write a read-only script with which another team collects evidence, or list what it asks for (--json)",
    )
    .danger(Danger::Changes),
    Spec::line("evidence.import", "import", "Import", "Import files, folders or standard input (-) as evidence")
        .both()
        .danger(Danger::Changes)
        .when("case")
        .takes(&[Argument {
            name: "PATH...",
            help: "files and folders; without one they are asked for",
            required: false,
        }]),
    Spec::line("evidence.collect", "collect", "Collect", "Get evidence from live sources").danger(Danger::Changes),
    Spec::line(
        "evidence.collect-cluster",
        "collect cluster",
        "Collect from clusters",
        "Collect from Kubernetes clusters, reading only: lists page by page; contents of Secrets are never asked for",
    )
    .danger(Danger::Changes),
    Spec::line(
        "evidence.collect-registry",
        "collect registry",
        "Collect from registries",
        "Collect from registries, reading only: where tags lead, manifests, configs, referrers; never a layer",
    )
    .danger(Danger::Changes),
];
