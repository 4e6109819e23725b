//! What a word that brings something into a build stands for: an earlier stage, an image, a named context, nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::contexts::{Contexts, Stand};
use super::scope::{Scope, StageScope, Text};
use crate::model::fact::Spot;
use crate::model::recipe::{Dockerfile, Stage, Word};
use crate::model::reference::Reference;
use crate::model::text::scrub;

/// Longest name that is taken for an image's.
const LONGEST_NAME: usize = 4096;

/// Most links to stages that only may be meant; a file with more of them is said to be uncertain as a whole.
const MOST_MAYBE: usize = 100_000;

/// What a word comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What<'r> {
    /// The stage of this number.
    Stage(usize),
    /// An image.
    Image(String),
    /// A named context.
    Stand(Stand<'r>),
    /// `scratch`.
    Nothing,
    /// An image or stage that depends on variables that nothing defines.
    Needs(BTreeSet<String>),
    /// Nothing that could be pulled; a problem says why.
    Unusable,
}

/// A word's meaning, with all that is in doubt about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source<'r> {
    pub what: What<'r>,
    /// Stages that may be meant.
    pub maybe: Vec<usize>,
    /// Only Buildah and Podman understand it so.
    pub buildah: bool,
}

impl<'r> From<What<'r>> for Source<'r> {
    fn from(what: What<'r>) -> Self {
        Source { what, maybe: Vec::new(), buildah: false }
    }
}

/// Finds sources.
pub(super) struct Finder<'r> {
    contexts: Contexts<'r>,
    /// Every stage of each name, in lower case, by number.
    names: BTreeMap<String, Vec<usize>>,
    /// What BuildKit would refuse.
    pub problems: Vec<(Spot, String)>,
    maybe: usize,
    /// There were too many stages that may be meant to follow them all.
    pub uncertain: bool,
}

impl<'r> Finder<'r> {
    pub fn new(file: &Dockerfile, contexts: Contexts<'r>) -> Self {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, stage) in file.stages.iter().enumerate() {
            if let Some(name) = &stage.name {
                names.entry(name.to_lowercase()).or_default().push(number);
            }
        }
        Finder { contexts, names, problems: Vec::new(), maybe: 0, uncertain: false }
    }

    pub fn problem(&mut self, spot: &Spot, reason: impl Into<String>) {
        self.problems.push((spot.clone(), reason.into()));
    }

    /// The latest stage of a name, in lower case, before a stage.
    fn before(&self, name: &str, stage: usize) -> Option<usize> {
        let numbers = self.names.get(name)?;
        let earlier = numbers.partition_point(|number| *number < stage);
        earlier.checked_sub(1).and_then(|at| numbers.get(at)).copied()
    }

    /// The latest stage of a name in the whole file, whatever the name's case.
    pub fn stage(&self, name: &str) -> Option<usize> {
        self.names.get(&name.to_lowercase())?.last().copied()
    }

    /// What a stage stands on. Its own `ARG`s are not in sight of it.
    pub fn base(&mut self, number: usize, stage: &Stage, scope: &mut Scope<'_>) -> Source<'r> {
        let word = &stage.from;
        if let Some(name) = &stage.name {
            self.check_name(name, stage);
            if let Some(stand) = self.contexts.get(&name.to_lowercase()) {
                return What::Stand(stand).into();
            }
        }
        if !self.is_sane(&word.spot, &word.text) {
            return What::Unusable.into();
        }
        if word.text.contains("{{") || word.text.contains("{%") {
            self.problem(&word.spot, "a template expression stands where the image would");
            return Source { maybe: self.alike("\0", number), ..What::Unusable.into() };
        }
        match scope.expand(&word.text) {
            Text::Refused(reason) => {
                self.problem(&word.spot, reason);
                What::Unusable.into()
            }
            Text::Needs { names, shape, refusal } => {
                self.tell_missing(word, &names, refusal, scope);
                Source { maybe: self.alike(&shape, number), ..What::Needs(names).into() }
            }
            Text::Known(text) if text.is_empty() => {
                self.problem(&word.spot, "FROM comes to an empty name");
                let names = scope.variables(&word.text);
                if names.is_empty() { What::Unusable.into() } else { What::Needs(names).into() }
            }
            // Exactly: `FROM Builder` is not the stage `builder`.
            Text::Known(text) => match self.before(&text, number) {
                Some(stage) => What::Stage(stage).into(),
                None => self.image(&word.spot, text, number),
            },
        }
    }

    /// Whether a context takes the place of a whole stage, steps and all, and not only of its base.
    pub fn replaces_stage(&self, stage: &Stage) -> bool {
        stage.name.as_ref().is_some_and(|name| self.contexts.get(&name.to_lowercase()).is_some())
    }

    /// BuildKit's rule for stage names, which Buildah has not.
    fn check_name(&mut self, name: &str, stage: &Stage) {
        let lower = name.to_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        if !lower.starts_with(|c: char| c.is_ascii_lowercase()) || !lower.chars().all(allowed) {
            let shown: String = name.chars().take(40).collect();
            let reason = format!("`{}` is no name for a stage in BuildKit; Buildah takes it", scrub(&shown));
            self.problem(&stage.spot, reason);
        }
    }

    fn tell_missing(&mut self, word: &Word, names: &BTreeSet<String>, refusal: Option<String>, scope: &Scope<'_>) {
        if let Some(refusal) = refusal {
            self.problem(&word.spot, scrub(&refusal).into_owned());
        }
        for name in names.iter().filter(|name| !scope.declares(name)) {
            let reason = format!("no ARG before the first FROM declares `{}`, so no build can set it", scrub(name));
            self.problem(&word.spot, reason);
        }
    }

    /// An image that is no stage, or what stands in its place.
    fn image(&mut self, spot: &Spot, text: String, number: usize) -> Source<'r> {
        if text == "scratch" {
            return What::Nothing.into();
        }
        if !self.is_sane(spot, &text) {
            return What::Unusable.into();
        }
        if let Some(stand) = self.contexts.get(&text) {
            return What::Stand(stand).into();
        }
        if let Err(error) = Reference::parse(&text) {
            self.problem(spot, error.to_string());
            // Docker's older builder takes the stage; so that is not called unreached.
            if let Some(stage) = self.before(&text.to_lowercase(), number) {
                return Source { maybe: vec![stage], ..What::Unusable.into() };
            }
        }
        What::Image(text).into()
    }

    /// Whether a text is short and plain enough to be kept as a name; a problem says so where not.
    fn is_sane(&mut self, spot: &Spot, text: &str) -> bool {
        let sane = text.len() <= LONGEST_NAME && !text.chars().any(char::is_control);
        if !sane {
            self.problem(spot, "the image name is longer than 4096 bytes, or holds control characters");
        }
        sane
    }

    /// Stages before a number whose names a text with gaps (NUL) may come to.
    fn alike(&mut self, shape: &str, number: usize) -> Vec<usize> {
        let (Some(first), Some(last)) = (shape.split('\0').next(), shape.rsplit('\0').next()) else {
            return Vec::new();
        };
        let fits = |name: &str| name.strip_prefix(first).is_some_and(|rest| rest.ends_with(last));
        let mut found = Vec::new();
        for name in self.names.range(first.to_owned()..).map(|(name, _)| name).take_while(|n| n.starts_with(first)) {
            if self.maybe + found.len() >= MOST_MAYBE {
                self.uncertain = true;
                break;
            }
            found.extend(self.before(name, number).filter(|_| fits(name)));
        }
        self.maybe += found.len();
        found
    }

    /// What `COPY --from` in a stage names, or `RUN --mount=…,from=` where `mount` is true.
    pub fn input(&mut self, number: usize, word: &Word, mount: bool, scope: &mut StageScope<'_, '_>) -> Source<'r> {
        if !self.is_sane(&word.spot, &word.text) {
            return What::Unusable.into();
        }
        let plain = match scope.bare(&word.text) {
            Text::Known(text) => text == word.text,
            _ => false,
        };
        if plain || (mount && !word.text.trim_end_matches('$').contains('$')) {
            return self.named(number, &word.spot, word.text.clone(), mount);
        }
        self.problem(&word.spot, "BuildKit expands no variables here; Buildah and Podman do");
        let source = match scope.expand(&word.text) {
            Text::Known(text) if !text.is_empty() => self.named(number, &word.spot, text, mount),
            Text::Known(_) => What::Nothing.into(),
            Text::Needs { names, shape, .. } => {
                Source { maybe: self.alike(&shape.to_lowercase(), number), ..What::Needs(names).into() }
            }
            Text::Refused(reason) => {
                self.problem(&word.spot, reason);
                What::Unusable.into()
            }
        };
        Source { buildah: true, ..source }
    }

    /// A number, a stage's name in any case, or an image.
    fn named(&mut self, number: usize, spot: &Spot, text: String, mount: bool) -> Source<'r> {
        if let Ok(index) = text.parse::<i64>() {
            return self.numbered(number, spot, index, mount);
        }
        match self.stage(&text) {
            Some(stage) if stage < number => What::Stage(stage).into(),
            Some(_) => {
                self.problem(spot, "this names a stage that does not stand before its own: a circle, or too early");
                // To Buildah only what stands before counts; it pulls an image of the name where no stage has it.
                let source = match self.before(&text.to_lowercase(), number) {
                    Some(stage) => What::Stage(stage).into(),
                    None => self.image(spot, text, number),
                };
                Source { buildah: true, ..source }
            }
            None => self.image(spot, text, number),
        }
    }

    fn numbered(&mut self, number: usize, spot: &Spot, index: i64, mount: bool) -> Source<'r> {
        if mount {
            self.problem(spot, "BuildKit takes a mount's number for an image's name; Buildah takes it for a stage");
        }
        match usize::try_from(index).ok().filter(|stage| *stage < number) {
            Some(stage) => Source { buildah: mount, ..What::Stage(stage).into() },
            None => {
                self.problem(spot, format!("no stage before this one has the number {index}"));
                What::Unusable.into()
            }
        }
    }
}
