//! Import of a tree of small mixed files, against the one-liner that people type: `grep -rnE 'image:|FROM' TREE | sort -u`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::bench::Bench;
use crate::measure::Runs;
use crate::random::Random;
use crate::table::Row;

/// Files in the tree.
const FILES: u64 = 50_000;
/// Import takes at most so many times what the one-liner takes.
const RATIO: f64 = 3.0;
/// The most memory the import may take, in MiB.
const MEMORY: f64 = 128.0;
/// Its own stream of randomness.
const PURPOSE: u64 = 50;
/// Raised whenever another tree comes out.
const GENERATOR: u32 = 1;

/// The import and the one-liner in turn, both warm.
pub fn files(bench: &Bench) -> Outcome<Vec<Row>> {
    let tree = tree(&bench.data)?;
    let line = format!("grep -rnE 'image:|FROM' '{}' | sort -u", tree.display());
    let (mut ours, mut theirs) = (Runs::default(), Runs::default());
    let mut warm = Runs::default();
    one_liner(&line, &mut warm)?;
    import(bench, &tree, &mut warm)?;
    for _ in 0..bench.runs {
        one_liner(&line, &mut theirs)?;
        import(bench, &tree, &mut ours)?;
    }
    let ratio = ours.median().as_secs_f64() / theirs.median().as_secs_f64();
    let peak = ours.peak_mib().unwrap_or(f64::INFINITY);
    let label = format!("{FILES} mixed files");
    Ok(vec![
        Row::of(format!("hullbreach import, {label}"), &ours).target(&format!("≤ {MEMORY:.0} MiB"), peak <= MEMORY),
        Row::figure("  its processor time", format!("{:.2} s", ours.cpu().as_secs_f64())),
        Row::of(format!("grep and sort, {label}"), &theirs),
        Row::figure(format!("ratio of the medians, {label}"), format!("{ratio:.2}"))
            .target(&format!("≤ {RATIO}"), ratio <= RATIO),
    ])
}

fn one_liner(line: &str, runs: &mut Runs) -> Outcome<()> {
    runs.measure(Command::new("sh").args(["-c", line]))
}

fn import(bench: &Bench, tree: &Path, runs: &mut Runs) -> Outcome<()> {
    let case = bench.new_case("many-files")?;
    // Some files of every dump cannot be read, so an import of one rarely ends with 0.
    runs.measure_any(&mut bench.import(&case, tree, "bench"), &[0, 3])
}

/// The tree, written now unless it is there already.
fn tree(data: &Path) -> Outcome<PathBuf> {
    let tree = data.join("many-files");
    let card = data.join("many-files.card");
    if fs::read_to_string(&card).is_ok_and(|text| text == GENERATOR.to_string()) {
        return Ok(tree);
    }
    let failed = |e: std::io::Error| format!("{}: {e}", tree.display());
    let _ = fs::remove_dir_all(&tree);
    for n in 0..FILES {
        let mut random = Random::of(PURPOSE, n);
        let (mut name, text) = file(n, &mut random);
        let mut folder = tree.join(format!("team-{}", random.below(12)));
        for level in 0..1 + random.below(4) {
            folder.push(format!("{}-{}", ["services", "deploy", "infra", "apps"][random.below(4) as usize], level));
        }
        folder.push(format!("project-{}", n / 3));
        fs::create_dir_all(&folder).map_err(failed)?;
        if folder.join(&name).exists() {
            name = format!("{n}-{name}");
        }
        fs::write(folder.join(name), text).map_err(failed)?;
    }
    fs::write(&card, GENERATOR.to_string()).map_err(failed)?;
    Ok(tree)
}

/// A file's name and contents.
fn file(n: u64, random: &mut Random) -> (String, String) {
    let [a, b] = [image(random), image(random)];
    match random.below(20) {
        0..6 => (format!("compose{}.yaml", ["", ".override", "-dev"][random.below(3) as usize]), compose(n, &a, &b)),
        6 => (".env".to_owned(), format!("TAG={}.{}\nREGISTRY=registry.corp:5000\nLEVEL=info\n", n % 9, n % 31)),
        7..13 => (
            ["Dockerfile", "Containerfile", "api.Dockerfile"][random.below(3) as usize].to_owned(),
            dockerfile(n, &a, &b),
        ),
        13..15 => (format!("cronjob-{}.yaml", n % 7), cron_job(n, &a)),
        _ => (format!("deploy-{}.yaml", n % 5), deployment(n, &a, &b)),
    }
}

fn image(random: &mut Random) -> String {
    let (minor, patch) = (random.below(30), random.below(12));
    match random.below(8) {
        0 => format!("nginx:1.{minor}"),
        1 => format!("redis:7.{patch}"),
        2 => "postgres:16".to_owned(),
        3 => format!("registry.corp:5000/team/web:1.{minor}.{patch}"),
        4 => format!("ghcr.io/org/app-{minor}:v{patch}"),
        5 => "node:20-slim".to_owned(),
        6 => format!("python:3.{patch}-slim"),
        _ => "golang:1.22".to_owned(),
    }
}

fn compose(n: u64, a: &str, b: &str) -> String {
    format!(
        "services:\n  web-{n}:\n    image: {a}\n    ports: [\"{port}:80\"]\n    environment:\n      - LEVEL=info\n      - NUMBER={n}\n    depends_on: [db]\n  db:\n    image: \"{b}\"\n    restart: always\n    volumes:\n      - data-{n}:/var/lib\n  job:\n    image: ${{REGISTRY:-docker.io}}/team/job:${{TAG:-latest}}\nvolumes:\n  data-{n}: {{}}\n",
        port = 8000 + n % 1000
    )
}

fn dockerfile(n: u64, a: &str, b: &str) -> String {
    format!(
        "# syntax=docker/dockerfile:1.7\nARG BASE={a}\nARG VERSION={n}\nFROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -ldflags=\"-X main.version=$VERSION\" -o /app ./cmd/app-{n}\nFROM {b} AS assets\nRUN npm ci && npm run build\nFROM ${{BASE}}\nCOPY --from=build /app /app\nCOPY --from=assets /src/dist /dist\nLABEL project=\"{n}\"\nENTRYPOINT [\"/app\"]\n"
    )
}

fn deployment(n: u64, a: &str, b: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{n}\n  namespace: ns-{ns}\n  labels: {{app: app-{n}}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: app-{n}}}}}\n  template:\n    metadata: {{labels: {{app: app-{n}}}}}\n    spec:\n      containers:\n      - name: main\n        image: {a}\n        env:\n        - name: LEVEL\n          value: \"info\"\n      - name: side\n        image: {b}\n",
        ns = n % 40
    )
}

fn cron_job(n: u64, a: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: job-{n}\n  namespace: ns-{ns}\nspec:\n  schedule: \"0 3 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n          - name: job\n            image: {a}\n            args: [\"--number\", \"{n}\"]\n",
        ns = n % 40
    )
}
