//! `credentials`: which there are, how far each reaches, and whether the old one is proved dead. Names only.

mod change;
mod import;
mod list;

use crate::cli::response_args::{CredentialsAction, CredentialsArgs, ListCredentialsArgs};
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::credential::CredentialKind;

/// Runs one action; without one, lists.
pub fn run(args: CredentialsArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.unwrap_or(CredentialsAction::List(ListCredentialsArgs::default())) {
        CredentialsAction::List(args) => list::run(&args, context),
        CredentialsAction::Add(args) => change::add(&args, context),
        CredentialsAction::Set(args) => change::set(&args, context),
        CredentialsAction::None(args) => change::none(&args, context),
        CredentialsAction::Import(args) => import::run(&args, context),
    }
}

fn kind(word: &str) -> Result<CredentialKind, Failure> {
    CredentialKind::parse(word).ok_or_else(|| {
        Failure::usage(format!("{}: no such kind; one of {}", redact_text(word), CredentialKind::words()))
    })
}
