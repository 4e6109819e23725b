//! Tables that engines print for people, as they are pasted: `docker ps`, `docker images`, `podman images`,
//! `crictl images`. A cell is what stands below its column; ids in them are short, so they give no digests.

use super::container::{self, Ran, state_word};
use super::image::Named;
use super::listed::Row;
use super::{exposure, words};
use crate::model::fact::{Owner, Role, Spot};
use crate::read::Segment;
use crate::read::kubernetes::taken::Taken;
use crate::read::outcome::Outcome;
use crate::read::text::{is_beside, lines, place};

const NOTE: &str = "a table for people: short ids in it are no digests; `docker ps -a --no-trunc --format json`, \
                    `docker image inspect` of all images or `crictl images -o json` give them";
/// Most columns of a table.
const MOST: usize = 40;
/// No row is longer.
const LONGEST: usize = 1 << 16;

/// What a table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lists {
    Images,
    Containers,
}

/// A header's columns: names, and in characters the place where each begins.
struct Columns<'h> {
    names: Vec<&'h str>,
    starts: Vec<usize>,
    lists: Lists,
}

/// Whether a line heads a table of an engine.
pub(in crate::read) fn is_header(line: &str) -> bool {
    Columns::of(line).is_some()
}

impl<'h> Columns<'h> {
    /// The columns of a header; `None` where the line is none.
    fn of(header: &'h str) -> Option<Self> {
        let header = header.trim_start_matches('\u{feff}').trim_end();
        let upper = |c: char| c.is_ascii_uppercase() || c == ' ';
        if header.len() > 4096 || !header.starts_with(|c: char| c.is_ascii_uppercase()) || !header.chars().all(upper) {
            return None;
        }
        let names: Vec<&str> = header.split("  ").map(str::trim).filter(|name| !name.is_empty()).take(MOST).collect();
        let all = |wanted: &[&str]| wanted.iter().all(|name| names.contains(name));
        let lists = match () {
            () if all(&["REPOSITORY", "TAG", "IMAGE ID"]) || all(&["IMAGE", "TAG", "IMAGE ID"]) => Lists::Images,
            () if all(&["IMAGE", "ID", "DISK USAGE"]) => Lists::Images,
            () if all(&["CONTAINER ID", "IMAGE"]) || all(&["CONTAINER", "IMAGE", "POD ID"]) => Lists::Containers,
            () if all(&["NAME", "IMAGE", "SERVICE"]) => Lists::Containers,
            () => return None,
        };
        // The header is ASCII, so bytes are characters.
        let starts = names.iter().map(|name| place(header, name) as usize).collect();
        Some(Columns { names, starts, lists })
    }

    /// The cell below a column; empty where there is no such column.
    fn cell<'l>(&self, line: &'l str, names: &[&str]) -> &'l str {
        let Some(at) = names.iter().find_map(|name| self.names.iter().position(|n| n == name)) else { return "" };
        let from = self.starts.get(at).map_or(line.len(), |start| byte_of(line, *start));
        let to = self.starts.get(at + 1).map_or(line.len(), |start| byte_of(line, *start));
        line.get(from..to).unwrap_or_default().trim()
    }

    /// Whether a secret was replaced in a row, which moves what stands behind it: the cells before stand where they did.
    fn moved(&self, line: &str) -> bool {
        let Some(mark) = line.find("[redacted]") else { return false };
        let before = line.get(..mark).unwrap_or_default();
        let image = self.names.iter().position(|n| ["IMAGE", "REPOSITORY"].contains(n));
        let behind = image.and_then(|at| self.starts.get(at + 1)).is_some_and(|next| byte_of(before, *next) < mark);
        behind && self.fits(before)
    }

    /// Whether every cell begins below its column: nothing reaches over from the column before.
    fn fits(&self, line: &str) -> bool {
        let before = |start: &usize| start.checked_sub(1).and_then(|at| line.chars().nth(at));
        !line.starts_with(' ') && self.starts.iter().all(|start| before(start).is_none_or(|c| c == ' '))
    }
}

/// The byte at which a line's n-th character begins.
fn byte_of(line: &str, n: usize) -> usize {
    line.char_indices().nth(n).map_or(line.len(), |(at, _)| at)
}

/// Reads a run of lines of a table.
pub(in crate::read) fn read_table(source: &str, segment: &Segment, out: &mut Outcome) {
    out.said.notes.insert(NOTE.to_owned());
    let above = segment.list.as_ref().map(|list| list.columns.as_str()).unwrap_or_default();
    let mut columns = Columns::of(above);
    for (number, offset, line) in lines(source, segment) {
        if let Some(found) = Columns::of(line) {
            columns = Some(found);
            continue;
        }
        let Some(columns) = columns.as_ref().filter(|_| !is_beside(line) && !is_legend(line)) else { continue };
        let locator = format!("line:{number}");
        if line.len() > LONGEST || !columns.fits(line) && !columns.moved(line) {
            out.reject(
                locator,
                "a row that does not fit its table: a line was wrapped or changed; import the JSON form",
            );
            continue;
        }
        let spot = Spot { pointer: locator, offset, length: line.len() as u64 };
        let mut taken = Taken::of_text(spot, out);
        match columns.lists {
            Lists::Images => image(line, columns, &mut taken),
            Lists::Containers => container(line, columns, &mut taken),
        }
        taken.finish();
    }
}

/// What newer Docker prints above its list of images.
fn is_legend(line: &str) -> bool {
    line.starts_with(' ') && line.contains("In Use")
}

fn named(line: &str, cell: &str) -> Option<Named> {
    let spot = Spot { pointer: String::new(), offset: place(line, cell), length: cell.len() as u64 };
    (!cell.is_empty()).then(|| Named { text: cell.to_owned(), spot })
}

fn image(line: &str, columns: &Columns<'_>, taken: &mut Taken<'_>) {
    let name = columns.cell(line, &["REPOSITORY", "IMAGE"]);
    let mut tag = columns.cell(line, &["TAG"]);
    let mut repository = named(line, name);
    // Newer Docker has name and tag in one column.
    if !columns.names.contains(&"TAG")
        && let Some((bare, own)) = name.rsplit_once(':').filter(|(_, own)| !own.contains('/'))
    {
        tag = own;
        repository = named(line, bare);
    }
    let row = Row {
        repository,
        tag: tag.to_owned(),
        digest: columns.cell(line, &["DIGEST"]).to_owned(),
        id: named(line, columns.cell(line, &["IMAGE ID", "ID"])),
    };
    if let Err((_, reason)) = row.keep(Spot { length: line.len() as u64, ..Spot::default() }, taken) {
        taken.reject("", reason);
    }
}

fn container(line: &str, columns: &Columns<'_>, taken: &mut Taken<'_>) {
    let id = columns.cell(line, &["CONTAINER ID", "CONTAINER"]);
    let moved = !columns.fits(line);
    let rest: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    // Names stand last, and only a status begins as one.
    let name = match rest.last() {
        Some(last) if moved && columns.names.last() == Some(&"NAMES") => last,
        _ => columns.cell(line, &["NAMES", "NAME"]),
    };
    container::object(Some(id.to_owned()), name.split(',').next().unwrap_or_default(), taken);
    let (mut declared, mut role) = (None, Role::App);
    let service = columns.cell(line, &["SERVICE"]);
    let pod = columns.cell(line, &["POD"]);
    if !service.is_empty() {
        (declared, role) = (Some(service.to_owned()), Role::Service);
    } else if !pod.is_empty() {
        taken.object.owner = Some(Owner { kind: "Pod".to_owned(), name: pod.to_owned(), uid: None });
        taken.object.namespace = columns.cell(line, &["NAMESPACE"]).to_owned();
    }
    let status = match moved {
        true => rest.iter().skip(2).find(|cell| state_word(cell).is_some()).copied().unwrap_or_default(),
        false => columns.cell(line, &["STATUS", "STATE"]),
    };
    taken.detail("status", crate::model::text::scrub(status).into_owned());
    let image = columns.cell(line, &["IMAGE"]);
    let ran = Ran {
        written: named(line, image),
        image_id: String::new(),
        image: String::new(),
        state: state_word(status),
        started: None,
        finished: None,
        marks: columns.cell(line, &["PORTS"]).split(", ").take(MOST).filter_map(exposure::arrow).collect(),
    };
    if words::refusal(image).is_some() {
        // The reject names the line; a container without its image is still one.
        taken.detail("image", crate::model::text::scrub(image).into_owned());
    }
    container::place(ran, declared, role, Spot { length: line.len() as u64, ..Spot::default() }, taken);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_engines_and_of_nobody_else() {
        for header in [
            "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES",
            "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE",
            "REPOSITORY   TAG       DIGEST    IMAGE ID   CREATED   SIZE\r\n",
            "IMAGE   TAG   IMAGE ID   SIZE",
            "IMAGE         ID             DISK USAGE   CONTENT SIZE   EXTRA",
            "CONTAINER     IMAGE   CREATED   STATE   NAME   ATTEMPT   POD ID   POD",
            "NAME   IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS",
        ] {
            assert!(is_header(header), "{header}");
        }
        for other in [
            "NAMESPACE   NAME   READY   STATUS   IMAGES",
            "NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR",
            "NETWORK ID   NAME   DRIVER   SCOPE",
            "",
            "container id  image",
        ] {
            assert!(!is_header(other), "{other}");
        }
    }

    #[test]
    fn cells_stand_below_their_columns() {
        let columns = Columns::of("CONTAINER ID   IMAGE     COMMAND        STATUS    PORTS     NAMES").unwrap();
        let row = "0ddf97180626   nginx:1   \"/docker-ent…\"  Up 2 h              web";
        assert!(columns.fits(row));
        assert_eq!(columns.cell(row, &["IMAGE"]), "nginx:1");
        assert_eq!(columns.cell(row, &["STATUS"]), "Up 2 h");
        assert_eq!(columns.cell(row, &["PORTS"]), "");
        assert_eq!(columns.cell(row, &["NAMES"]), "web");
        assert!(!columns.fits("0ddf97180626 registry.example/nginx:1   \"x\""));
        assert_eq!(columns.cell("short", &["NAMES"]), "");
    }
}
