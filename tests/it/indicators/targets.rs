//! What a responder may type for a target, and what is refused with what to do.

use hullbreach::cli::Exit;

use super::exercise;
use crate::cli::piped;
use crate::support::World;

#[test]
fn short_forms_mean_one_thing_or_are_refused_with_the_candidates() {
    let world = World::new();
    let env = exercise(&world);
    let add = |target: &str| piped(&env, &["indicator", "add", target, "--state", "suspect", "--json", "--dry-run"]);
    let target =
        |text: &str| add(text).ended(Exit::Done).json()["indicators"][0]["target"].as_str().unwrap().to_owned();
    assert!(target("ecdb24db").starts_with("digest:sha256:ecdb24db"));
    assert_eq!(target("monitoring-agent:1.5.0"), "tag:docker.io/harbourline/monitoring-agent:1.5.0");
    assert_eq!(target("tag:monitoring-agent:1.5.0"), "tag:docker.io/harbourline/monitoring-agent:1.5.0");
    assert_eq!(target("repo:harbourline/*"), "repo:harbourline/*");
    assert_eq!(target("action:actions/checkout"), "action:actions/checkout");

    let whole = format!("sha256:{}", "ab".repeat(32));
    let unseen = add(&whole).ended(Exit::Done).json();
    assert!(unseen["notes"].to_string().contains("nothing that was read names it"), "{unseen}");
    assert_eq!(target("vendor.example/x/y:1"), "tag:vendor.example/x/y:1");

    let ambiguous = add("node").ended(Exit::Failed);
    assert!(ambiguous.stderr.contains("tag:docker.io/library/node:18-alpine"), "{}", ambiguous.stderr);
    let nothing = add("no/such-thing").ended(Exit::Failed);
    assert!(nothing.stderr.contains("nothing that was read fits"), "{}", nothing.stderr);
    let grammar = add("layer:abc").ended(Exit::Usage);
    assert!(grammar.stderr.contains("whole digest"), "{}", grammar.stderr);
}

#[test]
fn windows_and_repeats_that_cannot_be_meant_are_refused() {
    let world = World::new();
    let env = exercise(&world);
    let add = |rest: &[&str]| piped(&env, &[&["indicator", "add", "registry:docker.io"], rest].concat());
    let reversed = add(&["--state", "bad", "--window", "07:00Z..02:00Z"]).ended(Exit::Usage);
    assert!(reversed.stderr.contains("before it begins"), "{}", reversed.stderr);
    add(&["--state", "bad", "--by", "signed"]).ended(Exit::Usage);
    let cleared = add(&["--state", "cleared"]).ended(Exit::Usage);
    assert!(cleared.stderr.contains("--window"), "{}", cleared.stderr);
    add(&["--state", "worse"]).ended(Exit::Usage);
    add(&["--state", "bad"]).ended(Exit::Done);
    let again = add(&["--state", "bad"]).ended(Exit::Failed);
    assert!(again.stderr.contains("there already"), "{}", again.stderr);
    piped(&env, &["indicator", "set", "registry:docker.io"]).ended(Exit::Usage);
    piped(&env, &["indicator", "retract", "registry:quay.io"]).ended(Exit::Failed);
    // Nothing is known of any image's packages: all of them may carry it.
    let package = piped(&env, &["indicator", "add", "pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2", "--state", "bad"]);
    assert!(package.ended(Exit::Done).stdout.contains("cannot tell (NOT KNOWN)"));
}

#[test]
fn the_list_has_the_fields_of_the_contract() {
    let world = World::new();
    let env = exercise(&world);
    let line = ["indicator", "add", "registry:docker.io", "--state", "bad", "--window", "..07:00Z", "--source", "mail"];
    piped(&env, &line).ended(Exit::Done);
    let listed = piped(&env, &["indicator", "list", "--json"]).ended(Exit::Done).json();
    let row = &listed["indicators"][0];
    for field in ["id", "target", "state", "to", "source", "author"] {
        assert!(row[field].is_string(), "{field} in {row}");
    }
    assert!(row["from"].is_null() && row["reason"].is_null(), "{row}");
    let text = piped(&env, &["indicator"]).ended(Exit::Done).stdout;
    assert!(text.contains("registry:docker.io") && text.contains("2026-03-17 07:00Z"), "{text}");
}
