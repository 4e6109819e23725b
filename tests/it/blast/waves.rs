//! In which order to rebuild.

use hullbreach::cli::Exit;

use crate::cli::{exercise, piped};
use crate::support::World;

#[test]
fn the_base_comes_first_and_clears_most() {
    let world = World::new();
    let env = exercise(&world);
    let found = piped(&env, &["waves", "--json"]).ended(Exit::Done).json();
    let names = |rows: &serde_json::Value| -> Vec<String> {
        let name = |row: &serde_json::Value| row["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(name).collect()
    };
    let waves = found["waves"].as_array().unwrap();
    assert_eq!(waves.len(), 2);
    // Names of what is rebuilt, and alpine itself, which is replaced from outside, are in no wave.
    assert_eq!(names(&waves[0]["images"]), ["base:3", "relay:2.0"]);
    assert_eq!(names(&waves[1]["images"]), ["kiosk:3.4", "till:3.4"]);
    assert_eq!((found["before"]["bad"].as_u64(), waves[0]["left"]["bad"].as_u64()), (Some(4), Some(2)));
    assert_eq!(waves[1]["left"]["bad"], 0);
    assert_eq!(names(&found["smallest_set"]), ["base:3", "relay:2.0"]);
    assert_eq!(found["smallest_set"][0]["left"]["bad"], 1, "with the base, all on it is clean");
    let urgent = piped(&env, &["waves", "--for", "P0,P1", "--json"]).ended(Exit::Done).json();
    for class in ["P0", "P1"] {
        assert_eq!(found["before"][class], urgent["before"][class], "counted also where nobody asks for it");
        assert_eq!(found["waves"][0]["clears"][class], urgent["waves"][0]["clears"][class]);
    }
    let text = piped(&env, &["waves"]).ended(Exit::Done).stdout;
    assert!(text.contains("wave 1: 2 images; after it 4 BAD -> 2 BAD"), "{text}");
}

/// The contract's `clears`: what is left of each priority after each wave, and with what is begun.
#[test]
fn priorities_are_counted_where_they_are_asked_for() {
    let world = World::new();
    let env = exercise(&world);
    let found = piped(&env, &["waves", "--for", "P0,p1,P0", "--json"]).ended(Exit::Done).json();
    let counts = |value: &serde_json::Value| ["P0", "P1"].map(|class| value[class].as_u64().unwrap());
    assert_eq!(found["before"].as_object().unwrap().len(), 2, "each class once: {found}");
    let images = piped(&env, &["images", "--filter", "verdict:bad", "--json"]).ended(Exit::Done).json();
    let urgent = |name: &str| -> u64 {
        let all = images["images"].as_array().unwrap().iter();
        all.filter(|i| i["name"] == name && i["digests"][0].is_object() && i["priority"] == "P0").count() as u64
    };
    let shop = "registry.harbourline.example:5000/shopfloor";
    assert_eq!((urgent(&format!("{shop}/kiosk:3.4")), urgent(&format!("{shop}/till:3.4"))), (1, 1), "both run");
    let [p0, p1] = counts(&found["before"]);
    assert!(p0 >= 2, "{found}");
    let waves = found["waves"].as_array().unwrap();
    let cleared = waves.iter().fold([0, 0], |[a, b], wave| {
        let [x, y] = counts(&wave["clears"]);
        [a + x, b + y]
    });
    assert_eq!((cleared, counts(&waves[waves.len() - 1]["left"])), ([p0, p1], [0, 0]));
    let text = piped(&env, &["waves", "--for", "P0,P1"]).ended(Exit::Done).stdout;
    assert!(text.contains(&format!("after it {p0} P0")), "{text}");
    assert!(text.contains(" -> none"), "{text}");
    let said = piped(&env, &["waves", "--for", "P4"]).ended(Exit::Usage);
    assert!(said.stderr.contains("P0,P1,P2,P3,bad"), "{}", said.stderr);
}

#[test]
fn only_the_classes_that_are_asked_for_are_counted() {
    let world = World::new();
    let env = exercise(&world);
    let found = piped(&env, &["waves", "--for", "likely,proven", "--json"]).ended(Exit::Done).json();
    assert_eq!((found["before"]["likely"].as_u64(), found["before"]["proven"].as_u64()), (Some(1), Some(3)));
    let said = piped(&env, &["waves", "--for", "nonsense"]).ended(Exit::Usage);
    assert!(said.stderr.contains("\"nonsense\" is no class"), "{}", said.stderr);
    piped(&env, &["indicator", "retract", "alpine:3.19", "--reason", "over"]).ended(Exit::Done);
    let none = piped(&env, &["waves", "--json"]).ended(Exit::Done);
    assert!(none.stderr.contains("no open indicator") && none.json()["waves"].as_array().unwrap().is_empty());
    let asked = piped(&env, &["waves", "alpine:3.19", "--json"]).ended(Exit::Done).json();
    assert!(asked["before"]["proven"].as_u64() >= Some(3), "a target can be named without an indicator: {asked}");
}
