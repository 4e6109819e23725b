//! A hermetic world for tests: folders of its own, a clock that ticks, randomness that repeats, devices by name.
//!
//! Nothing here touches a real home, a network or the wall clock. [`evidence`] makes cases worth looking at, [`tamper`]
//! does to a file what an attacker with SQLite would. Every test file uses a part of it.
#![allow(dead_code)]

pub mod command;
pub mod evidence;
pub mod tamper;

use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;

use hullbreach::case::events::kinds::{Genesis, Severity};
use hullbreach::case::store::NewCase;
use hullbreach::case::verify::Report;
use hullbreach::case::{Access, Case};
use hullbreach::env::Env;
use hullbreach::model::id::Id;
use hullbreach::model::time::Micros;

/// 2026-03-17T08:00:00Z.
pub const START: i64 = 1_773_734_400_000_000;

/// One machine's folders, one clock, any number of devices.
pub struct World {
    dir: TempDir,
    clock: Arc<AtomicI64>,
    /// Tells two processes of one device apart, so that they do not draw the same random bytes.
    processes: AtomicU64,
}

impl World {
    /// Fresh folders; the clock stands at [`START`].
    pub fn new() -> Self {
        let dir = TempDir::with_prefix("hullbreach-test-").unwrap();
        fs::create_dir(dir.path().join("cases")).unwrap();
        World { dir, clock: Arc::new(AtomicI64::new(START)), processes: AtomicU64::new(0) }
    }

    /// Another process of the device of that name: each device has a state folder of its own, all share the cases.
    pub fn device(&self, user: &str) -> Env {
        let clock = Arc::clone(&self.clock);
        let seed = format!("{user} {}", self.processes.fetch_add(1, Ordering::SeqCst));
        let drawn = Arc::new(AtomicU64::new(0));
        let home = self.dir.path().join(user);
        Env {
            // One millisecond a call: no two readings are the same, and none depends on the machine's speed.
            clock: Arc::new(move || (Micros(clock.fetch_add(1_000, Ordering::SeqCst)), 60)),
            random: Arc::new(move |buffer| {
                for part in buffer.chunks_mut(32) {
                    let n = drawn.fetch_add(1, Ordering::SeqCst);
                    let block = Sha256::digest(format!("{seed} {n}"));
                    part.copy_from_slice(&block[..part.len()]);
                }
                Ok(())
            }),
            user: user.to_owned(),
            host: format!("{user}-laptop"),
            config_dir: home.join("config"),
            state_dir: home.join("state"),
            current_dir: self.cases(),
            vars: BTreeMap::new(),
            terminal: None,
        }
    }

    /// The device most tests need.
    pub fn ana(&self) -> Env {
        self.device("ana")
    }

    /// Sets the clock, in microseconds UTC.
    pub fn set_clock(&self, us: i64) {
        self.clock.store(us, Ordering::SeqCst);
    }

    /// The folder of cases, which is also the current folder.
    pub fn cases(&self) -> PathBuf {
        self.dir.path().join("cases")
    }

    /// The case that [`World::new_case`] makes.
    pub fn path(&self) -> PathBuf {
        self.cases().join("hub.case")
    }

    /// A folder of everything, for looking into all files.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Makes `hub.case`, by ana.
    pub fn new_case(&self) -> Case {
        Case::create(&self.path(), &new("Hub breached"), &self.ana()).unwrap()
    }

    /// Opens `hub.case` to write, as another process of that device.
    pub fn open(&self, user: &str) -> Case {
        Case::open(&self.path(), Access::Write, &self.device(user)).unwrap()
    }

    /// Opens `hub.case` to read and verifies it, as ana.
    pub fn verify(&self) -> Report {
        Case::open(&self.path(), Access::Read, &self.ana()).unwrap().verify().unwrap()
    }
}

/// What a case starts with.
pub fn new(title: &str) -> NewCase {
    let genesis = Genesis {
        nonce: Id([1; 16]),
        title: title.to_owned(),
        severity: Some(Severity::Critical),
        tlp: None,
        aware: None,
        tool: "hullbreach 0.1.0".into(),
    };
    NewCase { genesis, group: None }
}

/// Fails with the problems where a report has any.
#[track_caller]
pub fn assert_clean(report: &Report) {
    assert!(report.ok && report.problems.is_empty(), "{:#?}", report.problems);
}

/// Fails where the report lacks a problem of that kind.
#[track_caller]
pub fn assert_found(report: &Report, kind: &str) {
    assert!(!report.ok && report.problems.iter().any(|p| p.kind == kind), "no {kind} in {:#?}", report.problems);
}

/// Bytes that no compressor shortens, different for each seed.
pub fn noise(seed: &str, bytes: usize) -> Vec<u8> {
    (0u64..).flat_map(|n| Sha256::digest(format!("{seed} {n}"))).take(bytes).collect()
}
