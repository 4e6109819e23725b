//! `explain`: why an image has its priority.

use crate::case::query::image::Locator;
use crate::case::query::select::SelectError;
use crate::case::query::triage::Court;
use crate::case::query::triage::explain::{Explanation, explain};
use crate::cli::out::{Out, Tone};
use crate::cli::triage_args::ExplainArgs;
use crate::cli::words::{age, short, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::time::Micros;

/// Explains one image.
pub fn run(args: &ExplainArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let explanation = match explain(case.conn(), &args.image) {
        Ok(explanation) => explanation,
        Err(SelectError::Ambiguous { selector, total, candidates }) => {
            return Ok(super::super::image::ambiguous(&selector, total, &candidates, context));
        }
        Err(error) => return Err(error.into()),
    };
    if context.out.json {
        context.out.document(&explanation)?;
        return Ok(Exit::Done);
    }
    let aware = Court::load(case.conn())?.aware();
    print(&explanation, case.env().now(), aware, context.out)?;
    Ok(Exit::Done)
}

fn print(found: &Explanation, now: Micros, aware: Option<Micros>, out: &mut Out<'_>) -> Result<(), Failure> {
    let row = &found.row;
    let rule = if row.overridden {
        format!("by hand; computed {} by {}", row.computed, row.computed_rule())
    } else {
        format!("rule {}, {} lens", row.rule, row.lens)
    };
    out.toned(super::told::tone(row.priority), &format!("{}  {}   ({rule})", found.priority, found.image))?;
    let [compromise, vulnerability] = row.lenses();
    let text = format!("compromise {compromise}; vulnerability {vulnerability}");
    out.labelled(Tone::Plain, "lenses", &text)?;
    let due = match &row.due {
        Some(due) => format!("{} ({}); reached {}", when(due), super::told::short_due(row, now), when(&row.reached)),
        None => format!("paused; reached {}", when(&row.reached)),
    };
    let aware = aware.map_or_else(String::new, |at| format!("; aware {} ago", age(now, at)));
    out.labelled(Tone::Plain, "due", &format!("{due}{aware}"))?;
    out.line("")?;
    out.toned(Tone::Strong, "because")?;
    for (n, fact) in (1..).zip(&found.because) {
        out.line(&format!("  {n:>2}  {}", fact.text))?;
        let at = fact.locator.as_ref().map(place).unwrap_or_default();
        if let Some(evidence) = &fact.evidence {
            out.toned(Tone::Muted, &format!("      [{} {at}]", short(evidence)))?;
        }
    }
    for (head, lines) in [
        ("assumed", &found.assumed),
        ("would be", &found.would_change),
        ("next", &found.next),
        ("conflict", &found.conflicts),
    ] {
        if !lines.is_empty() {
            out.line("")?;
            out.toned(Tone::Strong, head)?;
            lines.iter().try_for_each(|line| out.line(&format!("      {}", line.text)))?;
        }
    }
    if found.because.iter().any(|fact| fact.evidence.is_some()) {
        out.line("")?;
        out.toned(Tone::Muted, "each [id place] opens with: hullbreach evidence show ID --at PLACE")?;
    }
    Ok(())
}

/// A place as `evidence show --at` takes it: what names it, or its bytes.
fn place(locator: &Locator) -> String {
    if locator.pointer.is_empty() && locator.length > 0 {
        return format!("{}+{}", locator.offset, locator.length);
    }
    locator.pointer.clone()
}
