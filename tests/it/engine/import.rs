//! Through the command line: engines and machines in a case, columns by a map, and readings that hold.

use hullbreach::cli::Exit;

use super::sha;
use crate::support::World;
use crate::support::command::{run, run_fed};

fn written(world: &World, name: &str, text: &str) -> String {
    let path = world.root().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_map_is_recorded_and_read_by_again() {
    let world = World::new();
    world.new_case();
    let env = world.ana();
    let rows: String = (0..600).map(|i| format!("plc-{i};Ulm;registry.corp/scada:{i};hunter22\n")).collect();
    let table = format!("anlage;stand;software;admin_password\n{rows}");
    let file = written(&world, "list.csv", &table);
    let unknown = run(&env, ["import", &file, "--json"]).expect(Exit::Gaps).json();
    let reason = unknown["evidence"][0]["reason"].as_str().or(unknown["unrecognised"][0]["reason"].as_str()).unwrap();
    assert!(reason.contains("--as machine-csv --map image=COLUMN"), "{unknown}");
    run(&env, ["undo"]).expect(Exit::Done);

    let map = ["--map", "image=software", "--map", "host=anlage", "--map", "site=stand"];
    let wrong = run(&env, ["import", &file, "--as", "machine-csv", "--map", "colour=x"]).expect(Exit::Usage);
    assert!(wrong.err().contains("host, site, image"), "{}", wrong.err());
    let map_to_nothing = ["--map", "host=Device", "--map", "image=software"];
    let arguments = [["import", file.as_str(), "--as", "machine-csv", "--json"].as_slice(), &map_to_nothing].concat();
    let wrong = run(&env, arguments).expect(Exit::Gaps).out();
    assert!(wrong.contains("`--map host=Device`: there is no such column; it has anlage, stand"), "{wrong}");
    run(&env, ["undo"]).expect(Exit::Done);
    let arguments = [["import", file.as_str(), "--as"].as_slice(), &["machine-csv"], &map].concat();
    run(&env, arguments).expect(Exit::Done);
    let images = run(&env, ["images", "--json", "--filter", "role:device"]).json();
    assert_eq!(images["images"].as_array().unwrap().len(), 600);
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
    let id = run(&env, ["evidence", "--json"]).json()["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["format"] == "machine-csv")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(!run(&env, ["evidence", "show", &id, "--raw"]).out().contains("hunter22"));
}

#[test]
fn what_a_list_says_of_a_machine_counts_for_the_image_on_it() {
    let world = World::new();
    world.new_case();
    let env = world.ana();
    let rows = "host,site,image,owner,type,criticality\nhmi-1,ulm,reg.example/hmi/ui:3,ot-ops,OT,critical\n";
    let rows = format!("{rows}hmi-2,ulm,reg.example/hmi/ui:3,ot-ops,OT,critical\n");
    let file = written(&world, "machines.csv", &rows);
    run(&env, ["import", &file]).expect(Exit::Done);
    let image = run(&env, ["image", "reg.example/hmi/ui:3", "--json"]).expect(Exit::Done).json();
    let owners = image["owners"].as_array().unwrap();
    assert_eq!(owners.len(), 1, "one word for both: {owners:?}");
    assert_eq!((&owners[0]["owner"], &owners[0]["criticality"]), (&"ot-ops".into(), &"critical".into()));
    assert_eq!(owners[0]["site"], "critical devices of ot-ops at ulm");
    assert!(image.to_string().contains("technology:OT"), "{image}");
    let explained = run(&env, ["explain", "reg.example/hmi/ui:3"]).out();
    assert!(!explained.contains("no owners' file tells"), "{explained}");
    assert!(explained.contains("listed for a machine, not said to run, in 2 places"), "{explained}");
}

#[test]
fn what_an_engine_runs_counts_and_a_list_without_it_ends_nothing() {
    let world = World::new();
    world.new_case();
    let env = world.ana();
    let container = |letter: char| {
        format!(
            r#"{{"Id":"{}","Created":"2026-11-01T00:00:00Z","Name":"/{letter}","State":{{"Status":"running","Running":true,"StartedAt":"2026-11-02T00:00:00Z"}},"Image":"{}","Config":{{"Image":"acme/{letter}:1","Env":["A=hunter22"]}}}}"#,
            letter.to_string().repeat(64),
            sha(letter)
        )
    };
    let both = format!("[{},{}]", container('a'), container('b'));
    run_fed(&env, ["import", "-", "--context", "host-1"], both.as_bytes()).expect(Exit::Done);
    run_fed(&env, ["import", "-", "--context", "host-1"], format!("[{}]", container('a')).as_bytes())
        .expect(Exit::Done);
    let images = run(&env, ["images", "--json"]).json();
    let rows: Vec<(&str, u64)> = images["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["name"].as_str().unwrap(), i["running"].as_u64().unwrap()))
        .collect();
    assert_eq!(rows.len(), 2, "{images}");
    assert!(rows.iter().all(|(_, running)| *running == 1), "{rows:?}");
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}

#[test]
fn a_table_kept_raw_is_read_without_its_secrets() {
    let world = World::new();
    world.new_case();
    let env = world.ana();
    let rows: String = (0..300).map(|i| format!("edge-{i},acme/edge:{i},hunter22\n")).collect();
    let file = written(&world, "raw.csv", &format!("host,image,api_token\n{rows}"));
    run(&env, ["import", &file, "--keep-raw"]).expect(Exit::Done);
    let id = run(&env, ["evidence", "--json"]).json()["evidence"][0]["id"].as_str().unwrap().to_owned();
    let shown = run(&env, ["evidence", "show", &id]).out();
    assert!(shown.contains("acme/edge:299") && !shown.contains("hunter22"));
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}
