//! `dockerfile_inline`: a Dockerfile within the compose file, its spots moved to where the words stand there.

use super::taker::Taker;
use crate::model::fact::Spot;
use crate::model::recipe::{Argument, Dockerfile, Inline, Step};
use crate::read::dockerfile;
use crate::read::tree::{Kind, Node};

/// The largest such text, in bytes.
const LARGEST: usize = 1 << 20;

/// Reads the text of an inline Dockerfile.
pub(super) fn inline(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> Option<Inline> {
    let text = node.text()?;
    if node.kind() != Kind::Text || text.len() > LARGEST {
        taker.reject(at, "`dockerfile_inline` is no text, or longer than 1 MiB");
        return None;
    }
    let parsed = dockerfile::parse(&text, taker.limits);
    taker.reject_all(at, parsed.rejects);
    let spot = taker.spot(node, at);
    let place = Place { lines: lines(&text, taker.source, &spot), spot: spot.clone() };
    let mut file = parsed.file;
    each_spot(&mut file, &mut |spot| *spot = place.moved(spot));
    Some(Inline { file, spot })
}

/// Where the text's lines stand in the source.
struct Place {
    /// For each line its first byte in the text and in the source; empty where the text was folded or escaped.
    lines: Vec<(u64, u64)>,
    spot: Spot,
}

impl Place {
    /// A spot of the text as one of the source: the words' own where each line stands there as it is, else the whole.
    fn moved(&self, spot: &Spot) -> Spot {
        let line = self.lines.partition_point(|(in_text, _)| *in_text <= spot.offset);
        let Some((in_text, in_source)) = line.checked_sub(1).and_then(|at| self.lines.get(at)) else {
            return self.spot.clone();
        };
        let offset = in_source + (spot.offset - in_text);
        // What goes over several lines has their indentation in it.
        let last = self.lines.partition_point(|(start, _)| *start <= spot.offset + spot.length.saturating_sub(1));
        let end = last
            .checked_sub(1)
            .and_then(|at| self.lines.get(at))
            .map_or(offset, |(in_text, in_source)| in_source + (spot.offset + spot.length).saturating_sub(*in_text));
        Spot { pointer: self.spot.pointer.clone(), offset, length: end.saturating_sub(offset) }
    }
}

/// Pairs the lines of a literal block with those of the source.
fn lines(text: &str, source: &str, spot: &Spot) -> Vec<(u64, u64)> {
    let whole = source.get(spot.offset as usize..(spot.offset + spot.length) as usize).unwrap_or_default();
    if whole == text {
        return vec![(0, spot.offset)];
    }
    let (mut found, mut in_text, mut in_source) = (Vec::new(), 0, spot.offset);
    let mut raw = whole.split_inclusive('\n');
    for line in text.split_inclusive('\n') {
        let Some(written) = raw.next() else { return Vec::new() };
        let content = line.trim_end_matches(['\n', '\r']);
        let Some(indent) = written.trim_end_matches(['\n', '\r']).strip_suffix(content) else { return Vec::new() };
        if !indent.trim().is_empty() {
            return Vec::new();
        }
        found.push((in_text, in_source + indent.len() as u64));
        in_text += line.len() as u64;
        in_source += written.len() as u64;
    }
    found
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

    /// What stands in the source where a part of the text was moved to.
    fn moved(source: &str, text: &str, whole: &str, part: &str) -> String {
        let at = source.find(whole).unwrap();
        let spot = Spot { pointer: "/x".to_owned(), offset: at as u64, length: whole.len() as u64 };
        let place = Place { lines: lines(text, source, &spot), spot };
        let offset = text.find(part).unwrap() as u64;
        let moved = place.moved(&Spot { pointer: "line:1".to_owned(), offset, length: part.len() as u64 });
        assert_eq!(moved.pointer, "/x");
        source.get(moved.offset as usize..(moved.offset + moved.length) as usize).unwrap().to_owned()
    }

    #[test]
    fn words_of_a_block_point_at_the_compose_file() {
        let block = "        FROM busybox AS a\n\n        COPY --from=alpine:3 \\\n          /a /b\n";
        let source = format!("    build:\n      dockerfile_inline: |\n{block}  b: 1\n");
        let text = "FROM busybox AS a\n\nCOPY --from=alpine:3 \\\n  /a /b\n";
        for part in ["busybox", "alpine:3", "/b"] {
            assert_eq!(moved(&source, text, block, part), part);
        }
        assert_eq!(moved(&source, text, block, "\\\n  /a"), "\\\n          /a");
        // In quotes on one line the text stands as it is, escaped it is pointed at as a whole.
        assert_eq!(moved("x: 'FROM busybox'", "FROM busybox", "FROM busybox", "busybox"), "busybox");
        assert_eq!(moved("x: \"FROM a\\nFROM b\"", "FROM a\nFROM b", "FROM a\\nFROM b", "FROM b"), "FROM a\\nFROM b");
    }
}
