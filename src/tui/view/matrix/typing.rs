//! What is typed in this view: words on images, why a policy is stored, the file of a policy.

use super::{Board, PATHS};
use crate::command::Call;
use crate::tui::message::Answer;
use crate::tui::model::toast::Tone;
use crate::tui::view::coverage::data::{Offered, Paths};
use crate::tui::view::coverage::prompt::{self, Prompt};
use crate::tui::view::judge::ask::{About, Ask};
use crate::tui::view::{Reply, judge};

/// A line that is being typed.
#[derive(Debug)]
pub enum Typing {
    /// Something is said.
    Ask(Box<Ask>),
    /// A policy is named.
    File(Box<Prompt>),
}

impl Board {
    /// Something is to be said of the chosen images, or of the policy that is shown. With words behind the command they
    /// are taken as if they had been typed.
    pub(super) fn begin(&mut self, call: &Call, reply: &mut Reply) {
        let policy = self.page.as_ref().and_then(|page| page.policy.clone());
        let (images, label) = self.chosen();
        let sets = call.id == "matrix.set";
        let about = match policy {
            Some(file) if sets => About::Adopt(file),
            _ if images.is_empty() => return reply.say(Tone::Info, "put the marker on an image first"),
            _ if sets => About::Set(images),
            _ => About::Assess(images),
        };
        let label = if let About::Adopt(file) = &about { file.clone() } else { label };
        let ask = judge::begin(about, label, &call.argument, reply);
        self.typing = ask.map(Typing::Ask);
    }

    /// Another policy is tried: the named one, or one that is asked for.
    pub(super) fn policy(&mut self, file: &str, reply: &mut Reply) {
        if file.is_empty() {
            (self.typing, reply.changed) = (Some(Typing::File(Box::default())), true);
            return;
        }
        self.show_page("matrix.policy", file, "policy", reply);
    }

    /// A command while something is typed; false where it is none of typing.
    pub(super) fn typed(&mut self, id: &str, reply: &mut Reply) -> bool {
        reply.changed = true;
        match &mut self.typing {
            Some(Typing::Ask(ask)) => match judge::typed(ask, id, reply) {
                judge::Now::Unknown => return false,
                judge::Now::Open => {}
                judge::Now::Over => self.typing = None,
            },
            Some(Typing::File(prompt)) => match prompt.command(id) {
                prompt::Typed::Unknown => return false,
                prompt::Typed::Edited => self.ask_paths(reply),
                prompt::Typed::Cancelled => self.typing = None,
                prompt::Typed::Accepted(files) => {
                    self.typing = None;
                    // Given as a command, so that going back leads here.
                    let call = |file: &String| Call { id: "matrix.policy".to_owned(), argument: file.clone() };
                    reply.calls.extend(files.first().map(call));
                }
            },
            None => return false,
        }
        true
    }

    /// Text was typed or pasted.
    pub(super) fn inserted(&mut self, text: &str, reply: &mut Reply) {
        reply.changed = self.typing.is_some();
        match &mut self.typing {
            Some(Typing::Ask(ask)) => ask.insert(text),
            Some(Typing::File(prompt)) => {
                prompt.insert(text);
                self.ask_paths(reply);
            }
            None => {}
        }
    }

    fn ask_paths(&self, reply: &mut Reply) {
        if let Some(Typing::File(prompt)) = &self.typing
            && prompt.input.completion().is_none()
        {
            reply.ask(PATHS, Paths(prompt.path().to_owned()), true);
        }
    }

    /// Names that a path could go on with.
    pub(super) fn offered(&mut self, answer: Answer, reply: &mut Reply) {
        if let (Ok(offered), Some(Typing::File(prompt))) = (answer.downcast::<Offered>(), &mut self.typing) {
            let Offered(path, names) = *offered;
            prompt.offer(&path, names);
            reply.changed = true;
        }
    }
}
