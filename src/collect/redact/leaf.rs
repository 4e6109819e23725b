//! One value at its place: what of it is replaced.

use super::commandline::Command;
use super::rules::Place;
use super::text::{self, Mode, Span};
use super::{MARK, Redactions, clean, coded, embedded, environment, names, shapes, values};

/// Strings inside strings are followed this deep; deeper ones are treated as text.
pub(super) const DEPTH: u8 = 8;

/// What happens to a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    Keep,
    /// All of it is replaced.
    Whole,
    /// This stands there instead; parts of it were replaced.
    Part(Vec<u8>),
}

/// Decides about a decoded value and counts what is replaced.
pub(super) fn treat(place: Place, command: &mut Command, value: &[u8], depth: u8, counts: &mut Redactions) -> Change {
    if values::is_marked(value) {
        if matches!(place, Place::Command | Place::BuildArguments) {
            command.argument(value);
        }
        return Change::Keep;
    }
    let literal = !value.trim_ascii().is_empty();
    let whole = match place {
        Place::EnvironmentValue => literal && !values::is_variable(value),
        Place::ImageVariable => literal && !values::is_variable(value) && !is_plain_image(value),
        Place::HeaderValue | Place::DataValue => literal,
        Place::Telling => !values::is_harmless(value),
        Place::WeakTelling => values::is_random(value),
        Place::Environment | Place::ComposeEnvironment | Place::ConfigEnvironment => {
            return pair(place, value, depth, counts);
        }
        Place::BuildArgument(says) => !environment::stays_under(says, value),
        Place::BuildArguments if value.contains(&b'=') && !value.starts_with(b"-") => {
            let Some(equals) = environment::replaced_pair(value) else { return Change::Keep };
            counts.add("env-value");
            return Change::Part([value.get(..=equals).unwrap_or_default(), MARK.as_bytes()].concat());
        }
        Place::Command | Place::BuildArguments => return argument(command, value, depth, counts),
        Place::Image if is_plain_image(value) => return Change::Keep,
        _ => false,
    };
    if whole {
        counts.add(place_name(place).unwrap_or("telling-name"));
        return Change::Whole;
    }
    let mut inner = Redactions::default();
    match free_text(value, depth, &mut inner) {
        Some(redacted) => {
            rename(place, &inner, counts);
            Change::Part(redacted)
        }
        None => Change::Keep,
    }
}

/// The name that a place gives to whatever is replaced there.
fn place_name(place: Place) -> Option<&'static str> {
    match place {
        Place::EnvironmentValue | Place::ImageVariable | Place::BuildArgument(_) => Some("env-value"),
        Place::HeaderValue => Some("probe-header"),
        Place::DataValue => Some("config-data"),
        Place::Annotation => Some("annotation"),
        Place::Message => Some("message"),
        Place::History => Some("image-history"),
        Place::Command => Some("command-line"),
        _ => None,
    }
}

fn rename(place: Place, inner: &Redactions, counts: &mut Redactions) {
    for (name, count) in &inner.by_place {
        let keeps = matches!(*name, "url-userinfo" | "key-shaped");
        let name = if keeps { *name } else { place_name(place).unwrap_or(name) };
        *counts.by_place.entry(name).or_default() += count;
    }
}

fn is_plain_image(value: &[u8]) -> bool {
    let bare = [&b"docker-pullable://"[..], b"docker://"].iter().find_map(|s| value.strip_prefix(*s)).unwrap_or(value);
    values::is_image(bare) && !bare.split(|b| b"/:".contains(b)).any(|part| shapes::at(part, 0).is_some())
}

/// `KEY=value` of an environment list. An image's own environment keeps what says which software is inside.
fn pair(place: Place, value: &[u8], depth: u8, counts: &mut Redactions) -> Change {
    let equals = value.iter().position(|b| *b == b'=');
    let Some((name, literal)) = equals.and_then(|at| Some((value.get(..at)?, value.get(at + 1..)?))) else {
        return free_text(value, depth, counts).map_or(Change::Keep, Change::Part);
    };
    let plain = place == Place::ConfigEnvironment && names::is_plain_variable(name);
    let image = names::is_image_variable(name) && is_plain_image(literal);
    let empty = literal.trim_ascii().is_empty() || values::is_marked(literal) || values::is_variable(literal);
    if empty || image {
        return Change::Keep;
    }
    if plain {
        return free_text(value, depth, counts).map_or(Change::Keep, Change::Part);
    }
    counts.add("env-value");
    Change::Part([name, b"=", MARK.as_bytes()].concat())
}

/// One element of `command` or `args`.
fn argument(command: &mut Command, value: &[u8], depth: u8, counts: &mut Redactions) -> Change {
    let script = value.iter().any(u8::is_ascii_whitespace);
    match command.argument(value) {
        Some(0) => {
            counts.add("command-line");
            Change::Whole
        }
        Some(at) if !script => {
            counts.add("command-line");
            let span = Span { start: at, end: value.len(), place: "command-line" };
            Change::Part(text::apply(value, &[span]))
        }
        _ => {
            let mut inner = Redactions::default();
            let redacted = free_text(value, depth, &mut inner);
            rename(Place::Command, &inner, counts);
            redacted.map_or(Change::Keep, Change::Part)
        }
    }
}

/// Text that may hold JSON; `None` where nothing is replaced.
pub(super) fn free_text(value: &[u8], depth: u8, counts: &mut Redactions) -> Option<Vec<u8>> {
    if is_boring(value) {
        return None;
    }
    let hash = clean::hash(value, depth);
    if hash.is_some_and(clean::knows) {
        return None;
    }
    let before = counts.total();
    let redacted = looked_through(value, depth, counts);
    // What was replaced by the same is counted each time.
    if let (None, Some(hash)) = (&redacted, hash.filter(|_| counts.total() == before)) {
        clean::remember(hash);
    }
    redacted
}

/// The same, without what is remembered of it.
fn looked_through(value: &[u8], depth: u8, counts: &mut Redactions) -> Option<Vec<u8>> {
    if depth < DEPTH
        && coded::is_likely(value)
        && let Some(redacted) = coded::redact(value, depth + 1, counts)
    {
        return Some(redacted);
    }
    if depth < DEPTH && embedded::is_likely(value) {
        return embedded::redact(value, depth + 1, counts);
    }
    text::redact(value, Mode::Prose, counts)
}

/// A rule for text could begin here.
const TELLS: u8 = 1;
const COLON: u8 = 2;
/// A key-shaped string could start here.
const STARTS: u8 = 4;
const IN_WORD: u8 = 8;

/// What each byte may mean.
const BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] |= IN_WORD;
        }
        if shapes::STARTS[byte] {
            table[byte] |= STARTS;
        }
        byte += 1;
    }
    let telling = b" \t\n\r=@{[\"'\\`,;&|";
    let mut i = 0;
    while i < telling.len() {
        table[telling[i] as usize] |= TELLS;
        i += 1;
    }
    table[b':' as usize] |= COLON;
    table
};

/// True for what no rule could find a secret in: names, times, numbers, image references, labels. This is the question
/// asked of nearly every string of a pod list, so it is one pass without allocation.
pub(super) fn is_boring(value: &[u8]) -> bool {
    if coded::is_likely(value) {
        return false;
    }
    let mut before = 0;
    for (at, byte) in value.iter().enumerate() {
        let here = BYTES.get(usize::from(*byte)).copied().unwrap_or(TELLS);
        if here & (TELLS | COLON) != 0 {
            let assigns = here & COLON != 0 && may_assign(value, at);
            if assigns || (here & TELLS != 0 && !begins_digest(value, at, *byte)) {
                return false;
            }
        }
        let starts = here & STARTS != 0 && before & IN_WORD == 0;
        if starts && shapes::may_start(value, at) && shapes::at(value, at).is_some() {
            return false;
        }
        before = here;
    }
    true
}

/// The `@` before a digest.
fn begins_digest(value: &[u8], at: usize, byte: u8) -> bool {
    byte == b'@' && value.get(at + 1..at + 8).is_some_and(|next| next == b"sha256:")
}

/// A `:` after a word that ends as `password` and its kin do.
fn may_assign(value: &[u8], at: usize) -> bool {
    let scheme = value.get(at + 1) == Some(&b'/');
    let before = at.checked_sub(1).and_then(|i| value.get(i));
    !scheme && before.is_some_and(|b| matches!(b | 0x20, b'd' | b'e' | b's'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boring_strings_are_those_without_findings() {
        let hex = "0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
        for text in [
            format!("registry.corp:5000/team/web:1.2.3@sha256:{hex}"),
            "2026-11-21T18:55:07Z".into(),
            "app.kubernetes.io/name".into(),
            format!("containerd://{hex}"),
        ] {
            assert!(is_boring(text.as_bytes()), "{text}");
        }
        for text in ["a=b", "u:p@h", "ghp_0123456789abcdefABCDEF", "password:x", "two words", "{}"] {
            assert!(!is_boring(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn image_environments_keep_versions() {
        let treat = |v: &str| {
            let mut command = Command::default();
            treat(Place::ConfigEnvironment, &mut command, v.as_bytes(), 0, &mut Redactions::default())
        };
        assert_eq!(treat("PYTHON_VERSION=3.12.1"), Change::Keep);
        assert_eq!(treat("PATH=/usr/bin:/bin"), Change::Keep);
        assert_eq!(treat("FOO=bar"), Change::Part(b"FOO=[redacted]".to_vec()));
    }
}
