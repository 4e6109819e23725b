//! Start, results of sorting and filtering, an image with many uses, and doing nothing.

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::bench::Bench;
use crate::scale::Scale;
use crate::screen::Screen;
use crate::table::{Row, time};

/// From the start of the process to its first frame.
const FIRST_FRAME: Duration = Duration::from_millis(150);
/// To the whole table.
const WHOLE_TABLE: Duration = Duration::from_millis(500);
/// From the key to the sorted or filtered rows.
const RESULT: Duration = Duration::from_millis(100);
/// How long nothing is done.
const IDLE: Duration = Duration::from_secs(20);

/// Times of one thing.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn row(mut self, what: &str, target: Duration) -> Row {
        self.0.sort_unstable();
        let middle = self.0.get(self.0.len() / 2).copied().unwrap_or_default();
        let most = self.0.last().copied().unwrap_or_default();
        Row::figure(what, format!("{} ({} at most)", time(middle), time(most)))
            .target(&format!("≤ {} ms", target.as_millis()), middle <= target)
    }
}

/// The list says how long it is and shows its first rows.
fn is_whole(scale: &Scale) -> impl Fn(&str) -> bool {
    let all = scale.all();
    move |text| text.contains(&all) && text.lines().any(|line| line.starts_with('>'))
}

/// First frame and whole table.
pub fn start(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let (mut first, mut whole) = (Times::default(), Times::default());
    for run in 0..=bench.runs {
        let mut screen = Screen::open(bench, &scale.case)?;
        let begun = screen.begun;
        let frame = screen.frame()?;
        screen.images()?;
        let table = screen.until("the table", is_whole(scale))?;
        screen.settle(Duration::from_millis(300))?;
        screen.end()?;
        // The first run fills the page cache.
        if run > 0 {
            first.0.push(frame.saturating_duration_since(begun));
            whole.0.push(table.saturating_duration_since(begun));
        }
    }
    Ok(vec![
        first.row("process start to first frame", FIRST_FRAME),
        whole.row("process start to whole table, the key `2` pressed as soon as the case is open", WHOLE_TABLE),
    ])
}

/// Keys, a word of the screen that tells that they were done, and what they are called.
type Asked = (&'static str, &'static str, &'static str);

const SORTS: [Asked; 4] = [
    ("sn", "by name", "rows sorted by name"),
    ("su", "by uses", "rows sorted by uses"),
    ("sw", "by workloads", "rows sorted by workloads"),
    ("sr", "by running", "rows sorted by running"),
];

/// Results of sorting and filtering, and of opening the image with the most uses.
pub fn lists(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let mut screen = Screen::open(bench, &scale.case)?;
    screen.images()?;
    screen.until("the table", is_whole(scale))?;
    let mut rows = Vec::new();
    for (keys, word, what) in SORTS {
        let mut times = Times::default();
        for _ in 0..bench.runs {
            screen.settle(Duration::from_millis(300))?;
            times.0.push(result(&mut screen, keys, |text| text.contains(word))?);
            // The same again turns it round: back to where it was.
            screen.settle(Duration::from_millis(300))?;
            screen.press(keys)?;
        }
        rows.push(times.row(what, RESULT));
    }
    let mut times = Times::default();
    for _ in 0..bench.runs {
        screen.settle(Duration::from_millis(300))?;
        screen.press("/")?;
        screen.settle(Duration::from_millis(100))?;
        times.0.push(result(&mut screen, "name~cache", is_filtered)?);
        screen.press("\u{1b}")?;
    }
    rows.push(times.row("rows of a filter, from its last letter", RESULT));
    rows.extend(busiest(bench, scale, screen)?);
    Ok(rows)
}

/// Every row that is shown fits the filter.
fn is_filtered(text: &str) -> bool {
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("docker.io/")).collect();
    !rows.is_empty() && rows.iter().all(|row| row.contains("/cache-"))
}

/// From the last key to the first change behind which the screen says so and stays.
fn result(screen: &mut Screen, keys: &str, fits: impl Fn(&str) -> bool) -> Outcome<Duration> {
    let mut letters: Vec<String> = keys.chars().map(String::from).collect();
    let last = letters.pop().unwrap_or_default();
    for letter in letters {
        screen.press(&letter)?;
        screen.frame()?;
    }
    let at = screen.press(&last)?;
    screen.frame()?;
    screen.until("the result", fits)?;
    // What is shown first is the acknowledgement; the rows come with the last frame of the burst.
    let mut shown = Instant::now();
    while let Some(later) = screen.next(Duration::from_millis(250))? {
        shown = later;
    }
    Ok(shown.saturating_duration_since(at))
}

/// The image with the most uses.
fn busiest(bench: &Bench, scale: &Scale, mut screen: Screen) -> Outcome<Vec<Row>> {
    let (mut first, mut whole) = (Times::default(), Times::default());
    screen.settle(Duration::from_millis(300))?;
    screen.press("su")?;
    screen.settle(Duration::from_millis(500))?;
    let (shown, all_shown) = (format!("{} uses", scale.busiest), format!("[uses {}]", scale.busiest));
    for _ in 0..bench.runs {
        screen.press("gg")?;
        screen.settle(Duration::from_millis(300))?;
        let at = screen.press("\r")?;
        first.0.push(screen.until("uses", |text| text.contains(&shown))?.saturating_duration_since(at));
        let all = screen.until("all uses", |text| text.contains(&all_shown))?;
        whole.0.push(all.saturating_duration_since(at));
        screen.press("\u{1b}")?;
        screen.settle(Duration::from_millis(300))?;
    }
    let peak = screen.peak_mib();
    screen.end()?;
    Ok(vec![
        first.row(&format!("first screenful of an image with {shown}"), Duration::from_millis(250)),
        whole.row("all of them", Duration::from_millis(1_000)),
        Row::figure("memory after all this", format!("{peak:.1} MiB at most")).target("< 200 MiB", peak < 200.0),
    ])
}

/// Nothing is pressed and nobody writes.
pub fn idle(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let mut screen = Screen::open(bench, &scale.case)?;
    screen.images()?;
    screen.until("the table", is_whole(scale))?;
    screen.settle(Duration::from_secs(3))?;
    // The clock on the first line turns with the minute, which is a visible change: measured between two of them.
    screen.until_minute()?;
    let (frames, cpu, woken) = (screen.written().0, screen.cpu(), screen.wakeups());
    std::thread::sleep(IDLE);
    let spent = screen.cpu().saturating_sub(cpu).as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    let woken = (screen.wakeups() - woken) as f64 / IDLE.as_secs_f64();
    screen.settle(Duration::from_millis(50))?;
    let drawn = screen.written().0 - frames;
    screen.end()?;
    Ok(vec![
        Row::figure("processor while nothing happens", format!("{spent:.2} %")).target("< 0.2 %", spent < 0.2),
        Row::figure("frames while nothing happens", drawn.to_string()).target("0", drawn == 0),
        Row::figure("wakeups a second while nothing happens", format!("{woken:.1}")),
    ])
}
