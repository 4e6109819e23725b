//! The answer for people, in the order of the terminal's view: what is asked, how far it reaches, rows by who answers for
//! them, what cannot be told and what would tell it, what can come back, why.

use crate::cli::out::Tone;
use crate::cli::table::{Table, name, number, text, word};
use crate::cli::words::{counted, short, when};
use crate::cli::{Context, Failure};
use crate::graph::draw::way_line;
use crate::model::indicator::Window;
use crate::work::blast::{Counts, Missing, Reach, ReachedImage, Surety, Targeted};

use super::super::indicator::{shown, tone};

/// Rows of a list without `--limit`, and of those that only say what is not known.
const SHOWN: usize = 30;
const SHOWN_OPEN: usize = 10;
/// Bases of a target; forged claims can give it many.
const SHOWN_BASES: usize = 5;

/// Prints it.
pub fn print(found: &Reach, limit: Option<usize>, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let most = limit.unwrap_or(SHOWN);
    for targeted in &found.targets {
        head(targeted, context)?;
    }
    context.out.line("")?;
    reaches(&found.counts, context)?;
    rows(found, most, context)?;
    cannot_tell(found, limit.unwrap_or(SHOWN_OPEN), context)?;
    comes_back(found, most, context)?;
    why(found, context)?;
    notes(&found.counts, context)
}

fn head(targeted: &Targeted, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let question = &targeted.question;
    let state = question.state.map_or_else(|| "no indicator on it".to_owned(), |state| state.as_str().to_uppercase());
    let window = question.window.as_ref().map_or_else(String::new, |window| format!("  {}", Window::shown(window)));
    context.out.toned(Tone::Strong, &format!("{}  {state}{window}", question.target))?;
    if !targeted.history.is_empty() {
        let step = |step: &crate::work::blast::TagStep| {
            let digest = short(&step.digest);
            match step.part {
                "was" => format!("was {digest} (seen to {})", when(&step.last_seen)),
                "meant" => format!("MEANT {digest} (seen {})", when(&step.first_seen)),
                "later" => format!("{digest} (seen from {})", when(&step.first_seen)),
                _ => format!("{digest}? (seen from {})", when(&step.first_seen)),
            }
        };
        let steps: Vec<String> = targeted.history.iter().map(step).collect();
        context.out.labelled(Tone::Plain, "tag", &steps.join(" -> "))?;
    }
    for below in targeted.below.iter().take(SHOWN_BASES) {
        let word = if below.implicated { "IMPLICATED" } else { "not implicated" };
        let tone = if below.implicated { Tone::Bad } else { Tone::Plain };
        let text = format!("on {}, {word} ({} on it)", below.name, counted(u64::from(below.images), "image"));
        context.out.labelled(tone, "stands", &text)?;
    }
    let rest = targeted.below.get(SHOWN_BASES..).unwrap_or_default();
    if !rest.is_empty() {
        let implicated = rest.iter().filter(|below| below.implicated).count();
        let tone = if implicated > 0 { Tone::Bad } else { Tone::Plain };
        let text = format!(
            "on {} more, {implicated} of them implicated: --json lists them",
            counted(rest.len() as u64, "base")
        );
        context.out.labelled(tone, "", &text)?;
    }
    Ok(())
}

fn reaches(counts: &Counts, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut table = Table::new(&[
        word("REACHES"),
        number("PROVEN"),
        number("LIKELY"),
        number("CANNOT TELL"),
        number("RUNNING"),
        number("PROD"),
        number("INTERNET"),
    ]);
    let [[proven, likely, open], [w_proven, w_likely, w_open]] = [counts.images, counts.workloads];
    let [c_proven, c_likely] = counts.credentials;
    let internet = counts.internet.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let row = |what: &str, cells: [String; 3], more: [String; 3]| {
        let [a, b, c] = cells;
        let [d, e, f] = more;
        vec![what.to_owned(), a, b, c, d, e, f]
    };
    let of = |counts: [u64; 3]| counts.map(|count| count.to_string());
    let more = [counts.running.to_string(), counts.production.to_string(), internet];
    table.row(if proven > 0 { Tone::Bad } else { Tone::Plain }, row("images", of([proven, likely, open]), more));
    let nothing = || [String::new(), String::new(), String::new()];
    table.row(Tone::Plain, row("workloads", of([w_proven, w_likely, w_open]), nothing()));
    let credentials = [c_proven.to_string(), c_likely.to_string(), "?".to_owned()];
    table.row(Tone::Plain, row("credentials", credentials, nothing()));
    table.print(context.out)?;
    let places = [
        (counts.cached, "cached on nodes, not running"),
        (counts.builders, "CI builders"),
        (counts.devices, "devices"),
    ];
    let places: Vec<String> = places.iter().map(|(count, what)| format!("{what} {count}")).collect();
    context.out.line(&places.join("   "))
}

fn rows(found: &Reach, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let groups = found.by_owner();
    if groups.is_empty() && found.counts.unlisted > 0 {
        return context.out.line("nothing that is in use is known to stand on it");
    }
    if groups.is_empty() {
        return context.out.line("nothing that is known stands on it or uses it");
    }
    let mut left = most;
    let mut table = Table::new(&[
        word("VERDICT"),
        word("ID"),
        name("IMAGE"),
        text("HOW WE KNOW"),
        word("CONF"),
        number("RUNS"),
        text("OWNER").dropped(1),
    ]);
    for (owner, images) in &groups {
        for image in images.iter().take(left) {
            let verdict = image.verdict.map(|verdict| verdict.as_str());
            let sign = if image.reach == Surety::Proven { "=" } else { "~" };
            let cells = vec![
                shown(verdict),
                short(&image.id).to_owned(),
                image.name.clone(),
                format!("{sign} {}", image.how),
                image.confidence.map_or_else(|| "-".to_owned(), |at| at.to_string()),
                image.running.to_string(),
                owner.unwrap_or("-").to_owned(),
            ];
            table.row(tone(verdict), cells);
        }
        left = left.saturating_sub(images.len());
    }
    context.out.line("")?;
    table.print(context.out)?;
    let all: usize = groups.iter().map(|(_, images)| images.len()).sum();
    more(all, most, context)
}

fn more(all: usize, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    match all.saturating_sub(most) {
        0 => Ok(()),
        rest => context.out.line(&format!("… {rest} more: --limit {all} lists them all")),
    }
}

fn cannot_tell(found: &Reach, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let open: Vec<&ReachedImage> = found.cannot_tell().collect();
    if open.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let head =
        format!("CANNOT TELL  {}, {} running", counted(open.len() as u64, "image"), found.counts.running_cannot_tell);
    context.out.toned(Tone::Warn, &head)?;
    for missing in Missing::ALL {
        let of: Vec<&&ReachedImage> = open.iter().filter(|image| image.missing == Some(missing)).collect();
        if of.is_empty() {
            continue;
        }
        let why = format!("{} {}; would tell: {}", of.len(), missing.reason(), missing.would_tell());
        context.out.line(&why)?;
        let command = of.iter().find_map(|image| image.fetch.as_deref());
        if let Some(command) = command {
            context.out.labelled(Tone::Muted, "fetch", command)?;
        }
        let mut table = Table::new(&[word("  ID"), name("IMAGE"), number("RUNS"), text("OWNER").dropped(1)]);
        for image in of.iter().take(most) {
            let owner = image.owner.clone().unwrap_or_else(|| "-".to_owned());
            table.row(
                Tone::Plain,
                vec![format!("  {}", short(&image.id)), image.name.clone(), image.running.to_string(), owner],
            );
        }
        table.print(context.out)?;
        more(of.len(), most, context)?;
    }
    Ok(())
}

fn comes_back(found: &Reach, most: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if found.comes_back.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    context.out.toned(Tone::Strong, "WHAT CAN COME BACK")?;
    let mut table = Table::new(&[word("FROM"), name("WHERE"), text("IMAGES")]);
    for place in found.comes_back.iter().take(most) {
        let parts = [&place.context, &place.namespace, &place.name];
        let place_name: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let images: Vec<&str> = place.images.iter().map(|id| short(id)).collect();
        table.row(Tone::Plain, vec![place.kind.replace('-', " "), place_name.join("/"), images.join(" ")]);
    }
    table.print(context.out)?;
    more(found.comes_back.len(), most, context)
}

/// The way to the workload that runs most of it.
fn why(found: &Reach, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let reached = found.workloads.iter().find(|workload| workload.reach != Surety::CannotTell);
    let Some((workload, node)) = reached.and_then(|workload| Some((workload, workload.image?))) else { return Ok(()) };
    let steps: Vec<String> = found.path(node).into_iter().map(|step| step.name).collect();
    let cell = &workload.cell;
    let place: Vec<&str> =
        [cell.context.as_str(), &cell.namespace, &cell.name].into_iter().filter(|part| !part.is_empty()).collect();
    context.out.line("")?;
    let way = format!("{} -> {} {}", way_line(steps), cell.kind, place.join("/"));
    context.out.labelled(Tone::Plain, "why", &way)
}

fn notes(counts: &Counts, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if counts.unlisted > 0 {
        let what = counted(counts.unlisted, "image");
        let text = format!(
            "{what} more, of which evidence tells and of no place that has them: `hullbreach graph` lists them"
        );
        context.out.labelled(Tone::Warn, "beside", &text)?;
    }
    if counts.uncomparable > 0 {
        let text = format!(
            "{} only by a digest that cannot be compared with this one, {} of them running: no proof either way",
            counted(counts.uncomparable, "image"),
            counts.uncomparable_running
        );
        context.out.labelled(Tone::Warn, "known", &text)?;
    }
    if counts.cleared > 0 {
        let what = counted(counts.cleared, "image");
        let why = format!("{what} of which nobody could tell otherwise, as by having run before the window");
        context.out.labelled(Tone::Muted, "cleared", &why)?;
    }
    if counts.excluded > 0 {
        let text = format!(
            "{} by their layers; what a build copied from elsewhere is known only where a Dockerfile or provenance says so, \
             and till then their verdict is NOT KNOWN",
            counted(counts.excluded, "image")
        );
        context.out.labelled(Tone::Muted, "excluded", &text)?;
    }
    Ok(())
}
