//! Ranges of versions, as people write them: `<3.1.4-r1`, `>=5.6.0, <5.6.2`, `5.6.0 || 5.6.1`, and as package URLs do:
//! `vers:deb/>=5.6.0|<5.6.2`.
//!
//! A bound without a distribution's revision is meant for every revision, and one without an epoch for every epoch: who asks
//! for xz 5.6.0 asks for what upstream released, and `5.6.0-r0`, `5.6.0-0.2` and `1:5.6.0-1` all hold it.

use std::cmp::Ordering;
use std::fmt;

use super::{Scheme, epoch, really};

/// Most bounds of one range.
const MOST: usize = 100;

/// A range: any of its alternatives, each of which holds where all its bounds hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Range {
    any: Vec<Vec<Bound>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    sign: Sign,
    version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Less,
    AtMost,
    Equal,
    AtLeast,
    Greater,
    Differs,
}

/// Why a text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no range of versions: {reason}; write it as '<3.1.4-r1', '>=5.6.0 <5.6.2' or '5.6.0 || 5.6.1'")]
pub struct BadRange {
    /// What was written, cut.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

const SIGNS: [(&str, Sign); 8] = [
    ("<=", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("!=", Sign::Differs),
    ("==", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("=", Sign::Equal),
    ("", Sign::Equal),
];

impl Range {
    /// Parses a range. `*` and nothing at all hold every version.
    pub fn parse(text: &str) -> Result<Range, BadRange> {
        let bad = |reason| BadRange { text: text.chars().take(100).collect(), reason };
        let trimmed = text.trim();
        if let Some(rest) = trimmed.strip_prefix("vers:") {
            let bounds = rest.split_once('/').ok_or_else(|| bad("vers: needs a kind of package and a slash"))?.1;
            return vers(bounds, &bad);
        }
        if trimmed.is_empty() || trimmed == "*" {
            return Ok(Range::default());
        }
        let mut any = Vec::new();
        for part in trimmed.split("||") {
            let bounds = bounds(part, &bad)?;
            if bounds.is_empty() {
                return Err(bad("an alternative is empty"));
            }
            if bounds.iter().filter(|bound| bound.sign == Sign::Equal).count() > 1 {
                return Err(bad("no version is two at once; put || between them"));
            }
            any.push(bounds);
        }
        if any.iter().map(Vec::len).sum::<usize>() > MOST {
            return Err(bad("more than 100 bounds"));
        }
        Ok(Range { any })
    }

    /// True for a range that holds every version.
    pub fn is_all(&self) -> bool {
        self.any.is_empty()
    }

    /// Whether a version is in it, in the order of its kind of package. `+really` counts as what it holds.
    pub fn holds(&self, scheme: Scheme, version: &str) -> bool {
        let version = really(version.trim());
        self.is_all() || self.any.iter().any(|all| all.iter().all(|bound| bound.holds(scheme, &version)))
    }
}

/// Bounds side by side, with blanks or commas between them; blanks after a sign do not count.
fn bounds(text: &str, bad: &dyn Fn(&'static str) -> BadRange) -> Result<Vec<Bound>, BadRange> {
    let mut found: Vec<Bound> = Vec::new();
    let mut waiting = None;
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let (prefix, sign) =
            SIGNS.iter().find(|(sign, _)| word.starts_with(sign)).copied().unwrap_or(("", Sign::Equal));
        let version = word.strip_prefix(prefix).unwrap_or(word);
        let sign = match (waiting.take(), prefix) {
            (Some(sign), "") => sign,
            (Some(_), _) => return Err(bad("two signs side by side")),
            (None, _) => sign,
        };
        if version.is_empty() {
            waiting = Some(sign);
            continue;
        }
        if !version.bytes().any(|b| b.is_ascii_digit()) {
            return Err(bad("a version has digits"));
        }
        // What other tools take for a range would be a version that nothing has, and the answer a false no.
        let odd = |c: char| !(c.is_ascii_alphanumeric() || ".+-_:~!".contains(c));
        let wild = [".x", ".X"].iter().any(|end| version.ends_with(end));
        if version.contains(odd) || wild || !version.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(bad("signs are <, <=, =, !=, >=, >; wildcards, ^, ~ and brackets are not read"));
        }
        found.push(Bound { sign, version: version.to_owned() });
    }
    if waiting.is_some() {
        return Err(bad("a version is missing after a sign"));
    }
    Ok(found)
}

/// Bounds of a `vers:` text: sorted, with bars between them. `>=a|<b` is one interval, `=a` stands alone.
fn vers(text: &str, bad: &dyn Fn(&'static str) -> BadRange) -> Result<Range, BadRange> {
    if text.trim() == "*" {
        return Ok(Range::default());
    }
    let mut any: Vec<Vec<Bound>> = Vec::new();
    let mut excluded = Vec::new();
    for word in text.split('|').take(MOST) {
        for bound in bounds(word, bad)? {
            let open = any.last_mut().filter(|last| matches!(last.as_slice(), [only] if only.is_lower()));
            match (bound.sign, open) {
                (Sign::Differs, _) => excluded.push(bound),
                (Sign::Less | Sign::AtMost, Some(open)) => open.push(bound),
                _ => any.push(vec![bound]),
            }
        }
    }
    if any.is_empty() && excluded.is_empty() {
        return Err(bad("it has no bounds"));
    }
    if any.is_empty() {
        any.push(Vec::new());
    }
    any.iter_mut().for_each(|all| all.extend(excluded.iter().cloned()));
    Ok(Range { any })
}

impl Bound {
    fn is_lower(&self) -> bool {
        matches!(self.sign, Sign::Greater | Sign::AtLeast)
    }

    fn holds(&self, scheme: Scheme, version: &str) -> bool {
        let (_, revision) = scheme.parts(&self.version);
        let has_epoch =
            matches!(scheme, Scheme::Deb | Scheme::Rpm) && epoch(&self.version).1.len() < self.version.len();
        let version = if has_epoch { version } else { without_epoch(scheme, version) };
        // `v1.2` means 1.2 where versions have no such letter.
        let plain = self.version.strip_prefix('v').filter(|_| !version.starts_with('v'));
        if let Some(plain) = plain.filter(|plain| plain.starts_with(|c: char| c.is_ascii_digit())) {
            return Bound { sign: self.sign, version: plain.to_owned() }.holds(scheme, version);
        }
        let found = match revision {
            Some(_) => scheme.compare(version, &self.version),
            None => scheme.compare(upstream(scheme, version), &self.version),
        };
        match self.sign {
            Sign::Less => found == Ordering::Less,
            Sign::AtMost => found != Ordering::Greater,
            Sign::Equal => found == Ordering::Equal,
            Sign::AtLeast => found != Ordering::Less,
            Sign::Greater => found == Ordering::Greater,
            Sign::Differs => found != Ordering::Equal,
        }
    }
}

fn without_epoch(scheme: Scheme, version: &str) -> &str {
    match scheme {
        Scheme::Deb | Scheme::Rpm => epoch(version).1,
        _ => version,
    }
}

/// A version without the distribution's revision; an epoch stays.
fn upstream(scheme: Scheme, version: &str) -> &str {
    match scheme.parts(version).1 {
        Some(revision) => {
            let cut = revision.len() + if scheme == Scheme::Apk { 2 } else { 1 };
            version.get(..version.len().saturating_sub(cut)).unwrap_or(version)
        }
        None => version,
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("*");
        }
        for (at, all) in self.any.iter().enumerate() {
            f.write_str(if at > 0 { " || " } else { "" })?;
            for (at, bound) in all.iter().enumerate() {
                let sign = SIGNS.iter().find(|(_, sign)| *sign == bound.sign).map_or("", |(text, _)| text);
                let sign = if bound.sign == Sign::Equal { "=" } else { sign };
                write!(f, "{}{sign}{}", if at > 0 { " " } else { "" }, bound.version)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(range: &str, kind: &str, version: &str) -> bool {
        Range::parse(range).unwrap().holds(Scheme::of(kind), version)
    }

    #[test]
    fn ranges_hold_what_their_bounds_say() {
        for (range, kind, version, expected) in [
            ("<3.1.4-r1", "apk", "3.1.4-r0", true),
            ("<3.1.4-r1", "apk", "3.1.4-r1", false),
            ("5.6.0", "apk", "5.6.0-r1", true),
            ("=5.6.0", "rpm", "5.6.0-2.fc41", true),
            ("=5.6.0", "rpm", "1:5.6.0-2.fc41", true),
            ("5.6.0", "deb", "5.6.0-0.2", true),
            ("5.6.0", "deb", "5.6.01-1", false),
            ("<=5.6.1", "deb", "5.6.1-1", true),
            (">=5.6.0 <5.6.2", "deb", "5.6.1+really5.4.5-1", false),
            (">=5.6.0 <5.6.2", "deb", "5.6.1-1", true),
            (">= 5.6.0, < 5.6.2", "deb", "5.6.1-1", true),
            ("5.6.0 || 5.6.1", "apk", "5.6.1-r0", true),
            ("5.6.0 || 5.6.1", "apk", "5.6.2-r0", false),
            ("vers:deb/>=5.6.0|<5.6.2", "deb", "5.6.1-1", true),
            ("vers:deb/>=5.6.0|<5.6.2", "deb", "5.4.1-1", false),
            ("vers:npm/1.0.0|>=2.0.0|!=2.1.0", "npm", "1.0.0", true),
            ("vers:npm/1.0.0|>=2.0.0|!=2.1.0", "npm", "2.1.0", false),
            ("<2.15.0", "maven", "2.14.1", true),
            ("v5.6.0", "apk", "5.6.0-r1", true),
            ("*", "npm", "1", true),
            ("", "npm", "1", true),
            ("!=1.0", "pypi", "1.0.0", false),
            ("<1:2.0-1", "deb", "2.0-1", true),
        ] {
            assert_eq!(holds(range, kind, version), expected, "{range} {kind} {version}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_an_example() {
        for text in [
            "<",
            ">= <1",
            "|| 1",
            "vers:deb",
            "vers:deb/",
            "=!",
            "<>",
            "5.6.*",
            "5.6.x",
            "^5.6.0",
            "~5.6",
            "[5.6.0,5.6.2)",
            ">=5.6.0 and <5.6.2",
            "5.6.0,5.6.1",
            "garbage(((",
            "=>5.6.0",
        ] {
            let error = Range::parse(text).unwrap_err().to_string();
            assert!(error.contains("write it as"), "{text}: {error}");
        }
        assert!(Range::parse(&"1 ".repeat(101)).is_err());
    }

    proptest! {
        #[test]
        fn what_is_printed_is_the_same_range(text in "[<>=!]{0,2}[0-9]{1,3}(\\.[0-9]){0,2}( \\|\\| <[0-9])?") {
            if let Ok(range) = Range::parse(&text) {
                prop_assert_eq!(Range::parse(&range.to_string()), Ok(range));
            }
        }
    }
}
