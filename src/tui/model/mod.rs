//! The terminal's state: which view, what lies over it, what is under way. Changed by `tui::update` alone.

pub mod heard;

pub use super::widget::toast;

use ratatui::layout::Rect;
use std::path::PathBuf;

use super::clipboard::Clipboard;
use super::data::Deed;
use super::data::facts::Facts;
use super::keymap::key::Key;
use super::keymap::{Keymap, Now};
use super::overlay::Overlay;
use super::regions::Regions;
use super::view::{self, Around, View, ViewRow};
use crate::command::when::Conditions;
use crate::command::{Call, Table};
use crate::model::time::Micros;
use crate::work::collect::watch::Contact;
use toast::Toasts;

/// The case that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The file.
    pub path: PathBuf,
    /// What it says about itself, as soon as that was read.
    pub facts: Option<Facts>,
}

/// A view that was shown before, with its state.
#[derive(Debug)]
pub struct Shown {
    /// Its id.
    pub id: &'static str,
    /// Its state.
    pub view: Box<dyn View>,
    /// Someone wrote to the case while it was not in front.
    pub stale: bool,
}

/// A place that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The view.
    pub id: &'static str,
    /// The command that leads back there, where showing the view is not enough.
    pub place: Option<Call>,
    /// A few words for the way back.
    pub label: String,
    /// It was left by following something, not by going to another view.
    pub followed: bool,
}

/// How a session begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Nothing may be changed.
    pub read_only: bool,
    /// The mouse is taken from the start.
    pub mouse: bool,
    /// What stands between us and the terminal's clipboard.
    pub clipboard: Clipboard,
    /// The time now.
    pub now: Micros,
}

/// Everything the terminal shows, as plain values.
#[derive(Debug)]
pub struct Model {
    /// All commands.
    pub commands: Table,
    /// Which keys do what.
    pub keymap: Keymap,
    /// The views there are.
    pub tabs: &'static [ViewRow],
    /// How the session began; `now` and `mouse` follow.
    pub settings: Settings,
    /// The open case; none in the view that offers one.
    pub case: Option<OpenCase>,
    /// The case that is being opened.
    pub opening: Option<PathBuf>,
    /// Views shown so far; the one in front is [`Model::current`].
    pub views: Vec<Shown>,
    /// Place of the view in front.
    pub current: usize,
    /// Places to go back to, the nearest last.
    pub back: Vec<Visit>,
    /// What lies over the view, the front one last.
    pub overlays: Vec<Overlay>,
    /// Keys of a sequence that is not complete.
    pub pending: Vec<Key>,
    /// What was said.
    pub toasts: Toasts,
    /// What the writer is at, and how far.
    pub work: Option<(String, String)>,
    /// When it began.
    pub work_since: Micros,
    /// Nobody asked for it; see [`Deed::unasked`].
    pub work_unasked: bool,
    /// What a person asked for while the writer was at something unasked.
    pub waiting: Option<Box<dyn Deed>>,
    /// What the last frame drew where.
    pub regions: Regions,
    /// Drafts of the open case that are kept.
    pub drafts: usize,
    /// When clusters that are watched for the open case were last heard of.
    pub contacts: Vec<Contact>,
    /// The line between two panes that is being dragged, and the area of both.
    pub dragged: Option<(&'static str, Rect)>,
}

impl Model {
    /// A session in the view that offers a case.
    pub fn new(tabs: &'static [ViewRow], commands: Table, keymap: Keymap, settings: Settings) -> Model {
        let start = Shown { id: view::START.id, view: (view::START.make)(), stale: false };
        Model {
            commands,
            keymap,
            tabs,
            settings,
            case: None,
            opening: None,
            views: vec![start],
            current: 0,
            back: Vec::new(),
            overlays: Vec::new(),
            pending: Vec::new(),
            toasts: Toasts::default(),
            work: None,
            work_since: Micros::default(),
            work_unasked: false,
            waiting: None,
            regions: Regions::default(),
            drafts: 0,
            contacts: Vec::new(),
            dragged: None,
        }
    }

    /// The view in front.
    pub fn front(&self) -> Option<&Shown> {
        self.views.get(self.current)
    }

    /// The id of the view in front.
    pub fn view_id(&self) -> &'static str {
        self.front().map_or(view::START.id, |shown| shown.id)
    }

    /// True where something was followed to get to the place in front.
    pub fn has_followed(&self) -> bool {
        self.back.last().is_some_and(|visit| visit.followed)
    }

    /// The way from where one began to follow things to the place in front, in a few words a step. The last one is empty
    /// where the view in front is all there is to say.
    pub fn trail(&self) -> Vec<String> {
        let followed = self.back.iter().rev().take_while(|visit| visit.followed).count();
        let way = self.back.iter().skip(self.back.len() - followed).map(|visit| visit.label.clone());
        way.chain([self.front().map_or_else(String::new, |shown| shown.view.crumb())]).collect()
    }

    /// The tables of the keymap that count now.
    pub fn modes(&self) -> Vec<&'static str> {
        if let Some(overlay) = self.overlays.last() {
            return overlay.modes().to_vec();
        }
        let mut modes = self.front().map_or_else(Vec::new, |shown| shown.view.modes().to_vec());
        if !modes.contains(&"input") {
            modes.push("global");
        }
        modes
    }

    /// True while keys without a meaning of their own are text.
    pub fn takes_text(&self) -> bool {
        self.modes().contains(&"input")
    }

    /// What is true now.
    pub fn conditions(&self) -> Conditions {
        let mut now = Conditions::default();
        now.set("case", self.case.is_some());
        now.set("read-only", self.settings.read_only);
        now.set("back", !self.back.is_empty());
        now.set("followed", self.has_followed());
        now.set("busy", self.work.is_some());
        now.set("overlay", !self.overlays.is_empty());
        now.set("input", self.takes_text());
        now.set(&format!("view:{}", self.view_id()), true);
        match (self.overlays.last(), self.front()) {
            (Some(overlay), _) => overlay.conditions(&mut now),
            (None, Some(shown)) => shown.view.conditions(&mut now),
            (None, None) => {}
        }
        now
    }

    /// Looks something up in the keymap as it counts now.
    pub fn look_up<T>(&self, ask: impl FnOnce(&Keymap, Now<'_>) -> T) -> T {
        let (modes, conditions) = (self.modes(), self.conditions());
        ask(&self.keymap, Now { modes: &modes, conditions: &conditions, commands: &self.commands })
    }

    /// What a view may know.
    pub fn around(&self) -> Around<'_> {
        Around { now: self.settings.now, read_only: self.settings.read_only, regions: &self.regions }
    }

    /// When the screen changes by the passing of time alone: at the next minute, or when a word's time is over.
    pub fn next_change(&self) -> Micros {
        const SECOND: i64 = 1_000_000;
        const MINUTE: i64 = 60 * SECOND;
        let now = self.settings.now.0;
        let minute = now.saturating_sub(now.rem_euclid(MINUTE)).saturating_add(MINUTE);
        let word = self.toasts.next_change(self.settings.now).map_or(minute, |end| end.0);
        // Work that says nothing of itself tells how long it takes.
        let silent = self.work.as_ref().is_some_and(|(_, progress)| progress.is_empty());
        let second = if silent { now.saturating_sub(now.rem_euclid(SECOND)).saturating_add(SECOND) } else { minute };
        let heard = heard::next_change(&self.contacts, self.settings.now).map_or(minute, |next| next.0);
        Micros(minute.min(word).min(second).min(heard))
    }
}
