//! `waves`: in which order to rebuild, and the smallest set of images to begin with.

use serde_json::{Map, Value, json};

use super::blast;
use crate::cli::blast_args::WavesArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, number, word};
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::verdict::Verdict;
use crate::work::blast::ReachedImage;
use crate::work::waves::{Begin, Plan, PlannedWave, plan};

/// The classes of the contract.
const URGENT: [&str; 2] = ["P0", "P1"];

/// Images of a wave without `--limit`.
const SHOWN: usize = 15;

/// Images in circles that are named.
const CIRCULAR: usize = 8;

/// Prints the order.
pub fn run(args: &WavesArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_lineage(context)?;
    let Some(found) = blast::asked(&case, &args.targets, None, context)? else {
        let nothing = Plan { classes: args.classes.clone(), ..Plan::default() };
        return print(&nothing, &Plan::default(), args.limit, context);
    };
    let of = |classes: &[String]| plan(&found, classes).map_err(|e| Failure::usage(format!("--for: {e}")));
    let planned = of(&args.classes)?;
    // Whoever reads JSON and asks for no class finds the two that wait for nobody, too.
    let urgent = match args.classes.is_empty() && context.out.json {
        true => of(&URGENT.map(str::to_owned))?,
        false => Plan::default(),
    };
    print(&planned, &urgent, args.limit, context)
}

fn print(plan: &Plan, urgent: &Plan, limit: Option<usize>, context: &mut Context<'_, '_>) -> Outcome {
    if context.out.json {
        context.out.document(&document(plan, urgent, limit.unwrap_or(usize::MAX)))?;
    } else {
        text(plan, limit.unwrap_or(SHOWN), context)?;
    }
    Ok(Exit::Done)
}

/// Both plans have the same waves; they differ in what is counted.
fn document(plan: &Plan, urgent: &Plan, most: usize) -> Value {
    let counts = |own: &[u32], more: Option<&[u32]>| -> Value {
        let own = plan.classes.iter().zip(own);
        let more = urgent.classes.iter().zip(more.unwrap_or_default());
        Value::Object(own.chain(more).map(|(class, count)| (class.clone(), json!(count))).collect::<Map<_, _>>())
    };
    let twin = |wave: &PlannedWave| urgent.waves.iter().find(|other| other.n == wave.n);
    let same = |begin: &Begin| urgent.begin.iter().find(|other| other.image.id == begin.image.id);
    let image = |image: &ReachedImage| json!({"id": image.id, "name": image.name, "running": image.running, "owner": image.owner});
    let wave = |wave: &PlannedWave| {
        json!({
            "n": wave.n, "images": wave.images.iter().take(most).map(image).collect::<Vec<_>>(),
            "total": wave.images.len(), "clears": counts(&wave.clears, twin(wave).map(|w| w.clears.as_slice())),
            "left": counts(&wave.left, twin(wave).map(|w| w.left.as_slice())),
        })
    };
    let begin = |begin: &Begin| {
        json!({
            "id": begin.image.id, "name": begin.image.name, "on_it": begin.on_it,
            "clears": counts(&begin.clears, same(begin).map(|b| b.clears.as_slice())),
            "left": counts(&begin.left, same(begin).map(|b| b.left.as_slice())),
        })
    };
    json!({
        "before": counts(&plan.before, Some(&urgent.before)), "waves": plan.waves.iter().map(wave).collect::<Vec<_>>(),
        "smallest_set": plan.begin.iter().take(most).map(begin).collect::<Vec<_>>(), "circular": plan.circular,
    })
}

fn text(plan: &Plan, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if plan.waves.is_empty() {
        return context.out.line("nothing that is known has to be rebuilt");
    }
    let total: usize = plan.waves.iter().map(|wave| wave.images.len()).sum();
    let head = format!("{} to rebuild in {}", counted(total as u64, "image"), counted(plan.waves.len() as u64, "wave"));
    context.out.toned(Tone::Strong, &head)?;
    let first =
        format!("begin with {}: nothing else has to be rebuilt before", counted(plan.begin.len() as u64, "image"));
    context.out.line(&first)?;
    let mut table = Table::new(&[word("ID"), name("IMAGE"), number("ON IT"), word("LEFT THEN")]);
    for begin in plan.begin.iter().take(most) {
        let cells = vec![
            short(&begin.image.id).to_owned(),
            begin.image.name.clone(),
            begin.on_it.to_string(),
            counts(plan, &begin.left),
        ];
        table.row(Tone::Plain, cells);
    }
    table.print(context.out)?;
    more(plan.begin.len(), most, context)?;
    let mut before = plan.before.clone();
    for wave in &plan.waves {
        context.out.line("")?;
        let after = counts(plan, &wave.left);
        let text = format!(
            "wave {}: {}; after it {} -> {after}",
            wave.n,
            counted(wave.images.len() as u64, "image"),
            counts(plan, &before)
        );
        context.out.toned(Tone::Strong, &text)?;
        let mut table = Table::new(&[word("ID"), name("IMAGE"), number("RUNS"), word("OWNER").dropped(1)]);
        for image in wave.images.iter().take(most) {
            let owner = image.owner.clone().unwrap_or_else(|| "-".to_owned());
            table.row(
                Tone::Plain,
                vec![short(&image.id).to_owned(), image.name.clone(), image.running.to_string(), owner],
            );
        }
        table.print(context.out)?;
        more(wave.images.len(), most, context)?;
        before.clone_from(&wave.left);
    }
    if !plan.circular.is_empty() {
        let ids: Vec<&str> = plan.circular.iter().take(CIRCULAR).map(|id| short(id)).collect();
        let rest = plan.circular.len() - ids.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let text = format!("claims go in a circle at {}{rest}: the order there is a proposal", ids.join(" "));
        context.out.labelled(Tone::Warn, "circle", &text)?;
    }
    Ok(())
}

/// `12 BAD, 3 SUSPECT`, what is none left out.
fn counts(plan: &Plan, counts: &[u32]) -> String {
    let shown =
        |class: &String| Verdict::parse(class).map_or_else(|| class.clone(), |verdict| verdict.shown().to_owned());
    let some = plan.classes.iter().zip(counts).filter(|(_, count)| **count > 0);
    let parts: Vec<String> = some.map(|(class, count)| format!("{count} {}", shown(class))).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

fn more(all: usize, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    match all.saturating_sub(most) {
        0 => Ok(()),
        rest => context.out.line(&format!("… {rest} more: --limit {all} lists them all")),
    }
}
