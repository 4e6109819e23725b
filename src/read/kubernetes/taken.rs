//! What is being taken out of one object: the item in the making, with the helpers that keep its spots relative and its
//! texts bounded.

use crate::model::document::Lineage;
use crate::model::fact::{Item, Object, Relation, Role, Sighting, Spot, Use};
use crate::model::finding::Report;
use crate::model::reading::Reject;
use crate::model::time::Micros;
use crate::read::names;
use crate::read::outcome::Outcome;
use crate::read::tree::Node;

/// An item in the making.
pub(in crate::read) struct Taken<'o> {
    /// First byte of the object in its segment.
    pub base: u64,
    pub object: Object,
    pub uses: Vec<Use>,
    pub sightings: Vec<Sighting>,
    pub relations: Vec<Relation>,
    /// What an image's record says of lineage.
    pub lineage: Lineage,
    /// What it says of vulnerabilities and packages.
    pub reports: Vec<Report>,
    /// A watch stream told that the object is gone.
    pub deleted: bool,
    pointer: String,
    spot: Spot,
    out: &'o mut Outcome,
}

impl<'o> Taken<'o> {
    pub fn new(node: Node<'_>, pointer: &str, deleted: bool, out: &'o mut Outcome) -> Self {
        Taken {
            base: node.start(),
            object: Object::default(),
            uses: Vec::new(),
            sightings: Vec::new(),
            relations: Vec::new(),
            lineage: Lineage::default(),
            reports: Vec::new(),
            deleted,
            pointer: pointer.to_owned(),
            spot: node.spot(0, pointer.to_owned()),
            out,
        }
    }

    /// A line or record of text in the making.
    pub fn of_text(spot: Spot, out: &'o mut Outcome) -> Self {
        Taken {
            base: 0,
            object: Object::default(),
            uses: Vec::new(),
            sightings: Vec::new(),
            relations: Vec::new(),
            lineage: Lineage::default(),
            reports: Vec::new(),
            deleted: false,
            pointer: spot.pointer.clone(),
            spot,
            out,
        }
    }

    /// Where a node stands, relative to the object.
    pub fn spot(&self, node: Node<'_>, pointer: String) -> Spot {
        node.spot(self.base, pointer)
    }

    /// Counts what could not be understood; `pointer` is relative to the object.
    pub fn reject(&mut self, pointer: &str, reason: &str) {
        let locator = format!("{}{pointer}", self.pointer);
        self.out.rejects.push(Reject { locator, reason: reason.to_owned() });
    }

    /// Something a responder should know though nothing was rejected.
    pub fn note(&mut self, note: String) {
        if self.out.said.notes.len() < 100 {
            self.out.said.notes.insert(note);
        }
    }

    /// Takes a time, and remembers the newest.
    pub fn time(&mut self, node: Option<Node<'_>>) -> Option<Micros> {
        let time = time_of(&node?.text()?)?;
        self.newest(Some(time))
    }

    /// Remembers the newest time; gives it back.
    pub fn newest(&mut self, time: Option<Micros>) -> Option<Micros> {
        self.out.newest = self.out.newest.max(time);
        time
    }

    /// Adds a use and tells its place; nothing for an empty name, and a reject for one that cannot be kept.
    pub fn image(
        &mut self,
        role: Role,
        name: &str,
        image: Node<'_>,
        pointer: String,
        confidence: u16,
    ) -> Option<usize> {
        let text = image.text()?;
        if text.trim().is_empty() {
            return None;
        }
        if let Some(reason) = names::refusal(&text) {
            self.reject(&pointer, reason);
            return None;
        }
        let spot = self.spot(image, pointer);
        let name = crate::read::tree::cut(name.into());
        self.uses.push(Use { confidence, ..Use::new(role, name, text, spot) });
        Some(self.uses.len() - 1)
    }

    /// Adds a detail, unless it is empty, null or false.
    #[inline]
    pub fn detail(&mut self, key: &str, value: impl Into<serde_json::Value>) {
        use serde_json::Value;
        let value = value.into();
        let empty = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if !empty {
            self.object.details.insert(key.to_owned(), value);
        }
    }

    /// Hands the item over.
    pub fn finish(self) {
        self.out.items.push(Item {
            spot: self.spot,
            object: Some(self.object),
            uses: self.uses,
            sightings: self.sightings,
            relations: self.relations,
            recipe: None,
            lineage: self.lineage.kept(),
            pulls: None,
            reports: self.reports,
            known: Vec::new(),
            referrers: Vec::new(),
            given: Vec::new(),
        });
    }
}

/// RFC 3339, with a short way for the form the API server writes: `2026-11-21T18:55:07Z`.
fn time_of(text: &str) -> Option<Micros> {
    seconds_form(text.as_bytes()).or_else(|| Micros::parse_rfc3339(text))
}

fn seconds_form(text: &[u8]) -> Option<Micros> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = text else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0i64, |n, d| d.is_ascii_digit().then(|| n * 10 + i64::from(**d - b'0')))
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days from the civil date, counting years from March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some(Micros((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_agrees_with_the_long_one() {
        for year in [1970, 1999, 2000, 2024, 2026, 2100] {
            for month in 1..=12 {
                for day in [1, 15, 28, 29, 30, 31] {
                    let text = format!("{year}-{month:02}-{day:02}T23:59:58Z");
                    assert_eq!(time_of(&text), Micros::parse_rfc3339(&text), "{text}");
                }
            }
        }
        assert_eq!(time_of("2026-11-21T18:55:07.5+01:00"), Micros::parse_rfc3339("2026-11-21T18:55:07.5+01:00"));
        for bad in ["", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "yesterday", "2026-02-30T00:00:00Z"] {
            assert_eq!(time_of(bad), None, "{bad}");
        }
    }
}
