//! Debian's order (deb-version(7), "Sorting algorithm").

use std::cmp::Ordering;

use super::{digits, epoch, numbers};

/// Epoch, upstream version, revision.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let split = |version| match str::rsplit_once(version, '-') {
        Some((upstream, revision)) => (upstream, revision),
        None => (version, ""),
    };
    let ((a, revision_a), (b, revision_b)) = (split(a), split(b));
    numbers(epoch_a, epoch_b).then_with(|| part(a, b)).then_with(|| part(revision_a, revision_b))
}

/// One part: runs of text and runs of digits take turns. Letters sort before everything but `~`, which sorts even before
/// the end.
pub(super) fn part(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (text_a, rest_a) = text(a);
        let (text_b, rest_b) = text(b);
        let found = texts(text_a, text_b);
        if found != Ordering::Equal {
            return found;
        }
        let ((number_a, rest_a), (number_b, rest_b)) = (digits(rest_a), digits(rest_b));
        let found = numbers(number_a, number_b);
        if found != Ordering::Equal || (rest_a.is_empty() && rest_b.is_empty()) {
            return found;
        }
        (a, b) = (rest_a, rest_b);
    }
}

fn text(version: &str) -> (&str, &str) {
    let end = version.bytes().position(|b| b.is_ascii_digit()).unwrap_or(version.len());
    version.split_at(end)
}

fn texts(a: &str, b: &str) -> Ordering {
    let length = a.chars().count().max(b.chars().count());
    let weights =
        |text: &str| -> Vec<i64> { text.chars().map(weight).chain(std::iter::repeat(0)).take(length).collect() };
    weights(a).cmp(&weights(b))
}

fn weight(c: char) -> i64 {
    match c {
        '~' => -1,
        c if c.is_ascii_alphabetic() => i64::from(u32::from(c)),
        c => i64::from(u32::from(c)) + 256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_manual() {
        let ascending = [
            "1.0~~",
            "1.0~~a",
            "1.0~",
            "1.0",
            "1.0-1",
            "1.0-1+b1",
            "1.0-2",
            "1.0-10",
            "1.0a",
            "1.0+dfsg-1",
            "1.0.1",
            "1:0.1",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1.0", "1.0-0"), ("0:1", "1"), ("1.01", "1.1"), ("", "")] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(compare("3.0.11-1~deb12u2", "3.0.11-1"), Ordering::Less);
        assert_eq!(compare("5.6.1+really5.4.5-1", "5.6.1-1"), Ordering::Greater);
    }
}
