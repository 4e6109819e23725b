//! What a person may tell the script, as environment variables. None of them holds a secret.

use super::Role;

/// One variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in one line.
    pub about: &'static str,
    /// The roles that look at it.
    pub roles: &'static [Role],
}

const fn setting(name: &'static str, roles: &'static [Role], about: &'static str) -> Setting {
    Setting { name, about, roles }
}

/// Every variable.
pub const SETTINGS: &[Setting] = &[
    setting("KIT_CONTEXTS", &[Role::Cluster], "contexts of kubectl, with blanks between them, or all; else it asks"),
    setting("KIT_NAMESPACES", &[Role::Cluster], "namespaces, where you may not list all of them"),
    setting("KIT_REGISTRY", &[Role::Registry], "a registry, as https://registry.example.org"),
    setting("KIT_HARBOR", &[Role::Registry], "a Harbor, as https://harbor.example.org"),
    setting("KIT_HUB_NAMESPACE", &[Role::Registry], "an organisation or user of Docker Hub"),
    setting("KIT_REPOSITORIES", &[Role::Registry], "repositories to look into, as \"library/base pay/api\""),
    setting("KIT_REGISTRY_LOGS", &[Role::Registry], "access logs of the registry or of the proxy before it, files"),
    setting("KIT_REGISTRY_CONTAINER", &[Role::Registry], "the container that the registry runs in, for its log"),
    setting("KIT_CURL_CONFIG", &[Role::Registry], "a curl configuration file with your login; else ~/.netrc"),
    setting("KIT_PAGES", &[Role::Registry], "most pages of one answer, 200"),
    setting("KIT_TAGS", &[Role::Registry], "most tags to inspect of one repository, 50"),
    setting("KIT_GITHUB_ORG", &[Role::Ci, Role::Scm], "an organisation of GitHub"),
    setting("KIT_GITHUB_REPOS", &[Role::Ci, Role::Scm], "repositories of GitHub, as \"acme/pay acme/web\""),
    setting("KIT_GITLAB_GROUP", &[Role::Ci, Role::Scm], "a group of GitLab"),
    setting("KIT_GITLAB_PROJECTS", &[Role::Ci, Role::Scm], "projects of GitLab, as \"acme/pay acme/web\""),
    setting("KIT_CHECKOUTS", &[Role::Ci, Role::Scm], "folders of git checkouts; their names hold no blanks"),
    setting(
        "KIT_SINCE",
        &[Role::Host, Role::Registry, Role::Ci, Role::Scm],
        "first day of logs, 2026-03-01; else 14 days ago",
    ),
    setting(
        "HULLBREACH_KIT_NO_ENV",
        &[Role::Cluster, Role::Host],
        "1 takes the values of environment variables out before anything is packed",
    ),
];
