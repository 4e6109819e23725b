//! A session without a terminal and without threads: what is asked is answered at once, in the order of the asking. For
//! pictures, and for tests that want the whole of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use super::data::draft;
use super::data::facts::Facts;
use super::data::{Bench, Desk};
use super::draw::draw;
use super::jobs::Cancel;
use super::keymap::key::Key;
use super::keymap::read::merged;
use super::message::{Effect, Msg, Opened};
use super::model::{Model, Settings};
use super::theme::Theme;
use super::update::update;
use super::{commands, view};
use crate::case::{Access, Case};
use crate::command::Call;
use crate::env::Env;

/// The most messages that one key may lead to; whoever asks for more asks in a circle.
const MOST: usize = 1_000;

/// A session that is played.
pub struct Stage {
    /// Its state.
    pub model: Model,
    /// What was handed to the clipboard last.
    pub copied: Option<String>,
    desk: Desk,
    theme: Theme,
    size: (u16, u16),
    path: Option<PathBuf>,
}

impl Stage {
    /// A session in the view without a case.
    pub fn new(env: &Env, theme: Theme, size: (u16, u16)) -> Stage {
        let commands = commands();
        let (keymap, _) = merged(None, &commands, &view::ids());
        let model = Model::new(view::VIEWS, commands, keymap, Settings { now: env.now(), ..Settings::default() });
        let desk = Desk::new(env.clone());
        Stage { model, copied: None, desk, theme, size, path: None }
    }

    /// Opens a case.
    pub fn open(&mut self, path: &Path) {
        self.perform(vec![Effect::Open(path.to_path_buf())]);
    }

    /// Presses keys as they are written in a keymap, one after the other; what is no key is left out.
    pub fn press(&mut self, keys: &str) {
        for key in Key::parse_all(keys).unwrap_or_default() {
            // Page sizes and places come from the frame that a person saw.
            self.draw();
            self.tell(Msg::Key(key));
        }
    }

    /// Types a text, letter by letter.
    pub fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.tell(Msg::Paste(letter.to_string()));
        }
    }

    /// Gives a command by its name.
    pub fn call(&mut self, line: &str) {
        self.draw();
        let mut step = super::message::Step::default();
        super::update::call(&mut self.model, &Call::parse(line), &mut step);
        self.perform(step.effects);
    }

    /// Something happened.
    pub fn tell(&mut self, msg: Msg) {
        let step = update(&mut self.model, msg);
        self.perform(step.effects);
    }

    /// Another size of the screen.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
    }

    /// The screen as it is now.
    pub fn draw(&mut self) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        self.model.regions = draw(&self.model, &self.theme, buffer.area, &mut buffer);
        buffer
    }

    /// The screen as text, blanks at the ends of lines left out.
    pub fn text(&mut self) -> String {
        let buffer = self.draw();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut hidden = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                // What a wide character covers is no blank of its own.
                if hidden > 0 {
                    hidden -= 1;
                    continue;
                }
                hidden = crate::model::text::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let mut waiting: VecDeque<Effect> = effects.into();
        for _ in 0..MOST {
            let Some(effect) = waiting.pop_front() else { return };
            for msg in self.carry(effect) {
                waiting.extend(update(&mut self.model, msg).effects);
            }
        }
    }

    /// What comes back.
    fn carry(&mut self, effect: Effect) -> Vec<Msg> {
        match effect {
            Effect::Open(path) => self.opened(&path),
            Effect::Ask { slot, question, .. } => vec![Msg::Answer(slot, Some(question.ask(&self.desk)))],
            Effect::Do(deed) => {
                let bench =
                    Bench { env: &self.desk.env, path: self.path.as_ref(), cancel: &Cancel::default(), tell: &|_| {} };
                vec![Msg::Done(deed.run(&bench)), Msg::Changed]
            }
            Effect::Copy(text) => {
                self.copied = Some(text);
                Vec::new()
            }
            Effect::KeepDraft { name, text } => {
                // As the real keeper, without its thread.
                let case = self.path.as_deref();
                match draft::keep(&self.desk.env, case, &name, &text) {
                    Ok(()) => vec![Msg::Drafts(draft::count(&self.desk.env, case))],
                    Err(error) => vec![Msg::Warning(error.to_string())],
                }
            }
            _ => Vec::new(),
        }
    }

    fn opened(&mut self, path: &Path) -> Vec<Msg> {
        match Case::open(path, Access::Read, &self.desk.env) {
            Err(error) => vec![Msg::Opened(Err(error.to_string()))],
            Ok(case) => {
                let facts = Facts::of(&case).ok().map(Msg::Facts);
                self.path = Some(case.path().to_path_buf());
                let opened = Opened { path: case.path().to_path_buf(), ..Opened::default() };
                self.desk.turn_to(Some(case));
                std::iter::once(Msg::Opened(Ok(opened))).chain(facts).collect()
            }
        }
    }
}
