//! Times inside evidence that cannot have been by the time at which it was got: they make nothing newer, later or milder.

use serde_json::{Value, json};
use std::path::Path;

use super::pods::{case, dumps, fed, hour, list, pod, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;
use hullbreach::env::Env;

const LATE: &str = "2099-01-01T00:00:00Z";

/// A running pod whose container started at a time.
fn started(name: &str, at: &str) -> Value {
    let mut pod = pod("web", name, name, "n1", &format!("shop/{name}:1"), 1);
    pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] = json!(at);
    pod
}

fn source(env: &Env) -> Value {
    let rows = run(env, ["evidence", "--json"]).json();
    rows["evidence"][0].clone()
}

fn as_of(env: &Env) -> String {
    source(env)["as_of"].as_str().unwrap().to_owned()
}

fn first_seen(env: &Env) -> Vec<String> {
    let images = run(env, ["images", "--json", "--sort", "name"]).expect(Exit::Done).json();
    images["images"].as_array().unwrap().iter().map(|row| row["first_seen"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn import(env: &Env, path: &Path) -> String {
    let report = run(env, ["import", "--json", &arg(path)]).expect(Exit::Done).json();
    report["evidence"][0]["notes"].to_string()
}

#[test]
fn a_start_in_the_far_future_makes_evidence_no_newer() {
    let world = World::new();
    let env = case(&world, "hub");
    // The file is of 06:00; what stands beside the late time says 07:00, as a file touched by a copy would.
    let pods = [started("a", LATE), started("b", "2026-03-17T07:00:00Z")];
    let notes = import(&env, &write(&dumps(&world).join("pods.json"), list(&pods).to_string(), 6));
    assert!(notes.contains("2099-01-01 00:00Z") && notes.contains("lies after it was got"), "{notes}");
    assert_eq!(as_of(&env), "2026-03-17T07:00:00Z");
    assert_eq!(first_seen(&env), ["2026-03-17T07:00:00Z"], "both are of one digest");
    let image = run(&env, ["image", "shop/a:1", "--json"]).expect(Exit::Done).json();
    assert_eq!(image["uses"][0]["started"], Value::Null, "nothing is known of its start");
    state(&env);
}

#[test]
fn what_is_hardly_later_than_the_file_counts_as_it_did() {
    let world = World::new();
    let env = case(&world, "hub");
    let pods = [started("a", "2026-03-17T20:00:00Z")];
    let notes = import(&env, &write(&dumps(&world).join("pods.json"), list(&pods).to_string(), 6));
    assert_eq!((as_of(&env).as_str(), notes.as_str()), ("2026-03-17T20:00:00Z", "null"), "clocks differ by hours");
}

#[test]
fn a_late_time_on_standard_input_leaves_when_it_came() {
    let world = World::new();
    let env = case(&world, "hub");
    fed(&env, &[], list(&[started("a", LATE)]).to_string().as_bytes(), Exit::Done);
    assert_eq!(as_of(&env), "2026-03-18T00:00:00Z");
}

#[test]
fn a_member_that_an_archive_dates_after_itself_is_as_old_as_the_archive() {
    let world = World::new();
    let env = case(&world, "hub");
    let bytes = list(&[started("a", "2026-03-17T01:00:00Z")]).to_string();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mtime(4_070_908_800);
    tar.append_data(&mut header, "pods.json", bytes.as_bytes()).unwrap();
    let path = write(&dumps(&world).join("pods.tar"), tar.into_inner().unwrap(), 6);
    run(&env, ["import", &arg(&path)]).expect(Exit::Done);
    let rows = run(&env, ["coverage", "--json"]).json();
    let of = |row: &&Value| row["path"].as_str().unwrap().ends_with("!/pods.json");
    let member = rows["sources"].as_array().unwrap().iter().find(of).unwrap();
    let expected = hour(6).duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(expected, 1_773_727_200);
    assert_eq!(member["as_of"], "2026-03-17T06:00:00Z");
}

#[test]
fn a_start_in_the_far_future_clears_nothing_and_delays_nothing() {
    let world = World::new();
    let env = case(&world, "hub");
    let pods = [started("a", LATE)];
    import(&env, &write(&dumps(&world).join("pods.json"), list(&pods).to_string(), 6));
    let line = [
        "indicator",
        "add",
        "registry:docker.io",
        "--state",
        "bad",
        "--window",
        "2026-03-17T02:00Z..2026-03-17T07:00Z",
    ];
    run(&env, line).expect(Exit::Done);
    let images = run(&env, ["images", "--json"]).expect(Exit::Done).json();
    assert_eq!(images["images"][0]["verdict"], "suspect", "it was seen first at 06:00, within the window");
    let triage = run(&env, ["triage", "--json"]).json();
    assert!(!triage.to_string().contains("2099"), "{triage}");
}

#[test]
fn a_pull_whose_time_cannot_be_is_one_without_a_time() {
    let world = World::new();
    let env = case(&world, "hub");
    let digest = |letter: char| format!("sha256:{}", letter.to_string().repeat(64));
    for (name, pull) in [("late", json!({"LastPulled": LATE})), ("untold", json!({}))] {
        let letter = name.chars().next().unwrap().to_ascii_lowercase();
        let digest = digest(if letter == 'l' { 'a' } else { 'b' });
        let mut pull = pull;
        pull["Repository"] = json!(format!("docker.io/shop/{name}"));
        let image = json!([{
            "Id": digest, "RepoTags": [format!("shop/{name}:1")], "RepoDigests": [format!("shop/{name}@{digest}")],
            "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64", "Os": "linux",
            "Descriptor": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 1},
            "Identity": {"Pull": [pull]},
        }]);
        run(&env, ["import", &arg(&write(&dumps(&world).join(format!("{name}.json")), image.to_string(), 6))])
            .expect(Exit::Done);
        let shown = run(&env, ["image", &digest, "--json"]).expect(Exit::Done).json();
        let pulls = shown["sightings"].as_array().unwrap().iter().filter(|row| row["kind"] == "pull");
        let times: Vec<_> = pulls.map(|row| (row["from"].clone(), row["to"].clone())).collect();
        assert_eq!(times, [(Value::Null, json!("2026-03-17T06:00:00Z"))], "{name}");
        let text = run(&env, ["image", &digest]).expect(Exit::Done).out();
        assert!(text.contains("not later than 2026-03-17 06:00Z"), "{text}");
        let listed = run(&env, ["sightings", &digest, "--json"]).json();
        let row = listed["sightings"].as_array().unwrap().iter().find(|row| row["kind"] == "pull").unwrap();
        assert_eq!(row["from"], Value::Null, "{row}");
        assert_eq!(row["trust"], "no time told: not later than the evidence");
        let sums = &listed["summary"][0];
        assert_eq!((sums["total_pulls"].as_u64(), &sums["first_pull"]), (Some(1), &Value::Null), "{sums}");
    }
}
