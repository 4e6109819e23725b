//! Names made to deceive: nothing of them reaches a terminal as it is, whatever the command.

use hullbreach::cli::Exit;

use super::{columns, evidence_id, on_terminal, with_input};
use crate::support::World;

/// Clears the screen, writes right to left, hides a character, begins a line of its own.
const NAME: &str = "evil\u{1b}[2J\u{202e}x\u{200b}/a\nhullbreach: all is well";

#[test]
fn hostile_names_are_made_visible_everywhere() {
    let world = World::new();
    drop(world.new_case());
    let mut env = columns(&world.ana(), 80);
    env.vars.insert("NO_COLOR".to_owned(), "1".to_owned());
    let pods = serde_json::json!({"kind": "PodList", "apiVersion": "v1", "items": [{
        "metadata": {"name": NAME, "namespace": NAME},
        "spec": {"nodeName": NAME, "containers": [{"name": NAME, "image": NAME}, {"name": "b", "image": NAME}]},
    }]});
    let said = with_input(&env, &["import", "-", "--context", NAME], pods.to_string().as_bytes());
    assert!(matches!(said.exit, Exit::Done | Exit::Gaps), "{}", said.stderr);
    let mut texts = vec![said.stdout, said.stderr];
    let id = evidence_id(&env, "standard input");
    for command in [
        &["images"][..],
        &["image", "evil"],
        &["image", NAME],
        &["images", "--filter", NAME],
        &["images", "--sort", NAME],
        &["coverage"],
        &["evidence"],
        &["evidence", "show", &id],
        &["evidence", "show", &id, "--at", NAME],
        &["evidence", "show", NAME],
        &["log"],
        &["log", "--kind", NAME],
        &["undo", NAME, "--dry-run"],
        &["verify"],
        &["images", "--case", NAME],
        &["import", NAME],
    ] {
        let said = on_terminal(&env, command);
        texts.extend([said.stdout, said.stderr]);
    }
    for text in texts {
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with("hullbreach: all is well")), "{text}");
    }
}
