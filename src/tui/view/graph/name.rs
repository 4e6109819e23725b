//! Naming a base that no image was read of.

use crate::model::digest::Digest;
use crate::model::judgement::Field;
use crate::tui::data::{Bench, Deed, Done};
use crate::work::naming::name_word;

/// What stands between a name and how it is known.
const BECAUSE: &str = " because ";

/// Calls layers something.
#[derive(Debug)]
pub struct Name {
    /// The layers.
    pub chain_id: Digest,
    /// What was typed: a name, and how it is known.
    pub typed: String,
}

/// The name and how it is known. Who names it stands beside it anyway.
fn parts(typed: &str) -> (&str, &str) {
    let (name, reason) = typed.rsplit_once(BECAUSE).unwrap_or((typed, ""));
    (name.trim(), if reason.trim().is_empty() { "named in the terminal" } else { reason.trim() })
}

impl Deed for Name {
    fn title(&self) -> String {
        "naming a base".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let (name, reason) = parts(&self.typed);
        let value = Field::Name.value(name);
        let value = value.ok_or_else(|| format!("a name is {}", Field::Name.values()))?;
        let mut case = bench.stoppable()?;
        let word = name_word(case.conn(), &self.chain_id, Some(value.clone()), reason.to_owned());
        case.judge(&[word.map_err(|e| bench.failed(e))?]).map_err(|e| bench.failed(e))?;
        Ok(Done {
            said: format!("called {value} until an image with its layers is read; u takes it back"),
            ..Done::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_reason_may_be_typed_behind_the_name() {
        assert_eq!(parts("corp base 7"), ("corp base 7", "named in the terminal"));
        assert_eq!(parts(" corp base because ana asked"), ("corp base", "ana asked"));
        assert_eq!(parts("x because  "), ("x", "named in the terminal"));
    }
}
