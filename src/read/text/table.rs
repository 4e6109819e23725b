//! Tables: tab-separated pods with their images, `kubectl`'s columns with an image column, and those without one.

use super::list::images;
use super::{is_beside, lines, place};
use crate::model::fact::{Item, Object, Role, Spot, Use};
use crate::read::Segment;
use crate::read::names;
use crate::read::outcome::Outcome;

/// What a header promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum TableKind {
    /// A column of images.
    Images,
    /// None.
    NoImages,
}

const NOT_IN_IT: &str = "a table of images: init containers, sidecars, ephemeral containers, scaled-down workloads and digests are \
                         not in it; `kubectl get pods -A -o json` gives them";
const PEOPLE: &str = "a table for people: it gives no images, no init containers and no digests; `kubectl get pods -A -o json` \
                      gives them";

/// The cells of a line: `kubectl` puts two or more spaces between columns, never two inside one.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty())
}

/// Whether a line is the header of a `kubectl` table: upper-case words in columns, one of them a name.
pub(in crate::read) fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim_end();
    let upper = |b: u8| {
        b.is_ascii_uppercase()
            || b.is_ascii_digit()
            || matches!(b, b' ' | b'-' | b'(' | b')' | b'/' | b'_' | b'%' | b':')
    };
    if !line.starts_with(|c: char| c.is_ascii_uppercase()) || !line.bytes().all(upper) {
        return false;
    }
    let known = ["NAME", "NS", "NAMESPACE", "POD", "IMAGE", "IMAGES", "LAST SEEN", "OBJECT", "CONTAINER"];
    cells(line).nth(1).is_some() && cells(line).any(|cell| known.contains(&cell))
}

/// What kind of table a header heads.
pub(in crate::read) fn table_kind(header: &str) -> TableKind {
    if cells(header).any(is_image_column) { TableKind::Images } else { TableKind::NoImages }
}

fn is_image_column(cell: &str) -> bool {
    matches!(cell, "IMAGE" | "IMAGES" | "INIT IMAGES" | "INIT_IMAGES" | "INIT-IMAGES")
}

/// Whether a line is a row of the tab-separated table: names, then images.
pub(in crate::read) fn row_is_table(line: &str) -> Option<bool> {
    if is_beside(line) {
        return None;
    }
    let (_, last) = line.rsplit_once('\t')?;
    let mut found = images(last).peekable();
    // A pod without a container does not exist, but a jsonpath with a wrong path prints nothing.
    Some(found.peek().is_none() || found.all(names::is_reference))
}

/// Reads a run of lines of a table with images.
pub(in crate::read) fn read_table(source: &str, segment: &Segment, out: &mut Outcome) {
    out.said.notes.insert(NOT_IN_IT.to_owned());
    let mut header = segment.list.as_ref().map(|list| list.columns.clone()).filter(|columns| !columns.is_empty());
    for (number, offset, line) in lines(source, segment) {
        if is_header(line) {
            header = Some(line.trim_end().to_owned());
            continue;
        }
        if is_beside(line) {
            continue;
        }
        let row = match &header {
            Some(columns) if !line.contains('\t') => by_columns(columns, line),
            _ => by_tabs(line),
        };
        let locator = format!("line:{number}");
        let Some((object, texts)) = row else {
            out.reject(locator, "a row that does not fit its table");
            continue;
        };
        let spot = Spot { pointer: locator.clone(), offset, length: line.len() as u64 };
        let mut item = Item { spot, object: Some(object), ..Item::default() };
        for (text, role) in texts {
            for image in images(text).filter(|image| *image != "<none>") {
                match names::refusal(image) {
                    Some(reason) => out.reject(locator.clone(), reason),
                    None if !names::is_reference(image) => out.reject(locator.clone(), "not an image reference"),
                    None => item.uses.push(image_use(line, image, role, item.uses.len())),
                }
            }
        }
        out.items.push(item);
    }
}

fn image_use(line: &str, image: &str, role: Role, index: usize) -> Use {
    Use {
        role,
        name: format!("#{}", index + 1),
        as_written: image.to_owned(),
        seen: None,
        confidence: 1000,
        spot: Spot { pointer: String::new(), offset: place(line, image), length: image.len() as u64 },
    }
}

type Row<'a> = (Object, Vec<(&'a str, Role)>);

/// `namespace<TAB>pod<TAB>images`, or `pod<TAB>images`.
fn by_tabs(line: &str) -> Option<Row<'_>> {
    let (names, texts) = line.rsplit_once('\t')?;
    let (namespace, name) = names.rsplit_once('\t').unwrap_or(("", names));
    let name = name.trim().trim_end_matches(':');
    let object = Object { kind: "Pod".to_owned(), namespace: kept(namespace), name: kept(name), ..Object::default() };
    (!object.name.is_empty()).then(|| (object, vec![(texts, Role::App)]))
}

fn kept(name: &str) -> String {
    crate::read::tree::cut(name.trim().into())
}

/// The cells of a line, each with the column of characters in which it begins.
fn placed_cells(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut column = 0;
    for part in line.split("  ") {
        let cell = part.trim();
        if !cell.is_empty() {
            let indent = part.chars().count() - part.trim_start().chars().count();
            found.push((column + indent, cell));
        }
        column += part.chars().count() + 2;
    }
    found
}

/// The cell under each column: in order where there are as many, else by where they begin, for a cell may be empty.
fn under_columns<'a>(columns: &[(usize, &str)], line: &'a str) -> Option<Vec<&'a str>> {
    let row = placed_cells(line);
    if row.len() == columns.len() {
        return Some(row.into_iter().map(|(_, cell)| cell).collect());
    }
    if !row.iter().all(|(start, _)| columns.iter().any(|(column, _)| column == start)) {
        return None;
    }
    let under = |start: usize| row.iter().find(|(at, _)| *at == start).map_or("", |(_, cell)| *cell);
    Some(columns.iter().map(|(start, _)| under(*start)).collect())
}

/// A row under a header.
fn by_columns<'a>(columns: &str, line: &'a str) -> Option<Row<'a>> {
    let columns = placed_cells(columns);
    let row = under_columns(&columns, line)?;
    let columns: Vec<&str> = columns.into_iter().map(|(_, cell)| cell).collect();
    let mut object = Object { kind: kind_of(&columns).to_owned(), ..Object::default() };
    let mut texts = Vec::new();
    for (column, cell) in columns.iter().zip(row) {
        match *column {
            "NAMESPACE" | "NS" => object.namespace = kept(cell),
            "NAME" | "POD" => {
                // `kubectl get all` writes `pod/name`, `deployment.apps/name`.
                let name = cell.rsplit_once('/').map_or(cell, |(_, name)| name);
                object.name = kept(name);
            }
            "NODE" if cell != "<none>" => object.node = Some(kept(cell)),
            "INIT IMAGES" | "INIT_IMAGES" | "INIT-IMAGES" => texts.push((cell, Role::Init)),
            column if is_image_column(column) => texts.push((cell, Role::App)),
            _ => {}
        }
    }
    (!object.name.is_empty()).then_some((object, texts))
}

/// The kind of object a table lists, by the columns `kubectl get -o wide` prints for it.
fn kind_of(columns: &[&str]) -> &'static str {
    let has = |name| columns.contains(&name);
    if has("UP-TO-DATE") && has("DESIRED") {
        "DaemonSet"
    } else if has("UP-TO-DATE") {
        "Deployment"
    } else if has("SCHEDULE") {
        "CronJob"
    } else if has("COMPLETIONS") {
        "Job"
    } else if has("DESIRED") {
        "ReplicaSet"
    } else if has("CONTAINERS") {
        "StatefulSet"
    } else {
        "Pod"
    }
}

/// Counts the rows of a table without images; there is nothing else to take from it.
pub(in crate::read) fn read_people_table(_source: &str, _segment: &Segment, out: &mut Outcome) {
    out.said.partial.insert(PEOPLE.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        assert!(is_header("NAMESPACE     NAME   READY   STATUS   RESTARTS   AGE"));
        assert!(is_header("NS            POD    IMAGES   IDS\n"));
        assert!(is_header("NAMESPACE     LAST SEEN   TYPE      REASON   OBJECT   MESSAGE"));
        for other in ["NAME", "dev   api   nginx", "ERROR: NAME  X", "", "Name:   x", "NAME: x"] {
            assert!(!is_header(other), "{other}");
        }
        assert_eq!(table_kind("NAME   READY   AGE   CONTAINERS   IMAGES"), TableKind::Images);
        assert_eq!(table_kind("NAME   READY   AGE"), TableKind::NoImages);
    }

    #[test]
    fn rows_under_their_columns() {
        let columns = "NAMESPACE   NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR";
        let (object, texts) =
            by_columns(columns, "prod   api   3/3   3   3   5d   api,envoy   a:1,b:2   app=api").unwrap();
        assert_eq!(
            (object.kind.as_str(), object.namespace.as_str(), object.name.as_str()),
            ("Deployment", "prod", "api")
        );
        assert_eq!(texts, [("a:1,b:2", Role::App)]);
        assert!(by_columns(columns, "prod   api   3/3").is_none());
    }

    #[test]
    fn an_empty_cell_is_told_by_where_the_others_begin() {
        let columns = "NS      POD     IMAGES    IDS";
        let (object, texts) = by_columns(columns, "dev     api     a:1,b:2").unwrap();
        assert_eq!((object.name.as_str(), texts), ("api", vec![("a:1,b:2", Role::App)]));
        assert!(by_columns(columns, "dev     api    a:1,b:2").is_none());
        assert!(by_columns(columns, "                a:1").is_none(), "no pod");
    }
}
