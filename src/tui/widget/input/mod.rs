//! One line of text that is being typed: filters, names, times, the palette.
//!
//! Owns the text, the cursor by grapheme, what was killed, the history and the completions that the owner offers. What
//! is pasted is made visible before it is taken: what one sees is what one gets.

mod draw;
mod edit;
mod history;

pub use draw::{Input, InputPart};
pub use edit::{Completion, Edit, InputState, MOST_BYTES, Problem, Taken};
pub use history::History;
