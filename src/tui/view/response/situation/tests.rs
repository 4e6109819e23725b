//! The rows and words of the first screen, and what its moves and openings lead to.

use super::picture::{Block, Cell};
use super::*;
use crate::tui::theme::{Slot as Meaning, Theme};
use proptest::prelude::*;

fn item(block: Block, key: &str, cells: Vec<Cell>) -> Item {
    Item { key: key.to_owned(), block, cells, link: Some(Call::parse(&format!("open {key}"))), told: vec![] }
}

fn count(n: u64) -> Cell {
    Cell::count(n, 6, Call::parse(&format!("count {n}")))
}

fn shown(decisions: usize) -> Picture {
    let mut items: Vec<Item> = ["bad", "suspect"]
        .iter()
        .map(|word| item(Block::Verdicts, word, vec![Cell::text(*word, 13), count(4), count(0), count(2)]))
        .collect();
    items.extend(["contexts", "digests", "pulls"].map(|word| item(Block::Trust, word, vec![Cell::text(word, 0)])));
    items.extend((0..decisions).map(|n| item(Block::Decide, &format!("decide{n}"), vec![Cell::text("now", 0)])));
    items.push(item(Block::Clocks, "clocks", vec![Cell::text("CLOCKS", 7), Cell::text("GDPR", 0)]));
    items.push(item(Block::Tasks, "tasks", vec![Cell::text("TASKS", 7)]));
    Picture {
        whole: true,
        empty: false,
        head: ("DECLARED".into(), Meaning::Title),
        columns: "VERDICT".into(),
        items,
        courses: vec![picture::Course { label: "P0".into(), counts: vec![1, 3, 2], slot: Meaning::PriorityP0 }],
        figures: vec![figures::Figure { label: "P0".into(), text: "12".into(), slot: Meaning::PriorityP0 }],
        nothing: "nothing needs a decision".into(),
    }
}

fn state(picture: Picture) -> Situation {
    Situation { picture: Some(picture), ..Situation::default() }
}

fn draw(state: &Situation, (width, height): (u16, u16)) -> (String, Regions) {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::default();
    let regions = state.draw(Look { theme: &theme, now: crate::model::time::Micros(0) }, area, &mut buffer);
    let rows = (0..height).map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>());
    (rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n"), regions)
}

fn give(state: &mut Situation, size: (u16, u16), ids: &str) -> Reply {
    let mut reply = Reply::default();
    for id in ids.split(' ') {
        let (_, regions) = draw(state, size);
        let around = Around { now: crate::model::time::Micros(0), read_only: false, regions: &regions };
        state.command(&Call::parse(&format!("table.{id}")), around, &mut reply);
    }
    reply
}

fn opened(state: &mut Situation, size: (u16, u16), ids: &str) -> String {
    let reply = give(state, size, &format!("{ids} open"));
    reply.calls.last().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn every_row_and_every_count_opens() {
    for size in [(80, 19), (120, 35)] {
        let mut state = state(shown(3));
        assert_eq!(opened(&mut state, size, "top"), "open bad");
        assert_eq!(opened(&mut state, size, "right"), "count 4");
        assert_eq!(opened(&mut state, size, "right"), "count 2", "what counts nothing is passed over");
        assert_eq!(opened(&mut state, size, "right"), "open contexts");
        assert_eq!(opened(&mut state, size, "down down"), "open pulls");
        assert_eq!(opened(&mut state, size, "down"), "open decide0", "a column goes on below both");
        assert_eq!(opened(&mut state, size, "up left"), "open suspect");
        assert_eq!(opened(&mut state, size, "bottom"), "open tasks");
        assert_eq!(opened(&mut state, size, "up up"), "open decide2");
    }
}

#[test]
fn what_does_not_fit_is_counted_and_can_be_shown() {
    let mut state = state(shown(30));
    let (text, _) = draw(&state, (80, 19));
    assert!(text.contains("more: a shows all") && text.contains("TASKS"), "{text}");
    state.all = true;
    give(&mut state, (80, 19), "bottom");
    let (text, _) = draw(&state, (80, 19));
    assert!(!text.contains("more: a") && text.contains("TASKS"), "the marked row is shown\n{text}");
    let (text, _) = draw(&self::state(shown(0)), (80, 19));
    assert!(text.contains("nothing needs a decision"), "{text}");
}

#[test]
fn figures_stand_where_there_is_room() {
    let sign = Theme::default().glyph(crate::tui::theme::Glyph::BarFull).repeat(4);
    assert!(draw(&state(shown(3)), (120, 35)).0.contains(&sign));
    assert!(!draw(&state(shown(3)), (80, 19)).0.contains(&sign));
}

#[test]
fn the_marker_stays_on_its_row_and_a_glance_never_takes_the_place_of_the_whole() {
    let mut state = state(shown(3));
    give(&mut state, (80, 19), "bottom");
    let mut reply = Reply::default();
    state.take(shown(9), &mut reply);
    assert_eq!(state.item().map(|item| item.key.as_str()), Some("tasks"));
    state.take(Picture { whole: false, ..shown(1) }, &mut reply);
    assert_eq!(state.picture.as_ref().map(|picture| picture.items.len()), Some(2 + 3 + 9 + 2));
    state.take(shown(0), &mut reply);
    assert!(state.item().is_some());
}

proptest! {
    #[test]
    fn any_picture_draws_in_any_rectangle(
        size in (1_u16..140, 1_u16..50), decisions in 0_usize..40, moves in "(down |up |left |right |top |bottom |page-down ){0,12}", all: bool,
    ) {
        let mut state = Situation { all, ..state(shown(decisions)) };
        give(&mut state, size, moves.trim_end());
        draw(&state, size);
        prop_assert!(state.item().is_some());
    }
}
