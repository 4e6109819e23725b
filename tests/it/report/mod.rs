//! Summaries: what leaves, what stays out, and that each form is read as what it is.

mod command;
mod forms;
mod real;
mod release;

use std::path::Path;

use hullbreach::case::{Access, Case};
use hullbreach::model::tlp::Tlp;
use hullbreach::model::verdict::Verdict;
use hullbreach::report::model::{Entry, Lane, Marking, Note, Report};
use hullbreach::report::release::released;
use hullbreach::report::{Choice, Form};
use hullbreach::work::summary::{Stated, gather};

use crate::cli::exercise;
use crate::support::World;

/// A name that would run in a page, break a table, call a channel and start a formula.
pub const HOSTILE: &str = "=evil.example/<script>window.__ran=1</script>|@channel*{code}*:1";

/// The exercise's report, with names that a breached registry could hold, and entries of every marking.
pub fn hostile() -> Report {
    let world = World::new();
    let env = exercise(&world);
    let case = Case::open(Path::new(&env.vars["HULLBREACH_CASE"]), Access::Read, &env).unwrap();
    let mut report = gather(&case, &Stated::default()).unwrap();
    let bad = report.affected.iter_mut().find(|image| image.verdict == Verdict::Bad && !image.digests.is_empty());
    let bad = bad.expect("the exercise has a bad image with a digest");
    bad.name = HOSTILE.to_owned();
    bad.digests[0].kind = "manifest".to_owned();
    let at = report.header.generated;
    for (id, text, tlp, privileged) in [
        ("open", "told to everybody", Some(Tlp::Clear), false),
        ("own", "mail from mallory@evil.example, see https://evil.example/x", None, false),
        ("counsel", "what counsel said", None, true),
        ("red", "for the people in the room", Some(Tlp::Red), false),
    ] {
        report.timeline.push(Entry {
            id: id.to_owned(),
            lane: Lane::Happened,
            at,
            discovered: None,
            precision: String::new(),
            text: text.to_owned(),
            source: String::new(),
            evidence: None,
            image: None,
            digest: None,
            author: "ana <ana@corp.example>".to_owned(),
            retracted: false,
            marking: Marking { tlp, privileged },
        });
    }
    report.notes.push(Note {
        event: "0".repeat(64),
        at,
        author: "ana".to_owned(),
        about: None,
        text: Some(format!("# heading\n- {HOSTILE}\n1. list")),
        mentions: Vec::new(),
        marking: Marking::default(),
    });
    report
}

/// A form as text.
pub fn written(form: Form, report: &Report) -> String {
    let mut bytes = Vec::new();
    form.write(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What leaves by default.
pub fn by_default(report: Report) -> Report {
    released(report, &Choice::default())
}
