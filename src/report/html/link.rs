//! What a note mentions, as links to where it stands in the same page. What does not stand in it stays as it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Bound;

use super::escape::escaped;
use super::text;
use crate::model::mention::bare;
use crate::report::model::Mention;
use crate::report::page::{Anchor, Block, Page};

/// The id of a row within the page.
pub(super) fn anchor(of: Anchor<'_>) -> String {
    let kind = if of.kind.is_empty() { String::new() } else { format!("{}-", of.kind) };
    format!("r-{kind}{}", of.id)
}

/// All rows of a page that something can lead to.
pub(super) struct Anchors<'p>(BTreeMap<&'static str, BTreeSet<&'p str>>);

impl<'p> Anchors<'p> {
    pub fn of(page: &Page<'p>) -> Self {
        let blocks = page.sections.iter().flat_map(|section| &section.blocks);
        let tables = blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        Anchors::with(tables.flat_map(|table| &table.rows).filter_map(|row| row.anchor))
    }

    fn with(all: impl Iterator<Item = Anchor<'p>>) -> Self {
        let mut found = Anchors(BTreeMap::new());
        for Anchor { kind, id } in all {
            found.0.entry(kind).or_default().insert(id);
        }
        found
    }

    /// A line of a note, defanged and escaped, its mentions linked.
    pub fn linked(&self, line: &str, mentions: &[Mention]) -> String {
        if mentions.is_empty() {
            return text(line);
        }
        let (mut out, mut plain) = (String::new(), 0);
        for word in line.split_whitespace().map(bare) {
            let Some(mention) = mentions.iter().find(|mention| mention.written == word) else { continue };
            let Some(found) = self.find(&mention.target) else { continue };
            // Words of a line stand behind each other in it.
            let Some(at) = line.get(plain..).and_then(|rest| rest.find(word)).map(|at| plain + at) else { continue };
            out.push_str(&text(line.get(plain..at).unwrap_or_default()));
            // Writing to a String cannot fail.
            let _ = write!(out, "<a href=\"#{}\">{}</a>", escaped(&anchor(found)), text(word));
            plain = at + word.len();
        }
        out.push_str(&text(line.get(plain..).unwrap_or_default()));
        out
    }

    /// The one row that a target means: by its whole id, or by the beginning of one.
    fn find(&self, target: &str) -> Option<Anchor<'p>> {
        let (what, id) = target.split_once(':')?;
        let (kind, id) = match what {
            "image" | "evidence" | "indicator" => ("", id),
            "task" => ("task", id),
            "clock" => ("clock", id),
            "credential" => ("credential", id),
            "entry" => ("entry", id),
            // What the case recorded by itself is known by its event.
            "event" => ("entry", target),
            _ => return None,
        };
        let all = self.0.get(kind)?.range::<str, _>((Bound::Included(id), Bound::Unbounded));
        let mut begun = all.take_while(|it| it.starts_with(id)).map(|id| Anchor::of(kind, id));
        match (begun.next()?, begun.next()) {
            (one, None) => Some(one),
            (one, Some(_)) => (one.id == id).then_some(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_lead_to_their_rows_and_nothing_else_does() {
        let known = [("", "ab12"), ("task", "R1"), ("task", "R13"), ("entry", "event:0a1b2c"), ("entry", "77aa91")];
        let anchors = Anchors::with(known.into_iter().map(|(kind, id)| Anchor::of(kind, id)));
        let mention = |written: &str, target: &str| Mention { written: written.into(), target: target.into() };
        let mentions = [
            mention("pay/api:1", "image:ab12"),
            mention("task:R1", "task:R1"),
            mention("task:R9", "task:R9"),
            mention("event:0a1b2c", "event:0a1b2c"),
            mention("entry:77aa", "entry:77aa"),
        ];
        for (line, expected) in [
            ("see (pay/api:1), done", "see (<a href=\"#r-ab12\">pay/api:1</a>), done"),
            ("task:R1 before task:R9.", "<a href=\"#r-task-R1\">task:R1</a> before task:R9."),
            ("pay/api:12 <b>", "pay/api:12 &lt;b&gt;"),
            ("x event:0a1b2c", "x <a href=\"#r-entry-event:0a1b2c\">event:0a1b2c</a>"),
            (
                "entry:77aa at https://evil.example/x",
                "<a href=\"#r-entry-77aa91\">entry:77aa</a> at hxxps://evil[.]example/x",
            ),
            ("", ""),
        ] {
            assert_eq!(anchors.linked(line, &mentions), expected, "{line}");
        }
        assert_eq!(anchors.find("task:R"), None, "it could be either");
        assert_eq!(anchors.linked("pay/api:1", &[]), "pay/api:1");
    }
}
