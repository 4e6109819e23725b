//! What is said by hand of many images: from the list of images, and of all images of a cell, however many there are.

use hullbreach::cli::Exit;
use hullbreach::model::time::Micros;
use hullbreach::tui::message::Msg;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use serde_json::{Value, json};

use super::graph::shows;
use crate::cli::piped;
use crate::support::World;

/// Images of the large cell.
const MANY: usize = 1_203;

/// A case in which so many images run, one a pod, and a screen on it.
fn fleet(world: &World, images: usize) -> Stage {
    let path = world.new_case().path().to_path_buf();
    let pod = |n: usize| {
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("app-{n:04}"), "namespace": "shop", "uid": format!("uid-{n}")},
            "spec": {"containers": [{"name": "main", "image": format!("registry.corp/shop/app-{n:04}:1")}]},
            "status": {"phase": "Running"}})
    };
    if images > 0 {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": (0..images).map(pod).collect::<Vec<_>>()});
        let file = world.root().join("pods.json");
        std::fs::write(&file, list.to_string()).unwrap();
        said(world, &["import", file.to_str().unwrap()]);
    }
    let mut stage = Stage::new(&world.ana(), Theme::named("mono").unwrap(), (120, 40));
    stage.open(&path);
    stage
}

/// The list of images of such a case, after some keys.
fn list(images: usize, keys: &str) -> (World, Stage) {
    let world = World::new();
    let mut stage = fleet(&world, images);
    stage.press(keys);
    (world, stage)
}

/// Types a line and accepts it.
fn types(stage: &mut Stage, text: &str) {
    stage.type_text(text);
    stage.press("Enter");
}

/// While a case is open for reading only neither a key begins a line nor a command says anything.
pub fn says_nothing_while_reading_only(stage: &mut Stage, (key, begun): (&str, &str), command: &str) {
    stage.model.settings.read_only = true;
    stage.press(key);
    assert!(!stage.text().contains(begun), "{}", stage.text());
    stage.call(command);
    shows(stage, &["open for reading only"]);
}

fn said(world: &World, words: &[&str]) {
    let path = world.path();
    piped(&world.ana(), &[words, &["-c", path.to_str().unwrap()]].concat()).ended(Exit::Done);
}

fn told(world: &World, words: &[&str]) -> Value {
    let path = world.path();
    piped(&world.ana(), &[words, &["--json", "-c", path.to_str().unwrap()]].concat()).ended(Exit::Done).json()
}

/// How many images a filter lets through.
fn with(world: &World, filter: &str) -> usize {
    told(world, &["images", "--filter", filter])["images"].as_array().unwrap().len()
}

/// The one cell of a fleet whose images differ in nothing but their names.
fn only_cell(world: &World) -> String {
    let matrix = told(world, &["matrix"]);
    let cells = matrix["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 1, "{matrix}");
    let word = |key: &str| cells[0][key].as_str().unwrap().to_owned();
    format!("vulnerability {} {} {}", word("criticality"), word("exploitability"), word("exposure"))
}

#[test]
fn marked_images_of_the_list_are_assessed_at_once_and_taken_back_at_once() {
    let (world, mut stage) = list(6, "2 s n Space Space v j j Space a");
    shows(&mut stage, &["assess 5 images", "criticality=critical"]);
    types(&mut stage, "criticality=huge");
    shows(&mut stage, &["criticality is one of critical"]);
    stage.press("Esc a");
    types(&mut stage, "criticality=high exposure=internet the owner says so");
    shows(&mut stage, &["Set criticality high, set exposure internet of 5 images?", "the owner says so", "before"]);
    stage.press("Esc");
    assert_eq!(with(&world, "criticality:high"), 0, "Esc stores nothing");
    stage.press("a");
    types(&mut stage, "criticality=high exposure=internet the owner says so");
    stage.press("y");
    shows(&mut stage, &["said in 10 events; u takes it back"]);
    assert_eq!(with(&world, "criticality:high exposure:internet"), 5);
    stage.press("u");
    shows(&mut stage, &["Take this back?", "high (the owner says"]);
    stage.press("y");
    assert_eq!(with(&world, "criticality:high"), 0);
}

#[test]
fn a_priority_is_set_from_the_list_and_from_an_open_image() {
    let (world, mut stage) = list(3, "2 s n S");
    shows(&mut stage, &["set registry.corp/shop/app-0000:1", "in place of the computed one"]);
    types(&mut stage, "P0 it holds the keys");
    stage.press("y");
    shows(&mut stage, &["said in 1 event; u takes it back", "by hand"]);
    assert_eq!(with(&world, "priority:P0"), 1);
    stage.press("j Enter");
    stage.call("images.set P0 so does this one");
    shows(&mut stage, &["Set priority P0 of 1 image?", "app-0001"]);
    stage.press("y");
    assert_eq!(with(&world, "priority:P0"), 2);
}

#[test]
fn without_an_image_or_while_reading_only_nothing_is_said() {
    let (_empty, mut stage) = list(0, "2 a");
    shows(&mut stage, &["put the marker on an image first"]);
    let (_two, mut stage) = list(2, "2 v");
    stage.call("images.assess");
    shows(&mut stage, &["a range is begun: Space marks it"]);
    stage.press("Ctrl-a");
    says_nothing_while_reading_only(&mut stage, ("a", "criticality=critical"), "images.set P0 x");
}

#[test]
fn a_large_cell_is_paged_through_to_its_last_image() {
    let world = World::new();
    let mut stage = fleet(&world, MANY);
    stage.call(&format!("matrix.show {} images", only_cell(&world)));
    shows(&mut stage, &["1203 images", "shop/app-0000:1"]);
    stage.press("G");
    shows(&mut stage, &["shop/app-1202:1"]);
    (0..60).for_each(|_| stage.press("PageUp"));
    let text = stage.text();
    assert!(text.contains("shop/app-") && !text.contains("shop/app-1202:1"), "{text}");
    stage.press("Space G Space");
    shows(&mut stage, &["2 marked"]);
    stage.tell(Msg::Changed);
    shows(&mut stage, &["2 marked", "shop/app-1202:1"]);
    stage.press("g g");
    shows(&mut stage, &["shop/app-0000:1"]);
}

#[test]
fn all_images_of_a_large_cell_are_assessed_and_leave_it_with_their_marks() {
    let world = World::new();
    let mut stage = fleet(&world, MANY);
    let cell = only_cell(&world);
    stage.call(&format!("matrix.show {cell} images"));
    stage.press("A");
    shows(&mut stage, &["all 1203 in the cell are marked", "1203 marked"]);
    stage.press("a");
    stage.type_text("criticality=low nobody depends on it");
    stage.press("Enter");
    shows(&mut stage, &["Set criticality low of 1203 images?", "and 1195 more"]);
    stage.press("y");
    shows(&mut stage, &["said in 1203 events"]);
    stage.tell(Msg::Changed);
    assert_eq!(with(&world, "criticality:low"), MANY);
    stage.call(&format!("matrix.show {cell} images"));
    shows(&mut stage, &["No image is in this cell."]);
    assert!(!stage.text().contains("assumed, nothing tells"), "what is said by hand is not assumed: {}", stage.text());
    stage.call("matrix.assess");
    shows(&mut stage, &["put the marker on an image first"]);
}

#[test]
fn of_those_alike_the_image_that_is_due_first_stands_first() {
    let world = World::new();
    let mut stage = fleet(&world, 3);
    let cell = only_cell(&world);
    // What was raised later is due later.
    for (day, image) in [("22", "shop/app-0000"), ("21", "shop/app-0002")] {
        world.set_clock(Micros::parse_rfc3339(&format!("2026-11-{day}T00:00:00Z")).unwrap().0);
        said(&world, &["triage", "set", image, "--priority", "P1", "--reason", "x"]);
    }
    stage.tell(Msg::Changed);
    stage.call(&format!("matrix.show {cell} images"));
    let text = stage.text();
    let mut places: Vec<(usize, &str)> =
        ["app-0000", "app-0001", "app-0002"].map(|name| (text.find(name).unwrap(), name)).to_vec();
    places.sort();
    let shown: Vec<&str> = places.into_iter().map(|(_, name)| name).collect();
    assert_eq!(shown, ["app-0002", "app-0000", "app-0001"], "{text}");
    let listed = told(&world, &["images", "--sort", "priority"]);
    let names: Vec<String> =
        listed["images"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    let wanted = ["0002", "0000", "0001"].map(|n| format!("registry.corp/shop/app-{n}:1"));
    assert_eq!(names, wanted);
}
