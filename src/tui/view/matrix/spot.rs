//! A cell of the matrix, in either lens: how it is called, which images are in it, and where one gets to from it.

use crate::case::query::filter::quoted;
use crate::case::query::triage::matrix::{Cell, Matrix, VerdictCell};
use crate::model::assessment::{Criticality, Exploitability, Exposure, Standing};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;

/// Which table the marker is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lens {
    /// By what is bad or in doubt.
    Compromise,
    /// By what scans found.
    #[default]
    Vulnerability,
}

impl Lens {
    /// Both.
    pub const ALL: [Lens; 2] = [Lens::Compromise, Lens::Vulnerability];

    /// The word for it in commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Lens::Compromise => "compromise",
            Lens::Vulnerability => "vulnerability",
        }
    }

    /// The lens of a word, or of its beginning.
    pub fn parse(word: &str) -> Option<Lens> {
        Lens::ALL.into_iter().find(|lens| !word.is_empty() && lens.as_str().starts_with(word))
    }
}

/// A cell of the table of the vulnerability lens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attack {
    /// The row.
    pub criticality: Criticality,
    /// The column within its block.
    pub exploitability: Exploitability,
    /// The block of columns.
    pub exposure: Exposure,
}

impl Attack {
    /// What stands in it; none without an image.
    pub fn cell<'m>(&self, matrix: &'m Matrix) -> Option<&'m Cell> {
        matrix.cells.iter().find(|cell| *self == Attack::of(cell))
    }

    /// Where a cell stands.
    pub fn of(cell: &Cell) -> Attack {
        Attack { criticality: cell.criticality, exploitability: cell.exploitability, exposure: cell.exposure }
    }
}

/// A cell of the table of the compromise lens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// The row.
    pub verdict: Verdict,
    /// The column.
    pub standing: Standing,
}

impl Breach {
    /// What stands in it; none without an image.
    pub fn cell<'m>(&self, matrix: &'m Matrix) -> Option<&'m VerdictCell> {
        matrix.compromise.iter().find(|cell| cell.verdict == self.verdict && cell.standing == self.standing)
    }
}

/// The verdicts that stand in the table, the worst first.
pub fn verdicts(matrix: &Matrix) -> Vec<Verdict> {
    let mut found: Vec<Verdict> = matrix.compromise.iter().map(|cell| cell.verdict).collect();
    found.sort_by(|a, b| b.cmp(a));
    found.dedup();
    found
}

/// A marked cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Of the vulnerability lens.
    Attack(Attack),
    /// Of the compromise lens.
    Breach(Breach),
}

/// A step of the marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One column to the left.
    Left,
    /// One column to the right.
    Right,
}

impl Spot {
    /// Its lens.
    pub fn lens(&self) -> Lens {
        match self {
            Spot::Attack(_) => Lens::Vulnerability,
            Spot::Breach(_) => Lens::Compromise,
        }
    }

    /// Where to begin: the most urgent cell of a lens, of those alike the first.
    pub fn first(matrix: &Matrix, lens: Lens) -> Spot {
        let worst = |best: &Cell, cell: &Cell| best.priority >= cell.priority;
        let attack = matrix.cells.iter().reduce(|best, cell| if worst(best, cell) { best } else { cell });
        let nothing = Attack {
            criticality: Criticality::Critical,
            exploitability: Exploitability::Easy,
            exposure: Exposure::Internet,
        };
        let breach =
            matrix.compromise.iter().reduce(|best, cell| if best.priority >= cell.priority { best } else { cell });
        let none = Breach { verdict: Verdict::Bad, standing: Standing::Running };
        match lens {
            Lens::Vulnerability => Spot::Attack(attack.map_or(nothing, Attack::of)),
            Lens::Compromise => {
                Spot::Breach(breach.map_or(none, |cell| Breach { verdict: cell.verdict, standing: cell.standing }))
            }
        }
    }

    /// One step on; at an edge it stays.
    #[must_use]
    pub fn moved(self, way: Way, matrix: &Matrix) -> Spot {
        let (across, down) = match way {
            Way::Up => (0, -1),
            Way::Down => (0, 1),
            Way::Left => (-1, 0),
            Way::Right => (1, 0),
        };
        match self {
            Spot::Attack(Attack { criticality, exploitability, exposure }) => {
                let criticality = beside(&Criticality::ALL, criticality, down);
                let turned = beside(&Exploitability::ALL, exploitability, across);
                let next = beside(&Exposure::ALL, exposure, across);
                // Over the edge of a block into the one beside it.
                let (exploitability, exposure) = match turned == exploitability && across != 0 && next != exposure {
                    true if across > 0 => (Exploitability::Easy, next),
                    true => (Exploitability::Unknown, next),
                    false => (turned, exposure),
                };
                Spot::Attack(Attack { criticality, exploitability, exposure })
            }
            Spot::Breach(Breach { verdict, standing }) => Spot::Breach(Breach {
                verdict: beside(&verdicts(matrix), verdict, down),
                standing: beside(&Standing::ALL, standing, across),
            }),
        }
    }

    /// Its images, and the worst priority among them; none without an image.
    pub fn counted(&self, matrix: &Matrix) -> Option<(Priority, u64)> {
        match self {
            Spot::Attack(attack) => attack.cell(matrix).map(|cell| (cell.priority, cell.images)),
            Spot::Breach(breach) => breach.cell(matrix).map(|cell| (cell.priority, cell.images)),
        }
    }

    /// What its own lens alone gives; none where that lens leaves it alone.
    pub fn alone(&self, matrix: &Matrix) -> Option<Priority> {
        match self {
            Spot::Attack(attack) => attack.cell(matrix).map(|cell| cell.vulnerability),
            Spot::Breach(breach) => breach.cell(matrix).and_then(|cell| cell.compromise),
        }
    }

    /// The filter that lets its images through.
    pub fn filter(&self) -> String {
        match self {
            Spot::Attack(Attack { criticality, exploitability, exposure }) => format!(
                "criticality:{} exploitability:{} exposure:{}",
                criticality.as_str(),
                quoted(exploitability.as_str()),
                exposure.as_str()
            ),
            Spot::Breach(Breach { verdict, standing }) => {
                format!("verdict:{} standing:{}", verdict.as_str(), standing.as_str())
            }
        }
    }

    /// For people: `Critical x Easy x Internet`.
    pub fn title(&self) -> String {
        match self {
            Spot::Attack(Attack { criticality, exploitability, exposure }) => {
                format!("{} x {} x {}", criticality.shown(), exploitability.shown(), exposure.shown())
            }
            Spot::Breach(Breach { verdict, standing }) => format!("{} x {}", verdict.shown(), standing.shown()),
        }
    }

    /// In the words of a command: `vulnerability critical easy internet`.
    pub fn words(&self) -> String {
        let lens = self.lens().as_str();
        match self {
            Spot::Attack(Attack { criticality, exploitability, exposure }) => {
                format!("{lens} {} {} {}", criticality.as_str(), exploitability.as_str(), exposure.as_str())
            }
            Spot::Breach(Breach { verdict, standing }) => {
                format!("{lens} {} {}", verdict.as_str(), standing.as_str())
            }
        }
    }

    /// The cell of those words; none where they name none.
    pub fn parse(text: &str) -> Option<Spot> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match (Lens::parse(words.first()?)?, words.as_slice()) {
            (Lens::Vulnerability, [_, criticality, exploitability, exposure]) => Some(Spot::Attack(Attack {
                criticality: Criticality::parse(criticality)?,
                exploitability: Exploitability::parse(exploitability)?,
                exposure: Exposure::parse(exposure)?,
            })),
            (Lens::Compromise, [_, verdict, standing]) => {
                Some(Spot::Breach(Breach { verdict: Verdict::parse(verdict)?, standing: Standing::parse(standing)? }))
            }
            _ => None,
        }
    }
}

/// The one that stands so many places on; the last one at the edge. What is not in the list is taken for its first.
fn beside<T: Copy + PartialEq>(all: &[T], one: T, by: isize) -> T {
    let at = all.iter().position(|other| *other == one);
    let to = at.map_or(0, |at| at.saturating_add_signed(by).min(all.len().saturating_sub(1)));
    all.get(to).copied().unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::query::filter::Filter;
    use crate::tui::view::matrix::tests::matrix;

    #[test]
    fn every_cell_is_named_filtered_and_found_again() {
        let mut spots = Vec::new();
        for criticality in Criticality::ALL {
            for exploitability in Exploitability::ALL {
                for exposure in Exposure::ALL {
                    spots.push(Spot::Attack(Attack { criticality, exploitability, exposure }));
                }
            }
        }
        for verdict in Verdict::ALL {
            for standing in Standing::ALL {
                spots.push(Spot::Breach(Breach { verdict, standing }));
            }
        }
        for spot in spots {
            assert_eq!(Spot::parse(&spot.words()), Some(spot), "{}", spot.words());
            assert!(Filter::parse(&spot.filter()).is_ok(), "{}", spot.filter());
        }
        for wrong in ["", "x", "vulnerability", "compromise bad", "vulnerability easy critical internet"] {
            assert_eq!(Spot::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn arrows_reach_every_cell_and_stay_at_the_edges() {
        let matrix = matrix();
        let mut spot = Spot::first(&matrix, Lens::Vulnerability);
        for _ in 0..20 {
            spot = spot.moved(Way::Left, &matrix).moved(Way::Up, &matrix);
        }
        let mut seen = vec![spot.words()];
        for _ in 0..20 {
            spot = spot.moved(Way::Right, &matrix);
            if seen.last() != Some(&spot.words()) {
                seen.push(spot.words());
            }
        }
        assert_eq!(seen.len(), 15, "{seen:?}");
        assert_eq!(seen.first().map(String::as_str), Some("vulnerability critical easy internet"));
        assert_eq!(seen.last().map(String::as_str), Some("vulnerability critical unknown dev-only"));
    }

    #[test]
    fn the_marker_begins_at_the_most_urgent_cell() {
        let matrix = matrix();
        let first = Spot::first(&matrix, Lens::Compromise);
        assert_eq!(
            (first.words().as_str(), first.counted(&matrix)),
            ("compromise bad running", Some((Priority::P0, 3)))
        );
        let down = first.moved(Way::Down, &matrix);
        assert_eq!(down.words(), "compromise suspect running", "rows without an image are not there");
        let none = Matrix { cells: Vec::new(), compromise: Vec::new(), ..matrix };
        for lens in Lens::ALL {
            let spot = Spot::first(&none, lens);
            assert_eq!((spot.counted(&none), spot.moved(Way::Down, &none).counted(&none)), (None, None));
        }
    }
}
