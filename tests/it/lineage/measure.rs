//! Figures, printed; run with `cargo test --test it lineage::measure -- --ignored --nocapture`.

use super::*;
use crate::fold::world::{World, list};
use hullbreach::case::query::lineage::lineage;
use hullbreach::model::digest::RelationKind;
use hullbreach::model::fact::{Relation, Spot};
use hullbreach::model::lineage::{LayerKind, Named};

/// An image of fifteen layers, of which most are of others too.
fn image(n: u64) -> Item {
    let own = |what: &str, n: u64| Digest::of(format!("{what} {n}").as_bytes());
    let layers = (0..15u64).map(|depth| own("layer", if depth < 5 { depth } else { (n >> (14 - depth)) * 16 + depth }));
    let (config, manifest) = (own("config", n), own("manifest", n));
    let spot = Spot { pointer: "/rootfs/diff_ids".into(), offset: 10, length: 900 };
    let chain = LayerChain {
        image: Named::by_digest(config.clone()),
        kind: LayerKind::Uncompressed,
        layers: layers.collect(),
        history: (0..20).map(|i| format!("{:016x}", n * 20 + i)).collect(),
        created: None,
        flattened: false,
        spot: spot.clone(),
    };
    let relation = Relation { kind: RelationKind::ConfigOf, a: config.clone(), b: manifest, spot };
    let lineage = Lineage { configs: vec![config], chains: vec![chain], ..Lineage::default() };
    Item { lineage: lineage.kept(), relations: vec![relation], ..Item::default() }
}

#[test]
#[ignore = "prints figures"]
fn measure_lineage() {
    let items: Vec<Item> = (0..100_000).map(image).collect();
    let evidence = [list("configs.json", 1, items)];
    let mut world = World::new();
    let start = std::time::Instant::now();
    world.fold(&evidence);
    println!("fold of 100,000 images of 15 layers: {:?}", start.elapsed());
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let facts = lineage(&world.conn).unwrap();
        println!("query: {:?}, {} images, {} layers", start.elapsed(), facts.images.len(), facts.layers.len());
        assert_eq!((facts.chains.len(), facts.images.len()), (100_000, 100_000));
    }
}
