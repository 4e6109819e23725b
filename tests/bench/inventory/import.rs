//! Import of one list: against `jq` on the same file, and at three sizes.

use std::process::Command;

use crate::Outcome;
use crate::bench::{Bench, mib};
use crate::data::{Form, List, list};
use crate::fleet::Fleet;
use crate::measure::{Runs, output};
use crate::table::{Row, time};

/// What the peer prints: less than an inventory, and the least that anyone needs.
const PEER: &str = ".items[].spec.containers[].image";
/// Import takes at most this part of the peer's time.
const RATIO: f64 = 0.25;
/// The most memory an import may take, in MiB.
const MEMORY: f64 = 96.0;

/// 20,000 pods as `kubectl` prints them and on one line, each in turn with the peer.
pub fn against_peer(bench: &Bench) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let peer = peer_version();
    for (form, name, label) in
        [(Form::Kubectl, "pods-20000", "kubectl"), (Form::OneLine, "pods-20000-line", "one line")]
    {
        let list = list(&bench.data, name, &fleet(20_000), form)?;
        let label = format!("20,000 pods, {label} ({:.0} MB)", list.bytes as f64 / 1e6);
        let (mut ours, mut theirs) = (Runs::default(), Runs::default());
        let case = warm_up(bench, &list, "import-20k")?;
        rows.push(Row::figure(format!("case file of {label}"), format!("{:.1} MiB", mib(&case))));
        if peer.is_some() {
            check_peer(&list)?;
        }
        for _ in 0..bench.runs {
            import_once(bench, &list, "import-20k", &mut ours)?;
            if peer.is_some() {
                theirs.measure(Command::new("jq").args(["-r", PEER]).arg(&list.path))?;
            }
        }
        let peak = ours.peak_mib().unwrap_or(f64::INFINITY);
        rows.push(
            Row::of(format!("hullbreach import, {label}"), &ours).target(&format!("≤ {MEMORY:.0} MiB"), peak <= MEMORY),
        );
        if let Some(version) = &peer {
            rows.push(Row::of(format!("{version}, {label}"), &theirs));
            let ratio = ours.median().as_secs_f64() / theirs.median().as_secs_f64();
            let row = Row::figure(format!("ratio of the medians, {label}"), format!("{ratio:.2}"));
            rows.push(row.target(&format!("≤ {RATIO}"), ratio <= RATIO));
        }
    }
    if peer.is_none() {
        rows.push(Row::figure("jq", "not installed: nothing to compare with"));
    }
    Ok(rows)
}

/// 2,000, 20,000 and 200,000 pods: the time of one pod stays.
pub fn scale(bench: &Bench) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let mut each = Vec::new();
    for pods in [2_000, 20_000, 200_000] {
        let list = list(&bench.data, &format!("pods-{pods}"), &fleet(pods), Form::Kubectl)?;
        warm_up(bench, &list, "scale")?;
        let mut runs = Runs::default();
        let times = if pods > 100_000 { bench.runs.min(3) } else { bench.runs };
        for _ in 0..times {
            import_once(bench, &list, "scale", &mut runs)?;
        }
        let pod = runs.median() / pods as u32;
        each.push(pod.as_secs_f64());
        let label = format!("import of {pods} pods ({:.0} MB)", list.bytes as f64 / 1e6);
        rows.push(Row::of(label, &runs));
        rows.push(Row::figure("  time of one pod", format!("{:.1} µs", pod.as_secs_f64() * 1e6)));
    }
    if let [_, middle, large] = each.as_slice() {
        let row = Row::figure("time of one pod, 200,000 against 20,000", format!("{:.2}", large / middle));
        rows.push(row.target("≤ 1.25 (linear)", large / middle <= 1.25));
    }
    Ok(rows)
}

/// A tenth as many images as pods, as in a large cluster.
fn fleet(pods: u64) -> Fleet {
    Fleet { cluster: 0, first_workload: 0, pods, images: pods / 10 }
}

/// One import that is not counted, held against what the list has. The case is left for its size to be told.
fn warm_up(bench: &Bench, list: &List, name: &str) -> Outcome<std::path::PathBuf> {
    let case = bench.new_case(name)?;
    let totals = bench.checked_import(&case, list, "bench")?;
    if totals.images != list.images {
        return Err(format!("{}: {} images found, {} are in it", list.path.display(), totals.images, list.images));
    }
    Ok(case)
}

fn import_once(bench: &Bench, list: &List, name: &str, runs: &mut Runs) -> Outcome<()> {
    let case = bench.new_case(name)?;
    runs.measure(&mut bench.import(&case, &list.path, "bench"))
}

/// `jq-1.6`, where there is one.
fn peer_version() -> Option<String> {
    let said = output(Command::new("jq").arg("--version")).ok()?;
    Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// The peer's uncounted run: it must see the containers that the generator wrote.
fn check_peer(list: &List) -> Outcome<()> {
    let said = output(Command::new("jq").args(["-r", PEER]).arg(&list.path))?;
    let lines = said.stdout.iter().filter(|byte| **byte == b'\n').count() as u64;
    if lines == list.containers {
        return Ok(());
    }
    Err(format!(
        "{}: jq prints {lines} images, {} are in it: the generator is wrong",
        list.path.display(),
        list.containers
    ))
}

/// As the header of a result names it.
pub fn commands() -> [String; 2] {
    ["hullbreach --case FILE --json import --context bench LIST".to_owned(), format!("jq -r '{PEER}' LIST")]
}

/// For a line of progress.
pub fn spent(start: std::time::Instant) -> String {
    time(start.elapsed())
}
