//! What builds are asked: runs, files, names of secrets. Never a value of a secret or a variable.

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

const FILES: &str = r#"each_of "$KIT_CHECKOUTS" copy_build_files"#;

pub(super) const SOURCES: &[Source] = &[
    Source {
        command: FILES,
        output: "checkouts.d",
        format: "files",
        read: true,
        ..asked("checkouts", &["git", "tar"], &["KIT_CHECKOUTS"])
    }
    .says(
        "Dockerfiles, compose, bake, CI and Helm files of the checkouts, as they are in the folder",
        "to read those folders",
    ),
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/repos?per_page=100""#,
        output: "github-repos.json",
        format: "github-repos",
        ..asked("github-repos", &["gh"], &["KIT_GITHUB_ORG"])
    }
    .says("Repositories of the organisation", "member"),
    Source {
        command: r#"each_of "$KIT_GITHUB_REPOS" github_runs"#,
        output: "github-runs.json",
        format: "github-runs",
        ..asked("github-runs", &["gh"], &["KIT_GITHUB_REPOS"])
    }
    .says("Workflow runs: which commit was built when, by whom", "actions: read"),
    Source {
        command: r#"each_of "$KIT_GITHUB_REPOS" github_secret_names"#,
        output: "github-secret-names.json",
        format: "github-secret-names",
        ..asked("github-secret-names", &["gh"], &["KIT_GITHUB_REPOS"])
    }
    .says("Names of the secrets that builds can reach; GitHub never tells their values", "secrets: read"),
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/actions/secrets?per_page=100""#,
        output: "github-org-secret-names.json",
        format: "github-secret-names",
        ..asked("github-org-secret-names", &["gh"], &["KIT_GITHUB_ORG"])
    }
    .says("Names of the organisation's secrets", "admin:org"),
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/actions/runners?per_page=100""#,
        output: "github-runners.json",
        format: "github-runners",
        ..asked("github-runners", &["gh"], &["KIT_GITHUB_ORG"])
    }
    .says("Own runners: machines that keep pulled images", "admin:org"),
    Source {
        command: r#"github "/orgs/$KIT_GITHUB_ORG/packages?package_type=container&per_page=100""#,
        output: "github-packages.json",
        format: "github-packages",
        ..asked("github-packages", &["gh"], &["KIT_GITHUB_ORG"])
    }
    .says("Container packages of the organisation", "read:packages"),
    Source {
        command: r#"gitlab "/groups/$(gitlab_name "$KIT_GITLAB_GROUP")/projects?include_subgroups=true&per_page=100""#,
        output: "gitlab-projects.json",
        format: "gitlab-projects",
        ..asked("gitlab-projects", &["glab"], &["KIT_GITLAB_GROUP"])
    }
    .says("Projects of the group", "reporter"),
    Source {
        command: r#"each_of "$KIT_GITLAB_PROJECTS" gitlab_pipelines"#,
        output: "gitlab-pipelines.json",
        format: "gitlab-pipelines",
        ..asked("gitlab-pipelines", &["glab"], &["KIT_GITLAB_PROJECTS"])
    }
    .says("Pipelines: which commit was built when, by whom", "reporter"),
    Source {
        command: r#"each_of "$KIT_GITLAB_PROJECTS" gitlab_images"#,
        output: "gitlab-images.json",
        format: "gitlab-images",
        ..asked("gitlab-images", &["glab"], &["KIT_GITLAB_PROJECTS"])
    }
    .says("Repositories of the projects' registries, with tags", "reporter"),
    Source {
        command: r#"gitlab "/groups/$(gitlab_name "$KIT_GITLAB_GROUP")/runners?per_page=100""#,
        output: "gitlab-runners.json",
        format: "gitlab-runners",
        ..asked("gitlab-runners", &["glab"], &["KIT_GITLAB_GROUP"])
    }
    .says("Runners: machines that keep pulled images", "owner of the group"),
];
