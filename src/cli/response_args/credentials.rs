//! Arguments of `credentials`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Arguments of `credentials`.
#[derive(Debug, ClapArgs)]
pub struct CredentialsArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<CredentialsAction>,
}

/// Actions of `credentials`.
#[derive(Debug, Subcommand)]
pub enum CredentialsAction {
    /// List the credentials and the questions
    List(ListCredentialsArgs),
    /// Name a credential that no evidence names
    Add(AddCredentialArgs),
    /// Say what was done with a credential
    Set(SetCredentialArgs),
    /// Say that there is none of a kind
    None(NoCredentialArgs),
    /// Take names from a list of accounts or tokens
    Import(ImportCredentialsArgs),
}

/// Arguments of `credentials list`.
#[derive(Debug, Default, ClapArgs)]
pub struct ListCredentialsArgs {
    /// Only of a kind (pull-secret, deploy-key, ...)
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only those that are neither proved dead nor dismissed
    #[arg(long)]
    pub open: bool,
}

/// Arguments of `credentials add`.
#[derive(Debug, ClapArgs)]
pub struct AddCredentialArgs {
    /// Its name; never its value
    pub name: String,
    /// What it is: registry-account, access-token, robot-account, autobuild-link, source-token, deploy-key, webhook, build-secret, ci-secret, pull-secret, registry-login, service-account, workload-secret, cloud-key, signing-key, baked-secret
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// Where it is valid: an organisation, a repository, a context and namespace
    #[arg(long, value_name = "SCOPE", default_value = "")]
    pub scope: String,
    /// Who answers for it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Where it is kept or used
    #[arg(long, value_name = "PLACE")]
    pub location: Option<String>,
}

/// Arguments of `credentials set`.
#[derive(Debug, ClapArgs)]
pub struct SetCredentialArgs {
    /// The credential: its name, SCOPE/NAME, or the first six or more digits of its id
    pub credential: String,
    /// Who answers for it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Where it is kept or used
    #[arg(long, value_name = "PLACE")]
    pub location: Option<String>,
    /// When the old one was revoked
    #[arg(long, value_name = "TIME")]
    pub revoked: Option<String>,
    /// When a new one was made
    #[arg(long, value_name = "TIME")]
    pub reissued: Option<String>,
    /// When the old one was tried and refused; name the refusal with --evidence
    #[arg(long, value_name = "TIME", requires = "evidence")]
    pub proved_dead: Option<String>,
    /// What proves it: evidence:ID, event:HASH, a ticket; may be repeated
    #[arg(long, value_name = "EVIDENCE")]
    pub evidence: Vec<String>,
    /// The old one works after all
    #[arg(long, conflicts_with_all = ["revoked", "proved_dead"])]
    pub alive: bool,
    /// It is none of ours, or was never used: why; it is not counted then
    #[arg(long, value_name = "REASON")]
    pub dismiss: Option<String>,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `credentials none`.
#[derive(Debug, ClapArgs)]
pub struct NoCredentialArgs {
    /// The kind
    pub kind: String,
    /// Who says so
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `credentials import`.
#[derive(Debug, ClapArgs)]
pub struct ImportCredentialsArgs {
    /// A CSV with a header; - for standard input
    pub file: PathBuf,
    /// What they are, where no column says it
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Where they are valid, where no column says it
    #[arg(long, value_name = "SCOPE", default_value = "")]
    pub scope: String,
    /// Which column holds what: name, scope, owner, location, kind; may be repeated
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Store what was pasted; without it, what comes from standard input is shown redacted and nothing is stored
    #[arg(long)]
    pub yes: bool,
}
