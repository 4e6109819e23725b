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
