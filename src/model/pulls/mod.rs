//! What a log of pulls and pushes says, summed up while it was read: a log may have ten million lines, and the questions
//! asked of it are about images.
//!
//! The lines themselves stay in the evidence; [`Part`] tells where, by time, so that what lies inside a window can be opened
//! again. Users and hosts are personal data: they stand in [`Puller`] alone, in the clear, so that an export can leave them
//! out; the counts need no names.

pub mod buckets;
pub mod distinct;

use serde::{Deserialize, Serialize};

pub use buckets::{Buckets, Packed};
pub use distinct::{Count, Distinct};

use super::fact::{SightingKind, Spot};
use super::time::Micros;

/// A silence is a gap from this multiple of the usual distance on, which is the median of the distances between one minute
/// with records and the next.
pub const GAP_TIMES: i64 = 24;
/// And never below an hour: a log that rests for a while at noon has no gap.
pub const GAP_LEAST: i64 = 3_600_000_000;
/// Gaps that are listed; the longest ones where there are more.
pub const MOST_GAPS: usize = 100;
/// Records of one puller in one repository belong to one session while no more than this lies between them: a pull is
/// several requests, for the index, the manifest and each layer.
pub const SESSION: i64 = 600_000_000;

/// How a record came about, as far as the log's own words tell. None of it is checked: a user agent is what the client says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Nothing tells it apart.
    #[default]
    Ordinary,
    /// A scanner looked at the image.
    Scanner,
    /// Another registry took a copy.
    Replication,
    /// Only the digest was asked for (HEAD): nothing was pulled.
    VersionCheck,
    /// A layer was fetched: a part of a pull, counted by the request for its manifest.
    Layer,
}

impl Manner {
    /// Every manner, by the number it is stored as.
    pub const ALL: [Manner; 5] =
        [Manner::Ordinary, Manner::Scanner, Manner::Replication, Manner::VersionCheck, Manner::Layer];

    /// The word in JSON and for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Manner::Ordinary => "ordinary",
            Manner::Scanner => "scanner",
            Manner::Replication => "replication",
            Manner::VersionCheck => "version-check",
            Manner::Layer => "layer",
        }
    }

    /// The number it is stored as.
    pub fn number(self) -> i64 {
        Manner::ALL.iter().position(|manner| *manner == self).map_or(0, |at| at as i64)
    }

    /// The manner of a stored number.
    pub fn from_number(number: i64) -> Manner {
        usize::try_from(number).ok().and_then(|at| Manner::ALL.get(at)).copied().unwrap_or_default()
    }

    /// True where the image itself went out or came in.
    pub fn is_transfer(self) -> bool {
        matches!(self, Manner::Ordinary | Manner::Scanner | Manner::Replication)
    }
}

/// What an item of a log's sums is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pulls {
    /// The log as a whole.
    Log(PullLog),
    /// One image in it.
    Image(Pulled),
}

/// A log as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PullLog {
    /// Its earliest record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Micros>,
    /// Its latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Micros>,
    /// Records that were counted.
    #[serde(default)]
    pub records: u64,
    /// Records of other things (a login, a scan, a request that failed), which are no gap in the log.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: u64,
    /// How exact its times are, in seconds; 0 where each record has a moment of its own.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub precision: u64,
    /// Its times have no zone, and were taken as UTC.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed_utc: bool,
    /// Each record is no more than an hour earlier than any before it (or later, in a log that begins with the newest). Only
    /// then are sessions counted exactly; elsewhere there were at most so many.
    #[serde(default)]
    pub ordered: bool,
    /// The usual distance between two minutes with records, in microseconds.
    #[serde(default)]
    pub usual: i64,
    /// Its silences, by time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// How many there are in all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gap_count: u64,
    /// Different users.
    pub users: Distinct,
    /// Different hosts.
    pub hosts: Distinct,
    /// Pullers were so many that they were not kept by name: the evidence has them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
    /// The header of a table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub columns: String,
    /// Where its records stand, in the order of the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last record before it.
    pub from: Micros,
    /// The first after it.
    pub to: Micros,
}

/// A stretch of the evidence and the time that its records are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// First byte in the stored evidence.
    #[serde(rename = "o")]
    pub offset: u64,
    /// Bytes.
    #[serde(rename = "n")]
    pub length: u64,
    /// Number of its first line, from 1; 0 where lines do not count.
    #[serde(rename = "l", default, skip_serializing_if = "is_zero")]
    pub line: u64,
    /// The earliest record in it.
    #[serde(rename = "f")]
    pub from: Micros,
    /// The latest.
    #[serde(rename = "t")]
    pub to: Micros,
}

/// One image in a log: the records that name it alike, did the same and came about alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulled {
    /// The name, its registry in front where the log tells it; empty where only a digest was told.
    #[serde(rename = "w", default, skip_serializing_if = "String::is_empty")]
    pub as_written: String,
    /// The digest that was pulled; empty where the log does not tell.
    #[serde(rename = "d", default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Pulled, pushed, or only asked about ([`SightingKind::Record`]).
    #[serde(rename = "k")]
    pub kind: SightingKind,
    /// How.
    #[serde(rename = "m", default)]
    pub manner: Manner,
    /// The first time.
    #[serde(rename = "f")]
    pub from: Micros,
    /// The last time.
    #[serde(rename = "t")]
    pub to: Micros,
    /// How often.
    #[serde(rename = "x")]
    pub count: u64,
    /// Sessions that began with it.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub sessions: u64,
    /// Different users.
    #[serde(rename = "u")]
    pub users: Distinct,
    /// Different hosts.
    #[serde(rename = "h")]
    pub hosts: Distinct,
    /// When, in buckets of `width`.
    #[serde(rename = "b")]
    pub buckets: Packed,
    /// Seconds of a bucket.
    #[serde(rename = "c")]
    pub width: u64,
    /// Microseconds that were added to the buckets' times, for a clock that was wrong.
    #[serde(rename = "v", default, skip_serializing_if = "is_nothing")]
    pub moved: i64,
    /// Who, as long as there are not too many in the log.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub pullers: Vec<Puller>,
    /// Where the first of its records stands, in the evidence.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// Who pulled an image: personal data, all of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Puller {
    /// The account; empty where none was told.
    #[serde(rename = "u", default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The machine or address; empty where none was told.
    #[serde(rename = "h", default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The first time.
    #[serde(rename = "f")]
    pub from: Micros,
    /// The last time.
    #[serde(rename = "t")]
    pub to: Micros,
    /// How often.
    #[serde(rename = "x")]
    pub count: u64,
    /// First byte of the first of its records in the stored evidence.
    #[serde(rename = "o")]
    pub offset: u64,
    /// Bytes of that record.
    #[serde(rename = "n")]
    pub length: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_nothing(n: &i64) -> bool {
    *n == 0
}

impl Pulls {
    /// How many facts it states: the records that were counted into it.
    pub fn facts(&self) -> u64 {
        match self {
            Pulls::Log(_) => 0,
            Pulls::Image(pulled) => pulled.count,
        }
    }

    /// Adds to all times, to take a source clock's error out.
    pub fn shift(&mut self, by: i64) {
        let move_by = |time: &mut Micros| time.0 = time.0.saturating_add(by);
        match self {
            Pulls::Log(log) => {
                log.from.iter_mut().chain(&mut log.to).for_each(move_by);
                log.gaps.iter_mut().flat_map(|gap| [&mut gap.from, &mut gap.to]).for_each(move_by);
                log.parts.iter_mut().flat_map(|part| [&mut part.from, &mut part.to]).for_each(move_by);
            }
            Pulls::Image(pulled) => {
                [&mut pulled.from, &mut pulled.to].into_iter().for_each(move_by);
                pulled.moved = pulled.moved.saturating_add(by);
                pulled.pullers.iter_mut().flat_map(|who| [&mut who.from, &mut who.to]).for_each(move_by);
            }
        }
    }
}

/// The silences of a log that are gaps, by time, with the usual distance. `minutes` are the minutes with records, in order.
pub fn gaps(minutes: &[Micros]) -> (i64, Vec<Gap>) {
    let mut distances: Vec<i64> = minutes.windows(2).filter_map(distance).collect();
    distances.sort_unstable();
    let usual = distances.get(distances.len() / 2).copied().unwrap_or(0);
    let least = usual.saturating_mul(GAP_TIMES).max(GAP_LEAST);
    let gap = |pair: &[Micros]| match pair {
        [from, to] if to.0.saturating_sub(from.0) > least => Some(Gap { from: *from, to: *to }),
        _ => None,
    };
    (usual, minutes.windows(2).filter_map(gap).collect())
}

fn distance(pair: &[Micros]) -> Option<i64> {
    match pair {
        [from, to] => Some(to.0.saturating_sub(from.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manners_go_there_and_back() {
        for manner in Manner::ALL {
            assert_eq!(Manner::from_number(manner.number()), manner);
            assert_eq!(serde_json::to_string(&manner).unwrap(), format!("{:?}", manner.as_str()));
        }
        assert_eq!(Manner::from_number(99), Manner::Ordinary);
    }

    #[test]
    fn a_gap_is_many_times_the_usual_distance_and_an_hour_at_least() {
        const MINUTE: i64 = 60_000_000;
        let at = |minutes: &[i64]| minutes.iter().map(|n| Micros(n * MINUTE)).collect::<Vec<_>>();
        let (usual, found) = gaps(&at(&[0, 1, 2, 3, 60, 61, 200, 201]));
        assert_eq!(usual, MINUTE);
        assert_eq!(found, [Gap { from: Micros(61 * MINUTE), to: Micros(200 * MINUTE) }]);
        // Where a pull an hour is usual, a silence of half a day is none.
        let hourly: Vec<i64> = (0..20).map(|n| n * 60).chain([19 * 60 + 12 * 60]).collect();
        assert_eq!(gaps(&at(&hourly)).1, []);
        assert_eq!(gaps(&[]), (0, vec![]));
        assert_eq!(gaps(&at(&[7])), (0, vec![]));
    }

    #[test]
    fn a_clock_is_put_right_everywhere() {
        let mut buckets = Buckets::default();
        buckets.add(buckets::index(Micros(7_200_000_000), 3_600), 1);
        let who = Puller {
            user: "a".into(),
            host: "b".into(),
            from: Micros(9),
            to: Micros(9),
            count: 1,
            offset: 0,
            length: 0,
        };
        let mut pulls = Pulls::Image(Pulled {
            as_written: "a/b:1".into(),
            digest: String::new(),
            kind: SightingKind::Pull,
            manner: Manner::Ordinary,
            from: Micros(7_200_000_000),
            to: Micros(7_200_000_000),
            count: 1,
            sessions: 1,
            users: Distinct::default(),
            hosts: Distinct::default(),
            buckets: Packed::of(&buckets),
            width: 3_600,
            moved: 0,
            pullers: vec![who],
            spot: Spot::default(),
        });
        pulls.shift(-1_000_000);
        let Pulls::Image(pulled) = pulls else { panic!() };
        let mut seen = Vec::new();
        pulled.buckets.each(pulled.width, pulled.moved, |from, to, _| seen.push((from.0, to.0)));
        assert_eq!(seen, [(7_199_000_000, 10_798_999_999)]);
        assert_eq!((pulled.from.0, pulled.pullers[0].from.0), (7_199_000_000, -999_991));
    }
}
