//! The script that a team runs where its data is, and the table of what the script asks for.
//!
//! Owns the questions and the shell around them. It must never run anything, and no question may change what it asks: a
//! test holds every command against a list of reading ones. The pieces of shell stand in `assets/kit`.

mod ci;
mod cluster;
mod host;
mod registry;
mod scm;
mod script;
mod settings;
#[cfg(test)]
mod tests;

pub use script::script;
pub use settings::{SETTINGS, Setting};

/// Who is asked: the team that owns one kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A Kubernetes cluster, by `kubectl`.
    Cluster,
    /// One machine with a container engine or runtime.
    Host,
    /// A registry: what it holds and who pulled.
    Registry,
    /// Builds: their runs, their files, the names of their secrets.
    Ci,
    /// Source control: audit logs, keys, who changed what.
    Scm,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Cluster, Role::Host, Role::Registry, Role::Ci, Role::Scm];

    /// The word on the command line and in the archive's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Cluster => "cluster",
            Role::Host => "host",
            Role::Registry => "registry",
            Role::Ci => "ci",
            Role::Scm => "scm",
        }
    }

    /// What it collects, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Role::Cluster => "what a Kubernetes cluster runs, reaches and remembers",
            Role::Host => "containers, images and mirrors of this machine's engines",
            Role::Registry => "what a registry holds, who pushed and who pulled",
            Role::Ci => "which builds ran, with which files, and which secrets they could reach",
            Role::Scm => "who changed the source, its keys and its members",
        }
    }

    /// What it asks for, in order.
    pub fn sources(self) -> &'static [Source] {
        match self {
            Role::Cluster => cluster::SOURCES,
            Role::Host => host::SOURCES,
            Role::Registry => registry::SOURCES,
            Role::Ci => ci::SOURCES,
            Role::Scm => scm::SOURCES,
        }
    }
}

/// One question of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its name: small letters, digits and dashes, unique within its role.
    pub id: &'static str,
    /// What it is for: one line, a comment in the script.
    pub about: &'static str,
    /// Tools without which it is skipped.
    pub tools: &'static [&'static str],
    /// Names of [`SETTINGS`] without which it is skipped.
    pub settings: &'static [&'static str],
    /// The shell command; several lines are allowed. Every tool is run through `bounded`.
    pub command: &'static str,
    /// The file its answer goes to; `NAME.d` where it fills the folder `NAME`.
    pub output: &'static str,
    /// The word by which `import` knows the answer, or one that says what it is where no reader knows it yet.
    pub format: &'static str,
    /// A reader of `import` knows it. Other answers are stored as evidence and named as not read.
    pub read: bool,
    /// Which rights it needs.
    pub rights: &'static str,
    /// Seconds after which each of its tools is stopped.
    pub seconds: u32,
}

impl Source {
    /// The same with a command of several lines.
    const fn runs(self, command: &'static str) -> Source {
        Source { command, ..self }
    }

    /// The same with what it is for and which rights it needs.
    const fn says(self, about: &'static str, rights: &'static str) -> Source {
        Source { about, rights, ..self }
    }

    /// The name of its function in the script.
    pub fn function(&self, role: Role) -> String {
        format!("{}_{}", role.as_str(), self.id.replace('-', "_"))
    }
}

/// Every source of the roles, with its role.
pub fn sources(role: Option<Role>) -> impl Iterator<Item = (Role, &'static Source)> {
    Role::ALL
        .into_iter()
        .filter(move |each| role.is_none_or(|role| role == *each))
        .flat_map(|role| role.sources().iter().map(move |source| (role, source)))
}
