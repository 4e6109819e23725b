//! The images that are reached: by who answers for them, then those of which it cannot be told. Rows are looked up in the
//! answer, never copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cli::words::{counted, short, short_name};
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::link;
use crate::tui::view::signs::sign_of;
use crate::tui::widget::table::{Column, Marks, Row, Rows};
use crate::tui::widget::{Cut, Line};
use crate::work::blast::{Reach, ReachedImage, Surety};

/// Columns, the last to go in front.
pub const COLUMNS: &[Column] = &[
    Column::new("V", 2, 2),
    Column::new("IMAGE", 24, 44).cut(Cut::With(short_name)).growing(3),
    Column::new("DIGEST", 9, 9).dropped(1),
    Column::new("HOW WE KNOW", 20, 44).growing(2),
    Column::new("CONF", 4, 4).right().dropped(2),
    Column::new("RUNS", 5, 5).right(),
    Column::new("WORKLOADS", 9, 9).right().dropped(3),
];

/// Which images are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Those that are proven.
    Proven,
    /// Those that are likely.
    Likely,
    /// Those of which it cannot be told.
    CannotTell,
    /// Those that run, whether it is known of them or not.
    Running,
}

impl Only {
    /// Every choice.
    pub const ALL: [Only; 5] = [Only::All, Only::Proven, Only::Likely, Only::CannotTell, Only::Running];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Only::All => "all",
            Only::Proven => "proven",
            Only::Likely => "likely",
            Only::CannotTell => "cannot-tell",
            Only::Running => "running",
        }
    }

    fn lets(self, image: &ReachedImage) -> bool {
        match self {
            Only::All => true,
            Only::Proven => image.reach == Surety::Proven,
            Only::Likely => image.reach == Surety::Likely,
            Only::CannotTell => image.reach == Surety::CannotTell,
            Only::Running => image.running > 0,
        }
    }
}

/// A row: the head of a group, or an image by its place in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Head(usize),
    Image(usize),
}

/// The rows of an answer.
#[derive(Debug, Default)]
pub struct Listing {
    reach: Option<Arc<Reach>>,
    heads: Vec<(String, u64)>,
    rows: Vec<Place>,
}

/// Stands in front of a head's title, so that no image has the same key.
const HEAD: &str = "head ";

impl Listing {
    /// Those that are asked for.
    pub fn new(reach: Arc<Reach>, only: Only) -> Listing {
        let mut owners: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
        let mut open: Vec<usize> = Vec::new();
        for (at, image) in reach.images.iter().enumerate().filter(|(_, image)| only.lets(image)) {
            match (image.reach, &image.owner) {
                (Surety::CannotTell, _) => open.push(at),
                // What nobody answers for stands behind all others.
                (_, owner) => {
                    owners.entry((owner.is_none(), owner.as_deref().unwrap_or_default())).or_default().push(at)
                }
            }
        }
        let alone = owners.len() == 1 && owners.keys().all(|(nobody, _)| *nobody);
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for ((nobody, owner), images) in owners {
            let title = match (alone, nobody) {
                (true, _) => "REACHED  nobody was told to answer for them".to_owned(),
                (false, true) => "owner not told".to_owned(),
                (false, false) => format!("owner {owner}"),
            };
            groups.push((title, images));
        }
        if !open.is_empty() {
            let running =
                open.iter().filter(|at| reach.images.get(**at).is_some_and(|image| image.running > 0)).count();
            groups.push((format!("CANNOT TELL  unknown is not safe, {running} of them run"), open));
        }
        let (mut heads, mut rows) = (Vec::new(), Vec::new());
        for (title, images) in groups {
            rows.push(Place::Head(heads.len()));
            heads.push((title, images.len() as u64));
            rows.extend(images.into_iter().map(Place::Image));
        }
        Listing { reach: Some(reach), heads, rows }
    }

    /// The image at a row.
    pub fn image(&self, row: u64) -> Option<&ReachedImage> {
        match self.rows.get(usize::try_from(row).ok()?)? {
            Place::Image(at) => self.at(*at),
            Place::Head(_) => None,
        }
    }

    /// How many images are listed.
    pub fn images(&self) -> usize {
        self.rows.len() - self.heads.len()
    }

    /// Where an image or a head stands.
    pub fn index_of(&self, key: &str) -> Option<u64> {
        let head = key.strip_prefix(HEAD);
        let fits = |place: &Place| match place {
            Place::Head(at) => head.is_some() && self.heads.get(*at).map(|(title, _)| title.as_str()) == head,
            Place::Image(at) => self.at(*at).is_some_and(|image| image.id == key),
        };
        self.rows.iter().position(fits).map(|at| at as u64)
    }

    fn at(&self, place: usize) -> Option<&ReachedImage> {
        self.reach.as_ref()?.images.get(place)
    }

    /// The marked images, in the order of the list.
    pub fn of_marks(&self, marks: &Marks<String>) -> impl Iterator<Item = &ReachedImage> {
        (0..self.rows.len() as u64).filter_map(|row| self.image(row)).filter(|image| marks.contains(&image.id))
    }
}

impl Rows for Listing {
    type Key = String;

    fn total(&self) -> u64 {
        self.rows.len() as u64
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        if let Some(Place::Head(at)) = self.rows.get(usize::try_from(index).ok()?) {
            let (title, count) = self.heads.get(*at)?;
            let key = format!("{HEAD}{title}");
            return Some(Row::Group { key, title: Line::plain(title.as_str()), count: *count, collapsed: false });
        }
        let image = self.image(index)?;
        Some(Row::Item { key: image.id.clone(), cells: cells(image), slot: None })
    }

    fn key(&self, index: u64) -> Option<String> {
        match self.rows.get(usize::try_from(index).ok()?)? {
            Place::Head(at) => self.heads.get(*at).map(|(title, _)| format!("{HEAD}{title}")),
            Place::Image(_) => self.image(index).map(|image| image.id.clone()),
        }
    }
}

fn cells(image: &ReachedImage) -> Vec<Line<'_>> {
    let verdict = image.verdict.map_or_else(|| Line::new("–", Slot::Muted), sign_of);
    let digest = match &image.digest {
        Some(digest) => Line::plain(short(digest)),
        None => Line::new("no digest", Slot::Muted),
    };
    let confidence = image.confidence.map_or_else(|| "-".to_owned(), |confidence| confidence.to_string());
    vec![
        verdict,
        Line::plain(image.name.as_str()),
        digest,
        how(image),
        Line::plain(confidence),
        Line::plain(image.running.to_string()),
        Line::plain(image.workloads.to_string()),
    ]
}

/// `=` for what is proven, `~` for what is likely, `?` for what cannot be told.
fn how(image: &ReachedImage) -> Line<'_> {
    let (sign, slot) = match image.reach {
        Surety::Proven => ("= ", None),
        Surety::Likely => ("~ ", Some(Slot::Warning)),
        Surety::CannotTell => ("? ", Some(Slot::VerdictNotKnown)),
    };
    let mut line = slot.map_or_else(|| Line::plain(sign), |slot| Line::new(sign, slot));
    line.spans.extend(Line::plain(image.how.as_str()).spans);
    line
}

/// The command that only reads and would tell of an image what is missing.
pub fn ask_of(image: &ReachedImage) -> Option<String> {
    image.fetch.clone()
}

/// All that the answer knows of an image.
pub fn told(image: &ReachedImage, way: &str) -> Told {
    let surety = match image.reach {
        Surety::Proven => "proven",
        Surety::Likely => "likely",
        Surety::CannotTell => "cannot tell",
    };
    let confidence =
        image.confidence.map_or_else(String::new, |confidence| format!(", {confidence} at its weakest step"));
    vec![
        ("image", image.name.clone()),
        ("digest", image.digest.clone().unwrap_or_else(|| "not known".to_owned())),
        ("verdict", image.verdict.map_or_else(String::new, |verdict| verdict.shown().to_owned())),
        ("how", format!("{surety}: {}{confidence}", image.how)),
        ("way", way.to_owned()),
        ("would tell", image.missing.map_or_else(String::new, |missing| missing.would_tell().to_owned())),
        ("ask", ask_of(image).unwrap_or_default()),
        ("runs", format!("{}, {}", counted(image.running, "place"), counted(image.workloads, "workload"))),
        ("owner", image.owner.clone().unwrap_or_else(|| "not told".to_owned())),
    ]
}

/// To what is around an image.
pub fn focus(image: &ReachedImage) -> Call {
    link::lineage(&image.id)
}
