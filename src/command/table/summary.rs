//! What people and machines receive of a case.

use crate::command::{Danger, Spec};

/// The summary.
pub(super) const ROWS: &[Spec] = &[Spec::line(
    "summary.write",
    "summary",
    "Summary",
    "Write what people and machines receive of the case: Markdown, HTML, JSON, Slack, Jira, STIX, OpenVEX, Timesketch, CSV",
)
.danger(Danger::Changes)];
