//! What stays out.

use hullbreach::model::tlp::Tlp;
use hullbreach::model::verdict::Verdict;
use hullbreach::report::model::Report;
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
