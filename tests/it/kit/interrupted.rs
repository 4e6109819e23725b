use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::cluster::KUBECTL;
use super::{Machine, assert_code, manifest, source};

/// Starts a role, sends a signal when a source is being asked, and waits for the end; the exit code.
fn interrupted(machine: &Machine, signal: &str, while_asking: &str, settings: &[(&str, &str)]) -> Option<i32> {
    let mut child = machine.script("cluster", settings).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let begun = said.by_ref().map(Result::unwrap).any(|line| line.trim() == format!("{while_asking} ..."));
    assert!(begun, "{while_asking} was never asked");
    // The tool says that it runs by making a file.
    let running = machine.world.root().join("running");
    while !running.exists() {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    let code = child.wait().unwrap().code();
    assert!(rest.iter().any(|line| line.starts_with("wrote ")), "{rest:?}");
    code
}

/// A kubectl that hangs where jobs are asked for.
fn hanging(machine: &Machine) {
    let running = machine.world.root().join("running");
    let pid = machine.world.root().join("pid");
    let hang = format!(
        "case \"$*\" in *'get jobs.batch'*) printf '{{\\n\"value\": \"morning\",\\n'; echo $$ >'{}'; touch '{}'; exec sleep 300 ;; esac\n",
        pid.display(),
        running.display()
    );
    machine.tool("kubectl", &format!("{hang}{KUBECTL}"));
}

/// True where this process was started to ignore a signal, as under `nohup` or in the background of a script: a shell
/// cannot trap such a one (POSIX, `trap`), so it cannot be tried.
fn ignored_from_the_start(number: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

#[test]
fn what_there_is_is_packed() {
    for (signal, number, code) in [("-TERM", 15, 143), ("-INT", 2, 130), ("-HUP", 1, 129)] {
        if ignored_from_the_start(number) {
            continue;
        }
        let machine = Machine::bare();
        hanging(&machine);
        assert_eq!(interrupted(&machine, signal, "jobs", &[("HULLBREACH_KIT_NO_ENV", "1")]), Some(code));
        let folder = machine.unpacked();
        assert!(manifest(&folder).contains("\ninterrupted\t") && folder.join("interrupted.err").exists());
        assert_eq!(source(&folder, "pods")[0], "ok");
        let part = fs::read_to_string(folder.join("jobs.json")).unwrap();
        assert!(part.contains("[withheld]") && !part.contains("morning"), "{part}");
        assert_eq!(machine.images(&folder), ["docker.io/library/nginx:1.27"]);
        let (status, reason) = machine.covered(&folder, "interrupted.err");
        assert_eq!(status, "failed");
        assert!(reason.contains("during jobs"), "{reason}");
        // The tool went with its script.
        let pid = fs::read_to_string(machine.world.root().join("pid")).unwrap();
        let alive = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap().success();
        assert!(!alive, "the tool still runs");
    }
}

#[test]
fn a_tool_that_hangs_is_stopped_and_named() {
    let machine = Machine::bare();
    // The stand-in for `timeout` ends at once what would hang.
    machine.tool("kubectl", &format!("case \"$*\" in *'get jobs.batch'*) exit 124 ;; esac\n{KUBECTL}"));
    assert_code(&machine.run("cluster", &[]), 3);
    let folder = machine.unpacked();
    assert_eq!(source(&folder, "jobs")[..2], ["stopped", "124"]);
    let (status, reason) = machine.covered(&folder, "jobs.err");
    assert_eq!(status, "failed");
    assert!(reason.contains("stopped after 900 seconds"), "{reason}");
}
