//! Rows of lists that are printed one JSON object a line: `docker ps`, `docker images`, `docker compose ps`, nerdctl.
//!
//! Ids in them are short unless `--no-trunc` was given; a short id is no digest.

use super::container::{self, Ran, state_word};
use super::image::{self, IdOf, Kept, Named, named};
use super::words::{self, is_nothing};
use super::{exposure, labels, moment};
use crate::model::fact::{Owner, Role};
use crate::read::kubernetes::taken::Taken;
use crate::read::tree::{Kind, Node};

/// Reads a row of `docker ps` or `docker compose ps`.
pub(super) fn container(node: Node<'_>, taken: &mut Taken<'_>) {
    let id = node.string_at("ID");
    let names = node.get("Names").or_else(|| node.get("Name"));
    let names = match names {
        Some(list) if list.kind() == Kind::Array => list.elements().next().and_then(Node::string),
        other => other.and_then(Node::string),
    };
    let name = names.unwrap_or_default();
    container::object(id, name.split(',').next().unwrap_or_default().trim_start_matches('/'), taken);
    taken.object.created = taken.newest(moment::of(node.get("CreatedAt").or_else(|| node.get("Created"))));
    let (mut declared, mut role) = labels::apply(labels::of(node.get("Labels")), taken);
    // Compose says it in members of its own.
    if let (Some(project), Some(service)) = (node.string_at("Project"), node.string_at("Service")) {
        taken.object.owner = Some(Owner { kind: "ComposeProject".to_owned(), name: project, uid: None });
        (declared, role) = (Some(service), Role::Service);
    }
    let [state, status] = ["State", "Status"].map(|key| node.string_at(key).unwrap_or_default());
    taken.detail("status", crate::model::text::scrub(&status).into_owned());
    let written = node.get("Image").map(|n| named(n, "/Image", taken));
    let ran = Ran {
        written,
        image_id: String::new(),
        image: String::new(),
        state: state_word(&state).or_else(|| state_word(&status)),
        started: None,
        finished: None,
        marks: exposure::listed(node),
    };
    let spot = taken.spot(node, String::new());
    container::place(ran, declared, role, spot, taken);
}

/// The cells of a row that lists an image.
#[derive(Default)]
pub(super) struct Row {
    pub repository: Option<Named>,
    pub tag: String,
    pub digest: String,
    pub id: Option<Named>,
}

/// Reads a row of `docker images`, `nerdctl images` or `docker compose images`.
pub(super) fn image(node: Node<'_>, taken: &mut Taken<'_>) {
    let row = Row {
        repository: node.get("Repository").map(|n| named(n, "/Repository", taken)),
        tag: node.string_at("Tag").unwrap_or_default(),
        digest: node.string_at("Digest").unwrap_or_default(),
        id: node.get("ID").map(|n| named(n, "/ID", taken)),
    };
    taken.object.created = moment::of(node.get("CreatedAt").or_else(|| node.get("Created")));
    words::details(node, &[("Platform", "platform"), ("ContainerName", "container")], taken);
    let spot = taken.spot(node, String::new());
    if let Err((pointer, reason)) = row.keep(spot, taken) {
        taken.reject(&pointer, reason);
    }
}

impl Row {
    /// Turns the cells into an image with its names; else where and why not.
    pub fn keep(self, spot: crate::model::fact::Spot, taken: &mut Taken<'_>) -> Result<(), (String, &'static str)> {
        taken.object.kind = "Image".to_owned();
        taken.object.name = self.id.as_ref().map(|id| id.text.clone()).unwrap_or_default();
        let shown = |id: &Named| crate::model::text::scrub(&id.text).into_owned();
        taken.detail("id", self.id.as_ref().map(shown));
        let repository = self.repository.filter(|r| !is_nothing(&r.text));
        if let Some(name) = &repository
            && let Some(reason) = words::refusal(&name.text)
        {
            return Err((name.spot.pointer.clone(), reason));
        }
        let digest = words::digest(&self.digest);
        let tags = match &repository {
            Some(name) if !is_nothing(&self.tag) => {
                let text = format!("{}:{}", name.text, self.tag);
                match words::refusal(&text) {
                    Some(reason) => return Err((name.spot.pointer.clone(), reason)),
                    None => vec![Named { text, spot: name.spot.clone() }],
                }
            }
            _ => Vec::new(),
        };
        let digests = match (&repository, &digest) {
            (Some(name), Some(digest)) => {
                vec![Named { text: format!("{}@{digest}", name.text), spot: name.spot.clone() }]
            }
            _ => Vec::new(),
        };
        let full = self.id.filter(|id| words::digest(&id.text).is_some());
        // With the containerd image store the id is the digest; where both are told and differ, it is the config's.
        let id_of = match (&full, &digest) {
            (Some(id), Some(digest)) if words::digest(&id.text).as_ref() == Some(digest) => IdOf::Target,
            (Some(_), Some(_)) => IdOf::Config,
            _ => IdOf::Unknown,
        };
        if tags.is_empty() && digests.is_empty() && full.is_none() {
            return Err((
                String::new(),
                "an image without a name, told by a short id only: `--no-trunc` gives it whole",
            ));
        }
        image::keep(Kept { tags, digests, id: full, id_of, spot }, taken);
        Ok(())
    }
}
