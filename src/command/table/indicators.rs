//! What is bad or in doubt, and which hosts show the content of others.

use crate::command::{Danger, Spec};

/// Indicators and mirrors.
pub(super) const ROWS: &[Spec] = &[
    Spec::line("indicator.all", "indicator", "Indicators", "Say what is bad or in doubt, and list what was said"),
    Spec::line(
        "indicator.add",
        "indicator add",
        "Add an indicator",
        "Say that a digest, tag, repository, registry, layer, package, action or account is bad, suspect or cleared",
    )
    .danger(Danger::Changes),
    Spec::line("indicator.list", "indicator list", "Indicators", "List what is bad or in doubt, and who says so"),
    Spec::line(
        "indicator.set",
        "indicator set",
        "Change an indicator",
        "Say something else of an indicator: its state, window, source or reason",
    )
    .danger(Danger::Changes),
    Spec::line(
        "indicator.retract",
        "indicator retract",
        "Withdraw an indicator",
        "Withdraw an indicator; the record that it was there stays",
    )
    .danger(Danger::Changes),
    Spec::line(
        "indicator.import",
        "indicator import",
        "Read a notice",
        "Read a notice (text, mail, CSV, STIX), keep it as evidence and propose indicators, each to be confirmed",
    )
    .danger(Danger::Changes),
    Spec::line("mirror.all", "mirror", "Mirrors", "Say which hosts show the content of others, and list what was said"),
    Spec::line(
        "mirror.add",
        "mirror add",
        "Add a mirror",
        "Say that a host, or a path of it, has the content of another registry",
    )
    .danger(Danger::Changes),
    Spec::line("mirror.list", "mirror list", "Mirrors", "List the mirrors"),
    Spec::line("mirror.remove", "mirror remove", "Remove a mirror", "Say that a host is no mirror any more")
        .danger(Danger::Changes),
];
