//! Which process holds a lease, in a form that another process on the same machine can ask about.

use rustix::process::{Pid, test_kill_process};

use crate::env::Env;

/// What is known of a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It lives. It may sleep (a closed laptop), so that its lease is over does not mean that it is done.
    Alive,
    /// It was on this machine and no longer lives.
    Gone,
    /// It cannot be asked about: another machine, or another namespace of processes. Its lease tells.
    Unknown,
}

/// This process: `host/place/pid`. The place keeps a restarted machine from mistaking an old number for a living process,
/// and a container from asking about the numbers of another.
pub fn holder(env: &Env) -> String {
    format!("{}/{}/{}", env.host, place(), std::process::id())
}

/// What became of a holder.
pub fn fate(env: &Env, holder: &str) -> Fate {
    let mut parts = holder.rsplitn(3, '/');
    let (Some(pid), Some(there), Some(host)) = (parts.next(), parts.next(), parts.next()) else { return Fate::Unknown };
    if host != env.host {
        return Fate::Unknown;
    }
    let here = place();
    if there != here {
        let boot = |place: &str| place.split(':').next().unwrap_or_default().to_owned();
        let (then, now) = (boot(there), boot(&here));
        return if then.is_empty() || now.is_empty() || then == now { Fate::Unknown } else { Fate::Gone };
    }
    match pid.parse().ok().and_then(Pid::from_raw).map(test_kill_process) {
        None => Fate::Unknown,
        Some(Err(rustix::io::Errno::SRCH)) => Fate::Gone,
        Some(_) => Fate::Alive,
    }
}

/// `boot:namespace`, where the system tells them.
fn place() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let number: String = namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    format!("{}:{number}", boot.trim())
}
