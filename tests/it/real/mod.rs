//! Real servers: a registry and an engine as Debian ships them, on loopback and in folders of their own. Ignored unless
//! `run.sh` runs them, which installs what they need.

mod engine;
mod images;
mod lineage;
mod registry;
mod running;
