//! What comes first, and why.

use crate::command::{Danger, Spec};

/// Priorities, assessments, the matrix, the policy.
pub(super) const ROWS: &[Spec] = &[
    Spec::line("triage.all", "triage", "Priorities", "List images by priority, P0 by cause and owner"),
    Spec::line(
        "triage.set",
        "triage set",
        "Set a priority",
        "Set the priority of images by hand, with a reason; the computed one stays beside it",
    )
    .danger(Danger::Changes),
    Spec::line("triage.pause", "triage pause", "Pause", "Stop the due time of images, with a reason")
        .danger(Danger::Changes),
    Spec::line("triage.resume", "triage resume", "Resume", "Let the due time of images run again, with a reason")
        .danger(Danger::Changes),
    Spec::line(
        "triage.next",
        "triage next",
        "What to find out",
        "List what is not known of images, what would change their priority most first",
    ),
    Spec::line(
        "triage.assess",
        "assess",
        "Assess",
        "Say how critical, exploitable or exposed images are, with a reason; an empty value leaves it to the facts",
    )
    .danger(Danger::Changes),
    Spec::line(
        "triage.matrix",
        "matrix",
        "Matrix",
        "Print how many images stand in each cell, and the worst priority there",
    ),
    Spec::line(
        "triage.explain",
        "explain",
        "Explain",
        "Say why an image has its priority, what was assumed, what would change it, and what to do next",
    ),
    Spec::line("policy.all", "policy", "Policy", "Print, check, try or change the policy that makes priorities"),
    Spec::line("policy.show", "policy show", "Policy", "Print the policy that counts"),
    Spec::line(
        "policy.check",
        "policy check",
        "Check a policy",
        "Say whether a policy makes sense; exit 4 where it does not",
    ),
    Spec::line("policy.preview", "policy preview", "Try a policy", "Say which images another policy would move"),
    Spec::line("policy.set", "policy set", "Set the policy", "Give the case another policy, with a reason")
        .danger(Danger::Changes),
];
