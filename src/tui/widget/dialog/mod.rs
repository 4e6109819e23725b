//! Questions that must be answered before anything else.
//!
//! Owns the rule that the safe answer is the one that a stray Enter gives: no, the choice that changes nothing, cancel.
//! What cannot be taken back asks for a word to be typed. A dialog runs nothing: it says what was answered.

mod draw;

use ratatui::layout::Rect;

use crate::tui::widget::Move;
use crate::tui::widget::input::{Edit, InputState, Problem};

/// A question.
#[derive(Debug, Clone)]
pub struct Dialog {
    title: String,
    question: String,
    /// What would happen, a line each.
    consequences: Vec<String>,
    /// Lines of it scrolled away.
    offset: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Buttons: the safe one is 0.
    Confirm {
        yes: String,
        chosen: usize,
    },
    /// The word that must be typed, and what is typed.
    Dangerous {
        yes: String,
        word: String,
        typed: InputState,
    },
    Choice {
        options: Vec<Choice>,
        chosen: usize,
    },
    Ask {
        input: InputState,
    },
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is called.
    pub label: String,
    /// What it means.
    pub note: String,
}

/// What the user does with a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// The next answer.
    Next,
    /// The answer before.
    Previous,
    /// The answer with this index (the mouse, a digit); it still has to be accepted.
    Choose(usize),
    /// Types.
    Edit(Edit),
    /// Enter.
    Accept,
    /// Escape.
    Cancel,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is still open.
    Open,
    /// Nothing is to be done.
    Cancelled,
    /// Do it.
    Yes,
    /// The option with this index.
    Chosen(usize),
    /// This was typed.
    Text(String),
}

/// A part of a dialog on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogPart {
    /// The answer with this index: 0 is no, 1 is yes, or an option.
    Answer(usize),
    /// The line that is typed into, as a column.
    Column(usize),
}

impl Dialog {
    /// Yes or no; no is chosen. `yes` says what would be done: `Mark 12 images BAD`.
    pub fn confirm(title: &str, question: &str, yes: &str) -> Self {
        Dialog::new(title, question, Kind::Confirm { yes: yes.to_owned(), chosen: 0 })
    }

    /// A question whose yes cannot be taken back: `word` must be typed for it.
    pub fn dangerous(title: &str, question: &str, yes: &str, word: &str) -> Self {
        let kind = Kind::Dangerous { yes: yes.to_owned(), word: word.to_owned(), typed: InputState::default() };
        Dialog::new(title, question, kind)
    }

    /// One of several; `safe` is chosen.
    pub fn choice(title: &str, question: &str, options: Vec<Choice>, safe: usize) -> Self {
        let chosen = safe.min(options.len().saturating_sub(1));
        Dialog::new(title, question, Kind::Choice { options, chosen })
    }

    /// A line of text, `text` to begin with.
    pub fn ask(title: &str, question: &str, text: &str) -> Self {
        Dialog::new(title, question, Kind::Ask { input: InputState::new(text) })
    }

    /// Says what would happen, one line each: how many, which, what stays.
    #[must_use]
    pub fn with_consequences(mut self, consequences: impl IntoIterator<Item = String>) -> Self {
        self.consequences.extend(consequences);
        self
    }

    /// The line that is typed into, for completions and history.
    pub fn input(&self) -> Option<&InputState> {
        match &self.kind {
            Kind::Dangerous { typed, .. } => Some(typed),
            Kind::Ask { input } => Some(input),
            Kind::Confirm { .. } | Kind::Choice { .. } => None,
        }
    }

    /// What was typed is wrong: the dialog stays open and says so.
    pub fn refuse(&mut self, problem: Problem) {
        if let Kind::Ask { input } = &mut self.kind {
            input.problem = Some(problem);
        }
    }

    /// The index of the chosen answer.
    pub fn chosen(&self) -> Option<usize> {
        match &self.kind {
            Kind::Confirm { chosen, .. } => Some(*chosen),
            Kind::Choice { chosen, options } => (!options.is_empty()).then_some(*chosen),
            Kind::Dangerous { .. } | Kind::Ask { .. } => None,
        }
    }

    /// Does what the user did.
    pub fn apply(&mut self, intent: Intent) -> Answer {
        match intent {
            Intent::Cancel => return Answer::Cancelled,
            Intent::Accept => return self.accept(),
            Intent::Edit(edit) => {
                if let Kind::Dangerous { typed: input, .. } | Kind::Ask { input } = &mut self.kind {
                    input.apply(edit);
                }
            }
            Intent::Next => self.turn(|at, count| (at + 1) % count),
            Intent::Previous => self.turn(|at, count| (at + count - 1) % count),
            Intent::Choose(index) => self.turn(|at, count| if index < count { index } else { at }),
        }
        Answer::Open
    }

    /// Scrolls what would happen in the body of the last draw; true when anything changed.
    pub fn scroll(&mut self, movement: Move, body: Rect) -> bool {
        let (before, page) = (self.offset, usize::from(body.height.max(1)));
        let last = self.text(usize::from(body.width.max(1)), " ").len().saturating_sub(page);
        let rows = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let to = match movement {
            Move::Up(by) | Move::ScrollUp(by) => before.saturating_sub(rows(by)),
            Move::Down(by) | Move::ScrollDown(by) => before.saturating_add(rows(by)),
            Move::PageUp | Move::HalfUp => before.saturating_sub(page),
            Move::PageDown | Move::HalfDown => before.saturating_add(page),
            Move::Top => 0,
            Move::Bottom => last,
            Move::To(row) => rows(row),
            Move::Left(_) | Move::Right(_) => before,
        };
        self.offset = to.min(last);
        before != self.offset
    }

    fn new(title: &str, question: &str, kind: Kind) -> Self {
        Dialog { title: title.to_owned(), question: question.to_owned(), consequences: Vec::new(), offset: 0, kind }
    }

    fn turn(&mut self, to: impl Fn(usize, usize) -> usize) {
        match &mut self.kind {
            Kind::Confirm { chosen, .. } => *chosen = to(*chosen, 2),
            Kind::Choice { chosen, options } if !options.is_empty() => *chosen = to(*chosen, options.len()),
            _ => {}
        }
    }

    fn accept(&mut self) -> Answer {
        match &mut self.kind {
            Kind::Confirm { chosen: 1, .. } => Answer::Yes,
            Kind::Confirm { .. } => Answer::Cancelled,
            Kind::Choice { options, .. } if options.is_empty() => Answer::Cancelled,
            Kind::Choice { chosen, .. } => Answer::Chosen(*chosen),
            Kind::Ask { input } => Answer::Text(input.text().to_owned()),
            Kind::Dangerous { typed, .. } if typed.text().trim().is_empty() => Answer::Cancelled,
            Kind::Dangerous { typed, word, .. } if typed.text().trim() == word => Answer::Yes,
            Kind::Dangerous { typed, word, .. } => {
                typed.problem = Some(Problem { range: 0..0, message: format!("type {word}, or Esc to leave it") });
                Answer::Open
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_enter_changes_nothing() {
        let options = || {
            vec![
                Choice { label: "Isolate".into(), note: String::new() },
                Choice { label: "Keep".into(), note: String::new() },
            ]
        };
        let mut table = [
            (Dialog::confirm("t", "q", "Do it"), Answer::Cancelled),
            (Dialog::dangerous("t", "q", "Do it", "expunge"), Answer::Cancelled),
            (Dialog::choice("t", "q", options(), 1), Answer::Chosen(1)),
            (Dialog::choice("t", "q", Vec::new(), 1), Answer::Cancelled),
        ];
        for (dialog, wanted) in &mut table {
            assert_eq!(dialog.apply(Intent::Accept), *wanted);
            assert_eq!(dialog.apply(Intent::Cancel), Answer::Cancelled);
        }
    }

    #[test]
    fn danger_needs_its_word() {
        let mut dialog = Dialog::dangerous("Expunge", "q", "Destroy", "expunge");
        for c in "expung".chars() {
            assert_eq!(dialog.apply(Intent::Edit(Edit::Insert(c))), Answer::Open);
        }
        assert_eq!(dialog.apply(Intent::Accept), Answer::Open);
        assert!(dialog.input().unwrap().problem.is_some());
        for intent in [Intent::Next, Intent::Choose(1)] {
            dialog.apply(intent);
        }
        assert_eq!(dialog.apply(Intent::Accept), Answer::Open);
        dialog.apply(Intent::Edit(Edit::Insert('e')));
        assert_eq!(dialog.apply(Intent::Accept), Answer::Yes);
    }

    #[test]
    fn answers_are_turned_and_texts_asked() {
        let mut dialog = Dialog::confirm("t", "q", "Do it");
        for (intent, wanted) in
            [(Intent::Previous, 1), (Intent::Next, 0), (Intent::Choose(7), 0), (Intent::Choose(1), 1)]
        {
            dialog.apply(intent);
            assert_eq!(dialog.chosen(), Some(wanted));
        }
        assert_eq!(dialog.apply(Intent::Accept), Answer::Yes);
        let mut dialog = Dialog::ask("t", "q", "02:00Z");
        dialog.apply(Intent::Edit(Edit::Backspace));
        dialog.refuse(Problem { range: 0..1, message: "no zone".into() });
        assert_eq!(dialog.apply(Intent::Accept), Answer::Text("02:00".into()));
    }
}
