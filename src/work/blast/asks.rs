//! What would tell where nobody can, as a command that only reads.

use super::Missing;
use crate::model::digest::Digest;

/// The command whose output, imported, would tell of an image what is missing; `None` where no command can. Names come
/// from evidence: they are quoted for a POSIX shell, and what could break out of a line makes no command.
pub fn fetch_command(missing: Missing, name: &str, digest: Option<&str>) -> Option<String> {
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
        Missing::WeakStep | Missing::Layers | Missing::LayersOfBad => {
            format!("skopeo inspect 'docker://{place}' | hullbreach import -")
        }
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
    fn commands_name_the_digest_and_never_run_what_evidence_says() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let of = |missing, name, digest| fetch_command(missing, name, digest);
        assert_eq!(
            of(Missing::Layers, "reg.example:5000/pay/api:7", Some(&digest)),
            Some(format!("skopeo inspect 'docker://reg.example:5000/pay/api@{digest}' | hullbreach import -"))
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
