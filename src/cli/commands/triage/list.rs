//! `triage`: images by priority, P0 by cause and owner; `triage next`: what to find out.

use serde_json::json;

use super::told::{short_due, tone};
use crate::case::query::filter::Filter;
use crate::case::query::findings::{from_bases, snapshots};
use crate::case::query::triage::queue::queue;
use crate::case::query::triage::{CauseGroup, Court, TriageRow, causes, triage};
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, number, text, word};
use crate::cli::triage_args::{NextArgs, TriageArgs};
use crate::cli::words::{age, counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::priority::Priority;

/// Images shown to people where no limit was given; JSON has all.
const SHOWN: usize = 40;

/// Lists images by priority.
pub fn run(args: &TriageArgs, context: &mut Context<'_, '_>) -> Outcome {
    let filter = Filter::parse(args.filter.as_deref().unwrap_or_default());
    let filter = filter.map_err(|e| Failure::usage(format!("--filter: {e}")))?;
    let case = locate::for_questions(context)?;
    let rows = triage(case.conn(), &filter, None)?;
    let groups = causes(&rows);
    let shown = args.limit.unwrap_or(if context.out.json { usize::MAX } else { SHOWN });
    let court = Court::load(case.conn())?;
    let now = case.env().now();
    if context.out.json {
        let first: Vec<&TriageRow> = rows.iter().take(shown).collect();
        let aware = court.aware().map(|at| at.rfc3339());
        let document = json!({
            "images": first, "p0_by_cause": groups, "aware": aware, "snapshots": snapshots(case.conn())?,
            "from_bases": from_bases(case.conn())?,
        });
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("no image fits; `hullbreach images` lists all")?;
        return Ok(Exit::Done);
    }
    if let Some(aware) = court.aware() {
        let what = if court.judgements().aware.is_some() { "aware" } else { "case began" };
        context.out.labelled(Tone::Muted, what, &format!("{aware}, {} ago", age(now, aware)))?;
    }
    super::told::known(&snapshots(case.conn())?, &from_bases(case.conn())?, now, context)?;
    by_cause(&groups, context)?;
    let mut table = Table::new(&[
        word("P"),
        name("IMAGE"),
        word("VERDICT").dropped(1),
        word("CRITICALITY").dropped(4),
        word("EXPLOIT").dropped(5),
        word("EXPOSURE").dropped(3),
        word("RULE"),
        word("DUE"),
        number("RUNS").dropped(2),
    ]);
    for row in rows.iter().take(shown) {
        table.row(tone(row.priority), cells(row, now));
    }
    table.print(context.out)?;
    legend(&rows, shown, context)?;
    Ok(Exit::Done)
}

fn cells(row: &TriageRow, now: crate::model::time::Micros) -> Vec<String> {
    let star = |field: &str| if row.assumed.contains(&field) { "*" } else { "" };
    let priority = match (row.overridden, row.asks_again) {
        (true, true) => format!("{}!", row.priority),
        (true, false) => format!("{}h", row.priority),
        _ => row.priority.to_string(),
    };
    let rule = if row.overridden { format!("by hand, {} computed", row.computed) } else { row.rule.clone() };
    vec![
        priority,
        row.name.clone(),
        super::super::indicator::shown(row.verdict),
        format!("{}{}", row.criticality, star("criticality")),
        if row.exploitability == "unknown" { "?".to_owned() } else { row.exploitability.to_owned() },
        format!("{}{}", row.exposure, star("exposure")),
        rule,
        short_due(row, now),
        row.running.to_string(),
    ]
}

fn by_cause(groups: &[CauseGroup], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if groups.is_empty() {
        return Ok(());
    }
    context.out.toned(Tone::Strong, "P0 by cause and owner")?;
    let mut table = Table::new(&[text("CAUSE"), text("OWNER"), number("IMAGES"), number("RUNS"), word("FIRST DUE")]);
    for group in groups {
        let due = group.due.as_deref().map_or("paused".to_owned(), crate::cli::words::when);
        let owner = group.owner.clone().unwrap_or_else(|| "-".to_owned());
        table
            .row(Tone::Bad, vec![group.cause.clone(), owner, group.images.to_string(), group.running.to_string(), due]);
    }
    table.print(context.out)?;
    context.out.line("")
}

fn legend(rows: &[TriageRow], shown: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let of = |priority| rows.iter().filter(|row| row.priority == priority).count();
    let totals: Vec<String> = Priority::ALL.iter().map(|priority| format!("{priority} {}", of(*priority))).collect();
    let rest = if rows.len() > shown { format!(" ({shown} shown)") } else { String::new() };
    let text = format!("{}{rest}: {}", counted(rows.len() as u64, "image"), totals.join("  "));
    context.out.toned(Tone::Strong, &text)?;
    let mut signs = vec!["* assumed", "? no scan"];
    if rows.iter().any(|row| row.overridden) {
        signs.push("h set by hand");
    }
    if rows.iter().any(|row| row.asks_again) {
        signs.push("! set by hand, and the facts are others since: look again");
    }
    context.out.toned(Tone::Muted, &format!("{}   why: hullbreach explain IMAGE", signs.join("   ")))
}

/// What to find out next.
pub fn next(args: &NextArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let rows = queue(case.conn(), args.limit)?;
    if context.out.json {
        context.out.document(&json!({ "questions": rows }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("nothing that is not known would change a priority")?;
        return Ok(Exit::Done);
    }
    let columns = [word("NOW"), word("MAY BE"), word("ID"), name("IMAGE"), number("RUNS"), text("WHAT TO FIND OUT")];
    let mut table = Table::new(&columns);
    for row in &rows {
        let span = if row.worst == row.best { "-".to_owned() } else { format!("{}..{}", row.worst, row.best) };
        table.row(
            tone(row.priority),
            vec![
                row.priority.to_string(),
                span,
                short(&row.id).to_owned(),
                row.name.clone(),
                row.running.to_string(),
                row.question.shown().to_owned(),
            ],
        );
    }
    table.print(context.out)?;
    Ok(Exit::Done)
}
