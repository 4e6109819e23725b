//! YAML to a [`Tree`]: one document, aliases and merge keys expanded within limits.
//!
//! Plain scalars are typed as the API server's converter types them (YAML 1.1 words for booleans). An alias copies the
//! nodes it names, so a fact found through one still points at the bytes where the text stands.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Span, options};

use super::{Kind, Slot, Store, Tree, TreeError};
use crate::model::yaml_events::{Notation, YamlEvent};
use crate::read::Limits;

struct Builder<'a, 'l> {
    tree: Tree<'a>,
    /// Slots of the open collections, and whether a merge key stands in them.
    open: Vec<(u32, bool)>,
    /// First slot of each anchored node.
    anchors: HashMap<usize, u32>,
    aliases: usize,
    /// Length of a byte order mark: the parser takes it away and counts from behind it.
    mark: usize,
    limits: &'l Limits,
}

/// Parses the first document of a text.
pub(crate) fn parse_yaml<'a>(source: &'a str, limits: &Limits) -> Result<Tree<'a>, TreeError> {
    if u32::try_from(source.len()).is_err() {
        return Err(TreeError { offset: 0, reason: "larger than 4 GiB".to_owned() });
    }
    let mut builder = Builder {
        tree: Tree { source, ..Tree::default() },
        open: Vec::new(),
        anchors: HashMap::new(),
        aliases: 0,
        mark: if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        limits,
    };
    let mark = builder.mark;
    // The parser's own nesting limits stand at 255; ours is checked on every collection start.
    let options = options! { emit_comments: false };
    let body = source.get(mark..).unwrap_or_default();
    for event in Parser::new_from_str_with_options(body, options) {
        let (event, span) = event.map_err(|e| {
            let offset = e.marker().byte_offset().unwrap_or(0) + mark;
            TreeError {
                offset,
                reason: format!("not valid YAML at line {} of this document: {}", e.marker().line(), e.info()),
            }
        })?;
        if !builder.event(event, &span)? {
            break;
        }
    }
    Ok(builder.tree)
}

/// The tree of a text without a byte order mark, from what a parser told of its first document.
pub(crate) fn tree_of_events<'a>(
    source: &'a str,
    events: &[YamlEvent],
    limits: &Limits,
) -> Result<Tree<'a>, TreeError> {
    let tree = Tree { source, ..Tree::default() };
    let mut builder = Builder { tree, open: Vec::new(), anchors: HashMap::new(), aliases: 0, mark: 0, limits };
    events.iter().try_for_each(|event| builder.told(event))?;
    Ok(builder.tree)
}

impl<'a> Builder<'a, '_> {
    fn told(&mut self, event: &YamlEvent) -> Result<(), TreeError> {
        match event {
            YamlEvent::Scalar { start, end, value, notation, text_tag, anchor } => {
                let (style, edge) = match notation {
                    Notation::Plain => (ScalarStyle::Plain, 0),
                    Notation::Quoted => (ScalarStyle::SingleQuoted, u32::from(*end >= start.saturating_add(2))),
                    Notation::Block => (ScalarStyle::Literal, 0),
                };
                let written = self.tree.source.get((start + edge) as usize..(end - edge) as usize);
                let value = value.clone().map_or_else(|| Cow::Borrowed(written.unwrap_or("")), Cow::Owned);
                let plain = *notation == Notation::Plain && !text_tag;
                let kind = if plain { plain_kind(&value) } else { Kind::Text };
                self.scalar(value, kind, style, (*start, *end))?;
                self.anchor(*anchor, self.tree.slots.len().saturating_sub(1) as u32);
                Ok(())
            }
            YamlEvent::Sequence(start, anchor) => self.start(Kind::Array, *start, *anchor),
            YamlEvent::Mapping(start, anchor) => self.start(Kind::Object, *start, *anchor),
            YamlEvent::End(end) => self.end(*end),
            YamlEvent::Alias(start, anchor) => self.alias(*anchor, *start),
        }
    }

    /// Takes one event; false at the end of the document.
    fn event(&mut self, event: Event<'a>, span: &Span) -> Result<bool, TreeError> {
        let (start, end) =
            span.byte_range().map_or((0, 0), |r| ((r.start + self.mark) as u32, (r.end + self.mark) as u32));
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let text_tag = tag.as_ref().is_some_and(|t| t.is_yaml_core_schema_tag("str"));
                let kind = if style == ScalarStyle::Plain && !text_tag { plain_kind(&value) } else { Kind::Text };
                self.scalar(value, kind, style, (start, end))?;
                self.anchor(anchor, self.tree.slots.len().saturating_sub(1) as u32);
            }
            Event::SequenceStart(_, anchor, _) => self.start(Kind::Array, start, anchor)?,
            Event::MappingStart(_, anchor, _) => self.start(Kind::Object, start, anchor)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(end)?,
            Event::Alias(id) => self.alias(id, start)?,
            Event::DocumentEnd => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    fn error(&self, offset: u32, reason: String) -> TreeError {
        TreeError { offset: offset as usize, reason }
    }

    fn push(&mut self, slot: Slot) -> Result<u32, TreeError> {
        let at = self.tree.slots.len();
        if at >= self.limits.nodes {
            let limit = self.limits.nodes;
            return Err(self.error(
                slot.start,
                format!("more than the limit of {limit} values in one document, aliases expanded"),
            ));
        }
        self.tree.slots.push(slot);
        Ok(at as u32)
    }

    fn anchor(&mut self, id: usize, slot: u32) {
        if id != 0 {
            self.anchors.insert(id, slot);
        }
    }

    fn scalar(
        &mut self,
        value: Cow<'a, str>,
        kind: Kind,
        style: ScalarStyle,
        span: (u32, u32),
    ) -> Result<(), TreeError> {
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) && span.1 >= span.0 + 2;
        let (start, end) = if quoted { (span.0 + 1, span.1 - 1) } else { span };
        let as_written = self.tree.source.get(start as usize..end as usize) == Some(value.as_ref());
        let (store, link) = if as_written {
            (Store::Source, 0)
        } else {
            self.tree.owned.push(value.into_owned());
            (Store::Owned, self.tree.owned.len() as u32 - 1)
        };
        if let Some((open, merges)) = self.open.last_mut()
            && kind == Kind::Text
            && style == ScalarStyle::Plain
            && as_written
            && self.tree.source.get(start as usize..end as usize) == Some("<<")
            && self.tree.slots.get(*open as usize).is_some_and(|s| s.kind == Kind::Object)
        {
            *merges = true;
        }
        self.push(Slot { start, end, link, kind, store }).map(|_| ())
    }

    fn start(&mut self, kind: Kind, start: u32, anchor: usize) -> Result<(), TreeError> {
        if self.open.len() >= self.limits.depth {
            let limit = self.limits.depth;
            return Err(self.error(start, format!("nested deeper than the limit of {limit} levels")));
        }
        let slot = self.push(Slot { start, end: start, link: 0, kind, store: Store::Source })?;
        self.anchor(anchor, slot);
        self.open.push((slot, false));
        Ok(())
    }

    fn end(&mut self, end: u32) -> Result<(), TreeError> {
        let Some((open, merges)) = self.open.pop() else { return Ok(()) };
        if merges {
            self.close(open, end);
            self.merge(open)?;
        }
        self.close(open, end);
        Ok(())
    }

    fn close(&mut self, open: u32, end: u32) {
        let link = self.tree.slots.len() as u32;
        if let Some(slot) = self.tree.slots.get_mut(open as usize) {
            slot.end = end.max(slot.start);
            slot.link = link;
        }
    }

    fn alias(&mut self, id: usize, at: u32) -> Result<(), TreeError> {
        self.aliases += 1;
        if self.aliases > self.limits.aliases {
            let limit = self.limits.aliases;
            return Err(self.error(at, format!("more than the limit of {limit} aliases in one document")));
        }
        let target = self.anchors.get(&id).copied();
        match target {
            Some(target) if !self.open.iter().any(|(open, _)| *open == target) => self.copy(target),
            _ => Err(self.error(at, "an alias that stands inside what it names".to_owned())),
        }
    }

    /// Appends a copy of a finished node and all inside it.
    fn copy(&mut self, from: u32) -> Result<(), TreeError> {
        let end = self.tree.after(from);
        let moved = (self.tree.slots.len() as u32).saturating_sub(from);
        let mut ends: Vec<u32> = Vec::new();
        for at in from..end {
            let Some(mut slot) = self.tree.slots.get(at as usize).copied() else { break };
            ends.retain(|inner| *inner > at);
            if matches!(slot.kind, Kind::Array | Kind::Object) {
                ends.push(slot.link);
                slot.link = slot.link.saturating_add(moved);
                if self.open.len() + ends.len() > self.limits.depth {
                    let limit = self.limits.depth;
                    return Err(self.error(
                        slot.start,
                        format!("nested deeper than the limit of {limit} levels, aliases expanded"),
                    ));
                }
            }
            self.push(slot)?;
        }
        Ok(())
    }

    /// Appends what the merge keys of a closed mapping bring in: keys that it does not have itself, the first merged
    /// mapping winning over later ones (yaml.org/type/merge.html).
    fn merge(&mut self, mapping: u32) -> Result<(), TreeError> {
        let (mut keys, mut sources) = (HashSet::new(), Vec::new());
        for (key, value) in self.pairs(mapping) {
            let name = self.name(key);
            if name.as_deref() == Some("<<") {
                match self.tree.slots.get(value as usize).map(|s| s.kind) {
                    Some(Kind::Object) => sources.push(value),
                    Some(Kind::Array) => sources.extend(self.children(value)),
                    _ => {}
                }
            }
            keys.extend(name);
        }
        for source in sources {
            for (key, value) in self.pairs(source) {
                if self.name(key).is_some_and(|name| keys.insert(name)) {
                    self.copy(key)?;
                    self.copy(value)?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, key: u32) -> Option<String> {
        let slot = self.tree.slots.get(key as usize)?;
        (!matches!(slot.kind, Kind::Array | Kind::Object)).then(|| self.tree.text_of(*slot).into_owned())
    }

    fn children(&self, of: u32) -> Vec<u32> {
        let end = self.tree.after(of);
        let mut found = Vec::new();
        let mut at = of + 1;
        while at < end {
            found.push(at);
            at = self.tree.after(at);
        }
        found
    }

    /// Keys and values of a mapping; nothing for any other node.
    fn pairs(&self, mapping: u32) -> Vec<(u32, u32)> {
        let is_mapping = self.tree.slots.get(mapping as usize).is_some_and(|s| s.kind == Kind::Object);
        let children = if is_mapping { self.children(mapping) } else { Vec::new() };
        children.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
    }
}

/// The type of a plain scalar: YAML 1.2 core schema with YAML 1.1's booleans.
fn plain_kind(value: &str) -> Kind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on"
        | "On" | "ON" | "off" | "Off" | "OFF" => Kind::Bool,
        _ => {
            let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
            let numeric = digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'))
                && value.parse::<f64>().is_ok();
            if numeric { Kind::Number } else { Kind::Text }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str, path: &[&str]) -> Option<String> {
        let tree = parse_yaml(source, &Limits::default()).unwrap();
        tree.root().unwrap().path(path).and_then(|n| n.string())
    }

    #[test]
    fn aliases_and_merge_keys_are_expanded() {
        let source = "base: &b {image: nginx, tag: a}\nmore: &m {tag: z, x: y}\none:\n  <<: *b\n  tag: b\ntwo:\n  <<: [*m, *b]\nthree: *b\n";
        assert_eq!(text(source, &["one", "image"]).as_deref(), Some("nginx"));
        assert_eq!(text(source, &["one", "tag"]).as_deref(), Some("b"));
        assert_eq!(text(source, &["two", "tag"]).as_deref(), Some("z"));
        assert_eq!(text(source, &["two", "image"]).as_deref(), Some("nginx"));
        assert_eq!(text(source, &["three", "tag"]).as_deref(), Some("a"));
    }

    #[test]
    fn an_aliased_text_points_at_where_it_is_written() {
        let source = "a: &x nginx:1\nb: *x\n";
        let tree = parse_yaml(source, &Limits::default()).unwrap();
        let node = tree.root().unwrap().get("b").unwrap();
        assert_eq!(source.get(node.start() as usize..node.end() as usize), Some("nginx:1"));
    }

    #[test]
    fn spans_are_the_text_as_written_whatever_the_quoting() {
        for source in ["image: é/a:1\n", "# é\nimage: 'é/a:1'\n", "\u{feff}image: é/a:1\n", "{image: \"é/a:1\"}"] {
            let tree = parse_yaml(source, &Limits::default()).unwrap();
            let node = tree.root().unwrap().get("image").unwrap();
            assert_eq!(source.get(node.start() as usize..node.end() as usize), Some("é/a:1"), "{source}");
            assert_eq!(node.text().unwrap(), "é/a:1");
        }
        assert_eq!(text("a: >-\n  x\n  y\n", &["a"]).as_deref(), Some("x y"));
        assert_eq!(text("a: \"x\\n\"\n", &["a"]).as_deref(), Some("x\n"));
    }

    fn reason(source: &str, limits: Limits) -> String {
        parse_yaml(source, &limits).map(|_| String::new()).unwrap_or_else(|e| e.reason)
    }

    #[test]
    fn bombs_meet_a_limit() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for i in 1..12 {
            let before = vec![format!("*a{}", i - 1); 9].join(",");
            laughs += &format!("a{i}: &a{i} [{before}]\n");
        }
        assert!(reason(&laughs, Limits { nodes: 10_000, ..Limits::default() }).contains("limit of 10000 values"));
        let merges = format!("a: &a {{k: v}}\n{}", "b: {<<: [*a,*a,*a]}\n".repeat(50));
        assert!(reason(&merges, Limits { aliases: 20, ..Limits::default() }).contains("limit of 20 aliases"));
        let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
        assert!(reason(&deep, Limits { depth: 40, ..Limits::default() }).contains("limit of 40 levels"));
        let mut nested = "a0: &a0 [[[[x]]]]\n".to_owned();
        for i in 1..20 {
            nested += &format!("a{i}: &a{i} [[[[*a{}]]]]\n", i - 1);
        }
        assert!(reason(&nested, Limits { depth: 40, ..Limits::default() }).contains("aliases expanded"));
        assert!(reason("a: &a [*a]\n", Limits::default()).contains("inside what it names"));
    }

    #[test]
    fn a_merge_bomb_meets_the_node_limit() {
        let mut bomb = "m0: &m0 {a: 1, b: 2, c: 3, d: 4}\n".to_owned();
        for i in 1..40 {
            bomb += &format!("m{i}: &m{i} {{k{i}: [*m{p}, *m{p}], <<: *m{p}}}\n", p = i - 1);
        }
        assert!(reason(&bomb, Limits { nodes: 50_000, ..Limits::default() }).contains("limit of 50000 values"));
    }

    #[test]
    fn plain_scalars_are_typed() {
        assert_eq!(plain_kind("1.27.3"), Kind::Text);
        assert_eq!(plain_kind("16.4"), Kind::Number);
        assert_eq!(plain_kind("nan"), Kind::Text);
        assert_eq!(plain_kind("yes"), Kind::Bool);
        assert_eq!(plain_kind("nginx"), Kind::Text);
    }
}
