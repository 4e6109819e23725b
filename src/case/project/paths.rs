//! Project files by machine and path: how a path is written, and when it bears on what was joined before.

use rusqlite::Connection;

use super::error::ProjectError;
use crate::model::acquisition::{Acquisition, OriginKind};
use crate::model::id::Id;

/// True where readings of these acquisitions may not be folded into projections that are there: one of their paths has a
/// project file already, or a file that was joined asked for it, so that what was joined may come to something else.
pub fn must_fold_anew<'a>(
    conn: &Connection,
    came: impl Iterator<Item = &'a Acquisition>,
) -> Result<bool, ProjectError> {
    if conn.query_row("SELECT NOT EXISTS (SELECT 1 FROM p_recipe)", [], |r| r.get(0))? {
        return Ok(false);
    }
    let mut asked = conn.prepare("SELECT EXISTS (SELECT 1 FROM p_asked WHERE path = ?1)")?;
    let mut there = conn.prepare(
        "SELECT EXISTS (SELECT 1 FROM p_recipe r JOIN p_text h ON h.id = r.host WHERE h.text = ?1 AND r.path = ?2)",
    )?;
    for acquisition in came {
        let (host, path) = (&acquisition.origin.host, path_of(acquisition));
        if asked.query_row([asked_key(host, &path).0], |r| r.get(0))? || there.query_row([host, &path], |r| r.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What `p_asked` holds of a path of a machine.
pub(super) fn asked_key(host: &str, path: &str) -> Id {
    Id::derived("asked path", &[host, path])
}

/// An acquisition's absolute path, lexically clean. Each standard input is in a folder of its own, so that it neither
/// finds other files nor is taken for another standard input.
pub(super) fn path_of(acquisition: &Acquisition) -> String {
    match acquisition.origin.kind {
        OriginKind::Stdin => format!("/standard input/{}/-", acquisition.id),
        _ => clean(&acquisition.place()),
    }
}

/// Without empty parts, `.` and `..`; nothing leads above the root or out of an archive (`…!`).
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop_if(|last| !last.ends_with('!'));
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_absolute_and_clean_and_stay_in_their_archive() {
        let table = [
            ("/a/b/compose.yaml", "/a/b/compose.yaml"),
            ("exercise/compose.yaml", "/exercise/compose.yaml"),
            ("/a//./b/../c", "/a/c"),
            ("/../../etc", "/etc"),
            ("/a/dump.tar!/../../b", "/a/dump.tar!/b"),
            ("", "/"),
        ];
        for (path, expected) in table {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
