//! What can be done in the four lists.

use crate::command::{Argument, Danger, Spec};

/// Of tasks, and of the incident as it is declared.
pub(super) const TASK_COMMANDS: &[Spec] = &[
    says(
        "tasks.claim",
        "Claim",
        "Say that you do the marked task; a claim ends by itself after four hours",
        "view:tasks && rows",
    ),
    says(
        "tasks.assign",
        "Assign",
        "Say who does the marked task; a claim ends by itself after four hours",
        "view:tasks && rows",
    ),
    says("tasks.done", "Done", "Say that the marked task is done, and type what proves it", "view:tasks && rows"),
    says("tasks.waive", "Waive", "Say that the marked task will not be done, and type why", "view:tasks && rows"),
    says("tasks.reopen", "Reopen", "Say that the marked task is open again, and type why", "view:tasks && rows"),
    only("tasks.only", "Show only what can be done next, yours, or all", "view:tasks"),
    Spec::terminal("tasks.group", "Group", "Show the tasks by phase or by role, each under its head")
        .when("view:tasks")
        .takes(&[Argument { name: "BY", help: "phase, role or none; else the next", required: false }]),
    says(
        "tasks.declare",
        "Declare",
        "Declare the incident, or say something else of it: severity, roles, channel, scope, status, label",
        "case",
    ),
    filter("tasks.filter", "view:tasks"),
    show("tasks.show"),
];
/// Of credentials.
pub(super) const CREDENTIAL_COMMANDS: &[Spec] = &[
    says("creds.revoked", "Revoked", "Say that the marked credential was revoked, and when", "view:creds && rows"),
    says("creds.reissued", "Reissued", "Say that a new one was made for the marked credential", "view:creds && rows"),
    says(
        "creds.dead",
        "Proved dead",
        "Say that the old one was tried and refused, and type what proves it",
        "view:creds && rows",
    ),
    says(
        "creds.dismiss",
        "Dismiss",
        "Say that the marked credential is none of yours, and type why",
        "view:creds && rows",
    ),
    only("creds.only", "Show only what is neither proved dead nor dismissed, or all", "view:creds"),
    filter("creds.filter", "view:creds"),
    show("creds.show"),
];
/// Of deadlines.
pub(super) const CLOCK_COMMANDS: &[Spec] = &[
    says("clocks.aware", "Aware", "State since when the organisation is aware, and who or what says so", "case"),
    says(
        "clocks.begin",
        "Start",
        "State what the marked deadline waits for: when it was, and who says so",
        "view:clocks && rows",
    ),
    says("clocks.filed", "Met", "Say that the marked deadline was met, and type what proves it", "view:clocks && rows"),
    says(
        "clocks.off",
        "Not applicable",
        "Say that the marked deadline does not apply, and type why",
        "view:clocks && rows",
    ),
    only("clocks.only", "Show only what applies, or all", "view:clocks"),
    filter("clocks.filter", "view:clocks"),
    show("clocks.show"),
];
/// Of the timeline.
pub(super) const TIME_COMMANDS: &[Spec] = &[
    says("time.add", "Add", "Write an entry: its lane, its time, its text", "view:time"),
    says("time.retract", "Strike", "Strike the marked entry through, and type why", "view:time && rows"),
    only("time.only", "Show only one lane, what responders wrote, what is new since you left, or all", "view:time"),
    filter("time.filter", "view:time"),
    show("time.show"),
    Spec::terminal("time.closer", "Closer", "Show only what is near the marked entry: a day, an hour, ten minutes")
        .when("view:time && rows"),
    Spec::terminal("time.wider", "Wider", "Show more of the time around, then all of it").when("view:time"),
];

/// The command that says something.
const fn says(id: &'static str, title: &'static str, help: &'static str, when: &'static str) -> Spec {
    Spec::terminal(id, title, help).danger(Danger::Changes).when(when)
}

/// The command that shows only rows with a text.
const fn filter(id: &'static str, when: &'static str) -> Spec {
    Spec::terminal(id, "Filter", "Show only rows in which a typed text stands").when(when)
}

/// The command that leads to rows from elsewhere.
const fn show(id: &'static str) -> Spec {
    const TEXT: &[Argument] = &[Argument { name: "TEXT", help: "an id or a name", required: true }];
    Spec::terminal(id, "Show", "Show only rows in which an id or a name stands").when("case").takes(TEXT)
}

/// The command that shows a part of a list.
const fn only(id: &'static str, help: &'static str, when: &'static str) -> Spec {
    const WHICH: &[Argument] = &[Argument { name: "WHICH", help: "which; else the next", required: false }];
    Spec::terminal(id, "Only", help).when(when).takes(WHICH)
}
