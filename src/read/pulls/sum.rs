//! The sums of a log in the making. Readers add record after record; the sums of stretches that were read side by side are
//! joined in the order of the log, and come to the same whatever the stretches were.
//!
//! Memory is bounded whatever the log: so many images, pullers, hashes and buckets, each with its constant. Where a bound is
//! met, counts become less exact in a way that is stated, or what is beyond is counted as rejected; nothing is dropped
//! silently.

use std::collections::HashMap;

use super::lately::{Cells, Lately};
use super::sessions::{Fragment, Order, Stretch, Window};
use crate::model::fact::{SightingKind, Spot};
use crate::model::pulls::{Buckets, Distinct, Manner, Part, buckets, distinct};
use crate::model::time::Micros;

/// Images of one log that are told apart.
pub(super) const MOST_IMAGES: usize = 100_000;
/// Pullers of one log that are kept by name: a user at a host with an image.
pub(super) const MOST_PULLERS: usize = 50_000;
/// Stretches that wait to be joined to what came before.
const WAITING: usize = 200_000;
/// A part is at least so long, so that a log of many records has few of them.
const PART_BYTES: u64 = 1 << 20;
/// Seconds of a bucket, and of what tells gaps, at first.
pub(super) const HOUR: u64 = 3_600;
pub(super) const MINUTE: u64 = 60;

/// One record, but for the image it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub at: Micros,
    pub user: &'a str,
    /// One host, or several with commas between them.
    pub hosts: &'a str,
    pub count: u64,
    /// First byte, counted from that of the segment, and length.
    pub offset: u64,
    pub length: u64,
}

/// An image in a log, in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub as_written: String,
    pub digest: String,
    pub kind: SightingKind,
    pub manner: Manner,
    pub from: i64,
    pub to: i64,
    pub count: u64,
    pub sessions: u64,
    pub users: Distinct,
    pub hosts: Distinct,
    pub buckets: Buckets,
    pub spot: Spot,
    /// Hash of its repository, for sessions.
    repository: u64,
}

/// Who, by number of image, user and host.
pub(super) type Pullers = HashMap<(u32, u32, u32), Who>;

/// What one puller did with one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Who {
    pub from: i64,
    pub to: i64,
    pub count: u64,
    /// Place and length of the first record.
    pub offset: u64,
    pub length: u64,
}

/// What was read and is not joined yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub part: Part,
    pub order: Order,
    pub fragments: Vec<Fragment>,
}

/// The sums so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::read) struct Sum {
    pub(super) cells: Cells,
    lately: Lately,
    known: HashMap<String, usize>,
    pub(super) groups: Vec<Group>,
    /// Texts of users and hosts, and the numbers of them.
    pub(super) texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    /// `None` where they became too many.
    pub(super) pullers: Option<Pullers>,
    pub(super) users: Distinct,
    pub(super) hosts: Distinct,
    pub(super) minutes: Buckets,
    pub(super) minute: u64,
    /// Seconds of a bucket.
    pub(super) width: u64,
    /// Hashes kept of each image, and how many are held in all.
    pub(super) most: usize,
    pub(super) hashes: usize,
    pub(super) parts: Vec<Part>,
    pub(super) waiting: Vec<Waiting>,
    /// First byte of the segment at hand.
    base: u64,
    stretch: Stretch,
    span: Order,
    times: Option<(i64, i64)>,
    pub(super) order: Order,
    window: Window,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) records: u64,
    pub(super) others: u64,
    pub(super) failed: u64,
    pub(super) rejected: u64,
    pub(super) precision: u64,
    pub(super) assumed_utc: bool,
    pub(super) numbered: bool,
    pub(super) untold: bool,
    pub(super) columns: String,
}

impl Default for Sum {
    fn default() -> Self {
        Sum {
            cells: Cells::default(),
            lately: Lately::default(),
            known: HashMap::new(),
            groups: Vec::new(),
            texts: Vec::new(),
            numbers: HashMap::new(),
            pullers: Some(Pullers::new()),
            users: Distinct::default(),
            hosts: Distinct::default(),
            minutes: Buckets::default(),
            minute: MINUTE,
            width: HOUR,
            most: distinct::MOST,
            hashes: 0,
            parts: Vec::new(),
            waiting: Vec::new(),
            base: 0,
            stretch: Stretch::default(),
            span: Order::default(),
            times: None,
            order: Order::default(),
            window: Window::default(),
            from: None,
            to: None,
            records: 0,
            others: 0,
            failed: 0,
            rejected: 0,
            precision: 0,
            assumed_utc: false,
            numbered: false,
            untold: false,
            columns: String::new(),
        }
    }
}

impl Sum {
    /// Sums of a part of a log whose pullers became too many to be told by name already.
    pub(in crate::read) fn of_a_crowd() -> Sum {
        Sum { pullers: None, ..Sum::default() }
    }

    /// Pullers became too many to be told by name.
    pub(in crate::read) fn is_of_a_crowd(&self) -> bool {
        self.pullers.is_none()
    }

    /// The number of an image; `None` where there are too many.
    pub(super) fn group(
        &mut self,
        as_written: &str,
        digest: &str,
        kind: SightingKind,
        manner: Manner,
    ) -> Option<usize> {
        let key = format!("{} {} {digest} {as_written}", kind as u8, manner.number());
        if let Some(at) = self.known.get(&key) {
            return Some(*at);
        }
        if self.groups.len() >= MOST_IMAGES {
            return None;
        }
        self.known.insert(key, self.groups.len());
        self.groups.push(Group {
            as_written: as_written.to_owned(),
            digest: digest.to_owned(),
            kind,
            manner,
            from: i64::MAX,
            to: i64::MIN,
            count: 0,
            sessions: 0,
            users: Distinct::default(),
            hosts: Distinct::default(),
            buckets: Buckets::default(),
            spot: Spot { pointer: String::new(), offset: u64::MAX, length: 0 },
            repository: distinct::hash(repository(as_written, digest).as_bytes()),
        });
        Some(self.groups.len() - 1)
    }

    /// Adds a record of an image. `pointer` says where it stands, and is asked only for the first of an image.
    pub(super) fn add(&mut self, group: usize, record: &Record<'_>, pointer: impl FnOnce() -> String) {
        let at = record.at.0;
        let (width, most) = (self.width, self.most);
        let Some(found) = self.groups.get_mut(group) else { return };
        (found.from, found.to) = (found.from.min(at), found.to.max(at));
        found.count = found.count.saturating_add(record.count);
        found.buckets.add(buckets::index(record.at, width), record.count);
        let offset = self.base.saturating_add(record.offset);
        if offset < found.spot.offset {
            found.spot = Spot { pointer: pointer(), offset, length: record.length };
        }
        let user = distinct::hash(record.user.as_bytes());
        if !record.user.is_empty() {
            self.hashes += usize::from(found.users.add(user, most));
            if self.lately.is_new(user) {
                self.users.add(user, distinct::MOST);
            }
        }
        let who = found.repository ^ user.rotate_left(17) ^ distinct::hash(record.hosts.as_bytes()).rotate_left(31);
        for host in hosts(record.hosts) {
            let host = distinct::hash(host.as_bytes());
            self.hashes += usize::from(found.hosts.add(host, most));
            if self.lately.is_new(!host) {
                self.hosts.add(host, distinct::MOST);
            }
        }
        if found.manner.is_transfer() || found.manner == Manner::Layer {
            self.stretch.add(who, at, group);
        }
        self.puller(group, record);
        self.minutes.add(buckets::index(record.at, self.minute), 1);
        self.records = self.records.saturating_add(record.count);
        self.seen(at);
    }

    /// Takes the time of a record, which is no gap in the log whatever it is of.
    pub(super) fn seen(&mut self, at: i64) {
        self.span.add(at);
        self.times = Some(self.times.map_or((at, at), |(from, to)| (from.min(at), to.max(at))));
    }

    /// Takes a record of something else.
    pub(super) fn other(&mut self, at: Micros) {
        self.others += 1;
        self.minutes.add(buckets::index(at, self.minute), 1);
        self.seen(at.0);
    }

    fn puller(&mut self, group: usize, record: &Record<'_>) {
        if self.pullers.is_none() || (record.user.is_empty() && record.hosts.is_empty()) {
            return;
        }
        let (user, host) = (self.number(record.user), self.number(record.hosts));
        let at = record.at.0;
        let offset = self.base.saturating_add(record.offset);
        let who = Who { from: at, to: at, count: record.count, offset, length: record.length };
        self.add_puller((group as u32, user, host), who);
    }

    pub(super) fn add_puller(&mut self, key: (u32, u32, u32), who: Who) {
        let Some(pullers) = &mut self.pullers else { return };
        let known = pullers.entry(key).or_insert(Who { count: 0, ..who });
        if who.offset < known.offset {
            (known.offset, known.length) = (who.offset, who.length);
        }
        (known.from, known.to) = (known.from.min(who.from), known.to.max(who.to));
        known.count = known.count.saturating_add(who.count);
        if pullers.len() > MOST_PULLERS {
            self.pullers = None;
            self.texts = Vec::new();
            self.numbers = HashMap::new();
        }
    }

    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// What comes next is a segment that begins at that byte.
    pub(in crate::read) fn begin_segment(&mut self, base: u64) {
        self.base = base;
    }

    /// The segment ends: it has so many bytes, and begins with that line.
    pub(super) fn end_segment(&mut self, length: u64, line: u64) {
        let (span, times) = (std::mem::take(&mut self.span), self.times.take());
        let fragments = self.stretch.take();
        if let Some((from, to)) = times {
            let part = Part { offset: self.base, length, line, from: Micros(from), to: Micros(to) };
            self.waiting.push(Waiting { part, order: span, fragments });
        }
    }

    /// Says that all of it stands so many bytes further on.
    pub(in crate::read) fn shift(&mut self, by: u64) {
        let parts = self.waiting.iter_mut().map(|waiting| &mut waiting.part).chain(&mut self.parts);
        parts.for_each(|part| part.offset = part.offset.saturating_add(by));
        self.groups.iter_mut().for_each(|group| group.spot.offset = group.spot.offset.saturating_add(by));
        let pullers = self.pullers.iter_mut().flat_map(HashMap::values_mut);
        pullers.for_each(|who| who.offset = who.offset.saturating_add(by));
    }

    /// Joins what waits to what came before it.
    pub(super) fn join(&mut self) {
        for Waiting { part, order, fragments } in std::mem::take(&mut self.waiting) {
            self.order.then(&order);
            let span = (part.from.0, part.to.0);
            let groups = &mut self.groups;
            self.window.take(&fragments, span, |group| {
                if let Some(group) = groups.get_mut(group) {
                    group.sessions += 1;
                }
            });
            self.from = Some(self.from.map_or(span.0, |from| from.min(span.0)));
            self.to = Some(self.to.map_or(span.1, |to| to.max(span.1)));
            match self.parts.last_mut() {
                Some(last) if last.length < PART_BYTES => {
                    last.length = (part.offset + part.length).saturating_sub(last.offset);
                    (last.from, last.to) = (last.from.min(part.from), last.to.max(part.to));
                }
                _ => self.parts.push(part),
            }
        }
    }

    /// Joins where much waits. Only the sum of a whole log has so much.
    pub(in crate::read) fn join_much(&mut self) {
        if self.waiting.len() > WAITING {
            self.join();
            self.stay_small();
        }
    }
}

/// The hosts of a cell.
pub(super) fn hosts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|host| !host.is_empty())
}

/// The name without its tag; the digest where there is no name.
fn repository<'a>(as_written: &'a str, digest: &'a str) -> &'a str {
    let start = as_written.rfind('/').map_or(0, |at| at + 1);
    let last = as_written.get(start..).unwrap_or_default();
    let end = last.find([':', '@']).map_or(as_written.len(), |at| start + at);
    if as_written.is_empty() { digest } else { as_written.get(..end).unwrap_or(as_written) }
}
