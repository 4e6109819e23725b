//! Lines of text: a reference with its digest, or one name and one digest that stand in a line together.

use super::Found;
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::Spot;
use crate::read::names;

/// Longest line that is looked at.
const LONGEST: usize = 16 << 10;

/// Reads every line.
pub(super) fn read(text: &str, found: &mut Found) {
    let mut offset = 0;
    for (n, line) in (1_u64..).zip(text.split_inclusive('\n')) {
        if line.len() <= LONGEST {
            one(line, n, offset, found);
        }
        offset += line.len() as u64;
    }
}

fn one(line: &str, number: u64, offset: u64, found: &mut Found) {
    if line.trim_start().starts_with('#') && !line.contains("sha256:") {
        return;
    }
    let spot =
        || Spot { pointer: format!("line:{number}"), offset, length: line.trim_end_matches(['\r', '\n']).len() as u64 };
    let (mut names, mut digests, mut whole) = (Vec::new(), Vec::new(), false);
    for word in line.split(between).filter(|word| !word.is_empty()) {
        let word = word.trim_matches(['.', ',', ';', ':', '=']);
        if let Ok(digest) = Digest::parse(word) {
            digests.push(digest);
        } else if let Some(digest) = Digest::parse(&names::digest_in(word)).ok().filter(|_| names::is_reference(word)) {
            found.add(word, &digest, DigestKind::Unknown, spot());
            whole = true;
        } else if names::is_telling(word) && !is_clock(word) && !names.contains(&word) {
            names.push(word);
        }
    }
    digests.dedup();
    if let ([name], [digest], false) = (names.as_slice(), digests.as_slice(), whole) {
        found.add(name, digest, DigestKind::Unknown, spot());
    }
}

/// A time of day looks like a name with a tag.
fn is_clock(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || b == b':')
}

/// What stands between words in lists, tables of Markdown and shell commands.
fn between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '`' | '|' | '"' | '\'' | '(' | ')' | '<' | '>' | ',' | ';' | '*' | '[' | ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_digest_in_one_line() {
        let (a, b) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        let text = format!(
            "# Images\nr.corp/app:1@{a}\n{b}  r.corp/db:2\n| `ghcr.io/x/y:3` | `{a}` |\nr.corp/web:4 = {b}\n\
             two r.corp/a:1 r.corp/b:1 {a}\nalone {a}\nr.corp/none:1\ndocker pull r.corp/app:9@{b}.\nprose 12:30 and {a}\n"
        );
        let mut found = Found::default();
        read(&text, &mut found);
        let names: Vec<String> =
            found.entries.iter().map(|e| format!("{} {}", e.as_written, &e.digest.hex()[..1])).collect();
        assert_eq!(names, ["r.corp/app:1 a", "r.corp/db:2 b", "ghcr.io/x/y:3 a", "r.corp/web:4 b", "r.corp/app:9 b"]);
        assert_eq!(found.entries[1].spot.pointer, "line:3");
    }
}
