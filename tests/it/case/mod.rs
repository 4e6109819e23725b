//! The case file under the hands of clumsy people, crashing machines and attackers. One idea a file.

mod bindings;
mod chains;
mod create;
mod earlier;
mod expunge;
mod failures;
mod fingerprint;
mod flips;
mod open;
mod storage;
mod tampered_blobs;
mod tampered_events;
mod tampered_schema;
mod undo;
