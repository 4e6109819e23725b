//! What is on the screen, and that anything fits any screen.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::model::time::Micros;
use crate::tui::data::facts::Facts;
use crate::tui::keymap::key::Key;
use crate::tui::message::{Msg, Opened};
use crate::tui::testing::{START, model};
use crate::tui::update::update;
use crate::work::collect::watch::Contact;

fn mono(ascii: bool) -> Theme {
    Theme::named("mono").unwrap().with_ascii(ascii)
}

fn opened() -> Model {
    let mut model = model();
    update(&mut model, Msg::Opened(Ok(Opened { path: "/tmp/hub.case".into(), ..Opened::default() })));
    let facts = Facts {
        title: "hub-1119".to_owned(),
        severity: Some("CRITICAL"),
        tlp: Some("AMBER+STRICT".to_owned()),
        aware: Some(Micros(START.0 - 47 * 60_000_000)),
        fingerprint: "a91f03c2".to_owned(),
        writers: 2,
        unreadable: 0,
        newest: Some(Micros(START.0 - 6 * 3_600_000_000)),
        deadlines: Vec::new(),
    };
    update(&mut model, Msg::Facts(facts));
    model
}

fn lines(model: &Model, width: u16, height: u16, ascii: bool) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    draw(model, &mono(ascii), area, &mut buffer);
    (0..height).map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned()).collect()
}

fn press(model: &mut Model, keys: &str) {
    for key in Key::parse_all(keys).unwrap() {
        update(model, Msg::Key(key));
    }
}

#[test]
fn the_frame_says_which_case_and_since_when() {
    let mut model = opened();
    let shown = lines(&model, 80, 24, false);
    assert_eq!(shown[0], " hub-1119  CRITICAL  TLP:AMBER+STRICT  aware 07:13Z  T+00:47  now 08:00Z");
    assert!(shown[1].starts_with("[1 Situation] 2 Images 3 Blast 4 "), "{}", shown[1]);
    assert!(shown[2].starts_with("────"), "{}", shown[2]);
    press(&mut model, "2");
    let shown = lines(&model, 80, 24, false);
    assert!(
        shown[23].starts_with(" / filter  a assess")
            && shown[23].contains("  ? help")
            && shown[23].ends_with("a91f03c2  2 writers"),
        "{}",
        shown[23]
    );
    let mut read_only = opened();
    read_only.settings.read_only = true;
    let shown = lines(&read_only, 80, 24, false);
    assert!(shown[0].contains("READ ONLY") && !shown[23].contains("undo"), "{shown:?}");
}

#[test]
fn the_last_line_says_how_long_ago_a_watched_cluster_was_heard_of() {
    let mut model = opened();
    let last = |model: &Model, wide| lines(model, wide, 24, false)[23].clone();
    let contact = |context: &str, last| Contact { context: context.to_owned(), last, ended: false };
    assert!(update(&mut model, Msg::Contacts(vec![contact("p\u{202e}rod", START)])).changed);
    assert!(last(&model, 80).contains("  watch p") && last(&model, 80).contains("rod now  newest 6 h"));
    assert!(!last(&model, 80).contains('\u{202e}'));
    assert!(
        !update(&mut model, Msg::Contacts(vec![contact("p\u{202e}rod", Micros(START.0 + 1))])).changed,
        "the same words"
    );
    update(&mut model, Msg::Contacts(vec![contact("prod", START)]));
    assert_eq!(model.next_change(), Micros(START.0 + 10_000_000));
    assert!(!update(&mut model, Msg::Clock(Micros(START.0 + 9_999_999))).changed);
    assert!(update(&mut model, Msg::Clock(Micros(START.0 + 10_000_000))).changed, "by the clock alone");
    assert!(last(&model, 80).contains("watch prod 10 s  newest 6 h  a91f03c2  2 writers"), "{}", last(&model, 80));
    // What has no room goes from the end of what matters; the way to help stays.
    assert!(last(&model, 40).ends_with("watch prod 10 s  a91f03c2") && last(&model, 40).contains("? help"));
    assert!(last(&model, 30).ends_with("watch prod 10 s") && last(&model, 30).contains("? help"));
    update(&mut model, Msg::Opened(Ok(Opened { path: "/tmp/other.case".into(), ..Opened::default() })));
    assert!(!last(&model, 80).contains("watch"), "of another case nothing is known");
}

#[test]
fn on_narrow_screens_the_time_since_is_the_last_to_go() {
    let head = |width| lines(&opened(), width, 24, false)[0].clone();
    assert_eq!(head(61), " hub-1119  CRITICAL  TLP:AMBER+STRICT  aware 07:13Z  T+00:47");
    assert_eq!(head(48), " hub-1119  CRITICAL  TLP:AMBER+STRICT  T+00:47");
    assert_eq!(head(40), " hub-1119  TLP:AMBER+STRICT  T+00:47");
    assert_eq!(head(30), " hub-1119  T+00:47");
    let mut read_only = opened();
    read_only.settings.read_only = true;
    assert_eq!(lines(&read_only, 30, 24, false)[0], " hub-1119  READ ONLY  T+00:47");
}

#[test]
fn overlays_lie_over_the_view() {
    let mut model = opened();
    press(&mut model, "2 g");
    assert!(lines(&model, 80, 24, true).iter().any(|line| line.contains("g  Top")), "which-key");
    press(&mut model, "Esc : s o r t");
    let shown = lines(&model, 80, 24, true).join("\n");
    assert!(shown.contains("| :sort") || shown.contains("|:sort"), "{shown}");
    assert!(shown.contains("images.sort"), "{shown}");
    press(&mut model, "Esc ?");
    let shown = lines(&model, 80, 24, true).join("\n");
    assert!(shown.contains("Keys that work here") && shown.is_ascii(), "{shown}");
}

#[test]
fn a_tiny_screen_says_so() {
    assert_eq!(lines(&opened(), 29, 24, false)[0], "too small: 30x8 needed");
    assert!(lines(&opened(), 30, 8, false)[0].contains("hub-1119"));
}

#[test]
fn hidden_characters_in_a_case_never_reach_the_screen() {
    let mut model = opened();
    let hostile = "a\u{1b}[2J\u{202e}b\u{200b}";
    update(&mut model, Msg::Warning(hostile.to_owned()));
    update(&mut model, Msg::Progress(hostile.to_owned()));
    press(&mut model, ":");
    update(&mut model, Msg::Paste(hostile.to_owned()));
    let shown = lines(&model, 80, 24, false).concat();
    assert!(!shown.chars().any(|c| c.is_control() || "\u{202e}\u{200b}".contains(c)), "{shown:?}");
}

proptest! {
    #[test]
    fn any_state_fits_any_screen(
        keys in proptest::collection::vec(
            prop_oneof![Just(":"), Just("?"), Just("g"), Just("j"), Just("G"), Just("/"), Just("Esc"), Just("Enter"), Just("東"), Just("m"), Just("1"), Just("Tab"), Just("u")],
            0..12,
        ),
        width in 0_u16..140, height in 0_u16..50, x in 0_u16..5, y in 0_u16..5, open in any::<bool>(),
    ) {
        let mut model = if open { opened() } else { model() };
        for key in keys {
            press(&mut model, key);
        }
        let area = Rect::new(x, y, width, height);
        let mut buffer = Buffer::empty(area);
        let regions = draw(&model, &mono(false), area, &mut buffer);
        if let Some(cursor) = regions.cursor {
            prop_assert!(area.contains(cursor), "{:?} is not in {:?}", cursor, area);
        }
    }
}
