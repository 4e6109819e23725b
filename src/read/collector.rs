//! Sums up what the segments of one acquisition gave, into what its reading can say of itself. It decides how far the
//! evidence was understood and what it can speak about; it is careful, for only a complete reading may say that
//! something is gone.

use std::collections::{BTreeMap, BTreeSet};

use super::kubernetes::list_said;
use super::outcome::read_log;
use super::outcome::{ListSaid, Said};
use super::pulls::Sum;
use super::times::Times;
use super::tree::{Kind, Nest, Node, parse_json, parse_yaml, skip_nested};
use super::{Format, Hints, Limits, Outcome, ReadError, Segment, Shape};
use crate::model::fact::Item;
use crate::model::reading::{KindScope, Reject, Scope, Status};

/// Rejects a reading carries itself; all are in its observations.
const FIRST_REJECTS: usize = 20;
/// Nodes a scope names at most.
const MAX_NODES: usize = 5_000;
/// What stands around items is metadata of a list; more than this is none.
const MAX_SKELETON: usize = 4 << 20;

/// What a reading says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// How far it was understood.
    pub status: Status,
    /// Why it is not `read`.
    pub reason: String,
    /// Things a responder should know though nothing was rejected.
    pub notes: Vec<String>,
    /// What it can speak about.
    pub scope: Scope,
    /// Items read.
    pub items: u64,
    /// Facts stated by them.
    pub facts: u64,
    /// Items or fields that could not be understood.
    pub rejected: u64,
    /// The first of them.
    pub rejects: Vec<Reject>,
    /// The times stated inside.
    pub times: Times,
    /// What a log of pulls comes to; it follows all other observations.
    pub summed: Vec<Item>,
}

/// Sums up outcomes. They may be added in any order, except that the first rejects are those added first.
#[derive(Debug)]
pub struct Collector {
    format: Format,
    kinds: BTreeMap<String, BTreeSet<String>>,
    nodes: BTreeSet<String>,
    items: u64,
    facts: u64,
    rejected: u64,
    rejects: Vec<Reject>,
    times: Times,
    said: Said,
    skeleton: Vec<u8>,
    skeleton_lost: bool,
    /// An item that is no live object.
    declared: bool,
    broken: bool,
    /// Its other pages come with it.
    paged: bool,
    /// The sums of a log of pulls.
    log: Option<Box<Sum>>,
}

impl Collector {
    /// A collector for one acquisition of a format.
    pub fn new(format: Format) -> Self {
        Collector {
            format,
            kinds: BTreeMap::new(),
            nodes: BTreeSet::new(),
            items: 0,
            facts: 0,
            rejected: 0,
            rejects: Vec::new(),
            times: Times::default(),
            said: Said::default(),
            skeleton: Vec::new(),
            skeleton_lost: false,
            declared: false,
            broken: false,
            paged: false,
            log: None,
        }
    }

    /// Reads a segment of a log of pulls that begins at `base`, on top of what was read before. Its outcome is to be added
    /// as any other.
    pub fn read_log(
        &mut self,
        (segment, bytes, base): (&Segment, &[u8], u64),
        hints: &Hints,
        limits: &Limits,
    ) -> Outcome {
        let log = self.log.take().unwrap_or_default();
        let mut outcome = read_log((self.format, segment, bytes), (log, base), hints, limits);
        self.log = outcome.log.take();
        outcome
    }

    /// As [`Collector::new`], for a part of a log that named too many pullers before it: counting them again would be in vain.
    pub fn of_a_crowd(format: Format) -> Self {
        let log = format.is_pull_log().then(|| Box::new(Sum::of_a_crowd()));
        Collector { log, ..Collector::new(format) }
    }

    /// Whether a log names too many pullers for telling them one by one.
    pub fn is_of_a_crowd(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.is_of_a_crowd())
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Says that a list's other pages are got too: then it is no lack that it goes on, and `complete` is said of the page.
    pub fn paged(self, paged: bool) -> Self {
        Collector { paged, ..self }
    }

    /// Adds what a segment gave.
    pub fn add(&mut self, outcome: &Outcome) {
        if let Some(log) = &outcome.log {
            match &mut self.log {
                Some(known) => known.merge((**log).clone()),
                None => self.log = Some(log.clone()),
            }
        }
        self.items += outcome.items.len() as u64;
        self.times.take(outcome.newest);
        for item in &outcome.items {
            self.facts += item.facts();
            let Some(object) = &item.object else {
                self.declared = true;
                continue;
            };
            self.declared |= object.uid.is_none();
            if let Some(namespaces) = self.kinds.get_mut(&object.kind) {
                if !namespaces.contains(&object.namespace) {
                    namespaces.insert(object.namespace.clone());
                }
            } else {
                self.kinds.insert(object.kind.clone(), BTreeSet::from([object.namespace.clone()]));
            }
            if let Some(node) = &object.node
                && !self.nodes.contains(node)
            {
                self.nodes.insert(node.clone());
                self.keep_first_nodes();
            }
        }
        self.rejected += outcome.rejects.len() as u64;
        let room = FIRST_REJECTS.saturating_sub(self.rejects.len());
        self.rejects.extend(outcome.rejects.iter().take(room).cloned());
        self.hear(&outcome.said);
    }

    /// Adds what another collector of the same evidence gathered from what comes next in it, `base` bytes from where this one
    /// began.
    pub fn merge(&mut self, mut next: Collector, base: u64) {
        if let Some(mut log) = next.log.take() {
            log.shift(base);
            match &mut self.log {
                Some(known) => known.merge(*log),
                None => self.log = Some(log),
            }
        }
        self.items += next.items;
        self.facts += next.facts;
        self.times.merge(&next.times);
        self.declared |= next.declared;
        self.broken |= next.broken;
        for (kind, namespaces) in next.kinds {
            self.kinds.entry(kind).or_default().extend(namespaces);
        }
        self.nodes.extend(next.nodes);
        self.keep_first_nodes();
        self.rejected += next.rejected;
        let room = FIRST_REJECTS.saturating_sub(self.rejects.len());
        self.rejects.extend(next.rejects.into_iter().take(room));
        self.hear(&next.said);
        self.skeleton_lost |= next.skeleton_lost;
        self.glue(&next.skeleton);
    }

    /// The first ones by name, so that it does not matter in which parts they came.
    fn keep_first_nodes(&mut self) {
        while self.nodes.len() > MAX_NODES {
            self.nodes.pop_last();
        }
    }

    fn hear(&mut self, said: &Said) {
        self.said.notes.extend(said.notes.iter().cloned());
        self.said.partial.extend(said.partial.iter().cloned());
        self.said.loose += said.loose;
        if self.said.refusals.len() < FIRST_REJECTS {
            self.said.refusals.extend(said.refusals.iter().cloned());
        }
        // Two are as good as many: only a single list can be complete.
        if self.said.lists.len() < 2 {
            self.said.lists.extend(said.lists.iter().cloned());
        }
    }

    /// Adds what stands between items. Commas and white space are not kept.
    pub fn glue(&mut self, bytes: &[u8]) {
        if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == b',') {
            return;
        }
        if self.skeleton.len() + bytes.len() > MAX_SKELETON {
            self.skeleton_lost = true;
        } else {
            self.skeleton.extend_from_slice(bytes);
        }
    }

    /// Takes why the splitter stopped.
    pub fn broken(&mut self, error: &ReadError) {
        self.broken = true;
        self.reject(error.locator().to_owned(), error.to_string());
    }

    fn reject(&mut self, locator: String, reason: String) {
        self.rejected += 1;
        if self.rejects.len() < FIRST_REJECTS {
            self.rejects.push(Reject { locator, reason });
        }
    }

    /// Ends the reading. `told_partial`: a responder said that the evidence is a part of the whole.
    pub fn finish(mut self, told_partial: bool) -> Collected {
        if !self.broken {
            self.read_skeleton();
        }
        let summed = self.log.take().map(|log| log.finish()).unwrap_or_default();
        self.items += summed.items.len() as u64;
        self.facts += summed.items.iter().map(Item::facts).sum::<u64>();
        self.rejected += summed.rejected;
        self.times.take(summed.newest);
        self.said.notes.extend(summed.notes);
        if told_partial {
            self.said.partial.insert("told to be a part of the whole".to_owned());
        }
        let continues = self.said.lists.iter().any(|list| list.continues);
        if continues && !self.paged {
            let reason = "the list goes on: import its other pages too";
            self.said.partial.insert(reason.to_owned());
        }
        let scope = self.scope(continues);
        let (status, reason) = self.status();
        Collected {
            status,
            reason,
            notes: self.said.notes.into_iter().collect(),
            scope,
            items: self.items,
            facts: self.facts,
            rejected: self.rejected,
            rejects: self.rejects,
            times: self.times,
            summed: summed.items,
        }
    }

    fn scope(&mut self, continues: bool) -> Scope {
        for list in &self.said.lists {
            if let Some(kind) =
                list.kind.strip_suffix("List").filter(|kind| !kind.is_empty() && *kind != "PartialObjectMetadata")
            {
                self.kinds.entry(kind.to_owned()).or_default();
            }
        }
        let one_list = self.said.lists.len() == 1 && self.said.loose == 0;
        let whole =
            self.rejected == 0 && self.said.partial.is_empty() && self.said.refusals.is_empty() && !self.skeleton_lost;
        // Only an API server's list says what there is not.
        let is_objects = matches!(self.format, Format::KubernetesJson | Format::KubernetesYaml);
        let kinds = self.kinds.iter().map(|(kind, namespaces)| KindScope {
            kind: kind.clone(),
            all: namespaces.iter().filter(|name| !name.is_empty()).count() >= 2,
            namespaces: namespaces.iter().cloned().collect(),
        });
        let version = self.said.lists.first().filter(|_| one_list).and_then(|list| list.version.clone());
        Scope {
            kinds: kinds.collect(),
            complete: is_objects && one_list && whole && !self.declared,
            list_version: version,
            continues,
            nodes: std::mem::take(&mut self.nodes).into_iter().collect(),
        }
    }

    fn status(&self) -> (Status, String) {
        let refusal = self.said.refusals.first();
        if self.items == 0 {
            if let Some(refused) = refusal {
                let status = if self.said.refusals.iter().any(|r| r.denied) { Status::Denied } else { Status::Failed };
                return (status, refused.message.clone());
            }
            if let Some(first) = self.rejects.first().filter(|_| self.said.partial.is_empty()) {
                return (Status::Failed, at(first));
            }
        }
        let mut reasons: Vec<String> = self.said.partial.iter().cloned().collect();
        reasons.extend(refusal.map(|refused| format!("a part was refused: {}", refused.message)));
        if let Some(first) = self.rejects.first() {
            let what = if self.rejected == 1 { "1 part" } else { &format!("{} parts", self.rejected) };
            reasons.push(format!("{what} could not be read; the first: {}", at(first)));
        }
        if reasons.is_empty() { (Status::Read, String::new()) } else { (Status::Partial, reasons.join("; ")) }
    }

    /// Reads what stands around the items: the lists' own words.
    fn read_skeleton(&mut self) {
        if self.skeleton_lost {
            self.reject(String::new(), "more stands around the items than a list says of itself".to_owned());
            return;
        }
        let skeleton = std::mem::take(&mut self.skeleton);
        let text = String::from_utf8_lossy(&skeleton);
        match self.format.shape() {
            Shape::Json => self.json_skeleton(&text),
            Shape::Yaml => self.yaml_skeleton(&text),
            Shape::Text | Shape::Whole | Shape::Delimited => {}
        }
    }

    fn json_skeleton(&mut self, text: &str) {
        let mut rest = text.trim_start_matches('\u{feff}').trim_start();
        while !rest.is_empty() {
            let (end, whole) = match rest.starts_with(['{', '[']) {
                true => skip_nested(rest.as_bytes(), 0, &mut Nest::default(), 0),
                false => (0, false),
            };
            let document = rest.get(..end).unwrap_or_default();
            let tree = parse_json(document, &Limits::default());
            match (tree, whole) {
                (Ok(tree), true) => self.list(tree.root()),
                _ => {
                    let reason = "something that is no JSON stands between the items";
                    return self.reject(String::new(), reason.to_owned());
                }
            }
            rest = rest.get(end..).unwrap_or_default().trim_start();
        }
    }

    fn list(&mut self, root: Option<Node<'_>>) {
        let Some(root) = root else { return };
        if root.kind() == Kind::Array {
            // A bare array says nothing of itself, so it cannot say that it is whole.
            self.said.lists.extend([ListSaid::default(), ListSaid::default()]);
            return;
        }
        let kind = root.string_at("kind").unwrap_or_default();
        match list_said(root, &kind) {
            Some(said) => self.said.lists.push(said),
            None if kind == "Table" => {}
            None => self.said.lists.push(ListSaid { kind, ..ListSaid::default() }),
        }
    }

    fn yaml_skeleton(&mut self, text: &str) {
        let mut document = String::new();
        for line in text.trim_start_matches('\u{feff}').lines().chain(["---"]) {
            if line == "---" || line.starts_with("--- ") || line.starts_with("...") {
                self.yaml_document(&document);
                document.clear();
            } else {
                document.push_str(line);
                document.push('\n');
            }
        }
    }

    fn yaml_document(&mut self, document: &str) {
        let tree = match parse_yaml(document, &Limits::default()) {
            Ok(tree) => tree,
            Err(error) => return self.reject(String::new(), format!("around the items: {}", error.reason)),
        };
        let Some(root) = tree.root().filter(|root| root.kind() == Kind::Object) else { return };
        if root.get("kind").is_none() {
            let reason = "the list ends before it says its kind: the file may be cut off inside its last item";
            self.said.partial.insert(reason.to_owned());
        }
        self.list(Some(root));
    }
}

fn at(reject: &Reject) -> String {
    if reject.locator.is_empty() { reject.reason.clone() } else { format!("{}: {}", reject.locator, reject.reason) }
}
