//! Slack's mrkdwn, which is no Markdown: no tables, no headings, and messages of at most 3,000 characters. What a section
//! says is said in lines, and the whole is cut into numbered messages.

use std::fmt::Write as _;
use std::io::Write;

use super::Written;
use super::markdown::used_columns;
use super::model::Report;
use super::page::{Block, Cell, Row, Table, page, verdict_words};
use super::safe::defang;

/// Characters of a message at most, with its number and its label; Slack takes 3,000.
pub const MOST: usize = 2_900;
/// Rows of a table.
const ROWS: usize = 12;
/// Room for label and number, which stand in each message.
const HEAD: usize = 60;
/// Characters of one line at most.
const LONGEST: usize = 600;

/// Writes the messages, a line of dashes between them.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    let messages = messages(report);
    for (at, message) in messages.iter().enumerate() {
        if at > 0 {
            writeln!(to, "--------")?;
        }
        writeln!(to, "{message}")?;
    }
    Ok(())
}

/// The messages, each with the label and its number.
pub fn messages(report: &Report) -> Vec<String> {
    let page = page(report, ROWS);
    let mut lines = vec![format!("*{}*", text(&page.title))];
    let facts: Vec<String> = page.facts.iter().map(|(label, cell)| format!("{label} {}", shown(cell))).collect();
    lines.push(facts.join(" · "));
    for section in &page.sections {
        lines.push(String::new());
        lines.push(format!("*{}*", section.topic.title()));
        section.blocks.iter().for_each(|part| block(part, &mut lines));
    }
    if !page.left_out.is_empty() {
        lines.push(String::new());
        lines.push("*Left out*".to_owned());
        lines.extend(page.left_out.iter().map(|line| format!("• {}", text(line))));
    }
    let chunks = chunks(&lines);
    let of = chunks.len();
    let numbered = chunks.into_iter().enumerate();
    numbered.map(|(at, chunk)| format!("*{}*  ({}/{of})\n{chunk}", page.banner, at + 1)).collect()
}

/// Lines put together as long as they fit.
fn chunks(lines: &[String]) -> Vec<String> {
    let mut chunks = Vec::new();
    let mut chunk = String::new();
    let mut used = 0;
    for line in lines {
        let line = cut(line);
        let long = line.chars().count() + 1;
        if used + long > MOST - HEAD && !chunk.trim().is_empty() {
            chunks.push(std::mem::take(&mut chunk).trim().to_owned());
            used = 0;
        }
        chunk.push_str(&line);
        chunk.push('\n');
        used += long;
    }
    if !chunk.trim().is_empty() {
        chunks.push(chunk.trim().to_owned());
    }
    chunks
}

fn cut(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    // An escape that is cut in half would show as what it stands for.
    let kept: String = line.chars().take(LONGEST - 1).collect();
    let whole = match kept.rfind('&') {
        Some(at) if !kept.get(at..).is_some_and(|end| end.contains(';')) => kept.get(..at).unwrap_or_default(),
        _ => &kept,
    };
    let open = whole.matches('`').count() % 2 == 1;
    format!("{whole}…{}", if open { "`" } else { "" })
}

fn block(block: &Block<'_>, lines: &mut Vec<String>) {
    match block {
        Block::Lines(said) => lines.extend(said.iter().map(|line| format!("• {}", text(line)))),
        Block::Facts(facts) => {
            lines.extend(facts.iter().map(|(label, cell)| format!("• {}: {}", text(label), shown(cell))));
        }
        Block::Table(rows) => table(rows, lines),
        Block::Verdicts(tallies) => lines.extend(tallies.iter().map(|tally| {
            format!("• {}: {} images, {} running", text(&verdict_words(tally.verdict)), tally.images, tally.running)
        })),
        Block::Quote(head, quoted, _) => {
            lines.push(format!("_{}_", text(head)));
            lines.extend(quoted.lines().map(|line| format!("> {}", text(line))));
        }
        Block::Outline(..) | Block::Priorities(..) | Block::Chart(_) | Block::Drawing(_) => {}
    }
}

fn table(table: &Table<'_>, lines: &mut Vec<String>) {
    let used = used_columns(table);
    lines.extend(table.rows.iter().map(|row| line(row, &used)));
    if table.more > 0 {
        lines.push(format!("… {} more", table.more));
    }
}

fn line(row: &Row<'_>, used: &[usize]) -> String {
    let cells = used.iter().filter_map(|at| row.cells.get(*at)).filter(|cell| **cell != Cell::Empty);
    let mut out = String::from("• ");
    for (at, cell) in cells.enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{}", if at > 0 { "  " } else { "" }, shown(cell));
    }
    if row.struck { format!("{out}  (taken back)") } else { out }
}

fn shown(cell: &Cell<'_>) -> String {
    let words = escaped(&cell.shown()).replace('\n', " ");
    match cell {
        Cell::Name(_) | Cell::Code(_) | Cell::Proofs(_) | Cell::Hash(_) => format!("`{words}`"),
        _ => words,
    }
}

fn text(words: &str) -> String {
    escaped(&defang(words))
}

/// Slack knows three escapes. Signs of its markup have none: they become others that look alike, and nobody is called.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let at_edge = !before.is_alphanumeric() || !rest.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' => out.push('∗'),
            '~' => out.push('∼'),
            '`' => out.push('\''),
            '_' if at_edge => out.push('‗'),
            '@' if at_edge => out.push_str("(at)"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_of_evidence_is_markup_or_a_call() {
        assert_eq!(escaped("<!channel> & *b* `c` _i_ a_b"), "&lt;!channel&gt; &amp; ∗b∗ 'c' ‗i‗ a_b");
        assert_eq!(escaped("@here"), "(at)here");
        assert_eq!(cut(&format!("{}&amp;", "a".repeat(LONGEST - 3))).chars().last(), Some('…'));
    }

    proptest! {
        #[test]
        fn no_message_is_too_long_and_no_line_is_lost(lines in proptest::collection::vec("[a-z&]{0,700}", 0..60)) {
            let chunks = chunks(&lines);
            for chunk in &chunks {
                prop_assert!(chunk.chars().count() + HEAD <= MOST);
            }
            let all: Vec<String> = lines.iter().map(|line| cut(line)).filter(|line| !line.is_empty()).collect();
            let said: Vec<&str> = chunks.iter().flat_map(|chunk| chunk.lines()).filter(|line| !line.is_empty()).collect();
            prop_assert_eq!(said, all);
        }
    }
}
