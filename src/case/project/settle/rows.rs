//! Objects and uses as they are stored, as far as settling needs them.

use rusqlite::Row;

use crate::case::project::coverage::Sought;
use crate::case::project::tally::Counted;
use crate::case::project::workloads::StoredOwner;

/// An object's row, as far as settling needs it.
pub(super) struct Stored {
    pub id: i64,
    pub sought: Sought,
    pub name: String,
    pub owner: StoredOwner,
    pub top: (i64, String),
    pub phase: i64,
    pub gone: bool,
    pub workload: i64,
}

/// A use's row, as far as settling needs it.
pub(super) struct StoredUse {
    pub object: i64,
    pub place: Place,
    pub digest: i64,
    pub name: i64,
    pub image: i64,
    pub state: i64,
    pub first_seen: i64,
    pub last_seen: i64,
    pub flags: Flags,
    /// Source and offset.
    pub stands: [i64; 2],
}

impl StoredUse {
    /// How it counts with these flags and this workload; `None` where it is hidden.
    pub fn counted(&self, object: &Stored, flags: Flags, workload: i64) -> Option<Counted> {
        let Flags { current, running, hidden } = flags;
        let ([role, ..], reach) = (self.place, [object.sought.context, object.sought.namespace, workload]);
        let counted =
            Counted { role, name: self.name, current, running, first: self.first_seen, last: self.last_seen, reach };
        (!hidden).then_some(counted)
    }
}

/// Role, container, written reference, what it resolves to and what it needs, within an object.
pub(super) type Place = [i64; 5];

/// What is derived of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags {
    pub current: bool,
    pub running: bool,
    pub hidden: bool,
}

/// Reads an object's row.
pub(super) fn read_object(r: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: r.get(0)?,
        sought: Sought {
            context: r.get(1)?,
            kind: r.get(2)?,
            namespace: r.get(3)?,
            origin: r.get(4)?,
            source: r.get(5)?,
            last_seen: r.get(6)?,
        },
        name: r.get(7)?,
        owner: (r.get(8)?, r.get(9)?, r.get(10)?),
        top: (r.get(11)?, r.get(12)?),
        phase: r.get(13)?,
        gone: r.get(14)?,
        workload: r.get(15)?,
    })
}

/// Reads a use's row.
pub(super) fn read_use(r: &Row<'_>) -> rusqlite::Result<StoredUse> {
    Ok(StoredUse {
        object: r.get(0)?,
        place: [r.get(1)?, r.get(2)?, r.get(3)?, r.get(13)?, r.get(14)?],
        digest: r.get(4)?,
        name: r.get(5)?,
        image: r.get(6)?,
        state: r.get(7)?,
        last_seen: r.get(8)?,
        flags: Flags { current: r.get(9)?, running: r.get(10)?, hidden: r.get(11)? },
        first_seen: r.get(12)?,
        stands: [r.get(15)?, r.get(16)?],
    })
}
