//! `indicator import`: a notice is kept as evidence, and what it names is proposed. Nothing is applied by itself: on a
//! terminal each proposal is confirmed, elsewhere the commands that would add them are printed.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Cursor, Read};
use std::path::Path;

use super::add::add;
use super::told::{Flags, told};
use crate::case::Case;
use crate::cli::indicator_args::{NoticeArgs, StateArg};
use crate::cli::out::Tone;
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::model::acquisition::{Origin, OriginKind};
use crate::read::Format;
use crate::read::notice::{LARGEST, Notice, Proposal, read};
use crate::work::import::{Content, Input, Options, Silent, import};

/// Reads a notice and proposes what it names.
pub fn run(args: &NoticeArgs, context: &mut Context<'_, '_>) -> Outcome {
    let bytes = bytes(&args.file, context)?;
    let notice = read(&bytes);
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let source = redact_text(&shown_name(&args.file)).into_owned();
    let evidence = if context.dry_run { None } else { keep(&mut case, &args.file, bytes, context)? };
    if context.interactive {
        return ask(&mut case, &notice, &source, context);
    }
    if context.out.json {
        context.out.document(&document(&notice, &source, evidence.as_deref()))?;
        return Ok(Exit::Done);
    }
    print(&notice, &source, evidence.as_deref(), context)?;
    Ok(Exit::Done)
}

fn shown_name(file: &Path) -> String {
    if file.as_os_str() == "-" {
        "notice".to_owned()
    } else {
        file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

fn bytes(file: &Path, context: &mut Context<'_, '_>) -> Result<Vec<u8>, Failure> {
    let place = file.display().to_string();
    let mut reader: Box<dyn Read> = if file.as_os_str() == "-" {
        context.stdin.take().ok_or_else(|| Failure::new("standard input: nothing is connected to it"))?
    } else {
        let path = context.env.current_dir.join(file);
        Box::new(std::fs::File::open(&path).map_err(|e| Failure::new(format!("{place}: {e}")))?)
    };
    let mut bytes = Vec::new();
    let limit = LARGEST as u64 + 1;
    reader.by_ref().take(limit).read_to_end(&mut bytes).map_err(|e| Failure::new(format!("{place}: {e}")))?;
    if bytes.len() > LARGEST {
        let most = LARGEST >> 20;
        return Err(Failure::new(format!("{place}: larger than {most} MiB; cut out the part that names something")));
    }
    Ok(bytes)
}

/// Keeps the notice as evidence; its id. What it names is of somebody else's world, so it is stored as a notice, whatever
/// it looks like.
fn keep(case: &mut Case, file: &Path, bytes: Vec<u8>, context: &Context<'_, '_>) -> Result<Option<String>, Failure> {
    let host = context.env.host.clone();
    let origin = if file.as_os_str() == "-" {
        Origin { kind: OriginKind::Stdin, host, root: String::new(), path: "-".to_owned() }
    } else {
        let path = context.env.current_dir.join(file);
        let root = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        Origin { kind: OriginKind::File, host, root, path: shown_name(file) }
    };
    let size = bytes.len() as u64;
    let content = Content::Reader(Box::new(Cursor::new(bytes)));
    let input = Input { origin, content, modified: None, bytes: Some(size), context: None, as_of: None };
    let options = Options { format: Some(Format::Notice), ..Options::default() };
    let report = import(case, vec![input], &options, &Silent, &context.cancel)?;
    Ok(report.evidence.first().map(|row| row.sha256.clone()).filter(|id| !id.is_empty()))
}

/// The exact command that adds a proposal.
fn command(proposal: &Proposal, source: &str) -> String {
    let window = proposal.window.as_ref().map_or_else(String::new, |window| format!(" --window {}", quoted(window)));
    let (target, state) = (quoted(&proposal.target), proposal.state);
    format!("hullbreach indicator add {target} --state {state}{window} --source {}", quoted(source))
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:/@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn document(notice: &Notice, source: &str, evidence: Option<&str>) -> Value {
    let proposal = |proposal: &Proposal| {
        json!({
            "target": proposal.target, "state": proposal.state, "window": proposal.window, "line": proposal.line,
            "text": redact_text(&proposal.text), "command": command(proposal, source)
        })
    };
    json!({
        "evidence": evidence,
        "kind": notice.kind.as_str(),
        "proposals": notice.proposals.iter().map(proposal).collect::<Vec<_>>(),
        "windows": notice.windows,
        "hosts": notice.hosts,
        "beyond": notice.beyond,
    })
}

fn print(notice: &Notice, source: &str, evidence: Option<&str>, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    head(notice, evidence, context)?;
    for proposal in &notice.proposals {
        let stands = if notice.kind.as_str() == "stix" { "object" } else { "line" };
        let text = format!("# {stands} {}: {}", proposal.line, redact_text(&proposal.text));
        context.out.toned(Tone::Muted, &text)?;
        context.out.whole_line(Tone::Plain, &command(proposal, source))?;
    }
    tail(notice, context)
}

fn head(notice: &Notice, evidence: Option<&str>, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let proposals = counted(notice.proposals.len() as u64, "proposal");
    let kept = evidence.map_or_else(String::new, |id| format!("; kept as evidence {}", short(id)));
    let text = format!("# {} notice: {proposals}, none of them applied{kept}", notice.kind.as_str());
    context.out.toned(Tone::Strong, &text)
}

fn tail(notice: &Notice, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if notice.beyond > 0 {
        context.out.toned(Tone::Warn, &format!("# {} more are not shown: cut the notice into parts", notice.beyond))?;
    }
    if notice.windows.len() > 1 {
        let text = format!("# windows told: {}; say which is meant with --window", notice.windows.join(" "));
        context.out.toned(Tone::Warn, &text)?;
    }
    if !notice.hosts.is_empty() {
        let text = format!("# hosts named, for firewalls and logs: {}", notice.hosts.join(" "));
        context.out.toned(Tone::Muted, &text)?;
    }
    Ok(())
}

/// Asks for each proposal. Only a plain yes adds it.
fn ask(case: &mut Case, notice: &Notice, source: &str, context: &mut Context<'_, '_>) -> Outcome {
    let input = context.stdin.take().ok_or_else(|| Failure::new("standard input: nothing is connected to it"))?;
    let mut answers = BufReader::new(input).lines();
    head(notice, None, context)?;
    let (mut added, mut failed) = (0, 0);
    for proposal in &notice.proposals {
        context.out.line("")?;
        context.out.line(&format!("line {}: {}", proposal.line, redact_text(&proposal.text)))?;
        let window = proposal.window.as_ref().map_or_else(String::new, |window| format!(" for {window}"));
        context
            .out
            .note(&format!("add {} as {}{window}? y yes, n no, q leave the rest", proposal.target, proposal.state));
        let answer = answers.next().and_then(Result::ok).unwrap_or_else(|| "q".to_owned());
        match answer.trim() {
            "y" | "yes" => match confirmed(case, proposal, source, context) {
                Ok(()) => added += 1,
                Err(failure) => {
                    failed += 1;
                    context.out.fail(&failure.text);
                }
            },
            "q" => break,
            _ => {}
        }
    }
    tail(notice, context)?;
    context.out.line(&format!("{added} of {} added", counted(notice.proposals.len() as u64, "proposal")))?;
    Ok(if failed > 0 { Exit::Gaps } else { Exit::Done })
}

fn confirmed(case: &mut Case, proposal: &Proposal, source: &str, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let state = if proposal.state == "bad" { StateArg::Bad } else { StateArg::Suspect };
    let flags =
        Flags { state: Some(state), window: proposal.window.as_deref(), by: None, source: Some(source), reason: None };
    let told = told(&flags, case)?;
    add(case, &proposal.target, told, context)
}
