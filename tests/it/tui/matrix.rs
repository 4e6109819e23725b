//! The matrix on the screen: cells and their images, why, what is said by keys and taken back, what to find out next, what
//! another policy would move.

use hullbreach::cli::Exit;
use hullbreach::model::text::scrub;
use hullbreach::tui::message::Msg;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::work::exercise;
use serde_json::Value;

use super::graph::{each_place, shows};
use super::judge::says_nothing_while_reading_only;
use super::views::exercise_on;
use crate::cli::piped;
use crate::support::World;

/// The places of the view, by the keys that lead there.
const PLACES: [&str; 14] = [
    "4",
    "4 Right j",
    "4 c",
    "4 c j Right",
    "4 Enter",
    "4 Enter Space j",
    "4 y",
    "4 y G",
    "4 w",
    "4 b",
    "4 b G Enter j Space",
    "4 s",
    "4 a c r i t Down",
    "4 p",
];

fn on(world: &World, size: (u16, u16), ascii: bool) -> Stage {
    drop(exercise_on(world, size));
    let theme = Theme::named("mono").unwrap().with_ascii(ascii);
    let mut stage = Stage::new(&exercise::time(&world.ana()), theme, size);
    stage.open(&world.cases().join(exercise::NAME));
    stage
}

/// What the command line says of the exercise.
fn told(world: &World, words: &[&str]) -> Value {
    let mut env = exercise::time(&world.ana());
    env.vars.insert("HULLBREACH_CASE".to_owned(), world.cases().join(exercise::NAME).to_str().unwrap().to_owned());
    piped(&env, &[words, &["--json"]].concat()).ended(Exit::Done).json()
}

#[test]
fn every_place_is_as_it_was() {
    let world = World::new();
    each_place("matrix", &PLACES, |size, ascii| on(&world, size, ascii));
}

#[test]
fn without_an_image_it_says_what_to_do() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let mut stage = Stage::new(&world.ana(), Theme::named("mono").unwrap(), (80, 24));
    stage.open(&path);
    stage.press("4");
    shows(&mut stage, &["[4 Matrix]", "No images yet", "i imports files"]);
    stage.press("Enter y e s a c v Right j Space A d r f J p Esc w");
    shows(&mut stage, &["Nothing that is not known would change a priority"]);
    stage.press("b Enter Space A y e d r a Esc b");
    shows(&mut stage, &["No image is P0."]);
}

#[test]
fn cells_and_sums_are_those_of_the_command_line() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    let matrix = told(&world, &["matrix"]);
    stage.press("4");
    let text = stage.text();
    let sum = |priority: &str| format!("{priority} {}", matrix["totals"][priority]);
    for priority in ["P0", "P1", "P2", "P3"] {
        assert!(text.contains(&sum(priority)), "{priority}: {text}");
    }
    assert!(text.contains(matrix["policy"].as_str().unwrap()), "{text}");
    let cells = matrix["cells"].as_array().unwrap();
    assert!(cells.len() > 3);
    for cell in cells {
        let shown = format!("{}:{}", cell["priority"].as_str().unwrap(), cell["images"]);
        assert!(text.contains(&shown), "{shown} is not in\n{text}");
        let word = |key: &str| cell[key].as_str().unwrap().to_owned();
        let place = [word("criticality"), word("exploitability"), word("exposure")].join(" ");
        stage.call(&format!("matrix.show vulnerability {place} images"));
        shows(&mut stage, &[&format!("{} image", cell["images"])]);
        let listed = told(&world, &["triage", "--filter", &filter(&place)])["images"].as_array().unwrap().len();
        assert_eq!(listed as u64, cell["images"].as_u64().unwrap(), "{place}");
    }
}

fn filter(place: &str) -> String {
    let words: Vec<&str> = place.split(' ').collect();
    format!("criticality:{} exploitability:\"{}\" exposure:{}", words[0], words[1], words[2])
}

/// A cell with several urgent images.
fn several(world: &World) -> String {
    let matrix = told(world, &["matrix"]);
    let urgent =
        |cell: &&Value| cell["images"].as_u64() > Some(1) && ["P0", "P1"].iter().any(|p| cell["priority"] == *p);
    let cell = matrix["cells"].as_array().unwrap().iter().find(urgent).unwrap().clone();
    ["criticality", "exploitability", "exposure"].map(|key| cell[key].as_str().unwrap().to_owned()).join(" ")
}

#[test]
fn a_priority_set_by_keys_is_one_action_that_u_takes_back() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    let events = |kind: &str| {
        let log = told(&world, &["log", "--kind", kind]);
        log["events"].as_array().unwrap().iter().filter(|event| event["retracted"] == false).count()
    };
    let before = (told(&world, &["matrix"])["totals"].clone(), events("priority.set"));
    stage.call(&format!("matrix.show vulnerability {} images", several(&world)));
    stage.press("Space Space s");
    shows(&mut stage, &["set 2 images", "in place of the computed one"]);
    stage.press("Enter");
    shows(&mut stage, &["begin with P0, P1"]);
    stage.type_text("P3");
    stage.press("Enter");
    shows(&mut stage, &["and why?"]);
    stage.type_text(" isolated until Friday");
    stage.press("Enter");
    shows(&mut stage, &["Set priority P3 of 2 images?", "before", "less urgent", "isolated until Friday"]);
    assert_eq!(told(&world, &["matrix"])["totals"], before.0, "nothing is stored before the yes");
    stage.press("Esc");
    assert_eq!(events("priority.set"), before.1, "Esc stores nothing");

    stage.press("s");
    stage.type_text("P3 isolated until Friday");
    stage.press("Enter y");
    shows(&mut stage, &["said in 2 events; u takes it back", "by hand"]);
    assert_eq!(events("priority.set"), before.1 + 2);
    assert_ne!(told(&world, &["matrix"])["totals"], before.0);

    stage.press("u");
    shows(&mut stage, &["Take this back?", "isolated until Friday"]);
    stage.press("y");
    stage.tell(Msg::Changed);
    assert_eq!((told(&world, &["matrix"])["totals"].clone(), events("priority.set")), before);
}

#[test]
fn an_assessment_from_the_queue_moves_its_cell() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    let first = told(&world, &["triage", "next", "--limit", "1"])["questions"][0].clone();
    stage.press("4 w");
    shows(&mut stage, &["WHAT TO FIND OUT NEXT", "MAY BE"]);
    let id = first["id"].as_str().unwrap();
    stage.press("a");
    stage.type_text("criticality=low exposure=dev-only nobody depends on it");
    stage.press("Enter");
    shows(&mut stage, &["Set criticality low, set exposure dev-only of 1 image?"]);
    stage.press("y");
    let row = |image: &str| {
        let all = told(&world, &["triage"]);
        all["images"].as_array().unwrap().iter().find(|row| row["id"] == image).unwrap().clone()
    };
    assert_eq!((row(id)["criticality"].as_str(), row(id)["exposure"].as_str()), (Some("low"), Some("dev-only")));
    stage.press("y");
    shows(&mut stage, &["nobody depends on it", "BECAUSE"]);
    stage.press("Esc");
    shows(&mut stage, &["WHAT TO FIND OUT NEXT"]);
    stage.press("Esc");
    shows(&mut stage, &["CELL"]);
}

#[test]
fn words_behind_the_command_are_taken_as_if_typed_and_nothing_is_set_while_reading_only() {
    let world = World::new();
    let mut stage = on(&world, (100, 30), false);
    stage.press("4 Enter");
    stage.call("matrix.set pause waits for the vendor");
    shows(&mut stage, &["Set due paused of 1 image?"]);
    stage.press("Esc");
    stage.call("matrix.assess exposure=moon x");
    shows(&mut stage, &["exposure is one of internet"]);
    stage.press("Esc");
    says_nothing_while_reading_only(&mut stage, ("s", "in place of the computed one"), "matrix.set P0 x");
}

#[test]
fn an_image_says_why_and_leads_to_its_evidence() {
    let world = World::new();
    let mut stage = on(&world, (100, 30), false);
    stage.press("4 y");
    shows(&mut stage, &["compromise", "BECAUSE", " why "]);
    stage.press("Esc e");
    shows(&mut stage, &["[9 Proof]"]);
    stage.press("Esc");
    shows(&mut stage, &["[4 Matrix]", "CELL"]);
    stage.press("Enter Enter");
    shows(&mut stage, &["[2 Images]"]);
    stage.press("Esc");
    shows(&mut stage, &["[4 Matrix]"]);
    stage.press("Esc f");
    shows(&mut stage, &["[2 Images]", "filter criticality:"]);
}

#[test]
fn what_is_p0_stands_by_cause_and_owner_as_on_the_command_line() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    let groups = told(&world, &["triage"])["p0_by_cause"].as_array().unwrap().clone();
    assert!(groups.len() > 1, "{groups:?}");
    stage.press("4 b");
    let images: u64 = groups.iter().map(|group| group["images"].as_u64().unwrap()).sum();
    shows(&mut stage, &[&format!("{images} images, {} tasks", groups.len())]);
    for group in &groups {
        let owner = group["owner"].as_str().unwrap_or("no owner told");
        shows(&mut stage, &[&format!("{owner}  {}", group["cause"].as_str().unwrap())]);
    }
    // The last one has several images: they are said something of together.
    let last = groups.last().unwrap();
    let count = last["images"].as_u64().unwrap();
    assert!(count > 1);
    stage.press("G a");
    shows(&mut stage, &[&format!("assess {count} images")]);
    stage.press("Esc Enter j");
    shows(&mut stage, &["digest", "lenses", "C1"]);
    stage.press("y");
    shows(&mut stage, &["BECAUSE"]);
    stage.press("Esc");
    shows(&mut stage, &["P0 BY CAUSE AND OWNER", "lenses"]);
    stage.press("Enter");
    shows(&mut stage, &["[2 Images]"]);
    stage.press("Esc");
    shows(&mut stage, &["P0 BY CAUSE AND OWNER", "lenses"]);
    stage.press("Esc");
    shows(&mut stage, &["CELL"]);
}

#[test]
fn every_line_of_why_leads_somewhere() {
    let world = World::new();
    let mut stage = on(&world, (120, 60), false);
    for image in ["cc81b9b8", "50426834"] {
        let explained = told(&world, &["explain", image]);
        let lines: Vec<&str> = ["assumed", "would_change", "next"]
            .iter()
            .flat_map(|part| explained[*part].as_array().unwrap())
            .map(|line| line.as_str().unwrap())
            .collect();
        assert!(lines.len() > 4, "{explained}");
        let rows = 8 + 2 * 4 + explained["because"].as_array().unwrap().len() + lines.len();
        let mut opened = 0;
        for row in 0..rows {
            let why = format!("matrix.why {image}");
            stage.call(&why);
            stage.press("Home");
            (0..row).for_each(|_| stage.press("j"));
            stage.model.toasts = Default::default();
            let before = stage.text();
            stage.press("Enter");
            let after = stage.text();
            // Blank lines and headings are no lines of it.
            if after.contains("this line leads nowhere") {
                let marked = before.lines().find(|line| line.starts_with('>')).unwrap_or_default().to_owned();
                let heading = ["BECAUSE", "ASSUMED", "WOULD BE", "NEXT"].iter().any(|head| marked.contains(head));
                assert!(heading || marked.trim_matches(['>', ' ', '█']).is_empty(), "{image}: {marked}");
            } else {
                opened += 1;
                assert_ne!(before, after, "{image}: row {row}");
            }
            stage.press("Esc Esc Esc");
        }
        assert!(opened >= 4 + lines.len(), "{image}: {opened} lines open");
    }
}

#[test]
fn lines_of_why_lead_to_where_the_answer_is_given() {
    let world = World::new();
    let mut stage = on(&world, (120, 60), false);
    let to = |stage: &mut Stage, image: &str, line: &str| {
        stage.call(&format!("matrix.why {image}"));
        stage.press("Home");
        let marked =
            |stage: &mut Stage| stage.text().lines().any(|shown| shown.starts_with('>') && shown.contains(line));
        for _ in 0..60 {
            if marked(stage) {
                break;
            }
            stage.press("j");
        }
        assert!(marked(stage), "{line} is not in\n{}", stage.text());
        stage.press("Enter");
    };
    to(&mut stage, "cc81b9b8", "its criticality is Low");
    shows(&mut stage, &["assess", "criticality=low", "and why?"]);
    stage.type_text(" nobody depends on it");
    stage.press("Enter");
    shows(&mut stage, &["Set criticality low of 1 image?"]);
    stage.press("Esc");
    to(&mut stage, "cc81b9b8", "rebuild it with the fixed packages");
    shows(&mut stage, &["[2 Images]", "[findings", "CVE-2021-44228", "in KEV", "REPORTS"]);
    to(&mut stage, "printer", "scan it: trivy image");
    shows(&mut stage, &["Coverage", "import"]);
    stage.press("Esc");
    to(&mut stage, "50426834", "keep what runs for forensics");
    shows(&mut stage, &["[5 Tasks]"]);
    to(&mut stage, "cc81b9b8", "KEV as of");
    shows(&mut stage, &["[9 Proof]"]);
}

#[test]
fn another_policy_is_tried_stored_and_taken_back() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    let text = told(&world, &["policy", "show"])["text"].as_str().unwrap().to_owned();
    let own = text.replace("\"default-1\"", "\"night-shift\"").replace("\"P2\"", "\"P1\"");
    assert_ne!(own, text);
    std::fs::write(world.cases().join("night.toml"), &own).unwrap();
    std::fs::write(world.cases().join("wrong.toml"), "name = 3\n").unwrap();
    stage.press("4 p");
    stage.type_text("nosuch.toml");
    stage.press("Enter");
    shows(&mut stage, &["this policy cannot be taken", "nosuch.toml"]);
    stage.press("Esc p");
    stage.type_text("wrong.toml");
    stage.press("Enter");
    shows(&mut stage, &["this policy cannot be taken", "wrong.toml: "]);
    stage.press("Esc p");
    stage.type_text("ni");
    stage.press("Tab Enter");
    let preview = told(&world, &["policy", "preview", world.cases().join("night.toml").to_str().unwrap()]);
    let moves = format!("{} more urgent", preview["preview"]["raised"]);
    shows(&mut stage, &["policy night-shift in place of default-1", &moves, "P2 -> P1"]);
    stage.press("s");
    stage.type_text("agreed with the commander");
    stage.press("Enter");
    shows(&mut stage, &["Follow policy night-shift?"]);
    stage.press("y");
    assert_eq!(told(&world, &["matrix"])["policy"], "night-shift");
    stage.press("u y");
    assert_eq!(told(&world, &["matrix"])["policy"], "default-1");
}

#[test]
fn what_others_write_moves_no_marker() {
    let world = World::new();
    let mut stage = on(&world, (120, 40), false);
    stage.press("4 c j Right");
    let marked = |stage: &mut Stage| {
        let text = stage.text();
        text.lines().find(|line| line.starts_with(" CELL")).map(|line| line.get(..40).unwrap_or(line).to_owned())
    };
    let before = marked(&mut stage);
    assert!(before.is_some(), "{}", stage.text());
    stage.tell(Msg::Changed);
    assert_eq!(marked(&mut stage), before);
}

#[test]
fn hostile_names_are_scrubbed_everywhere() {
    let world = World::new();
    let path = super::views::hostile(&world);
    for size in [(80, 24), (120, 40), (40, 12), (3, 2)] {
        for keys in PLACES {
            let mut stage = Stage::new(&world.ana(), Theme::named("mono").unwrap(), size);
            stage.open(&path);
            stage.press(keys);
            for line in stage.text().lines() {
                assert_eq!(scrub(line), line, "{keys} at {size:?}");
            }
        }
    }
}
