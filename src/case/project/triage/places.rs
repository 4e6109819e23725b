//! Places of use as they are stored, as far as judging goes, and where each makes its image stand.

use rusqlite::{Connection, Row};

use crate::case::project::error::ProjectError;
use crate::case::project::objects::Origin;
use crate::case::project::settle::{DEVICE, role_of};
use crate::case::project::verdicts::Which;
use crate::model::assessment::Standing;
use crate::model::fact::Role;

/// A place of use, as far as judging goes. Texts are by number.
#[derive(Debug, Clone)]
pub(in crate::case) struct PlaceRow {
    pub image: i64,
    pub role: i64,
    pub container: i64,
    pub marks: i64,
    pub state: i64,
    pub current: bool,
    pub running: bool,
    pub first_seen: i64,
    pub object: i64,
    pub context: i64,
    pub kind: i64,
    pub namespace: i64,
    pub origin: i64,
    pub gone: bool,
    pub phase: i64,
    pub node: i64,
    pub workload: i64,
    pub traits: i64,
}

const COLUMNS: &str =
    "u.image, u.role, u.container, u.marks, u.state, u.current, u.running, u.first_seen, o.id, o.context,
    o.kind, o.namespace, o.origin, o.gone, o.phase, o.node, o.workload, o.traits";

impl PlaceRow {
    fn read(r: &Row<'_>) -> rusqlite::Result<PlaceRow> {
        Ok(PlaceRow {
            image: r.get(0)?,
            role: r.get(1)?,
            container: r.get(2)?,
            marks: r.get(3)?,
            state: r.get(4)?,
            current: r.get(5)?,
            running: r.get(6)?,
            first_seen: r.get(7)?,
            object: r.get(8)?,
            context: r.get(9)?,
            kind: r.get(10)?,
            namespace: r.get(11)?,
            origin: r.get(12)?,
            gone: r.get(13)?,
            phase: r.get(14)?,
            node: r.get(15)?,
            workload: r.get(16)?,
            traits: r.get(17)?,
        })
    }
}

/// Calls for each place of some images that is not told better elsewhere.
pub(in crate::case) fn each_place(
    conn: &Connection,
    which: &Which,
    mut place: impl FnMut(&PlaceRow) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    let (query, bound) = match which {
        // In the order of the objects: both tables are read from one end to the other.
        Which::All => (
            format!("SELECT {COLUMNS} FROM p_object o JOIN p_use u ON u.object = o.id WHERE u.hidden = 0 AND ?1 = ''"),
            String::new(),
        ),
        Which::These(images) => {
            let list: Vec<String> = images.iter().map(i64::to_string).collect();
            let query = format!(
                "SELECT {COLUMNS} FROM json_each(?1) w CROSS JOIN p_use u INDEXED BY p_use_image ON u.image = w.value
                 JOIN p_object o ON o.id = u.object WHERE u.hidden = 0"
            );
            (query, format!("[{}]", list.join(",")))
        }
    };
    let mut statement = conn.prepare(&query)?;
    let mut rows = statement.query([bound])?;
    while let Some(row) = rows.next()? {
        place(&PlaceRow::read(row)?)?;
    }
    Ok(())
}

/// True for a place that still is one, and at which an image works: a machine's store and a recipe's base are none.
pub(in crate::case) fn works(row: &PlaceRow) -> bool {
    let stored = matches!(role_of(row.role), Some(Role::NodeCache | Role::Base | Role::BuildInput | Role::Frontend));
    !stored && !row.gone && row.current
}

/// Numbers of states in `p_use.state`.
const TERMINATED: i64 = 3;
const CACHED: i64 = 4;

/// Where a place makes its image stand. What a live object asks for runs or is scheduled to, unless it is known to have
/// ended, to be at rest or to be gone.
pub(in crate::case) fn standing_of(row: &PlaceRow, kind: &str, ended: bool, at_rest: bool) -> Standing {
    let role = role_of(row.role);
    if matches!(role, Some(Role::Ci | Role::Action)) {
        return Standing::CiBuild;
    }
    if row.running {
        return Standing::Running;
    }
    let device = kind == DEVICE;
    let named = matches!(role, Some(Role::Field | Role::Listed | Role::Sbom | Role::Scan));
    if row.origin == Origin::Declared as i64 && !device || named {
        return Standing::Files;
    }
    let over = row.gone || !row.current || ended || at_rest || [TERMINATED, CACHED].contains(&row.state);
    let keeps = role == Some(Role::NodeCache) || device || matches!(kind, "Job" | "Node" | "Container");
    if over || keeps { Standing::Kept } else { Standing::Running }
}
