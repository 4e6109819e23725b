//! Tables: read well as they are, sorted and filtered where there is a script, one value a line on a narrow screen.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::{breakable, escaped};
use super::link::anchor;
use crate::model::verdict::Verdict;
use crate::report::Written;
use crate::report::markdown::used_columns;
use crate::report::page::{Anchor, Cell, Row, Table};

/// Rows from which on a table gets a line to filter it, and a window of its own to scroll in.
const MANY: usize = 8;

/// Writes a table.
pub(super) fn write(table: &Table<'_>, to: &mut dyn Write) -> Written {
    let used = used_columns(table);
    let count = table.rows.len();
    if count > MANY {
        writeln!(
            to,
            "<div class=\"tools\"><input type=\"search\" data-for=\"t-{id}\" placeholder=\"Filter {count} rows\" \
             aria-label=\"Filter this table\"><output></output></div>",
            id = table.id
        )?;
    }
    let scroll = if count > 3 * MANY { " long" } else { "" };
    write!(to, "<div class=\"scroll{scroll}\"><table id=\"t-{}\"><thead><tr>", table.id)?;
    for column in used.iter().filter_map(|at| table.columns.get(*at)) {
        let class = if column.number { " class=\"n\"" } else { "" };
        write!(to, "<th scope=\"col\"{class}>{}</th>", column.title)?;
    }
    writeln!(to, "</tr></thead><tbody>")?;
    let mut anchors = HashSet::new();
    for row in &table.rows {
        write_row(table, row, &used, &mut anchors, to)?;
    }
    writeln!(to, "</tbody></table></div>")?;
    if table.more > 0 {
        writeln!(to, "<p class=\"more\">{} more rows: the forms json and csv have all of them.</p>", table.more)?;
    }
    Ok(())
}

fn write_row<'r>(
    table: &Table<'_>,
    row: &Row<'r>,
    used: &[usize],
    anchors: &mut HashSet<Anchor<'r>>,
    to: &mut dyn Write,
) -> io::Result<()> {
    write!(to, "<tr")?;
    // An id stands in a page once; one piece of evidence can be got twice.
    if let Some(own) = row.anchor.filter(|anchor| anchors.insert(*anchor)) {
        write!(to, " id=\"{}\"", escaped(&anchor(own)))?;
    }
    if row.struck {
        write!(to, " class=\"struck\"")?;
    }
    write!(to, ">")?;
    for at in used {
        let number = table.columns.get(*at).is_some_and(|column| column.number);
        write_cell(row.cells.get(*at).unwrap_or(&Cell::Empty), number, to)?;
    }
    writeln!(to, "</tr>")
}

fn write_cell(cell: &Cell<'_>, number: bool, to: &mut dyn Write) -> io::Result<()> {
    let class = if number { " class=\"n\"" } else { "" };
    match cell {
        Cell::Empty => write!(to, "<td{class}></td>"),
        Cell::Verdict(verdict) => write!(
            to,
            "<td data-v=\"{}\"><span class=\"v {}\">{}</span></td>",
            verdict.number() + 10,
            verdict_class(*verdict),
            escaped(&cell.shown())
        ),
        Cell::Hash(hash) => {
            write!(to, "<td><code title=\"{}\">{}</code></td>", escaped(hash), escaped(&cell.shown()))
        }
        Cell::Name(_) | Cell::Code(_) | Cell::Proofs(_) => {
            write!(to, "<td><code>")?;
            breakable(&cell.shown(), to)?;
            write!(to, "</code></td>")
        }
        Cell::Time(_) => write!(to, "<td class=\"t\">{}</td>", escaped(&cell.shown())),
        Cell::Text(_) | Cell::Count(_) => {
            write!(to, "<td{class}>")?;
            breakable(&cell.shown(), to)?;
            write!(to, "</td>")
        }
    }
}

/// The class of a verdict.
pub(super) fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Bad => "bad",
        Verdict::Suspect => "suspect",
        Verdict::ToCheck => "check",
        Verdict::NotKnown => "unknown",
        Verdict::NoLink | Verdict::Predates | Verdict::SignedOk | Verdict::RebuiltEqual => "cleared",
    }
}

/// The headings of a table beside its values.
pub(super) fn labels(table: &Table<'_>, style: &mut String) {
    let used = used_columns(table);
    for (place, column) in used.iter().filter_map(|at| table.columns.get(*at)).enumerate() {
        // Writing to a String cannot fail; headings are ours and hold no quotes.
        let _ = write!(style, "#t-{} td:nth-child({})::before{{content:\"{}\"}}", table.id, place + 1, column.title);
    }
}
