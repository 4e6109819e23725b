//! Times as engines print them: RFC 3339, Go's own form, seconds and nanoseconds since 1970, and Go's zero time, which
//! means never.

use crate::model::time::Micros;
use crate::read::tree::{Kind, Node};

/// The year 2286 in seconds: a larger number counts something smaller than seconds.
const MOST_SECONDS: i64 = 9_999_999_999;

/// The time a node states; `None` for none, for zero and for Go's zero time.
pub(super) fn of(node: Option<Node<'_>>) -> Option<Micros> {
    let node = node?;
    let text = node.text()?;
    let number = (node.kind() == Kind::Number || text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    match number {
        Some(number) => since_1970(number?),
        None => parse(&text),
    }
}

fn since_1970(number: i64) -> Option<Micros> {
    match number {
        i64::MIN..=0 => None,
        1..=MOST_SECONDS => number.checked_mul(1_000_000).map(Micros),
        nanoseconds => Some(Micros(nanoseconds / 1_000)),
    }
}

/// A time as text.
pub(super) fn parse(text: &str) -> Option<Micros> {
    let text = text.trim();
    if text.len() > 64 || text.starts_with("0001-01-01") {
        return None;
    }
    let time = Micros::parse_rfc3339(text).or_else(|| go_form(text))?;
    (time.0 > 0).then_some(time)
}

/// `2026-11-20 18:55:07 +0000 UTC`, also with a fraction and with another zone's name.
fn go_form(text: &str) -> Option<Micros> {
    let mut words = text.split(' ');
    let (day, clock, zone) = (words.next()?, words.next()?, words.next()?);
    let (sign, digits) = zone.split_at_checked(1)?;
    let (hours, minutes) = digits.split_at_checked(2)?;
    (minutes.len() == 2).then(|| Micros::parse_rfc3339(&format!("{day}T{clock}{sign}{hours}:{minutes}")))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_json;

    fn time(json: &str) -> Option<String> {
        let tree = parse_json(json, &Limits::default()).unwrap();
        of(tree.root()).map(Micros::rfc3339)
    }

    #[test]
    fn every_form_is_one_time() {
        let noon = Some("2026-11-21T12:00:00Z".to_owned());
        for form in [
            "\"2026-11-21T12:00:00Z\"",
            "\"2026-11-21T12:00:00.000000000Z\"",
            "\"2026-11-21 13:00:00 +0100 CET\"",
            "\"2026-11-21 12:00:00 +0000 UTC\"",
            "1795262400",
            "\"1795262400000000000\"",
        ] {
            assert_eq!(time(form), noon, "{form}");
        }
        for never in ["\"0001-01-01T00:00:00Z\"", "0", "-62135596800", "\"2 hours ago\"", "\"\"", "null", "{}", "1e99"]
        {
            assert_eq!(time(never), None, "{never}");
        }
    }
}
