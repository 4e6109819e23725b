//! The lineage: how long it is built, and that nobody waits for it meanwhile.

use std::time::Duration;

use crate::Outcome;
use crate::bench::Bench;
use crate::keys::{Taken, opened};
use crate::scale::Scale;
use crate::table::{Row, time};

/// From the key to the outline, built on the way.
const SHOWN: Duration = Duration::from_secs(5);
/// Keys that are pressed while it is built.
const MEANWHILE: usize = 60;

/// From the key to the outline; then keys in the list of images while it is built again in another session.
pub fn lineage(bench: &Bench, scale: &Scale) -> Outcome<Vec<Row>> {
    let mut screen = opened(bench, scale)?;
    let at = screen.press(":view.go graph\r")?;
    let shown = screen.until("the outline", |text| text.contains("No lineage is known") || text.contains(" alone"))?;
    let took = shown.saturating_duration_since(at);
    let peak = screen.peak_mib();
    screen.end()?;
    let mut screen = opened(bench, scale)?;
    screen.press(":view.go graph\r")?;
    screen.frame()?;
    screen.press("2")?;
    screen.until("the images", |text| text.contains("[2 Images]"))?;
    let mut taken = Taken::default();
    for _ in 0..MEANWHILE {
        taken.press(&mut screen, "j")?;
    }
    screen.end()?;
    Ok(vec![
        Row::figure("from the key to the outline of the lineage", time(took))
            .target(&format!("≤ {} s", SHOWN.as_secs()), took <= SHOWN),
        Row::figure("memory with it", format!("{peak:.1} MiB at most")).target("< 200 MiB", peak < 200.0),
        taken.row("key to frame, while the lineage is built"),
    ])
}
