//! The lineage on the screen: the outline, one image with what is around it, ways with their proofs, two side by side.

use hullbreach::cli::Exit;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use serde_json::{Value, json};

use crate::cli::piped;
use crate::support::World;

/// Digests of one letter each.
pub fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

/// A digest of a number.
fn numbered(n: usize) -> String {
    // Ids are made of the first half.
    format!("sha256:{n:032x}{n:032x}")
}

fn inspected(id: &str, tag: &str, layers: Vec<String>) -> Value {
    json!({
        "Id": id, "RepoTags": [tag], "RepoDigests": [], "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64",
        "Os": "linux", "Config": {"Labels": null}, "RootFS": {"Type": "layers", "Layers": layers},
    })
}

fn pod(name: &str, namespace: &str, image: &str, id: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace, "uid": name},
        "spec": {"containers": [{"name": "c", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "c", "image": image, "imageID": id, "ready": true, "restartCount": 0,
            "state": {"running": {"startedAt": "2026-03-17T03:00:00Z"}},
        }]},
    })
}

/// A base, a runtime on it, three services on that, one of which builds from another base, and many more on the base.
pub fn family(world: &World, on_base: usize) {
    let path = world.new_case().path().to_path_buf();
    let layers = |letters: &str| letters.chars().map(sha).collect::<Vec<String>>();
    let mut images = vec![
        inspected(&sha('a'), "registry.example/base/debian:12", layers("12")),
        inspected(&sha('b'), "registry.example/base/node:20", layers("123")),
        inspected(&sha('c'), "registry.example/pay/api:7", layers("1234")),
        inspected(&sha('d'), "registry.example/pay/worker:7", layers("1235")),
        inspected(&sha('e'), "registry.example/web/edge:3", layers("1236")),
        inspected(&sha('f'), "registry.example/other/tool:1", layers("9")),
    ];
    images.extend((0..on_base).map(|n| {
        let own = [layers("12"), vec![numbered(0x1000 + n)]].concat();
        inspected(&numbered(0xabc_000 + n), &format!("registry.example/many/app-{n:03}:1"), own)
    }));
    let pods = [
        pod("api-1", "pay", "registry.example/pay/api:7", &sha('c')),
        pod("api-2", "pay", "registry.example/pay/api:7", &sha('c')),
        pod("worker-1", "pay", "registry.example/pay/worker:7", &sha('d')),
        pod("edge-1", "web", "registry.example/web/edge:3", &sha('e')),
    ];
    let pods = json!({"apiVersion": "v1", "kind": "List", "items": pods});
    let folder = world.root().join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("host.json"), json!(images).to_string()).unwrap();
    std::fs::write(folder.join("pods.json"), pods.to_string()).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", folder.to_str().unwrap()]).ended(Exit::Done);
}

/// Says that something is bad.
pub fn bad(world: &World, target: &str) {
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), world.path().to_str().unwrap().to_owned());
    piped(&env, &["indicator", "add", target, "--state", "bad"]).ended(Exit::Done);
}

pub fn stage(world: &World, size: (u16, u16), ascii: bool) -> Stage {
    let theme = Theme::named("mono").unwrap().with_ascii(ascii);
    let mut stage = Stage::new(&world.ana(), theme, size);
    stage.open(&world.path());
    stage.press("2");
    stage
}

/// The body of the screen: without the lines that name clocks and states.
pub fn body(stage: &mut Stage) -> String {
    let text = stage.text();
    let all = text.lines().count();
    text.lines().skip(1).take(all.saturating_sub(2)).collect::<Vec<&str>>().join("\n")
}

#[track_caller]
pub fn shows(stage: &mut Stage, wanted: &[&str]) {
    let text = stage.text();
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
    }
}

/// Every place of a view is as it was, on large and small screens.
pub fn each_place(view: &str, places: &[&str], on: impl Fn((u16, u16), bool) -> Stage) {
    for (size, ascii, name) in [
        ((80, 24), false, "80x24"),
        ((120, 40), false, "120x40"),
        ((80, 24), true, "ascii"),
        ((40, 12), false, "40x12"),
        ((1, 1), false, "1x1"),
    ] {
        let mut screens = String::new();
        for keys in places {
            let mut stage = on(size, ascii);
            stage.press(keys);
            let text = body(&mut stage);
            assert!(!ascii || text.is_ascii(), "{text}");
            screens.push_str(&format!("== {keys} ==\n{text}\n"));
        }
        insta::with_settings!({ prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("it__tui__{view}__{view}_{name}"), screens);
        });
    }
}

/// The places of the view, by the keys that lead there.
const PLACES: [&str; 8] =
    ["g r", "g r l l", "g r o", "g r Enter", "g r l j Enter", "g r o j j y", "g r o j j Space c", "g r / p a y Enter"];

#[test]
fn a_family_is_shown_as_it_was() {
    let world = World::new();
    family(&world, 0);
    bad(&world, &format!("digest:{}", sha('b')));
    each_place("graph", &PLACES, |size, ascii| stage(&world, size, ascii));
}

#[test]
fn without_lineage_it_says_why_and_what_to_import() {
    let world = World::new();
    drop(world.new_case());
    let mut stage = stage(&world, (80, 24), false);
    stage.press("g r");
    shows(
        &mut stage,
        &["No lineage is known: unknown is not safe.", "The case has no images yet.", "docker image inspect"],
    );
    stage.press("Enter l h o y c Space d");
    shows(&mut stage, &["No lineage is known"]);
}

#[test]
fn rows_open_and_close_and_the_marker_stays_on_its_image() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r l j");
    shows(
        &mut stage,
        &["▾ registry.example/base/debian:12", "└─▸ registry.example/base/node:20", "3 images, 4 running"],
    );
    stage.press("l");
    shows(&mut stage, &["registry.example/pay/api:7"]);
    let marked = |stage: &mut Stage| stage.text().lines().find(|line| line.starts_with('>')).unwrap().to_owned();
    assert!(marked(&mut stage).contains("base/node:20"));
    stage.tell(hullbreach::tui::message::Msg::Changed);
    assert!(marked(&mut stage).contains("base/node:20"));
    stage.press("h h");
    assert!(marked(&mut stage).contains("base/debian:12"));
}

#[test]
fn a_filter_keeps_what_its_images_stand_on() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r /");
    stage.type_text("name~api running:>0");
    shows(&mut stage, &["base/debian:12", "base/node:20", "pay/api:7"]);
    assert!(!stage.text().contains("pay/worker"), "{}", stage.text());
    stage.press("Enter");
    shows(&mut stage, &["filter name~api running:>0: 1 found"]);
    stage.press("Esc");
    assert!(!stage.text().contains("found"), "{}", stage.text());
    stage.press("/");
    stage.type_text("zzzz");
    shows(&mut stage, &["No image fits the filter."]);
}

#[test]
fn an_image_leads_to_what_is_around_it_and_back() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r l j Enter");
    shows(&mut stage, &["STANDS ON", "base/debian:12", "THIS IMAGE", "ON IT  3 images, 4 running", "namespace pay  2"]);
    // Down to the first image on it, which goes into the middle.
    stage.press("l Enter");
    shows(&mut stage, &["pay/api:7 cccccccc", "nothing that is known stands on it", "2 running"]);
    stage.press("Esc");
    shows(&mut stage, &["ON IT  3 images"]);
    stage.press("Esc");
    shows(&mut stage, &["1 base", "▾ registry.example/base/debian:12"]);
}

#[test]
fn what_does_not_fit_is_counted_and_opens() {
    let world = World::new();
    family(&world, 60);
    for size in [(80, 24), (120, 40)] {
        let mut stage = stage(&world, size, false);
        stage.press("g r Enter G");
        shows(&mut stage, &["... +21 images more right on it: 21 in all, 0 running"]);
        stage.press("Enter");
        shows(&mut stage, &["▾ registry.example/base/debian:12", "64 images, 4 running"]);
    }
}

#[test]
fn why_shows_each_step_with_its_proof_which_opens() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r o j j y");
    shows(&mut stage, &["what leads to registry.example/pay/api:7", "nothing is marked bad", "layers 1-2 equal 0.97"]);
    bad(&world, &format!("digest:{}", sha('a')));
    stage.tell(hullbreach::tui::message::Msg::Changed);
    shows(&mut stage, &["how what is bad reaches", "SUREST", "2 steps, proven", "BAD"]);
    for _ in 0..3 {
        stage.press("j");
    }
    shows(&mut stage, &["layers of registry.example/base/debian:12"]);
    stage.press("Enter");
    shows(&mut stage, &["[9 Proof]", "host.json"]);
    stage.press("Esc");
    shows(&mut stage, &["how what is bad reaches"]);
}

#[test]
fn two_images_are_held_against_each_other() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r c");
    shows(&mut stage, &["Space marks an image"]);
    stage.press("o j j Space c");
    shows(
        &mut stage,
        &["pay/api:7", "beside", "3 layers from the bottom, by diffID", "base/node:20", "PART AT", "layer 4"],
    );
    let tool = format!("graph.compare {} {}", &sha('c')[7..39], &sha('f')[7..39]);
    stage.call(&tool);
    shows(&mut stage, &["0 layers from the bottom", "no known image is just these layers"]);
}

#[test]
fn an_image_tells_its_bases_and_its_verdict() {
    let world = World::new();
    family(&world, 0);
    bad(&world, &format!("digest:{}", sha('c')));
    let mut stage = stage(&world, (100, 30), false);
    stage.call(&format!("images.show {} bases", &sha('c')[..20]));
    shows(&mut stage, &["[bases]", "registry.example/base/node:20", "layers 1-3 equal 0.97"]);
    stage.press("j Enter");
    shows(&mut stage, &["[Graph]", "THIS IMAGE", "base/node:20"]);
    stage.press("Esc Tab Tab");
    shows(&mut stage, &["[verdict BAD]", "INDICATOR", "because"]);
    stage.press("f");
    shows(&mut stage, &["[Graph]", "pay/api:7 cccccccc   BAD"]);
}

#[test]
fn images_are_grouped_by_what_they_stand_on() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("b s");
    shows(&mut stage, &["in 3 groups by base", "on registry.example/base/node:20  3", "no base known  2"]);
    stage.press("v j j Space");
    shows(&mut stage, &["3 marked"]);
    stage.press("G");
    shows(&mut stage, &["base/debian:12"]);
}

#[test]
fn a_base_that_no_image_was_read_of_is_named_where_it_stands() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let layers = |letters: &str| letters.chars().map(sha).collect::<Vec<String>>();
    let images = [
        inspected(&sha('c'), "registry.example/pay/api:7", layers("124")),
        inspected(&sha('d'), "registry.example/pay/worker:7", layers("125")),
    ];
    let file = world.root().join("host.json");
    std::fs::write(&file, json!(images).to_string()).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]).ended(Exit::Done);

    let mut stage = stage(&world, (100, 30), false);
    stage.press("g r");
    shows(&mut stage, &["unknown base, 2 layers, in 2 images"]);
    stage.press("N");
    stage.type_text("corp base 7 because ana asked the platform team");
    stage.press("Enter");
    shows(&mut stage, &["called corp base 7 until an image with its layers is read"]);
    let row = |stage: &mut Stage| stage.text().lines().find(|line| line.starts_with('>')).unwrap().to_owned();
    assert!(row(&mut stage).contains("corp base 7"), "{}", stage.text());
    stage.press("u y");
    assert!(row(&mut stage).contains("unknown base, 2 layers"), "{}", stage.text());
    // An image that was read has its own name.
    stage.press("l j N");
    stage.type_text("something else");
    stage.press("Enter");
    shows(&mut stage, &["only a base that no image was read of can be named"]);
}
