//! What the response's changing commands have in common: the case that is opened, a plan where nothing is to be changed,
//! and the word that tells how to take it back.

use serde_json::json;
use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;

use crate::case::Case;
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::cli::words::short;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;

/// A case that is about to be changed, and what its events say.
pub struct Change {
    /// The case.
    pub case: Case,
    /// What its events say.
    pub state: State,
}

impl Change {
    /// Opens the case.
    pub fn begin(context: &mut Context<'_, '_>) -> Result<Change, Failure> {
        let mut case = locate::for_change(context)?;
        case.refresh()?;
        let (state, _) = case.state()?;
        Ok(Change { case, state })
    }

    /// Says it, or what it would say, and prints the lines; true where something was said.
    pub fn say(
        &mut self,
        statements: Vec<Statement>,
        lines: &[String],
        context: &mut Context<'_, '_>,
    ) -> Result<bool, Failure> {
        if context.dry_run {
            let lines: Vec<String> = lines.iter().map(|line| format!("would say: {line}")).collect();
            context.out.plan(&lines)?;
            return Ok(false);
        }
        let ids: Vec<String> = statements.iter().map(|said| said.id.clone()).collect();
        let events = self.case.say_all(&self.state.response, statements)?;
        self.case.refresh()?;
        let events: Vec<String> = events.iter().map(ToString::to_string).collect();
        if context.out.json {
            context.out.document(&json!({ "events": events, "ids": ids, "said": lines }))?;
            return Ok(true);
        }
        lines.iter().try_for_each(|line| context.out.line(line))?;
        if let Some(event) = events.last() {
            context.out.line(&format!("`hullbreach undo {}` takes it back", short(event)))?;
        }
        Ok(true)
    }

    /// The same, for a command that is done then.
    pub fn say_and_end(
        mut self,
        statements: Vec<Statement>,
        lines: &[String],
        context: &mut Context<'_, '_>,
    ) -> Outcome {
        self.say(statements, lines, context)?;
        Ok(Exit::Done)
    }
}

/// Lets nothing be stored before whoever pasted it has seen what of it would be: where a secret stood in one of the texts,
/// they are shown with it replaced, and the command ends, unless `yes` says that they were seen. What nothing was replaced
/// in is stored as it was typed.
pub fn seen_first<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    yes: bool,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let replaced = |text: &'t str| match redact_text(text) {
        Cow::Owned(shown) => Some(shown),
        Cow::Borrowed(_) => None,
    };
    let shown: Vec<String> = texts.into_iter().filter_map(replaced).collect();
    if shown.is_empty() || yes || context.dry_run {
        return Ok(());
    }
    for text in &shown {
        text.lines().for_each(|line| context.out.note(&format!("  {line}")));
    }
    Err(Failure::new(
        "what looks like a secret was replaced as shown above, and nothing was stored: look at it, then say it again with \
         --yes",
    ))
}

/// Evidence that is named by nothing is a slip of who typed it.
pub fn named(evidence: &[String]) -> Result<(), Failure> {
    match evidence.iter().any(|typed| typed.trim().is_empty()) {
        true => Err(Failure::usage("the evidence is empty; name evidence:ID, event:HASH, or what proves it")),
        false => Ok(()),
    }
}

/// The text of a file that a responder names; `-` is standard input.
pub fn file_text(file: &Path, largest: u64, context: &mut Context<'_, '_>) -> Result<String, Failure> {
    let place = file.display().to_string();
    let failed = |error: std::io::Error| Failure::new(format!("{place}: {error}"));
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        let input = context.stdin.take().ok_or_else(|| Failure::new("standard input: nothing is connected to it"))?;
        input.take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let opened = std::fs::File::open(context.env.current_dir.join(file)).map_err(failed)?;
        opened.take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > largest {
        return Err(Failure::new(format!("{place}: larger than {largest} bytes; give it in parts")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{place}: no UTF-8 text")))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
