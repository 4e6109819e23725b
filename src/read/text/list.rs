//! Plain lists of references: one or several a line, with comments, quotes, and the counts of `uniq -c`.

use super::{is_beside, lines, place};
use crate::model::fact::{Item, Role, Spot, Use};
use crate::read::Segment;
use crate::read::names;
use crate::read::outcome::Outcome;

/// Reads a run of lines.
pub(in crate::read) fn read_list(source: &str, segment: &Segment, out: &mut Outcome) {
    for (number, offset, line) in lines(source, segment) {
        let mut item = Item::default();
        for (i, name) in images(line).enumerate() {
            let locator = format!("line:{number}");
            if let Some(reason) = names::refusal(name) {
                out.reject(locator, reason);
            } else if !names::is_reference(name) {
                out.reject(locator, "not an image reference");
            } else {
                let spot = Spot { pointer: String::new(), offset: place(line, name), length: name.len() as u64 };
                let name = name.to_owned();
                let use_name = if i == 0 { String::new() } else { i.to_string() };
                item.uses.push(Use::new(Role::Listed, use_name, name, spot));
            }
        }
        if !item.uses.is_empty() {
            item.spot = Spot { pointer: format!("line:{number}"), offset, length: line.len() as u64 };
            out.items.push(item);
        }
    }
}

/// The words of a line that stand where references do: no comment, no count, no quotes.
pub(super) fn images(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim_start_matches('\u{feff}');
    let line = if is_beside(line) || line.trim_start().starts_with('#') { "" } else { line };
    let line = line.split(" #").next().unwrap_or("");
    let mut words = line.split([' ', '\t', ',']).filter(|word| !word.is_empty()).peekable();
    let counted = words.peek().is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit()));
    let several = line.split_whitespace().nth(1).is_some();
    if counted && several {
        words.next();
    }
    if words.peek() == Some(&"-") {
        words.next();
    }
    words.map(|word| word.trim_matches(['"', '\'']))
}

/// How a line looks to one who searches for a list of references: `None` where it says nothing, else whether all of it
/// could be references and whether one of them is telling.
pub(in crate::read) fn line_is_list(line: &str) -> Option<(bool, bool)> {
    let mut words = images(line).peekable();
    words.peek()?;
    let words: Vec<&str> = words.take(1000).collect();
    let all = words.iter().all(|w| names::is_reference(w));
    let several = words.len() > 1;
    let telling = words.iter().filter(|w| names::is_telling(w)).count();
    // A line of prose has words that no list of several images has.
    Some((all && (!several || telling * 2 >= words.len()), telling > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_where_references_stand() {
        let of = |line| images(line).map(str::to_owned).collect::<Vec<String>>();
        assert_eq!(of("      3 busybox:1.36"), ["busybox:1.36"]);
        assert_eq!(of("\"nginx:1\" # why"), ["nginx:1"]);
        assert_eq!(of("- a/b:1"), ["a/b:1"]);
        assert_eq!(of("a:1 b:2,c:3"), ["a:1", "b:2", "c:3"]);
        assert!(of("# nginx").is_empty() && of("").is_empty() && of("$ kubectl get pods").is_empty());
    }
}
