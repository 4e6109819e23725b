//! Whatever is imported in whatever order and grouping, the picture is the same; taking back is exact.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::pods::{case, dumps, events, list, picture, pod, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::{Access, Case, project};
use hullbreach::cli::Exit;
use hullbreach::env::Env;

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// The whole list.
    Whole,
    /// A page of one, with more to come.
    Page,
    /// A whole list that the responder calls a part.
    Part,
    /// Tab-separated names and images.
    Table,
}

/// Namespace and name.
type PodName = (&'static str, &'static str);
/// uid, node, image, digest, running.
type PodShape = (u8, &'static str, &'static str, u8, bool);

#[derive(Debug, Clone)]
struct Dump {
    /// The pods.
    pods: BTreeMap<PodName, PodShape>,
    version: &'static str,
    hour: i64,
    form: Form,
    context: &'static str,
}

impl Dump {
    fn bytes(&self) -> Vec<u8> {
        if self.form == Form::Table {
            let row = |(ns, name): &(&str, &str), image: &str| format!("{ns}\t{name}\t{image} busybox:1\n");
            return self.pods.iter().map(|(key, p)| row(key, p.2)).collect::<String>().into_bytes();
        }
        let mut document = list(&self.pods.iter().map(|(key, pod)| item(key, pod)).collect::<Vec<_>>());
        document["metadata"]["resourceVersion"] = json!(self.version);
        if self.form == Form::Page {
            document["metadata"]["continue"] = json!("more");
        }
        document.to_string().into_bytes()
    }

    /// The folder its files lie in: one for each set of options.
    fn folder(&self) -> String {
        format!("{}-{}", self.context, if self.form == Form::Part { "part" } else { "whole" })
    }

    fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        if self.context != "none" {
            options.extend(["--context".to_owned(), self.context.to_owned()]);
        }
        if self.form == Form::Part {
            options.push("--partial".to_owned());
        }
        options
    }
}

fn item((ns, name): &(&str, &str), (uid, node, image, digest, runs): &(u8, &str, &str, u8, bool)) -> Value {
    let mut item = pod(ns, name, &format!("{ns}-{name}-{uid}"), node, image, *digest);
    if !runs {
        item["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": "ImagePullBackOff"}});
    }
    item
}

fn dump() -> impl Strategy<Value = Dump> {
    let pod = (
        (prop::sample::select(vec!["web", "db"]), prop::sample::select(vec!["a", "b", "c"])),
        (
            0_u8..2,
            prop::sample::select(vec!["n1", "n2", "m1"]),
            prop::sample::select(vec!["nginx:1", "nginx:2", "shop/api:1"]),
            1_u8..3,
            prop::bool::weighted(0.8),
        ),
    );
    let forms = vec![Form::Whole, Form::Whole, Form::Whole, Form::Page, Form::Part, Form::Table];
    (
        prop::collection::vec(pod, 1..5),
        prop::sample::select(vec!["70", "77"]),
        1_i64..4,
        prop::sample::select(forms),
        prop::sample::select(vec!["none", "none", "eu"]),
    )
        .prop_map(|(pods, version, hour, form, context)| Dump {
            pods: pods.into_iter().collect(),
            version,
            hour,
            form,
            context,
        })
}

/// Writes each dump into its folder and returns the files.
fn written(world: &World, dumps_: &[Dump]) -> Vec<PathBuf> {
    let folder = dumps(world);
    let place = |(n, d): (usize, &Dump)| write(&folder.join(d.folder()).join(format!("{n}.dump")), d.bytes(), d.hour);
    dumps_.iter().enumerate().map(place).collect()
}

fn import(env: &Env, paths: &[&Path], options: &[String]) -> Value {
    let arguments: Vec<String> = ["import", "--json"].into_iter().map(str::to_owned).collect();
    let paths = paths.iter().map(|p| arg(p));
    let ran = run(env, arguments.into_iter().chain(options.iter().cloned()).chain(paths));
    assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{}\n{}", ran.out(), ran.err());
    ran.json()
}

/// The projections' fingerprint, which a fold of everything anew must give too: `verify` has compared them.
fn projections(env: &Env) -> [u8; 32] {
    let path = PathBuf::from(&env.vars["HULLBREACH_CASE"]);
    project::dump_hash(Case::open(&path, Access::Read, env).unwrap().conn()).unwrap()
}

/// What must be the same for the same evidence.
fn seen(env: &Env) -> (String, [u8; 32], Vec<Value>) {
    (state(env), projections(env), picture(env))
}

/// Every place that is current: `context/namespace/Pod/name`.
fn current(picture: &[Value]) -> BTreeSet<String> {
    let uses = picture.iter().skip(1).flat_map(|image| image["uses"].as_array().unwrap());
    let live = uses.filter(|u| u["current"].as_bool().unwrap());
    live.map(|u| u["locus"].as_str().unwrap().split('[').next().unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn order_and_grouping_of_imports_change_nothing(
        (dumps, shuffled) in prop::collection::vec(dump(), 2..6)
            .prop_flat_map(|d| { let n = d.len(); (Just(d), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) })
    ) {
        let world = World::new();
        let files = written(&world, &dumps);
        let (folders, singles, groups) = (case(&world, "folders"), case(&world, "singles"), case(&world, "groups"));
        let mut groups_of: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, dump) in dumps.iter().enumerate() {
            groups_of.entry(dump.folder()).or_default().push(n);
        }
        for of in groups_of.values() {
            import(&folders, &[files[of[0]].parent().unwrap()], &dumps[of[0]].options());
        }
        for of in groups_of.values().rev() {
            let paths: Vec<&Path> = of.iter().rev().map(|n| files[*n].as_path()).collect();
            import(&groups, &paths, &dumps[of[0]].options());
        }
        for n in shuffled {
            import(&singles, &[&files[n]], &dumps[n].options());
            // Each step held against a fold of everything anew.
            state(&singles);
        }
        let expected = seen(&folders);
        prop_assert_eq!(&seen(&groups), &expected);
        prop_assert_eq!(&seen(&singles), &expected);
        run(&singles, ["rebuild"]).expect(Exit::Done);
        prop_assert_eq!(&seen(&singles), &expected);
    }

    #[test]
    fn undo_gives_exactly_what_was_before_and_redo_what_was_after(dumps in prop::collection::vec(dump(), 2..5)) {
        let world = World::new();
        let files = written(&world, &dumps);
        let env = case(&world, "hub");
        let mut steps = vec![seen(&env)];
        for (dump, file) in dumps.iter().zip(&files) {
            import(&env, &[file], &dump.options());
            steps.push(seen(&env));
        }
        let mut retractions = Vec::new();
        for before in steps.iter().rev().skip(1) {
            let undone = run(&env, ["undo", "--json"]).expect(Exit::Done).json();
            retractions.push(undone["event"].as_str().unwrap().to_owned());
            prop_assert_eq!(&seen(&env), before);
        }
        for (retraction, after) in retractions.iter().rev().zip(steps.iter().skip(1)) {
            let redone = run(&env, ["undo", retraction, "--json"]).expect(Exit::Done).json();
            prop_assert_eq!(&redone["redo"], &json!(true));
            prop_assert_eq!(&seen(&env), after);
        }
        // What was taken back can be imported again, and is the same again.
        run(&env, ["undo"]).expect(Exit::Done);
        let last = dumps.len() - 1;
        prop_assert!(import(&env, &[&files[last]], &dumps[last].options())["events"].as_u64() > Some(0));
        prop_assert_eq!(&seen(&env), &steps[last + 1]);
    }

    #[test]
    fn the_same_twice_adds_nothing_and_a_part_removes_nothing(dumps in prop::collection::vec(dump(), 2..5)) {
        let world = World::new();
        let files = written(&world, &dumps);
        let env = case(&world, "hub");
        for (dump, file) in dumps.iter().zip(&files) {
            let before = current(&picture(&env));
            import(&env, &[file], &dump.options());
            let after = picture(&env);
            if dump.form != Form::Whole {
                let context = if dump.context == "none" { "-" } else { dump.context };
                let shown = |(ns, name): &(&str, &str)| format!("{context}/{ns}/Pod/{name}");
                let shown: BTreeSet<String> = dump.pods.keys().map(shown).collect();
                let lost: Vec<_> = before.difference(&current(&after)).filter(|p| !shown.contains(*p)).cloned().collect();
                prop_assert!(lost.is_empty(), "{:?} are gone by {:?}", lost, dump);
            }
            let (count, fingerprint) = (events(&env), state(&env));
            let again = run(&env, ["import"].into_iter().map(str::to_owned).chain(dump.options()).chain([arg(file)]));
            let again = again.expect(Exit::Done);
            prop_assert!(again.out().contains("was there"), "{}", again.out());
            prop_assert_eq!(events(&env), count);
            prop_assert_eq!(state(&env), fingerprint);
            prop_assert_eq!(picture(&env), after);
        }
    }
}

#[test]
fn the_same_bytes_as_a_small_file_and_out_of_a_compressed_one_are_stored_once() {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("empty");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("empty.json"), b"").unwrap();
    // gzip of nothing.
    let nothing = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    std::fs::write(folder.join("pods.json.gz"), nothing).unwrap();
    std::fs::write(
        folder.join("web.yaml"),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a/b:1}]}\n",
    )
    .unwrap();
    let env = world.ana();
    let said = run(&env, ["import", &arg(&folder)]).expect(Exit::Gaps);
    assert!(said.out().contains("1 new"), "the good one is read: {}", said.out());
    run(&env, ["verify"]).expect(Exit::Done);
}
