//! Reading stored evidence again: what an older reader left is replaced, what does not follow from the bytes is found.

use hullbreach::case::Case;
use hullbreach::case::events::kinds::{self, Acquired, ReadPayload};
use hullbreach::case::store::Draft;
use hullbreach::cli::Exit;
use hullbreach::model::digest::Digest;
use hullbreach::model::reading::Reading;
use hullbreach::read::Format;

use crate::support::World;
use crate::support::command::run;
use crate::support::evidence::{acquisition, reading, store};

const PODS: &[u8] = br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":{
    "name":"a","namespace":"p","uid":"u1"},"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}]}"#;

/// Evidence as a reader of that version left it.
fn left(case: &mut Case, version: u32, observations: Option<&[u8]>) {
    case.change("storing evidence", |change| {
        let acquisition = acquisition("pods.json", PODS);
        store(change, PODS)?;
        let observations: Option<Digest> = observations.map(|bytes| store(change, bytes)).transpose()?;
        let reading = Reading { format: "kubernetes-json".into(), ..reading(acquisition.id, version, observations) };
        let got = Draft::new(kinds::ACQUIRED, kinds::to_value(&Acquired { acquisitions: vec![acquisition] })?);
        let read = Draft::new(kinds::READ, kinds::to_value(&ReadPayload { readings: vec![reading] })?);
        change.append(vec![got, read])
    })
    .unwrap();
}

#[test]
fn what_an_older_reader_left_is_read_again_once() {
    let world = World::new();
    left(&mut world.new_case(), 0, None);
    let env = world.ana();
    assert_eq!(run(&env, ["images", "--json"]).json()["images"].as_array().unwrap().len(), 0);
    let plan = run(&env, ["reread", "--dry-run", "--json"]).expect(Exit::Done).json();
    assert_eq!((&plan["outdated"], &plan["reread"]), (&1.into(), &0.into()));
    let done = run(&env, ["reread", "--json"]).expect(Exit::Done).json();
    assert_eq!((&done["outdated"], &done["reread"]), (&1.into(), &1.into()));
    let images = run(&env, ["images", "--json"]).json();
    assert_eq!(images["images"][0]["name"], "docker.io/library/nginx:1.27");
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
    assert_eq!(run(&env, ["reread", "--json"]).expect(Exit::Done).json()["outdated"], 0);
    // The new reading is an event of its own, and can be taken back.
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(run(&env, ["images", "--json"]).json()["images"].as_array().unwrap().len(), 0);
}

#[test]
fn observations_that_the_bytes_do_not_give_are_found() {
    let world = World::new();
    let invented = br#"{"base":0,"items":[{"at":{},"uses":[{"role":"app","w":"evil:1"}]}]}
"#;
    left(&mut world.new_case(), Format::KubernetesJson.version(), Some(invented));
    let env = world.ana();
    run(&env, ["verify"]).expect(Exit::Done);
    let report = run(&env, ["verify", "--reread", "--json"]).expect(Exit::No).json();
    assert_eq!(report["problems"][0]["kind"], "reading");
}
