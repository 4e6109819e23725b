//! Which names registries are asked for: those of the case, of what is affected and what that stands on, or those that the
//! responder named.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::case::project::ProjectError;
use crate::case::query::references::{Askable, Askables, Which, images, numbered, repositories};
use crate::case::query::select::{self, SelectError};
use crate::case::state::Source;
use crate::collect::registry::{Sought, Wanted};
use crate::model::acquisition::{Acquisition, OriginKind};
use crate::model::id::Id;
use crate::model::live;
use crate::model::reference::Reference;
use crate::work::lineage::Known;

/// How a name ended that was read whole.
const READ: &str = "read";

/// What a responder asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asking {
    /// Images by any alias, references, or repositories as patterns with `*`; none for the whole case.
    pub named: Vec<String>,
    /// Only images with an open verdict, and what they stand on.
    pub affected: bool,
    /// Also names that were asked for before: their tags may have moved.
    pub repeat: bool,
}

/// What is to be asked for.
#[derive(Debug, Default)]
pub struct Named {
    /// The names.
    pub sought: Sought,
    /// Names that were left out because they were asked for before.
    pub before: u64,
}

/// The names that are meant. The error says what could not be meant, and what to write instead.
pub fn sought(case: &Case, asking: &Asking, sources: &BTreeMap<Id, Source>, collection: &str) -> Result<Named, String> {
    let told = |error: ProjectError| error.to_string();
    let mut sought = Sought::default();
    let mut askables = Askables::new(case.conn()).map_err(told)?;
    let mut outside = BTreeSet::new();
    if asking.named.is_empty() {
        let which = if asking.affected { Which::Affected } else { Which::All };
        let found = images(case.conn(), which).map_err(told)?;
        if asking.affected && !found.is_empty() {
            outside = below(case, &found, &mut askables).map_err(told)?;
        }
        found.iter().try_for_each(|(image, _)| askables.add(*image)).map_err(told)?;
    }
    for text in &asking.named {
        match meant(case, text)? {
            Meant::Image(id) => {
                if let Some(image) = numbered(case.conn(), &id).map_err(told)? {
                    askables.add(image).map_err(told)?;
                }
            }
            Meant::Name(wanted) => drop(outside.insert(wanted)),
            Meant::Pattern(registry, pattern) => sought.patterns.push((registry, pattern)),
        }
    }
    let all: BTreeSet<Wanted> = askables.found.into_iter().map(wanted).chain(outside).collect();
    let records = Records::of(sources);
    sought.done = records.done(asking.repeat, collection);
    let (before, images): (Vec<Wanted>, Vec<Wanted>) =
        all.into_iter().partition(|wanted| sought.done.contains(&wanted.name()));
    // A digest leads nowhere else, however often it is asked for.
    sought.images = images.into_iter().filter(|wanted| !records.covers(wanted)).collect();
    if !sought.patterns.is_empty() {
        sought.known = repositories(case.conn()).map_err(told)?;
    }
    Ok(Named { sought, before: before.len() as u64 })
}

fn wanted(askable: Askable) -> Wanted {
    let Askable { registry, repository, tag, digest } = askable;
    Wanted { registry, repository, tag, digest }
}

/// What the case holds of earlier answers.
struct Records<'s> {
    /// Name, how it ended, and the collection.
    ended: Vec<(&'s str, &'s str, &'s str)>,
    /// Digests that came for names that were read whole.
    covered: BTreeSet<&'s str>,
}

impl<'s> Records<'s> {
    fn of(sources: &'s BTreeMap<Id, Source>) -> Self {
        let answers = sources.values().map(|source| &source.acquisition);
        let answers = answers.filter(|answer| answer.origin.kind == OriginKind::Registry);
        let option = |answer: &'s Acquisition, name: &str| answer.options.get(name).map(String::as_str);
        let ended: Vec<_> = answers
            .clone()
            .filter_map(|answer| {
                let ended = option(answer, live::RECORD)?;
                Some((option(answer, live::IMAGE)?, ended, option(answer, live::COLLECTION).unwrap_or_default()))
            })
            .collect();
        let read: BTreeSet<&str> = ended.iter().filter(|(_, end, _)| *end == READ).map(|(name, ..)| *name).collect();
        let covered = answers
            .filter(|answer| option(answer, live::IMAGE).is_some_and(|name| read.contains(name)))
            .map(|answer| answer.original.as_str());
        Records { covered: covered.collect(), ended }
    }

    /// Names that need not be asked for: those that were read before, and those that this very collection is done with.
    fn done(&self, repeat: bool, collection: &str) -> BTreeSet<String> {
        let done = self.ended.iter().filter(|(_, end, own)| *own == collection || (!repeat && *end == READ));
        done.map(|(name, ..)| (*name).to_owned()).collect()
    }

    fn covers(&self, wanted: &Wanted) -> bool {
        let digest = wanted.digest.as_ref().filter(|_| wanted.tag.is_none());
        digest.is_some_and(|digest| self.covered.contains(digest.as_str()))
    }
}

/// Adds everything that the images stand on; what is known by its name alone is handed back.
fn below(
    case: &Case,
    affected: &[(i64, String)],
    askables: &mut Askables<'_>,
) -> Result<BTreeSet<Wanted>, ProjectError> {
    let known = Known::read(case.conn())?;
    let graph = &known.graph;
    let mut queue: Vec<u32> = affected.iter().filter_map(|(_, id)| graph.find(Id::parse(id)?.0)).collect();
    let mut seen: BTreeSet<u32> = queue.iter().copied().collect();
    let mut outside = BTreeSet::new();
    while let Some(node) = queue.pop() {
        for (_, edge) in graph.parents(node) {
            if !seen.insert(edge.parent) {
                continue;
            }
            queue.push(edge.parent);
            let Some(parent) = graph.node(edge.parent) else { continue };
            match numbered(case.conn(), &parent.id.to_string())? {
                Some(image) => askables.add(image)?,
                None => outside.extend(Reference::parse(graph.name(edge.parent)).ok().map(|name| of_reference(&name))),
            }
        }
    }
    Ok(outside)
}

fn of_reference(reference: &Reference) -> Wanted {
    let tag = reference.tag().map(str::to_owned);
    let digest = reference.digest().cloned();
    // Without either, `latest` is meant.
    let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
    Wanted { registry: reference.registry().to_owned(), repository: reference.repository().to_owned(), tag, digest }
}

/// What one text means.
enum Meant {
    /// An image of the case, by its id.
    Image(String),
    /// A name, whether or not the case knows it.
    Name(Wanted),
    /// Repositories of a registry.
    Pattern(String, String),
}

fn meant(case: &Case, text: &str) -> Result<Meant, String> {
    let text = text.trim();
    let pattern = text.strip_prefix("repo:");
    if pattern.is_some() || text.contains('*') {
        return pattern_of(pattern.unwrap_or(text));
    }
    let reference = Reference::parse(text).ok().filter(Reference::registry_was_written);
    match (select::one(case.conn(), text), reference) {
        (_, Some(reference)) => Ok(Meant::Name(of_reference(&reference))),
        (Ok(id), None) => Ok(Meant::Image(id)),
        (Err(SelectError::Nothing(_)), None) => match Reference::parse(text) {
            Ok(reference) if reference.tag().is_some() || reference.digest().is_some() => {
                Ok(Meant::Name(of_reference(&reference)))
            }
            _ => Err(format!(
                "{text}: no image of the case and no whole reference; write registry/repository:tag, or a pattern as \
                 registry/team/*"
            )),
        },
        (Err(error), None) => Err(error.to_string()),
    }
}

/// A registry, and a pattern for its repositories.
fn pattern_of(text: &str) -> Result<Meant, String> {
    let wrong =
        |why: &str| Err(format!("{text}: {why}; write registry/team/* to ask for every tag of its repositories"));
    let Some((registry, pattern)) = text.split_once('/') else { return wrong("a pattern needs a registry in front") };
    if registry.contains('*') || pattern.is_empty() {
        return wrong("only the repository may be a pattern");
    }
    if pattern.contains([':', '@']) {
        return wrong("tags and digests are no part of a pattern");
    }
    // The grammar tells whether the first part is a registry.
    let example = format!("{registry}/{}:tag", pattern.replace('*', "x"));
    match Reference::parse(&example) {
        Ok(found) if found.registry_was_written() => {
            let whole = found.repository().starts_with("library/") && !pattern.starts_with("library/");
            let pattern = if whole { format!("library/{pattern}") } else { pattern.to_owned() };
            Ok(Meant::Pattern(found.registry().to_owned(), pattern))
        }
        _ => wrong("it does not begin with a registry"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_a_registry_and_no_tag() {
        let of = |text: &str| match pattern_of(text) {
            Ok(Meant::Pattern(registry, pattern)) => Ok(format!("{registry} {pattern}")),
            Ok(_) => Err("no pattern".to_owned()),
            Err(why) => Err(why),
        };
        assert_eq!(of("reg.example:5000/pay/*").as_deref(), Ok("reg.example:5000 pay/*"));
        assert_eq!(of("index.docker.io/*").as_deref(), Ok("docker.io library/*"));
        assert_eq!(of("docker.io/grafana/*").as_deref(), Ok("docker.io grafana/*"));
        for wrong in ["*", "pay/*", "*.example/pay", "reg.example/pay:*", "reg.example/", "REG/.."] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
