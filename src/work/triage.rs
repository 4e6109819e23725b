//! What a responder says by hand of priorities: first what it comes to, then said.
//!
//! The command line and the terminal both say it through here, so that the same words have the same effect. Nothing is
//! decided here.

use crate::case::Case;
use crate::case::change::MAX_LINE;
use crate::case::events::judgements::Judged;
use crate::case::project::ProjectError;
use crate::case::query::select::SelectError;
use crate::case::query::triage::Court;
use crate::case::query::triage::preview::{self, Preview};
use crate::case::query::triage::words::{Value, policy_word, words};
use crate::collect::redact::redact_text;
use crate::triage::policy::{DEFAULT, MAX_BYTES, Policy};

/// Words that could be said, and what they come to.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The words. [`Case::judge`] says them, as one action with one undo.
    pub words: Vec<Judged>,
    /// Which images they move.
    pub preview: Preview,
}

impl Planned {
    fn of(case: &Case, words: Vec<Judged>) -> Result<Planned, ProjectError> {
        let preview = preview::with(case.conn(), &words, case.env().now())?;
        Ok(Planned { words, preview })
    }
}

/// What fields of images would come to. The projections must follow the newest events.
///
/// # Errors
/// Where a selector means no image, or several.
pub fn plan(case: &Case, images: &[impl AsRef<str>], values: &[Value], reason: &str) -> Result<Planned, SelectError> {
    let words = words(case.conn(), images, values, reason)?;
    Ok(Planned::of(case, words)?)
}

/// What another policy would come to.
pub fn plan_policy(case: &Case, text: &str, reason: &str) -> Result<Planned, ProjectError> {
    let court = Court::load(case.conn())?;
    let value = (text != DEFAULT).then(|| text.to_owned());
    Planned::of(case, vec![policy_word(&court, value, reason)])
}

/// A reason as it is stored: on one line, with what looks like a secret taken out.
///
/// # Errors
/// In words for people: it is missing, or too long.
pub fn reason(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("the reason is empty".to_owned());
    }
    if typed.chars().count() > MAX_LINE {
        return Err(format!("the reason is longer than {MAX_LINE} characters"));
    }
    Ok(redact_text(typed).into_owned())
}

/// A policy out of the bytes of a file named `name`.
///
/// # Errors
/// In words for people, a line for each problem.
pub fn policy(name: &str, bytes: Vec<u8>) -> Result<Policy, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("{name}: a policy has at most {MAX_BYTES} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{name}: a policy is UTF-8 text"))?;
    Policy::parse(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("{name}: {problem}")).collect();
        format!("{}\nthe policy was not taken; `hullbreach policy show` prints one that is right", lines.join("\n"))
    })
}

/// Refuses a policy that holds a secret: it is kept as it is.
///
/// # Errors
/// In words for people.
pub fn without_secrets(name: &str, text: &str) -> Result<(), String> {
    if redact_text(text) != text {
        return Err(format!("{name}: it holds what looks like a secret; a policy is kept as it is"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_without_secrets() {
        assert_eq!(reason("  isolated until Friday ").as_deref(), Ok("isolated until Friday"));
        assert!(reason(" \t").is_err_and(|why| why.contains("empty")));
        assert!(reason(&"x".repeat(MAX_LINE + 1)).is_err_and(|why| why.contains("longer")));
        let token = format!("ghp_{}", "a1B2".repeat(9));
        assert!(reason(&format!("token {token}")).is_ok_and(|kept| !kept.contains(&token)));
    }

    #[test]
    fn a_policy_says_what_is_wrong_by_line() {
        assert!(policy("mine.toml", DEFAULT.as_bytes().to_vec()).is_ok());
        let wrong = policy("mine.toml", b"name = 3".to_vec()).unwrap_err();
        assert!(wrong.starts_with("mine.toml: ") && wrong.contains("was not taken"), "{wrong}");
        assert!(policy("mine.toml", vec![0xff]).unwrap_err().contains("UTF-8"));
        assert!(policy("mine.toml", vec![b'#'; MAX_BYTES + 1]).unwrap_err().contains("at most"));
        assert!(without_secrets("mine.toml", DEFAULT).is_ok());
    }
}
