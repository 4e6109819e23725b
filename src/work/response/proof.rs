//! What proves that something was done, as a responder names it.

use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;

/// What may be proved by: evidence of the case, one of its events, or a text such as a receipt's number or an address.
/// What looks like an id must be one of the case: a proof that nobody finds later proves nothing.
pub fn proof(case: &Case, state: &State, typed: &str) -> Result<String, CaseError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(CaseError::Refused(
            "the evidence is empty; name evidence:ID, event:HASH, or what proves it".into(),
        ));
    }
    let bare = typed.strip_prefix("sha256:").unwrap_or(typed);
    let is_hex = bare.len() >= 6 && bare.len() <= 64 && bare.bytes().all(|b| b.is_ascii_hexdigit());
    let digits_only = bare.bytes().all(|b| b.is_ascii_digit());
    if typed.starts_with("event:") || typed.starts_with("evidence:") {
        return Ok(case.note_target(state, typed)?.unwrap_or_default());
    }
    if is_hex && !digits_only {
        return Ok(case.note_target(state, &format!("evidence:{bare}"))?.unwrap_or_default());
    }
    if typed.chars().count() > crate::case::change::MAX_LINE {
        return Err(CaseError::Refused("the evidence is a long text; import it, and name it by its id".into()));
    }
    Ok(redact_text(typed).into_owned())
}
