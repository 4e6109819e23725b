//! The lists beside that of the images: workloads, credentials, namespaces, what can come back, the order of rebuilding.

use super::data::Lists;
use crate::cli::words::{counted, middle, short};
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::view::signs::slot_of;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line as Text};
use crate::work::blast::{Reach, ReachedImage, Surety};
use crate::work::waves::{Begin, Plan, PlannedWave};

/// Images of one wave that are listed; of a larger one the rest is counted.
const MOST: usize = 500;

/// Columns of workloads.
pub const WORKLOADS: &[Column] = &[
    Column::new("SURE", 11, 11),
    Column::new("KIND", 8, 12).dropped(2),
    Column::new("WORKLOAD", 16, 30).cut(Cut::With(middle)).growing(2),
    Column::new("NAMESPACE", 9, 20).growing(1),
    Column::new("CONTEXT", 8, 16).dropped(3),
    Column::new("RUNS", 5, 6).right(),
    Column::new("THROUGH", 16, 40).cut(Cut::With(crate::cli::words::short_name)).growing(2).dropped(1),
];

/// Columns of credentials.
pub const CREDENTIALS: &[Column] = &[
    Column::new("SURE", 11, 11),
    Column::new("KIND", 15, 16),
    Column::new("NAME", 16, 40).cut(Cut::With(middle)).growing(2),
    Column::new("NAMESPACE", 9, 20).growing(1),
    Column::new("CONTEXT", 8, 16).dropped(1),
    Column::new("HELD BY", 7, 7).right(),
];

/// Columns of namespaces.
pub const NAMESPACES: &[Column] =
    &[Column::new("NAMESPACE", 20, 40).growing(2), Column::new("CONTEXT", 16, 30).growing(1)];

/// Columns of what can come back.
pub const COMES_BACK: &[Column] = &[
    Column::new("FROM", 18, 20),
    Column::new("NAME", 16, 40).cut(Cut::With(middle)).growing(2),
    Column::new("NAMESPACE", 9, 20).growing(1),
    Column::new("CONTEXT", 8, 16).dropped(1),
    Column::new("IMAGES", 18, 30).growing(1),
];

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    cells: Vec<String>,
    link: Option<Call>,
    told: Told,
}

impl Entry for Line {
    fn key(&self) -> String {
        // What tells one from another: names, not counts.
        self.told.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn cells(&self) -> Vec<Text<'_>> {
        self.cells.iter().map(|cell| Text::plain(cell.as_str())).collect()
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        "credentials are known by name alone; the workloads that hold them stand in their list"
    }

    fn told(&self) -> Told {
        self.told.clone()
    }
}

/// Empty lists.
pub fn none() -> Lists {
    Lists {
        workloads: Vec::new().into(),
        credentials: Vec::new().into(),
        namespaces: Vec::new().into(),
        comes_back: Vec::new().into(),
        waves: Vec::new().into(),
    }
}

/// All of them.
pub fn lists(found: &Reach, plan: &Plan) -> Lists {
    Lists {
        workloads: workloads(found).into(),
        credentials: credentials(found).into(),
        namespaces: namespaces(found).into(),
        comes_back: comes_back(found).into(),
        waves: waves(plan).into(),
    }
}

fn surety(reach: Surety) -> &'static str {
    match reach {
        Surety::Proven => "= proven",
        Surety::Likely => "~ likely",
        Surety::CannotTell => "? cannot tell",
    }
}

fn place(parts: [&str; 3]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
}

fn workloads(found: &Reach) -> Vec<Line> {
    let line = |workload: &crate::work::blast::ReachedWorkload| {
        let cell = &workload.cell;
        let through = workload.image.map_or("", |node| found.known.graph.name(node));
        let cells = [surety(workload.reach), &cell.kind, &cell.name, &cell.namespace, &cell.context];
        let mut cells: Vec<String> = cells.map(str::to_owned).into();
        cells.extend([workload.running.to_string(), through.to_owned()]);
        let told = vec![
            ("workload", place([&cell.kind, &cell.name, ""])),
            ("where", place([&cell.context, &cell.namespace, ""])),
            ("through", through.to_owned()),
            ("Enter", "shows all images that it uses".to_owned()),
        ];
        Line { cells, link: Some(link::workload(cell)), told }
    };
    found.workloads.iter().map(line).collect()
}

fn credentials(found: &Reach) -> Vec<Line> {
    let line = |credential: &crate::work::blast::ReachedCredential| {
        let cell = &credential.cell;
        let sure = surety(if credential.proven { Surety::Proven } else { Surety::Likely });
        let cells = [sure, cell.kind, &cell.name, &cell.namespace, &cell.context];
        let mut cells: Vec<String> = cells.map(str::to_owned).into();
        cells.push(credential.objects.to_string());
        let told = vec![
            (cell.kind, cell.name.clone()),
            ("where", place([&cell.context, &cell.namespace, ""])),
            ("means", "whoever ran such an image could have used it: revoke it, issue another one".to_owned()),
        ];
        Line { cells, link: None, told }
    };
    found.credentials.iter().map(line).collect()
}

fn namespaces(found: &Reach) -> Vec<Line> {
    let line = |cell: &crate::case::query::reached::NamespaceCell| {
        let mut filter = vec![link::only("namespace", &cell.namespace)];
        filter.extend((!cell.context.is_empty()).then(|| link::only("context", &cell.context)));
        Line {
            cells: vec![cell.namespace.clone(), cell.context.clone()],
            link: Some(link::images(&filter.join(" "))),
            told: vec![("namespace", place([&cell.context, &cell.namespace, ""]))],
        }
    };
    found.namespaces.iter().map(line).collect()
}

fn comes_back(found: &Reach) -> Vec<Line> {
    let line = |back: &crate::case::query::reached::ComesBack| {
        let images: Vec<&str> = back.images.iter().map(|id| short(id)).collect();
        let mut cells: Vec<String> =
            [&back.kind.replace('-', " "), &back.name, &back.namespace, &back.context].map(String::clone).into();
        cells.push(images.join(" "));
        let told = vec![
            (back.kind, place([&back.context, &back.namespace, &back.name])),
            ("images", back.images.join("\n")),
            ("Enter", "shows the first of them".to_owned()),
        ];
        Line { cells, link: back.images.first().map(|id| link::image(id)), told }
    };
    found.comes_back.iter().map(line).collect()
}

fn waves(plan: &Plan) -> Vec<Fact> {
    let mut page = Page::default();
    if plan.waves.is_empty() {
        return page.end();
    }
    page.heading("BEGIN WITH", "the smallest set of images to rebuild first: every other one waits for one of them");
    for begin in &plan.begin {
        let Begin { image, on_it, clears, .. } = begin;
        let clears = classes(&plan.classes, clears);
        let on_it = if *on_it == 0 {
            "nothing on it".to_owned()
        } else {
            format!("{} on it", counted(u64::from(*on_it), "image"))
        };
        row(&mut page, "rebuild", image, &format!("{on_it}{clears}"));
    }
    for wave in &plan.waves {
        self::wave(&mut page, plan, wave);
    }
    for id in &plan.circular {
        page.toned(
            Slot::Warning,
            "circle",
            format!("{} stands in a circle of claims: its place is a proposal", short(id)),
        );
    }
    page.end()
}

fn wave(page: &mut Page, plan: &Plan, wave: &PlannedWave) {
    let before = |at: usize| wave.clears.get(at).copied().unwrap_or(0) + wave.left.get(at).copied().unwrap_or(0);
    let steps: Vec<String> = (0..)
        .zip(&plan.classes)
        .filter(|(at, _)| before(*at) > 0)
        .map(|(at, class)| format!("{class} {} -> {}", before(at), wave.left.get(at).copied().unwrap_or(0)))
        .collect();
    let after = if steps.is_empty() { String::new() } else { format!("; after it: {}", steps.join(", ")) };
    page.heading("WAVE", format!("{}: {}{after}", wave.n, counted(wave.images.len() as u64, "image")));
    for image in wave.images.iter().take(MOST) {
        row(page, "rebuild", image, &image.how);
    }
    if wave.images.len() > MOST {
        page.line("more", format!("... and {} more; `hullbreach waves` lists them all", wave.images.len() - MOST));
    }
}

fn row(page: &mut Page, word: &'static str, image: &ReachedImage, more: &str) {
    let digest = image.digest.as_deref().map_or("", short);
    let slot = image.verdict.map(slot_of);
    page.toned_link(slot, word, format!("{} {digest}  {more}", image.name), Some(link::lineage(&image.id)));
}

/// `, clears bad 2, likely 3`; empty for nothing.
fn classes(names: &[String], counts: &[u32]) -> String {
    let all: Vec<String> =
        names.iter().zip(counts).filter(|(_, n)| **n > 0).map(|(name, n)| format!("{name} {n}")).collect();
    if all.is_empty() { String::new() } else { format!(", clears {}", all.join(", ")) }
}
