//! What an attacker with SQLite and, at worst, the device key can do to a case file.

use rusqlite::{Connection, params};
use std::path::Path;

use hullbreach::case::Case;
use hullbreach::case::events::{Envelope, EventHash, SignedEvent};
use hullbreach::case::identity::Device;
use hullbreach::env::Env;

/// The file without any of our settings: constraints off, schema writable.
pub fn raw(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA writable_schema=ON;")
        .unwrap();
    conn
}

/// Runs SQL on the file; fails where it changes nothing, so that a test cannot pass by missing its target.
pub fn run(path: &Path, sql: &str) {
    let conn = raw(path);
    let before = conn.total_changes();
    let schema: i64 = conn.query_row("PRAGMA schema_version", [], |r| r.get(0)).unwrap();
    conn.execute_batch(sql).unwrap();
    let schema_now: i64 = conn.query_row("PRAGMA schema_version", [], |r| r.get(0)).unwrap();
    assert!(conn.total_changes() > before || schema != schema_now || sql.contains("PRAGMA"), "{sql} changed nothing");
}

/// The events of a case in their order.
pub fn events(case: &Case) -> Vec<(EventHash, Envelope)> {
    let (state, unreadable) = case.state().unwrap();
    assert_eq!(unreadable, 0);
    state.events.into_iter().map(|t| (t.hash, t.envelope)).collect()
}

/// Signs with the key of a device.
pub fn sign(env: &Env, envelope: &Envelope) -> SignedEvent {
    envelope.sign(&Device::load_or_create(env).unwrap().signing).unwrap()
}

/// Puts an event into the file with columns that repeat what it says.
pub fn plant(path: &Path, envelope: &Envelope, signed: &SignedEvent, lamport: i64) {
    raw(path)
        .execute(
            "INSERT INTO event (hash, writer, seq, lamport, hlc_us, hlc_n, claimed_us, device, kind, bytes, signature) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                signed.hash.0,
                envelope.writer.0,
                envelope.seq as i64,
                lamport,
                envelope.hlc.us,
                envelope.hlc.n,
                envelope.at.us.0,
                envelope.device,
                envelope.kind,
                signed.bytes,
                signed.signature
            ],
        )
        .unwrap();
}
