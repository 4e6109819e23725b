//! Editing of one line, with the cursor shown.

use super::*;
use proptest::prelude::*;

/// The text with the cursor as `|`.
fn shown(state: &InputState) -> String {
    let (before, after) = state.text().split_at(state.cursor());
    format!("{before}|{after}")
}

#[test]
fn edits_do_what_they_say() {
    let mut state = InputState::new("priority:P0 running:>0");
    let table = [
        (Edit::KillWord, "priority:P0 running:>|"),
        (Edit::Yank, "priority:P0 running:>0|"),
        (Edit::Home, "|priority:P0 running:>0"),
        (Edit::Right, "p|riority:P0 running:>0"),
        (Edit::WordRight, "priority|:P0 running:>0"),
        (Edit::Backspace, "priorit|:P0 running:>0"),
        (Edit::Delete, "priorit|P0 running:>0"),
        (Edit::KillToEnd, "priorit|"),
        (Edit::Insert('y'), "priority|"),
        (Edit::WordLeft, "|priority"),
        (Edit::Yank, "P0 running:>0|priority"),
        (Edit::KillToStart, "|priority"),
        (Edit::Column(3), "pri|ority"),
        (Edit::Clear, "|"),
        (Edit::Yank, "priority|"),
        (Edit::End, "priority|"),
        (Edit::Delete, "priority|"),
    ];
    for (edit, wanted) in table {
        state.apply(edit.clone());
        assert_eq!(shown(&state), wanted, "{edit:?}");
    }
}

#[test]
fn the_cursor_steps_over_graphemes() {
    let mut state = InputState::new("e\u{301}東🚀");
    for wanted in ["e\u{301}東|🚀", "e\u{301}|東🚀", "|e\u{301}東🚀", "|e\u{301}東🚀"] {
        state.apply(Edit::Left);
        assert_eq!(shown(&state), wanted);
    }
    state.apply(Edit::Delete);
    assert_eq!(shown(&state), "|東🚀");
    state.apply(Edit::Column(3));
    assert_eq!(shown(&state), "東|🚀");
}

#[test]
fn pastes_are_one_visible_line() {
    let mut state = InputState::default();
    let taken = state.apply(Edit::Paste("a\r\nb\tc\u{1b}[2J\u{202e}".to_owned()));
    assert_eq!(state.text(), "a b c␛[2J\\u{202e}");
    assert_eq!(taken, Taken { changed: true, refused: 0 });
    let mut state = InputState::new("x");
    let taken = state.apply(Edit::Paste("é".repeat(1_000_000)));
    assert!(state.text().len() <= MOST_BYTES && state.text().len() > MOST_BYTES - 2);
    assert_eq!(taken.refused, 1_000_000 - (state.text().len() - 1) / 2);
    state.apply(Edit::Paste("zz".to_owned()));
    assert!(state.text().len() <= MOST_BYTES);
    assert_eq!(state.apply(Edit::Insert('z')), Taken { changed: false, refused: 1 });
}

#[test]
fn completions_take_their_range() {
    let mut state = InputState::new("verd");
    let items = vec![("verdict:bad".to_owned(), String::new()), ("verdict:suspect".to_owned(), String::new())];
    let offer = Completion { replaces: 0..4, items, chosen: None };
    state.offer(offer.clone());
    state.apply(Edit::PreviousCompletion);
    assert_eq!(state.completion().and_then(|own| own.chosen), Some(1));
    state.apply(Edit::NextCompletion);
    assert!(state.apply(Edit::Complete).changed);
    assert_eq!((shown(&state).as_str(), state.completion()), ("verdict:bad|", None));
    state.offer(Completion { replaces: 3..99, ..offer.clone() });
    assert_eq!(state.completion(), None);
    state.offer(offer);
    state.apply(Edit::Insert('x'));
    assert_eq!(state.completion(), None, "what was offered is old");
}

#[test]
fn accepted_lines_come_back_and_problems_go() {
    let mut state = InputState::new("one");
    state.problem = Some(Problem { range: 0..1, message: "no".to_owned() });
    assert_eq!(state.accept(), "one");
    assert_eq!((state.text(), &state.problem), ("", &None));
    state.apply(Edit::Insert('t'));
    state.apply(Edit::Older);
    assert_eq!(shown(&state), "one|");
    state.apply(Edit::Newer);
    assert_eq!(shown(&state), "t|");
}

proptest! {
    #[test]
    fn the_cursor_is_always_between_graphemes(
        edits in proptest::collection::vec((0_usize..17, "(\\PC|[\u{300}\u{1f1e6}\u{1f1e7}\u{1100}\u{1161}a \n]){0,6}", 0_usize..20), 0..40),
    ) {
        let mut state = InputState::default();
        for (which, text, column) in edits {
            let edit = match which {
                0..6 => Edit::Paste(text),
                6 => Edit::Left,
                7 => Edit::Right,
                8 => Edit::WordLeft,
                9 => Edit::WordRight,
                10 => Edit::Column(column),
                11 => Edit::Backspace,
                12 => Edit::Delete,
                13 => Edit::KillWord,
                14 => Edit::KillToStart,
                15 => Edit::Yank,
                _ => Edit::Home,
            };
            state.apply(edit);
            let at = state.cursor();
            let starts = state.text().grapheme_indices(true).map(|(start, _)| start).chain([state.text().len()]);
            prop_assert!(starts.into_iter().any(|start| start == at), "{:?} {}", state.text(), at);
            prop_assert_eq!(scrub(state.text()), state.text());
        }
    }
}
