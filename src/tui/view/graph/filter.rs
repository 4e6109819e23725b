//! The filter over the outline, while it is typed and while it holds.

use super::{FITS, Graph, VALUES, data};
use crate::case::query::filter::Filter;
use crate::tui::view::Reply;
use crate::tui::view::typing::Typed;

impl Graph {
    /// Asks what a filter leaves.
    pub(super) fn ask_fits(&self, filter: &str, reply: &mut Reply) {
        reply.ask(FITS, data::Fitting(filter.to_owned()), false);
    }

    /// Another filter holds.
    pub(super) fn set_filter(&mut self, filter: String, reply: &mut Reply) {
        self.filter = filter;
        reply.changed = true;
        if self.filter.is_empty() { self.bases.unfilter() } else { self.ask_fits(&self.filter, reply) }
    }

    /// A command while the filter is typed; false where it is none of typing.
    pub(super) fn type_filter(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(typing) = &mut self.typing else { return false };
        let typed = typing.command(id);
        reply.changed |= typed != Typed::Unknown;
        match typed {
            Typed::Unknown => return false,
            Typed::Moved => {}
            Typed::Changed => self.typed(reply),
            Typed::Accepted(filter) => {
                self.typing = None;
                self.set_filter(filter, reply);
            }
            Typed::Cancelled => {
                self.typing = None;
                self.set_filter(self.filter.clone(), reply);
            }
        }
        true
    }

    /// The text is another: rows for it, and what could stand at the cursor.
    pub(super) fn typed(&mut self, reply: &mut Reply) {
        let Some(typing) = &self.typing else { return };
        reply.changed = true;
        let text = typing.input.text().trim().to_owned();
        if text.is_empty() {
            self.bases.unfilter();
        } else if Filter::parse(&text).is_ok() {
            self.ask_fits(&text, reply);
        }
        typing.ask(VALUES, reply);
    }

    /// The filter that counts now: what is typed, else what holds.
    pub(super) fn wanted(&self) -> String {
        self.typing.as_ref().map_or(self.filter.as_str(), |typing| typing.input.text()).trim().to_owned()
    }
}
