//! What would tell where nobody can, as a command that only reads.

use super::Missing;
use crate::graph::Blast;
use crate::model::digest::{Digest, DigestKind};
use crate::model::lineage::LayerKind;
use crate::work::lineage::Known;

/// The command that would tell of an image what is missing: where the layers of what is bad are not known, it asks for
/// those.
pub(super) fn fetch(missing: Missing, own: Asked<'_>, bad: Option<Asked<'_>>) -> Option<String> {
    let of = if missing == Missing::LayersOfBad { bad? } else { own };
    fetch_command(missing, of.name, of.digest)
}

/// What is bad itself and whose layers are not told by their content: its name and digest, of several the first that has a
/// name.
pub(super) fn unread(known: &Known, blast: &Blast) -> Option<(String, Option<String>)> {
    let graph = &known.graph;
    let starts = blast.search.all().filter(|found| found.distance == 0).map(|found| found.node);
    let by_content = |node| matches!(graph.layers(node), Some((LayerKind::Uncompressed, _)));
    let open = starts.filter(|node| !by_content(*node) && !graph.name(*node).is_empty());
    open.map(|node| {
        let digests = known.image(node).map(|image| image.digests.as_slice()).unwrap_or_default();
        let pulled = digests.iter().find(|(_, kind)| *kind != DigestKind::Config);
        let shown = graph.name(node);
        let shown = shown.split_once([' ', '@']).map_or(shown, |(name, _)| name);
        (shown.to_owned(), pulled.map(|(digest, _)| digest.to_string()))
    })
    .next()
}

/// Of what is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Its name.
    pub name: &'a str,
    /// What a registry knows it by.
    pub digest: Option<&'a str>,
}

/// The command whose output, imported, would tell of an image what is missing; `None` where no command can. Names come
/// from evidence: they are quoted for a POSIX shell, and what could break out of a line makes no command.
pub(super) fn fetch_command(missing: Missing, name: &str, digest: Option<&str>) -> Option<String> {
    // An image without a name is shown by its digest, and a digest alone can be asked of nobody.
    if Digest::parse(name).is_ok()
        || name.is_empty()
        || name.starts_with('-')
        || name.chars().any(|c| c.is_control() || "'\"$`{}\\ ".contains(c))
    {
        return None;
    }
    let place = pullable(name, digest);
    Some(match missing {
        Missing::Digest | Missing::Doubt => "kubectl get pods -A -o json | hullbreach import -".to_owned(),
        Missing::Manifest => format!("skopeo inspect --raw 'docker://{place}' | hullbreach import -"),
        // The manifest ties the digest to its config, and the config tells the layers as every other image's are told.
        Missing::WeakStep | Missing::Layers | Missing::OtherLayers | Missing::LayersOfBad => {
            let inspect = |what| format!("skopeo inspect --raw {what}'docker://{place}' | hullbreach import -");
            format!("{} && {}", inspect(""), inspect("--config "))
        }
        Missing::Packages => format!("syft scan 'registry:{place}' -o syft-json | hullbreach import -"),
        Missing::NotListed => return None,
        Missing::Flattened | Missing::OneLayer => {
            format!(
                "docker buildx imagetools inspect '{place}' --format '{{{{json .Provenance}}}}' | hullbreach import -"
            )
        }
    })
}

/// The name with its digest instead of its tag: what runs, not what the tag leads to by now.
fn pullable(name: &str, digest: Option<&str>) -> String {
    let Some(digest) = digest else { return name.to_owned() };
    let repository = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    };
    let repository = repository.split_once('@').map_or(repository, |(repository, _)| repository);
    format!("{repository}@{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_bad_one_is_not_known_it_is_asked_for() {
        let own = Asked { name: "reg.example/pay/api:7", digest: None };
        let bad = Asked { name: "docker.io/library/alpine:3", digest: None };
        let asked = |missing, bad| fetch(missing, own, bad).unwrap_or_default();
        assert!(asked(Missing::LayersOfBad, Some(bad)).contains("docker.io/library/alpine:3"));
        assert_eq!(fetch(Missing::LayersOfBad, own, None), None);
        assert!(asked(Missing::OtherLayers, Some(bad)).contains("--config 'docker://reg.example/pay/api:7'"));
        assert!(asked(Missing::Packages, None).starts_with("syft scan 'registry:reg.example/pay/api:7'"));
    }

    #[test]
    fn commands_name_the_digest_and_never_run_what_evidence_says() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let of = |missing, name, digest| fetch_command(missing, name, digest);
        assert_eq!(
            of(Missing::Layers, "reg.example:5000/pay/api:7", Some(&digest)),
            Some(format!(
                "skopeo inspect --raw 'docker://reg.example:5000/pay/api@{digest}' | hullbreach import - && \
                 skopeo inspect --raw --config 'docker://reg.example:5000/pay/api@{digest}' | hullbreach import -"
            ))
        );
        assert_eq!(
            of(Missing::Manifest, "reg.example:5000/pay/api", None),
            Some("skopeo inspect --raw 'docker://reg.example:5000/pay/api' | hullbreach import -".to_owned())
        );
        for hostile in [
            "",
            digest.as_str(),
            "no name and no digest, at eu/Node/a",
            "-rf",
            "a'b",
            "a$(x)",
            "${REG}/x",
            "a b",
            "a`b`",
            "a\nb",
        ] {
            assert_eq!(of(Missing::Layers, hostile, None), None, "{hostile:?}");
        }
    }
}
