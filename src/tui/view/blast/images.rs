//! The list of images with its marker and its marks, and the way to the one at the marker.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::PANE;
use super::list::{COLUMNS, Listing, Only, ask_of, told};
use crate::cli::words::short_name;
use crate::graph::draw::way_line;
use crate::model::text::width;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::below::Below;
use crate::tui::view::{Around, Look, pane};
use crate::tui::widget::Move;
use crate::tui::widget::table::{Table, TableState};
use crate::work::blast::{Reach, ReachedImage};

/// From this height on the marked image stands in full below.
const ROOMY: u16 = 20;
/// The least and the most columns of one name on the way.
const NAME: (usize, usize) = (16, 60);

/// Its state.
#[derive(Debug, Default)]
pub struct Images {
    listing: Listing,
    only: Only,
    state: TableState<String>,
}

impl Images {
    /// Another answer with the list of all its images; the marker stays on its image. At first it stands on the first image,
    /// not on the head above it.
    pub fn take(&mut self, all: Listing, reach: Option<&Arc<Reach>>) {
        self.set(match (self.only, reach) {
            (Only::All, _) | (_, None) => all,
            (only, Some(reach)) => Listing::new(Arc::clone(reach), only),
        });
    }

    fn set(&mut self, listing: Listing) {
        let first = self.state.key().is_none();
        self.listing = listing;
        let listing = &self.listing;
        self.state.reconcile(listing, |key| listing.index_of(key));
        if first {
            self.state.apply(Move::To(1), &self.listing);
        }
    }

    /// Shows only these.
    pub fn only(&mut self, only: Only, reach: Option<&Arc<Reach>>) {
        self.only = only;
        self.set(reach.map_or_else(Listing::default, |reach| Listing::new(Arc::clone(reach), only)));
        if self.marked().is_none() {
            self.state.apply(Move::To(1), &self.listing);
        }
    }

    /// Which are shown.
    pub fn only_what(&self) -> Only {
        self.only
    }

    /// How many are shown.
    pub fn total(&self) -> usize {
        self.listing.images()
    }

    /// The image at the marker.
    pub fn marked(&self) -> Option<&ReachedImage> {
        self.listing.image(self.state.selected()?)
    }

    /// Moves; none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        let movement = pane::movement(id, 1)?;
        self.state.seen(&pane::seen(around.regions, PANE));
        Some(self.state.apply(movement, &self.listing))
    }

    /// Turns the mark of the image at the marker over.
    pub fn mark(&mut self) -> bool {
        self.state.toggle_mark(&self.listing)
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.state.marks.clear();
    }

    /// True with a marked row.
    pub fn has_marks(&self) -> bool {
        !self.state.marks.is_empty()
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        let before = self.state.selected() == Some(row as u64);
        self.state.select(row as u64, &self.listing);
        before
    }

    /// The digests of the marked images, or of the one at the marker, and how many have none.
    pub fn digests(&self) -> (Vec<String>, usize) {
        let marks = &self.state.marks;
        let images: Vec<&ReachedImage> = match marks.is_empty() {
            true => self.marked().into_iter().collect(),
            false => self.listing.of_marks(marks).collect(),
        };
        let digests: Vec<String> = images.iter().filter_map(|image| image.digest.clone()).collect();
        (digests.clone(), images.len() - digests.len())
    }

    /// One line about the image at the marker: the way to it and to what runs it, or what would tell.
    pub fn why(&self, reach: &Reach, width: u16) -> (String, Slot) {
        let Some(image) = self.marked() else { return (String::new(), Slot::Base) };
        if let Some(missing) = image.missing {
            let asked = ask_of(image).unwrap_or_else(|| missing.would_tell().to_owned());
            return (format!(" TELLS  {asked}"), Slot::Accent);
        }
        (format!(" WHY  {}", way(reach, image, usize::from(width).saturating_sub(6))), Slot::Accent)
    }

    /// Draws it.
    pub fn draw(
        &self,
        reach: Option<&Reach>,
        below: &Below,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Regions {
        let empty = match self.only {
            Only::All => "Nothing that is known stands on it or uses it, and of nothing it cannot be told.",
            _ => "None. o a shows all again.",
        };
        let table = Table { pinned: 2, empty, ..Table::new(COLUMNS, &self.listing) };
        let told = match (self.marked(), reach) {
            (Some(image), Some(reach)) => told(image, &way(reach, image, usize::MAX)),
            _ => vec![("", " ".to_owned())],
        };
        let panes = below.panes(area, ROOMY);
        let drawn = table.draw(&self.state, look.theme, panes.first, buffer);
        let mut regions = pane::table_hits(&drawn, PANE, COLUMNS, None);
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }
}

/// From what is meant to the image, and to a workload that runs it, in about so many columns.
fn way(reach: &Reach, image: &ReachedImage, columns: usize) -> String {
    let path = reach.path(image.node);
    if path.is_empty() {
        return image.how.clone();
    }
    let runs = reach.workloads.iter().find(|workload| workload.image == Some(image.node)).map(|workload| {
        let cell = &workload.cell;
        let place: Vec<&str> =
            [cell.namespace.as_str(), &cell.name].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{} {}", cell.kind, place.join("/"))
    });
    let taken = runs.as_deref().map_or(0, width) + 4 * path.len();
    let room = (columns.saturating_sub(taken) / path.len()).clamp(NAME.0, NAME.1);
    let steps = path.iter().map(|step| short_name(&step.name, room));
    way_line(steps.chain(runs).collect())
}
