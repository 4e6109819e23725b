//! What is done to tasks from here.

use crate::model::time::Micros;
use crate::respond::checklist::CLAIM;
use crate::tui::data::{Bench, Deed, Done};
use crate::work::response::{TaskWord, task_word};

/// A word that needs a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// What proves that it is done.
    Done,
    /// Why it will not be.
    Waive,
    /// Why it is open again.
    Reopen,
}

impl Word {
    /// Before what is typed.
    pub fn verb(self) -> &'static str {
        match self {
            Word::Done => "done",
            Word::Waive => "waive",
            Word::Reopen => "reopen",
        }
    }

    /// What is to be typed.
    pub fn asks(self) -> &'static str {
        match self {
            Word::Done => "what proves it: evidence:ID, event:HASH, a ticket, an address",
            Word::Waive | Word::Reopen => "why",
        }
    }
}

/// Says something of a task.
#[derive(Debug)]
pub struct SayTask {
    /// Which.
    pub task: String,
    /// What.
    pub word: Word,
    /// What was typed.
    pub text: String,
}

impl Deed for SayTask {
    fn title(&self) -> String {
        format!("{} {}", self.word.verb(), self.task)
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let text = self.text.clone();
        let word = match self.word {
            Word::Done => TaskWord::Done(vec![text]),
            Word::Waive => TaskWord::Waive(text),
            Word::Reopen => TaskWord::Reopen(text),
        };
        say(&self.task, &word, bench)
    }
}

/// Claims a task for whoever sits here.
#[derive(Debug)]
pub struct Claim {
    /// Which.
    pub task: String,
}

impl Deed for Claim {
    fn title(&self) -> String {
        format!("claim {}", self.task)
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let until = Micros(bench.env.now().0.saturating_add(CLAIM));
        say(&self.task, &TaskWord::Claim { who: bench.env.user.clone(), until }, bench)
    }
}

fn say(task: &str, word: &TaskWord, bench: &Bench<'_>) -> Result<Done, String> {
    let mut case = bench.stoppable()?;
    let (state, _) = case.state().map_err(|e| bench.failed(e))?;
    let planned = task_word(&case, &state, task, word).map_err(|e| bench.failed(e))?;
    case.say_all(&state.response, vec![planned.statement]).map_err(|e| bench.failed(e))?;
    // It is stored; what is shown follows now, or when the case is opened again.
    case.refresh().map_err(|e| format!("it is stored, but not shown yet: {e}; open the case again"))?;
    let notes: String = planned.notes.iter().map(|note| format!("; {note}")).collect();
    Ok(Done { said: format!("{}{notes}; u takes it back", planned.text), ..Done::default() })
}
