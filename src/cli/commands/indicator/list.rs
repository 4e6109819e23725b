//! `indicator list`.

use serde_json::json;

use crate::case::query::indicators::{IndicatorRow, entries};
use crate::cli::indicator_args::ListArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Table, place, text, word};
use crate::cli::words::when;
use crate::cli::{Context, Exit, Outcome, locate};
use crate::model::id::unique_prefix;

/// Lists the indicators.
pub fn run(args: &ListArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let all = entries(case.conn())?;
    let rows: Vec<IndicatorRow> = all.iter().filter(|entry| entry.open || args.all).map(IndicatorRow::from).collect();
    if context.out.json {
        context.out.document(&json!({ "indicators": rows }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        let text = "no indicators, so no image has a verdict: hullbreach indicator add TARGET --state bad";
        context.out.line(text)?;
        return Ok(Exit::Done);
    }
    let columns = [
        word("ID"),
        word("STATE"),
        place("TARGET"),
        word("FROM"),
        word("TO"),
        text("SOURCE").dropped(2),
        text("REASON").dropped(3),
        text("AUTHOR").dropped(1),
    ];
    let mut table = Table::new(&columns);
    let short = |row: &IndicatorRow| {
        let digits = unique_prefix(&row.id, rows.iter().map(|other| other.id.as_str()));
        row.id.chars().take(digits).collect::<String>()
    };
    for row in &rows {
        table.row(tone(row), cells(row, short(row)));
    }
    table.print(context.out)?;
    for row in rows.iter().filter(|row| !row.conflicts.is_empty()) {
        for conflict in &row.conflicts {
            let text = format!("{} {}: {conflict}", short(row), row.target);
            context.out.labelled(Tone::Warn, "conflict", &text)?;
        }
    }
    Ok(Exit::Done)
}

fn cells(row: &IndicatorRow, id: String) -> Vec<String> {
    let end = |end: &Option<String>| end.as_deref().map_or_else(String::new, when);
    let state = match row.cleared_by {
        Some(by) => format!("{} ({by})", row.state),
        None => row.state.to_owned(),
    };
    vec![
        id,
        if row.open { state } else { format!("{state}, withdrawn") },
        row.target.clone(),
        end(&row.from),
        end(&row.to),
        row.source.clone().unwrap_or_default(),
        row.reason.clone().unwrap_or_default(),
        row.author.clone(),
    ]
}

fn tone(row: &IndicatorRow) -> Tone {
    match row.state {
        _ if !row.open => Tone::Muted,
        "bad" => Tone::Bad,
        "suspect" => Tone::Warn,
        _ => Tone::Plain,
    }
}
