//! What a registry is asked. Its logs come first: reading manifests may itself be logged as a pull.

use super::Source;

const fn asked(
    id: &'static str,
    settings: &'static [&'static str],
    command: &'static str,
    output: &'static str,
    format: &'static str,
) -> Source {
    Source { id, about: "", tools: &["curl"], settings, command, output, format, read: false, rights: "", seconds: 120 }
}

const HARBOR: &[&str] = &["KIT_HARBOR"];
const HUB: &[&str] = &["KIT_HUB_NAMESPACE"];

const LOG_FILES: &str = r#"for file in $KIT_REGISTRY_LOGS; do
    printf '# %s\n' "$file"
    case $file in
      *.gz) gzip -dc "$file" ;;
      *) cat "$file" ;;
    esac | grep -E '/(manifests|blobs)/' || :
  done"#;

const CONTAINER_LOG: &str = r#"bounded docker logs --since "$since" "$KIT_REGISTRY_CONTAINER" >"$base/log" 2>&1 \
    || { cat "$base/log" >&2; return 1; }
  grep -E '/(manifests|blobs)/' "$base/log" || :
  rm -f "$base/log""#;

pub(super) const SOURCES: &[Source] = &[
    asked(
        "harbor-audit",
        HARBOR,
        r#"note_server "$KIT_HARBOR/api/v2.0/ping"
  ask_pages "$KIT_HARBOR/api/v2.0/auditlog-exts?page_size=100&sort=-op_time""#,
        "harbor-audit.json",
        "harbor-audit",
    )
    .says("Harbor's audit log: pulls, pushes, deletions by user, newest first", "to read audit logs (system admin)")
    .known(),
    asked(
        "harbor-audit-old",
        HARBOR,
        r#"ask_pages "$KIT_HARBOR/api/v2.0/audit-logs?page_size=100&sort=-op_time""#,
        "harbor-audit-old.json",
        "harbor-audit",
    )
    .says("The same in Harbor's older form, which keeps what came before an upgrade", "to read audit logs")
    .known(),
    asked(
        "harbor-repositories",
        HARBOR,
        r#"ask_pages "$KIT_HARBOR/api/v2.0/repositories?page_size=100""#,
        "harbor-repositories.json",
        "harbor-repositories",
    )
    .says("Repositories of Harbor with their counts of pulls", "to read projects"),
    asked(
        "harbor-artifacts",
        &["KIT_HARBOR", "KIT_REPOSITORIES"],
        "each_repository harbor_artifacts",
        "harbor-artifacts.json",
        "harbor-artifacts",
    )
    .says("Digests and tags of those repositories, when pushed, when last pulled", "to read those projects"),
    asked(
        "hub-audit",
        HUB,
        r#"note_server https://hub.docker.com/v2/
  ask_pages "https://hub.docker.com/v2/auditlogs/$KIT_HUB_NAMESPACE?page_size=100&from=${since}T00:00:00Z""#,
        "hub-audit.json",
        "dockerhub-audit",
    )
    .says("Docker Hub's audit log: pushes, members, tokens. It has no pulls", "owner of the organisation")
    .known(),
    asked(
        "hub-repositories",
        HUB,
        r#"ask_pages "https://hub.docker.com/v2/namespaces/$KIT_HUB_NAMESPACE/repositories?page_size=100""#,
        "hub-repositories.json",
        "hub-repositories",
    )
    .says("Repositories of a namespace on Docker Hub", "none for public ones"),
    asked(
        "hub-tags",
        &["KIT_HUB_NAMESPACE", "KIT_REPOSITORIES"],
        "each_repository hub_tags",
        "hub-tags.json",
        "hub-tags",
    )
    .says("Tags of those repositories: digests, who pushed, when last pulled", "none for public ones"),
    Source {
        tools: &[],
        ..asked("registry-logs", &["KIT_REGISTRY_LOGS"], LOG_FILES, "registry-access.txt", "registry-log")
    }
    .says("Pulls and pushes in the registry's own access logs", "to read those files"),
    Source {
        tools: &["docker"],
        ..asked(
            "registry-container",
            &["KIT_REGISTRY_CONTAINER"],
            CONTAINER_LOG,
            "registry-container.txt",
            "registry-log",
        )
    }
    .says("Pulls and pushes in the log of the registry's container", "to use docker"),
    asked(
        "catalog",
        &["KIT_REGISTRY"],
        r#"note_server "$KIT_REGISTRY/v2/"
  ask "$KIT_REGISTRY/v2/_catalog?n=10000""#,
        "catalog.json",
        "registry-catalog",
    )
    .says("Repositories of a registry that has a catalog", "to read the catalog"),
    Source {
        tools: &["skopeo"],
        ..asked(
            "tags",
            &["KIT_REGISTRY", "KIT_REPOSITORIES"],
            "each_repository skopeo_tags",
            "tags.json",
            "registry-tags",
        )
    }
    .says("Tags of those repositories", "to read them; skopeo's own login is used"),
    Source {
        tools: &["skopeo"],
        ..asked(
            "manifests",
            &["KIT_REGISTRY", "KIT_REPOSITORIES"],
            "each_repository skopeo_manifests",
            "manifests.json",
            "skopeo-inspect",
        )
    }
    .says(
        "Digest and layers of each tag. Last, because a registry may count it as a pull by you",
        "to pull; skopeo's own login is used",
    ),
];
