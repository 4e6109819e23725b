//! Images at Debian's registry on loopback: resolved and stored, beside `skopeo inspect --raw` at its best parallel rate.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::measure::{Runs, output};
use crate::table::{Row, time};
use crate::{Outcome, Scale, is_there, new_case, program};

const REPOSITORIES: usize = 50;
/// How many of `skopeo` are run side by side.
const WIDTHS: [usize; 4] = [1, 2, 4, 8];
/// What this wants, by the name of Debian's package.
const PROGRAMS: [&str; 3] = ["docker-registry", "skopeo", "umoci"];

/// Ends with the benchmark.
struct Registry(Child);

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures both.
pub fn images(folder: &Path, scale: Scale) -> Outcome<Vec<Row>> {
    let missing: Vec<&str> = PROGRAMS.into_iter().filter(|program| !is_there(program)).collect();
    if !missing.is_empty() {
        let why = format!("left out: apt-get install {}", missing.join(" "));
        return Ok(vec![Row::figure("collect registry", why)]);
    }
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
    let host = format!("127.0.0.1:{port}");
    let _registry = start(folder, &host)?;
    let names = push(folder, &host, scale.images)?;
    let mut ours = Runs::default();
    for run in 0..=scale.runs {
        let case = new_case(folder)?;
        let mut collect = program(folder, &case);
        collect.args(["collect", "registry", "--plain-http", &host]).args(&names);
        let mut uncounted = Runs::default();
        let counted = if run == 0 { &mut uncounted } else { &mut ours };
        counted.measure(&mut collect)?;
        if run == 0 {
            check(folder, &case, scale.images)?;
        }
    }
    let mut best = (Duration::MAX, 0);
    for width in WIDTHS {
        skopeo(&names, width)?;
        let began = Instant::now();
        skopeo(&names, width)?;
        best = best.min((began.elapsed(), width));
    }
    let rate = |time: Duration| scale.images as f64 / time.as_secs_f64().max(0.001);
    let share = rate(ours.median()) / rate(best.0);
    let what = format!("collect registry: {} images in {REPOSITORIES} repositories", scale.images);
    let theirs = format!("{}, {:.0} images/s with {} side by side", time(best.0), rate(best.0), best.1);
    Ok(vec![
        Row::of(what, &ours).target("at least half of skopeo's rate", share >= 0.5),
        Row::figure("skopeo inspect --raw, best of 1, 2, 4 and 8 side by side", theirs),
        Row::figure("collect registry's rate", format!("{:.0} images/s, {share:.2} of skopeo's", rate(ours.median()))),
    ])
}

fn start(folder: &Path, host: &str) -> Outcome<Registry> {
    let content = folder.join("content");
    let config = folder.join("config.yml");
    let text = format!(
        "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n",
        content.display()
    );
    std::fs::write(&config, text).map_err(|e| e.to_string())?;
    let mut command = Command::new("docker-registry");
    command.arg("serve").arg(&config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child =
        command.spawn().map_err(|e| format!("docker-registry: {e}; apt-get install docker-registry skopeo umoci"))?;
    for _ in 0..200 {
        if TcpStream::connect(host).is_ok() {
            return Ok(Registry(child));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err("docker-registry does not listen within ten seconds".to_owned())
}

/// Pushes the images, each with a config of its own; those of an earlier run are there already.
fn push(folder: &Path, host: &str, images: usize) -> Outcome<Vec<String>> {
    let layout = folder.join("layout");
    let image = |tag: &str| format!("{}:{tag}", layout.display());
    if !layout.exists() {
        output(Command::new("umoci").args(["init", "--layout"]).arg(&layout))?;
        output(Command::new("umoci").args(["new", "--image", &image("base")]))?;
        let file = folder.join("file");
        std::fs::write(&file, "bench").map_err(|e| e.to_string())?;
        output(Command::new("umoci").args(["insert", "--image", &image("base")]).arg(&file).arg("/file"))?;
    }
    let done = folder.join(format!("pushed-{images}"));
    let mut names = Vec::new();
    for n in 0..images {
        let name = format!("{host}/team/app{}:v{n}", n % REPOSITORIES);
        if !done.exists() {
            let label = format!("bench.number={n}");
            output(Command::new("umoci").args([
                "config",
                "--config.label",
                &label,
                "--image",
                &image("base"),
                "--tag",
                "next",
            ]))?;
            let (from, to) = (format!("oci:{}", image("next")), format!("docker://{name}"));
            output(Command::new("skopeo").args(["copy", "--dest-tls-verify=false", &from, &to]))?;
        }
        names.push(name);
    }
    std::fs::write(&done, "").map_err(|e| e.to_string())?;
    Ok(names)
}

/// Every image once, so many at a time.
fn skopeo(names: &[String], width: usize) -> Outcome<()> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..width)
            .map(|worker| {
                scope.spawn(move || {
                    for name in names.iter().skip(worker).step_by(width) {
                        let from = format!("docker://{name}");
                        output(Command::new("skopeo").args(["inspect", "--raw", "--tls-verify=false", &from]))?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker was lost".to_owned())?)
    })
}

/// Every name must have led to a digest.
fn check(folder: &Path, case: &Path, images: usize) -> Outcome<()> {
    let shown = output(program(folder, case).args(["images", "--json"]))?;
    let document: serde_json::Value = serde_json::from_slice(&shown.stdout).map_err(|e| e.to_string())?;
    let rows = document["images"].as_array().cloned().unwrap_or_default();
    let resolved = rows.iter().filter(|row| row["resolved"] == true).count();
    if resolved == images { Ok(()) } else { Err(format!("{resolved} images are resolved, not {images}")) }
}
