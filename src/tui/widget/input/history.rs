//! What was typed before.

/// Entries kept.
const MOST: usize = 200;

/// Earlier lines, the newest last, and where one is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    lines: Vec<String>,
    /// Entries above the newest; 0: the line that is being typed.
    back: usize,
    /// The line that was being typed when one went back.
    draft: String,
}

impl History {
    /// From an owner who kept them, the newest last.
    pub fn new(lines: impl IntoIterator<Item = String>) -> Self {
        let mut history = History::default();
        lines.into_iter().for_each(|line| history.add(line));
        history
    }

    /// The lines, the newest last.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Notes a line that was accepted; blank ones and repeats are left out.
    pub fn add(&mut self, line: String) {
        self.back = 0;
        if line.trim().is_empty() {
            return;
        }
        self.lines.retain(|own| *own != line);
        self.lines.push(line);
        let over = self.lines.len().saturating_sub(MOST);
        self.lines.drain(..over);
    }

    /// The line before this one; `now` is what is being typed.
    pub(super) fn older(&mut self, now: &str) -> Option<String> {
        let at = self.lines.len().checked_sub(self.back + 1)?;
        if self.back == 0 {
            now.clone_into(&mut self.draft);
        }
        self.back += 1;
        self.lines.get(at).cloned()
    }

    /// The line after this one; at the end what was being typed.
    pub(super) fn newer(&mut self) -> Option<String> {
        self.back = self.back.checked_sub(1)?;
        match self.back {
            0 => Some(std::mem::take(&mut self.draft)),
            back => self.lines.get(self.lines.len().checked_sub(back)?).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_and_returns_to_the_draft() {
        let mut history = History::new(["a", " ", "b", "a"].map(str::to_owned));
        assert_eq!(history.lines(), ["b", "a"]);
        assert_eq!(history.newer(), None);
        assert_eq!(history.older("draft").as_deref(), Some("a"));
        assert_eq!(history.older("a").as_deref(), Some("b"));
        assert_eq!(history.older("b"), None);
        assert_eq!(history.newer().as_deref(), Some("a"));
        assert_eq!(history.newer().as_deref(), Some("draft"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn it_is_bounded() {
        let history = History::new((0..1_000).map(|n| n.to_string()));
        assert_eq!((history.lines().len(), history.lines()[0].as_str()), (MOST, "800"));
    }
}
