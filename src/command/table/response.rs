//! The response: who does what by when.

use crate::command::{Danger, Spec};

/// A command that changes what is said of the response.
const fn says(id: &'static str, words: &'static str, title: &'static str, help: &'static str) -> Spec {
    Spec::line(id, words, title, help).danger(Danger::Changes)
}

/// The declaration and the checklist.
pub(super) const TASKS: &[Spec] = &[
    Spec::line(
        "incident.situation",
        "situation",
        "Situation",
        "Show the first screen as text: what can be trusted, verdicts, what needs a decision now, deadlines, tasks",
    ),
    says(
        "incident.declare",
        "declare",
        "Declare the incident",
        "Declare the incident with severity, scope, roles and awareness, and print its alert; later change any of it",
    ),
    Spec::line("tasks.all", "checklist", "Checklist", "Show who does what by when, with evidence for what is done"),
    Spec::line("tasks.list", "checklist list", "Tasks", "List the tasks: all, yours, or what can be done next"),
    says("tasks.add", "checklist add", "Add a task", "Add a task, or the tasks of a file"),
    says("tasks.claim", "checklist claim", "Claim a task", "Say that somebody does a task; a claim ends by itself"),
    says("tasks.done", "checklist done", "Task done", "Say that a task is done, and what proves it"),
    says(
        "tasks.waive",
        "checklist waive",
        "Waive a task",
        "Say that a task will not be done, and why; never counted as done",
    ),
    says("tasks.reopen", "checklist reopen", "Reopen a task", "Say that a task is open again, and why"),
];

/// Deadlines.
pub(super) const CLOCKS: &[Spec] = &[
    Spec::line("clocks.all", "clocks", "Deadlines", "Show which deadlines run, from when, and what was filed"),
    says(
        "clocks.start",
        "clocks start",
        "Start deadlines",
        "State when something was that deadlines run from: awareness, a determination, a classification",
    ),
    says("clocks.met", "clocks met", "Deadline met", "Say that a deadline was met, and what proves it"),
    says("clocks.deny", "clocks deny", "Not so", "Say that something is not so, or that a deadline does not apply"),
    says("clocks.add", "clocks add", "Own deadlines", "Add deadlines of your own: contracts, national law"),
    says("clocks.holidays", "clocks holidays", "Holidays", "Give the holidays of a calendar, for business days"),
];

/// The timeline.
pub(super) const TIMELINE: &[Spec] = &[
    Spec::line(
        "timeline.all",
        "timeline",
        "Timeline",
        "Show what happened, what we learned and what we did, on one axis",
    ),
    says(
        "timeline.add",
        "timeline add",
        "Write an entry",
        "Write an entry of the timeline, with the time it was and how it is known",
    ),
    says(
        "timeline.edit",
        "timeline edit",
        "Revise an entry",
        "Say something else of an entry; what it said before stays in the record",
    ),
    says(
        "timeline.retract",
        "timeline retract",
        "Strike an entry",
        "Strike an entry through, and say why; it stays in sight",
    ),
    says(
        "timeline.import",
        "timeline import",
        "Import a timeline",
        "Import a timeline of Timesketch (CSV, JSONL) or any CSV",
    ),
];

/// Credentials.
pub(super) const CREDENTIALS: &[Spec] = &[
    Spec::line(
        "credentials.all",
        "credentials",
        "Credentials",
        "Show which credentials there are, how far each reaches, and whether the old ones are proved dead",
    ),
    Spec::line("credentials.list", "credentials list", "Credentials", "List the credentials, and what must be asked"),
    says(
        "credentials.add",
        "credentials add",
        "Name a credential",
        "Name a credential that no evidence names; never its value",
    ),
    says(
        "credentials.set",
        "credentials set",
        "Credential done",
        "Say that a credential was revoked, made anew, or proved dead",
    ),
    says(
        "credentials.none",
        "credentials none",
        "None of a kind",
        "Say that there is no credential of a kind, and who says so",
    ),
    says(
        "credentials.import",
        "credentials import",
        "Import a list",
        "Take names from a list of accounts or tokens (CSV); what is pasted is shown redacted first",
    ),
];

/// Between shifts.
pub(super) const HANDOVER: &[Spec] = &[says(
    "incident.handover",
    "handover",
    "Handover",
    "Show what was said since you left, and what is open; with --note hand over to the next shift",
)];
