//! Gives a whole source its place in the case, and says what became of it.

use super::feed::Trouble;
use super::finish::Finished;
use super::known::Known;
use super::report::{EvidenceRow, UnreadRow};
use super::shelf::{Blobs, Keep, Shelving};
use super::sign::Signing;
use crate::case::CaseError;
use crate::case::store::Change;
use crate::model::acquisition::Acquisition;
use crate::model::reading::{Reading, Status};

/// What the report says of a source.
pub(super) enum Row {
    Evidence(EvidenceRow),
    Unread(UnreadRow),
}

/// Gives a whole source its place in the case, or drops what was staged of it.
pub(super) fn whole(
    change: &mut Change<'_>,
    finished: &Finished,
    blobs: Blobs,
    known: &mut Known,
    signing: &mut Signing<'_>,
    shelf: &mut Shelving<'_>,
) -> Result<(), CaseError> {
    let stored = finished.begun.kept.then(|| blobs.evidence());
    let acquisition = finished.acquisition(stored, change.env().now());
    let unopened = finished.ended.original.is_none();
    let already = finished.ended.already.is_some() || (!unopened && !known.add(acquisition.id));
    if finished.ended.cancelled || unopened || already {
        signing.beside.lost(finished.streamed);
        blobs.end(&Keep { evidence: false, observations: false }, change, shelf)?;
        if already {
            let held = known.source(finished.ended.already.unwrap_or(acquisition.id));
            let held = held.and_then(|source| Some((&source.acquisition, source.reading.as_ref()?)));
            signing.rows.push(Row::Evidence(match held {
                Some((acquisition, reading)) => row(acquisition, reading, true),
                None => row(&acquisition, &finished.reading(&acquisition, None), true),
            }));
        } else if let Some(Trouble::Io(reason)) = &finished.ended.broken {
            signing.rows.push(Row::Unread(UnreadRow { path: acquisition.place(), reason: reason.clone() }));
        }
        return Ok(());
    }
    let keep = Keep { evidence: finished.begun.kept, observations: blobs.has_observations() };
    let given = blobs.given();
    let read = blobs.end(&keep, change, shelf)?;
    let mut reading = finished.reading(&acquisition, read);
    known.pages.settle(&acquisition, &mut reading);
    signing.rows.push(match reading.status {
        Status::Unrecognised => Row::Unread(UnreadRow { path: acquisition.place(), reason: reading.reason.clone() }),
        _ => Row::Evidence(row(&acquisition, &reading, false)),
    });
    signing.push(change, &acquisition, &reading)?;
    signing.beside.stored(finished.streamed, (acquisition, reading), given);
    Ok(())
}

fn row(acquisition: &Acquisition, reading: &Reading, already: bool) -> EvidenceRow {
    EvidenceRow {
        sha256: acquisition.stored.as_ref().map_or_else(String::new, |d| d.hex().to_owned()),
        path: acquisition.place(),
        format: reading.format.clone(),
        bytes: acquisition.stored_bytes,
        observations: reading.facts,
        rejected: reading.rejects.clone(),
        rejected_total: reading.rejected,
        status: reading.status,
        reason: reading.reason.clone(),
        notes: reading.notes.clone(),
        redactions: acquisition.redactions.values().sum(),
        already,
    }
}
