//! Notes: typed, kept through a kill, written down, found again, taken back, destroyed; and the responder's own editor.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::work::exercise;

use super::pty::Pty;
use super::views::exercise_on;
use crate::cli::piped;
use crate::support::World;

fn cased(world: &World) -> Env {
    let mut env = exercise::time(&world.ana());
    let path = world.cases().join(exercise::NAME);
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    env
}

#[test]
fn a_note_is_kept_while_it_is_typed_and_written_down_at_last() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("Enter n");
    assert!(stage.text().contains("Note about sha256:231e7d64"), "{}", stage.text());
    stage.type_text("ask Bob");
    assert!(stage.text().contains("1 draft"), "{}", stage.text());
    drop(stage);
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("Enter n");
    assert!(stage.text().contains("ask Bob") && stage.text().contains("is here again"), "{}", stage.text());
    stage.press("Enter");
    stage.type_text("token ghp_0123456789abcdefghij0123456789abcdefAB");
    stage.press("Ctrl-s");
    // What is stored is seen first.
    let text = stage.text();
    assert!(text.contains("a secret was replaced") && text.contains("Note about"), "{text}");
    assert!(!text.contains("ghp_0123") && text.contains("ask Bob"), "{text}");
    stage.press("Ctrl-s");
    let text = stage.text();
    assert!(text.contains("written down") && !text.contains("draft"), "{text}");
    stage.call("images.tab notes");
    let text = stage.text();
    assert!(text.contains("[notes 1]") && text.contains("ask Bob") && !text.contains("ghp_0123"), "{text}");
    stage.press("Enter");
    assert!(stage.text().contains("note.written by"), "{}", stage.text());

    let env = cased(&world);
    let said = piped(&env, &["note", "--json"]).ended(Exit::Done).json();
    let note = &said["notes"][0];
    assert!(
        note["text"].as_str().unwrap().starts_with("ask Bob\n") && !said.to_string().contains("ghp_0123"),
        "{said}"
    );
    let image = piped(&env, &["image", "logging-agent", "--json"]).ended(Exit::Done).json();
    assert_eq!(image["notes"][0]["event"], note["event"]);
    piped(&env, &["verify"]).ended(Exit::Done);

    let id = note["id"].as_str().unwrap();
    piped(&env, &["expunge", id, "--reason", "a token was pasted"]).ended(Exit::Done);
    let said = piped(&env, &["note", "--json"]).ended(Exit::Done).json();
    assert!(said["notes"][0]["text"].is_null(), "{said}");
    piped(&env, &["verify"]).ended(Exit::Done);
    piped(&env, &["undo", note["event"].as_str().unwrap()]).ended(Exit::Done);
    let said = piped(&env, &["note", "--json"]).ended(Exit::Done).json();
    assert_eq!(said["notes"].as_array().unwrap().len(), 0, "{said}");
}

#[test]
fn notes_are_about_images_evidence_events_and_the_case() {
    let world = World::new();
    drop(exercise_on(&world, (80, 24)));
    let env = cased(&world);
    let event =
        piped(&env, &["log", "--json"]).ended(Exit::Done).json()["events"][0]["hash"].as_str().unwrap().to_owned();
    let evidence = piped(&env, &["evidence", "--json"]).ended(Exit::Done).json();
    let id =
        evidence["evidence"].as_array().unwrap().iter().find_map(|row| row["id"].as_str().filter(|id| !id.is_empty()));
    let evidence = format!("evidence:{}", &id.unwrap()[..10]);
    let event = format!("event:{}", &event[..10]);
    for (on, wanted) in [(evidence.as_str(), "sha256:"), (event.as_str(), "event:"), ("ledger:4.2.0", "registry.")] {
        let said = piped(&env, &["note", "--on", on, "seen", "--json"]).ended(Exit::Done).json();
        assert!(said["about"].as_str().unwrap().starts_with(wanted), "{said}");
    }
    let said = piped(&env, &["note", "all", "quiet", "--dry-run"]).ended(Exit::Done);
    assert!(said.stdout.contains("would write down 9 bytes about the case"), "{}", said.stdout);
    assert_eq!(piped(&env, &["note", "--json"]).json()["notes"].as_array().unwrap().len(), 3);
    for on in ["event:000000", "evidence:xyz", "no/such/image:1"] {
        piped(&env, &["note", "--on", on, "text"]).ended(Exit::Failed);
    }
    piped(&env, &["note", " "]).ended(Exit::Failed);
}

#[test]
fn reading_only_writes_no_note() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.model.settings.read_only = true;
    stage.press("n");
    assert!(stage.text().contains("93 images"), "{}", stage.text());
    stage.call("note.write");
    assert!(stage.text().contains("reading only"), "{}", stage.text());
}

#[test]
fn drafts_are_listed_and_opened_again_or_thrown_away() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("9 n");
    stage.type_text("odd file");
    stage.press("Esc");
    assert!(stage.text().contains("kept as a draft") && stage.text().contains("[9 Proof]"), "{}", stage.text());
    stage.call("note.drafts");
    assert!(stage.text().contains("odd file"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("Note about sha256:"), "{}", stage.text());
    stage.press("Ctrl-q");
    assert!(!stage.text().contains("1 draft"), "{}", stage.text());
}

#[test]
fn a_note_is_drawn_on_any_screen() {
    let world = World::new();
    let mut stage = exercise_on(&world, (80, 24));
    stage.press("n");
    stage.type_text("東京 e\u{301} \u{5d0}");
    for size in [(80, 24), (40, 12), (31, 9), (1, 1), (3, 2), (0, 0)] {
        stage.resize(size);
        assert_eq!(stage.text().lines().count(), usize::from(size.1));
    }
    drop(Stage::new(&world.ana(), Theme::named("mono").unwrap(), (1, 1)));
}

#[test]
fn the_responders_own_editor_gets_the_terminal_and_the_text() {
    let world = World::new();
    drop(world.new_case());
    let script = world.root().join("ed.sh");
    std::fs::write(&script, "#!/bin/sh\necho EDITOR $1 runs here\nread line\nprintf '%s\\n' \"$line\" >> \"$2\"\n")
        .unwrap();
    let editor = format!("sh {} -w", script.to_str().unwrap());
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[("VISUAL", &editor)]);
    pty.images();
    pty.press("n");
    pty.see("Note about the case");
    pty.press("begun ");
    pty.see("1 draft");
    pty.press("\u{f}");
    pty.see("EDITOR -w runs here");
    assert!(!pty.screen(|screen| screen.alternate_screen()), "the terminal was left");
    pty.press("typed in the editor\r");
    pty.see("begun typed in the editor");
    assert!(pty.screen(|screen| screen.alternate_screen()), "and entered again");
    pty.press("\u{13}");
    pty.see("written down");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    pty.assert_put_back();
}

#[test]
fn an_editor_that_is_missing_or_fails_keeps_the_text() {
    for (editor, said) in [("", "set VISUAL or EDITOR"), ("no-such-editor", "was not found"), ("false", "status 1")] {
        // What one editor left behind is none of the next one's.
        let world = World::new();
        drop(world.new_case());
        let mut pty = Pty::hullbreach(&world, &["hub.case"], &[("EDITOR", editor)]);
        pty.images();
        pty.press("n");
        pty.see("Note about the case");
        pty.press("x");
        pty.see("1 draft");
        pty.press("\u{f}");
        pty.see(said);
        pty.see("as it was");
        pty.see("Note about the case");
    }
}

#[test]
fn a_note_about_a_task_stands_beside_it_and_its_mentions_lead_there() {
    let world = World::new();
    let mut stage = exercise_on(&world, (120, 40));
    stage.call("tasks.show R8");
    stage.press("n");
    assert!(stage.text().contains("Note about task:R8"), "{}", stage.text());
    stage.type_text("TLP:RED");
    stage.press("Enter");
    stage.type_text("kubelet logins too, see task:R7");
    stage.press("Ctrl-s");
    let text = stage.text();
    assert!(text.contains("written down"), "{text}");
    stage.call("tasks.show R8");
    let text = stage.text();
    assert!(text.contains("[TLP:RED]") && text.contains("kubelet logins too"), "{text}");
    assert!(!text.contains("Secrets and trust of the CI platform"), "only that task is shown: {text}");
    let env = cased(&world);
    let note = piped(&env, &["note", "--json"]).ended(Exit::Done).json()["notes"][0].clone();
    assert_eq!((&note["tlp"], &note["text"]), (&"RED".into(), &"kubelet logins too, see task:R7".into()));
    assert_eq!(note["mentions"][0]["target"], "task:R7");
}
