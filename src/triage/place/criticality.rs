//! How critical a place is, the first that tells: an owners' file, a label, an annotation, the priority class, the
//! environment, the kind of work.

use super::{Basis, Place, Why, is_ci};
use crate::model::assessment::Criticality;
use crate::triage::policy::FactRules;

/// Labels that tell what something does.
const WORK: [&str; 5] =
    ["app.kubernetes.io/component", "app.kubernetes.io/part-of", "app.kubernetes.io/name", "k8s-app", "app"];

pub(super) fn criticality(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    owner(place, rules)
        .or_else(|| label(place, rules))
        .or_else(|| annotation(place, rules))
        .or_else(|| priority_class(place, rules))
        .or_else(|| environment_or_work(place, rules))
}

fn owner(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let (word, row) = place.owner?;
    Some((rules.of_word(word)?, Why::of(row, Basis::Owner, format!("owners' file: criticality {word}"))))
}

fn label(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let pod = place.traits.pod_labels();
    let own = pod.iter().chain(&place.traits.labels).map(|pair| (0, pair));
    let of_namespace = place.around.labels.iter().map(|pair| (place.around.namespace, pair));
    worst(own.filter_map(|(thing, (key, value))| of_label(thing, key, value, rules)))
        .or_else(|| worst(of_namespace.filter_map(|(thing, (key, value))| of_label(thing, key, value, rules))))
}

fn of_label(thing: i64, key: &str, value: &str, rules: &FactRules) -> Option<(Criticality, Why)> {
    let level = rules.of_label(key, value)?;
    let whose = if thing == 0 { "label" } else { "label of the namespace" };
    Some((level, Why::of(thing, Basis::Label, format!("{whose} {key}={value}"))))
}

fn annotation(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let found = place.traits.map("annotations");
    worst(found.iter().filter_map(|(key, value)| {
        let level = rules.of_label(key, value)?;
        Some((level, Why::own(Basis::Annotation, format!("annotation {key}={value}"))))
    }))
}

fn priority_class(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let name = place.traits.text("priorityClass")?;
    Some((rules.of_priority_class(name)?, Why::own(Basis::PriorityClass, format!("priority class {name}"))))
}

/// The environment where it says that little depends on it; else the worse of environment and kind of work.
fn environment_or_work(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let environment = environment(place, rules);
    if environment.as_ref().is_some_and(|(level, _)| *level < rules.criticality) {
        return environment;
    }
    worst(environment.into_iter().chain(work(place, rules)))
}

fn environment(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let pod = place.traits.pod_labels();
    let labels = pod.iter().chain(&place.traits.labels).chain(&place.around.labels);
    let told = worst(labels.filter(|(key, _)| rules.is_environment(key)).filter_map(|(key, value)| {
        Some((rules.of_environment(value)?, Why::own(Basis::Environment, format!("label {key}={value}"))))
    }));
    told.or_else(|| {
        let name = Some(place.namespace).filter(|name| !name.is_empty() && !is_ci(place.kind))?;
        let why = Why::of(place.around.namespace, Basis::Environment, format!("namespace {name}"));
        Some((rules.of_environment(name)?, why))
    })
}

fn work(place: &Place<'_>, rules: &FactRules) -> Option<(Criticality, Why)> {
    let pod = place.traits.pod_labels();
    worst(WORK.iter().filter_map(|key| {
        let value = pod.get(*key).or_else(|| place.traits.labels.get(*key))?;
        let class = rules.class_of(value)?;
        Some((class.level, Why::own(Basis::Class, format!("{}, by label {key}={value}", class.name))))
    }))
}

/// The worst of several; of those alike, the first.
fn worst(found: impl Iterator<Item = (Criticality, Why)>) -> Option<(Criticality, Why)> {
    found.reduce(|worst, next| if next.0 > worst.0 { next } else { worst })
}
