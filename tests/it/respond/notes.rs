//! Who may read a note: its label is shown with it, and decides whether it leaves the case.

use hullbreach::cli::Exit;
use hullbreach::env::Env;

use super::{done, json, whole};
use crate::cli::{exercise, piped, with_input};
use crate::support::World;

/// Notes and recorded entries of a summary, as one text.
fn summary(env: &Env, more: &[&str]) -> String {
    let shown = piped(env, &[&["summary", "--format", "json"][..], more].concat());
    format!("{}{}", shown.json()["notes"], shown.json()["timeline"])
}

#[test]
fn a_label_is_kept_and_shown() {
    let world = World::new();
    let env = exercise(&world);
    let said = json(&env, &["note", "--tlp", "red", "--privileged", "asked counsel"]);
    assert_eq!((&said["tlp"], &said["privileged"]), (&"RED".into(), &true.into()));
    // The same in the text itself, as one types it in an editor; the stricter of two counts.
    with_input(&env, &["note", "-"], b"TLP:GREEN TLP:AMBER\ntold the vendor\n").ended(Exit::Done);
    done(&env, &["note", "no label"]);
    let notes = json(&env, &["note"])["notes"].clone();
    let told: Vec<(&str, &str, bool)> = notes
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (n["text"].as_str().unwrap(), n["tlp"].as_str().unwrap_or("-"), n["privileged"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("asked counsel", "RED", true), ("told the vendor", "AMBER", false), ("no label", "-", false)]);
    let text = done(&env, &["note"]).stdout;
    assert!(text.contains("[TLP:RED] [privileged] the case"), "{text}");
    piped(&env, &["note", "--tlp", "WHITE", "x"]).ended(Exit::Usage);
    piped(&env, &["note", "--tlp", "RED"]).ended(Exit::Usage);
    assert_eq!(with_input(&env, &["note", "-"], b"TLP:RED\n").exit, Exit::Failed, "a label is no note");
    whole(&env);
}

#[test]
fn nothing_above_the_label_leaves_and_nothing_privileged_unasked() {
    let world = World::new();
    let env = exercise(&world);
    let about = "ledger:4.2.0";
    done(&env, &["note", "--tlp", "RED", "--on", about, "who it was"]);
    done(&env, &["note", "--tlp", "CLEAR", "for everybody"]);
    done(&env, &["note", "--privileged", "what counsel said"]);
    done(&env, &["note", "takes the case's"]);
    // The case is AMBER+STRICT.
    let usual = summary(&env, &[]);
    for (text, leaves) in
        [("who it was", false), ("for everybody", true), ("what counsel said", false), ("takes the case's", true)]
    {
        assert_eq!(usual.contains(text), leaves, "{text}");
    }
    // Not even that there is such a note: the recorded entry has the note's label.
    let written = usual.matches("a note was written").count();
    let all = summary(&env, &["--tlp", "RED", "--include", "privileged"]);
    assert_eq!(all.matches("a note was written").count(), written + 2);
    assert!(all.contains("who it was") && all.contains("what counsel said"));
    let open = summary(&env, &["--tlp", "CLEAR"]);
    assert!(open.contains("for everybody") && !open.contains("takes the case's"), "{open}");
    let markdown = done(&env, &["summary", "--format", "md", "--tlp", "RED"]).stdout;
    assert!(markdown.contains("TLP:RED"), "{markdown}");
}

#[test]
fn notes_are_about_anything_and_what_they_mention_is_found() {
    let world = World::new();
    let env = exercise(&world);
    let clock = json(&env, &["clocks"])["clocks"][0]["id"].as_str().unwrap().to_owned();
    let login = json(&env, &["credentials"])["credentials"][0]["id"].as_str().unwrap().to_owned();
    let entry = json(&env, &["timeline", "add", "the agent called home"]);
    let entry = entry["id"].as_str().map(str::to_owned).unwrap_or_else(|| {
        let own = json(&env, &["timeline", "--own"]);
        own["entries"][0]["id"].as_str().unwrap().to_owned()
    });
    let indicator = json(&env, &["indicator", "list"])["indicators"][0]["id"].as_str().unwrap().to_owned();
    for (on, about) in [
        ("task:r8".to_owned(), "task:R8".to_owned()),
        (format!("clock:{clock}"), format!("clock:{clock}")),
        (format!("credential:{}", &login[..10]), format!("credential:{login}")),
        (format!("entry:{}", &entry[..8]), format!("entry:{entry}")),
        (format!("indicator:{}", &indicator[..8]), format!("indicator:{indicator}")),
    ] {
        assert_eq!(json(&env, &["note", "--on", &on, "looked at"])["about"].as_str(), Some(about.as_str()), "{on}");
        let listed = json(&env, &["note", "--on", &on])["notes"].clone();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    }
    for nothing in ["task:ZZ9", "clock:none", "credential:none", "entry:000000", "indicator:zz"] {
        assert_eq!(piped(&env, &["note", "--on", nothing, "x"]).exit, Exit::Failed, "{nothing}");
    }
    let log = json(&env, &["log"])["events"][0]["hash"].as_str().unwrap().to_owned();
    let text = format!("see ledger:4.2.0, event:{}, task:R8 and/or nothing:1.2 at 08:20Z", &log[..10]);
    done(&env, &["note", &text]);
    let notes = json(&env, &["note"])["notes"].clone();
    let mentions = notes.as_array().unwrap().last().unwrap()["mentions"].clone();
    let told = |n: usize, key: &str| mentions[n][key].as_str().unwrap().to_owned();
    assert_eq!(mentions.as_array().unwrap().len(), 3, "{mentions}");
    assert_eq!((told(0, "written").as_str(), told(0, "target").starts_with("image:")), ("ledger:4.2.0", true));
    assert_eq!((told(1, "target"), told(2, "target").as_str()), (format!("event:{log}"), "task:R8"));
}
