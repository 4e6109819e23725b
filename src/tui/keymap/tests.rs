//! Keys to commands, in force and merged.

use super::read::{MODES, bindings, merged};
use super::*;
use crate::tui::{commands, modes, view};

fn ours() -> Keymap {
    let (keymap, warnings) = merged(None, &commands(), &view::ids());
    assert_eq!(warnings, []);
    keymap
}

fn resolve(keymap: &Keymap, keys: &str, modes: &[&str], words: &[&str]) -> Found {
    let (commands, conditions) = (commands(), Conditions::of(words.iter().copied()));
    keymap.resolve(&Key::parse_all(keys).unwrap(), Now { modes, conditions: &conditions, commands: &commands })
}

const LIST: &[&str] = &["images", "table", "global"];
const HERE: &[&str] = &["case", "rows", "view:images"];

fn call(line: &str) -> Found {
    Found::Call(Call::parse(line))
}

#[test]
fn keys_mean_what_the_first_mode_says() {
    let keymap = ours();
    let table = [
        ("j", LIST, HERE, call("table.down")),
        ("Down", LIST, HERE, call("table.down")),
        ("g g", LIST, HERE, call("table.top")),
        ("G", LIST, HERE, call("table.bottom")),
        ("s n", LIST, HERE, call("images.sort name")),
        ("3", LIST, HERE, call("view.go 3")),
        ("3", LIST, &["view:start"], Found::Nothing),
        ("Enter", LIST, &["case", "view:images"], Found::Nothing),
        ("Esc", LIST, &["case", "filter", "view:images"], call("images.all")),
        ("Esc", LIST, &["case", "back", "view:images"], call("app.back")),
        ("Esc", LIST, HERE, Found::Nothing),
        ("Enter", &["input"], HERE, call("input.accept")),
        ("j", &["input"], HERE, Found::Nothing),
        ("Down", &["palette", "input"], HERE, call("table.down")),
        ("Z", LIST, HERE, Found::Nothing),
    ];
    for (keys, modes, words, wanted) in table {
        assert_eq!(resolve(&keymap, keys, modes, words), wanted, "{keys} in {modes:?} with {words:?}");
    }
}

#[test]
fn a_sequence_says_what_may_follow() {
    let keymap = ours();
    let Found::Pending(next) = resolve(&keymap, "g", LIST, HERE) else { panic!("g does something alone") };
    let next: Vec<String> = next.iter().map(|(keys, call)| format!("{} {call}", Key::write_all(keys))).collect();
    assert_eq!(next, ["g table.top", "t view.next", "T view.previous", "r view.go graph"]);
    assert_eq!(resolve(&keymap, "g x", LIST, HERE), Found::Nothing);
    // What may follow depends on the moment, too.
    let Found::Pending(next) = resolve(&keymap, "g", LIST, &["view:start"]) else { panic!("g does something alone") };
    assert_eq!(next.len(), 1);
}

#[test]
fn reading_only_takes_away_what_changes_something() {
    let keymap = ours();
    assert_eq!(resolve(&keymap, "u", LIST, HERE), call("case.undo"));
    let read_only = &["case", "rows", "view:images", "read-only"][..];
    assert_eq!(resolve(&keymap, "u", LIST, read_only), Found::Nothing);
    let (commands, conditions) = (commands(), Conditions::of(read_only.iter().copied()));
    for (keys, call) in keymap.effective(Now { modes: LIST, conditions: &conditions, commands: &commands }) {
        assert!(commands.get(&call.id).unwrap().allowed(true), "{}", Key::write_all(keys));
        assert!(!call.argument.starts_with("evidence.import"), "the palette would offer it");
    }
}

#[test]
fn every_key_has_a_command_and_every_command_is_reachable() {
    let (keymap, commands) = (ours(), commands());
    for binding in keymap.bindings() {
        let call = binding.call.as_ref().unwrap();
        assert!(commands.get(&call.id).is_some_and(|row| row.in_terminal()), "{call}");
    }
    for row in commands.rows().filter(|row| row.in_terminal()) {
        let bound = keymap.bindings().iter().filter_map(|b| b.call.as_ref()).any(|call| call.id == row.id);
        // The palette lists everything that is no move; a move needs a key.
        let is_move = ["table.", "input.", "dialog.", "overlay."].iter().any(|area| row.id.starts_with(area));
        assert!(bound || !is_move, "{} has no key", row.id);
    }
}

#[test]
fn no_key_of_ours_hides_another() {
    let keymap = ours();
    for mode in modes() {
        let here: Vec<&Binding> = keymap.bindings().iter().filter(|b| b.mode == mode).collect();
        for (n, one) in here.iter().enumerate() {
            for other in here.iter().skip(n + 1) {
                let hides = one.keys.starts_with(&other.keys) || other.keys.starts_with(&one.keys);
                assert!(!hides, "[{mode}] {} and {}", Key::write_all(&one.keys), Key::write_all(&other.keys));
            }
        }
    }
}

#[test]
fn the_responders_keys_go_first() {
    let own = r#"
        [images]
        keys = [
          { on = "j", run = "images.all" },
          { on = "Z", run = "images.sort uses", when = "filter" },
          { on = "s n", run = "none" },
        ]
        [global]
        keys = [{ on = ["Ctrl-t", "g x"], run = "view.go coverage" }]
    "#;
    let (keymap, warnings) = merged(Some(own), &commands(), &view::ids());
    assert_eq!(warnings, []);
    assert_eq!(resolve(&keymap, "j", LIST, HERE), call("images.all"));
    assert_eq!(resolve(&keymap, "k", LIST, HERE), call("table.up"), "all others stay");
    assert_eq!(resolve(&keymap, "Z", LIST, HERE), Found::Nothing);
    assert_eq!(resolve(&keymap, "Z", LIST, &["case", "filter", "view:images"]), call("images.sort uses"));
    assert_eq!(resolve(&keymap, "s n", LIST, HERE), Found::Nothing, "taken away");
    assert_eq!(resolve(&keymap, "s u", LIST, HERE), call("images.sort uses"));
    assert_eq!(resolve(&keymap, "g x", LIST, HERE), call("view.go coverage"));
}

#[test]
fn a_bad_line_is_a_warning_with_its_number_and_the_rest_counts() {
    let own = "[table]\nkeys = [\n  { on = \"j\", run = \"table.dwon\" },\n  { on = \"Hyper-j\", run = \"table.up\" },\n  \
               { on = \"z\", run = \"table.up\", when = \"cse\" },\n  { on = \"w\", run = \"table.up\" },\n  { on = \"v\" },\n  \
               { on = \"y\", run = \"table.up now\" },\n  { on = \"b\", run = \"view.go\" },\n  { on = 3, run = \"app.quit\" },\n]\n\
               [tabel]\nkeys = []\n[global]\nkey = []\n";
    let (found, warnings) = bindings(own, &commands(), &view::ids(), true);
    assert_eq!(found.len(), 1, "{found:?}");
    let said: Vec<(usize, &str)> = warnings.iter().map(|w| (w.line, w.text.as_str())).collect();
    let wanted = [
        (3, "no command"),
        (4, "is no key"),
        (5, "is no condition"),
        (7, "both needed"),
        (8, "takes nothing"),
        (9, "needs VIEW"),
        (10, "not a text"),
        (12, "is no mode"),
        (15, "means nothing here"),
    ];
    assert_eq!(said.len(), wanted.len(), "{said:?}");
    for ((line, text), (number, part)) in said.into_iter().zip(wanted) {
        assert!(line == number && text.contains(part), "{line}: {text} is not {number}: {part}");
    }
}

#[test]
fn a_file_that_is_no_toml_keeps_our_keys() {
    for own in ["keys = [", "[table\nkeys", "\u{0}\u{1b}[2J", "[table]\nkeys = 3", &"[".repeat(10_000)] {
        let (keymap, warnings) = merged(Some(own), &commands(), &view::ids());
        assert!(!warnings.is_empty() && warnings.len() <= 51, "{own:?}");
        assert!(warnings.iter().all(|w| !w.text.contains('\u{1b}')));
        assert_eq!(resolve(&keymap, "j", LIST, HERE), call("table.down"));
    }
    let large = "#".repeat(super::read::MAX_BYTES + 1);
    assert!(merged(Some(&large), &commands(), &view::ids()).1[0].text.contains("larger"));
    let many = format!("[table]\nkeys = [{}]", "{ on = \"j\" },\n".repeat(1_000));
    let (_, warnings) = merged(Some(&many), &commands(), &view::ids());
    assert!(warnings.len() == 51 && warnings.last().unwrap().text.contains("950 more"), "{}", warnings.len());
}

#[test]
fn every_mode_is_one_that_something_asks_for() {
    for binding in ours().bindings() {
        assert!(MODES.contains(&binding.mode.as_str()) || view::ids().contains(&binding.mode.as_str()));
    }
}
