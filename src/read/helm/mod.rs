//! Values of a Helm chart: maps with `repository` and its companions `registry`, `tag` and `digest`, and fields whose
//! name ends in `image`.
//!
//! No schema says which of them a chart's templates use, or how they are joined, so every use is a `field` of a confidence
//! below 1000, by how much speaks for it. Where no tag is written the chart's own version applies, which is not in this
//! file. Templates in values are kept as written.

mod assemble;

use std::collections::BTreeSet;

use assemble::{Found, Parts};

use super::kubernetes::read_template;
use super::outcome::Outcome;
use super::tree::{Kind, MAX_TEXT, Node, cut, parse_yaml};
use super::{Limits, Segment};
use crate::model::fact::{Item, Mark, Object, Role, Use};

/// Most uses of one file.
const MAX_USES: usize = 20_000;

/// Reads one document.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let first = source.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    // A parser takes `{{ if … }}` for a document of its own.
    if first.is_some_and(|line| line.starts_with("{{")) {
        return read_template(source, segment, out);
    }
    let tree = match parse_yaml(source, limits) {
        Ok(tree) => tree,
        Err(_) if source.contains("{{") => return read_template(source, segment, out),
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root().filter(|root| root.kind() != Kind::Null) else { return };
    let mut values = Values {
        registry: assemble::global_registry(root),
        base: root.start(),
        pointer: segment.pointer.clone(),
        path: Vec::new(),
        uses: Vec::new(),
        seen: BTreeSet::new(),
        out,
    };
    values.value("", root);
    let uses = std::mem::take(&mut values.uses);
    let object = Object { kind: "HelmValues".to_owned(), ..Object::default() };
    let spot = root.spot(0, segment.pointer.clone());
    out.items.push(Item { spot, object: Some(object), uses, ..Item::default() });
}

/// What is being taken out of one file.
struct Values<'o> {
    /// `global.imageRegistry`, which charts put before every repository.
    registry: Option<String>,
    base: u64,
    pointer: String,
    /// Tokens of the pointer to the value that is looked at; put together only where it is needed.
    path: Vec<String>,
    uses: Vec<Use>,
    /// Places already told: an alias shows the same map at several.
    seen: BTreeSet<(String, u64)>,
    out: &'o mut Outcome,
}

impl Values<'_> {
    /// Looks at one value. The recursion is bounded by the tree's depth limit.
    fn value(&mut self, key: &str, node: Node<'_>) {
        match node.kind() {
            Kind::Object => self.object(key, node),
            Kind::Array => {
                for (i, element) in node.elements().enumerate() {
                    self.path.push(i.to_string());
                    // Elements are called what their list is called, in the singular.
                    self.value(key.strip_suffix('s').unwrap_or_default(), element);
                    self.path.pop();
                }
            }
            Kind::Text => {
                if let Some(found) = assemble::text(key, node) {
                    self.add(found, node);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, key: &str, node: Node<'_>) {
        let parts = Parts::of(key, node);
        let mut taken = None;
        if let Some((name, place)) = parts.place()
            && let Some(found) = parts.assemble(self.registry.as_deref())
        {
            taken = Some(name);
            self.path.push(name.to_owned());
            self.add(found, place);
            self.path.pop();
        }
        for (name, value) in node.members() {
            let Some(name) = name.text() else { continue };
            if taken == Some(name.as_ref()) || matches!(name.as_ref(), "annotations" | "<<" | "imagePullSecrets") {
                continue;
            }
            self.path.push(name.replace('~', "~0").replace('/', "~1"));
            self.value(&name, value);
            self.path.pop();
        }
    }

    fn add(&mut self, found: Found, node: Node<'_>) {
        let pointer: String = self.path.iter().flat_map(|token| ["/", token]).collect();
        let locator = || format!("{}{pointer}", self.pointer);
        if found.text.len() > MAX_TEXT {
            return self.out.reject(locator(), "the image name is longer than 4096 bytes");
        }
        if found.text.chars().any(char::is_control) {
            return self.out.reject(locator(), "the image name holds control characters");
        }
        if !self.seen.insert((found.text.clone(), node.start())) {
            return;
        }
        if self.uses.len() == MAX_USES {
            return self.out.reject(locator(), format!("more than the limit of {MAX_USES} images in one file"));
        }
        let spot = node.spot(self.base, pointer.clone());
        let name = pointer.trim_start_matches('/').trim_end_matches("/repository");
        let marks = if found.guessed { vec![Mark::Guessed] } else { Vec::new() };
        self.uses.push(Use {
            confidence: found.confidence,
            needs: found.needs,
            marks,
            ..Use::new(Role::Field, cut(name.into()), found.text, spot)
        });
    }
}
