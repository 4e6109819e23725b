//! What the tests of the pieces are made of.

use ratatui::buffer::Buffer;

use crate::case::query::triage::matrix::{Cell, Matrix, Totals, VerdictCell};
use crate::model::assessment::{Criticality, Exploitability, Exposure, Standing};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;

/// A small fleet with the worst cell in the first place.
pub fn matrix() -> Matrix {
    let cell = |criticality, exploitability, exposure, priority, images, assumed| Cell {
        criticality,
        exploitability,
        exposure,
        priority,
        vulnerability: priority,
        images,
        assumed,
    };
    use Criticality::{Critical, High, Medium};
    let verdict = |verdict, standing, priority, images| VerdictCell {
        verdict,
        standing,
        compromise: Some(priority),
        priority,
        images,
    };
    Matrix {
        policy: "default-1".to_owned(),
        conflict: String::new(),
        cells: vec![
            cell(Critical, Exploitability::Easy, Exposure::Internet, Priority::P0, 3, 0),
            cell(High, Exploitability::Hard, Exposure::Internal, Priority::P1, 12, 0),
            cell(Medium, Exploitability::Unknown, Exposure::DevOnly, Priority::P2, 31, 31),
        ],
        compromise: vec![
            verdict(Verdict::Bad, Standing::Running, Priority::P0, 3),
            verdict(Verdict::Suspect, Standing::Kept, Priority::P1, 9),
            verdict(Verdict::NoLink, Standing::Files, Priority::P3, 20),
        ],
        totals: Totals { P0: 3, P1: 12, P2: 31, P3: 0 },
        images: 46,
        unscanned: 31,
        assumed: 31,
        overridden: 0,
        ask_again: 0,
        overdue: 0,
        next_due: None,
    }
}

/// What a buffer shows, line by line.
pub fn text_of(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            text.push_str(buffer.cell((x, y)).map_or(" ", |cell| cell.symbol()));
        }
        text.push('\n');
    }
    text
}
