//! The order of vertices within their columns, with few crossings.
//!
//! Sweeps sort each column by the average place of its neighbours in the column before; between sweeps, neighbours in a
//! column change places where that takes crossings away. The best order met is kept.

use super::Bent;
use super::crossings::{Room, between};
use crate::graph::lists::Lists;

/// Steps of work that a part is worth, about a nanosecond or two each.
const WORK: usize = 24_000_000;
/// Sweeps that are made in any case, and at most.
const SWEEPS: std::ops::RangeInclusive<usize> = 4..=64;
/// Sweeps without any gain after which a start is left.
const PATIENCE: usize = 10;

/// The vertices of each column in order, and how often lines cross.
pub(super) fn order(bent: &Bent) -> (Vec<Vec<u32>>, u64) {
    let size: usize = bent.column.len() + (0..bent.column.len()).map(|v| bent.right.of(v as u32).len()).sum::<usize>();
    let sweeps = (WORK / (size * 40 + 1)).clamp(*SWEEPS.start(), *SWEEPS.end());
    let starts = [first_order(bent, &bent.right, &bent.left), first_order(bent, &bent.left, &bent.right)];
    let mut best: Option<(u64, Vec<Vec<u32>>)> = None;
    for (turn, start) in starts.into_iter().enumerate() {
        let mut sweeping = Sweeping::new(bent, start);
        let found = sweeping.run(sweeps / 2, turn);
        if best.as_ref().is_none_or(|(fewest, _)| found.0 < *fewest) {
            best = Some(found);
        }
    }
    best.map_or((Vec::new(), 0), |(crossings, order)| (order, crossings))
}

/// An order by walking along lines, depth first, so that what hangs together stands together. Without crossings for
/// trees.
fn first_order(bent: &Bent, along: &Lists, against: &Lists) -> Vec<Vec<u32>> {
    let mut columns = vec![Vec::new(); bent.columns];
    let mut seen = vec![false; bent.column.len()];
    let starts = (0..bent.column.len() as u32).filter(|vertex| against.of(*vertex).is_empty());
    let mut waiting = Vec::new();
    for start in starts.chain(0..bent.column.len() as u32) {
        waiting.push(start);
        while let Some(vertex) = waiting.pop() {
            if std::mem::replace(&mut seen[vertex as usize], true) {
                continue;
            }
            columns[bent.column[vertex as usize] as usize].push(vertex);
            waiting.extend(along.of(vertex).iter().rev().filter(|next| !seen[**next as usize]));
        }
    }
    columns
}

struct Sweeping<'b> {
    bent: &'b Bent,
    columns: Vec<Vec<u32>>,
    position: Vec<u32>,
    keys: Vec<(f64, u32)>,
    room: Room,
}

impl<'b> Sweeping<'b> {
    fn new(bent: &'b Bent, columns: Vec<Vec<u32>>) -> Self {
        let mut sweeping =
            Sweeping { bent, columns, position: vec![0; bent.column.len()], keys: Vec::new(), room: Room::default() };
        (0..sweeping.columns.len()).for_each(|at| sweeping.number(at));
        sweeping
    }

    fn number(&mut self, column: usize) {
        for (at, vertex) in (0..).zip(&self.columns[column]) {
            self.position[*vertex as usize] = at;
        }
    }

    fn crossings(&mut self) -> u64 {
        let pairs = self.columns.windows(2);
        let (right, position, room) = (&self.bent.right, &self.position, &mut self.room);
        pairs.map(|pair| between(&pair[0], right, position, pair[1].len(), room)).sum()
    }

    fn run(&mut self, sweeps: usize, turn: usize) -> (u64, Vec<Vec<u32>>) {
        let mut best = (self.crossings(), self.columns.clone());
        let mut without_gain = 0;
        for sweep in 0..sweeps {
            if best.0 == 0 || without_gain > PATIENCE {
                break;
            }
            let rightwards = (sweep + turn).is_multiple_of(2);
            let count = self.columns.len();
            for step in 1..count {
                let column = if rightwards { step } else { count - 1 - step };
                self.sort(column, rightwards, sweep % 4 >= 2);
            }
            self.exchange();
            let crossings = self.crossings();
            without_gain += 1;
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
                without_gain = 0;
            }
        }
        best
    }

    /// Sorts a column by its neighbours on one side; `turned` puts equal ones in the opposite order, which leads out of
    /// places where nothing else would.
    fn sort(&mut self, column: usize, by_left: bool, turned: bool) {
        let neighbours = if by_left { &self.bent.left } else { &self.bent.right };
        let beside = if by_left { column.checked_sub(1) } else { Some(column + 1) };
        let beside = beside.and_then(|at| self.columns.get(at)).map_or(0, Vec::len) as f64;
        let own = self.columns[column].len().max(1) as f64;
        self.keys.clear();
        for vertex in &self.columns[column] {
            let list = neighbours.of(*vertex);
            let key = if list.is_empty() {
                f64::from(self.position[*vertex as usize]) * beside / own
            } else {
                let sum: u64 = list.iter().map(|next| u64::from(self.position[*next as usize])).sum();
                sum as f64 / list.len() as f64
            };
            self.keys.push((key, *vertex));
        }
        if turned {
            self.keys.reverse();
        }
        self.keys.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, (_, vertex)) in self.columns[column].iter_mut().zip(&self.keys) {
            *place = *vertex;
        }
        self.number(column);
    }

    /// Lets neighbours in a column change places while that takes crossings away, for a few rounds.
    fn exchange(&mut self) {
        for _ in 0..3 {
            let mut gained = false;
            for column in 0..self.columns.len() {
                for at in 1..self.columns[column].len() {
                    let (upper, lower) = (self.columns[column][at - 1], self.columns[column][at]);
                    let (now, then) = self.pair(upper, lower);
                    if then < now {
                        self.columns[column].swap(at - 1, at);
                        self.position.swap(upper as usize, lower as usize);
                        gained = true;
                    }
                }
            }
            if !gained {
                break;
            }
        }
    }

    /// Crossings between the lines of two vertices, as they stand and exchanged.
    fn pair(&mut self, upper: u32, lower: u32) -> (u64, u64) {
        let (mut now, mut then) = (0, 0);
        for neighbours in [&self.bent.left, &self.bent.right] {
            let (a, b) = (neighbours.of(upper), neighbours.of(lower));
            // Vertices with very many lines are left where they are: they would take all the time.
            if a.len() * b.len() > 4_096 {
                continue;
            }
            for one in a {
                let one = self.position[*one as usize];
                for two in b {
                    let two = self.position[*two as usize];
                    now += u64::from(one > two);
                    then += u64::from(one < two);
                }
            }
        }
        (now, then)
    }
}
