//! What a responder asks of logs, and what no log tells.

use super::*;

const LOG: &str = "TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n\
    2026-03-17T01:50:00Z,pay/api:1.4,registry.example,ana,node-1\n\
    2026-03-17T02:10:00Z,pay/api:1.4,registry.example,ben,node-2\n\
    2026-03-17T02:15:00Z,pay/api:1.4,registry.example,ben,node-2\n\
    2026-03-17T08:00:00Z,library/alpine:3,docker.io,ci-bot,runner-1\n";

#[test]
fn first_last_total_and_inside_of_the_windows_that_are_open() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("pulls.csv", LOG)], &[]);
    let before = sightings(&env, &[]);
    assert_eq!((before["windows"].as_array().unwrap().len(), &before["summary"][0]["in_window"]), (0, &Value::Null));
    run(&env, ["indicator", "add", "registry:registry.example", "--state", "suspect", "--window", "02:00Z..07:00Z"])
        .expect(Exit::Done);
    let all = sightings(&env, &[]);
    let row = &all["summary"][0];
    assert_eq!(row["image"], "registry.example/pay/api:1.4");
    assert_eq!(
        (row["first_pull"].as_str(), row["last_pull"].as_str()),
        (Some("2026-03-17T01:50:00Z"), Some("2026-03-17T02:15:00Z"))
    );
    let numbers = ["total_pulls", "sessions", "users", "hosts", "in_window"].map(|key| row[key].as_u64().unwrap());
    assert_eq!((numbers, row["digest_untold"].as_bool()), ([3, 2, 2, 2, 2], Some(true)));
    assert_eq!(all["summary"][1]["in_window"], 0);
    let seen = &all["sightings"][1];
    assert_eq!(
        (seen["user"].as_str(), seen["host"].as_str(), seen["kind"].as_str()),
        (Some("ben"), Some("node-2"), Some("pull"))
    );
    assert_eq!((seen["where"].as_str(), seen["count"].as_u64()), (Some("registry.example"), Some(2)));
    let at = format!("{}+{}", seen["locator"]["offset"], seen["locator"]["length"]);
    let evidence = seen["evidence"].as_str().unwrap();
    let shown = run(&env, ["evidence", "show", evidence, "--at", &at, "--raw"]).expect(Exit::Done).out();
    assert!(shown.starts_with("2026-03-17T02:10:00Z,pay/api:1.4"), "{shown}");
}

#[test]
fn what_no_log_names_is_not_known() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("pulls.csv", LOG)], &[]);
    let text = run(&env, ["sightings", "registry.example/pay/other:1"]).expect(Exit::Done).out();
    assert!(text.contains("NOT KNOWN") && text.contains("never means that it was not pulled"), "{text}");
    assert_eq!(sightings(&env, &["registry.example/pay/other:1"])["not_known"], true);
    assert_eq!(sightings(&env, &["pay/api"])["not_known"], false);
    let nothing = World::new();
    let env = nothing.ana();
    case(&nothing, &env, &[], &[]);
    let text = run(&env, ["sightings"]).expect(Exit::Done).out();
    assert!(text.contains("no log of pulls was read") && text.contains("NOT KNOWN"), "{text}");
    run(&env, ["sightings", "layer:sha256:aa"]).expect(Exit::Usage);
}

#[test]
fn the_same_bytes_from_two_places_count_once() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("a.csv", LOG), ("b.csv", LOG)], &[]);
    let all = sightings(&env, &[]);
    assert_eq!(all["summary"][0]["total_pulls"], 3);
    let repeated: Vec<bool> =
        all["coverage"].as_array().unwrap().iter().map(|log| log["repeated"].as_bool().unwrap()).collect();
    assert_eq!(repeated, [false, true]);
}

/// Two exports of one registry that overlap, and a third of another time.
#[test]
fn records_that_may_stand_in_two_logs_are_told_as_at_least_and_at_most() {
    let later = "TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n\
        2026-03-17T02:10:00Z,pay/api:1.4,registry.example,ben,node-2\n\
        2026-03-17T02:15:00Z,pay/api:1.4,registry.example,ben,node-2\n\
        2026-03-17T09:00:00Z,pay/api:1.4,registry.example,cem,node-3\n\
        2026-03-18T01:00:00Z,pay/api:1.4,registry.example,cem,node-3\n";
    let apart = "TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n\
        2026-03-20T02:10:00Z,pay/api:1.4,registry.example,ben,node-2\n";
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("a.csv", LOG), ("b.csv", later), ("c.csv", apart)], &[]);
    let all = sightings(&env, &["pay/api", "--window", "2026-03-17T02:00:00Z..2026-03-17T03:00:00Z"]);
    let row = &all["summary"][0];
    let of = |key: &str| row[key].as_u64().unwrap();
    // Three of the 17th for certain, one of the 18th, one of the 20th; eight are written down in all.
    assert_eq!((of("total_pulls_at_least"), of("total_pulls")), (5, 8));
    assert_eq!((of("in_window_at_least"), of("in_window"), row["in_window_exact"].as_bool()), (2, 4, Some(false)));
    let text = run(&env, ["sightings", "pay/api"]).expect(Exit::Done).out();
    assert!(text.contains("5 to 8") && text.contains("same pulls is not known"), "{text}");
    let alone = sightings(&env, &["library/alpine"]);
    assert_eq!(alone["summary"][0]["total_pulls_at_least"], 1, "what one log alone names is exact");
}

#[test]
fn a_clock_that_ran_ahead_is_put_right() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("pulls.csv", LOG)], &["--clock-offset", "600"]);
    let all = sightings(&env, &["pay/api", "--window", "02:00Z..02:04Z"]);
    let row = &all["summary"][0];
    assert_eq!((row["first_pull"].as_str(), row["in_window"].as_u64()), (Some("2026-03-17T01:40:00Z"), Some(1)));
    let inside = all["inside"].as_array().unwrap();
    assert_eq!((inside.len(), inside[0]["from"].as_str()), (1, Some("2026-03-17T02:00:00Z")));
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}

#[test]
fn an_import_that_is_taken_back_takes_its_pulls_along() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("pulls.csv", LOG)], &[]);
    run(&env, ["undo"]).expect(Exit::Done);
    let all = sightings(&env, &[]);
    assert_eq!((all["summary"].as_array().unwrap().len(), all["coverage"].as_array().unwrap().len()), (0, 0));
    run(&env, ["verify"]).expect(Exit::Done);
}
