//! Credentials: which there are, whose, how far each reaches, and whether the old one is proved dead.
//!
//! Names only. A credential is done when somebody tried the old one and was refused, not when it was revoked.

mod import;
mod view;

pub use import::{CredentialsError, ListColumns, Listed, NAME_IS_VALUE, read};
pub use view::{CredentialView, Credentials, Question, Seen, credential_id, none_id};
