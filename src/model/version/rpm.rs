//! RPM's order (rpm-version(7), "rpmvercmp").

use std::cmp::Ordering;

use super::{digits, epoch, numbers};

/// Epoch, version, release. A release that only one side tells is not compared, as RPM does it for dependencies.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((a, release_a), (b, release_b)) = (split(a), split(b));
    numbers(epoch_a, epoch_b).then_with(|| part(a, b)).then_with(|| part(release_a, release_b))
}

fn split(version: &str) -> (&str, &str) {
    version.rsplit_once('-').unwrap_or((version, ""))
}

/// One part: runs of digits and of letters, whatever stands between them; `~` is older than the end, `^` newer than the end
/// but older than anything else.
fn part(a: &str, b: &str) -> Ordering {
    let between = |c: char| !c.is_ascii_alphanumeric() && c != '~' && c != '^';
    let (mut a, mut b) = (a, b);
    loop {
        (a, b) = (a.trim_start_matches(between), b.trim_start_matches(between));
        match (a.strip_prefix('~'), b.strip_prefix('~')) {
            (Some(rest_a), Some(rest_b)) => {
                (a, b) = (rest_a, rest_b);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        match (a.strip_prefix('^'), b.strip_prefix('^')) {
            (Some(rest_a), Some(rest_b)) => {
                (a, b) = (rest_a, rest_b);
                continue;
            }
            (Some(_), None) => return if b.is_empty() { Ordering::Greater } else { Ordering::Less },
            (None, Some(_)) => return if a.is_empty() { Ordering::Less } else { Ordering::Greater },
            (None, None) => {}
        }
        if a.is_empty() || b.is_empty() {
            return a.len().min(1).cmp(&b.len().min(1));
        }
        let (number_a, rest_a) = digits(a);
        let (number_b, rest_b) = digits(b);
        let found = match (number_a.is_empty(), number_b.is_empty()) {
            (false, false) => {
                (a, b) = (rest_a, rest_b);
                numbers(number_a, number_b)
            }
            // Digits are newer than letters.
            (false, true) => return Ordering::Greater,
            (true, false) => return Ordering::Less,
            (true, true) => {
                let ((letters_a, rest_a), (letters_b, rest_b)) = (letters(a), letters(b));
                (a, b) = (rest_a, rest_b);
                letters_a.cmp(letters_b)
            }
        };
        if found != Ordering::Equal {
            return found;
        }
    }
}

fn letters(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_manual() {
        for (a, b, expected) in [
            ("1.0", "1.0", Ordering::Equal),
            ("1.0", "2.0", Ordering::Less),
            ("2.0.1", "2.0.1a", Ordering::Less),
            ("5.5p1", "5.5p10", Ordering::Less),
            ("10xyz", "10.1xyz", Ordering::Less),
            ("xyz10", "xyz10.1", Ordering::Less),
            ("xyz.4", "8", Ordering::Less),
            ("1.0~rc1", "1.0", Ordering::Less),
            ("1.0~rc1", "1.0~rc1~git123", Ordering::Greater),
            ("1.0^", "1.0", Ordering::Greater),
            ("1.0^git1", "1.0.1", Ordering::Less),
            ("1.0^git1~pre", "1.0^git1", Ordering::Less),
            ("2.0_1", "2.0.1", Ordering::Equal),
            ("1:1.0", "2.0", Ordering::Greater),
            ("1.0.2k-16.el7", "1.0.2k-16.el7_4.1", Ordering::Less),
            ("4.2.46-31.el7", "4.2.46-34.el7", Ordering::Less),
            ("20101121", "20101122", Ordering::Less),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
            assert_eq!(compare(b, a), expected.reverse(), "{b} {a}");
        }
    }
}
