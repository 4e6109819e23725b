//! What the first screen asks, and the rows that the answer is made into.

use super::figures::Figure;
use super::picture::{Block, Cell, Course, Item, Picture};
use super::steps;
use crate::case::query::situation::{Burndown, Trust, burndown};
use crate::case::state::State;
use crate::cli::words::{age, counted, when};
use crate::command::Call;
use crate::model::clock::{AWARE, ClockState};
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::clock::ClockView;
use crate::respond::left;
use crate::respond::situation::{Decision, Urgency};
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::{link, signs};
use crate::work::response::{Board, newest};

/// Points of a course over time.
const POINTS: u16 = 60;
/// Words said last.
const NEWEST: usize = 5;

/// Asks for all of it. What takes long in a large case is left out of the first part of the answer.
#[derive(Debug)]
pub struct Ask;

impl Question for Ask {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let board = Board::of(case, &state).map_err(|e| e.to_string())?;
        Ok(Box::new(told(desk, &board, &state)?))
    }

    fn first(&self, desk: &Desk) -> Option<Answer> {
        let case = desk.case.as_ref()?;
        let (state, _) = case.state().ok()?;
        let board = Board::glance(case, &state).ok()?;
        Some(Box::new(told(desk, &board, &state).ok()?))
    }
}

fn told(desk: &Desk, board: &Board, state: &State) -> Result<Picture, String> {
    let courses = burndown(desk.conn()?, board.began, board.now, POINTS).map_err(|e| e.to_string())?;
    Ok(picture(board, state, &courses, &desk.env.user))
}

/// All of it.
pub fn picture(board: &Board, state: &State, burndown: &Burndown, person: &str) -> Picture {
    let empty = board.numbers.images == 0;
    let mut items = if empty { steps::items(board) } else { verdicts(board) };
    if !empty {
        items.extend(trust(board));
    }
    items.extend(board.decisions.iter().enumerate().map(|(at, decision)| decision_row(at, decision, board.now)));
    items.extend(clocks(board));
    items.push(tasks(board, person));
    items.extend(newest(state, NEWEST).iter().enumerate().map(|(at, entry)| {
        let label = if at == 0 { "NEWEST" } else { "" };
        let time = entry.micros.datetime().map_or_else(String::new, |at| at.format("%H:%MZ").to_string());
        let text = format!("{time} {}: {}", entry.author, entry.text.replace('\n', " "));
        let told = vec![("at", when(&entry.at)), ("who", entry.author.clone()), ("what", entry.text.clone())];
        let hash = entry.id.strip_prefix("event:");
        let link = hash.map_or_else(|| Call::parse("view.go time"), link::event);
        foot(Block::Newest, &format!("newest {}", entry.id), (label, text, Slot::Muted), link, told)
    }));
    Picture {
        whole: board.whole,
        empty,
        head: head(board, state),
        columns: columns(board),
        items,
        courses: courses(board, burndown),
        figures: figures(board),
        nothing: "nothing needs a decision".to_owned(),
    }
}

fn head(board: &Board, state: &State) -> (String, Slot) {
    let incident = &board.incident;
    let declared = incident.since.is_some();
    let status = if declared { incident.status.to_uppercase() } else { "NOT DECLARED".to_owned() };
    let counts: Vec<String> = board.indicators.iter().map(|(state, n)| format!("{n} {state}")).collect();
    let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    let open = state.indicators.entries.iter().filter(|entry| entry.open);
    let window = open.filter_map(|entry| entry.indicator.window.as_ref().map(|window| (entry, window))).next();
    let window = window.map_or_else(String::new, |(entry, window)| {
        let source = entry.source.as_deref().map_or_else(String::new, |source| format!(" ({source})"));
        format!("   {} window {}{source}", entry.indicator.state.as_str(), span(window.from, window.to))
    });
    (format!("{status}   indicators: {counts}{window}"), if declared { Slot::Title } else { Slot::Warning })
}

/// A window to the minute; the day stands once where both ends have the same.
fn span(from: Option<Micros>, to: Option<Micros>) -> String {
    let end = |at: Option<Micros>| at.map_or_else(|| "open".to_owned(), Micros::to_minute);
    let (from, to) = (end(from), end(to));
    match (from.split_once(' '), to.split_once(' ')) {
        (Some((day, _)), Some((same, time))) if day == same => format!("{from} to {time}"),
        _ => format!("{from} to {to}"),
    }
}

/// Columns of the four counts of a verdict: as wide as the largest needs.
fn widths(board: &Board) -> [u16; 4] {
    let digits = |count: u64| u16::try_from(count.to_string().len()).unwrap_or(u16::MAX);
    let numbers = &board.numbers;
    let urgent = [numbers.priorities.P0, numbers.priorities.P1].map(|count| digits(count).max(4));
    [digits(numbers.images).max(6), digits(numbers.images_running).max(7), urgent[0], urgent[1]]
}

fn columns(board: &Board) -> String {
    let [images, running, p0, p1] = widths(board).map(usize::from);
    format!("{:16} {:>images$} {:>running$} {:>p0$} {:>p1$}", "VERDICT", "images", "running", "P0", "P1")
}

fn verdicts(board: &Board) -> Vec<Item> {
    let widths = widths(board);
    let numbers = &board.numbers;
    let row = |sign: &str, word: &str, slot: Slot, filter: &str, counts: [u64; 4]| {
        let only = |more: &str| link::images(format!("{filter} {more}").trim());
        let [images, running, p0, p1] = counts;
        let [a, b, c, d] = widths;
        Item {
            key: format!("verdict {word}"),
            block: Block::Verdicts,
            cells: vec![
                Cell::text(sign, 2).meaning(slot),
                Cell::text(word, 13).meaning(slot),
                Cell::count(images, a, only("")),
                Cell::count(running, b, only("running:>0")),
                Cell::count(p0, c, only("priority:P0")).meaning(if p0 > 0 { Slot::PriorityP0 } else { Slot::Muted }),
                Cell::count(p1, d, only("priority:P1")).meaning(if p1 > 0 { Slot::PriorityP1 } else { Slot::Muted }),
            ],
            link: Some(only("")),
            told: vec![
                ("verdict", word.to_owned()),
                ("images", format!("{images}, of them {running} running, {p0} P0, {p1} P1")),
            ],
        }
    };
    let mut rows: Vec<Item> = numbers
        .verdicts
        .iter()
        .filter_map(|of| {
            let verdict = Verdict::parse(of.verdict)?;
            let counts = [of.images, of.running, of.priorities.P0, of.priorities.P1];
            let filter = format!("verdict:{}", of.verdict);
            Some(row(signs::sign(verdict), verdict.shown(), signs::slot_of(verdict), &filter, counts))
        })
        .collect();
    let word = if rows.is_empty() { "not judged" } else { "all images" };
    let [p0, p1] = [Priority::P0, Priority::P1].map(|priority| numbers.priorities.of(priority));
    let sign = if rows.is_empty() { "-" } else { "" };
    rows.push(row(sign, word, Slot::Base, "", [numbers.images, numbers.images_running, p0, p1]));
    rows
}

/// A share in hundredths, rounded down: 100 means all of it.
fn share(part: u64, of: u64) -> String {
    part.saturating_mul(100).checked_div(of).map_or_else(|| "-".to_owned(), |share| format!("{share} %"))
}

fn trust(board: &Board) -> Vec<Item> {
    let trust = &board.numbers.trust;
    let row = |label: &str, value: String, warns: bool, link: Call, told: String| Item {
        key: format!("trust {label}"),
        block: Block::Trust,
        cells: vec![
            // The value gets all that is left: it is what is read.
            Cell::text(label, u16::try_from(label.len()).unwrap_or(21)),
            Cell::text(value, 0).at_right().meaning(if warns { Slot::Warning } else { Slot::Base }),
        ],
        link: Some(link),
        told: vec![("what", label.to_owned()), ("means", told)],
    };
    let sources = |which: &str| Call { id: "coverage.sources".to_owned(), argument: which.to_owned() };
    let denied = trust.contexts_denied > 0;
    let unknown = trust.running.saturating_sub(trust.running_digest_known);
    let base = if board.whole { share(trust.running_base_known, trust.images_running) } else { "counting".to_owned() };
    let mut rows = vec![
        row(
            "contexts read",
            contexts(trust),
            denied,
            sources(if denied { "denied" } else { "all" }),
            CONTEXTS.to_owned(),
        ),
        row(
            "running, digest known",
            share(trust.running_digest_known, trust.running),
            unknown > 0 && trust.running_digest_known == 0,
            link::images("resolved:no running:>0"),
            format!(
                "{} of {} places that run say which digest; the others open",
                trust.running_digest_known, trust.running
            ),
        ),
        row("running, base known", base, false, Call::parse("view.go coverage"), BASES.to_owned()),
        row("pull logs", pulls(trust), trust.pull_logs == 0, sources("all"), PULLS.to_owned()),
        row(
            "scan reports",
            format!("{} of {}", trust.scanned, board.numbers.images),
            trust.scanned == 0,
            Call::parse("view.go coverage"),
            "images of which a scan or an SBOM was read".to_owned(),
        ),
    ];
    if trust.sources_unread + trust.rejected > 0 {
        let gaps = format!("{} not whole, {} rejected", trust.sources_unread, trust.rejected);
        let which = if trust.rejected > 0 { "rejected" } else { "partial" };
        rows.push(row(
            "sources",
            gaps,
            true,
            sources(which),
            "what was not read, and rows that were rejected".to_owned(),
        ));
    }
    if let (Some(oldest), Some(place)) = (trust.oldest.as_deref().and_then(Micros::parse_rfc3339), &trust.oldest_place)
    {
        let name = place.rsplit('/').next().unwrap_or(place);
        let value = format!("{} ({name})", age(board.now, oldest));
        rows.push(row(
            "oldest source",
            value,
            false,
            sources("all"),
            format!("{place}, as of {}", when(&oldest.rfc3339())),
        ));
    }
    rows
}

fn contexts(trust: &Trust) -> String {
    let denied = if trust.contexts_denied > 0 { format!("  DENIED {}", trust.contexts_denied) } else { String::new() };
    match trust.contexts {
        0 => "none named".to_owned(),
        all => format!("{} of {all}{denied}", trust.contexts_read),
    }
}

/// What logs tell of pulls, and beside them what nodes do: that is no log.
fn pulls(trust: &Trust) -> String {
    match (trust.pull_logs, trust.node_pulls) {
        (0, 0) => "NONE IMPORTED".to_owned(),
        (0, told) => format!("NONE, nodes tell of {told}"),
        (_, 0) => counted(trust.pulls, "record"),
        (_, told) => format!("{}, nodes {told}", counted(trust.pulls, "record")),
    }
}

const CONTEXTS: &str = "contexts of which something was read and nothing denied";
const BASES: &str = "running images whose layers were read, or whose base is told";
const PULLS: &str = "records in logs of pulls; without them nobody knows who pulled inside the window. Beside them what events of \
                     nodes and engines tell: only of themselves, and only of the last hours";

fn decision_row(at: usize, decision: &Decision, now: Micros) -> Item {
    let slot = match decision.urgency {
        Urgency::Now => Slot::Error,
        Urgency::Soon => Slot::Warning,
        Urgency::Ask => Slot::Base,
    };
    let time = decision.due_at.map_or_else(String::new, |due| left(now, due));
    let late = decision.due_at.is_some_and(|due| due < now);
    let who = if decision.who == "-" { format!("({})", decision.role.as_str()) } else { decision.who.clone() };
    Item {
        key: format!("decide {} {at}", decision.task.as_deref().unwrap_or(&decision.open)),
        block: Block::Decide,
        cells: vec![
            Cell::text(decision.urgency.sign(), 2).meaning(slot),
            Cell::text(decision.text.clone(), 0),
            Cell::text(who, 13),
            Cell::text(time, 7).at_right().meaning(if late { Slot::Error } else { Slot::Base }),
        ],
        link: Some(leads(decision)),
        told: vec![
            ("decide", decision.text.clone()),
            ("role", format!("{}: {}", decision.role.as_str(), decision.who)),
            ("task", decision.task.clone().unwrap_or_default()),
            ("due", decision.due.as_deref().map_or_else(String::new, when)),
            ("command", decision.open.clone()),
        ],
    }
}

/// The view that a decision's command has in the terminal; that of its task where it has none.
fn leads(decision: &Decision) -> Call {
    let words: Vec<&str> = decision.open.split(' ').collect();
    let filter = decision.open.split('\'').nth(1);
    match (words.get(1).copied().unwrap_or_default(), filter) {
        ("images", Some(filter)) => link::images(filter),
        ("credentials", _) => Call::parse("view.go creds"),
        ("declare", _) => Call::parse("tasks.declare"),
        ("clocks", _) if words.get(3) == Some(&AWARE) => Call::parse("clocks.aware"),
        ("clocks", _) => Call::parse("view.go clocks"),
        ("coverage", _) => Call::parse("coverage.sources denied"),
        ("import", _) => Call::parse("evidence.import"),
        _ => Call::parse("view.go tasks"),
    }
}

/// A line at the foot.
fn foot(block: Block, key: &str, (label, text, slot): (&str, String, Slot), link: Call, told: Told) -> Item {
    let cells = vec![Cell::text(label, 7).meaning(Slot::Header), Cell::text(text, 0).meaning(slot)];
    Item { key: key.to_owned(), block, cells, link: Some(link), told }
}

fn clocks(board: &Board) -> Vec<Item> {
    let all = &board.clocks.clocks;
    let runs = |clock: &&ClockView| matches!(clock.state, ClockState::Running | ClockState::Missed);
    let time = |clock: &ClockView| clock.due_at.map_or_else(String::new, |due| format!(" {}", left(board.now, due)));
    let mut words: Vec<String> = Vec::new();
    for clock in all.iter().filter(runs).take(3) {
        words.push(format!("{}{} {}", clock.regime, time(clock), clock.state.as_str()));
    }
    let waiting = all.iter().filter(|clock| clock.state == ClockState::NotStarted);
    if let Some(first) = waiting.clone().next() {
        words.push(format!("{} not started, {}", first.regime, first.why));
        let others = regimes(waiting, |clock| clock.regime != first.regime);
        words.extend((!others.is_empty()).then(|| format!("{} too", others.join(", "))));
    }
    let applies = |regime: &str| all.iter().any(|c| c.regime == regime && c.state != ClockState::NotApplicable);
    let off = regimes(all.iter(), |clock| !applies(&clock.regime));
    words.extend((!off.is_empty()).then(|| format!("{} off", off.join(", "))));
    let aware = board.clocks.trigger(AWARE).is_some_and(|aware| aware.at.is_some());
    if !aware {
        words.insert(0, "awareness is not stated".to_owned());
    }
    let alarming = board.clocks.alarming().next().is_some();
    let slot = if alarming { Slot::Error } else { Slot::Base };
    let go = || Call::parse("view.go clocks");
    let told = vec![("clocks", words.join("\n"))];
    let mut items = vec![foot(Block::Clocks, "clocks", ("CLOCKS", words.join(" | "), slot), go(), told)];
    for (at, clock) in all.iter().filter(runs).enumerate() {
        let label = if at == 0 { "CLOCKS" } else { "" };
        let text = format!("{:>7} {} {}: {}", time(clock).trim(), clock.regime, clock.state.as_str(), clock.title);
        let slot = if clock.soon { Slot::Error } else { Slot::Base };
        let told = vec![("clock", clock.title.clone()), ("due", clock.due.as_deref().map_or_else(String::new, when))];
        items.push(foot(Block::Clock, &format!("clock {}", clock.id), (label, text, slot), go(), told));
    }
    items
}

/// The regimes of those clocks of which something is so, each once, in their order.
fn regimes<'c>(clocks: impl Iterator<Item = &'c ClockView>, wanted: impl Fn(&ClockView) -> bool) -> Vec<&'c str> {
    let mut found: Vec<&str> = Vec::new();
    for clock in clocks.filter(|clock| wanted(clock)) {
        if !found.contains(&clock.regime.as_str()) {
            found.push(&clock.regime);
        }
    }
    found
}

fn tasks(board: &Board, person: &str) -> Item {
    let stage = board.checklist.stages().into_iter().find(|stage| stage.done + stage.waived < stage.total);
    let stage = stage.map_or_else(|| "all done".to_owned(), |s| format!("{} {}/{}", s.phase, s.done, s.total));
    let tasks = &board.checklist.tasks;
    let mine = tasks.iter().filter(|task| task.is_open() && task.is_of(person)).count();
    let overdue = tasks.iter().filter(|task| task.overdue).count();
    let blocked = tasks.iter().filter(|task| task.is_open() && !task.blocked_by.is_empty()).count();
    let slot = if overdue > 0 { Slot::Warning } else { Slot::Base };
    let members = board.credentials.members(None);
    let dead = if board.whole { format!("{}/{}", members.done, members.total) } else { "counting".to_owned() };
    let text = format!("{stage} | yours {mine} | blocked {blocked} | overdue {overdue} | credentials dead {dead}");
    let told = vec![("tasks", text.clone())];
    foot(Block::Tasks, "tasks", ("TASKS", text, slot), Call::parse("view.go tasks"), told)
}

fn courses(board: &Board, burndown: &Burndown) -> Vec<Course> {
    let course = |priority: Priority, counts: Vec<u64>| {
        let slot = if priority == Priority::P0 { Slot::PriorityP0 } else { Slot::PriorityP1 };
        let now = board.numbers.priorities.of(priority);
        Course { label: format!("{priority} over time, now {now}"), counts, slot }
    };
    let p0: Vec<u64> = burndown.iter().map(|point| point.p0).collect();
    let p1: Vec<u64> = burndown.iter().map(|point| point.p1).collect();
    let any = |counts: &[u64]| counts.iter().any(|count| *count > 0);
    [(Priority::P0, p0), (Priority::P1, p1)]
        .into_iter()
        .filter(|(_, counts)| any(counts))
        .map(|(priority, counts)| course(priority, counts))
        .collect()
}

fn figures(board: &Board) -> Vec<Figure> {
    let numbers = &board.numbers;
    let figure = |label: &str, text: String, slot| Figure { label: label.to_owned(), text, slot };
    let alarm = |count: u64, slot| if count > 0 { slot } else { Slot::Base };
    let bad = numbers.of(Verdict::Bad).map(|row| row.running);
    let p0 = numbers.priorities.P0;
    let mut figures = vec![figure("IMAGES P0", p0.to_string(), alarm(p0, Slot::PriorityP0))];
    // Without an indicator nothing is BAD, which is not the same as none.
    let bad = bad.or((!numbers.verdicts.is_empty()).then_some(0));
    figures.extend(bad.map(|bad| figure("RUNNING BAD", bad.to_string(), alarm(bad, Slot::VerdictBad))));
    let due =
        board.clocks.clocks.iter().filter(|clock| matches!(clock.state, ClockState::Running | ClockState::Missed));
    if let Some((clock, due)) = due.filter_map(|clock| Some((clock, clock.due_at?))).min_by_key(|(_, due)| *due) {
        let label = format!("{} {}", clock.regime, if due < board.now { "MISSED" } else { "DUE IN" });
        figures.push(figure(&label, left(board.now, due), alarm(u64::from(clock.soon), Slot::Error)));
    }
    let stage = board.checklist.stages().into_iter().find(|stage| stage.done + stage.waived < stage.total);
    figures.extend(
        stage.map(|s| {
            figure(&format!("TASKS {}", s.phase.to_uppercase()), format!("{}/{}", s.done, s.total), Slot::Base)
        }),
    );
    figures
}
