//! The response at full size: 20,000 entries of the timeline and 500 tasks, from a key to the frame that acknowledges it,
//! and the summary as one page. And the first screen over the big case.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::bench::Bench;
use crate::keys::Taken;
use crate::measure::output;
use crate::scale::Scale;
use crate::screen::Screen;
use crate::table::{Row, time};

/// Entries of the timeline.
const ENTRIES: usize = 20_000;
/// Tasks in all; the carried ones are among them.
const TASKS: usize = 500;
/// Tasks of one file.
const OF_A_FILE: usize = 100;
/// What the page may take.
const PAGE: Duration = Duration::from_secs(2);
/// From the key to the first screen over the big case.
const SITUATION: Duration = Duration::from_millis(100);

/// All of it.
pub fn response(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let case = made(bench)?;
    let mut screen = Screen::open(bench, &case)?;
    screen.until("the first screen", |text| text.contains("DECIDE NOW"))?;
    let mut rows = Vec::new();
    for (key, what, shows) in [("8", "the timeline", "happened"), ("5", "the tasks", "what is waived")] {
        screen.press(key)?;
        screen.until(what, |text| text.contains(shows))?;
        screen.settle(Duration::from_millis(500))?;
        let mut taken = Taken::default();
        for _ in 0..200 {
            taken.press(&mut screen, "j")?;
        }
        for _ in 0..10 {
            taken.press(&mut screen, "\u{6}")?;
        }
        rows.push(taken.row(&format!("key to frame, in {what}")));
    }
    screen.end()?;
    rows.push(page(bench, &case)?);
    rows.push(first_screen(bench, scale)?);
    Ok(rows)
}

/// A case with all of it, made anew.
fn made(bench: &Bench) -> Outcome<PathBuf> {
    let case = bench.new_case("response")?;
    let say = |line: &[&str], file: &Path| output(bench.hullbreach().arg("--case").arg(&case).args(line).arg(file));
    let entries = bench.data.join("response.jsonl");
    let mut lines = String::new();
    for n in 0..ENTRIES {
        let (hour, minute, second) = (n / 3_600 % 24, n / 60 % 60, n % 60);
        let line = format!(
            "{{\"message\":\"entry {n} of the proxy's log\",\"datetime\":\"2026-03-17T{hour:02}:{minute:02}:{second:02}.000000+00:00\",\
             \"timestamp_desc\":\"Request\"}}"
        );
        writeln!(lines, "{line}").map_err(|e| e.to_string())?;
    }
    fs::write(&entries, lines).map_err(|e| format!("{}: {e}", entries.display()))?;
    say(&["timeline", "import"], &entries)?;
    let carried = 78;
    for first in (carried..TASKS).step_by(OF_A_FILE) {
        let mut text = format!("id = \"bench-{first}\"\ntitle = \"Steps from {first} on\"\n");
        for n in first..TASKS.min(first + OF_A_FILE) {
            let task = format!(
                "[[task]]\nid = \"X{n}\"\nstage = \"containment\"\ndue = \"4h\"\ntitle = \"Step {n}\"\nevidence = \"a ticket\"\n"
            );
            writeln!(text, "{task}").map_err(|e| e.to_string())?;
        }
        let file = bench.data.join(format!("response-{first}.toml"));
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        say(&["checklist", "add", "--from"], &file)?;
    }
    Ok(case)
}

/// The summary as one page.
fn page(bench: &Bench, case: &Path) -> Outcome<Row> {
    let file = bench.data.join("response.html");
    let mut times = Vec::new();
    for _ in 0..=bench.runs {
        let _ = fs::remove_file(&file);
        let begun = Instant::now();
        output(bench.hullbreach().arg("--case").arg(case).args(["summary", "--format", "html", "-o"]).arg(&file))?;
        times.push(begun.elapsed());
    }
    let bytes = fs::metadata(&file).map_err(|e| format!("{}: {e}", file.display()))?.len();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let text = format!("{} for {:.1} MB", time(middle), bytes as f64 / 1e6);
    Ok(Row::figure(format!("summary of {ENTRIES} entries as a page"), text).target("< 2 s", middle < PAGE))
}

/// From the key to the first screen over the big case.
fn first_screen(bench: &Bench, scale: &Scale) -> Outcome<Row> {
    let mut times = Vec::new();
    for _ in 0..bench.runs {
        let mut screen = Screen::open(bench, &scale.case)?;
        let begun = screen.begun;
        let frame = screen.frame()?;
        let shown = screen.until("the first screen", |text| text.contains("DECIDE NOW"))?;
        screen.end()?;
        times.push(shown.saturating_duration_since(frame.max(begun)));
    }
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let text = format!("{} after the first frame", time(middle));
    Ok(Row::figure("the first screen, over the big case", text).target("≤ 100 ms", middle <= SITUATION))
}
