//! A live cluster, as bytes: its lists, page by page, as the API gives them.
//!
//! Reads only: `GET` of lists, nothing is created, changed or deleted, no configuration is written, and the contents of
//! Secrets are never asked for. What comes is handed on as it came, but for `managedFields`; nothing here knows what a pod
//! is, and no page is ever held as objects.

mod ask;
mod config;
mod connect;
mod discovery;
mod exec;
mod kinds;
mod listing;
mod login;
pub(in crate::collect) mod proxy;
mod settings;
pub mod spool;
mod told;
pub mod trim;
pub(in crate::collect) mod trouble;
mod walk;
mod watch;

pub use config::{ConfigError, IN_CLUSTER, Target, Wanted, targets};
pub use kinds::{Form, Kind, List, always};
pub use listing::INCONSISTENT;
pub use settings::{Settings, Stop, World};
pub use told::{Asked, Before, End, Learned, Left, Listed, Page, Told};
pub use trouble::Trouble;
pub use walk::walk;
pub use watch::{Batch, Watched, place, watch};

/// Installs the one TLS provider of this process; doing it twice does nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
