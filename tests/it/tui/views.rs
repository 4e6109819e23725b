//! The views over real cases, played without a terminal: keys in, screens out.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::model::text::scrub;
use hullbreach::tui::message::Msg;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::work::exercise;
use proptest::prelude::*;

use crate::cli::piped;
use crate::support::World;

fn env(world: &World) -> Env {
    exercise::time(&world.ana())
}

fn theme() -> Theme {
    Theme::named("mono").unwrap()
}

/// The exercise on a screen of that size.
pub fn exercise_on(world: &World, size: (u16, u16)) -> Stage {
    let env = world.ana();
    let path = world.cases().join(exercise::NAME);
    if !path.exists() {
        exercise::make(&world.cases(), &env, &AtomicBool::new(false)).unwrap();
    }
    let mut stage = Stage::new(&self::env(world), theme(), size);
    stage.open(&path);
    stage.press("2");
    stage
}

/// Names that nobody should have.
pub fn hostile(world: &World) -> PathBuf {
    let case = world.new_case();
    let path = case.path().to_path_buf();
    drop(case);
    let names = [
        "東京/都庁:1",
        "e\u{301}clair/\u{1f469}\u{200d}\u{1f4bb}:x",
        "\u{202e}gnp.exe/a:1",
        "a\u{7}\u{1b}[2Jb:1",
        "\u{5d0}\u{5d1}/x:1",
    ];
    let item = |(n, name): (usize, &&str)| {
        serde_json::json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("p{n}\u{202e}"), "namespace": "ns\u{200b}", "uid": format!("u{n}")},
            "spec": {"containers": [{"name": "c", "image": name}]}, "status": {"phase": "Running"}})
    };
    let items: Vec<_> = names.iter().enumerate().map(item).collect();
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items});
    let file = world.root().join("pods\u{202e}.json");
    std::fs::write(&file, list.to_string()).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]);
    path
}

/// Every place there is, by the keys that lead there.
const PLACES: [&str; 47] = [
    "",
    "p",
    "b r",
    "b n",
    "b o",
    "b s",
    "Enter",
    "Enter Tab",
    "Enter Tab Tab",
    "Enter Tab Tab Tab",
    "Enter Tab Tab Tab Tab",
    "Enter Tab Tab Tab Tab Tab",
    "Enter Tab Tab Tab Tab Tab Tab",
    "Enter Enter",
    "0",
    "0 Tab",
    "0 Tab Tab",
    "0 Tab Tab Tab",
    "0 Tab Tab Tab Tab",
    "0 o r r",
    "9",
    "9 Tab",
    "9 Tab j Enter",
    "9 V",
    "4",
    "4 c",
    "4 Enter",
    "4 y",
    "4 w",
    "4 s",
    "4 a P",
    "4 p",
    "g r",
    "g r l",
    "g r Enter",
    "g r y",
    "3",
    "r",
    "r w",
    "1",
    "5",
    "6",
    "7",
    "8",
    "Ctrl-p",
    "Ctrl-p g n",
    "n a",
];

#[test]
fn every_view_is_as_it_was() {
    let world = World::new();
    for (size, name) in [((80, 24), "80x24"), ((120, 40), "120x40"), ((40, 12), "40x12")] {
        let mut screens = String::new();
        for keys in PLACES {
            let mut stage = exercise_on(&world, size);
            stage.press(keys);
            let _ = std::fs::remove_dir_all(world.root().join("ana/state/drafts"));
            screens.push_str(&format!("== {keys} ==\n{}", stage.text()));
        }
        insta::assert_snapshot!(format!("exercise_{name}"), screens);
    }
}

#[test]
fn a_case_without_evidence_says_what_to_do() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let mut screens = String::new();
    for keys in ["", "0", "0 Tab Tab", "0 Tab Tab Tab Tab", "9", "9 Tab", "9 Tab Tab", "Ctrl-p q x q x", "1"] {
        let mut stage = Stage::new(&world.ana(), theme(), (80, 24));
        stage.open(&path);
        stage.press("2");
        stage.press(keys);
        // Names of events are drawn by lot.
        let text = stage.text();
        let plain: Vec<&str> = text.lines().skip(3).take(19).filter(|line| !line.contains("2026-")).collect();
        screens.push_str(&format!("== {keys} ==\n{}\n", plain.join("\n").trim_end()));
    }
    for wanted in ["i imports files and folders", "V checks it", "Nothing is called so", "Nothing to compare"] {
        assert!(screens.contains(wanted), "{wanted} is not in\n{screens}");
    }
}

#[test]
fn a_huge_list_is_drawn_from_either_end_and_searched() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let list: String = (0..3_000).map(|n| format!("registry.example/team/app-{n:05}:1\n")).collect();
    let file = world.root().join("images.txt");
    std::fs::write(&file, list).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]).ended(Exit::Done);
    for size in [(80, 24), (120, 40), (40, 12), (1, 1)] {
        let mut stage = Stage::new(&world.ana(), theme(), size);
        stage.open(&path);
        stage.press("2");
        stage.press("s n G k");
        if size.0 >= 80 {
            assert!(stage.text().contains("app-02998"), "{}", stage.text());
        }
        stage.press("Ctrl-p");
        stage.type_text("02345");
        if size.0 >= 80 {
            assert!(stage.text().contains("app-02345:1"), "{}", stage.text());
            assert!(stage.text().contains("1 found"), "{}", stage.text());
        }
        stage.press("Enter");
        if size.0 >= 80 {
            assert!(stage.text().contains("[uses"), "{}", stage.text());
        }
    }
}

#[test]
fn nothing_from_data_steers_the_terminal() {
    let world = World::new();
    let path = hostile(&world);
    for size in [(80, 24), (120, 40), (40, 12), (1, 1), (3, 2), (31, 9)] {
        for keys in PLACES {
            let mut stage = Stage::new(&world.ana(), theme(), size);
            stage.open(&path);
            stage.press("2");
            stage.press(keys);
            let text = stage.text();
            for line in text.lines() {
                assert_eq!(scrub(line), line, "{keys} at {size:?}");
            }
            assert!(text.lines().count() == usize::from(size.1));
        }
    }
}

#[test]
fn rows_are_sorted_filtered_opened_and_left_again() {
    let world = World::new();
    let mut stage = exercise_on(&world, (120, 40));
    stage.press("s n");
    let text = stage.text();
    assert!(text.contains("by name"), "{text}");
    stage.press("/");
    stage.type_text("running:>0 zzzz");
    assert!(stage.text().contains("No image fits"), "{}", stage.text());
    stage.press("Ctrl-w");
    stage.press("Enter");
    assert!(stage.text().contains("filter running:>0"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("[uses "), "{}", stage.text());
    stage.press("Enter");
    let raw = stage.text();
    assert!(raw.contains("[9 Proof]") && raw.contains("sha256 "), "{raw}");
    stage.press("Esc");
    assert!(stage.text().contains("[uses "), "one key back: {}", stage.text());
    stage.press("Backspace");
    assert!(stage.text().contains("filter running:>0"), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.text().contains("filter running"), "{}", stage.text());
}

#[test]
fn a_fact_in_the_middle_of_one_endless_line_is_found() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let item = |n: usize| {
        serde_json::json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("pod-{n}"), "namespace": "pay", "annotations": {"note": "x".repeat(900)}},
            "spec": {"containers": [{"name": "c", "image": format!("a.io/{}:1", if n == 1_500 { "wanted" } else { "other" })}]}})
    };
    let items: Vec<_> = (0..2_000).map(item).collect();
    let file = world.root().join("pods.json");
    std::fs::write(&file, serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]).ended(Exit::Done);
    let mut stage = Stage::new(&world.ana(), theme(), (100, 30));
    stage.open(&path);
    stage.press("2");
    stage.press("/");
    stage.type_text("wanted");
    stage.press("Enter Enter Enter");
    let text = stage.text();
    assert!(text.contains("a.io/wanted:1") && text.contains("line 1") && text.contains("1 line,"), "{text}");
    stage.press("h h h h l G g g");
    assert!(stage.text().contains("[9 Proof]"));
}

#[test]
fn a_wrong_filter_says_why_and_is_not_taken() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("/");
    stage.type_text("running:lots");
    assert!(stage.text().contains("compared with a whole number"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("/running:lots"), "{}", stage.text());
}

#[test]
fn marked_names_are_copied() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("Space Space y");
    let copied = stage.copied.clone().unwrap();
    assert_eq!(copied.lines().count(), 2, "{copied}");
    assert!(
        stage.text().contains("2 names copied") && stage.text().contains("handed to the terminal's clipboard"),
        "{}",
        stage.text()
    );
    stage.press("Ctrl-a g g v j j Space");
    assert!(stage.text().contains("3 marked"), "{}", stage.text());
}

#[test]
fn the_marker_stays_on_its_image_while_others_write() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("s n j j j");
    let marked = |stage: &mut Stage| stage.text().lines().find(|line| line.starts_with('>')).unwrap().to_owned();
    let before = marked(&mut stage);
    let list = world.root().join("more.txt");
    std::fs::write(&list, "aaa.example/first:1\n").unwrap();
    let mut env = world.device("bob");
    env.vars.insert("HULLBREACH_CASE".to_owned(), world.cases().join(exercise::NAME).to_str().unwrap().to_owned());
    let said = piped(&env, &["import", list.to_str().unwrap()]);
    said.ended(Exit::Done);
    stage.tell(Msg::Changed);
    assert!(stage.text().contains("94 images"), "{}", stage.text());
    assert_eq!(marked(&mut stage), before);
}

#[test]
fn an_import_from_inside_is_completed_and_told() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    std::fs::create_dir(world.cases().join("dumps here")).unwrap();
    std::fs::write(world.cases().join("dumps here/images.txt"), "docker.io/library/nginx:1\n").unwrap();
    let mut stage = Stage::new(&world.ana(), theme(), (100, 30));
    stage.open(&path);
    stage.press("2");
    stage.press("i");
    assert!(stage.text().contains("[0 Coverage]") && stage.text().contains("import "), "{}", stage.text());
    stage.type_text("\"dum");
    stage.press("Tab");
    assert!(stage.text().contains("dumps here/"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("imported 1 files") && stage.text().contains("images.txt"), "{}", stage.text());
}

#[test]
fn verification_keeps_its_result() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("9 V");
    assert!(stage.text().contains("+ whole") && stage.text().contains("[verify whole]"), "{}", stage.text());
    stage.press("Tab Shift-Tab 9");
    assert!(stage.text().contains("verify whole"), "{}", stage.text());
}

/// `HULLBREACH_BLESS=1 cargo test pictures` draws them anew.
#[test]
fn pictures_are_up_to_date() {
    let world = World::new();
    let folder = world.root().join("screens");
    piped(&world.ana(), &["screens", folder.to_str().unwrap()]).ended(Exit::Done);
    let stored = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/screens");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let svg = std::fs::read_to_string(&path).unwrap();
        let stored = stored.join(path.file_name().unwrap());
        if std::env::var_os("HULLBREACH_BLESS").is_some() {
            std::fs::create_dir_all(stored.parent().unwrap()).unwrap();
            std::fs::write(&stored, &svg).unwrap();
        }
        let known = std::fs::read_to_string(&stored).unwrap_or_default();
        assert!(known == svg, "{} is stale: HULLBREACH_BLESS=1 cargo test pictures", stored.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_keys_in_any_rectangle_are_drawn(
        keys in proptest::collection::vec(0_usize..62, 0..14), wide in 0_u16..140, high in 0_u16..50,
    ) {
        const KEYS: [&str; 62] = [
            "j", "k", "G", "g g", "Enter", "Esc", "Tab", "1", "2", "3", "b r", "b n", "b b", "s n", "s u", "Space", "v",
            "/", ">", "<", "y", "PageDown", "V", "?", "Ctrl-p", "n", "p", "J", "K", "+", "-", "o r", "o d", "r", "a", "e", "Esc",
            "Enter", "Enter", "Tab", "Esc", "Ctrl-s", "Ctrl-q", "東",
            "4", "l", "h", "o", "c", "b s", "f", "4", "5", "w", "o p", "o c", "g r", "4", "A", "s", "Down", "Right",
        ];
        thread_local!(static WORLD: World = World::new());
        WORLD.with(|world| {
            let mut stage = exercise_on(world, (wide, high));
            for key in keys {
                stage.press(KEYS[key]);
            }
            let text = stage.text();
            assert_eq!(text.lines().count(), usize::from(high));
            stage.resize((high, wide));
            stage.draw();
        });
    }
}

#[test]
fn a_filter_that_is_not_taken_leaves_the_marker_where_it_was() {
    let world = World::new();
    let mut stage = exercise_on(&world, (80, 24));
    stage.press("2 j j j j j j j j j j j j j j j j j j j j j j j j");
    let marked = |stage: &mut Stage| {
        let text = stage.text();
        text.lines().find(|line| line.starts_with("> ")).map(str::to_owned).expect("a marker")
    };
    let before = marked(&mut stage);
    stage.press("/");
    stage.type_text("verdict:bad");
    assert_ne!(marked(&mut stage), before);
    stage.press("Esc");
    assert_eq!(marked(&mut stage), before);
}
