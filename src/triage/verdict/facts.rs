//! What is known of an image that bears on a verdict, each with where it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::digest::{Digest, DigestKind};
use crate::model::indicator::{Place, Window};
use crate::model::time::Micros;

/// Where a fact stands in the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stands {
    /// SHA-256 of the stored evidence; none where it was not kept.
    pub evidence: Option<String>,
    /// JSON pointer or `line:N`.
    pub locator: String,
    /// First byte of it.
    pub offset: i64,
    /// Bytes of it.
    pub length: i64,
    /// The machine or place it is about, for people.
    pub about: String,
}

/// What is known of one image. Everything that is empty is not known.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// A digest is known.
    pub resolved: bool,
    /// Its digests with their kinds.
    pub digests: Vec<(Digest, DigestKind)>,
    /// Indexes that are proved to contain it.
    pub contained_in: Vec<Digest>,
    /// Manifests that an index of it is proved to contain.
    pub contains: Vec<Digest>,
    /// The names it goes by.
    pub names: Vec<Called>,
    /// When it was seen under a name.
    pub seen: Vec<Seen>,
    /// The earliest start of a container that was seen running with its digest.
    pub running: Option<Running>,
    /// Records that it was pushed.
    pub pushed: Vec<Pushed>,
    /// The earliest record that its digest was pulled.
    pub pulled: Option<Running>,
    /// Of the layers that indicators name, those it has; `None` where its layers are not known.
    pub layers: Option<BTreeSet<Digest>>,
    /// Of the stacks that indicators name, those its layers begin with, by ChainID.
    pub stacks: BTreeSet<Digest>,
    /// Packages that indicators name: true where it carries one in the range, false where there is a list of its packages
    /// without it. One that is not here is not known.
    pub packages: BTreeMap<String, bool>,
    /// For an image whose digest is not known: images that its name led to elsewhere.
    pub candidates: Vec<i64>,
}

/// A name of an image.
#[derive(Debug, Clone)]
pub struct Called {
    /// The name.
    pub place: Arc<Place>,
    /// The first moment at which the digest was known under it; none where no digest is.
    pub first: Option<Micros>,
    /// The tag was asked for and this digest came. Where a digest is written beside the tag, the tag was not asked.
    pub by_tag: bool,
    /// Only what stands on it calls it so: that can accuse it, and never clear it.
    pub claimed: bool,
    /// The tag came to lead here from another digest, between these moments.
    pub moved: Option<Moved>,
}

/// When a tag came to lead to another digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The old digest was there last.
    pub after: Micros,
    /// The new one was there first.
    pub before: Micros,
}

/// A moment or span in which an image was got or seen under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which of [`Facts::names`].
    pub name: usize,
    /// The tag was asked for and this digest came.
    pub by_tag: bool,
    /// The first moment.
    pub from: Micros,
    /// The last one.
    pub to: Micros,
    /// Where it stands; none where nobody asked.
    pub stands: Option<Box<Stands>>,
}

/// A moment at which its digest was there for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// `state.running.startedAt`, or the time of a pull.
    pub at: Micros,
    /// Where it stands; none where nobody asked.
    pub stands: Option<Box<Stands>>,
}

/// A record that something was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The first moment.
    pub from: Micros,
    /// The last one.
    pub to: Micros,
    /// The account; empty where none was told.
    pub account: String,
    /// Where it stands; none where nobody asked.
    pub stands: Option<Box<Stands>>,
}

/// What is known of a digest that an indicator names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedDigest {
    /// The kinds of the digests of its image: its own, and that of its config or manifest where a record ties them.
    pub kinds: BTreeSet<DigestKind>,
    /// It is an index, and what it contains is known.
    pub contents: bool,
}

impl Facts {
    /// Takes a moment at which its digest was there for certain; the earliest counts.
    pub fn runs(&mut self, running: Running) {
        earliest(&mut self.running, running);
    }

    /// Takes a pull of its digest; the earliest counts.
    pub fn pulls(&mut self, pulled: Running) {
        earliest(&mut self.pulled, pulled);
    }
}

fn earliest(known: &mut Option<Running>, new: Running) {
    if known.as_ref().is_none_or(|known| new.at < known.at) {
        *known = Some(new);
    }
}

/// Which sightings were kept so far. A million uses of an image say no more about a window than the first that lies in it.
#[derive(Debug)]
pub struct Tally {
    windows: Vec<Window>,
    /// By image, name and whether the tag was asked for: the windows that are met, by their bits; the last bit stands for
    /// any time at all.
    met: HashMap<(i64, usize, bool), u64>,
}

/// Windows that are told apart; with more, every sighting is kept.
const TOLD_APART: usize = 63;

impl Tally {
    /// Nothing so far.
    pub fn new(windows: Vec<Window>) -> Tally {
        Tally { windows, met: HashMap::new() }
    }

    /// The windows.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// True where a sighting says something that none before it said.
    pub fn is_news(&mut self, image: i64, seen: &Seen) -> bool {
        if self.windows.len() > TOLD_APART {
            return true;
        }
        let any = 1 << TOLD_APART;
        let meets = |(at, window): (usize, &Window)| if window.meets(seen.from, seen.to) { 1_u64 << at } else { 0 };
        let bits = self.windows.iter().enumerate().map(meets).fold(any, |bits, bit| bits | bit);
        let met = self.met.entry((image, seen.name, seen.by_tag)).or_default();
        let news = bits & !*met != 0;
        *met |= bits;
        news
    }
}
