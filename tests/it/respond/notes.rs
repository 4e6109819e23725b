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

#[test]
fn what_a_note_mentions_is_a_link_in_the_page_and_plain_elsewhere() {
    let world = World::new();
    let env = exercise(&world);
    done(&env, &["indicator", "add", "ledger:4.2.0", "--state", "bad"]);
    done(&env, &["note", "see (ledger:4.2.0), then task:R8; task:ZZ9 is none, nor is ledger:4.2.1"]);
    let html = done(&env, &["summary", "--format", "html"]).stdout;
    assert!(html.contains("then <a href=\"#r-task-R8\">task:R8</a>; task:ZZ9 is none, nor is ledger:4.2.1"));
    assert!(html.contains(">ledger:4.2.0</a>), then"), "an image that stands in the page");
    let linked = html.split("see (<a href=\"#").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for id in [linked.as_str(), "r-task-R8"] {
        assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
    let markdown = done(&env, &["summary", "--format", "md"]).stdout;
    assert!(markdown.contains("then task:R8; task:ZZ9"), "{markdown}");
    // Without the table there is nothing to lead to.
    let html = done(&env, &["summary", "--format", "html", "--tlp", "RED"]).stdout;
    assert!(html.contains("r-task-R8"));
    let notes = json(&env, &["summary", "--format", "json"])["notes"].clone();
    assert_eq!(notes[0]["mentions"].as_array().unwrap().len(), 3, "{notes}");
}

#[test]
fn each_form_for_people_shows_the_label_of_each_entry() {
    let world = World::new();
    let env = exercise(&world);
    done(&env, &["timeline", "add", "told to everybody", "--tlp", "CLEAR"]);
    done(&env, &["timeline", "add", "what counsel said", "--privileged", "--tlp", "RED"]);
    done(&env, &["timeline", "add", "like the case"]);
    let everything = ["--tlp", "RED", "--include", "privileged"];
    let written = |form: &str| done(&env, &[&["summary", "--format", form][..], &everything].concat()).stdout;
    let line = |text: &str, of: &str| {
        let found = text.lines().find(|line| line.contains(of));
        found.unwrap_or_default().replace("<wbr>", "")
    };
    for form in ["html", "md", "jira", "slack"] {
        let text = written(form);
        let counsel = line(&text, "what counsel said");
        assert!(counsel.contains("TLP:RED, privileged"), "{form}: {counsel}");
        assert!(line(&text, "told to everybody").contains("TLP:CLEAR"), "{form}");
        assert!(!line(&text, "like the case").contains("TLP:"), "{form}");
    }
    // By default what is privileged is gone, and what is open says so.
    let usual = done(&env, &["summary", "--format", "md"]).stdout;
    assert!(!usual.contains("what counsel said") && line(&usual, "told to everybody").contains("TLP:CLEAR"));
    let csv = ["summary", "--format", "csv", "--table", "timeline"];
    let rows = done(&env, &[&csv[..], &everything].concat()).stdout;
    assert!(line(&rows, "what counsel said").contains("\"TLP:RED, privileged\""), "{rows}");
}

#[test]
fn nothing_with_a_secret_is_stored_before_it_was_seen() {
    const TOKEN: &str = "ghp_0123456789abcdefghij0123456789abcdefAB";
    let world = World::new();
    let env = exercise(&world);
    let login = json(&env, &["credentials"])["credentials"][0]["id"].as_str().unwrap().to_owned();
    let pasted = format!("401 for {TOKEN} at hub");
    let clock = json(&env, &["clocks"])["clocks"][0]["id"].as_str().unwrap().to_owned();
    let lines: [&[&str]; 8] = [
        &["note", &pasted],
        &["checklist", "done", "D1", "--evidence", &pasted],
        &["checklist", "waive", "D2", "--reason", &pasted],
        &["credentials", "set", &login, "--proved-dead", "08:00Z", "--evidence", &pasted],
        &["clocks", "met", &clock, "--at", "07:50Z", "--evidence", &pasted],
        &["timeline", "add", &pasted],
        &["timeline", "add", "tried", "--evidence", &pasted],
        &["handover", "--note", &pasted],
    ];
    for line in lines {
        let before = super::events(&env);
        let said = piped(&env, line);
        assert_eq!(said.exit, Exit::Failed, "{line:?}: {}", said.stderr);
        assert!(said.stderr.contains("at hub") && said.stderr.contains("--yes"), "{}", said.stderr);
        assert!(!said.stderr.contains(TOKEN) && !said.stdout.contains(TOKEN), "{line:?}");
        assert_eq!(super::events(&env), before, "{line:?}");
        done(&env, &[line, &["--yes"]].concat());
        assert_eq!(super::events(&env), before + 1, "{line:?}");
    }
    let said = with_input(&env, &["note", "-"], format!("two\n{TOKEN}\n").as_bytes());
    assert_eq!(said.exit, Exit::Failed, "{}", said.stderr);
    assert!(!json(&env, &["log"]).to_string().contains(TOKEN) && !json(&env, &["note"]).to_string().contains(TOKEN));
    whole(&env);
}
