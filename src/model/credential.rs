//! Credentials by name: what must be revoked, made anew, and proved dead. Never a value.

use serde::{Deserialize, Serialize};

/// What a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// An account of the registry, with its password.
    RegistryAccount,
    /// An access token of a person or an organisation at the registry.
    AccessToken,
    /// A robot or service account of the registry.
    RobotAccount,
    /// A link from the registry to source control, for autobuilds.
    AutobuildLink,
    /// A token of source control that builds use.
    SourceToken,
    /// A deploy key on a repository.
    DeployKey,
    /// A webhook with its shared secret; a token that publishes packages.
    Webhook,
    /// A secret that a build is given.
    BuildSecret,
    /// A secret of the CI platform, its trust policies, its runners' tokens.
    CiSecret,
    /// A pull secret of a namespace.
    PullSecret,
    /// A login to a registry on a machine.
    RegistryLogin,
    /// A service account that workloads run as.
    ServiceAccount,
    /// A secret that workloads mount or read.
    WorkloadSecret,
    /// A key of a cloud, an SSH key.
    CloudKey,
    /// A key that signs images or releases.
    SigningKey,
    /// A secret inside a layer of an image.
    BakedSecret,
}

impl CredentialKind {
    /// Every kind, in the order in which a registry's breach reaches them.
    pub const ALL: [CredentialKind; 16] = [
        CredentialKind::RegistryAccount,
        CredentialKind::AccessToken,
        CredentialKind::RobotAccount,
        CredentialKind::AutobuildLink,
        CredentialKind::SourceToken,
        CredentialKind::DeployKey,
        CredentialKind::Webhook,
        CredentialKind::BuildSecret,
        CredentialKind::CiSecret,
        CredentialKind::PullSecret,
        CredentialKind::RegistryLogin,
        CredentialKind::ServiceAccount,
        CredentialKind::WorkloadSecret,
        CredentialKind::CloudKey,
        CredentialKind::SigningKey,
        CredentialKind::BakedSecret,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            CredentialKind::RegistryAccount => "registry-account",
            CredentialKind::AccessToken => "access-token",
            CredentialKind::RobotAccount => "robot-account",
            CredentialKind::AutobuildLink => "autobuild-link",
            CredentialKind::SourceToken => "source-token",
            CredentialKind::DeployKey => "deploy-key",
            CredentialKind::Webhook => "webhook",
            CredentialKind::BuildSecret => "build-secret",
            CredentialKind::CiSecret => "ci-secret",
            CredentialKind::PullSecret => "pull-secret",
            CredentialKind::RegistryLogin => "registry-login",
            CredentialKind::ServiceAccount => "service-account",
            CredentialKind::WorkloadSecret => "workload-secret",
            CredentialKind::CloudKey => "cloud-key",
            CredentialKind::SigningKey => "signing-key",
            CredentialKind::BakedSecret => "baked-secret",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<CredentialKind> {
        CredentialKind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// Every word, for an error.
    pub fn words() -> String {
        CredentialKind::ALL.map(CredentialKind::as_str).join(", ")
    }

    /// What to ask whom, for a kind that no inventory shows; none for one that evidence names.
    pub fn question(self) -> Option<&'static str> {
        Some(match self {
            CredentialKind::RegistryAccount => "registry: which accounts own or administrate affected repositories?",
            CredentialKind::AccessToken => "registry: which personal and organisation access tokens exist?",
            CredentialKind::RobotAccount => "registry: which robot and service accounts exist, and what may they push?",
            CredentialKind::AutobuildLink => {
                "ci: which GitHub, GitLab or Bitbucket accounts are linked for autobuilds?"
            }
            CredentialKind::SourceToken => "ci: which OAuth grants, tokens, app passwords and app keys do builds use?",
            CredentialKind::DeployKey => "ci: which deploy keys did autobuilds leave on repositories?",
            CredentialKind::Webhook => {
                "ci: which webhooks, chat hooks and publishing tokens are tied to affected repositories?"
            }
            CredentialKind::BuildSecret => {
                "ci: which secrets are builds given (variables, BuildKit, package registries)?"
            }
            CredentialKind::CiSecret => {
                "ci: which secrets, trust policies and runner tokens does the CI platform hold?"
            }
            CredentialKind::CloudKey => "identity: which cloud and SSH keys can a P0 container or its runner reach?",
            CredentialKind::SigningKey => "security: which keys sign images and releases, and where do they lie?",
            CredentialKind::BakedSecret => {
                "security: which secrets stand inside layers of images that others could pull?"
            }
            CredentialKind::PullSecret
            | CredentialKind::RegistryLogin
            | CredentialKind::ServiceAccount
            | CredentialKind::WorkloadSecret => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_are_those_of_events() {
        for kind in CredentialKind::ALL {
            assert_eq!(CredentialKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
