//! `known-good`: what was published or trusted before, and what of it is something else now. It clears nothing.

use serde_json::json;
use std::io::{Cursor, Read as _};
use std::path::Path;

use crate::case::query::known_good::{DriftRow, KnownGood, known_good};
use crate::case::{Access, Case};
use crate::cli::out::Tone;
use crate::cli::sightings_args::{KnownGoodAction, KnownGoodArgs, KnownGoodImportArgs};
use crate::cli::table::{Table, name, number, text, word};
use crate::cli::words::{counted, short, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::known_good::Known;
use crate::model::time::Micros;
use crate::read::Format;
use crate::read::known_good::entries;
use crate::work::import::{Content, Input, Options, Silent, import};

/// The largest list.
const LARGEST: u64 = 4 << 20;
/// What every case begins with: it is an SQLite database.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Runs one action; without one, lists.
pub fn run(args: KnownGoodArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.unwrap_or(KnownGoodAction::List) {
        KnownGoodAction::List => list(context),
        KnownGoodAction::Import(args) => take(&args, context),
    }
}

fn list(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let known = known_good(case.conn())?;
    if context.out.json {
        context.out.document(&known)?;
    } else {
        print(&known, context)?;
    }
    Ok(Exit::Done)
}

fn take(args: &KnownGoodImportArgs, context: &mut Context<'_, '_>) -> Outcome {
    let as_of = match &args.as_of {
        Some(text) => {
            Some(Micros::parse_stated(text, context.env.now()).ok_or_else(|| super::new::not_a_time("--as-of", text))?)
        }
        None => None,
    };
    let (bytes, modified) = bytes(&args.file, context)?;
    let mut case = locate::for_change(context)?;
    let found = entries(&String::from_utf8_lossy(&bytes));
    let file = args.file.display();
    if found.is_empty() {
        return Err(Failure::new(format!(
            "{file}: no image with a tag and a digest in it; write one a line, as registry.example/team/app:1.2@sha256:…"
        )));
    }
    if context.dry_run {
        let line = |known: &Known| format!("  {} {}", known.as_written, known.digest);
        let head = format!("would keep {} of {file} as known to be good:", counted(found.len() as u64, "digest"));
        let shown = found.iter().take(50).map(line);
        let rest = (found.len() > 50).then(|| format!("  … {} more", found.len() - 50));
        let plan: Vec<String> = std::iter::once(head).chain(shown).chain(rest).collect();
        context.out.plan(&plan)?;
        return Ok(Exit::Done);
    }
    case.refresh()?;
    let size = Some(bytes.len() as u64);
    let (origin, content) = (origin(&args.file, context), Content::Reader(Box::new(Cursor::new(bytes))));
    let input = Input { origin, content, modified, bytes: size, context: None, as_of };
    let options = Options { format: Some(Format::KnownGood), ..Options::default() };
    let report = import(&mut case, vec![input], &options, &Silent, &context.cancel)?;
    let Some(row) = report.evidence.first() else {
        return Err(Failure::new(format!("{file}: could not be kept")));
    };
    let known = known_good(case.conn())?;
    let gaps = row.rejected_total > 0;
    if context.out.json {
        let document = json!({
            "evidence": row.sha256, "entries": row.observations, "already": row.already, "notes": row.notes,
            "rejected": row.rejected, "known": known.known, "drift": known.drift, "not_seen": known.not_seen
        });
        context.out.document(&document)?;
    } else {
        let verb = if row.already { "was there" } else { "kept" };
        let text = format!("{verb}: {} as evidence {}", counted(row.observations, "digest"), short(&row.sha256));
        context.out.toned(Tone::Strong, &text)?;
        for note in &row.notes {
            context.out.labelled(Tone::Plain, "note", note)?;
        }
        for reject in &row.rejected {
            context.out.labelled(Tone::Warn, "rejected", &format!("{} {}", reject.locator, reject.reason))?;
        }
        print(&known, context)?;
    }
    Ok(if gaps { Exit::Gaps } else { Exit::Done })
}

/// The bytes of a list; of an earlier case, what it knows of names and digests, as a list.
fn bytes(file: &Path, context: &mut Context<'_, '_>) -> Result<(Vec<u8>, Option<Micros>), Failure> {
    let place = file.display().to_string();
    let failed = |e: std::io::Error| Failure::new(format!("{place}: {e}"));
    let mut bytes = Vec::new();
    let mut modified = None;
    if file.as_os_str() == "-" {
        let input = context.stdin.take().ok_or_else(|| Failure::new("standard input: nothing is connected to it"))?;
        input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let path = context.env.current_dir.join(file);
        let opened = std::fs::File::open(&path).map_err(failed)?;
        let since = opened.metadata().ok().and_then(|meta| meta.modified().ok());
        let since = since.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        modified = since.and_then(|since| i64::try_from(since.as_micros()).ok()).map(Micros);
        opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.starts_with(DATABASE) {
            return Ok((of_case(&path, context)?, modified));
        }
    }
    if bytes.len() as u64 > LARGEST {
        let text = format!("{place}: larger than {} MiB; cut out the part that names images", LARGEST >> 20);
        return Err(Failure::new(text));
    }
    Ok((bytes, modified))
}

/// What an earlier case saw tags lead to, a reference with its digest a line. The case is opened for reading only.
fn of_case(path: &Path, context: &Context<'_, '_>) -> Result<Vec<u8>, Failure> {
    let case = Case::open(path, Access::Read, context.env).map_err(|e| {
        Failure::new(format!("{}: {e}; open it with this hullbreach once, then import it again", path.display()))
    })?;
    let pairs = crate::case::query::known_good::led_to(case.conn())?;
    if pairs.is_empty() {
        return Err(Failure::new(format!("{}: no tag in this case leads to a digest", path.display())));
    }
    Ok(pairs.iter().map(|(name, digest)| format!("{name}@{digest}\n")).collect::<String>().into_bytes())
}

fn origin(file: &Path, context: &Context<'_, '_>) -> Origin {
    let host = context.env.host.clone();
    if file.as_os_str() == "-" {
        return Origin { kind: OriginKind::Stdin, host, root: String::new(), path: "-".to_owned() };
    }
    let path = context.env.current_dir.join(file);
    let root = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let path = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Origin { kind: OriginKind::File, host, root, path }
}

fn print(known: &KnownGood, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if known.known.is_empty() {
        return context.out.line("nothing is known to be good: hullbreach known-good import FILE");
    }
    let count = |state: &str| known.drift.iter().filter(|row| row.state == state).count() as u64;
    let text = format!(
        "{} known; seen under these names: {} drifted, {} uncomparable, {} the same; {} not seen",
        counted(known.known.len() as u64, "digest"),
        count("drift"),
        count("uncomparable"),
        count("same"),
        counted(known.not_seen.len() as u64, "name"),
    );
    let tone = if count("drift") > 0 { Tone::Bad } else { Tone::Strong };
    context.out.toned(tone, &text)?;
    let columns = [
        word("STATE"),
        name("IMAGE"),
        word("KNOWN"),
        word("SEEN"),
        word("KIND").dropped(2),
        word("FIRST SEEN"),
        word("LAST SEEN").dropped(1),
        number("USES"),
    ];
    let mut table = Table::new(&columns);
    for row in known.drift.iter().filter(|row| row.state != "same") {
        table.row(tone_of(row), cells(row));
    }
    if !table.is_empty() {
        table.print(context.out)?;
    }
    for told in known.drift.iter().filter_map(|row| row.would_tell.as_deref()).take(1) {
        context.out.labelled(Tone::Muted, "would tell", told)?;
    }
    lists(known, context)?;
    let text = "a list is somebody's word: it shows what differs and clears nothing by itself";
    context.out.labelled(Tone::Muted, "note", text)
}

/// Where it is known from.
fn lists(known: &KnownGood, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut told: Vec<(&str, &str, &str)> =
        known.known.iter().map(|row| (row.source.as_str(), row.dated.as_str(), row.dated_by.as_str())).collect();
    told.sort_unstable();
    told.dedup();
    let mut table = Table::new(&[text("LIST"), word("OF"), text("TIME BY")]);
    for (source, dated, by) in told {
        table.row(Tone::Muted, vec![source.to_owned(), when(dated), by.to_owned()]);
    }
    table.print(context.out)
}

fn tone_of(row: &DriftRow) -> Tone {
    if row.state == "drift" { Tone::Bad } else { Tone::Warn }
}

fn cells(row: &DriftRow) -> Vec<String> {
    let known: Vec<&str> = row.known.iter().map(|digest| short(digest)).collect();
    let time = |time: &Option<String>| time.as_deref().map_or_else(String::new, when);
    vec![
        row.state.to_uppercase(),
        row.name.clone(),
        known.join(" "),
        row.found.as_deref().map(short).unwrap_or_default().to_owned(),
        row.kind.unwrap_or_default().to_owned(),
        time(&row.first_seen),
        time(&row.last_seen),
        row.uses.to_string(),
    ]
}
