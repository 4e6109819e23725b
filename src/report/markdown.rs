//! GitHub Markdown: tables, and text in which nothing of evidence is markup, a mention or a link.

use std::borrow::Cow;
use std::io::Write;

use super::Written;
use super::model::{Report, Tally};
use super::page::{Block, Cell, Page, Row, Table, page, verdict_words};
use super::safe::defang;

/// Rows of a table: more than that nobody reads in Markdown.
const ROWS: usize = 500;

/// Writes it.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    let page = page(report, ROWS);
    head(&page, to)?;
    for section in &page.sections {
        writeln!(to, "## {}\n", escaped(section.topic.title()))?;
        for part in &section.blocks {
            block(part, to)?;
        }
    }
    if !page.left_out.is_empty() {
        writeln!(to, "## Left out\n")?;
        page.left_out.iter().try_for_each(|line| writeln!(to, "- {}", text(line)))?;
        writeln!(to)?;
    }
    writeln!(to, "**{}**", page.banner)?;
    Ok(())
}

fn head(page: &Page<'_>, to: &mut dyn Write) -> Written {
    writeln!(to, "**{}**\n\n# {}\n", page.banner, text(&page.title))?;
    let facts: Vec<String> = page.facts.iter().map(|(label, cell)| format!("{label} {}", shown(cell))).collect();
    writeln!(to, "{}\n", facts.join(" · "))?;
    Ok(())
}

fn block(block: &Block<'_>, to: &mut dyn Write) -> Written {
    match block {
        Block::Lines(lines) => {
            lines.iter().try_for_each(|line| writeln!(to, "- {}", text(line)))?;
            writeln!(to)?;
        }
        Block::Facts(facts) => {
            writeln!(to, "| | |\n|---|---:|")?;
            facts.iter().try_for_each(|(label, cell)| writeln!(to, "| {label} | {} |", shown(cell)))?;
            writeln!(to)?;
        }
        Block::Table(rows) => table(rows, to)?,
        Block::Verdicts(tallies) => verdicts(tallies, to)?,
        Block::Outline(lines, more) => {
            // A fence that no line can close: names have no line feeds.
            writeln!(to, "````text")?;
            lines.iter().try_for_each(|line| writeln!(to, "{}", defang(line).replace('`', "'")))?;
            if *more > 0 {
                writeln!(to, "... {more} more")?;
            }
            writeln!(to, "````\n")?;
        }
        Block::Quote(head, quoted, _) => {
            writeln!(to, "**{}**\n", text(head))?;
            quoted.lines().try_for_each(|line| writeln!(to, "> {}  ", at_start(&text(line))))?;
            writeln!(to)?;
        }
        Block::Priorities(..) | Block::Chart(_) | Block::Drawing(_) => {}
    }
    Ok(())
}

fn verdicts(tallies: &[Tally], to: &mut dyn Write) -> Written {
    writeln!(to, "| Verdict | Images | Running |\n|---|---:|---:|")?;
    for tally in tallies {
        let words = escaped(&verdict_words(tally.verdict)).into_owned();
        writeln!(to, "| {words} | {} | {} |", tally.images, tally.running)?;
    }
    writeln!(to)?;
    Ok(())
}

fn table(table: &Table<'_>, to: &mut dyn Write) -> Written {
    let used = used_columns(table);
    let titles: Vec<&str> = used.iter().filter_map(|at| Some(table.columns.get(*at)?.title)).collect();
    writeln!(to, "| {} |", titles.join(" | "))?;
    for at in &used {
        write!(to, "|{}", if table.columns.get(*at).is_some_and(|column| column.number) { "---:" } else { "---" })?;
    }
    writeln!(to, "|")?;
    for row in &table.rows {
        let cells: Vec<String> =
            used.iter().filter_map(|at| row.cells.get(*at)).map(|cell| struck(row, cell)).collect();
        writeln!(to, "| {} |", cells.join(" | "))?;
    }
    if table.more > 0 {
        writeln!(to, "\n{} more rows: the forms json and csv have all of them.", table.more)?;
    }
    writeln!(to)?;
    Ok(())
}

/// The columns in which any row says something.
pub(super) fn used_columns(table: &Table<'_>) -> Vec<usize> {
    let says = |at: &usize| table.rows.iter().any(|row| row.cells.get(*at).is_some_and(|cell| *cell != Cell::Empty));
    (0..table.columns.len()).filter(says).collect()
}

fn struck(row: &Row<'_>, cell: &Cell<'_>) -> String {
    match (row.struck, cell) {
        (false, _) | (_, Cell::Empty) => shown(cell),
        (true, cell) => format!("~~{}~~", shown(cell)),
    }
}

fn shown(cell: &Cell<'_>) -> String {
    let words = cell.shown();
    match cell {
        Cell::Name(_) | Cell::Code(_) | Cell::Proofs(_) | Cell::Hash(_) if !words.contains(['`', '<']) => {
            format!("`{}`", words.replace('|', "\\|").replace('\n', " "))
        }
        Cell::Text(_) | Cell::Name(_) | Cell::Code(_) | Cell::Proofs(_) => escaped(&words).replace('\n', "<br>"),
        _ => escaped(&words).into_owned(),
    }
}

/// Words of people and evidence, defanged and escaped.
fn text(words: &str) -> String {
    escaped(&defang(words)).into_owned()
}

/// Takes its meaning from everything that Markdown or GitHub gives one: emphasis, links, HTML, tables, mentions of people
/// and issues, mathematics.
fn escaped(words: &str) -> Cow<'_, str> {
    const SIGNS: [char; 17] = ['\\', '`', '*', '_', '[', ']', '(', ')', '~', '$', '|', '<', '>', '&', '@', '#', '!'];
    if !words.contains(SIGNS) {
        return Cow::Borrowed(words);
    }
    let mut out = String::with_capacity(words.len() + 16);
    for c in words.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '(' | ')' => out.push(c),
            c if SIGNS.contains(&c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Takes its meaning from what begins a list, a heading or a rule at the start of a line.
fn at_start(line: &str) -> String {
    let trimmed = line.trim_start();
    match trimmed.chars().next() {
        Some('-' | '+' | '=') => format!("\\{trimmed}"),
        Some(c) if c.is_ascii_digit() => trimmed.replacen('.', "\\.", 1).replacen(')', "\\)", 1),
        _ => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_evidence_is_markup() {
        let table = [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a | b", "a \\| b"),
            ("[x](javascript:alert)", "\\[x\\](javascript:alert)"),
            ("@team #12 $x$ **b** _i_", "&#64;team &#35;12 \\$x\\$ \\*\\*b\\*\\* \\_i\\_"),
            ("![x](y)", "\\!\\[x\\](y)"),
        ];
        for (words, wanted) in table {
            assert_eq!(text(words), wanted);
        }
        assert_eq!(at_start("- item"), "\\- item");
        assert_eq!(at_start("1. item"), "1\\. item");
        assert_eq!(shown(&Cell::Code("a|b".into())), "`a\\|b`");
        assert_eq!(shown(&Cell::Code("a`b|".into())), "a\\`b\\|");
    }
}
