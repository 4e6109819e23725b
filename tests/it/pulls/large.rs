//! A log that goes through every stage of an import, held against a plain count of its lines.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use hullbreach::model::time::Micros;

/// Rows, rows in a window, users, hosts, the first and the last time of one image.
type Wanted = (u64, u64, BTreeSet<u32>, BTreeSet<u32>, i64, i64);

const START: i64 = 1_773_700_000;

/// `(second, image, user, host)`; two hours of silence in the middle.
fn rows() -> Vec<(i64, u32, u32, u32)> {
    let mut seed = 7_u32;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut at = START;
    let mut rows = Vec::new();
    for n in 0..30_000 {
        at += i64::from(next(4)) + if n == 15_000 { 7_200 } else { 0 };
        rows.push((at, next(40), next(30), next(50)));
    }
    rows
}

fn text(rows: &[(i64, u32, u32, u32)]) -> String {
    let mut text = String::from("TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n");
    for (at, image, user, host) in rows {
        let at = Micros(at * 1_000_000).rfc3339();
        text.push_str(&format!("{at},team/app-{image}:1,r.corp,user-{user},host-{host}.corp\n"));
    }
    text
}

#[test]
fn an_import_counts_what_a_plain_count_does() {
    let (world, rows) = (World::new(), rows());
    let env = world.ana();
    case(&world, &env, &[("log.csv", &text(&rows))], &[]);
    let (from, to) = (START + 4_000, START + 31_111);
    let shown = |at: i64| Micros(at * 1_000_000).rfc3339();
    let window = format!("{}..{}", shown(from), shown(to));
    let all = sightings(&env, &["--window", &window]);
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    for (at, image, user, host) in &rows {
        let entry = wanted.entry(format!("r.corp/team/app-{image}:1")).or_insert((
            0,
            0,
            BTreeSet::new(),
            BTreeSet::new(),
            *at,
            *at,
        ));
        entry.0 += 1;
        entry.1 += u64::from((from..=to).contains(at));
        entry.2.insert(*user);
        entry.3.insert(*host);
        (entry.4, entry.5) = (entry.4.min(*at), entry.5.max(*at));
    }
    let summary = all["summary"].as_array().unwrap();
    assert_eq!(summary.len(), wanted.len());
    for row in summary {
        let name = row["image"].as_str().unwrap();
        let (pulls, inside, users, hosts, first, last) = &wanted[name];
        assert_eq!(row["total_pulls"], *pulls, "{name}");
        assert_eq!(
            (row["in_window"].as_u64(), row["in_window_exact"].as_bool()),
            (Some(*inside), Some(true)),
            "{name}"
        );
        assert_eq!(
            (row["users"].as_u64(), row["hosts"].as_u64()),
            (Some(users.len() as u64), Some(hosts.len() as u64))
        );
        assert_eq!(
            (row["first_pull"].as_str(), row["last_pull"].as_str()),
            (Some(&*shown(*first)), Some(&*shown(*last)))
        );
    }
    let log = &all["coverage"][0];
    assert_eq!((log["gap_count"].as_u64(), log["records"].as_u64()), (Some(1), Some(30_000)));
    assert_eq!(log["leaves_out"].as_str().map(|text| text.contains("caches")), Some(true));

    // One by one, each line at its place.
    let one = sightings(&env, &["r.corp/team/app-7:1", "--window", &window]);
    let inside = one["inside"].as_array().unwrap();
    let plain: Vec<_> = rows.iter().filter(|row| row.1 == 7 && (from..=to).contains(&row.0)).collect();
    assert_eq!(inside.len(), plain.len());
    let lines: Vec<String> = text(&rows).lines().map(str::to_owned).collect();
    for (found, (at, _, user, host)) in inside.iter().zip(plain) {
        assert_eq!(found["from"], shown(*at));
        let number: usize =
            found["locator"]["pointer"].as_str().unwrap().strip_prefix("line:").unwrap().parse().unwrap();
        let line = &lines[number - 1];
        assert!(line.contains("team/app-7:1") && line.starts_with(&shown(*at)), "{line}");
        let _ = (user, host);
    }
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}
