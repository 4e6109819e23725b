//! Which process holds a lease, in a form that another process on the same machine can ask about.

use rustix::process::{Pid, test_kill_process};

use crate::env::Env;

/// This process: `host/boot/pid`. The boot id keeps a restarted machine from mistaking an old pid for a living one.
pub fn holder(env: &Env) -> String {
    format!("{}/{}/{}", env.host, boot_id(), std::process::id())
}

/// True where the holder was on this machine and no longer lives. Holders of other machines are left to their lease.
pub(crate) fn is_gone(env: &Env, holder: &str) -> bool {
    let mut parts = holder.rsplitn(3, '/');
    let (Some(pid), Some(boot), Some(host)) = (parts.next(), parts.next(), parts.next()) else { return false };
    if host != env.host {
        return false;
    }
    if boot != boot_id() {
        return true;
    }
    let Some(pid) = pid.parse().ok().and_then(Pid::from_raw) else { return false };
    test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
}

fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|s| s.trim().to_owned()).unwrap_or_default()
}
