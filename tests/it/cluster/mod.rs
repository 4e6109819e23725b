//! `collect cluster` against a server of our own that speaks HTTPS and plays recordings of a real cluster, with faults.

mod faults;
mod login;
pub mod server;
pub mod setting;
mod whole;
