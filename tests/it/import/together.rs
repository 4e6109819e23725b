//! Several processes at once, and one that is told to stop.

use rustix::process::{Pid, Signal, kill_process};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::pods::{bulky, dumps, one, write};
use crate::support::World;
use crate::support::command::{arg, assert_code, program, program_run, run};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;

fn new_case(world: &World) {
    assert_code(&program_run(world, "ana", &["new", "hub.case", "--title", "Hub breached"]), 0);
}

fn sources(world: &World) -> usize {
    Case::open(&world.path(), Access::Read, &world.ana()).unwrap().state().unwrap().0.sources.len()
}

/// `files` small files and a bulky one.
fn fill(folder: &Path, name: &str, files: usize) {
    for n in 0..files {
        write(&folder.join(format!("a{n}.json")), one(&format!("{name}-{n}")), 1);
    }
    write(&folder.join("bulky.json"), bulky(name, 10, 100_000), 1);
}

#[test]
fn two_importers_and_a_reader_do_not_get_into_each_others_way() {
    let world = World::new();
    new_case(&world);
    let folders = ["one", "two"].map(|name| dumps(&world).join(name));
    folders.iter().zip(["one", "two"]).for_each(|(folder, name)| fill(folder, name, 10));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut env = world.device("eva");
            env.vars.insert("HULLBREACH_CASE".into(), arg(&world.path()));
            let mut lists = 0;
            while !done.load(Ordering::SeqCst) || lists == 0 {
                run(&env, ["images", "--json"]).expect(Exit::Done).json();
                lists += 1;
            }
        });
        let importers: Vec<_> = folders
            .iter()
            .map(|folder| program(&world, "ana").args(["import", &arg(folder)]).spawn().unwrap())
            .collect();
        let outputs: Vec<_> = importers.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        done.store(true, Ordering::SeqCst);
        reader.join().unwrap();
        outputs.iter().for_each(|output| assert_code(output, 0));
    });
    assert_eq!(sources(&world), 22);
    assert_code(&program_run(&world, "ana", &["verify"]), 0);
    let images = run_program_json(&world, &["images", "--json"]);
    assert_eq!(images["images"].as_array().unwrap().len(), 1, "one digest under many names");
    assert_eq!(images["images"][0]["uses"], 40);
}

fn run_program_json(world: &World, arguments: &[&str]) -> serde_json::Value {
    let output = program_run(world, "ana", arguments);
    assert_code(&output, 0);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn ctrl_c_keeps_what_is_stored_and_the_same_import_goes_on() {
    let world = World::new();
    new_case(&world);
    let folder = dumps(&world).join("many");
    (0..5).for_each(|n| drop(write(&folder.join(format!("a{n}.json")), one(&format!("a{n}")), 1)));
    // More than is imported while the first ones wait to be stored.
    (0..12).for_each(|n| drop(write(&folder.join(format!("z{n:02}.json")), bulky(&format!("z{n}"), 40, 60_000), 1)));
    let child = program(&world, "ana").args(["import", &arg(&folder)]).spawn().unwrap();
    while sources(&world) == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 130);
    assert!(String::from_utf8_lossy(&output.stderr).contains("import the same again"));
    let stored = sources(&world);
    assert!((1..17).contains(&stored), "{stored}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).matches("kubernetes-json").count(),
        stored,
        "it lists what is stored"
    );
    assert_code(&program_run(&world, "ana", &["verify"]), 0);
    let again = program_run(&world, "ana", &["import", &arg(&folder)]);
    assert_code(&again, 0);
    assert_eq!(String::from_utf8_lossy(&again.stdout).matches("was there").count(), stored);
    assert_eq!(sources(&world), 17);
    assert_code(&program_run(&world, "ana", &["verify"]), 0);
}

#[test]
fn standard_input_of_a_process_is_read_to_its_end() {
    let world = World::new();
    new_case(&world);
    let mut child = program(&world, "ana").args(["import", "-", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = one("piped");
    // In pieces, as a slow `kubectl` gives them.
    bytes.chunks(100).for_each(|piece| stdin.write_all(piece).unwrap());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["evidence"][0]["path"], "standard input");
    assert_eq!(report["uses"]["total"], 1);
}

#[test]
fn a_pipe_that_is_cut_off_keeps_its_good_part() {
    let world = World::new();
    new_case(&world);
    let mut child = program(&world, "ana").args(["import", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let bytes = bulky("cut", 4, 1_000);
    child.stdin.take().unwrap().write_all(&bytes[..bytes.len() - 300]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 3);
    assert!(String::from_utf8_lossy(&output.stdout).contains("cut off"), "{output:?}");
    assert_eq!(run_program_json(&world, &["images", "--json"])["images"][0]["uses"], 3);
}
