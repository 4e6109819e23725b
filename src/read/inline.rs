//! A Dockerfile written inside another file (compose's `dockerfile_inline`, bake's `dockerfile-inline`): its spots moved to
//! where the words stand there.

use crate::model::fact::Spot;
use crate::model::recipe::{Argument, Dockerfile, Step};

/// How the outer file points at its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pointers {
    /// By a JSON pointer: each word has that of the whole text.
    Path,
    /// By lines, of which the text begins on this one: each word has its own.
    Line(usize),
}

/// What stands at a spot of a source.
pub(super) fn written<'s>(source: &'s str, spot: &Spot) -> &'s str {
    source.get(spot.offset as usize..(spot.offset + spot.length) as usize).unwrap_or_default()
}

/// Moves all spots of a Dockerfile, which count in `text`, to the outer file. There `written` stands at `spot`: the text as
/// it is, indented line by line, in quotes, or as a heredoc; where it is folded or escaped, the whole is pointed at.
pub(super) fn place(file: &mut Dockerfile, text: &str, written: &str, spot: &Spot, pointers: Pointers) {
    let (lines, opened) = lines(text, written, spot.offset);
    let pointers = match pointers {
        Pointers::Line(line) => Pointers::Line(line + opened),
        Pointers::Path => Pointers::Path,
    };
    let place = Place { lines, spot, pointers };
    each_spot(file, &mut |spot| *spot = place.moved(spot));
}

/// Where the text's lines stand in the source.
struct Place<'s> {
    /// For each line its first byte in the text and in the source; empty where the text was folded or escaped.
    lines: Vec<(u64, u64)>,
    spot: &'s Spot,
    /// Those of the first line.
    pointers: Pointers,
}

impl Place<'_> {
    /// A spot of the text as one of the source: the words' own where each line stands there as it is, else the whole.
    fn moved(&self, spot: &Spot) -> Spot {
        let line = self.lines.partition_point(|(in_text, _)| *in_text <= spot.offset).wrapping_sub(1);
        let Some((in_text, in_source)) = self.lines.get(line) else {
            return self.spot.clone();
        };
        let offset = in_source + (spot.offset - in_text);
        // What goes over several lines has their indentation in it.
        let last = self.lines.partition_point(|(start, _)| *start <= spot.offset + spot.length.saturating_sub(1));
        let end = last
            .checked_sub(1)
            .and_then(|at| self.lines.get(at))
            .map_or(offset, |(in_text, in_source)| in_source + (spot.offset + spot.length).saturating_sub(*in_text));
        let pointer = match self.pointers {
            Pointers::Path => self.spot.pointer.clone(),
            Pointers::Line(first) => format!("line:{}", first + line),
        };
        Spot { pointer, offset, length: end.saturating_sub(offset) }
    }
}

/// Pairs the lines of the text with those written at `start`, and says how many written ones stand before its first.
fn lines(text: &str, written: &str, start: u64) -> (Vec<(u64, u64)>, usize) {
    if written == text {
        return (lines_of(text, start), 0);
    }
    let quoted = |mark: char| written.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark)) == Some(text);
    if quoted('"') || quoted('\'') {
        return (lines_of(text, start + 1), 0);
    }
    let opening = if written.starts_with("<<") { written.find('\n').map_or(0, |at| at + 1) } else { 0 };
    let (mut found, mut in_text, mut in_source) = (Vec::new(), 0, start + opening as u64);
    let mut raw = written.get(opening..).unwrap_or_default().split_inclusive('\n');
    for line in text.split_inclusive('\n') {
        let Some(written) = raw.next() else { return Default::default() };
        let content = line.trim_end_matches(['\n', '\r']);
        let Some(indent) = written.trim_end_matches(['\n', '\r']).strip_suffix(content) else {
            return Default::default();
        };
        if !indent.trim().is_empty() {
            return Default::default();
        }
        found.push((in_text, in_source + indent.len() as u64));
        in_text += line.len() as u64;
        in_source += written.len() as u64;
    }
    (found, usize::from(opening > 0))
}

/// The lines of a text that stands at `start` as it is.
fn lines_of(text: &str, start: u64) -> Vec<(u64, u64)> {
    let begins = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u64 + 1));
    begins.map(|at| (at, start + at)).collect()
}

/// Visits every spot of a Dockerfile.
fn each_spot(file: &mut Dockerfile, visit: &mut impl FnMut(&mut Spot)) {
    if let Some(syntax) = &mut file.syntax {
        visit(&mut syntax.spot);
    }
    for Argument { spot, .. } in &mut file.globals {
        visit(spot);
    }
    for stage in &mut file.stages {
        visit(&mut stage.spot);
        visit(&mut stage.from.spot);
        stage.given.iter_mut().for_each(|given| visit(&mut given.spot));
        for step in &mut stage.steps {
            let mut step = step;
            while let Step::OnBuild(inner) = step {
                step = inner;
            }
            match step {
                Step::Arg(argument) => visit(&mut argument.spot),
                Step::CopyFrom(word) | Step::MountFrom(word) | Step::Fetch(word) => visit(&mut word.spot),
                Step::Env { .. } | Step::OnBuild(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the source where a part of the text was moved to, and its pointer.
    fn moved<'s>(source: &'s str, text: &str, whole: &str, part: &str, pointers: Pointers) -> (&'s str, String) {
        let at = source.find(whole).unwrap();
        let spot = Spot { pointer: "/x".to_owned(), offset: at as u64, length: whole.len() as u64 };
        let offset = text.find(part).unwrap() as u64;
        let word = Spot { pointer: "line:1".to_owned(), offset, length: part.len() as u64 };
        let mut file =
            Dockerfile { globals: vec![Argument { spot: word, ..Argument::default() }], ..Dockerfile::default() };
        place(&mut file, text, whole, &spot, pointers);
        let moved = &file.globals[0].spot;
        (source.get(moved.offset as usize..(moved.offset + moved.length) as usize).unwrap(), moved.pointer.clone())
    }

    #[test]
    fn words_of_a_block_point_at_the_compose_file() {
        let block = "        FROM busybox AS a\n\n        COPY --from=alpine:3 \\\n          /a /b\n";
        let source = format!("    build:\n      dockerfile_inline: |\n{block}  b: 1\n");
        let text = "FROM busybox AS a\n\nCOPY --from=alpine:3 \\\n  /a /b\n";
        let path = |source, text, whole, part| moved(source, text, whole, part, Pointers::Path).0.to_owned();
        for part in ["busybox", "alpine:3", "/b"] {
            assert_eq!(moved(&source, text, block, part, Pointers::Path), (part, "/x".to_owned()));
        }
        assert_eq!(path(&source, text, block, "\\\n  /a"), "\\\n          /a");
        // In quotes on one line the text stands as it is, escaped it is pointed at as a whole.
        assert_eq!(path("x: 'FROM busybox'", "FROM busybox", "FROM busybox", "busybox"), "busybox");
        assert_eq!(path("x: \"FROM a\\nFROM b\"", "FROM a\nFROM b", "FROM a\\nFROM b", "FROM b"), "FROM a\\nFROM b");
    }

    #[test]
    fn words_of_a_heredoc_have_lines_of_their_own() {
        let text = "FROM busybox AS a\nCOPY --from=alpine:3 /a /b\n";
        for (open, indent) in [("<<EOT", ""), ("<<-EOT", "    ")] {
            let inner: String = text.lines().map(|line| format!("{indent}{line}\n")).collect();
            let whole = format!("{open}\n{inner}EOT");
            let source = format!("target \"é\" {{\n  dockerfile-inline = {whole}\n}}\n");
            for (part, line) in [("busybox", 3), ("alpine:3", 4), ("/b", 4)] {
                let expected = (part, format!("line:{line}"));
                assert_eq!(moved(&source, text, &whole, part, Pointers::Line(2)), expected, "{open}");
            }
        }
        let (source, whole) = ("a = \"FROM busybox\"", "\"FROM busybox\"");
        assert_eq!(
            moved(source, "FROM busybox", whole, "busybox", Pointers::Line(7)),
            ("busybox", "line:7".to_owned())
        );
        let whole = "\"FROM a\\nFROM b\"";
        assert_eq!(moved(whole, "FROM a\nFROM b", whole, "b", Pointers::Line(7)), (whole, "/x".to_owned()));
    }
}
