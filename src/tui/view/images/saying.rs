//! What is said of the marked images by hand: the dialog of the matrix, about what is marked here.

use super::Images;
use crate::cli::words::{counted, short_name};
use crate::command::Call;
use crate::tui::model::toast::Tone;
use crate::tui::view::judge::ask::About;
use crate::tui::view::{Reply, View as _, judge};

/// Columns of the image's name before what is typed.
const NAME: usize = 30;

impl Images {
    /// Something is to be said: of the open image, else of the marked ones, else of the one at the marker.
    pub(super) fn say(&mut self, call: &Call, reply: &mut Reply) {
        if self.open.is_none() && self.list.in_range() {
            return reply.say(Tone::Info, "a range is begun: Space marks it, Ctrl-a gives it up");
        }
        let images = self.open.as_ref().map_or_else(|| self.list.chosen(), |open| vec![open.id().to_owned()]);
        let listed = || self.list.image().map(|row| row.name.as_str());
        let name = self.open.as_ref().map(|open| open.name()).or_else(listed);
        let label = match (images.as_slice(), name) {
            ([], _) => return reply.say(Tone::Info, "put the marker on an image first"),
            // A single mark may be on another image than the marker.
            ([only], Some(name)) if self.subject().as_ref() == Some(only) => short_name(name, NAME),
            (several, _) => counted(several.len() as u64, "image"),
        };
        let about = if call.id == "images.set" { About::Set(images) } else { About::Assess(images) };
        self.saying = judge::begin(about, label, &call.argument, reply);
    }

    /// A command while it is typed; false where it is none of typing.
    pub(super) fn say_more(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(ask) = &mut self.saying else { return false };
        let now = judge::typed(ask, id, reply);
        if now == judge::Now::Over {
            self.saying = None;
        }
        now != judge::Now::Unknown
    }
}
