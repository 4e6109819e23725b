//! The invented fleet: which images there are, which workloads run them, and what each pod is called. Numbers in, names
//! out; must never depend on how many pods are asked for beyond the number of images.

use crate::random::Random;

/// Replicas of each workload.
const REPLICAS: u64 = 3;
/// Tags of each repository.
const TAGS: u64 = 8;

const REGISTRIES: [&str; 8] = [
    "docker.io",
    "docker.io",
    "docker.io",
    "ghcr.io",
    "quay.io",
    "registry.k8s.io",
    "registry.example.com:5000",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
];
const SUBJECTS: [&str; 16] = [
    "billing", "checkout", "orders", "search", "catalog", "identity", "ledger", "mail", "media", "metrics", "payments",
    "pricing", "routing", "session", "stock", "tracking",
];
const PARTS: [&str; 8] = ["api", "worker", "web", "gateway", "sync", "cache", "agent", "cron"];

/// An image of the fleet.
pub struct Image {
    /// As manifests name it: Docker Hub's images without their registry.
    pub written: String,
    /// Registry and repository in full, as container runtimes report them.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// The digest that runs.
    pub digest: String,
}

impl Image {
    /// Image number `n`; each has a name and a digest of its own.
    pub fn new(n: u64) -> Self {
        let mut random = Random::of(1, n);
        let family = n / TAGS;
        let pick = |list: &[&'static str], n: u64| list[n as usize % list.len()];
        let registry = pick(&REGISTRIES, family);
        let (subject, part) = (pick(&SUBJECTS, family / 7), pick(&PARTS, family / 3));
        let path = format!("{subject}-{}/{part}-{family}", family % 97);
        let tag = format!("{}.{}.{}", 1 + family % 5, n % TAGS, family % 23);
        let digest = format!("sha256:{}", random.hex(64));
        let repository = format!("{registry}/{path}");
        let name = if registry == "docker.io" { path } else { repository.clone() };
        // One workload in twenty pins what it runs.
        let pin = if random.chance(5) { format!("@{digest}") } else { String::new() };
        Image { written: format!("{name}:{tag}{pin}"), repository, tag, digest }
    }
}

/// A list of pods to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    /// Tells the pods, workloads and namespaces of one list from those of another.
    pub cluster: u64,
    /// The number of the first workload, so that several clusters share out the images.
    pub first_workload: u64,
    /// How many pods.
    pub pods: u64,
    /// How many images all clusters together run.
    pub images: u64,
}

/// What owns a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A Deployment through its ReplicaSet.
    ReplicaSet,
    /// A StatefulSet.
    StatefulSet,
    /// A DaemonSet.
    DaemonSet,
    /// A Job.
    Job,
}

impl Owner {
    /// Its kind in owner references.
    pub fn kind(self) -> &'static str {
        match self {
            Owner::ReplicaSet => "ReplicaSet",
            Owner::StatefulSet => "StatefulSet",
            Owner::DaemonSet => "DaemonSet",
            Owner::Job => "Job",
        }
    }

    /// Its API group and version.
    pub fn api_version(self) -> &'static str {
        if self == Owner::Job { "batch/v1" } else { "apps/v1" }
    }
}

/// How far a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Every container runs.
    Running,
    /// Its containers have ended.
    Succeeded,
    /// Its images cannot be pulled.
    Pending,
}

/// One pod of a fleet.
pub struct Pod {
    /// Its own randomness, after that which named it.
    pub random: Random,
    /// The number of its workload.
    pub workload: u64,
    /// Its namespace.
    pub namespace: String,
    /// The workload's name.
    pub app: String,
    /// The owner's kind.
    pub owner: Owner,
    /// The owner's name.
    pub owner_name: String,
    /// The owner's uid.
    pub owner_uid: String,
    /// The hash in a ReplicaSet's name.
    pub template_hash: String,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// The node it stands on.
    pub node: u64,
    /// How far it is.
    pub phase: Phase,
    /// Images of its containers, two or three.
    pub containers: Vec<Image>,
    /// The image of its init container, where it has one.
    pub init: Option<Image>,
}

impl Fleet {
    /// Pod number `n` of the list, from 0. With three containers in every pod, `full` makes a fleet of a known size.
    pub fn pod(&self, n: u64, full: bool) -> Pod {
        let local = n / REPLICAS;
        let workload = self.first_workload + local;
        let mut owned = Random::of(2, workload);
        let owner = match workload % 10 {
            7 => Owner::StatefulSet,
            8 => Owner::DaemonSet,
            9 => Owner::Job,
            _ => Owner::ReplicaSet,
        };
        let app = format!("{}-{workload}", SUBJECTS[owned.below(16) as usize]);
        let (owner_uid, template_hash) = (owned.uuid(), owned.suffix(10));
        let owner_name = if owner == Owner::ReplicaSet { format!("{app}-{template_hash}") } else { app.clone() };
        // The first container's image is its own team's; the others come from a few that everyone uses.
        let mut containers = vec![Image::new(workload % self.images.max(1))];
        let others = if full { 2 } else { 1 + u64::from(owned.chance(10)) };
        containers.extend((0..others).map(|_| Image::new(owned.skewed(self.images))));
        let init = (!full && workload.is_multiple_of(12)).then(|| Image::new(owned.skewed(self.images)));
        let mut random = Random::of(3 + self.cluster, n);
        let suffix = random.suffix(5);
        let name = match owner {
            Owner::StatefulSet => format!("{app}-{}", n % REPLICAS),
            _ => format!("{owner_name}-{suffix}"),
        };
        let phase = match random.below(100) {
            _ if full => Phase::Running,
            0 | 1 => Phase::Pending,
            n if owner == Owner::Job && n < 60 => Phase::Succeeded,
            _ => Phase::Running,
        };
        let namespace = format!("team-{}", workload % 97);
        let (uid, node) = (random.uuid(), random.below(1 + self.pods / 30));
        Pod {
            random,
            workload,
            namespace,
            app,
            owner,
            owner_name,
            owner_uid,
            template_hash,
            name,
            uid,
            node,
            phase,
            containers,
            init,
        }
    }
}

/// Workloads in so many pods: where the next cluster's numbers begin.
pub fn workloads(pods: u64) -> u64 {
    pods.div_ceil(REPLICAS)
}
