//! What was trusted before, held against what is seen now.

use super::*;

/// A pod that runs a digest of the kind manifest, as a node reports it.
fn pod(name: &str, image: &str, id: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","namespace":"pay","uid":"{name}"}},
        "spec":{{"nodeName":"n1","containers":[{{"name":"c","image":"{image}"}}]}},
        "status":{{"phase":"Running","containerStatuses":[{{"name":"c","image":"{image}","imageID":"{image}@{id}",
        "state":{{"running":{{"startedAt":"2026-03-17T01:00:00Z"}}}}}}]}}}}"#
    )
}

fn manifest(config: char) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}"}},"layers":[]}}"#,
        sha(config)
    )
}

fn import(env: &Env, file: &str, rest: &[&str]) -> crate::support::command::Ran {
    run(env, [&["known-good", "import", file], rest].concat())
}

#[test]
fn drift_is_the_same_tag_with_another_digest_of_the_same_kind() {
    let world = World::new();
    let env = world.ana();
    let (old, new) = (manifest('1'), manifest('2'));
    let [old_digest, new_digest] =
        [&old, &new].map(|m| hullbreach::model::digest::Digest::of(m.as_bytes()).to_string());
    let pods = [
        pod("a", "registry.example/pay/api:1.4", &new_digest),
        pod("b", "registry.example/pay/web:2", &old_digest),
        pod("c", "registry.example/pay/db:3", &sha('d')),
    ];
    let files = [("pods.json", pods.join("\n")), ("old.json", old), ("new.json", new)];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    case(&world, &env, &files, &[]);
    let list = format!(
        "registry.example/pay/api:1.4@{old_digest}\nregistry.example/pay/web:2 {old_digest}\n\
         registry.example/pay/db:3@{}\nregistry.example/pay/gone:9@{}\n",
        sha('e'),
        sha('f')
    );
    std::fs::write(world.cases().join("released.txt"), &list).unwrap();
    let planned = import(&env, "released.txt", &["--dry-run", "--json"]).expect(Exit::Done).json();
    assert_eq!(planned["plan"].as_array().unwrap().len(), 5);
    assert_eq!(run(&env, ["known-good", "--json"]).json()["known"].as_array().unwrap().len(), 0, "nothing was kept");

    let kept = import(&env, "released.txt", &["--json", "--as-of", "2026-03-01T00:00Z"]).expect(Exit::Done).json();
    assert_eq!(kept["entries"], 4);
    let state = |name: &str| {
        let rows = kept["drift"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == format!("registry.example/pay/{name}")).unwrap();
        (row["state"].as_str().unwrap().to_owned(), row["found"].as_str().unwrap().to_owned())
    };
    assert_eq!(state("api:1.4"), ("drift".to_owned(), new_digest.clone()));
    assert_eq!(state("web:2"), ("same".to_owned(), old_digest));
    assert_eq!(state("db:3"), ("uncomparable".to_owned(), sha('d')));
    assert_eq!(kept["not_seen"], serde_json::json!(["registry.example/pay/gone:9"]));
    assert_eq!(kept["known"][0]["dated"], "2026-03-01T00:00:00Z");
    let text = run(&env, ["known-good"]).expect(Exit::Done).out();
    assert!(text.contains("1 drifted, 1 uncomparable, 1 the same") && text.contains("clears nothing"), "{text}");
    // What a list names is not in the inventory by that.
    let images = run(&env, ["images", "--json"]).json();
    assert!(images["images"].as_array().unwrap().iter().all(|row| row["name"] != "registry.example/pay/gone:9"));

    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(run(&env, ["known-good", "--json"]).json()["known"].as_array().unwrap().len(), 0);
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}

#[test]
fn a_signature_is_kept_and_said_not_to_be_checked() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[], &[]);
    let signed = format!(
        "r.corp/forged:1@{}\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nRelease 1.4\n\nr.corp/pay/api:1.4@{}\n\
         -----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCgAdFiEEabcdefghij0123456789\n=ABCD\n-----END PGP SIGNATURE-----\n",
        sha('b'),
        sha('a')
    );
    std::fs::write(world.cases().join("NOTES.asc"), &signed).unwrap();
    let kept = import(&env, "NOTES.asc", &["--json"]).expect(Exit::Done).json();
    let names: Vec<&str> = kept["known"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["r.corp/pay/api:1.4"], "what stands outside of the signature is not taken");
    assert!(kept["notes"][0].as_str().unwrap().contains("was not checked"));
    let shown = run(&env, ["evidence", "show", kept["evidence"].as_str().unwrap(), "--raw"]).expect(Exit::Done).out();
    assert!(shown.contains("iQEzBAEBCgAdFiEEabcdefghij0123456789"), "{shown}");
}

#[test]
fn an_earlier_case_tells_what_its_tags_led_to() {
    let world = World::new();
    let env = world.ana();
    case(&world, &env, &[("pods.json", &pod("a", "registry.example/pay/api:1.4", &sha('a')))], &[]);
    std::fs::rename(world.cases().join("t.case"), world.cases().join("earlier.bak")).unwrap();
    case(&world, &env, &[("pods2.json", &pod("a", "registry.example/pay/api:1.4", &sha('b')))], &[]);
    let kept = import(&env, "earlier.bak", &["--json"]).expect(Exit::Done).json();
    assert_eq!(kept["known"][0]["digest"], sha('a'));
    assert_eq!(kept["drift"][0]["found"], sha('b'));
    import(&env, "pods2.json", &[]).expect(Exit::Done);
    std::fs::write(world.cases().join("prose.txt"), "Hello.\n").unwrap();
    let refused = import(&env, "prose.txt", &[]).expect(Exit::Failed);
    assert!(refused.err().contains("write one a line"), "{}", refused.err());
}
