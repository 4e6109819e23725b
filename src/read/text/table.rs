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

/// What a table of Secrets is good for.
const SECRETS: &str = "names and types of Secrets, which tell what is to be renewed; they name no image";

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
    let above = segment.list.as_ref().map(|list| list.columns.as_str()).filter(|columns| !columns.is_empty());
    let mut header = above.map(Columns::of);
    for (number, offset, line) in lines(source, segment) {
        if is_header(line) {
            header = Some(Columns::of(line));
            continue;
        }
        if is_beside(line) {
            continue;
        }
        let row = match &header {
            Some(columns) if !line.contains('\t') => columns.row(line),
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
    let spot = Spot { pointer: String::new(), offset: place(line, image), length: image.len() as u64 };
    Use::new(role, format!("#{}", index + 1), image, spot)
}

/// Most columns of a table.
const MAX_COLUMNS: usize = 100;

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

/// A header: its columns' names, and the place where each begins.
struct Columns {
    names: Vec<String>,
    starts: Vec<u64>,
    kind: &'static str,
}

impl Columns {
    fn of(header: &str) -> Columns {
        let header = header.trim_end();
        // No table of `kubectl` has near as many; a hostile one could make each row cost as much as a file.
        let names: Vec<&str> = cells(header).take(MAX_COLUMNS).collect();
        Columns {
            kind: kind_of(&names),
            starts: names.iter().map(|name| place(header, name)).collect(),
            names: names.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The cells of a row: as many as columns, or each right below its column where some are empty.
    fn fit<'a>(&self, line: &'a str) -> Option<Vec<&'a str>> {
        let row: Vec<&str> = cells(line).take(MAX_COLUMNS + 1).collect();
        if row.len() == self.names.len() {
            return Some(row);
        }
        let mut fitted = vec![""; self.names.len()];
        for cell in row {
            let below = self.starts.binary_search(&place(line, cell)).ok()?;
            *fitted.get_mut(below)? = cell;
        }
        Some(fitted)
    }

    /// What a row says; `None` where it does not fit.
    fn row<'a>(&self, line: &'a str) -> Option<Row<'a>> {
        let mut object = Object { kind: self.kind.to_owned(), ..Object::default() };
        let mut texts = Vec::new();
        for (column, cell) in self.names.iter().zip(self.fit(line)?) {
            match column.as_str() {
                "NAMESPACE" | "NS" => object.namespace = kept(cell),
                // `kubectl get all` writes `pod/name`, `deployment.apps/name`.
                "NAME" | "POD" => object.name = kept(cell.rsplit_once('/').map_or(cell, |(_, name)| name)),
                "NODE" if cell != "<none>" && !cell.is_empty() => object.node = Some(kept(cell)),
                "INIT IMAGES" | "INIT_IMAGES" | "INIT-IMAGES" => texts.push((cell, Role::Init)),
                column if is_image_column(column) => texts.push((cell, Role::App)),
                _ => {}
            }
        }
        Some((object, texts))
    }
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

/// Says what a table without images lacks. Of the names of Secrets there is nothing else to take.
pub(in crate::read) fn read_people_table(source: &str, segment: &Segment, out: &mut Outcome) {
    let above = segment.list.as_ref().map(|list| list.columns.as_str()).filter(|columns| !columns.is_empty());
    let header = above.or_else(|| source.lines().find(|line| is_header(line))).unwrap_or_default();
    let columns: Vec<&str> = cells(header).take(MAX_COLUMNS).collect();
    if ["TYPE", "DATA"].iter().all(|name| columns.contains(name)) {
        out.said.notes.insert(SECRETS.to_owned());
    } else {
        out.said.partial.insert(PEOPLE.to_owned());
    }
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
        let columns =
            Columns::of("NAMESPACE   NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR");
        let (object, texts) = columns.row("prod   api   3/3   3   3   5d   api,envoy   a:1,b:2   app=api").unwrap();
        assert_eq!(
            (object.kind.as_str(), object.namespace.as_str(), object.name.as_str()),
            ("Deployment", "prod", "api")
        );
        assert_eq!(texts, [("a:1,b:2", Role::App)]);
        let short = Columns::of("NS    POD   IMAGES   IDS");
        assert_eq!(short.row("dev   a     b:1").unwrap().1, [("b:1", Role::App)]);
        assert_eq!(short.row("dev   a").unwrap().1, [("", Role::App)]);
        assert!(short.row("dev  x a     b:1").is_none());
        assert!(short.row("dev   a     b:1      c  d  e").is_none());
    }
}
