//! Compose files made to exhaust their reader: each ends with a reason or in bounds, and its neighbour is read.

use super::tree::{text, world, write};
use crate::cli::piped;

/// Aliases that double, `n` times.
fn aliases(n: usize) -> String {
    let mut bomb = String::from("x-0: &a0 [nginx:1, nginx:1]\n");
    for i in 1..n {
        bomb += &format!("x-{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1);
    }
    bomb + &format!("services:\n  a:\n    image: nginx:1\n    command: *a{}\n", n - 1)
}

/// Merge keys that double, `n` times.
fn merges(n: usize) -> String {
    let mut bomb = String::from("x-0: &a0 {image: 'nginx:1'}\n");
    for i in 1..n {
        bomb += &format!("x-{i}: &a{i}\n  <<: [*a{0}, *a{0}, *a{0}, *a{0}]\n  k{i}: v\n", i - 1);
    }
    bomb + &format!("services:\n  a:\n    <<: *a{}\n", n - 1)
}

#[test]
fn bombs_end_in_bounds_and_their_neighbour_is_read() {
    let deep =
        format!("services:\n  a:\n    image: nginx:1\n    command: {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    for (name, bomb) in [("aliases", aliases(60)), ("merges", merges(60)), ("depth", deep)] {
        let (world, env) = world();
        let files = [("a/compose.yaml", bomb.as_str()), ("b/compose.yaml", "services:\n  b:\n    image: redis:7\n")];
        let root = write(&world.root().join("dump"), &files);
        let report = piped(&env, &["import", "--json", root.to_str().unwrap()]);
        assert!(report.stdout.len() < 64 << 10, "{name}: {} bytes said", report.stdout.len());
        let report = report.json();
        let rows = report["evidence"].as_array().unwrap().iter().chain(report["unrecognised"].as_array().unwrap());
        let bombed = rows.clone().find(|row| text(&row["path"]).ends_with("a/compose.yaml")).unwrap();
        let rejected = bombed["rejected"].as_array().is_some_and(|rejects| !rejects.is_empty());
        let known = piped(&env, &["images", "--json"]).stdout;
        // Either its image is known all the same, or the reason is.
        assert!(rejected || bombed["reason"].is_string() || known.contains("library/nginx:1"), "{name}: {bombed}");
        assert!(known.contains("library/redis:7"), "{name}: {known}");
        let db = std::fs::metadata(world.path()).unwrap().len();
        assert!(db < 8 << 20, "{name}: the case grew to {db} bytes");
    }
}
