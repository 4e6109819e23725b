//! `collect registry` and `collect engine` against servers of our own, with faults.

mod faults;
mod limits;
mod logins;
mod played;
mod setting;
mod whole;
