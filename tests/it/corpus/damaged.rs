//! Every file cut off and with flipped bytes, through detection, splitting, redaction and reading: nothing panics or
//! hangs, no byte is lost, and what comes out stays in proportion to what went in.

use std::path::Path;

use hullbreach::read::{Detection, Limits, Segment, Splitter, detect, read_segment};
use hullbreach::work::import::redact_as_read;

use super::{files, folder};

/// How often each file is cut, and how often bytes in it are flipped.
const ROUNDS: usize = 50;
/// Flipped bytes in each round.
const FLIPS: usize = 8;
/// Most bytes of facts and rejects for each byte read, beyond [`FLOOR`]: each value comes out at most a few times, with
/// its pointer.
const FACTOR: usize = 12;
/// What even the smallest file may say.
const FLOOR: usize = 16 << 10;

/// Reads bytes as an import would, in memory.
fn pass(file: &Path, bytes: &[u8]) {
    let Detection::Known(format) = detect(bytes, true, &file.to_string_lossy()) else { return };
    let limits = Limits::default();
    let mut segments = Vec::new();
    let mut splitter = Splitter::new(format, limits);
    for chunk in bytes.chunks(64 << 10) {
        // What could not be split comes out as glue, which is checked below.
        let _ = splitter.push(chunk, &mut segments);
    }
    let _ = splitter.finish(&mut segments);
    assert_eq!(segments.iter().map(|s| s.bytes.len()).sum::<usize>(), bytes.len(), "{}", file.display());
    let (mut stored, mut said) = (0, 0);
    for segment in segments {
        let mut clean = Vec::new();
        redact_as_read(format, &segment, &mut clean);
        stored += clean.len();
        let outcome = read_segment(format, &Segment { bytes: clean, ..segment }, &limits);
        said += serde_json::to_vec(&(&outcome.items, &outcome.rejects)).unwrap().len();
    }
    assert!(stored <= FACTOR * bytes.len() + FLOOR, "{}: {stored} stored of {}", file.display(), bytes.len());
    assert!(said <= FACTOR * bytes.len() + FLOOR, "{}: {said} said of {}", file.display(), bytes.len());
}

/// The corpus's bytes as an import decodes them, shared out among this machine's processors.
fn every_file(check: impl Fn(&Path, &[u8]) + Sync) {
    let all = ["kubernetes", "manifests", "projects", "dockerfiles", "registry", "scans", "sboms"]
        .map(|name| files(&folder(name)))
        .concat();
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    let (check, all) = (&check, &all);
    std::thread::scope(|scope| {
        for lane in 0..lanes {
            scope.spawn(move || {
                for file in all.iter().skip(lane).step_by(lanes) {
                    let mut bytes = Vec::new();
                    let opened = std::fs::File::open(file).unwrap();
                    let mut decoded = hullbreach::collect::decode::open(opened, &Limits::default());
                    std::io::Read::read_to_end(&mut decoded, &mut bytes).unwrap();
                    check(file, &bytes);
                }
            });
        }
    });
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_cut_off_anywhere() {
    every_file(|file, bytes| {
        for round in 0..=ROUNDS {
            // Fifty places over the whole length, never on round numbers only: 7919 is prime.
            let cut = (bytes.len() * round / ROUNDS).saturating_sub(round * 7919 % 101).min(bytes.len());
            pass(file, bytes.get(..cut).unwrap());
        }
    });
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_with_flipped_bytes() {
    every_file(|file, bytes| {
        // Another sequence for each file, the same in each run.
        let mut state = bytes.len() as u64;
        for _ in 0..ROUNDS {
            let mut broken = bytes.to_vec();
            for _ in 0..FLIPS {
                let random = split_mix(&mut state);
                let at = usize::try_from(random >> 8).unwrap() % bytes.len().max(1);
                if let Some(byte) = broken.get_mut(at) {
                    *byte ^= (random as u8).max(1);
                }
            }
            pass(file, &broken);
        }
    });
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
