//! Figures, printed; run with `cargo test --release --test it measure_joins -- --ignored --nocapture`.

use super::small::{file, join};
use crate::fold::measure::processor_seconds;
use crate::fold::world::{Evidence, World};

/// Projects of a compose file, its variables and two Dockerfiles that it builds, three places in each.
fn projects(from: usize, to: usize) -> Vec<Evidence> {
    let one = |n: usize| {
        let (here, images) = (format!("team-{}/service-{n}", n % 40), ["${BASE}", "nginx:1.27", "node:20"]);
        let at = |name: &str| format!("/dumps/{here}/{name}");
        let asks = [at("Dockerfile"), at("worker.Dockerfile")];
        let asks: Vec<&str> = asks.iter().map(String::as_str).collect();
        let base = format!("registry.example:5000/base/image{}:1", n % 500);
        [
            file(&format!("{here}/.env"), 1, &[("BASE", Some(&base))], &[], &[], &[]),
            file(&format!("{here}/compose.yaml"), 1, &[], &images, &asks, &[&at(".env")]),
            file(&format!("{here}/Dockerfile"), 1, &[], &images, &[], &[]),
            file(&format!("{here}/worker.Dockerfile"), 1, &[], &images, &[], &[]),
        ]
    };
    (from..to).flat_map(one).collect()
}

#[test]
#[ignore = "prints figures"]
fn measure_joins() {
    for thousands in [2, 10] {
        let all = projects(0, thousands * 250);
        let mut world = World::joining(join);
        let before = processor_seconds();
        world.fold(&all);
        let all_of = processor_seconds() - before;
        println!(
            "fold of {} files: processor {all_of:.2} s; {:?}",
            all.len(),
            world.texts("SELECT count(*) || '' FROM p_use")
        );
    }
}
