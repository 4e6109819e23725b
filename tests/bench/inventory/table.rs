//! Figures as people read them: an aligned table, and the same rows as Markdown for the README.

use std::time::Duration;

use crate::measure::Runs;

/// One line of the result.
pub struct Row {
    what: String,
    median: String,
    range: String,
    memory: String,
    target: String,
}

impl Row {
    /// Times and memory of one command.
    pub fn of(what: impl Into<String>, runs: &Runs) -> Self {
        let (shortest, longest) = runs.range();
        Row {
            what: what.into(),
            median: time(runs.median()),
            range: format!("{} to {}", time(shortest), time(longest)),
            memory: runs.peak_mib().map_or_else(|| "not known".to_owned(), |mib| format!("{mib:.1} MiB")),
            target: String::new(),
        }
    }

    /// A figure made of others.
    pub fn figure(what: impl Into<String>, figure: impl Into<String>) -> Self {
        let nothing = String::new;
        Row { what: what.into(), median: figure.into(), range: nothing(), memory: nothing(), target: nothing() }
    }

    /// With what was aimed at, and whether it was met. A word, never a failure: machines differ.
    pub fn target(mut self, words: &str, met: bool) -> Self {
        if !self.target.is_empty() {
            self.target.push_str("; ");
        }
        self.target.push_str(&format!("{words}: {}", if met { "met" } else { "MISSED" }));
        self
    }

    fn cells(&self) -> [&str; 5] {
        [&self.what, &self.median, &self.range, &self.memory, &self.target]
    }
}

/// A time with three figures.
pub fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms if ms < 100.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1e3),
    }
}

const HEADS: [&str; 5] = ["what", "median", "range", "peak memory", "target"];

/// The rows with aligned columns.
pub fn aligned(rows: &[Row]) -> String {
    let mut widths = HEADS.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row.cells()) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; 5]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    rows.iter().fold(line(HEADS), |text, row| text + &line(row.cells()))
}

/// The rows in Markdown.
pub fn markdown(rows: &[Row]) -> String {
    let line = |cells: [&str; 5]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let head = line(HEADS) + "|---|---|---|---|---|\n";
    rows.iter().fold(head, |text, row| text + &line(row.cells()))
}
