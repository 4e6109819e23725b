//! No question changes what it asks. What the scripts say is held against a list, and so is what they do when run.

use super::Machine;
use super::cluster::KUBECTL;
use hullbreach::collect::kit::{Role, script};

/// What may stand after `bounded`, without flags and their values.
const WRITTEN: &[&str] = &[
    "kubectl config current-context",
    "kubectl config get-contexts",
    "kubectl version",
    "kubectl get ",
    "kubectl api-resources",
    "\"$@\" ps",
    "\"$@\" image ls",
    "\"$@\" \"$kind\" inspect ",
    "\"$tool\"",
    "docker events",
    "docker compose ls",
    "docker info",
    "docker logs ",
    "podman events",
    "nerdctl namespace ls",
    "crictl ps",
    "crictl images",
    "journalctl",
    "curl ",
    "skopeo list-tags ",
    "skopeo inspect ",
    "gh api ",
    "glab api ",
    "git ",
];

const TOOLS: &[&str] =
    &["kubectl", "docker", "podman", "nerdctl", "crictl", "journalctl", "curl", "skopeo", "gh", "glab", "git"];

/// The lines of all scripts that are no comments, continued lines as one.
fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        let text = script(role).replace("\\\n", " ");
        lines.extend(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.starts_with('#')));
    }
    lines
}

/// A call without its flags: `kubectl get "$1"`.
fn bare(call: &str) -> String {
    let mut words = call.split_whitespace().peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        if ["--context", "--namespace", "-C"].contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            kept.push(word);
        }
    }
    format!("{} ", kept.join(" "))
}

#[test]
fn what_is_written_reads_only() {
    let mut calls = 0;
    for line in lines() {
        for call in line.split("bounded ").skip(1) {
            let call = bare(call);
            assert!(WRITTEN.iter().any(|allowed| call.starts_with(allowed.trim_end())), "{call} in {line}");
            calls += 1;
        }
    }
    assert!(calls > 50, "{calls}");
}

#[test]
fn no_tool_is_called_past_the_limits() {
    for line in lines() {
        let words: Vec<&str> = line.split([' ', '(', ';', '|', '&', '`', '{']).collect();
        for (place, word) in words.iter().enumerate().filter(|(_, word)| TOOLS.contains(word)) {
            let before = words[..place].last().copied().unwrap_or_default();
            let named = line.starts_with("attempt ")
                || line.starts_with("for tool in")
                || line.starts_with("inspect_all ")
                || line.contains(&format!("--unit {word}"));
            let call = before == "bounded" || named || ["container", "image", "\"$1\""].contains(&before);
            // A sentence, a pattern of `case`.
            let text = before == "'" || line.contains(&format!("{word})"));
            assert!(call || text || line.contains("printf"), "{word} in {line}");
        }
    }
}

#[test]
fn no_question_sends_anything() {
    for line in lines() {
        for flag in [
            " -X",
            " --request ",
            " --data",
            " -d ",
            " -T ",
            " --upload",
            " --field",
            " -f ",
            " -F ",
            " --input",
            " --location",
            " -L ",
        ] {
            let asks = ["curl ", "gh api", "glab api"].iter().any(|tool| line.contains(&format!("bounded {tool}")));
            assert!(!asks || !line.contains(flag), "{flag} in {line}");
        }
        if line.contains("gh api") || line.contains("glab api") {
            assert!(line.contains("api --method GET "), "{line}");
        }
        // With any output format, the content of secrets would come along.
        if line.contains("get secret") {
            assert!(!line.contains(" -o") && !line.contains("--output") && !line.contains("--template"), "{line}");
        }
        assert!(!line.contains("kube_list secret") && !line.contains("kube_list configmap"), "{line}");
        assert!(!line.contains("/variables"), "values of variables: {line}");
    }
}

#[test]
fn what_is_run_reads_only() {
    let machine = Machine::bare();
    machine.tool("kubectl", KUBECTL);
    for tool in ["docker", "podman", "nerdctl"] {
        let body =
            "case \"$*\" in *'ps --all'* | *'ls --all --quiet'*) echo aa ;; *'namespace ls'*) echo k8s.io ;; esac";
        machine.tool(tool, body);
    }
    machine.tool("crictl", "echo '{}'").tool("journalctl", "").tool("curl", "echo '[]'");
    machine.tool("skopeo", "printf '{\\n \"Tags\": [\\n  \"1.0\",\\n  \"2.0\"\\n ]\\n}\\n'");
    machine.tool("gh", "echo '[]'").tool("glab", "echo '[]'").tool("git", "echo Dockerfile");
    let settings = [
        ("KIT_REGISTRY", "https://registry.example.org"),
        ("KIT_HARBOR", "https://harbor.example.org"),
        ("KIT_HUB_NAMESPACE", "acme"),
        ("KIT_REPOSITORIES", "pay/api base"),
        ("KIT_REGISTRY_CONTAINER", "registry"),
        ("KIT_GITHUB_ORG", "acme"),
        ("KIT_GITHUB_REPOS", "acme/pay"),
        ("KIT_GITLAB_GROUP", "acme"),
        ("KIT_GITLAB_PROJECTS", "acme/pay"),
        ("KIT_CHECKOUTS", "/nowhere"),
    ];
    for role in Role::ALL {
        machine.run(role.as_str(), &settings);
    }
    let allowed = [
        "kubectl config current-context",
        "kubectl config get-contexts",
        "kubectl version",
        "kubectl get",
        "kubectl api-resources",
        "docker events",
        "docker ps",
        "docker image ls",
        "docker image inspect",
        "docker container inspect",
        "docker compose ls",
        "docker info",
        "docker logs",
        "podman ps",
        "podman image ls",
        "podman image inspect",
        "podman container inspect",
        "podman events",
        "nerdctl namespace ls",
        "nerdctl ps",
        "nerdctl image ls",
        "nerdctl image inspect",
        "nerdctl container inspect",
        "crictl ps",
        "crictl images",
        "journalctl",
        "curl",
        "skopeo list-tags",
        "skopeo inspect",
        "gh api",
        "glab api",
        "git",
    ];
    let calls = machine.calls();
    for call in &calls {
        let words = bare(call);
        let version = call.split(' ').nth(1) == Some("--version");
        assert!(version || allowed.iter().any(|allowed| words.starts_with(&format!("{allowed} "))), "{call}");
        if words.starts_with("git ") && !version {
            let verb = ["ls-files", "log", "for-each-ref"].iter().any(|verb| call.contains(&format!(" {verb}")));
            assert!(verb && call.contains("core.fsmonitor=false"), "{call}");
        }
    }
    // Every one of them was called, so the list above proves something.
    for allowed in allowed {
        assert!(calls.iter().any(|call| bare(call).starts_with(allowed)), "{allowed} was never called");
    }
    assert!(calls.iter().any(|call| call == "skopeo inspect --no-tags docker://registry.example.org/pay/api:2.0"));
}
