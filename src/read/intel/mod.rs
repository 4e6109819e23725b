//! What is known of vulnerabilities: CISA's catalogue of exploited ones (KEV), EPSS, CISA's vulnrichment.
//!
//! A snapshot's date is the newest time that its reading states: it stands beside every judgement that used it.

mod epss;
mod kev;
mod record;

pub(in crate::read) use epss::{is_header as is_epss, read as read_epss};
pub(in crate::read) use kev::read as read_kev;
pub(in crate::read) use record::read as read_record;

use chrono::NaiveDate;

use super::outcome::Outcome;
use crate::model::fact::{Item, Spot};
use crate::model::finding::{Known, Report};
use crate::model::time::Micros;

/// A day, as `2025-08-25`, at its beginning in UTC; a time of RFC 3339 as it is.
pub(in crate::read) fn day(text: &str) -> Option<Micros> {
    let midnight = || NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    Micros::parse_rfc3339(text).or_else(|| Some(Micros(midnight()?.and_utc().timestamp_micros())))
}

/// Hands over what was read in one piece.
fn finish(spot: Spot, known: Vec<Known>, out: &mut Outcome) {
    if !known.is_empty() {
        out.items.push(Item { spot, reports: vec![Report::Known(known)], ..Item::default() });
    }
}
