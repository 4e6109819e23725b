//! The rows: ninety days of a registry that 2,000 images are pulled from, some a hundred times as often as others, by 400
//! accounts at 3,000 machines; the same in every run.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::Outcome;

/// 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600;
/// 2026-02-10T02:10:00Z and 07:05:00Z.
const INSIDE: (u64, u64) = (1_770_689_400, 1_770_707_100);
const DAYS: u64 = 90;
const IMAGES: u64 = 2_000;

/// What was written.
pub struct Counted {
    pub images: u64,
    /// Rows inside of the window.
    pub inside: u64,
}

/// The name of an image, in its registry.
pub fn image(n: u64) -> String {
    format!("registry.example.com/{}", in_registry(n))
}

fn in_registry(n: u64) -> String {
    format!("team-{:02}/service-{n:04}:1.{}.{}", n % 40, n % 9, n % 5)
}

/// Writes the file.
pub fn write(file: &Path, rows: u64) -> Outcome<Counted> {
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(file).map_err(failed)?);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let (mut seen, mut inside) = (BTreeSet::new(), 0);
    writeln!(out, "TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST").map_err(failed)?;
    for n in 0..rows {
        let at = START + n * DAYS * 86_400 / rows;
        // The smaller of three draws: few images have most of the pulls.
        let which = next(IMAGES).min(next(IMAGES)).min(next(IMAGES));
        seen.insert(which);
        inside += u64::from((INSIDE.0..=INSIDE.1).contains(&at));
        let name = in_registry(which);
        let (user, host, millis) = (next(400), next(3_000), next(1_000));
        let time = stamp(at);
        // Milliseconds would put the last second of the window outside.
        let millis = if at == INSIDE.1 { 0 } else { millis };
        writeln!(
            out,
            "{time}.{millis:03}Z,{name},registry.example.com,svc-{user:03}@example.com,node-{host:04}.prod.example.com"
        )
        .map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(Counted { images: seen.len() as u64, inside })
}

/// Seconds as `2026-01-01T00:00:00`; all of them are of the first half of 2026.
fn stamp(at: u64) -> String {
    const MONTHS: [u64; 6] = [31, 28, 31, 30, 31, 30];
    let (mut day, second) = ((at - START) / 86_400, (at - START) % 86_400);
    let mut month = 0;
    for length in MONTHS {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("2026-{:02}-{:02}T{hour:02}:{minute:02}:{:02}", month + 1, day + 1, second % 60)
}
