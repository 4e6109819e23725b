//! What one record tells, whatever format it stands in.

use std::borrow::Cow;

use super::manner::Action;
use super::time::Stamp;
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;

/// Why a record of one more image is not counted.
pub(super) const TOO_MANY: &str = "the log names more different images than are told apart";

/// A record but for its image.
pub(super) struct Told<'a> {
    pub stamp: Stamp,
    pub action: Action,
    pub user: Cow<'a, str>,
    pub hosts: Cow<'a, str>,
    pub agent: Cow<'a, str>,
    /// How many pulls it stands for, where it says so.
    pub pulls: Option<u64>,
    /// How many checks for a new version.
    pub checks: Option<u64>,
}

impl Told<'_> {
    /// What it counts as: a report may tell of pulls and of checks in one line. `manner` is that of a transfer.
    pub fn transfers(&self, manner: Manner) -> [Option<(SightingKind, Manner, u64)>; 2] {
        let check = |count| (SightingKind::Record, Manner::VersionCheck, count);
        match self.action {
            Action::Push => [Some((SightingKind::Push, manner, self.pulls.unwrap_or(1))), None],
            Action::Check => [Some(check(self.checks.or(self.pulls).unwrap_or(1))), None],
            Action::Other => [None, None],
            Action::Pull => {
                let pulls = self.pulls.unwrap_or(1);
                let pulled = (pulls > 0).then_some((SightingKind::Pull, manner, pulls));
                [pulled, self.checks.filter(|checks| *checks > 0).map(check)]
            }
        }
    }
}

/// What stands in a cell when there is nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    match text.len() {
        0 => true,
        1..=6 => {
            ["-", "--", "n/a", "na", "none", "null", "<none>", "\\n"].iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}
