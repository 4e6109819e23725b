//! Cutting, scrolling and marking of lines.

use super::*;
use proptest::prelude::*;

fn shown(text: &str, room: usize, cut: Cut) -> String {
    fit_line(&Line::plain(text), room, cut, false).into_iter().map(|atom| atom.text).collect()
}

#[test]
fn each_cut_keeps_what_tells() {
    let table = [
        ("abcdefghij", 10, Cut::End, "abcdefghij"),
        ("abcdefghij", 6, Cut::End, "abcde…"),
        ("abcdefghij", 6, Cut::Start, "…fghij"),
        ("abcdefghij", 7, Cut::Middle, "ab…ghij"),
        ("abcdefghij", 1, Cut::Middle, "…"),
        ("abcdefghij", 0, Cut::End, ""),
        ("東京都庁", 5, Cut::End, "東京…"),
        ("東京都庁", 4, Cut::End, "東…"),
        ("東京都庁", 6, Cut::Start, "…都庁"),
        ("\u{301}a", 9, Cut::End, "◌\u{301}a"),
        ("a\u{1b}[2J\u{202e}", 20, Cut::End, "a␛[2J\\u{202e}"),
        ("שלום עולם", 5, Cut::End, "שלום…"),
        ("name", 3, Cut::With(|text, room| text.chars().take(room).collect()), "nam"),
        ("name", 2, Cut::With(|text, _| text.repeat(9)), "n…"),
    ];
    for (text, room, cut, wanted) in table {
        assert_eq!(shown(text, room, cut), wanted, "{text} in {room} {cut:?}");
    }
}

#[test]
fn spans_keep_their_slots_when_cut() {
    let line = Line::new("ab", Slot::Key).and("cdef", Slot::Muted);
    let atoms = fit_line(&line, 4, Cut::End, false);
    let slots: Vec<Option<Slot>> = atoms.iter().map(|atom| atom.slot).collect();
    assert_eq!(slots, [Some(Slot::Key), Some(Slot::Key), Some(Slot::Muted), Some(Slot::Muted)]);
}

#[test]
fn ascii_writes_out_the_rest() {
    let text: String = fit_line(&Line::plain("é→x"), 40, Cut::End, true).into_iter().map(|atom| atom.text).collect();
    assert_eq!(text, "\\u{e9}->x");
    assert_eq!(fit_line(&Line::plain("abcdef"), 3, Cut::End, true).last().map(|a| a.text.as_str()), Some("~"));
}

#[test]
fn sideways_scrolling_keeps_columns() {
    let window = |skip, room| -> String {
        window_line(&Line::plain("a東京bcdef"), skip, room, false).into_iter().map(|atom| atom.text).collect()
    };
    assert_eq!(window(0, 4), "a東…");
    assert_eq!(window(1, 6), "… 京b…");
    assert_eq!(window(2, 20), "…京bcdef");
    assert_eq!(window(99, 20), "…");
}

#[test]
fn matches_are_marked_and_bad_ranges_left_out() {
    let line = Line::with_matches("nginx é", &[1..3, 2..4, 90..91, Range { start: 5, end: 4 }, 7..8]);
    let spans: Vec<(&str, bool)> = line.spans.iter().map(|s| (s.text.as_ref(), s.slot.is_some())).collect();
    assert_eq!(spans, [("n", false), ("gi", true), ("nx é", false)]);
}

#[test]
fn what_is_found_is_marked_whatever_its_case() {
    let found = |text, wanted| -> Vec<String> {
        let line = Line::with_found(text, wanted);
        line.spans.iter().filter(|s| s.slot.is_some()).map(|s| s.text.to_string()).collect()
    };
    assert_eq!(found("Node:20 NODE nod", "node"), ["Node", "NODE"]);
    assert_eq!(found("aaaa", "aa"), ["aa", "aa"]);
    assert_eq!(found("Équipe İx", "équ"), ["Équ"]);
    assert!(found("node", "").is_empty() && found("node", "nodes").is_empty());
}

#[test]
fn the_work_depends_on_the_room() {
    let long = "x".repeat(10_000_000);
    for cut in [Cut::End, Cut::Start, Cut::Middle] {
        assert_eq!(fit_line(&Line::plain(long.as_str()), 10, cut, false).len(), 10);
    }
    assert!(atoms_from_start(&Line::plain(long.as_str()), 10, false).len() <= 10);
    assert!(atoms_from_end(&Line::plain(long.as_str()), 10, false).len() <= most_characters(10) + 1);
}

proptest! {
    #[test]
    fn lines_keep_to_their_room(
        texts in proptest::collection::vec(any::<String>(), 0..4), room in 0_usize..60, which in 0_usize..3, ascii: bool,
        skip in 0_usize..50,
    ) {
        let cut = [Cut::End, Cut::Start, Cut::Middle][which];
        let line = Line { spans: texts.iter().map(|text| Span::plain(text.as_str())).collect() };
        for atoms in [fit_line(&line, room, cut, ascii), window_line(&line, skip, room, ascii)] {
            prop_assert!(columns(&atoms) <= room);
            for atom in atoms {
                prop_assert_eq!(usize::from(atom.text.cell_width()), atom.columns);
                prop_assert!(!ascii || atom.text.is_ascii());
                prop_assert_eq!(scrub(&atom.text), atom.text.as_str());
            }
        }
    }
}
