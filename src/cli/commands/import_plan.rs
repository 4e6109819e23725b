//! `import --dry-run`: what would be read, as what, and what the case holds already. Nothing is stored.

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::case::Case;
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::collect::walk;
use crate::model::acquisition::OriginKind;
use crate::read::{Detection, Format, detect};
use crate::work::import::{Content, Input, Options, UnreadRow};

/// So much of a file tells its format.
const HEAD: u64 = 256 << 10;

/// Prints the plan.
pub fn print(
    case: &Case,
    inputs: &[Input],
    skipped: &[UnreadRow],
    options: &Options,
    context: &mut Context<'_, '_>,
) -> Outcome {
    let known = known(case)?;
    let mut plan =
        vec![format!("would import {} into {}:", counted(inputs.len() as u64, "file"), case.path().display())];
    for input in inputs {
        let place = super::import::place(&input.origin);
        // The same place and size; the import itself compares every byte.
        let same = known.get(&place).is_some_and(|sizes| input.bytes.is_some_and(|bytes| sizes.contains(&bytes)));
        let size = input.bytes.map_or_else(String::new, |bytes| format!(", {}", counted(bytes, "byte")));
        let seen = if same { ", in the case already unless it changed" } else { "" };
        plan.push(format!("  {place}: {}{size}{seen}", format_of(input, options.format)));
    }
    plan.extend(skipped.iter().map(|row| format!("would not read {}: {}", row.path, row.reason)));
    context.out.plan(&plan)?;
    Ok(Exit::Done)
}

/// Sizes by place of what the case holds.
fn known(case: &Case) -> Result<BTreeMap<String, Vec<u64>>, Failure> {
    let (state, _) = case.state()?;
    let mut known: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for source in state.sources.values() {
        known.entry(source.acquisition.place()).or_default().push(source.acquisition.original_bytes);
    }
    Ok(known)
}

/// The format, in words. Standard input is not touched: what is read from it now would be missing later.
fn format_of(input: &Input, stated: Option<Format>) -> String {
    if let Some(format) = stated {
        return format!("{}, as stated", format.as_str());
    }
    let Content::File(source) = &input.content else { return "format known when it is read".to_owned() };
    if input.origin.kind == OriginKind::Stdin {
        return "format known when it is read".to_owned();
    }
    let mut head = Vec::new();
    let opened = walk::open(source).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    if let Err(error) = opened {
        return format!("cannot be read: {error}");
    }
    if head.starts_with(&[0x1f, 0x8b]) || head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return "compressed, format known when it is read".to_owned();
    }
    match detect(&head, source.bytes <= HEAD, &source.path) {
        Detection::Known(format) => format.as_str().to_owned(),
        Detection::Unknown { reason, .. } => format!("not understood: {reason}"),
    }
}
