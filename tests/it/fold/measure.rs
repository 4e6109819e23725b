//! Figures, printed; run with `cargo test --release --test it measure -- --ignored --nocapture`.

use std::time::Instant;

use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::model::fact::Item;

use super::world::{Evidence, With, World, digest, list, pod};

/// A list of pods as clusters have them: three containers, a few hundred images, many nodes, three pods an owner.
fn pods(from: u64, to: u64, images: u64) -> Vec<Item> {
    let container = |item: Item, name: &str, image: u64| {
        let written = format!("registry.example:5000/team{}/service{image}:1.{}", image % 40, image % 7);
        item.runs(name, &written, &format!("registry.example:5000/team/service{image}@{}", digest(image)), 1)
    };
    let one = |i: u64| {
        let (namespace, owner) = (format!("team-{}", i % 100), i / 3);
        let item =
            pod(&namespace, &format!("service-{i}-x7k2p"), &format!("{i:08x}-1111-2222-3333-444444444444"), "node");
        let mut item = item.owned("ReplicaSet", &format!("service-{owner}"), &format!("{owner:08x}-owner"));
        item.object.as_mut().unwrap().node = Some(format!("node-{}", i % 300));
        let item = item.likely("Deployment", &format!("service-{owner}"));
        container(container(container(item, "app", owner % images), "proxy", images), "agent", owner * 7 % images)
    };
    (from..to).map(one).collect()
}

fn evidence(path: &str, hour: i64, items: Vec<Item>) -> Evidence {
    list(path, hour, items).context("prod").whole(&[])
}

#[test]
#[ignore = "prints figures"]
fn measure_fold() {
    for thousands in [2, 20, 20, 20, 200] {
        let all = [evidence("pods.json", 1, pods(0, thousands * 1000, 500))];
        let mut world = World::new();
        let (before, start) = (processor_seconds(), Instant::now());
        world.fold(&all);
        let processor = processor_seconds() - before;
        println!("fold of {thousands},000 pods, three places each: {:?}, processor {processor:.2} s", start.elapsed());
    }
}

/// Seconds of processor time of this process: the machine may be busy with other things.
pub fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

#[test]
#[ignore = "prints figures"]
fn measure_views() {
    let mut world = World::new();
    let (before, start) = (processor_seconds(), Instant::now());
    // 333,334 pods of three containers on 100,000 images: a million places.
    for part in 0..34 {
        let mut items = Vec::new();
        for pod in pods(part * 10_000, (part * 10_000 + 10_000).min(333_334), 100_000) {
            items.push(pod);
        }
        world.fold(&[list(&format!("part{part}"), 1, items).context("prod")]);
    }
    println!("34 folds of 10,000 pods: {:?}, processor {:.2} s", start.elapsed(), processor_seconds() - before);
    println!("{} images", world.texts("SELECT count(*) || ' / ' || sum(uses) FROM p_image")[0]);
    for filter in
        ["", "running:>0 name~service77", "ns:team-7", "workload~77", "tag:1.3", "digest~ff", "not role:app or api"]
    {
        for sort in ["running", "name", "-uses"] {
            let (filter, sort) = (Filter::parse(filter).unwrap(), Sort::parse(sort).unwrap());
            let start = Instant::now();
            let rows = images(&world.conn, &filter, sort, Some(50)).unwrap().len();
            println!("images {filter:30} {sort:?}: {rows} rows in {:?}", start.elapsed());
        }
    }
    let start = Instant::now();
    let detail = image(&world.conn, "team/service77777:1.6").or_else(|_| image(&world.conn, "service77777"));
    println!("image: {:?} uses in {:?}", detail.map(|d| d.uses.len()), start.elapsed());
    let start = Instant::now();
    world.fold(&[evidence("more", 1, pods(400_000, 400_100, 100_000)).context("prod")]);
    println!("100 more pods, complete list: {:?}", start.elapsed());
    let start = Instant::now();
    world.fold(&[list("again", 2, pods(0, 100, 100_000)).context("prod")]);
    println!("100 pods again: {:?}", start.elapsed());
    let start = Instant::now();
    world.hash();
    println!("hash of everything: {:?}", start.elapsed());
}
