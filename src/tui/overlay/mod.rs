//! What lies over a view, as data: the palette, a page to read, a dialog.

pub mod dialog;
pub mod page;
pub mod palette;

use crate::command::when::Conditions;
use dialog::Asked;
use page::Page;
use palette::Palette;

/// Something in front of the view. It alone gets the keys.
#[derive(Debug)]
pub enum Overlay {
    /// Commands by name.
    Palette(Box<Palette>),
    /// Text to read and scroll: help, messages.
    Page(Page),
    /// A question with a plan.
    Dialog(Box<Asked>),
}

impl Overlay {
    /// Tables of the keymap that count while it is in front.
    pub fn modes(&self) -> &'static [&'static str] {
        match self {
            Overlay::Palette(_) => &["palette", "input"],
            Overlay::Page(_) => &["help", "table"],
            Overlay::Dialog(_) => &["dialog", "table"],
        }
    }

    /// Sets the words it knows about. `rows` is left out: nothing in a page or a dialog can be opened.
    pub fn conditions(&self, now: &mut Conditions) {
        now.set("rows", matches!(self, Overlay::Palette(palette) if !palette.found().is_empty()));
    }
}
