//! The formats that readers know, and the words they are called by.

/// A format that a reader knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Kubernetes objects as JSON: single, lists, lines, concatenated, watch streams, tables of an API.
    KubernetesJson,
    /// Kubernetes objects as YAML: single, lists, several documents, templates that were not rendered.
    KubernetesYaml,
    /// Lines that name a pod and its images: `kubectl … -o jsonpath`, `-o custom-columns`, `-o wide` of a workload.
    ImageTable,
    /// Image references, one or several a line.
    ReferenceList,
    /// What `kubectl get` prints for people: no images in it.
    KubectlTable,
    /// An API's or `kubectl`'s refusal in place of an answer.
    Refusal,
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// A compose file.
    ComposeYaml,
    /// A compose file as JSON: `docker compose config --format json`.
    ComposeJson,
    /// An environment file (`.env`).
    Environment,
    /// A GitHub Actions workflow, or an action's description.
    GithubActions,
    /// A GitLab CI file.
    GitlabCi,
    /// A CircleCI file.
    CircleCi,
    /// An Azure pipeline.
    AzurePipelines,
    /// A Drone or Woodpecker pipeline.
    Woodpecker,
    /// A Bitbucket pipeline.
    Bitbucket,
    /// Values of a Helm chart.
    HelmValues,
    /// A bake file in HCL.
    BakeHcl,
    /// A bake file in JSON.
    BakeJson,
    /// What Docker, Podman, nerdctl, compose and crictl print as JSON: inspect records and lists.
    EngineJson,
    /// The tables they print for people.
    EngineTable,
    /// Lines of a machine's journal that speak of pulled images.
    EngineLog,
    /// Files that tell a runtime which mirrors to pull from.
    RegistryMirrors,
    /// Machines and devices with their images, a record a line under a header.
    MachineTable,
    /// The same as JSON: lines or an array of flat objects.
    MachineJson,
    /// Owners and criticality by image, repository, namespace or workload, a record a line under a header.
    OwnerTable,
    /// The manifest of a collection script (`hullbreach kit`).
    KitManifest,
    /// Manifests, indexes and configs of images, what `docker save` and OCI layouts hold of them, and what `skopeo inspect` and
    /// `docker manifest inspect -v` print.
    ImageJson,
    /// In-toto statements with SLSA provenance, in an envelope or bare, and what builders write of their builds.
    Attestation,
    /// A report of Trivy.
    TrivyJson,
    /// A report of Grype.
    GrypeJson,
    /// An SBOM of Syft, in its own format.
    SyftJson,
    /// An SBOM in SPDX, as JSON.
    SpdxJson,
    /// An SBOM in CycloneDX, as JSON.
    CyclonedxJson,
    /// An SBOM in SPDX, as lines of tags and values.
    SpdxTagValue,
    /// Statements that vulnerabilities do or do not matter, in OpenVEX.
    OpenVexJson,
    /// CISA's catalogue of known exploited vulnerabilities.
    KevJson,
    /// EPSS scores.
    EpssTable,
    /// A CVE record, as CISA enriches them.
    CveRecord,
    /// A cluster's metadata-only list of Secrets.
    SecretNames,
    /// The same, of secrets for registries only.
    PullSecretNames,
    /// What a registry answered: the record of its answers, and lists of tags, repositories and referrers.
    RegistryAnswers,
    /// A notice of a breach. Nothing in it is of this inventory, so nothing is read out of it as evidence of use.
    Notice,
    /// A log of pulls as a table: what a warehouse or Docker Hub gives out.
    PullTable,
    /// The same as JSON: lines or an array of flat objects.
    PullJson,
    /// Harbor's audit log.
    HarborAudit,
    /// Notifications of a Distribution registry.
    RegistryEvents,
    /// CloudTrail's records of Elastic Container Registry.
    Cloudtrail,
    /// Docker Hub's audit log: pushes, never pulls.
    HubAudit,
    /// A list of what is known to be good: names with their digests, in whatever a tool wrote them.
    KnownGood,
}

/// How the bytes of a format are built, which decides how they are split and redacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// JSON documents.
    Json,
    /// YAML documents.
    Yaml,
    /// Lines of text.
    Text,
    /// Text that is read in one piece.
    Whole,
    /// Records of cells under a header; a quoted cell may go over several lines.
    Delimited,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 50] = [
        Format::KubernetesJson,
        Format::KubernetesYaml,
        Format::ImageTable,
        Format::ReferenceList,
        Format::KubectlTable,
        Format::Refusal,
        Format::Dockerfile,
        Format::ComposeYaml,
        Format::ComposeJson,
        Format::Environment,
        Format::GithubActions,
        Format::GitlabCi,
        Format::CircleCi,
        Format::AzurePipelines,
        Format::Woodpecker,
        Format::Bitbucket,
        Format::HelmValues,
        Format::BakeHcl,
        Format::BakeJson,
        Format::EngineJson,
        Format::EngineTable,
        Format::EngineLog,
        Format::RegistryMirrors,
        Format::MachineTable,
        Format::MachineJson,
        Format::OwnerTable,
        Format::KitManifest,
        Format::ImageJson,
        Format::Attestation,
        Format::TrivyJson,
        Format::GrypeJson,
        Format::SyftJson,
        Format::SpdxJson,
        Format::CyclonedxJson,
        Format::SpdxTagValue,
        Format::OpenVexJson,
        Format::KevJson,
        Format::EpssTable,
        Format::CveRecord,
        Format::SecretNames,
        Format::PullSecretNames,
        Format::RegistryAnswers,
        Format::Notice,
        Format::PullTable,
        Format::PullJson,
        Format::HarborAudit,
        Format::RegistryEvents,
        Format::Cloudtrail,
        Format::HubAudit,
        Format::KnownGood,
    ];

    /// The word used in records, options and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::KubernetesJson => "kubernetes-json",
            Format::KubernetesYaml => "kubernetes-yaml",
            Format::ImageTable => "image-table",
            Format::ReferenceList => "reference-list",
            Format::KubectlTable => "kubectl-table",
            Format::Refusal => "refusal",
            Format::Dockerfile => "dockerfile",
            Format::ComposeYaml => "compose-yaml",
            Format::ComposeJson => "compose-json",
            Format::Environment => "environment-file",
            Format::GithubActions => "github-actions",
            Format::GitlabCi => "gitlab-ci",
            Format::CircleCi => "circleci",
            Format::AzurePipelines => "azure-pipelines",
            Format::Woodpecker => "woodpecker",
            Format::Bitbucket => "bitbucket-pipelines",
            Format::HelmValues => "helm-values",
            Format::BakeHcl => "bake-hcl",
            Format::BakeJson => "bake-json",
            Format::EngineJson => "engine-json",
            Format::EngineTable => "engine-table",
            Format::EngineLog => "engine-log",
            Format::RegistryMirrors => "registry-mirrors",
            Format::MachineTable => "machine-csv",
            Format::MachineJson => "machine-json",
            Format::OwnerTable => "owner-csv",
            Format::KitManifest => "kit-manifest",
            Format::ImageJson => "image-json",
            Format::Attestation => "attestation",
            Format::TrivyJson => "trivy-json",
            Format::GrypeJson => "grype-json",
            Format::SyftJson => "syft-json",
            Format::SpdxJson => "spdx-json",
            Format::CyclonedxJson => "cyclonedx-json",
            Format::SpdxTagValue => "spdx-tag-value",
            Format::OpenVexJson => "openvex-json",
            Format::KevJson => "kev-json",
            Format::EpssTable => "epss-csv",
            Format::CveRecord => "cve-record",
            Format::SecretNames => "secret-names",
            Format::PullSecretNames => "pull-secret-names",
            Format::RegistryAnswers => "registry-answers",
            Format::Notice => "notice",
            Format::PullTable => "pull-csv",
            Format::PullJson => "pull-json",
            Format::HarborAudit => "harbor-audit",
            Format::RegistryEvents => "registry-events",
            Format::Cloudtrail => "ecr-cloudtrail",
            Format::HubAudit => "dockerhub-audit",
            Format::KnownGood => "known-good",
        }
    }

    /// The format of a word.
    pub fn parse(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.as_str() == word)
    }

    /// The version of the format's reader; raised whenever it takes other facts out of the same bytes.
    pub fn version(self) -> u32 {
        match self {
            // Layers and labels of an inspected image (2); capabilities (3); what a descriptor proves its
            // digest to name (4).
            Format::EngineJson => 4,
            // Findings and packages (2); the workload of a cluster's resource (3).
            Format::TrivyJson => 3,
            // Findings and packages.
            Format::GrypeJson | Format::SyftJson | Format::SpdxJson | Format::CyclonedxJson => 2,
            // What refers to an image.
            Format::RegistryAnswers => 2,
            // A scanner's reports among the objects of a cluster (2); annotations, capabilities, egress (3); the
            // workload of such a report (4).
            Format::KubernetesJson | Format::KubernetesYaml => 4,
            // Capabilities (2); credentials by name (3); those that builds mount (4).
            Format::ComposeYaml | Format::ComposeJson => 4,
            // Credentials by name (2); where the words of an inline Dockerfile stand (3).
            Format::BakeHcl | Format::BakeJson => 3,
            // Office or plant.
            Format::MachineTable | Format::MachineJson => 2,
            // Credentials by name.
            Format::Dockerfile => 2,
            Format::GithubActions | Format::GitlabCi | Format::CircleCi | Format::AzurePipelines => 2,
            Format::Woodpecker | Format::Bitbucket => 2,
            _ => 1,
        }
    }

    /// Whether it is a log of pulls, whose records are summed up from segment to segment.
    pub fn is_pull_log(self) -> bool {
        matches!(
            self,
            Format::PullTable
                | Format::PullJson
                | Format::HarborAudit
                | Format::RegistryEvents
                | Format::Cloudtrail
                | Format::HubAudit
        )
    }

    /// Whether it is published with the time that it speaks of, so that its age does not depend on when it was copied.
    pub fn is_dated(self) -> bool {
        matches!(self, Format::KevJson | Format::EpssTable | Format::CveRecord)
    }

    /// How its bytes are built.
    pub fn shape(self) -> Shape {
        match self {
            Format::KubernetesJson => Shape::Json,
            Format::KubernetesYaml => Shape::Yaml,
            Format::ImageTable | Format::ReferenceList | Format::KubectlTable | Format::Refusal => Shape::Text,
            Format::Dockerfile => Shape::Whole,
            Format::ComposeYaml => Shape::Yaml,
            Format::ComposeJson => Shape::Json,
            Format::Environment | Format::KitManifest | Format::KnownGood => Shape::Whole,
            Format::GithubActions | Format::GitlabCi | Format::CircleCi | Format::AzurePipelines => Shape::Yaml,
            Format::Woodpecker | Format::Bitbucket | Format::HelmValues => Shape::Yaml,
            Format::BakeHcl => Shape::Whole,
            Format::BakeJson => Shape::Json,
            Format::EngineJson | Format::MachineJson => Shape::Json,
            Format::ImageJson | Format::Attestation | Format::TrivyJson | Format::GrypeJson => Shape::Json,
            Format::SyftJson | Format::SpdxJson | Format::CyclonedxJson => Shape::Json,
            Format::EngineTable | Format::EngineLog => Shape::Text,
            Format::RegistryMirrors => Shape::Whole,
            Format::SpdxTagValue => Shape::Whole,
            Format::OpenVexJson | Format::KevJson | Format::CveRecord => Shape::Json,
            Format::EpssTable => Shape::Delimited,
            Format::MachineTable | Format::OwnerTable => Shape::Delimited,
            Format::SecretNames | Format::PullSecretNames | Format::RegistryAnswers => Shape::Json,
            Format::Notice => Shape::Text,
            Format::PullTable => Shape::Delimited,
            Format::PullJson | Format::HarborAudit | Format::RegistryEvents => Shape::Json,
            Format::Cloudtrail | Format::HubAudit => Shape::Json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Some(format));
        }
        assert_eq!(Format::parse("docker"), None);
    }
}
