//! What judging costs on 100,000 images with 1,000,000 uses. Run by hand:
//! `cargo test --test it -- --ignored --nocapture indicators::measure`.

use std::collections::BTreeSet;
use std::time::Instant;

use hullbreach::case::indicators::{Entry, Indicators};
use hullbreach::case::project::{SCHEMA, Touched, settle_verdicts};
use hullbreach::model::id::Id;
use hullbreach::model::indicator::{ClearedBy, Indicator, State, Target, Window};
use hullbreach::model::time::Micros;
use rusqlite::Connection;

const IMAGES: u32 = 100_000;
const USES: u32 = 1_000_000;

/// Tables as a fold leaves them: each image with a digest, a name and ten running places.
fn filled() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let series =
        |last: u32| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})");
    let images = series(IMAGES);
    conn.execute_batch(&format!(
        "INSERT INTO p_text VALUES (1, '');
         {images} INSERT INTO p_name SELECT i, 'docker.io/org' || (i % 1000) || '/app' || i || ':1', 1, 'docker.io',
             'org' || (i % 1000) || '/app' || i, '1', 0 FROM n;
         {images} INSERT INTO p_written SELECT i, 'org' || (i % 1000) || '/app' || i || ':1', i, 0 FROM n;
         {images} INSERT INTO p_digest SELECT i, 'sha256:' || printf('%064x', i), 0, i FROM n;
         {images} INSERT INTO p_tag SELECT i, i, 2, i, i FROM n;
         {images} INSERT INTO p_called SELECT i, i, 10, 10 FROM n;
         {images} INSERT INTO p_image SELECT i, printf('%032x', i), 'app' || i, 'docker.io', 'app', 1, 1, 10, 10, 1, 0, i, i,
             '[]', '[]', 0, 0, 0, 0, '' FROM n;
         {uses} INSERT INTO p_use SELECT i, 0, 1, i % {IMAGES} + 1, 0, 0, i % {IMAGES} + 1, 0, i % {IMAGES} + 1,
             i % {IMAGES} + 1, 1, 1, 1, 0, i, i, i, i, i, 1000, 1, '/items/' || i, 1, 0, 0 FROM n;",
        uses = series(USES)
    ))
    .unwrap();
    conn
}

fn accused(target: &str) -> Entry {
    let window = Window { from: Some(Micros(500_000_000)), to: Some(Micros(600_000_000)), written: String::new() };
    let target = Target::parse(target).unwrap();
    let id = Id::derived("measure", &[&target.to_string()]);
    let indicator = Indicator { id, target, state: State::Bad, window: Some(window), cleared_by: ClearedBy::default() };
    let (written, author, conflicts, words) = (String::new(), String::new(), vec![], vec![]);
    let (at, since) = (Micros(0), Micros(0));
    Entry { indicator, written, source: None, reason: None, author, at, since, open: true, conflicts, words }
}

#[test]
#[ignore = "measures; no check of its own"]
fn judging_everything_and_judging_what_was_touched() {
    let conn = filled();
    let entries = vec![accused("tag:docker.io/org7/app7:1"), accused("registry:docker.io"), accused("repo:org9/*")];
    let mut indicators = Indicators { entries, ..Indicators::default() };
    let timed = |what: &str, indicators: &Indicators, touched: Option<&Touched>| {
        let began = Instant::now();
        settle_verdicts(&conn, indicators, touched).unwrap();
        println!("{what}: {:?}", began.elapsed());
    };
    timed("three indicators, everything judged", &indicators, None);
    let none = Touched::default();
    timed("nothing changed", &indicators, Some(&none));
    let some = Touched { images: (1..=1_000).collect(), names: BTreeSet::from([7]), ..Touched::default() };
    timed("a thousand images touched", &indicators, Some(&some));
    indicators.entries.truncate(1);
    timed("one indicator, everything judged", &indicators, Some(&none));
    let judged: u32 = conn.query_row("SELECT count(*) FROM p_image WHERE verdict <> 0", [], |r| r.get(0)).unwrap();
    assert_eq!(judged, IMAGES);
}
