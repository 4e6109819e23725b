//! From a key to the frame that acknowledges it: while moving, sorting, typing a filter, and while an import goes on.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::Outcome;
use crate::bench::{Bench, remove_case};
use crate::data::{Form, list};
use crate::fleet::Fleet;
use crate::scale::Scale;
use crate::screen::Screen;
use crate::table::{Row, time};

/// What 99 of 100 keys may take.
const ACKNOWLEDGED: Duration = Duration::from_millis(8);
/// Bytes that one step of the marker may write.
const STEP_BYTES: usize = 200;
/// Between two keys, as of somebody who holds one down.
const REPEAT: Duration = Duration::from_millis(15);
/// Steps that stay on the first screenful.
const ON_SCREEN: usize = 12;

/// Keys and what each wrote.
#[derive(Default)]
pub struct Taken {
    times: Vec<Duration>,
    bytes: Vec<usize>,
}

impl Taken {
    /// Presses one and waits for the frame that shows it.
    pub fn press(&mut self, screen: &mut Screen, key: &str) -> Outcome<()> {
        let (_, before) = screen.written();
        let at = screen.press(key)?;
        let shown = screen.frame()?;
        self.times.push(shown.saturating_duration_since(at));
        self.bytes.push(screen.written().1 - before);
        std::thread::sleep(REPEAT);
        Ok(())
    }

    /// What they came to.
    pub fn row(mut self, what: &str) -> Row {
        self.times.sort_unstable();
        let part = |of: usize| self.times.get(self.times.len() * of / 100).copied().unwrap_or_default();
        let (middle, most) = (part(50), part(99));
        let figure = format!("p50 {}, p99 {} of {} keys", time(middle), time(most), self.times.len());
        Row::figure(what, figure).target(&format!("p99 < {} ms", ACKNOWLEDGED.as_millis()), most < ACKNOWLEDGED)
    }
}

/// The program with the case open and its first rows shown.
pub fn opened(bench: &Bench, scale: &Scale) -> Outcome<Screen> {
    let (mut screen, all) = (Screen::open(bench, &scale.case)?, scale.all());
    screen.images()?;
    screen.until("the table", |text| text.contains(&all))?;
    screen.settle(Duration::from_millis(700))?;
    Ok(screen)
}

/// Scrolling, sorting and typing a filter.
pub fn moving(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let mut screen = opened(bench, scale)?;
    let mut steps = Taken::default();
    for _ in 0..ON_SCREEN {
        steps.press(&mut screen, "j")?;
    }
    let most = steps.bytes.iter().max().copied().unwrap_or(0);
    let mut rows = vec![
        Row::figure("bytes of a step of the marker", format!("{most} at most"))
            .target(&format!("≤ {STEP_BYTES}"), most <= STEP_BYTES),
    ];
    let mut scrolled = Taken::default();
    // A short list is scrolled to its end and no further: a key that changes nothing draws nothing.
    let rows_left = usize::try_from(scale.images).unwrap_or(0).saturating_sub(ON_SCREEN + 40);
    for _ in 0..rows_left.min(300) {
        scrolled.press(&mut screen, "j")?;
    }
    let mut bytes = scrolled.bytes.clone();
    bytes.sort_unstable();
    let middle = bytes.get(bytes.len() / 2).copied().unwrap_or(0);
    rows.push(Row::figure("bytes of a step that scrolls the list", format!("{middle} in the middle")));
    for _ in 0..(rows_left.saturating_sub(300) / 20).min(100) {
        scrolled.press(&mut screen, "\u{6}")?;
    }
    rows.push(scrolled.row("key to frame, scrolling by rows and pages"));
    let mut sorting = Taken::default();
    for _ in 0..10 {
        for key in ["n", "r", "u", "w", "l"] {
            // The first key shows what may follow, the second one sorts.
            sorting.press(&mut screen, "s")?;
            sorting.press(&mut screen, key)?;
            screen.settle(Duration::from_millis(150))?;
        }
    }
    rows.push(sorting.row("key to frame, sorting"));
    let mut typing = Taken::default();
    for _ in 0..10 {
        typing.press(&mut screen, "/")?;
        for key in "registry:docker.io api".chars() {
            typing.press(&mut screen, &key.to_string())?;
        }
        // Escape gives the filter up.
        screen.press("\u{1b}")?;
        screen.settle(Duration::from_millis(400))?;
    }
    rows.push(typing.row("key to frame, typing a filter"));
    screen.end()?;
    Ok(rows)
}

/// Scrolling in a copy of the big case while another process imports into it.
pub fn during_import(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let copy = bench.data.join("terminal.case");
    remove_case(&copy)?;
    fs::copy(&scale.case, &copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    let pods = scale.images / 5;
    let fleet = Fleet { cluster: 2_000, first_workload: 900_000, pods, images: scale.images };
    let list = list(&bench.data, &format!("during-{pods}"), &fleet, Form::Small)?;
    let mut screen = opened(bench, &Scale { case: copy.clone(), ..*scale })?;
    let mut import = bench.import(&copy, &list.path, "during");
    let mut import = import
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("the import: {e}"))?;
    let mut taken = Taken::default();
    let status = loop {
        for key in ["j", "j", "j", "\u{6}", "k", "\u{2}"] {
            taken.press(&mut screen, key)?;
        }
        if let Some(status) = import.try_wait().map_err(|e| format!("the import: {e}"))? {
            break status;
        }
    };
    if !status.success() {
        return Err(format!("the import ended with {status}"));
    }
    let peak = screen.peak_mib();
    screen.end()?;
    remove_case(&copy)?;
    let memory = Row::figure("memory after it", format!("{peak:.1} MiB at most")).target("< 200 MiB", peak < 200.0);
    Ok(vec![taken.row(&format!("key to frame, while {pods} pods are imported")), memory])
}
