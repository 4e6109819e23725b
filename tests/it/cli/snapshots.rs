//! How the exercise looks at 80 and 120 columns, kept as files. `HULLBREACH_BLESS=1` writes them anew.

use std::path::PathBuf;

use super::{columns, evidence_id, exercise, on_terminal};
use crate::support::World;

#[test]
fn the_exercise_looks_as_it_did() {
    let world = World::new();
    let mut env = exercise(&world);
    env.vars.insert("NO_COLOR".to_owned(), "1".to_owned());
    world.set_clock(crate::support::START + 7_200_000_000);
    let id = evidence_id(&env, "prod-eu/pods-0750.json");
    let at: &[&str] = &["evidence", "show", &id, "--at", "/items/0/spec/containers/0/image"];
    let views: &[(&str, &[&str])] = &[
        ("images", &["images"]),
        ("image", &["image", "ecdb24db"]),
        ("image-unresolved", &["image", "8fa905ff"]),
        ("image-ambiguous", &["image", "api-service"]),
        ("coverage", &["coverage"]),
        ("log", &["log"]),
        ("verify", &["verify"]),
        ("evidence", &["evidence"]),
        ("evidence-at", at),
    ];
    let mut differ = Vec::new();
    for (name, arguments) in views {
        for size in [80, 120] {
            let said = on_terminal(&columns(&env, size), arguments);
            let file = format!("{name}-{size}.txt");
            if !as_kept(&file, &format!("{}{}", said.stdout, said.stderr)) {
                differ.push(file);
            }
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ: look, and run again with HULLBREACH_BLESS=1");
}

/// Compares with the file, or writes it.
fn as_kept(name: &str, text: &str) -> bool {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/snapshots").join(name);
    if std::env::var_os("HULLBREACH_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    std::fs::read_to_string(&path).is_ok_and(|kept| kept == text)
}
