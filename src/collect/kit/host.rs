//! What a machine with a container engine is asked.

use super::Source;

macro_rules! engine {
    ($id:literal, $tool:literal, $command:literal, $about:literal) => {
        Source {
            id: $id,
            about: $about,
            tools: &[$tool],
            settings: &[],
            command: $command,
            output: concat!($id, ".json"),
            format: "engine-json",
            read: true,
            rights: concat!("to use ", $tool, " (often root or a group of its own)"),
            seconds: 300,
        }
    };
}

const MIRRORS: &str = r#"for file in /etc/containerd/certs.d/*/hosts.toml /etc/containers/registries.conf \
    /etc/containers/registries.conf.d/*.conf /etc/rancher/k3s/registries.yaml; do
    [ -r "$file" ] || continue
    printf '# %s\n' "$file"
    case $file in
      *.yaml) sed -n '/^mirrors:/,/^[^[:space:]#-]/p' "$file" ;;
      *) grep -E '^[[:space:]]*(\[|server|location|prefix|mirror|endpoint|blocked|insecure|unqualified)' "$file" ;;
    esac | grep -viE 'auth|token|password|secret|://[^/]*@' || :
  done"#;

const STATIC_PODS: &str = r#"if [ "${HULLBREACH_KIT_NO_ENV:-0}" = 1 ]; then
    printf 'Error: left out, because HULLBREACH_KIT_NO_ENV is 1\n' >&2
    return 1
  fi
  for file in /etc/kubernetes/manifests/*.yaml /etc/kubernetes/manifests/*.yml; do
    [ -r "$file" ] || continue
    printf -- '---\n'
    cat "$file"
    printf '\n'
  done"#;

const JOURNAL: &str = r#"bounded journalctl --unit docker --unit containerd --unit crio --unit kubelet --unit podman \
    --since "$since" --no-pager --quiet --output short-iso >"$base/journal" || return
  grep -iE 'pull(ing|ed)? |PullImage|ImageCreate|ImageUpdate' "$base/journal" || :
  rm -f "$base/journal""#;

pub(super) const SOURCES: &[Source] = &[
    engine!(
        "docker-pulls",
        "docker",
        r#"bounded docker events --since "$since" --until "$(now)" --filter type=image --format '{{json .}}'"#,
        "What Docker remembers of pulled images: its last events"
    ),
    engine!("docker-containers", "docker", "inspect_all container docker", "Containers of Docker, stopped ones too"),
    engine!(
        "docker-images",
        "docker",
        "inspect_all image docker",
        "Images of Docker: digests, layers, where they came from"
    ),
    engine!(
        "docker-compose",
        "docker",
        "bounded docker compose ls --all --format json",
        "Compose projects and where their files are"
    ),
    engine!(
        "docker-registries",
        "docker",
        r#"bounded docker info --format '{{json .RegistryConfig}}'"#,
        "Mirrors of Docker: other names for the same images"
    ),
    engine!("podman-containers", "podman", "inspect_all container podman", "Containers of Podman, of this user"),
    engine!("podman-images", "podman", "inspect_all image podman", "Images of Podman, of this user"),
    engine!(
        "podman-pulls",
        "podman",
        r#"bounded podman events --stream=false --since "$since" --filter event=pull --format json"#,
        "Pulls that Podman remembers"
    ),
    engine!(
        "nerdctl-containers",
        "nerdctl",
        "inspect_namespaces container",
        "Containers of containerd, in every namespace"
    ),
    engine!("nerdctl-images", "nerdctl", "inspect_namespaces image", "Images of containerd, in every namespace"),
    engine!(
        "crictl-containers",
        "crictl",
        "bounded crictl ps --all --output json",
        "Containers that the kubelet started"
    ),
    engine!(
        "crictl-images",
        "crictl",
        "bounded crictl images --output json",
        "All images of this node, beyond the 50 it reports"
    ),
    Source {
        output: "static-pods.yaml",
        format: "kubernetes-yaml",
        tools: &[],
        rights: "to read /etc/kubernetes/manifests",
        ..engine!("static-pods", "", "", "Static pods, which this node starts without asking the cluster")
    }
    .runs(STATIC_PODS),
    Source {
        output: "mirrors.txt",
        format: "registry-mirrors",
        tools: &[],
        rights: "to read /etc/containerd and /etc/containers",
        ..engine!("mirrors", "", "", "Mirrors of containerd and CRI-O, without their logins")
    }
    .runs(MIRRORS),
    Source {
        output: "journal-pulls.txt",
        format: "engine-log",
        rights: "to read the journal (root or group systemd-journal)",
        ..engine!("journal-pulls", "journalctl", "", "Lines of the journal that speak of pulled images")
    }
    .runs(JOURNAL),
];
