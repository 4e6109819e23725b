//! Where a row leads: commands that open a place in a view, from whichever view they are given. Going back leads to where
//! they were given.

use crate::case::query::filter::quoted;
use crate::case::query::image::WorkloadCell;
use crate::command::Call;

/// The lines of a piece of evidence around some of its bytes.
pub fn evidence(id: &str, offset: i64, length: i64) -> Call {
    Call::parse(&format!("proof.show {id} {}+{}", offset.max(0), length.max(0)))
}

/// The same around what a locator names, as `line:7` or a JSON pointer.
pub fn evidence_at(id: &str, locator: &str) -> Call {
    let place = if locator.is_empty() { "0+0".to_owned() } else { format!("@{locator}") };
    Call { id: "proof.show".to_owned(), argument: format!("{id} {place}") }
}

/// The same around a place as `evidence show --at` takes it: bytes as `12+34`, else a locator.
pub fn evidence_told(id: &str, place: &str) -> Call {
    let bytes = place.split_once('+').and_then(|(first, length)| Some((first.parse().ok()?, length.parse().ok()?)));
    bytes.map_or_else(|| evidence_at(id, place), |(first, length)| evidence(id, first, length))
}

/// Everything about an image, by any of its aliases.
pub fn image(alias: &str) -> Call {
    Call { id: "images.show".to_owned(), argument: alias.to_owned() }
}

/// An image with what it stands on and what stands on it.
pub fn lineage(alias: &str) -> Call {
    Call { id: "graph.show".to_owned(), argument: alias.to_owned() }
}

/// The outline of bases, opened at an image.
pub fn outline(alias: &str) -> Call {
    Call { id: "graph.list".to_owned(), argument: alias.to_owned() }
}

/// How far an image reaches, or any target.
pub fn blast(target: &str) -> Call {
    Call { id: "blast.show".to_owned(), argument: target.to_owned() }
}

/// Why an image has its priority.
pub fn why(alias: &str) -> Call {
    Call { id: "matrix.why".to_owned(), argument: alias.to_owned() }
}

/// All images that a workload uses.
pub fn workload(cell: &WorkloadCell) -> Call {
    let mut parts = vec![only("workload", &cell.name), only("kind", &cell.kind)];
    for (field, value) in [("namespace", &cell.namespace), ("context", &cell.context)] {
        parts.extend((!value.is_empty()).then(|| only(field, value)));
    }
    images(&parts.join(" "))
}

/// The images that a filter lets through.
pub fn images(filter: &str) -> Call {
    Call { id: "images.list".to_owned(), argument: filter.to_owned() }
}

/// A filter for one value of a field, in quotes where it needs them.
pub fn only(field: &str, value: &str) -> String {
    format!("{field}:{}", quoted(value))
}

/// All that an event says.
pub fn event(hash: &str) -> Call {
    Call { id: "proof.event".to_owned(), argument: hash.to_owned() }
}

/// What a note mentions, as [`crate::case::notes::Mention`] names it.
pub fn mentioned(target: &str) -> Option<Call> {
    let (what, id) = target.split_once(':')?;
    let shown = |command: &str| Some(Call { id: command.to_owned(), argument: id.to_owned() });
    match what {
        "event" => Some(event(id)),
        "evidence" => Some(evidence(id, 0, 0)),
        "image" => Some(image(id)),
        "task" => shown("tasks.show"),
        "clock" => shown("clocks.show"),
        "credential" => shown("creds.show"),
        "entry" => shown("time.show"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::query::filter::Filter;

    #[test]
    fn every_link_is_a_command_of_a_view_that_works_from_everywhere() {
        let table = crate::tui::commands();
        for link in [
            evidence("ab", -1, 3),
            evidence_at("ab", "/a b"),
            image("x"),
            images(""),
            event("cd"),
            lineage("x"),
            outline("x"),
            blast("x"),
            mentioned("task:R8").unwrap(),
            mentioned("clock:x").unwrap(),
            mentioned("credential:x").unwrap(),
            mentioned("entry:x").unwrap(),
            mentioned("image:x").unwrap(),
            why("x"),
        ] {
            let row = table.get(&link.id).unwrap();
            assert!(crate::tui::view::is_place(row), "{link}");
        }
        assert_eq!(evidence("ab", -1, 3).to_string(), "proof.show ab 0+3");
        assert_eq!(evidence_at("ab", "/a b").to_string(), "proof.show ab @/a b");
        assert_eq!(evidence_told("ab", "12+3").to_string(), "proof.show ab 12+3");
        assert_eq!(evidence_told("ab", "/a+b").to_string(), "proof.show ab @/a+b");
    }

    #[test]
    fn any_value_makes_a_filter() {
        for value in ["", "pay", "a b", "x\"y", "(", "*", "-", "東京", "\\"] {
            let filter = only("namespace", value);
            assert!(Filter::parse(&filter).is_ok(), "{filter}");
        }
    }
}
