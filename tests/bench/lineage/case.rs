//! A whole case: a hundred thousand images of fifteen layers in a million places, as `docker image inspect` and a cluster's
//! list of pods tell them. Built once and kept under `target/bench-data/`.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hullbreach::work::blast::{question, reach};
use hullbreach::work::lineage::Known;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::data::{self, Made};
use crate::{Outcome, Row, median, millis, timed};

const IMAGES: usize = 100_000;
const CONTAINERS: usize = 5;
/// Pods for each image: with five containers each image has ten places.
const PODS_EACH: usize = 2;
/// Names another number of images, to see whether it works at all.
const FEWER: &str = "HULLBREACH_BENCH_IMAGES";

/// What the lineage of a large case costs, inside the process and as a command from a shell.
pub fn whole_case(runs: usize) -> Outcome<Vec<Row>> {
    let count = std::env::var(FEWER).ok().and_then(|number| number.parse().ok()).unwrap_or(IMAGES);
    let images = data::inventory(count, 15);
    let folder = folder();
    let (path, mut rows) = made(&folder, &images)?;
    let worst = worst(&images)?;
    let conn = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|e| e.to_string())?;
    let (took, known) = median(runs, || Known::read(&conn));
    let known = Arc::new(known.map_err(|e| e.to_string())?);
    let what = format!("lineage of {} images from the case: facts, chain index, edges", known.listed());
    rows.push(timed(what, took, Duration::from_secs(2)));
    let asked = question(&conn, &worst, None).map_err(|e| e.to_string())?;
    let (took, found) = median(runs, || reach(&conn, Arc::clone(&known), vec![asked.clone()]));
    let found = found.map_err(|e| e.to_string())?;
    let [proven, likely, open] = found.counts.images;
    if proven < 10 || found.counts.places == 0 {
        return Err(format!("the worst base reaches {proven} images in {} places", found.counts.places));
    }
    rows.push(timed(
        format!("all it reaches: {proven} proven, {likely} likely, {open} open, {} workloads", found.workloads.len()),
        took,
        Duration::from_secs(1),
    ));
    let (took, cold) = median(runs, || hullbreach(&folder, &["--case", text(&path), "blast", &worst, "--limit", "20"]));
    cold?;
    rows.push(timed("hullbreach blast of the worst base, from the shell", took, Duration::from_secs(1)));
    let add = ["--case", text(&path), "indicator", "add", worst.as_str(), "--state", "bad", "--dry-run"];
    let (took, preview) = median(1, || hullbreach(&folder, &add));
    preview?;
    rows.push(timed("hullbreach indicator add --dry-run: every image judged twice", took, Duration::from_secs(60)));
    Ok(rows)
}

fn folder() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).join("bench-data/lineage-case")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

/// The case, made where it is not there yet.
fn made(folder: &Path, images: &[Made]) -> Outcome<(PathBuf, Vec<Row>)> {
    let path = folder.join(format!("lineage-{}.case", images.len()));
    if path.exists() {
        return Ok((path, Vec::new()));
    }
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let (inspected, pods) = (folder.join("images.json"), folder.join("pods.json"));
    write(&inspected, images.iter().filter(|image| !image.hidden).map(inspect), ("[", "]"))?;
    let shown: Vec<&Made> = images.iter().filter(|image| !image.hidden).collect();
    let list = (r#"{"kind":"List","apiVersion":"v1","metadata":{},"items":["#, "]}");
    let count = shown.len() * PODS_EACH;
    write(&pods, (0..count).map(|number| pod(number, &shown)), list)?;
    let begun = folder.join("begun.case");
    let _ = fs::remove_file(&begun);
    hullbreach(folder, &["new", text(&begun), "--title", "Large"])?;
    let start = Instant::now();
    hullbreach(folder, &["--case", text(&begun), "import", "--context", "big", text(&inspected), text(&pods)])?;
    let took = start.elapsed();
    fs::rename(&begun, &path).map_err(|e| format!("{}: {e}", path.display()))?;
    let places = count * CONTAINERS;
    let what = format!("import of {} images with layers and of {places} places", shown.len());
    Ok((path, vec![Row { what, took: millis(took), goal: String::new() }]))
}

fn write(path: &Path, items: impl Iterator<Item = Value>, (open, close): (&str, &str)) -> Outcome<()> {
    let told = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut out = BufWriter::new(File::create(path).map_err(told)?);
    out.write_all(open.as_bytes()).map_err(told)?;
    for (number, item) in items.enumerate() {
        let comma = if number > 0 { ",\n" } else { "" };
        write!(out, "{comma}{item}").map_err(told)?;
    }
    out.write_all(close.as_bytes()).and_then(|()| out.flush()).map_err(told)
}

fn repository(image: &Made) -> &str {
    image.name.rsplit_once(':').map_or(image.name.as_str(), |(repository, _)| repository)
}

fn inspect(image: &Made) -> Value {
    let layers: Vec<&str> = image.layers.iter().map(|layer| layer.as_str()).collect();
    let config = hullbreach::model::digest::Digest::of(image.name.as_bytes());
    json!({
        "Id": config.as_str(), "RepoTags": [image.name], "RepoDigests": [format!("{}@{}", repository(image), image.digest)],
        "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64", "Os": "linux", "Config": {"Labels": null},
        "RootFS": {"Type": "layers", "Layers": layers},
    })
}

fn pod(number: usize, images: &[&Made]) -> Value {
    let of = |at: usize| images.get((number * CONTAINERS + at) % images.len());
    let some: Vec<(String, &Made)> = (0..CONTAINERS).filter_map(|at| Some((format!("c{at}"), *of(at)?))).collect();
    let containers: Vec<Value> = some.iter().map(|(name, image)| json!({"name": name, "image": image.name})).collect();
    let statuses: Vec<Value> = some
        .iter()
        .map(|(name, image)| {
            json!({"name": name, "image": image.name, "imageID": format!("{}@{}", repository(image), image.digest),
                "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-03-02T00:00:00Z"}}})
        })
        .collect();
    let workload = number / 3;
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("p-{number}"), "namespace": format!("ns-{}", workload % 500), "uid": format!("u-{number}"),
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": format!("w-{workload}"),
                "uid": format!("w-{workload}"), "controller": true}]},
        "spec": {"nodeName": format!("n-{}", number % 1000), "serviceAccountName": "default", "containers": containers},
        "status": {"phase": "Running", "containerStatuses": statuses},
    })
}

/// The image that most others stand on, as a target.
fn worst(images: &[Made]) -> Outcome<String> {
    let mut on_it = vec![0_u32; images.len()];
    for image in images {
        let mut at = image.base;
        while let Some(base) = at {
            on_it[base] += 1;
            at = images[base].base;
        }
    }
    let shown = (0..images.len()).filter(|at| !images[*at].hidden);
    let worst = shown.max_by_key(|at| on_it[*at]).ok_or("no images")?;
    Ok(format!("digest:{}", images[worst].digest))
}

fn hullbreach(folder: &Path, arguments: &[&str]) -> Outcome<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
    command.args(arguments).env_clear().env("HOME", folder).env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
    let said = command.output().map_err(|e| e.to_string())?;
    if said.status.success() || said.status.code() == Some(3) {
        return Ok(());
    }
    Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&said.stderr)))
}
