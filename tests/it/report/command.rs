//! `summary` and `demo --summary` as people meet them.

use hullbreach::cli::Exit;

use crate::cli::{exercise, piped};
use crate::support::World;

#[test]
fn the_same_events_give_the_same_bytes_on_any_machine_at_any_time() {
    let (one, other) = (World::new(), World::new());
    let env = exercise(&one);
    let mut elsewhere = other.device("bo");
    elsewhere.vars = env.vars.clone();
    other.set_clock(crate::support::START + 400 * 86_400_000_000);
    for form in ["md", "html", "json", "slack", "jira", "stix", "timesketch", "csv"] {
        let first = piped(&env, &["summary", "--format", form]).ended(Exit::Done).stdout;
        let second = piped(&elsewhere, &["summary", "--format", form]).ended(Exit::Done).stdout;
        assert!(!first.is_empty() && first == second, "{form}");
    }
}

#[test]
fn a_file_is_made_and_never_written_over() {
    let world = World::new();
    let env = exercise(&world);
    let file = world.root().join("summary.html");
    let name = file.to_str().unwrap();
    let arguments = ["summary", "--format", "html", "-o", name];
    let planned = piped(&env, &["summary", "--format", "html", "-o", name, "--dry-run"]).ended(Exit::Done);
    assert!(planned.stdout.contains("would write") && !file.exists(), "{}", planned.stdout);
    let said = piped(&env, &arguments).ended(Exit::Done);
    assert!(said.stderr.contains("TLP:AMBER+STRICT for technical readers"), "{}", said.stderr);
    let before = std::fs::read(&file).unwrap();
    let again = piped(&env, &arguments).ended(Exit::Failed);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn what_cannot_be_meant_is_said() {
    let world = World::new();
    let env = exercise(&world);
    for (arguments, words) in [
        (&["summary", "--tlp", "WHITE"][..], "not a TLP 2.0 label"),
        (&["summary", "--format", "html", "--json"], "cannot both be meant"),
        (&["summary", "--table", "evidence"], "--format csv"),
        (&["summary", "--at", "noonish"], "noonish"),
    ] {
        let said = piped(&env, arguments).ended(Exit::Usage);
        assert!(said.stderr.contains(words), "{arguments:?}: {}", said.stderr);
    }
    assert!(piped(&env, &["summary", "--json"]).ended(Exit::Done).json()["header"]["case"].is_string());
}

#[test]
fn demo_writes_every_form() {
    let world = World::new();
    let env = world.ana();
    let dir = world.root().join("demo");
    let said = piped(&env, &["demo", "--summary", "--dir", dir.to_str().unwrap()]).ended(Exit::Done);
    assert!(said.stdout.contains("Exercise:") && said.stderr.contains("every form of the summary"), "{}", said.stderr);
    for name in ["summary.html", "summary.md", "summary.json", "summary.stix.json", "timesketch.jsonl", "evidence.csv"]
    {
        let bytes = std::fs::read(dir.join("summary").join(name)).unwrap();
        assert!(!bytes.is_empty(), "{name}");
    }
    // What was judged by what, and where the criticals come from, stands beside the priorities.
    let text = std::fs::read_to_string(dir.join("summary/summary.md")).unwrap();
    let fact = |name: &str| text.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap_or_default();
    assert!(fact("From bases").contains("66 % of the criticals come from 3 bases (10 of 15)"), "{text}");
    let ages = fact("Known as of");
    assert!(
        ages.contains("EPSS 2026-03-16") && ages.contains("KEV 2026-03-13") && ages.contains("grype scan"),
        "{ages}"
    );
    // The end of the tabletop: what was filed, and when, is in it too.
    assert!(text.contains("CSIRT-2026-0317-88"), "{text}");
}
