//! The places of a Dockerfile where something is pulled in, from its stages and steps to uses of images.

use std::collections::BTreeSet;

use super::contexts::{Contexts, Stand};
use super::reach::{Links, Reach};
use super::scope::{Scope, StageScope};
use super::sources::{Finder, Source, What};
use super::{Pulled, Request, mounted};
use crate::model::fact::{Mark, Role, Spot, Use};
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::recipe::{Dockerfile, Stage, Step, Word};

/// A word that brings something in.
struct Place<'f, 'r> {
    word: &'f Word,
    source: Source<'r>,
    /// The stage it stands in.
    stage: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    From,
    Step,
    /// Kept by `ONBUILD`.
    Trigger,
}

struct Build<'f, 'r> {
    file: &'f Dockerfile,
    finder: Finder<'r>,
    places: Vec<Place<'f, 'r>>,
    /// One node for each stage, and behind them one for what each stage keeps by `ONBUILD`: those who stand on the stage
    /// need it, the stage itself does not.
    links: Links,
    /// The stage that each stage stands on.
    bases: Vec<Option<usize>>,
    /// The first stage that stands on each.
    children: Vec<Option<usize>>,
    /// Sources of `ADD` from the network, with their stage.
    fetched: Vec<(usize, &'f Word)>,
    /// Credentials that stages mount, with their stage.
    given: Vec<(usize, Vec<Given>)>,
}

/// Resolves all but the frontend.
pub(super) fn resolve(file: &Dockerfile, request: &Request) -> Pulled {
    let count = file.stages.len();
    let mut build = Build {
        file,
        finder: Finder::new(file, Contexts::new(request)),
        places: Vec::new(),
        links: Links::new(count * 2),
        bases: vec![None; count],
        children: vec![None; count],
        fetched: Vec::new(),
        given: Vec::new(),
    };
    let mut refused = Vec::new();
    let mut scope = Scope::global(file, request, |argument, reason| {
        refused.push((argument.spot.clone(), format!("ARG: {reason}")));
    });
    build.finder.problems = refused;
    build.stages(&mut scope);
    build.steps(&mut scope);
    build.finish(request)
}

impl<'f, 'r> Build<'f, 'r> {
    /// What each stage stands on.
    fn stages(&mut self, scope: &mut Scope<'_>) {
        for (number, stage) in self.file.stages.iter().enumerate() {
            let source = self.finder.base(number, stage, scope);
            if let What::Stage(base) = source.what {
                self.bases.get_mut(number).into_iter().for_each(|slot| *slot = Some(base));
                self.children.get_mut(base).into_iter().for_each(|slot| *slot = slot.or(Some(number)));
                self.links.add(number, self.triggers(base));
            }
            self.place(&stage.from, source, number, Kind::From);
        }
    }

    /// The node of what a stage keeps by `ONBUILD`.
    fn triggers(&self, stage: usize) -> usize {
        self.file.stages.len() + stage
    }

    fn place(&mut self, word: &'f Word, source: Source<'r>, stage: usize, kind: Kind) {
        let node = if kind == Kind::Trigger { self.triggers(stage) } else { stage };
        if let What::Stage(to) = source.what {
            self.links.add(node, to);
        }
        self.links.add_maybe(node, &source.maybe);
        self.places.push(Place { word, source, stage, kind });
    }

    /// What the steps of each stage bring in.
    fn steps(&mut self, scope: &mut Scope<'r>) {
        let file = self.file;
        for (number, stage) in file.stages.iter().enumerate() {
            // A context in the stage's place replaces its steps, too.
            if self.finder.replaces_stage(stage) {
                continue;
            }
            scope.in_stage(|arguments| {
                for step in &stage.steps {
                    self.step(number, step, Kind::Step, arguments);
                }
                if !stage.given.is_empty() {
                    self.given.push((number, mounted::named(stage, &self.title(number), arguments)));
                }
            });
        }
    }

    fn step(&mut self, number: usize, step: &'f Step, kind: Kind, arguments: &mut StageScope<'_, '_>) {
        match step {
            Step::Arg(argument) if kind == Kind::Step => arguments.define(argument),
            Step::Arg(_) | Step::Env { .. } => {}
            Step::Fetch(word) => self.fetched.push((number, word)),
            Step::OnBuild(inner) if kind == Kind::Step => self.step(number, inner, Kind::Trigger, arguments),
            Step::OnBuild(_) => {}
            Step::CopyFrom(word) | Step::MountFrom(word) => {
                // What is kept acts in the stages that stand on this one, so it sees what stands before those.
                let child = self.children.get(number).copied().flatten().filter(|_| kind == Kind::Trigger);
                // The number of a stage in a build elsewhere says nothing here.
                if kind == Kind::Trigger && child.is_none() && word.text.parse::<i64>().is_ok() {
                    return;
                }
                let mount = matches!(step, Step::MountFrom(_));
                let source = self.finder.input(child.unwrap_or(number), word, mount, arguments);
                self.place(word, source, number, kind);
            }
        }
    }

    /// The stage that is built, and whether that is certain.
    fn target(&mut self, request: &Request) -> (Option<usize>, bool) {
        let last = self.file.stages.len().checked_sub(1);
        let Some(target) = request.target.as_deref().filter(|target| !target.is_empty()) else { return (last, true) };
        let number = || target.parse::<usize>().ok().filter(|number| *number < self.file.stages.len());
        match self.finder.stage(target).or_else(number) {
            Some(stage) => (Some(stage), true),
            None => {
                let shown: String = target.chars().take(60).collect();
                let reason = format!("no stage is called `{}`", crate::model::text::scrub(&shown));
                self.finder.problem(&Spot::default(), reason);
                (last, false)
            }
        }
    }

    fn finish(mut self, request: &Request) -> Pulled {
        let (target, certain) = self.target(request);
        let certain = certain && !self.finder.uncertain;
        let reached = target.map(|target| self.links.reach(target)).unwrap_or_default();
        let mut root = target;
        // A base is always an earlier stage, so this ends.
        while let Some(base) = root.and_then(|stage| self.bases.get(stage).copied().flatten()) {
            root = Some(base);
        }
        let mut pulled = Pulled::default();
        let mut places = std::mem::take(&mut self.places);
        places.sort_by_key(|place| (place.stage, place.kind != Kind::From));
        for place in &places {
            let node = if place.kind == Kind::Trigger { self.triggers(place.stage) } else { place.stage };
            let reach = reached.get(node).copied().unwrap_or(Reach::Never);
            let role =
                if place.kind == Kind::From && root == Some(place.stage) { Role::Base } else { Role::BuildInput };
            let marks = self.marks(place, reach, certain, target);
            let name = self.stage_name(place);
            emit(place, role, name, marks, &mut pulled);
        }
        for (stage, word) in &self.fetched {
            if reached.get(*stage).is_some_and(|reach| *reach != Reach::Never) {
                pulled.materials.push((word.spot.clone(), word.text.clone()));
            }
        }
        self.lend(&reached, &places, &mut pulled.given);
        pulled.problems = self.finder.problems;
        pulled
    }

    /// States which credentials the stages that are needed mount, beside all that comes into each of them.
    fn lend(&self, reached: &[Reach], places: &[Place<'_, '_>], found: &mut Vec<Given>) {
        for (stage, given) in &self.given {
            if reached.get(*stage).is_none_or(|reach| *reach == Reach::Never) || found.len() >= MOST_GIVEN {
                continue;
            }
            let within = self.links.reach(*stage);
            let node = |place: &Place<'_, '_>| match place.kind {
                Kind::Trigger => self.triggers(place.stage),
                Kind::From | Kind::Step => place.stage,
            };
            let comes_in = |place: &&Place<'_, '_>| within.get(node(place)).is_some_and(|reach| *reach != Reach::Never);
            let mut parts: BTreeSet<String> =
                places.iter().filter(comes_in).map(|place| self.stage_name(place)).collect();
            parts.insert(self.title(*stage));
            mounted::beside(given, &parts, found);
        }
    }

    /// What a stage is called: its name as written, else its number. What `ONBUILD` keeps is used by the first stage that
    /// stands on the one that keeps it.
    fn stage_name(&self, place: &Place<'_, '_>) -> String {
        let child = self.children.get(place.stage).copied().flatten().filter(|_| place.kind == Kind::Trigger);
        self.title(child.unwrap_or(place.stage))
    }

    fn title(&self, stage: usize) -> String {
        let name = self.file.stages.get(stage).and_then(|stage| stage.name.clone());
        name.unwrap_or_else(|| stage.to_string())
    }

    fn marks(&self, place: &Place<'_, '_>, reach: Reach, certain: bool, target: Option<usize>) -> Vec<Mark> {
        let stage: Option<&Stage> = self.file.stages.get(place.stage);
        let kept = place.kind == Kind::Trigger && self.children.get(place.stage).copied().flatten().is_none();
        // What ONBUILD keeps in the stage that is built acts in builds elsewhere that stand on the result. It is named,
        // for a breach of it comes to those builds by this file; and it is marked, for here nothing pulls it.
        let leaves = kept && target == Some(place.stage);
        let guessed = place.kind == Kind::From && stage.is_some_and(|stage| stage.guessed);
        let mut marks = Vec::new();
        if reach == Reach::Never && certain && !leaves {
            marks.push(Mark::Unreached);
        }
        if place.source.buildah {
            marks.push(Mark::BuildahOnly);
        }
        if guessed || kept || reach == Reach::Maybe || (reach == Reach::Never && !certain) {
            marks.push(Mark::Guessed);
        }
        marks.sort();
        marks
    }
}

/// States what a place pulls in.
fn emit(place: &Place<'_, '_>, role: Role, name: String, marks: Vec<Mark>, pulled: &mut Pulled) {
    let Word { text, spot } = place.word;
    let reached = !marks.contains(&Mark::Unreached);
    let found = Use { marks, ..Use::new(role, name, text.clone(), spot.clone()) };
    let resolved = |image: &str| (image != text).then(|| image.to_owned());
    match &place.source.what {
        What::Image(image) => pulled.uses.push(Use { resolved: resolved(image), ..found }),
        What::Stand(Stand::Image(image)) => pulled.uses.push(Use { resolved: resolved(image), ..found }),
        What::Stand(Stand::Result(outcome)) => {
            let inputs = outcome.inputs.iter().map(|image| (Role::BuildInput, image));
            let all = outcome.base.iter().map(|image| (found.role, image)).chain(inputs);
            let uses = all.map(|(role, image)| Use { role, resolved: resolved(image), ..found.clone() });
            pulled.uses.extend(uses);
        }
        What::Needs(needs) => pulled.uses.push(Use { needs: needs.iter().cloned().collect(), ..found }),
        What::Stand(Stand::Material(material)) if reached => {
            pulled.materials.push((spot.clone(), (*material).to_owned()));
        }
        What::Stage(_) | What::Stand(_) | What::Nothing | What::Unusable => {}
    }
}
