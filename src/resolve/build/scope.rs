//! What variables stand for: the global scope before the first `FROM`, the platform's own arguments, and one stage's `ARG`s.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use super::expand::{Value, expand, expand_within};
use crate::model::recipe::{Argument, Dockerfile, HIDDEN};

/// The work that patterns in one Dockerfile may take.
const FUEL: u64 = 20_000_000;

/// Arguments that BuildKit sets by itself, before any `ARG`.
const AUTOMATIC: [&str; 11] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];

/// What is held of one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Set(String),
    /// It depends on these, which nothing defines.
    Needs(BTreeSet<String>),
}

/// A word with its variables replaced, or what it needs for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    Known(String),
    Needs {
        /// The variables that nothing defines.
        names: BTreeSet<String>,
        /// The word with a NUL for each of them.
        shape: String,
        /// What `${v:?message}` says.
        refusal: Option<String>,
    },
    /// It cannot be expanded, for this reason.
    Refused(String),
}

/// The variables that are visible at one place.
#[derive(Debug)]
pub(super) struct Scope<'r> {
    request: &'r Request,
    held: BTreeMap<String, Held>,
    /// Names that an `ARG` declares, with a value or without one.
    declared: BTreeSet<String>,
    escape: char,
    fuel: u64,
}

impl<'r> Scope<'r> {
    /// The global scope. `refused` takes the `ARG`s that cannot be expanded.
    pub fn global(file: &Dockerfile, request: &'r Request, mut refused: impl FnMut(&Argument, String)) -> Self {
        let escape = file.escape.unwrap_or('\\');
        let declared = AUTOMATIC.iter().map(|name| (*name).to_owned()).collect();
        let mut scope = Scope { request, held: BTreeMap::new(), declared, escape, fuel: FUEL };
        scope.automatic(file);
        for argument in &file.globals {
            if let Err(reason) = scope.define(argument) {
                refused(argument, reason);
            }
        }
        scope
    }

    fn automatic(&mut self, file: &Dockerfile) {
        let target = self.request.target.clone();
        let last = || file.stages.last().and_then(|stage| stage.name.clone());
        let target = target.or_else(last).map_or("default".to_owned(), |name| name.to_lowercase());
        let platform = self.request.platform.as_deref().and_then(platform);
        for name in AUTOMATIC {
            let own = match (name, &platform) {
                ("TARGETSTAGE", _) => Some(target.clone()),
                (_, Some(platform)) => platform.iter().find(|(known, _)| *known == name).map(|(_, v)| v.clone()),
                _ => None,
            };
            // What machine builds is not known, and without a platform neither is what for.
            let held = own.map_or_else(|| Held::Needs(BTreeSet::from([name.to_owned()])), Held::Set);
            let held = self.passed(name).unwrap_or(held);
            self.held.insert(name.to_owned(), held);
        }
    }

    /// What the build passes for a name. `None` in it: from an environment that nobody captured.
    fn passed(&self, name: &str) -> Option<Held> {
        Some(match self.request.args.get(name)? {
            // A value that was redacted is there, and nobody knows as what.
            Some(value) if !value.contains(HIDDEN) => Held::Set(value.clone()),
            _ => Held::Needs(BTreeSet::from([name.to_owned()])),
        })
    }

    /// Takes an `ARG`: what the build passes goes before the default, and one without either changes nothing.
    pub fn define(&mut self, argument: &Argument) -> Result<(), String> {
        self.declared.insert(argument.name.clone());
        let mut problem = Ok(());
        let held = match (self.passed(&argument.name), &argument.default) {
            (Some(passed), _) => passed,
            (None, None) => return Ok(()),
            (None, Some(default)) => match self.expand(default) {
                Text::Known(value) if value.contains(HIDDEN) => Held::Needs([argument.name.clone()].into()),
                Text::Known(value) => Held::Set(value),
                Text::Needs { names, .. } => Held::Needs(names),
                Text::Refused(reason) => {
                    problem = Err(reason);
                    Held::Needs(BTreeSet::from([argument.name.clone()]))
                }
            },
        };
        self.held.insert(argument.name.clone(), held);
        problem
    }

    /// Expands a word.
    pub fn expand(&mut self, word: &str) -> Text {
        let held = &self.held;
        let lookup = |name: &str| match held.get(name) {
            Some(Held::Set(value)) => Value::Set(Cow::Borrowed(value)),
            Some(Held::Needs(_)) => Value::Unknown,
            None => Value::Unset,
        };
        let found = match expand_within(word, self.escape, &lookup, &mut self.fuel) {
            Ok(found) => found,
            Err(error) => return Text::Refused(error.to_string()),
        };
        if found.missing.is_empty() {
            return Text::Known(found.text);
        }
        let marked = |name: &str| match lookup(name) {
            Value::Set(value) => Value::Set(value),
            _ if found.missing.contains(name) => Value::Set("\0".into()),
            other => other,
        };
        let shape = expand_within(word, self.escape, &marked, &mut self.fuel).map_or("\0".to_owned(), |e| e.text);
        let mut names = BTreeSet::new();
        for name in found.missing {
            match held.get(&name) {
                Some(Held::Needs(others)) => names.extend(others.iter().cloned()),
                _ => drop(names.insert(name)),
            }
        }
        Text::Needs { names, shape, refusal: found.refusal }
    }

    /// The variables that stand in a word.
    pub fn variables(&self, word: &str) -> BTreeSet<String> {
        match expand_bare(word, self.escape) {
            Text::Needs { names, .. } => names,
            _ => BTreeSet::new(),
        }
    }

    /// Whether an `ARG` in sight declares the name; what is not declared cannot be passed either.
    pub fn declares(&self, name: &str) -> bool {
        self.declared.contains(name)
    }

    /// Runs `with` in a new stage's scope as Buildah has it for `COPY --from`: it holds what the stage itself declares.
    /// `ENV` is not in it.
    pub fn in_stage<T>(&mut self, with: impl FnOnce(&mut StageScope<'_, 'r>) -> T) -> T {
        let (held, declared) = (BTreeMap::new(), BTreeSet::new());
        let own = Scope { request: self.request, held, declared, escape: self.escape, fuel: self.fuel };
        let mut stage = StageScope { own, global: self };
        let result = with(&mut stage);
        let left = stage.own.fuel;
        self.fuel = left;
        result
    }
}

/// The `ARG`s of one stage, as far as its instructions have been passed.
pub(super) struct StageScope<'g, 'r> {
    own: Scope<'r>,
    global: &'g Scope<'r>,
}

impl StageScope<'_, '_> {
    /// Takes an `ARG` of the stage. Without a value of its own it has the global one.
    pub fn define(&mut self, argument: &Argument) {
        if argument.default.is_none() && !self.own.request.args.contains_key(&argument.name) {
            self.own.declared.insert(argument.name.clone());
            let global = self.global.held.get(&argument.name);
            self.own.held.extend(global.map(|held| (argument.name.clone(), held.clone())));
        } else {
            // One that cannot be expanded needs itself from then on, which is told where it is used.
            let _ = self.own.define(argument);
        }
    }

    /// Expands a word.
    pub fn expand(&mut self, word: &str) -> Text {
        self.own.expand(word)
    }

    /// Expands a word as if no variable were set: what BuildKit compares `--from` with.
    pub fn bare(&mut self, word: &str) -> Text {
        expand_bare(word, self.own.escape)
    }
}

fn expand_bare(word: &str, escape: char) -> Text {
    match expand(word, escape, &|_| Value::Unset) {
        Ok(found) if found.missing.is_empty() => Text::Known(found.text),
        Ok(found) => Text::Needs { names: found.missing, shape: String::new(), refusal: None },
        Err(error) => Text::Refused(error.to_string()),
    }
}

/// The target's arguments for a platform as `linux/arm64/v8`; `None` where it is several, or not understood.
fn platform(text: &str) -> Option<Vec<(&'static str, String)>> {
    if text.contains([',', '$', ' ']) || text.is_empty() {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let parts: Vec<&str> = text.split('/').collect();
    let (system, machine, variant) = match parts.as_slice() {
        [system @ ("linux" | "windows" | "darwin" | "freebsd")] => (*system, "", ""),
        [machine] => ("linux", *machine, ""),
        [system, machine] => (*system, *machine, ""),
        [system, machine, variant] => (*system, *machine, *variant),
        _ => return None,
    };
    // A system alone means the machine that builds.
    if machine.is_empty() {
        return None;
    }
    let (machine, variant) = match (machine, variant) {
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("arm", "" | "7") => ("arm", "v7"),
        ("i386" | "i486" | "i586" | "i686" | "x86", _) => ("386", ""),
        other => other,
    };
    let whole = [system, machine, variant].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/");
    Some(vec![
        ("TARGETPLATFORM", whole),
        ("TARGETOS", system.to_owned()),
        ("TARGETOSVERSION", String::new()),
        ("TARGETARCH", machine.to_owned()),
        ("TARGETVARIANT", variant.to_owned()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_normalised() {
        for (text, expected) in [
            ("linux/amd64", Some("linux/amd64")),
            ("linux/x86_64", Some("linux/amd64")),
            ("linux/arm64/v8", Some("linux/arm64")),
            ("arm64", Some("linux/arm64")),
            ("linux/arm", Some("linux/arm/v7")),
            ("linux/arm/v6", Some("linux/arm/v6")),
            ("linux/amd64,linux/arm64", None),
            ("linux", None),
            ("", None),
        ] {
            let found = platform(text).and_then(|p| p.into_iter().next()).map(|(_, whole)| whole);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
