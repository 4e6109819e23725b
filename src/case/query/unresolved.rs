//! The places whose image cannot be told because variables are not known, each with what would tell it.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;

use super::image::{Locator, USES, read_use};
use super::settable::{Settable, settable};
use crate::case::project::ProjectError;

/// A place that is not resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnresolvedRow {
    /// Where, as in the list of an image's uses.
    pub locus: String,
    /// As written there.
    pub as_written: String,
    /// The variables that nothing defines, sorted.
    pub needs: Vec<String>,
    /// What would resolve it, in words for people.
    pub hint: String,
    /// The id of the image that the place counts for until it is resolved.
    #[serde(skip)]
    pub image: Option<String>,
    /// SHA-256 of the stored evidence.
    #[serde(skip)]
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    #[serde(skip)]
    pub locator: Locator,
}

/// Every such place that is there now, by locus.
pub fn unresolved(conn: &Connection) -> Result<Vec<UnresolvedRow>, ProjectError> {
    let mut statement = conn.prepare(&format!("{USES} AND u.needs <> 0 AND u.current = 1"))?;
    let mut ident = conn.prepare("SELECT ident FROM p_image WHERE id = ?1")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(r) = rows.next()? {
        let (place, image): (String, i64) = (r.get(30)?, r.get(31)?);
        let row = read_use(r)?;
        let set = match (row.role, &row.evidence) {
            ("base" | "build-input", Some(evidence)) => settable(conn, evidence, &row.as_written, &row.needs)?,
            _ => None,
        };
        let hint = match set {
            Some(set) => hint_set(&set, &row.needs, &place),
            None => hint(row.role, &row.needs, &place),
        };
        let image = ident.query_row([image], |r| r.get(0)).optional()?;
        let (evidence, locator) = (row.evidence, row.locator);
        let (locus, as_written, needs) = (row.locus, row.as_written, row.needs);
        found.push(UnresolvedRow { locus, as_written, needs, hint, image, evidence, locator });
    }
    found.sort_by(|a, b| (named(a), &a.evidence, a.locator.offset).cmp(&(named(b), &b.evidence, b.locator.offset)));
    // A file that was got twice says the same of one place: once is enough.
    found.dedup_by(|a, b| named(a) == named(b));
    Ok(found)
}

/// What a row tells people.
fn named(row: &UnresolvedRow) -> (&str, &str, &[String], &str) {
    (&row.locus, &row.as_written, &row.needs, &row.hint)
}

/// What a responder can do where not every variable can be set.
fn hint_set(set: &Settable, needs: &[String], place: &str) -> String {
    if set.helps.is_empty() {
        let names = needs.join(", ");
        let place = if set.from { "before the first FROM" } else { "in its stage" };
        return format!(
            "no ARG {place} declares {names}, so no build can set it: the file is broken, or is filled in before it is \
             built; import what is built in truth, or the built image's provenance"
        );
    }
    hint("base", &set.helps, place)
}

/// What a responder can do about it, by the part that the image plays there.
fn hint(role: &str, needs: &[String], place: &str) -> String {
    let each = |text: &str| needs.iter().map(|name| text.replace('%', name)).collect::<Vec<_>>();
    let names = needs.join(", ");
    if needs.iter().any(|name| name.contains('$')) {
        return format!("{names}: it is malformed, and nothing can be put in: correct it, and import the file again");
    }
    if needs.iter().any(|name| name.starts_with("Chart.")) {
        let render = "render the chart with `helm template` and import what it prints";
        return format!("{names}: nothing that was read defines it; {render}");
    }
    match role {
        "service" | "volume" => {
            let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file = if folder.is_empty() { ".env".to_owned() } else { format!("{folder}/.env") };
            format!("import the {file} that defines {names}; nothing that was read does")
        }
        "base" | "build-input" | "frontend" => {
            let arguments = each("--build-arg %=…").join(" ");
            format!("hullbreach import {arguments} {place}")
        }
        "ci" | "action" => format!("{names}: ask who runs this CI; nothing that was read defines it"),
        _ => format!("{names}: nothing that was read defines it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_name_the_variable_and_the_file_or_flag() {
        let needs = ["BASE".to_owned(), "TAG".to_owned()];
        let table = [
            (
                "service",
                "/d/shop/compose.yaml",
                "import the /d/shop/.env that defines BASE, TAG; nothing that was read does",
            ),
            ("service", "compose.yaml", "import the .env that defines BASE, TAG; nothing that was read does"),
            ("base", "/d/Dockerfile", "hullbreach import --build-arg BASE=… --build-arg TAG=… /d/Dockerfile"),
            ("ci", "/d/ci.yml", "BASE, TAG: ask who runs this CI; nothing that was read defines it"),
            ("app", "/d/x.yaml", "BASE, TAG: nothing that was read defines it"),
        ];
        for (role, place, expected) in table {
            assert_eq!(hint(role, &needs, place), expected);
        }
        let chart = hint("listed", &["Chart.AppVersion".to_owned()], "values.yaml");
        assert!(chart.ends_with("render the chart with `helm template` and import what it prints"), "{chart}");
        assert!(hint("service", &["${BAD".to_owned()], "compose.yaml").contains("${BAD: it is malformed"));
        let set = |helps: &[&str]| Settable { helps: helps.iter().map(|h| (*h).to_owned()).collect(), from: true };
        assert_eq!(hint_set(&set(&["TAG"]), &needs, "Dockerfile"), "hullbreach import --build-arg TAG=… Dockerfile");
        let none = hint_set(&set(&[]), &needs, "Dockerfile");
        assert!(none.starts_with("no ARG before the first FROM declares BASE, TAG"), "{none}");
    }
}
