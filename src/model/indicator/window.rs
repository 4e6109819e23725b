//! Windows of time: `FROM..TO`, either end open, both ends counted in.

use serde::{Deserialize, Serialize};

use crate::model::time::Micros;

/// A span of time. An absent end is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Micros>,
    /// The last moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Micros>,
    /// As it was typed.
    pub written: String,
}

/// A window as it was typed, and what was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The window.
    pub window: Window,
    /// The day that was taken for a time without one, as `2026-03-17`.
    pub day: Option<String>,
    /// A time was written without a zone and taken as UTC.
    pub assumed_utc: bool,
}

/// Why a text is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWindow {
    /// Not two parts.
    #[error(
        "{0:?} is no window; write FROM..TO, as 2026-03-17T02:00Z..2026-03-17T07:00Z or 02:00Z..07:00Z; an end may be left out"
    )]
    Shape(String),
    /// An end is no time.
    #[error(
        "{0:?} is no time; write 2026-03-17T02:00Z, 2026-03-17T03:00+01:00, 02:00Z or a date; zones are offsets, not names"
    )]
    Time(String),
    /// It ends before it begins.
    #[error("the window ends ({to}) before it begins ({from}); write the days where it goes over midnight")]
    Reversed {
        /// Its beginning.
        from: Micros,
        /// Its end.
        to: Micros,
    },
    /// Both ends are open.
    #[error("a window needs at least one end; leave --window out for always")]
    Endless,
}

impl Window {
    /// Parses `FROM..TO`. A time without a date is of the day of the other end, or else of `day`; a date alone is its whole
    /// day; a time without a zone is UTC.
    pub fn parse(text: &str, day: Micros) -> Result<Stated, BadWindow> {
        let shape = || BadWindow::Shape(text.chars().take(100).collect());
        let (from, to) = text.split_once("..").ok_or_else(shape)?;
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() && to.is_empty() {
            return Err(BadWindow::Endless);
        }
        // A dated end lends its day to the other one.
        let written = [from, to].into_iter().find(|end| has_date(end)).and_then(|end| end.get(..10));
        let dated = written.and_then(|date| Micros::parse_stated(date, day));
        let lent = dated.unwrap_or(day);
        let undated = [from, to].into_iter().any(|end| !end.is_empty() && !has_date(end));
        let from = moment(from, lent, false)?;
        let to = moment(to, lent, true)?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(BadWindow::Reversed { from, to });
        }
        let taken = || day.datetime().map(|t| t.format("%Y-%m-%d").to_string());
        Ok(Stated {
            window: Window { from, to, written: text.trim().to_owned() },
            day: if undated && dated.is_none() { taken() } else { None },
            assumed_utc: text.split("..").any(|end| !end.trim().is_empty() && !has_zone(end.trim())),
        })
    }

    /// True where a moment lies in it.
    pub fn holds(&self, at: Micros) -> bool {
        self.meets(at, at)
    }

    /// True where a span of time shares a moment with it.
    pub fn meets(&self, first: Micros, last: Micros) -> bool {
        self.from.is_none_or(|from| last >= from) && self.to.is_none_or(|to| first <= to)
    }

    /// True where it holds all of another.
    pub fn covers(&self, other: &Window) -> bool {
        let begins = self.from.is_none_or(|ours| other.from.is_some_and(|theirs| ours <= theirs));
        let ends = self.to.is_none_or(|ours| other.to.is_some_and(|theirs| ours >= theirs));
        begins && ends
    }

    /// The smallest window that holds both: when two are said at once, the widest counts.
    #[must_use]
    pub fn hull(&self, other: &Window) -> Window {
        let from = self.from.zip(other.from).map(|(a, b)| a.min(b));
        let to = self.to.zip(other.to).map(|(a, b)| a.max(b));
        self.named(other, from, to)
    }

    /// What both hold; `None` where that is nothing. For what clears, the narrowest counts.
    pub fn shared(&self, other: &Window) -> Option<Window> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let empty = from.zip(to).is_some_and(|(from, to)| from > to);
        (!empty).then(|| self.named(other, from, to))
    }

    /// A window of two; it has the words of the one that it is equal to.
    fn named(&self, other: &Window, from: Option<Micros>, to: Option<Micros>) -> Window {
        let same = [self, other].into_iter().find(|w| w.from == from && w.to == to);
        let written = same.map_or_else(|| shown(from, to), |w| w.written.clone());
        Window { from, to, written }
    }

    /// In full, UTC: `2026-03-17T02:00:00Z..2026-03-17T07:00:00Z`.
    pub fn shown(&self) -> String {
        shown(self.from, self.to)
    }
}

fn shown(from: Option<Micros>, to: Option<Micros>) -> String {
    let end = |end: Option<Micros>| end.map(Micros::rfc3339).unwrap_or_default();
    format!("{}..{}", end(from), end(to))
}

fn has_date(text: &str) -> bool {
    text.get(..5).is_some_and(|year| year.ends_with('-') && year.bytes().take(4).all(|b| b.is_ascii_digit()))
}

fn is_date(text: &str) -> bool {
    has_date(text) && !text.contains(':')
}

fn has_zone(text: &str) -> bool {
    let clock = text.split_once(':').map(|(_, rest)| rest);
    clock.is_some_and(|rest| rest.ends_with(['Z', 'z']) || rest.contains(['+', '-']))
}

/// One end; `None` for an empty one. A date alone begins with its first and ends with its last moment.
fn moment(text: &str, day: Micros, is_end: bool) -> Result<Option<Micros>, BadWindow> {
    const DAY: i64 = 86_400_000_000;
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || BadWindow::Time(text.chars().take(100).collect());
    if is_date(text) {
        let start = Micros::parse_stated(text, day).ok_or_else(bad)?;
        return Ok(Some(if is_end { Micros(start.0.saturating_add(DAY - 1)) } else { start }));
    }
    // `02:00+01:00` needs a day, and a date with minutes and an offset needs seconds, before RFC 3339 takes them.
    let whole = if has_date(text) { text.to_owned() } else { format!("{}T{text}", date_of(day).ok_or_else(bad)?) };
    let found = with_offset(&whole).or_else(|| Micros::parse_stated(&whole, day));
    found.map(Some).ok_or_else(bad)
}

fn date_of(day: Micros) -> Option<String> {
    day.datetime().map(|t| t.format("%Y-%m-%d").to_string())
}

/// `DATE TIME OFFSET`, the seconds left out or not.
fn with_offset(text: &str) -> Option<Micros> {
    Micros::parse_rfc3339(text).or_else(|| {
        let at = text.rfind(['+', '-', 'Z', 'z'])?;
        let (time, offset) = text.split_at_checked(at)?;
        Micros::parse_rfc3339(&format!("{time}:00{offset}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-03-17T07:40:00Z.
    const AWARE: Micros = Micros(1_773_733_200_000_000);

    fn parsed(text: &str) -> String {
        Window::parse(text, AWARE).map_or_else(|e| e.to_string(), |stated| stated.window.shown())
    }

    #[test]
    fn ends_are_read_as_people_write_them() {
        let table = [
            ("02:00Z..07:00Z", "2026-03-17T02:00:00Z..2026-03-17T07:00:00Z"),
            ("02:00..", "2026-03-17T02:00:00Z.."),
            ("..07:00Z", "..2026-03-17T07:00:00Z"),
            ("02:00+01:00..07:00+01:00", "2026-03-17T01:00:00Z..2026-03-17T06:00:00Z"),
            ("2026-03-16T22:00Z..2026-03-17T03:00Z", "2026-03-16T22:00:00Z..2026-03-17T03:00:00Z"),
            ("2026-03-16T22:00+02:00..23:00Z", "2026-03-16T20:00:00Z..2026-03-16T23:00:00Z"),
            ("2026-03-16..2026-03-17", "2026-03-16T00:00:00Z..2026-03-17T23:59:59.999999Z"),
            (" 2026-03-16 02:00 .. 2026-03-16 02:00:30.5 ", "2026-03-16T02:00:00Z..2026-03-16T02:00:30.500000Z"),
        ];
        for (text, wanted) in table {
            assert_eq!(parsed(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_day_and_the_zone_that_were_taken_are_told() {
        let stated = |text| Window::parse(text, AWARE).unwrap();
        assert_eq!(stated("02:00Z..07:00Z").day.as_deref(), Some("2026-03-17"));
        assert_eq!(stated("2026-03-16T02:00Z..07:00Z").day, None, "the other end lends its day");
        assert!(stated("02:00..07:00Z").assumed_utc && !stated("02:00Z..07:00+01:00").assumed_utc);
        assert_eq!(stated(" 02:00Z..07:00Z").window.written, "02:00Z..07:00Z");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, said) in [
            ("07:00Z..02:00Z", "before it begins"),
            ("22:00Z..03:00Z", "over midnight"),
            ("..", "at least one end"),
            ("02:00Z", "write FROM..TO"),
            ("02:00Z-07:00Z", "write FROM..TO"),
            ("noon..07:00Z", "is no time"),
            ("02:00 Europe/Berlin..", "not names"),
            ("25:00Z..", "is no time"),
        ] {
            assert!(parsed(text).contains(said), "{text}: {}", parsed(text));
        }
    }

    fn window() -> impl Strategy<Value = Window> {
        let end = || proptest::option::of((0_i64..40).prop_map(Micros));
        (end(), end())
            .prop_filter("in order", |(from, to)| from.zip(*to).is_none_or(|(a, b)| a <= b))
            .prop_map(|(from, to)| Window { from, to, written: String::new() })
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9:ZzT+. -]{0,40}", other in any::<String>(), day in any::<i64>()) {
            for text in [text, other] {
                if let Ok(stated) = Window::parse(&text, Micros(day)) {
                    prop_assert!(stated.window.from.zip(stated.window.to).is_none_or(|(a, b)| a <= b));
                }
            }
        }

        #[test]
        fn hull_and_shared_part_hold_what_they_say(a in window(), b in window(), at in (0_i64..40).prop_map(Micros)) {
            let hull = a.hull(&b);
            prop_assert!(hull.covers(&a) && hull.covers(&b));
            prop_assert_eq!((hull.from, hull.to), { let other = b.hull(&a); (other.from, other.to) });
            let both = a.shared(&b).is_some_and(|shared| shared.holds(at));
            prop_assert_eq!(both, a.holds(at) && b.holds(at));
        }
    }
}
