//! One HTML file that needs nothing from outside: style, script and drawings are in it, and a policy in its head forbids
//! everything else. Without the script it reads the same; the script sorts, filters and searches.
//!
//! Written as it goes: its size is that of the tables, its memory is not.

mod charts;
mod escape;
mod lineage;
mod link;
mod table;

use std::fmt::Write as _;
use std::io::Write;

use sha2::{Digest as _, Sha256};

use super::Written;
use super::model::{Impact, Report};
use super::page::{Block, Cell, Page, Section, page};
use super::safe::defang;
use crate::model::base64::encode;
use crate::model::verdict::Verdict;
use escape::escaped;
use link::Anchors;

const STYLE: &str = include_str!("../../../assets/templates/report.css");
const SCRIPT: &str = include_str!("../../../assets/templates/report.js");
/// Rows of a table: what a browser still sorts at once.
const ROWS: usize = 50_000;

/// Writes it.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    let page = page(report, ROWS);
    let style = style(&page);
    head(&page, &style, to)?;
    writeln!(to, "<body><div class=\"tlp\">{}</div>", page.banner)?;
    title(&page, to)?;
    writeln!(to, "<main>")?;
    if let Some(impact) = &report.impact {
        cards(impact, to)?;
    }
    let anchors = Anchors::of(&page);
    for section in &page.sections {
        write_section(section, report, &anchors, to)?;
    }
    if !page.left_out.is_empty() {
        writeln!(to, "<section id=\"left-out\"><h2>Left out</h2><ul>")?;
        page.left_out.iter().try_for_each(|line| writeln!(to, "<li>{}</li>", text(line)))?;
        writeln!(to, "</ul></section>")?;
    }
    writeln!(to, "</main>")?;
    foot(report, &page, to)?;
    writeln!(to, "<script>{SCRIPT}</script></body></html>")?;
    Ok(())
}

/// The style, with the headings that tables show on a narrow screen beside each value.
fn style(page: &Page<'_>) -> String {
    let mut style = STYLE.to_owned();
    style.push_str("@media screen and (max-width:700px){");
    for part in page.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Table(rows) = part {
            table::labels(rows, &mut style);
        }
    }
    style.push('}');
    style
}

fn source_hash(text: &str) -> String {
    encode(&Sha256::digest(text.as_bytes()))
}

fn head(page: &Page<'_>, style: &str, to: &mut dyn Write) -> Written {
    // Nothing is fetched, sent or framed, and no script runs but the one whose hash stands here.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        source_hash(style),
        source_hash(SCRIPT)
    );
    writeln!(
        to,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"data:,\">\n\
         <title>{} · {}</title>\n<style>{style}</style></head>",
        page.banner,
        text(&page.title)
    )?;
    Ok(())
}

fn title(page: &Page<'_>, to: &mut dyn Write) -> Written {
    writeln!(to, "<header><h1>{}</h1><dl class=\"facts\">", text(&page.title))?;
    for (label, cell) in &page.facts {
        writeln!(to, "<div><dt>{label}</dt><dd>{}</dd></div>", value(cell))?;
    }
    writeln!(to, "</dl></header><nav aria-label=\"Sections\"><ul>")?;
    for section in &page.sections {
        let (id, name) = (section.topic.as_str(), section.topic.title());
        writeln!(to, "<li><a href=\"#{id}\">{name}</a></li>")?;
    }
    writeln!(to, "</ul></nav>")?;
    Ok(())
}

/// The numbers that are read from across the room.
fn cards(impact: &Impact, to: &mut dyn Write) -> Written {
    if impact.verdicts.is_empty() {
        return Ok(());
    }
    let of = |verdict: Verdict| {
        let found = impact.verdicts.iter().find(|tally| tally.verdict == verdict);
        found.map_or((0, 0), |tally| (tally.images, tally.running))
    };
    writeln!(to, "<div class=\"cards\">")?;
    for verdict in [Verdict::Bad, Verdict::Suspect, Verdict::ToCheck, Verdict::NotKnown] {
        let (images, running) = of(verdict);
        let class = table::verdict_class(verdict);
        writeln!(
            to,
            "<div class=\"card {class}\"><b>{images}</b><span>{}</span><small>{running} running</small></div>",
            verdict.shown()
        )?;
    }
    let hit = &impact.touched;
    writeln!(
        to,
        "<div class=\"card\"><b>{}</b><span>workloads</span><small>in {} namespaces</small></div></div>",
        hit.workloads, hit.namespaces
    )?;
    Ok(())
}

fn write_section(section: &Section<'_>, report: &Report, anchors: &Anchors<'_>, to: &mut dyn Write) -> Written {
    let id = section.topic.as_str();
    writeln!(to, "<section id=\"{id}\"><h2>{}</h2>", section.topic.title())?;
    for part in &section.blocks {
        block(part, report, anchors, to)?;
    }
    writeln!(to, "</section>")?;
    Ok(())
}

fn block(block: &Block<'_>, report: &Report, anchors: &Anchors<'_>, to: &mut dyn Write) -> Written {
    match block {
        Block::Lines(lines) => {
            writeln!(to, "<ul class=\"lines\">")?;
            lines.iter().try_for_each(|line| writeln!(to, "<li>{}</li>", text(line)))?;
            writeln!(to, "</ul>")?;
        }
        Block::Facts(facts) => {
            writeln!(to, "<dl class=\"numbers\">")?;
            for (label, cell) in facts {
                writeln!(to, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(label), value(cell))?;
            }
            writeln!(to, "</dl>")?;
        }
        Block::Table(rows) => table::write(rows, to)?,
        Block::Verdicts(tallies) => charts::verdicts(tallies, to)?,
        Block::Priorities(images, overdue) => charts::priorities(*images, *overdue, to)?,
        Block::Chart(entries) => charts::timeline(entries, &report.indicators, to)?,
        Block::Drawing(drawing) => lineage::write(drawing, to)?,
        Block::Outline(lines, more) => {
            writeln!(to, "<details><summary>The same as text</summary><pre>")?;
            lines.iter().try_for_each(|line| writeln!(to, "{}", text(line)))?;
            if *more > 0 {
                writeln!(to, "… {more} more")?;
            }
            writeln!(to, "</pre></details>")?;
        }
        Block::Quote(head, quoted, mentions) => {
            writeln!(to, "<blockquote><p class=\"by\">{}</p>", text(head))?;
            quoted.lines().try_for_each(|line| writeln!(to, "<p>{}</p>", anchors.linked(line, mentions)))?;
            writeln!(to, "</blockquote>")?;
        }
    }
    Ok(())
}

fn foot(report: &Report, page: &Page<'_>, to: &mut dyn Write) -> Written {
    let header = &report.header;
    writeln!(
        to,
        "<footer><p>Case <code>{}</code>, state <code>{}</code>, {} events, as of {}, made with {}. The same events give \
         the same bytes.</p></footer><div class=\"tlp foot\">{}</div>",
        header.case,
        header.state,
        header.events,
        super::page::when(header.generated),
        escaped(&header.tool),
        page.banner
    )?;
    Ok(())
}

/// Words, defanged and escaped.
fn text(words: &str) -> String {
    escaped(&defang(words)).into_owned()
}

/// A value outside of a table.
fn value(cell: &Cell<'_>) -> String {
    let shown = cell.shown();
    let mut out = String::new();
    // Writing to a String cannot fail.
    match cell {
        Cell::Hash(hash) => drop(write!(out, "<code title=\"{}\">{}</code>", escaped(hash), escaped(&shown))),
        _ => out.push_str(&escaped(&shown)),
    }
    out
}
