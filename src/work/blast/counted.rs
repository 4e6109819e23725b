//! All counts of the answer.

use std::collections::HashMap;

use super::{Counts, ReachedCredential, ReachedImage};
use crate::case::query::reached::{Listed, Places, Waiting};
use crate::graph::Reach;
use crate::model::assessment::Exposure;

pub(super) fn counts(
    images: &[ReachedImage],
    places: &Places,
    credentials: &[ReachedCredential],
    waiting: &Waiting,
    rows: &HashMap<i64, Listed>,
    reached: &HashMap<i64, u8>,
) -> Counts {
    let mut counts = Counts { builders: waiting.builders, devices: waiting.devices, ..Counts::default() };
    for image in images {
        counts.images.get_mut(column(image.reach)).into_iter().for_each(|count| *count += 1);
        let runs = u64::from(image.running > 0);
        if image.reach == Reach::CannotTell {
            counts.running_cannot_tell += runs;
        } else {
            counts.running += runs;
            counts.places += image.running;
        }
    }
    for workload in &places.workloads {
        counts.workloads.get_mut(column(of_rank(workload.rank))).into_iter().for_each(|count| *count += 1);
    }
    let proven = credentials.iter().filter(|credential| credential.proven).count() as u64;
    counts.credentials = [proven, credentials.len() as u64 - proven];
    counts.cached = waiting.cached.len() as u64;
    counts.internet = internet(rows, reached);
    counts.production = places.in_production.iter().filter(|image| reached.contains_key(image)).count() as u64;
    counts.namespaces = places.namespaces.values().filter(|(rank, _)| *rank > 0).count() as u64;
    counts
}

/// Of the reached images that run, those that the internet reaches; `None` where none is known to be and of one or more
/// nothing tells.
fn internet(rows: &HashMap<i64, Listed>, reached: &HashMap<i64, u8>) -> Option<u64> {
    let running: Vec<&Listed> = reached.keys().filter_map(|n| rows.get(n)).filter(|row| row.running > 0).collect();
    let open = running.iter().filter(|row| row.exposure == Some(Exposure::Internet)).count() as u64;
    (open > 0 || running.iter().all(|row| row.exposure.is_some())).then_some(open)
}

/// The place of a rank in the counts: proven, likely, cannot tell.
fn column(reach: Reach) -> usize {
    match reach {
        Reach::Proven => 0,
        Reach::Likely => 1,
        Reach::CannotTell => 2,
    }
}

/// How surely a rank says that something is reached.
pub(super) fn of_rank(rank: u8) -> Reach {
    [Reach::Proven, Reach::Likely].into_iter().find(|reach| *reach as u8 == rank).unwrap_or(Reach::CannotTell)
}
