//! The end of a log: its sums become items, each line of them small, and what a responder should know of the log.

use super::sum::{MOST_IMAGES, MOST_PULLERS, Sum};
use crate::model::fact::{Item, Spot};
use crate::model::pulls::{Distinct, MOST_GAPS, Packed, PullLog, Pulled, Puller, Pulls, gaps};
use crate::model::time::Micros;

/// What a log came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::read) struct Summed {
    /// The log, then its images by name.
    pub items: Vec<Item>,
    /// Things a responder should know though nothing was rejected.
    pub notes: Vec<String>,
    /// Records that are rejected beyond those that stand in the observations.
    pub rejected: u64,
    /// The newest time.
    pub newest: Option<Micros>,
}

impl Sum {
    /// Ends the log.
    pub(in crate::read) fn finish(mut self) -> Summed {
        self.join();
        let notes = self.notes();
        let (rejected, newest) = (self.rejected, self.to.map(Micros));
        let mut pullers = self.named();
        let log = self.log();
        let mut order: Vec<usize> =
            (0..self.groups.len()).filter(|at| self.groups.get(*at).is_some_and(|g| g.count > 0)).collect();
        let key = |at: &usize| self.groups.get(*at).map(|g| (&g.as_written, &g.digest, g.kind, g.manner));
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut items = Vec::with_capacity(order.len() + 1);
        items.push(Item { pulls: Some(Box::new(Pulls::Log(log))), ..Item::default() });
        for at in order {
            let Some(group) = self.groups.get_mut(at) else { continue };
            let spot = std::mem::take(&mut group.spot);
            let pulled = Pulled {
                as_written: std::mem::take(&mut group.as_written),
                digest: std::mem::take(&mut group.digest),
                kind: group.kind,
                manner: group.manner,
                from: Micros(group.from),
                to: Micros(group.to),
                count: group.count,
                sessions: group.sessions,
                users: std::mem::take(&mut group.users),
                hosts: std::mem::take(&mut group.hosts),
                buckets: Packed::of(&std::mem::take(&mut group.buckets)),
                width: self.width,
                moved: 0,
                pullers: pullers.get_mut(at).map(std::mem::take).unwrap_or_default(),
                spot: Spot::default(),
            };
            items.push(Item { spot, pulls: Some(Box::new(Pulls::Image(pulled))), ..Item::default() });
        }
        Summed { items, notes, rejected, newest }
    }

    fn log(&mut self) -> PullLog {
        let mut minutes = Vec::new();
        Packed::of(&self.minutes).each(self.minute, 0, |from, _, _| minutes.push(from));
        let (usual, mut found) = gaps(&minutes);
        let gap_count = found.len() as u64;
        found.sort_by_key(|gap| (std::cmp::Reverse(gap.to.0 - gap.from.0), gap.from));
        found.truncate(MOST_GAPS);
        found.sort_by_key(|gap| gap.from);
        PullLog {
            from: self.from.map(Micros),
            to: self.to.map(Micros),
            records: self.records,
            others: self.others,
            precision: self.precision,
            assumed_utc: self.assumed_utc,
            ordered: self.order.is_kept(),
            usual,
            gaps: found,
            gap_count,
            users: std::mem::take::<Distinct>(&mut self.users),
            hosts: std::mem::take::<Distinct>(&mut self.hosts),
            unnamed: self.pullers.is_none(),
            columns: std::mem::take(&mut self.columns),
            parts: std::mem::take(&mut self.parts),
        }
    }

    /// The pullers of each image, by name.
    fn named(&mut self) -> Vec<Vec<Puller>> {
        let mut named: Vec<Vec<Puller>> = vec![Vec::new(); self.groups.len()];
        let text = |number: u32| self.texts.get(number as usize).map(|text| text.to_string()).unwrap_or_default();
        for ((group, user, host), who) in self.pullers.iter().flatten() {
            if let Some(of) = named.get_mut(*group as usize) {
                of.push(Puller {
                    user: text(*user),
                    host: text(*host),
                    from: Micros(who.from),
                    to: Micros(who.to),
                    count: who.count,
                    offset: who.offset,
                    length: who.length,
                });
            }
        }
        named.iter_mut().for_each(|of| of.sort());
        named
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.assumed_utc {
            notes.push("its times have no zone and were taken as UTC; --clock-offset puts them right".to_owned());
        }
        if self.numbered {
            notes.push(
                "its times are numbers; by their length taken as seconds, milliseconds or less since 1970".to_owned(),
            );
        }
        match self.precision {
            0 | 1 => {}
            3_600 => notes.push("its times are hours: first and last are exact to an hour".to_owned()),
            seconds => notes.push(format!("its times are exact to {seconds} seconds")),
        }
        if self.untold {
            let text = "the log does not name its registry: names begin with `?`; import it with --map registry==HOST";
            notes.push(text.to_owned());
        }
        // A request that failed is among the others, and is told once.
        let others = self.others.saturating_sub(self.failed);
        if others > 0 {
            notes.push(format!("{} of other things than images", records_are(others)));
        }
        if self.failed > 0 {
            notes.push(format!("{} of requests that failed: nothing was pulled or pushed", records_are(self.failed)));
        }
        if self.groups.len() >= MOST_IMAGES {
            notes.push(format!(
                "it names {MOST_IMAGES} or more different images; records of further ones were rejected"
            ));
        }
        if self.pullers.is_none() {
            notes.push(format!(
                "more than {MOST_PULLERS} different pullers: they are counted, and their names stay in the evidence"
            ));
        }
        if !self.order.is_kept() && self.records > 0 {
            notes.push("its records are not in the order of time: there were at most so many sessions".to_owned());
        }
        if self.users != Distinct::default() || self.hosts != Distinct::default() {
            notes.push(
                "it names users and hosts: personal data, which an export leaves out unless it is asked for".to_owned(),
            );
        }
        notes
    }
}

/// So many records, at the beginning of a sentence.
fn records_are(count: u64) -> String {
    if count == 1 { "1 record is".to_owned() } else { format!("{count} records are") }
}
