//! What container engines and runtimes print: Docker, Podman, nerdctl, compose and crictl, as JSON and as tables.
//!
//! Each record is told by its own members, so lists of several kinds in one file are no trouble. Names and digests stay
//! as written. None of these lists is complete: they never say that something is gone.

mod container;
mod cri;
mod event;
mod exposure;
mod host;
mod image;
mod journal;
mod labels;
mod listed;
mod mirrors;
mod moment;
mod stands;
mod table;
#[cfg(test)]
mod testing;
mod words;

pub(super) use image::{is_index, is_manifest};
pub(super) use journal::{is_line as is_journal_line, read as read_journal};
pub(super) use labels::of as labels_of;
pub(super) use mirrors::{is_line as is_mirror_line, read as read_mirrors};
pub(super) use table::{is_header, read_table};

use super::kubernetes::taken::Taken;
use super::outcome::Outcome;
use super::tree::{Kind, Node, parse_json};
use super::{Limits, Segment};

/// What a record is, by its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Record {
    /// An image with its id: `docker image inspect`, `podman images --format json`, the engine's `/images/json`.
    Image,
    /// `docker container inspect`, `podman inspect`.
    Container,
    /// A container of a list: `podman ps --format json`, the engine's `/containers/json`.
    ListedContainer,
    /// A row of `docker ps --format json`, `docker compose ps --format json`.
    ContainerRow,
    /// A row of `docker images --format json`, `nerdctl images --format json`, `docker compose images --format json`.
    ImageRow,
    /// `crictl images -o json`.
    CriImages,
    /// `crictl ps -o json`.
    CriContainers,
    /// `crictl inspecti -o json`.
    CriImage,
    /// `crictl inspect -o json`.
    CriContainer,
    /// `docker events`, `podman events --format json`.
    Event,
    /// A row of `docker compose ls --format json`.
    Project,
    /// The registries that `docker info` tells of.
    Registries,
}

/// What a record is. `has` tells which members it has, and for `a/b` whether the object `a` has `b` (of an array its
/// first element).
pub(in crate::read) fn record(has: impl Fn(&str) -> bool) -> Option<Record> {
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    if has("apiVersion") || has("kind") {
        return None;
    }
    let found = match () {
        () if has("Actor/ID") && has("Type") && has("Action") => Record::Event,
        () if has("Type") && has("Status") && has("Name") && any(&["Time", "time"]) => Record::Event,
        () if has("Name") && has("Status") && has("ConfigFiles") => Record::Project,
        () if has("IndexConfigs") && has("Mirrors") => Record::Registries,
        () if has("Id") && has("State/Status") && any(&["Image", "Config", "HostConfig"]) => Record::Container,
        () if has("Id") && has("Image") && any(&["Names", "ImageID"]) => Record::ListedContainer,
        () if has("Id") && any(&["RepoTags", "RepoDigests"]) => Record::Image,
        () if has("Repository") && has("Tag") && any(&["ID", "Digest"]) => Record::ImageRow,
        () if has("ID") && has("Image") && any(&["Names", "Name", "Status", "State"]) => Record::ContainerRow,
        () if has("images/id") && any(&["images/repoTags", "images/repoDigests"]) => Record::CriImages,
        () if has("containers/id") && any(&["containers/imageRef", "containers/podSandboxId"]) => Record::CriContainers,
        () if has("status/id") && any(&["status/repoTags", "status/repoDigests"]) => Record::CriImage,
        () if has("status/id") && has("status/imageRef") => Record::CriContainer,
        () => return None,
    };
    Some(found)
}

const NO_RECORD: &str = "neither an image nor a container (a network, a volume, an answer of another command?)";

/// Reads one segment.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let tree = match parse_json(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root() else { return };
    if root.kind() == Kind::Array {
        // Lists in a list, as a script that collects answers makes them.
        for (i, element) in root.elements().enumerate() {
            one(element, &format!("{}/{i}", segment.pointer), out);
        }
        return;
    }
    one(root, &segment.pointer, out);
}

fn one(node: Node<'_>, pointer: &str, out: &mut Outcome) {
    let has = |key: &str| match key.split_once('/') {
        None => node.members().any(|(name, _)| name.text().is_some_and(|name| name == key)),
        Some((outer, inner)) => node.get(outer).is_some_and(|value| match value.kind() {
            Kind::Array => value.elements().next().is_some_and(|first| first.get(inner).is_some()),
            _ => value.get(inner).is_some(),
        }),
    };
    let Some(record) = record(has) else { return out.reject(pointer.to_owned(), NO_RECORD) };
    match record {
        Record::CriImages => return each(node, "images", pointer, out, cri::image),
        Record::CriContainers => return each(node, "containers", pointer, out, cri::container),
        _ => {}
    }
    let mut taken = Taken::new(node, pointer, false, out);
    match record {
        Record::Image => image::read(node, &mut taken),
        Record::Container => container::inspected(node, &mut taken),
        Record::ListedContainer => container::listed(node, &mut taken),
        Record::ContainerRow => listed::container(node, &mut taken),
        Record::ImageRow => listed::image(node, &mut taken),
        Record::CriImage => cri::inspected_image(node, &mut taken),
        Record::CriContainer => cri::inspected_container(node, &mut taken),
        Record::Event => event::read(node, &mut taken),
        Record::Project => host::project(node, &mut taken),
        Record::Registries => host::registries(node, &mut taken),
        Record::CriImages | Record::CriContainers => {}
    }
    taken.finish();
}

/// Reads the elements of an array, each into an item of its own.
fn each(node: Node<'_>, key: &str, pointer: &str, out: &mut Outcome, read: fn(Node<'_>, &mut Taken<'_>)) {
    for (i, element) in node.list(key).enumerate() {
        let pointer = format!("{pointer}/{key}/{i}");
        if element.get("id").is_none() {
            out.reject(pointer, NO_RECORD);
            continue;
        }
        let mut taken = Taken::new(element, &pointer, false, out);
        read(element, &mut taken);
        taken.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_by_their_members() {
        let of = |members: &str| {
            let members: Vec<&str> = members.split(' ').collect();
            record(|key| members.contains(&key))
        };
        let table = [
            ("Id RepoTags RootFS Config", Some(Record::Image)),
            ("Id Config State State/Status Image", Some(Record::Container)),
            ("Id Names Image ImageID State Status", Some(Record::ListedContainer)),
            ("Id Names RepoDigests Digest", Some(Record::Image)),
            ("ID Image Names State Status", Some(Record::ContainerRow)),
            ("ID Repository Tag Digest", Some(Record::ImageRow)),
            ("ID ContainerName Repository Tag", Some(Record::ImageRow)),
            ("images images/id images/repoTags", Some(Record::CriImages)),
            ("containers containers/id containers/imageRef", Some(Record::CriContainers)),
            ("status status/id status/repoDigests info", Some(Record::CriImage)),
            ("status status/id status/imageRef info", Some(Record::CriContainer)),
            ("apiVersion kind status status/id status/imageRef", None),
            ("name version dependencies images", None),
            ("Name Id Scope Driver", None),
            ("SchemaVersion ArtifactName Results", None),
            ("Config RepoTags Layers", None),
        ];
        for (members, expected) in table {
            assert_eq!(of(members), expected, "{members}");
        }
    }
}
