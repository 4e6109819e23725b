//! Lines of text: tables that `kubectl` prints, lists of references, refusals.

mod list;
mod refusal;
mod table;

pub(super) use list::{line_is_list, read_list};
pub(super) use refusal::{is_denial, is_refusal, read_refusal};
pub(super) use table::{TableKind, is_header, read_people_table, read_table, row_is_table, table_kind};

use super::Segment;

/// The lines of a run with their number in the file, the offset of their first byte, and without their end.
pub(super) fn lines<'a>(source: &'a str, segment: &Segment) -> impl Iterator<Item = (u64, u64, &'a str)> {
    let first: u64 = segment.pointer.strip_prefix("line:").and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut offset = 0u64;
    source.split_inclusive('\n').zip(first..).map(move |(line, number)| {
        let start = offset;
        offset += line.len() as u64;
        (number, start, line.trim_end_matches(['\n', '\r']))
    })
}

/// Where a part of a line begins in it, in bytes.
pub(super) fn place(line: &str, part: &str) -> u64 {
    (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize) as u64
}

/// Whether a line is a prompt, a return code or a log line of `kubectl` beside its output.
pub(super) fn is_beside(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty()
        || ["$ ", "# ", "+ ", "> ", "rc=", "Warning: ", "command terminated with exit code"].iter().any(|p| line.starts_with(p))
        // klog: a letter, month and day, a clock, a thread, file:line].
        || (line.starts_with(['E', 'W', 'I'])
            && line.get(1..5).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()))
            && line.contains(".go:"))
}
