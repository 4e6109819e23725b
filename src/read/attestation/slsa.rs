//! SLSA provenance: the images among a build's materials (v0.2) or resolved dependencies (v1).

use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::read::lineage::{self, Telling};
use crate::read::tree::Node;

/// Most materials of one build.
const MATERIALS: usize = 10_000;

/// Reads a predicate that stands at `at`, about these subjects.
pub(super) fn read(node: Node<'_>, at: &str, subjects: &[Named], told: &mut Telling<'_>) {
    if let Some(build) = node.get("buildDefinition") {
        let at = format!("{at}/buildDefinition");
        let frontend = frontend(build.path(&["externalParameters", "request"]));
        materials(build, "resolvedDependencies", &at, subjects, frontend.as_ref(), told);
        told.time(node.path(&["runDetails", "metadata", "finishedOn"]), true);
    } else {
        let frontend = frontend(node.path(&["invocation", "parameters"]));
        materials(node, "materials", at, subjects, frontend.as_ref(), told);
        told.time(node.path(&["metadata", "buildFinishedOn"]), true);
    }
}

/// The image that read the Dockerfile, where BuildKit says so.
fn frontend(parameters: Option<Node<'_>>) -> Option<Named> {
    let args = parameters?.get("args")?;
    ["source", "cmdline"].iter().find_map(|key| lineage::reference(&args.string_at(key)?))
}

fn materials(
    node: Node<'_>,
    key: &str,
    at: &str,
    subjects: &[Named],
    frontend: Option<&Named>,
    told: &mut Telling<'_>,
) {
    let mut found: Vec<(Named, Option<EdgeKind>, Spot)> = Vec::new();
    for (i, material) in node.list(key).enumerate() {
        let pointer = format!("{at}/{key}/{i}");
        if i >= MATERIALS {
            told.reject(&pointer, format!("more than the limit of {MATERIALS} materials; the rest is not read"));
            break;
        }
        let Some(mut parent) = material.string_at("uri").and_then(|uri| lineage::material(&uri)) else { continue };
        let hex = material.get("digest").and_then(|digest| digest.string_at("sha256"));
        parent.digest = hex.and_then(|hex| Digest::parse(&format!("sha256:{hex}")).ok()).or(parent.digest);
        let kind = frontend.filter(|f| same_name(f, &parent)).map(|_| EdgeKind::Frontend);
        found.push((parent, kind, told.spot(material, pointer)));
    }
    let images = u16::try_from(found.iter().filter(|(_, kind, _)| kind.is_none()).count()).unwrap_or(u16::MAX);
    for (parent, kind, spot) in &found {
        for child in subjects {
            let claim = told.claim(child, parent.clone(), *kind, ProofKind::Provenance, spot);
            claim.into_iter().for_each(|claim| claim.of = if kind.is_some() { 1 } else { images });
        }
    }
}

/// Whether two names are of one image, whichever way they are written.
fn same_name(a: &Named, b: &Named) -> bool {
    let canonical = |named: &Named| crate::model::reference::Reference::parse(&named.as_written).map(|r| r.canonical());
    matches!((canonical(a), canonical(b)), (Ok(a), Ok(b)) if a == b)
}
