//! Jira's wiki markup: tables with `||`, and text in which nothing of evidence is a macro, a link or a mention.

use std::io::Write;

use super::Written;
use super::markdown::used_columns;
use super::model::Report;
use super::page::{Block, Cell, Table, page, verdict_words};
use super::safe::defang;

/// Rows of a table: a comment of Jira holds 32,767 characters.
const ROWS: usize = 60;

/// Writes it.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    let page = page(report, ROWS);
    writeln!(to, "*{}*\n\nh1. {}\n", escaped(&page.banner), text(&page.title))?;
    for (label, cell) in &page.facts {
        writeln!(to, "* {label}: {}", shown(cell))?;
    }
    writeln!(to)?;
    for section in &page.sections {
        writeln!(to, "h2. {}\n", escaped(section.topic.title()))?;
        section.blocks.iter().try_for_each(|part| block(part, to))?;
    }
    if !page.left_out.is_empty() {
        writeln!(to, "h2. Left out\n")?;
        page.left_out.iter().try_for_each(|line| writeln!(to, "* {}", text(line)))?;
        writeln!(to)?;
    }
    writeln!(to, "*{}*", escaped(&page.banner))?;
    Ok(())
}

fn block(block: &Block<'_>, to: &mut dyn Write) -> Written {
    match block {
        Block::Lines(lines) => lines.iter().try_for_each(|line| writeln!(to, "* {}", text(line)))?,
        Block::Facts(facts) => {
            facts.iter().try_for_each(|(label, cell)| writeln!(to, "|{}|{}|", escaped(label), shown(cell)))?;
        }
        Block::Table(rows) => table(rows, to)?,
        Block::Verdicts(tallies) => {
            writeln!(to, "||Verdict||Images||Running||")?;
            for tally in *tallies {
                let words = escaped(&verdict_words(tally.verdict));
                writeln!(to, "|{words}|{}|{}|", tally.images, tally.running)?;
            }
        }
        Block::Outline(lines, more) => {
            writeln!(to, "{{noformat}}")?;
            // Nothing but its own end closes it.
            lines.iter().try_for_each(|line| writeln!(to, "{}", defang(line).replace("{noformat", "{ noformat")))?;
            if *more > 0 {
                writeln!(to, "... {more} more")?;
            }
            writeln!(to, "{{noformat}}")?;
        }
        Block::Quote(head, quoted, _) => {
            writeln!(to, "*{}*", text(head))?;
            quoted.lines().try_for_each(|line| writeln!(to, "bq. {}", text(line)))?;
        }
        Block::Priorities(..) | Block::Chart(_) | Block::Drawing(_) => return Ok(()),
    }
    writeln!(to)?;
    Ok(())
}

fn table(table: &Table<'_>, to: &mut dyn Write) -> Written {
    let used = used_columns(table);
    let titles: Vec<&str> = used.iter().filter_map(|at| Some(table.columns.get(*at)?.title)).collect();
    writeln!(to, "||{}||", titles.join("||"))?;
    for row in &table.rows {
        let cells = used.iter().filter_map(|at| row.cells.get(*at)).map(|cell| match (row.struck, cell) {
            (true, cell) if *cell != Cell::Empty => format!("{{-}}{}{{-}}", shown(cell)),
            (_, cell) => shown(cell),
        });
        writeln!(to, "|{}|", cells.collect::<Vec<_>>().join("|"))?;
    }
    if table.more > 0 {
        writeln!(to, "{} more rows: the forms json and csv have all of them.", table.more)?;
    }
    Ok(())
}

fn shown(cell: &Cell<'_>) -> String {
    let words = escaped(&cell.shown()).replace('\n', " ");
    match cell {
        Cell::Name(_) | Cell::Code(_) | Cell::Proofs(_) | Cell::Hash(_) => format!("{{{{{words}}}}}"),
        // A cell without anything would be taken for the border of the next.
        _ if words.is_empty() => " ".to_owned(),
        _ => words,
    }
}

fn text(words: &str) -> String {
    escaped(&defang(words))
}

/// A backslash before every sign that the markup knows; before a hyphen only where a word begins or ends there.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let at_edge = !before.is_alphanumeric() || !rest.peek().is_some_and(|next| next.is_alphanumeric());
        let special = match c {
            '{' | '}' | '[' | ']' | '*' | '_' | '^' | '~' | '+' | '!' | '|' | '\\' | '#' | '?' | '@' => true,
            '-' => at_edge,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_evidence_is_a_macro() {
        let table = [
            ("{code}x{code}", "\\{code\\}x\\{code\\}"),
            ("[~ana] | !x.png!", "\\[\\~ana\\] \\| \\!x.png\\!"),
            ("edge-gateway -gone-", "edge-gateway \\-gone\\-"),
        ];
        for (words, wanted) in table {
            assert_eq!(escaped(words), wanted);
        }
        assert_eq!(shown(&Cell::Code("a|b".into())), "{{a\\|b}}");
    }
}
