//! What source control is asked: who did what, which keys exist. Never the content of a key or a token.

use super::Source;

const fn asked(id: &'static str, tool: &'static [&'static str], settings: &'static [&'static str]) -> Source {
    Source {
        id,
        about: "",
        tools: tool,
        settings,
        command: "",
        output: "",
        format: "",
        read: false,
        rights: "",
        seconds: 300,
    }
}

const ORG: &[&str] = &["KIT_GITHUB_ORG"];
const REPOS: &[&str] = &["KIT_GITHUB_REPOS"];

pub(super) const SOURCES: &[Source] = &[
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/audit-log?include=all&per_page=100&phrase=created:%3E%3D$since""#,
        output: "github-audit.json",
        format: "github-audit",
        ..asked("github-audit", &["gh"], ORG)
    }
    .says("GitHub's audit log: members, keys, workflows, clones", "owner; read:audit_log (GitHub Enterprise)"),
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/installations?per_page=100""#,
        output: "github-apps.json",
        format: "github-apps",
        ..asked("github-apps", &["gh"], ORG)
    }
    .says("Apps that may act in the organisation", "admin:org"),
    Source {
        command: r#"each_of "$KIT_GITHUB_REPOS" github_keys"#,
        output: "github-keys.json",
        format: "github-keys",
        ..asked("github-keys", &["gh"], REPOS)
    }
    .says("Deploy keys (their public halves) and when each was used last", "admin of the repositories"),
    Source {
        command: r#"each_of "$KIT_GITHUB_REPOS" github_hooks"#,
        output: "github-hooks.json",
        format: "github-hooks",
        ..asked("github-hooks", &["gh"], REPOS)
    }
    .says("Webhooks: where events go; GitHub masks their secrets", "admin of the repositories"),
    Source {
        command: r#"each_of "$KIT_GITHUB_REPOS" github_activity"#,
        output: "github-activity.json",
        format: "github-activity",
        ..asked("github-activity", &["gh"], REPOS)
    }
    .says("Pushes to branches and tags, forced ones too", "contents: read"),
    Source {
        command: r#"gitlab "/groups/$(gitlab_name "$KIT_GITLAB_GROUP")/audit_events?per_page=100&created_after=${since}T00:00:00Z""#,
        output: "gitlab-audit.json",
        format: "gitlab-audit",
        ..asked("gitlab-audit", &["glab"], &["KIT_GITLAB_GROUP"])
    }
    .says("GitLab's audit events of the group", "owner of the group (GitLab Premium)"),
    Source {
        command: r#"each_of "$KIT_GITLAB_PROJECTS" gitlab_project_audit"#,
        output: "gitlab-project-audit.json",
        format: "gitlab-audit",
        ..asked("gitlab-project-audit", &["glab"], &["KIT_GITLAB_PROJECTS"])
    }
    .says("The same of the projects, and their deploy keys", "maintainer of the projects"),
    Source {
        command: r#"each_of "$KIT_CHECKOUTS" git_history"#,
        output: "git-log.txt",
        format: "git-log",
        ..asked("git-log", &["git"], &["KIT_CHECKOUTS"])
    }
    .says("Commits since that day on all branches, with the files they touch", "to read those folders"),
    Source {
        command: r#"each_of "$KIT_CHECKOUTS" git_names"#,
        output: "git-refs.txt",
        format: "git-refs",
        ..asked("git-refs", &["git"], &["KIT_CHECKOUTS"])
    }
    .says("Branches and tags with their commits: a tag that was moved shows", "to read those folders"),
];
