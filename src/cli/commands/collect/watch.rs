//! `collect cluster --watch`: what changes, told as it happens, and how long ago each cluster was heard of.

use std::time::{Duration, Instant};

use crate::case::Case;
use crate::cli::words::{age, counted};
use crate::cli::{Context, Failure};
use crate::model::time::Micros;
use crate::work::collect::Collecting;
use crate::work::collect::watch::{Contact, Places, Seen, WatchReport, watch_clusters};

/// How often it is told when clusters were last heard of, where nothing else is.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// Watches; everything goes to standard error, for it is no result.
pub(super) fn run(
    case: &mut Case,
    collecting: &Collecting,
    places: Places,
    time: Duration,
    context: &mut Context<'_, '_>,
) -> Result<WatchReport, Failure> {
    context.out.note("watching pods; Ctrl-C ends it, and what was stored stays");
    let clock = context.env.clone();
    let mut told: Option<Instant> = None;
    let out = &mut *context.out;
    let mut tell = |seen: Seen| {
        if let Seen::Contact(contacts) = &seen {
            if told.is_some_and(|at| at.elapsed() < TOLD_EVERY) {
                return;
            }
            told = Some(Instant::now());
            return out.note(&heard(contacts, clock.now()));
        }
        lines(&seen).iter().for_each(|line| out.note(line));
    };
    let cancel = context.cancel.clone();
    let report = watch_clusters(case, collecting, places, time, &cancel, &mut tell).map_err(Failure::new)?;
    let (batches, images) = (counted(report.batches, "batch"), counted(report.new_images, "new image"));
    context.out.note(&format!(
        "watched: {} in {batches}, {images}, {} moved, listed anew {}, connected again {}",
        counted(report.changes, "change"),
        counted(report.moved.len() as u64, "tag"),
        counted(report.listed_anew, "time"),
        counted(report.reconnected, "time"),
    ));
    Ok(report)
}

/// How long ago each cluster was heard of.
fn heard(contacts: &[Contact], now: Micros) -> String {
    let each = contacts
        .iter()
        .filter(|contact| !contact.ended)
        .map(|contact| format!("{} heard of {} ago", contact.context, age(now, contact.last)));
    each.collect::<Vec<_>>().join(", ")
}

fn lines(seen: &Seen) -> Vec<String> {
    match seen {
        Seen::Stored { context, changes, images, moved } => {
            let mut lines = vec![format!("{context}: {} stored", counted(*changes, "change"))];
            lines.extend(images.iter().map(|name| format!("{context}: new image {name}")));
            lines.extend(moved.iter().map(|name| format!("{context}: the tag of {name} moved")));
            lines
        }
        Seen::Listed(context) => vec![format!("{context}: the place in its history was lost (410); collected anew")],
        Seen::Trouble(context, why) => vec![format!("{context}: {why}; connecting again")],
        Seen::Ended(context, why) => vec![format!("{context}: not watched any more: {why}")],
        Seen::Contact(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_by_context() {
        let contact = |context: &str, last: i64| Contact {
            context: context.into(),
            last: Micros(last * 1_000_000),
            ended: false,
        };
        let text = heard(&[contact("lab", 5), contact("prod", 0)], Micros(10_000_000));
        assert_eq!(text, "lab heard of 5 s ago, prod heard of 10 s ago");
    }
}
