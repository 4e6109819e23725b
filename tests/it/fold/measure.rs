//! Figures, printed; run with `cargo test --release --test it measure -- --ignored --nocapture`.

use std::time::Instant;

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
        container(container(container(item, "app", i % images), "proxy", images + 1), "agent", i * 7 % images)
    };
    (from..to).map(one).collect()
}

fn evidence(path: &str, hour: i64, items: Vec<Item>) -> Evidence {
    list(path, hour, items).context("prod").whole(&[])
}

#[test]
#[ignore = "prints figures"]
fn measure_fold() {
    let all = [evidence("pods.json", 1, pods(0, 20_000, 500))];
    for _ in 0..3 {
        let mut world = World::new();
        let start = Instant::now();
        world.fold(&all);
        println!("fold of 20,000 pods, 60,000 uses: {:?}", start.elapsed());
    }
}
