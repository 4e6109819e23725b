//! A live registry, as bytes: manifests, indexes and configs as it gives them, and a record of every question and answer.
//!
//! Reads only: `HEAD` and `GET`, and a `POST` where a registry's token server knows no other way to change an identity token
//! into one for reading. No layer is ever asked for. Digests are made anew of the bytes that came: what has another one than
//! was asked for is kept as evidence and raises an alarm. Credentials are found where Docker and Podman keep them, are sent to
//! the registry and its token server alone, and are never stored, printed or logged.
//!
//! The client is the one that clusters are asked with. `oci-client` would give what it verified, not what came: bytes of a
//! wrong digest are dropped there, headers and limits are hidden, and a body has no bound.
//!
//! Source of the protocol: OCI distribution specification 1.1; Docker's "Registry authentication" for tokens.

mod challenge;
mod documents;
mod helper;
mod host;
mod image;
mod lists;
mod logins;
mod net;
mod record;
mod referrers;
mod settings;
mod token;
mod told;
mod walk;

pub use record::{ANSWER, REFERRER};
pub use settings::{Settings, Sought, Wanted};
pub use told::{Asked, Document, DocumentKind, HostTold, ImageTold, Referrer, Told};
pub use walk::walk;

use std::sync::Arc;

use crate::model::digest::Digest;

/// What the case holds already: the bytes of a document by the digest that it is named by; `None` where it has none.
pub type Held = Arc<dyn Fn(&Digest) -> Option<Vec<u8>> + Send + Sync>;
