//! The program killed at any moment: what is in the file is whole, and the next import goes on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use super::pods::{bulky, dumps, one, write};
use crate::support::command::{arg, assert_code, program, program_run};
use crate::support::{World, noise};
use hullbreach::case::store::blob::stat;
use hullbreach::case::{Access, Case};
use rusqlite::{Connection, OpenFlags};

const KILLS: usize = 50;
/// Small files of each import.
const SMALL: usize = 4;

/// The folder of import number `n`: something to store that was never there. Every tenth is larger than what one
/// transaction takes, so that a kill meets evidence that is only staged.
fn folder(world: &World, n: usize) -> PathBuf {
    let folder = dumps(world).join(format!("{n}"));
    for small in 0..SMALL {
        write(&folder.join(format!("a{small}.json")), one(&format!("n{n}-{small}")), 1);
    }
    let (pods, each) = if n.is_multiple_of(10) { (40, 400_000) } else { (3, 60_000) };
    write(&folder.join("big.json"), bulky(&format!("big{n}"), pods, each), 1);
    folder
}

/// Names of all events, the places of all that was got, and how many blobs are only staged. Every blob that an event
/// names must be there in full.
fn held(world: &World) -> (BTreeSet<String>, BTreeSet<String>, i64) {
    let case = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    let (state, unreadable) = case.state().unwrap();
    assert_eq!(unreadable, 0);
    for source in state.sources.values() {
        let stored = source.acquisition.stored.as_ref().unwrap();
        let found = stat(case.conn(), stored).unwrap().unwrap();
        assert_eq!(found.bytes, source.acquisition.stored_bytes);
        let reading = source.reading.as_ref().expect("what was got was read in the same breath");
        assert!(stat(case.conn(), reading.observations.as_ref().unwrap()).unwrap().is_some());
    }
    let staged = case.conn().query_row("SELECT count(*) FROM blob WHERE state = 0", [], |r| r.get(0)).unwrap();
    (
        state.events.iter().map(|t| t.hash.to_string()).collect(),
        state.sources.values().map(|s| s.acquisition.place()).collect(),
        staged,
    )
}

fn import(world: &World, folder: &Path) {
    assert_code(&program_run(world, "ana", &["import", &arg(folder)]), 0);
}

/// Waits until evidence stands in the file that no event names yet, or the import is over.
fn until_staged(world: &World, child: &mut Child) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(world.path(), flags).unwrap();
    conn.busy_timeout(Duration::from_secs(5)).unwrap();
    while child.try_wait().unwrap().is_none() {
        let staged: i64 = conn.query_row("SELECT count(*) FROM blob WHERE state = 0", [], |r| r.get(0)).unwrap();
        if staged > 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn fifty_kills_lose_nothing() {
    let world = World::new();
    assert_code(&program_run(&world, "ana", &["new", "hub.case", "--title", "Hub breached"]), 0);
    let began = Instant::now();
    import(&world, &folder(&world, 1));
    let small_run = began.elapsed();
    let began = Instant::now();
    import(&world, &folder(&world, 10));
    let large_run = began.elapsed();
    let random = noise("moments", KILLS * 2);
    let (mut before, mut sources, _) = held(&world);
    let (mut killed, mut with_staged, mut with_some) = (0, 0, 0);
    for n in 11..11 + KILLS {
        let folder = folder(&world, n);
        let mut child = program(&world, "ana").args(["import", &arg(&folder)]).spawn().unwrap();
        let full = if n.is_multiple_of(10) { large_run } else { small_run };
        let at = &random[(n - 11) * 2..];
        let moment = full.mul_f64(f64::from(u16::from_be_bytes([at[0], at[1]])) / f64::from(u16::MAX));
        match n.is_multiple_of(10) {
            // How fast this machine is must not decide whether a kill meets evidence that is only staged.
            true => until_staged(&world, &mut child),
            false => std::thread::sleep(moment.min(Duration::from_secs(10))),
        }
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let (events, places, staged) = held(&world);
        assert!(events.is_superset(&before), "kill {n}: events are gone");
        let new = places.difference(&sources).count();
        with_some += usize::from(new > 0);
        with_staged += usize::from(staged > 0);
        if n % 5 == 0 {
            assert_code(&program_run(&world, "ana", &["verify"]), 0);
            import(&world, &folder);
            let (_, places, staged) = held(&world);
            assert_eq!((places.len() - sources.len(), staged), (SMALL + 1, 0), "kill {n}");
        }
        fs::remove_dir_all(&folder).unwrap();
        (before, sources, _) = held(&world);
    }
    assert!(killed > KILLS / 4, "only {killed} were killed before they were done");
    assert!(with_some > 0 && with_some < KILLS, "{with_some} of {KILLS} had stored something");
    import(&world, &folder(&world, 1000));
    let (_, places, staged) = held(&world);
    assert_eq!((places.len() - sources.len(), staged), (SMALL + 1, 0));
    // Whole, and its projections follow from its events.
    assert_code(&program_run(&world, "ana", &["verify"]), 0);
    assert_code(&program_run(&world, "ana", &["images", "--json"]), 0);
    assert!(with_staged > 0, "no kill met evidence that was only staged");
}
