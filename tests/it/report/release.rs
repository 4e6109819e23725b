//! What stays out.

use hullbreach::model::tlp::Tlp;
use hullbreach::model::verdict::Verdict;
use hullbreach::report::model::{Credential, Device, Entry, Gap, Lane, Report};
use hullbreach::report::release::released;
use hullbreach::report::{Audience, Choice, Form, Topic};

use super::{hostile, written};

/// Every form of a report but those that hold no text of it.
fn all_forms(report: &Report) -> String {
    let mut text = String::new();
    for (form, _) in Form::FILES {
        let mut bytes = Vec::new();
        // A report may hold nothing for a form.
        let _ = form.write(report, &mut bytes);
        text.push_str(&String::from_utf8(bytes).unwrap());
    }
    text
}

#[test]
fn by_default_neither_what_is_privileged_nor_persons_nor_higher_labels_leave() {
    let text = all_forms(&released(hostile(), &Choice::default()));
    for gone in ["what counsel said", "people in the room", "ana@corp.example", "mallory@evil", "mallory[@]"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert!(text.contains("told to everybody") && text.contains("(address left out)"));
}

#[test]
fn what_is_asked_for_by_name_leaves() {
    let choice = Choice { privileged: true, personal: true, tlp: Some(Tlp::Red), ..Choice::default() };
    let json = written(Form::Json, &released(hostile(), &choice));
    for there in ["what counsel said", "people in the room", "ana@corp.example", "mallory@evil.example"] {
        assert!(json.contains(there), "{there}");
    }
    assert!(json.contains("\"tlp\": \"RED\""));
}

#[test]
fn under_a_lower_label_only_what_bears_it_leaves() {
    for tlp in [Tlp::Clear, Tlp::Green, Tlp::Amber] {
        let before = hostile();
        let images = (before.affected.len() + before.cleared.len()) as u64;
        let title = before.header.title.clone().unwrap();
        let report = released(before, &Choice { tlp: Some(tlp), ..Choice::default() });
        assert_eq!(report.timeline.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["open"]);
        assert!(report.impact.is_none() && report.affected.is_empty() && report.evidence.is_empty());
        assert!(report.tasks.is_empty() && report.clocks.is_empty() && report.credentials.is_empty());
        let left_out = report.left_out.iter().find(|row| row.topic == Topic::Affected).unwrap();
        assert_eq!((left_out.why, left_out.count), ("label", images));
        let text = all_forms(&report);
        assert!(!text.contains(&title) && !text.contains("monitoring-agent"), "{}", tlp.shown());
        assert!(written(Form::Html, &report).contains(&format!("<div class=\"tlp\">{}</div>", tlp.shown())));
    }
}

#[test]
fn customers_read_nothing_of_the_inside() {
    let before = hostile();
    let bad = before.affected.iter().find(|image| image.verdict == Verdict::Bad && !image.digests.is_empty());
    let digest = bad.unwrap().digests[0].value.clone();
    let text = all_forms(&released(before, &Choice { audience: Audience::Customer, ..Choice::default() }));
    for gone in ["prod-eu", "observability team", "ComposeProject", "DaemonSet", "pods-0750"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert!(text.contains(&digest), "the digests are what they need");
}

#[test]
fn customers_are_not_told_zeroes_for_what_is_kept_inside() {
    let report = released(hostile(), &Choice { audience: Audience::Customer, ..Choice::default() });
    assert!(!report.affected.is_empty());
    let json: serde_json::Value = serde_json::from_str(&written(Form::Json, &report)).unwrap();
    for image in json["affected"].as_array().unwrap() {
        assert!(["running", "uses", "workloads"].iter().all(|field| image.get(field).is_none()), "{image}");
    }
    let page = written(Form::Markdown, &report);
    assert!(!page.contains("Workloads") && !page.contains("| Running"), "{page}");
}

#[test]
fn customers_are_not_told_where_things_run_by_the_timeline_either() {
    let mut before = hostile();
    let places = |entry: &&Entry| entry.source.is_empty() && entry.text.contains(" at ");
    assert!(before.timeline.iter().any(|entry| places(&entry)), "the exercise records where images ran");
    let mut typed = before.timeline[0].clone();
    (typed.id, typed.source, typed.text) = ("typed".into(), "written down".into(), "the tag was moved by noon".into());
    typed.lane = Lane::Happened;
    before.timeline.push(typed);
    let report = released(before, &Choice { audience: Audience::Customer, ..Choice::default() });
    assert!(!report.timeline.iter().any(|entry| places(&entry)));
    assert!(report.timeline.iter().any(|entry| entry.id == "typed"));
}

#[test]
fn persons_stay_out_of_every_text_that_can_name_them() {
    let mut before = hostile();
    let credential = Credential {
        id: None,
        kind: "registry-account".into(),
        name: "alice.personal".into(),
        scope: "docker.io/acme".into(),
        owner: None,
        used_by: 0,
        worst: None,
        state: "open".into(),
        revoked: None,
        reissued: None,
        proved_dead: None,
        evidence: Vec::new(),
        dismissed: None,
    };
    before.credentials.push(credential);
    let mut entry = before.timeline[0].clone();
    (entry.lane, entry.source, entry.marking) = (Lane::Did, String::new(), Default::default());
    entry.text = "registry-account alice.personal docker.io/acme: revoked 2026-03-17 08:00Z".into();
    before.timeline.push(entry);
    before.notes[0].text = Some("see /home/carol/a and /home/dave/b, account:erin, mailto:frank@corp.example".into());
    before.tasks[0].title = "ask grace@corp.md".into();
    before.clocks[0].title = "call ivan@corp.example".into();
    before.evidence[0].context = Some("judy@corp.example".into());
    let unknown = before.unknown.as_mut().unwrap();
    unknown.unverified.push(Device { key: "0".repeat(64), name: Some("mallet-laptop".into()), events: 1 });
    let gaps = &mut before.unknown.as_mut().unwrap().gaps;
    gaps.push(Gap {
        place: "x".into(),
        context: None,
        kind: "problem".into(),
        reason: "heidi@corp.example".into(),
        rejected: 0,
    });
    let json = written(Form::Json, &released(before, &Choice::default()));
    for gone in ["alice", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallet"] {
        assert!(!json.contains(gone), "{gone}");
    }
    assert!(json.contains("registry-account (left out) docker.io/acme: revoked"));
}

#[test]
fn each_audience_has_its_parts_and_what_went_is_counted() {
    for audience in Audience::ALL {
        let report = released(hostile(), &Choice { audience, ..Choice::default() });
        assert!(!report.summary.is_empty());
        let parts = [
            (Topic::Impact, report.impact.is_some()),
            (Topic::Affected, !report.affected.is_empty()),
            (Topic::Evidence, !report.evidence.is_empty()),
            (Topic::Tasks, !report.tasks.is_empty()),
            (Topic::Clocks, !report.clocks.is_empty()),
            (Topic::Notes, !report.notes.is_empty()),
        ];
        for (topic, there) in parts {
            assert_eq!(there, audience.receives(topic), "{} {}", audience.as_str(), topic.as_str());
            let counted = report.left_out.iter().any(|row| row.topic == topic && row.why == "audience");
            assert!(there || counted, "{} {}", audience.as_str(), topic.as_str());
        }
    }
}
