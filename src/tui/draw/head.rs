//! The first two lines: which case, how bad, since when; and which view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{put, write};
use crate::command::Call;
use crate::model::text::{fit, width};
use crate::model::time::Micros;
use crate::tui::model::Model;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Slot, Theme};
use crate::tui::view;
use crate::tui::widget::crumbs;

/// The least columns that a title keeps while something else can give way.
const TITLE: usize = 8;

/// Title, severity, TLP, awareness and clock. The title gives way first, then what can be told from elsewhere; how long one
/// has known goes last.
pub fn case_line(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let wide = usize::from(area.width);
    let rest = forms(model).into_iter().find(|rest| width(rest) + TITLE + 4 <= wide);
    let rest = rest.unwrap_or_else(|| forms(model).pop().unwrap_or_default());
    let room = wide.saturating_sub(width(&rest) + 4).max(TITLE);
    put(buffer, area, &format!(" {}  {rest}", fit(&title(model), room)), theme.style(Slot::Title));
}

/// What stands behind the title, the fullest form first.
fn forms(model: &Model) -> Vec<String> {
    let clock = model.settings.now;
    let facts = model.case.as_ref().and_then(|case| case.facts.as_ref());
    let read_only = model.settings.read_only.then(|| "READ ONLY".to_owned());
    let severity = facts.and_then(|facts| facts.severity.map(str::to_owned));
    let tlp = facts.and_then(|facts| facts.tlp.as_ref().map(|tlp| format!("TLP:{tlp}")));
    let aware = facts.map(|facts| match facts.aware {
        Some(aware) => (format!("aware {}  {}", time(aware, clock), elapsed(aware, clock)), elapsed(aware, clock)),
        None => ("aware: not stated".to_owned(), "aware: not stated".to_owned()),
    });
    let (aware, since) = aware.unzip();
    let now = Some(format!("now {}", time(clock, clock)));
    let forms: [&[&Option<String>]; 5] = [
        &[&read_only, &severity, &tlp, &aware, &now],
        &[&read_only, &severity, &tlp, &aware],
        &[&read_only, &severity, &tlp, &since],
        &[&read_only, &tlp, &since],
        &[&read_only, &since],
    ];
    let join = |words: &[&Option<String>]| -> String {
        words.iter().filter_map(|word| word.as_deref()).collect::<Vec<&str>>().join("  ")
    };
    forms.into_iter().map(join).collect()
}

fn title(model: &Model) -> String {
    let name = |path: &std::path::Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match (&model.case, &model.opening) {
        (_, Some(path)) => format!("opening {}", name(path)),
        (None, None) => "hullbreach".to_owned(),
        (Some(case), None) => match &case.facts {
            Some(facts) if !facts.title.is_empty() => facts.title.clone(),
            _ => name(&case.path),
        },
    }
}

/// `07:40Z`, with the day where it is not today.
fn time(at: Micros, now: Micros) -> String {
    const DAY: i64 = 86_400_000_000;
    let today = at.0.div_euclid(DAY) == now.0.div_euclid(DAY);
    let form = if today { "%H:%MZ" } else { "%d %b %H:%MZ" };
    at.datetime().map_or_else(String::new, |time| time.format(form).to_string())
}

/// `T+00:47`, hours and minutes since; days from a hundred hours on; `T-` where it lies ahead.
fn elapsed(since: Micros, now: Micros) -> String {
    let minutes = now.0.saturating_sub(since.0) / 60_000_000;
    let sign = if minutes < 0 { '-' } else { '+' };
    match minutes.unsigned_abs() {
        minutes @ 0..6_000 => format!("T{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        minutes => format!("T{sign}{}d", minutes / 1_440),
    }
}

/// `[1 Images] 2 Coverage`, and behind them what is open in the view.
pub fn tab_line(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer, regions: &mut Regions) {
    put(buffer, area, "", theme.style(Slot::Base));
    let mut rest = area;
    if model.case.is_none() {
        write(buffer, rest, " no case is open", theme.style(Slot::Muted));
        return;
    }
    for (tab, text) in model.tabs.iter().zip(tabs(model, usize::from(area.width))) {
        let slot = if tab.id == model.view_id() { Slot::Title } else { Slot::Muted };
        let used = write(buffer, rest, &text, theme.style(slot));
        let call = Call { id: "view.go".to_owned(), argument: tab.id.to_owned() };
        regions.push(Rect { width: used, ..rest }, Hit::Call(call));
        rest = Rect { x: rest.x.saturating_add(used), width: rest.width.saturating_sub(used), ..rest };
    }
    crumbs(model, theme, rest, buffer, regions);
}

/// How the tabs are written so that they and the way to the place in front have room: closer together, then without names
/// from the last one on. The one in front keeps its name. One without a digit is left out where it has no name either.
fn tabs(model: &Model, wide: usize) -> Vec<String> {
    let all = model.tabs.len();
    let room = wide.saturating_sub(trail_width(model));
    let forms = std::iter::once((true, all)).chain((0..=all).rev().map(|named| (false, named)));
    let mut last = Vec::new();
    for (roomy, named) in forms {
        last = tabs_named(model, roomy, named);
        if last.iter().map(|text| width(text)).sum::<usize>() <= room {
            break;
        }
    }
    last
}

/// The tabs, of which the first so many have names.
fn tabs_named(model: &Model, roomy: bool, named: usize) -> Vec<String> {
    let text = |(place, tab): (usize, &view::ViewRow)| {
        // The tenth is reached by 0, those behind it have no digit.
        let digit = (place < 10).then(|| format!("{}", (place + 1) % 10));
        let here = tab.id == model.view_id();
        let name = (here || place < named).then(|| tab.title.to_owned());
        let words = [digit, name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        match (here, roomy, words.is_empty()) {
            (_, _, true) => String::new(),
            (true, false, _) if place > 0 => format!(" [{words}]"),
            (true, _, _) => format!("[{words}]"),
            (false, true, _) => format!(" {words} "),
            (false, false, _) => format!(" {words}"),
        }
    };
    model.tabs.iter().enumerate().map(text).collect()
}

/// Columns of the way to the place in front, with the signs between its steps.
fn trail_width(model: &Model) -> usize {
    let trail = model.trail();
    if trail.iter().all(String::is_empty) { 0 } else { trail.iter().map(|step| width(step) + 3).sum::<usize>() + 1 }
}

/// The way to the place in front; a click on a step goes back to it.
fn crumbs(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer, regions: &mut Regions) {
    let mut trail = model.trail();
    let steps = trail.len().saturating_sub(1);
    if let Some(last) = trail.last_mut().filter(|last| last.is_empty()) {
        if steps == 0 {
            return;
        }
        *last = view::row(model.view_id()).map_or("", |row| row.title).to_owned();
    }
    let used = write(buffer, area, " > ", theme.style(Slot::Muted));
    let rest = Rect { x: area.x.saturating_add(used), width: area.width.saturating_sub(used), ..area };
    if rest.is_empty() {
        return;
    }
    for (place, step) in crumbs::draw(&trail, theme, rest, buffer).parts() {
        if *step < steps {
            let call = Call { id: "app.back".to_owned(), argument: (steps - step).to_string() };
            regions.push(place, Hit::Call(call));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A view of that title; it is never shown.
    const fn tab(id: &'static str, title: &'static str) -> view::ViewRow {
        view::ViewRow { id, title, commands: &[], make: view::START.make }
    }

    static TABS: [view::ViewRow; 11] = [
        tab("situation", "Situation"),
        tab("images", "Images"),
        tab("blast", "Blast"),
        tab("matrix", "Matrix"),
        tab("tasks", "Tasks"),
        tab("credentials", "Creds"),
        tab("clocks", "Clocks"),
        tab("time", "Time"),
        tab("proof", "Proof"),
        tab("coverage", "Coverage"),
        tab("graph", "Graph"),
    ];

    #[test]
    fn tabs_have_names_where_they_fit_and_the_one_in_front_always_has_its_own() {
        let mut model = crate::tui::testing::model();
        model.tabs = &TABS;
        let line = |model: &Model, wide| tabs(model, wide).concat();
        let front = |model: &mut Model, place: usize| model.views[0].id = TABS[place].id;
        front(&mut model, 0);
        assert_eq!(
            line(&model, 120),
            "[1 Situation] 2 Images  3 Blast  4 Matrix  5 Tasks  6 Creds  7 Clocks  8 Time  9 Proof  0 Coverage  Graph "
        );
        assert_eq!(line(&model, 80), "[1 Situation] 2 Images 3 Blast 4 Matrix 5 Tasks 6 Creds 7 Clocks 8 Time 9 0");
        assert_eq!(line(&model, 40), "[1 Situation] 2 Images 3 4 5 6 7 8 9 0");
        front(&mut model, 8);
        assert_eq!(line(&model, 80), " 1 Situation 2 Images 3 Blast 4 Matrix 5 Tasks 6 Creds 7 Clocks 8 [9 Proof] 0");
        front(&mut model, 10);
        assert_eq!(line(&model, 30), " 1 2 3 4 5 6 7 8 9 0 [Graph]");
        for wide in 30..140 {
            for place in 0..TABS.len() {
                front(&mut model, place);
                let texts = tabs(&model, wide);
                assert!(texts[place].contains(TABS[place].title), "{wide}: {texts:?}");
                assert!(width(&texts.concat()) <= wide || texts.iter().filter(|text| text.len() > 3).count() == 1);
            }
        }
    }

    #[test]
    fn times_say_the_day_when_it_is_not_today() {
        let at = |text| Micros::parse_rfc3339(text).unwrap();
        let now = at("2026-11-19T08:27:31Z");
        assert_eq!(time(at("2026-11-19T07:40:00Z"), now), "07:40Z");
        assert_eq!(time(at("2026-11-18T23:40:00Z"), now), "18 Nov 23:40Z");
        assert_eq!(elapsed(at("2026-11-19T07:40:00Z"), now), "T+00:47");
        assert_eq!(elapsed(at("2026-11-14T07:40:00Z"), now), "T+5d");
        assert_eq!(elapsed(at("2026-11-19T09:30:00Z"), now), "T-01:02");
        assert_eq!(elapsed(Micros(i64::MIN), Micros(i64::MAX)), "T+106751991d");
    }
}
