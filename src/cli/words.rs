//! How things are called in text for people: times, counts, short names and digests. JSON has them whole.

mod places;

pub use places::{beside, state};

pub use crate::model::text::counted;
use crate::model::text::{fit, width};
use crate::model::time::Micros;

/// A time to the minute, UTC: `2026-03-17 07:50Z`. What is no time stays as it is.
pub fn when(rfc3339: &str) -> String {
    Micros::parse_rfc3339(rfc3339).map_or_else(|| rfc3339.to_owned(), Micros::to_minute)
}

/// How old something is, in the largest unit that tells.
pub fn age(now: Micros, then: Micros) -> String {
    let seconds = now.0.saturating_sub(then.0) / 1_000_000;
    match seconds {
        ..0 => "ahead".to_owned(),
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// The first eight hex digits of a digest, with or without its algorithm.
pub fn short(digest: &str) -> &str {
    let hex = digest.split_once(':').map_or(digest, |(_, hex)| hex);
    hex.get(..8).unwrap_or(hex)
}

/// An image's name in so many columns: the registry gives way first and visibly, then the path; the tag stays, because it
/// tells one image from the next.
pub fn short_name(name: &str, columns: usize) -> String {
    if width(name) <= columns {
        return name.to_owned();
    }
    let Some((registry, path)) = name.split_once('/') else { return middle(name, columns) };
    let room = columns.saturating_sub(width(path) + 1);
    if room >= 2 {
        return format!("{}/{path}", fit(registry, room));
    }
    let last = path.rsplit('/').next().unwrap_or(path);
    if width(last) + 2 <= columns {
        let room = columns.saturating_sub(width(last) + 3);
        let before = path.strip_suffix(last).unwrap_or_default().trim_end_matches('/');
        let before = if room >= 2 && !before.is_empty() { format!("{}/", fit(before, room)) } else { String::new() };
        return format!("…/{before}{last}");
    }
    middle(last, columns)
}

/// A path in so many columns, cut in front: its end tells more.
pub fn short_path(path: &str, columns: usize) -> String {
    if width(path) <= columns {
        path.to_owned()
    } else {
        format!("…{}", last_columns(path, columns.saturating_sub(1)))
    }
}

/// A text with its middle cut out.
pub fn middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let end = last_columns(text, columns.saturating_sub(1) * 2 / 3);
    let begin = fit(text, columns.saturating_sub(width(end)));
    format!("{begin}{end}")
}

/// The longest end of a text that is at most so many columns wide.
fn last_columns(text: &str, columns: usize) -> &str {
    let starts = text.char_indices().map(|(at, _)| at);
    starts.map(|at| text.get(at..).unwrap_or_default()).find(|end| width(end) <= columns).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_tags() {
        let name = "registry.example:5000/platform/api-service:2026-03-12";
        let table = [
            (60, name),
            (40, "registr…/platform/api-service:2026-03-12"),
            (34, "r…/platform/api-service:2026-03-12"),
            (30, "…/plat…/api-service:2026-03-12"),
            (25, "…/api-service:2026-03-12"),
            (16, "api-s…2026-03-12"),
        ];
        for (columns, wanted) in table {
            assert_eq!(short_name(name, columns), wanted);
        }
        assert_eq!(short_path("teams/payments/pods.json", 12), "…s/pods.json");
    }

    #[test]
    fn ages_and_counts() {
        let at = |seconds: i64| age(Micros(seconds * 1_000_000), Micros(0));
        assert_eq!([at(-1), at(119), at(120), at(7_200), at(172_800)], ["ahead", "119 s", "2 min", "2 h", "2 d"]);
        assert_eq!([counted(1, "image"), counted(0, "image")], ["1 image", "0 images"]);
        assert_eq!(when("2026-03-17T08:20:01.453678Z"), "2026-03-17 08:20Z");
        assert_eq!((short("sha256:0123456789"), short("01")), ("01234567", "01"));
    }

    proptest! {
        #[test]
        fn what_is_shortened_fits(name in "[a-z東é:@./-]{0,60}", columns in 4_usize..70) {
            for cut in [short_name(&name, columns), short_path(&name, columns), middle(&name, columns)] {
                prop_assert!(width(&cut) <= columns, "{:?} in {}", cut, columns);
            }
        }
    }
}
