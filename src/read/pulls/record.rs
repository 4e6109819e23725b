//! What the readers of JSON records have in common: one record, its sums, and how it is counted or rejected.

use std::borrow::Cow;

use super::manner;
use super::name::{self, Parts};
use super::row::TOO_MANY;
use super::sum::{Record, Sum};
use super::time::{self, Stamp};
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;
use crate::read::tree::Node;
use crate::read::{Outcome, Segment};

/// One record of a log and where its words go.
pub(super) struct Entry<'a, 'o> {
    pub node: Node<'a>,
    pub segment: &'a Segment,
    pub length: u64,
    pub sum: &'o mut Sum,
    pub out: &'o mut Outcome,
}

/// Who did something, as the record tells.
#[derive(Debug, Default)]
pub(super) struct Who<'a> {
    pub user: Cow<'a, str>,
    pub host: Cow<'a, str>,
    pub agent: Cow<'a, str>,
}

impl<'a> Entry<'a, '_> {
    /// The text at a path; empty where there is none.
    pub fn text(&self, path: &[&str]) -> Cow<'a, str> {
        let text = self.node.path(path).and_then(Node::text).unwrap_or_default();
        if text == "-" { Cow::Borrowed("") } else { text }
    }

    /// The record's time, from the first of several members that has one; none where it is rejected for that.
    pub fn time(&mut self, keys: &[&str]) -> Option<Stamp> {
        let found = keys.iter().find_map(|key| time::parse(&self.node.get(key)?.text()?));
        match found {
            Some(stamp) => {
                self.sum.assumed_utc |= stamp.assumed_utc;
                self.sum.numbered |= stamp.number;
                self.sum.precision = self.sum.precision.max(stamp.precision);
                Some(stamp)
            }
            None => {
                self.reject(&format!("/{}", keys.first().copied().unwrap_or_default()), time::NO_TIME);
                None
            }
        }
    }

    /// Counts a record of an image.
    pub fn count(&mut self, stamp: Stamp, parts: &Parts<'_>, what: (SightingKind, Manner), who: &Who<'_>) {
        self.count_many(stamp, parts, what, who, 1);
    }

    /// Counts a record that stands for several.
    pub fn count_many(
        &mut self,
        stamp: Stamp,
        parts: &Parts<'_>,
        (kind, manner): (SightingKind, Manner),
        who: &Who<'_>,
        count: u64,
    ) {
        let name = match name::joined(parts) {
            Ok(name) => name,
            Err(reason) => return self.reject("", reason),
        };
        self.sum.untold |= name.as_written.starts_with(name::UNTOLD);
        let Some(group) = self.sum.group(&name.as_written, &name.digest, kind, manner) else {
            return self.reject("", TOO_MANY);
        };
        let record = Record { at: stamp.at, user: &who.user, hosts: &who.host, count, offset: 0, length: self.length };
        let pointer = &self.segment.pointer;
        self.sum.add(group, &record, || pointer.clone());
    }

    /// How a transfer came about.
    pub fn manner(&self, who: &Who<'_>) -> Manner {
        manner::of(&who.agent, &who.user)
    }

    /// Rejects the record; `at` is relative to it.
    pub fn reject(&mut self, at: &str, reason: &str) {
        self.out.reject(format!("{}{at}", self.segment.pointer), reason);
    }
}
