//! What the usual one-liner would have to work with, what it finds, and why it misses the rest.

use rusqlite::{Connection, Row};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::totals::{pod_images, written_images};
use crate::case::project::{ProjectError, role_of};
use crate::model::fact::Role;
use crate::model::naive::{self, Grepped, NaiveResult, Place, Visible, is_compose_glob, is_dockerfile_glob, why};
use crate::model::recipe::{Dockerfile, Recipe};

/// The one-liner held against the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OneLiner {
    /// What it prints, finds and misses.
    pub result: NaiveResult,
    /// Why each missed image is missed, sorted by image.
    pub reasons: Vec<Reason>,
}

/// Why an image is missed: by the place where it comes closest to being found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The canonical name.
    pub image: String,
    /// In words for people.
    pub reason: &'static str,
}

/// Runs it over the case.
pub fn one_liner(conn: &Connection) -> Result<OneLiner, ProjectError> {
    let (dockerfiles, from_lines) = dockerfiles(conn)?;
    let visible = Visible { pods: pod_images(conn)?, compose: compose(conn)?, dockerfiles };
    let truth = written_images(conn)?;
    let result = naive::run(&visible, &truth);
    let mut reasons: BTreeMap<&str, (u8, &'static str)> =
        result.missed.iter().map(|name| (name.as_str(), (u8::MAX, "seen, but used nowhere that was read"))).collect();
    // The places of running pods are by far the most: their names are at hand.
    let pods: BTreeSet<&String> = visible.pods.iter().collect();
    let printed = why(&Place { role: Role::App, kind: "Pod", live: true, current: true, ..NOWHERE });
    for (_, canonical) in truth.iter().filter(|(written, _)| pods.contains(written)) {
        reasons.entry(canonical).and_modify(|known| *known = printed);
    }
    other_places(conn, &from_lines, &mut reasons)?;
    let reasons = reasons.into_iter().map(|(image, (_, reason))| Reason { image: image.to_owned(), reason }).collect();
    Ok(OneLiner { result, reasons })
}

const NOWHERE: Place<'_> = Place {
    role: Role::Listed,
    kind: "",
    live: false,
    current: false,
    path: "",
    dockerfile: false,
    from_line: false,
    variable: false,
    built_here: false,
};

/// Source and offset of the words in `FROM` lines of the Dockerfiles that the glob names.
type FromLines = BTreeSet<(i64, i64)>;

/// All places but those of running pods.
fn other_places(
    conn: &Connection,
    from_lines: &FromLines,
    reasons: &mut BTreeMap<&str, (u8, &'static str)>,
) -> Result<(), ProjectError> {
    let mut statement = conn.prepare(
        "SELECT n.canonical, u.role, k.text, o.origin <> 2, u.current, s.path, s.format = 'dockerfile', u.source, u.offset,
         u.resolved <> 0 OR u.needs <> 0, coalesce(instr(m.text, '\"built-here\"') > 0, 0)
         FROM p_use u JOIN p_object o ON o.id = u.object JOIN p_name n ON n.id = u.name JOIN p_source s ON s.id = u.source
         JOIN p_text k ON k.id = o.kind LEFT JOIN p_text m ON m.id = u.marks
         WHERE u.hidden = 0 AND NOT (u.role = 0 AND u.current = 1 AND o.origin = 0 AND k.text = 'Pod')",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if let Some(known) = reasons.get_mut(name.as_str()) {
            *known = (*known).min(reason(row, from_lines)?);
        }
    }
    Ok(())
}

fn reason(r: &Row<'_>, from_lines: &FromLines) -> rusqlite::Result<(u8, &'static str)> {
    let (kind, path): (String, String) = (r.get(2)?, r.get(5)?);
    Ok(why(&Place {
        role: role_of(r.get(1)?).unwrap_or(Role::Field),
        kind: &kind,
        live: r.get(3)?,
        current: r.get(4)?,
        path: &path,
        dockerfile: r.get(6)?,
        from_line: from_lines.contains(&(r.get(7)?, r.get(8)?)),
        variable: r.get(9)?,
        built_here: r.get(10)?,
    }))
}

/// The folder that a file was imported from, and its name there; `None` where it is in a sub-folder, or its folder is not
/// one (standard input).
fn in_root(host: &str, place: &str, path: &str) -> Option<(String, String)> {
    let folder = place.strip_suffix(path)?.to_owned();
    (!path.contains('/')).then(|| (format!("{host}:{folder}"), path.to_owned()))
}

/// The `image:` lines of compose files in an import's own folder.
fn compose(conn: &Connection) -> Result<Vec<Grepped>, ProjectError> {
    let mut files: HashMap<i64, Grepped> = HashMap::new();
    let mut sources =
        conn.prepare("SELECT id, host, place, path FROM p_source WHERE path GLOB 'docker-compose*.yml'")?;
    let mut rows = sources.query([])?;
    while let Some(r) = rows.next()? {
        let (host, place, path): (String, String, String) = (r.get(1)?, r.get(2)?, r.get(3)?);
        if let Some((folder, name)) = in_root(&host, &place, &path).filter(|(_, name)| is_compose_glob(name)) {
            files.insert(r.get(0)?, Grepped { folder, name, lines: Vec::new() });
        }
    }
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let mut places = conn.prepare(
        "SELECT DISTINCT u.source, u.offset, w.text FROM p_use u JOIN p_written w ON w.id = u.written
         LEFT JOIN p_text m ON m.id = u.marks WHERE u.role = ?1 AND coalesce(instr(m.text, '\"built-here\"'), 0) = 0
         AND u.source IN (SELECT id FROM p_source WHERE path GLOB 'docker-compose*.yml') ORDER BY 1, 2, 3",
    )?;
    let mut rows = places.query([Role::Service.index()])?;
    while let Some(r) = rows.next()? {
        if let Some(file) = files.get_mut(&r.get(0)?) {
            file.lines.push(format!("    image: {}", r.get::<_, String>(2)?));
        }
    }
    Ok(in_order(files))
}

/// The `FROM` lines of Dockerfiles in an import's own folder, and where their words stand.
fn dockerfiles(conn: &Connection) -> Result<(Vec<Grepped>, FromLines), ProjectError> {
    let (mut files, mut from_lines): (HashMap<i64, Grepped>, FromLines) = (HashMap::new(), FromLines::new());
    let mut recipes = conn.prepare(
        "SELECT s.id, s.host, s.place, s.path, r.recipe, r.offset FROM p_recipe r JOIN p_source s ON s.id = r.source
         WHERE s.path GLOB 'Dockerfile*'",
    )?;
    let mut rows = recipes.query([])?;
    while let Some(r) = rows.next()? {
        let (host, place, path): (String, String, String) = (r.get(1)?, r.get(2)?, r.get(3)?);
        let Some((folder, name)) = in_root(&host, &place, &path).filter(|(_, name)| is_dockerfile_glob(name)) else {
            continue;
        };
        let recipe = serde_json::from_str(&r.get::<_, String>(4)?)
            .map_err(|e| ProjectError::Damaged(format!("the project file {place}: {e}")))?;
        let Recipe::Dockerfile(dockerfile) = recipe else { continue };
        let (source, offset): (i64, i64) = (r.get(0)?, r.get(5)?);
        let words = dockerfile.stages.iter().map(|stage| stage.from.spot.offset);
        from_lines.extend(words.map(|at| (source, offset.saturating_add(i64::try_from(at).unwrap_or(i64::MAX)))));
        files.insert(source, Grepped { folder, name, lines: lines(&dockerfile) });
    }
    Ok((in_order(files), from_lines))
}

fn lines(dockerfile: &Dockerfile) -> Vec<String> {
    let line = |stage: &crate::model::recipe::Stage| {
        let platform = stage.platform.as_ref().map_or_else(String::new, |p| format!("--platform={p} "));
        let name = stage.name.as_ref().map_or_else(String::new, |name| format!(" AS {name}"));
        format!("FROM {platform}{}{name}", stage.from.text)
    };
    dockerfile.stages.iter().map(line).collect()
}

/// By folder and name: one file that was got twice is one file.
fn in_order(files: HashMap<i64, Grepped>) -> Vec<Grepped> {
    let mut merged: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for file in files.into_values() {
        merged.entry((file.folder, file.name)).or_default().extend(file.lines);
    }
    let grepped = |((folder, name), lines): ((String, String), BTreeSet<String>)| Grepped {
        folder,
        name,
        lines: lines.into_iter().collect(),
    };
    merged.into_iter().map(grepped).collect()
}
