//! Bytes from the world: which files, decoded to UTF-8, with secrets replaced before anything is stored.
//!
//! Nothing here knows what a pod is; it hands on bytes and says what was done to them.

pub mod archive;
pub mod cluster;
pub mod decode;
pub mod exercise;
pub mod kit;
mod program;
pub mod redact;
pub mod registry;
pub mod walk;
mod wire;
