//! `collect registry` and `collect engine` against servers of our own, with faults.

mod engine;
mod faults;
mod limits;
mod logins;
mod played;
pub mod setting;
mod watch;
mod whole;
