//! Instructions to stages: which of them bring images or credentials in, and which cannot be understood. An instruction that is refused
//! never costs what follows it.

use super::instruction::{Argument, Instruction, Malformed};
use super::lines::LineIndex;
use super::{Parsed, mount};
use crate::model::credential::CredentialKind;
use crate::model::fact::Spot;
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::reading::Reject;
use crate::model::recipe::{self, Stage, Step, Word};
use crate::model::text::scrub;
use crate::read::Limits;
use std::ops::Range;

/// Most stages, global arguments and steps that are kept; no person writes such a file.
const MOST_STAGES: usize = 10_000;
const MOST_GLOBALS: usize = 10_000;
const MOST_STEPS: usize = 50_000;

/// Words longer than this are shown cut in reasons.
const SHOWN: usize = 40;

const INSTRUCTIONS: [&str; 18] = [
    "add",
    "arg",
    "cmd",
    "copy",
    "entrypoint",
    "env",
    "expose",
    "from",
    "healthcheck",
    "label",
    "maintainer",
    "onbuild",
    "run",
    "shell",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

/// Whether a word is an instruction.
pub(super) fn is_instruction(word: &str) -> bool {
    INSTRUCTIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

const TEMPLATE: &str = "a template expression stands here; render the file first and import the result";

/// Builds a Dockerfile from instructions.
pub(super) struct Builder<'l> {
    pub parsed: Parsed,
    index: LineIndex,
    limits: &'l Limits,
    steps: usize,
    unkept: u64,
}

impl<'l> Builder<'l> {
    pub fn new(text: &str, limits: &'l Limits) -> Self {
        Builder { parsed: Parsed::default(), index: LineIndex::new(text), limits, steps: 0, unkept: 0 }
    }

    /// A place as a spot.
    pub fn spot(&self, at: &Range<usize>) -> Spot {
        let pointer = format!("line:{}", self.index.line(at.start));
        Spot { pointer, offset: at.start as u64, length: at.len() as u64 }
    }

    /// Counts something that is not understood.
    pub fn reject(&mut self, at: usize, reason: impl Into<String>) {
        if self.parsed.rejects.len() as u64 >= self.limits.rejects {
            self.unkept += 1;
            return;
        }
        let locator = format!("line:{}", self.index.line(at));
        self.parsed.rejects.push(Reject { locator, reason: reason.into() });
    }

    /// Takes one instruction.
    pub fn take(&mut self, found: Result<Instruction, Malformed>) {
        match found {
            Ok(found) => self.instruction(&found),
            Err(bad) => {
                let keyword = shown(&bad.keyword);
                self.reject(bad.at.start, format!("{keyword}: {}", bad.reason));
            }
        }
    }

    /// Ends the file.
    pub fn finish(mut self) -> Parsed {
        if self.unkept > 0 {
            let reason = format!("{} more lines that are no instructions", self.unkept);
            self.parsed.rejects.push(Reject { locator: String::new(), reason });
        }
        self.parsed
    }

    fn instruction(&mut self, found: &Instruction) {
        let keyword = found.keyword.to_ascii_lowercase();
        let started = !self.parsed.file.stages.is_empty();
        match keyword.as_str() {
            "from" => self.from(found),
            "arg" if !started => self.globals(found),
            word if !is_instruction(word) => {
                let template = word.contains("{{") || word.contains("{%");
                let reason = if template {
                    TEMPLATE.to_owned()
                } else {
                    format!("`{}` is no instruction", shown(&found.keyword))
                };
                self.reject(found.at.start, reason);
            }
            word if !started => {
                let reason = format!("{} stands before the first FROM", word.to_ascii_uppercase());
                self.reject(found.at.start, reason);
            }
            _ => {
                let steps = self.steps(found, &keyword);
                self.keep(found, steps);
                // What ONBUILD keeps is mounted by the builds that stand on the stage.
                self.given(found.inner.as_deref().unwrap_or(found));
            }
        }
    }

    fn keep(&mut self, found: &Instruction, steps: Vec<Step>) {
        if self.steps + steps.len() > MOST_STEPS {
            if self.steps <= MOST_STEPS && !steps.is_empty() {
                self.reject(found.at.start, format!("only the first {MOST_STEPS} steps of a file are read"));
                self.steps = MOST_STEPS + 1;
            }
            return;
        }
        self.steps += steps.len();
        if let Some(stage) = self.parsed.file.stages.last_mut() {
            stage.steps.extend(steps);
        }
    }

    /// Keeps the credentials that a `RUN` mounts, each once a stage. A mount that cannot be read was named with its image.
    fn given(&mut self, found: &Instruction) {
        if !found.keyword.eq_ignore_ascii_case("run") {
            return;
        }
        for flag in &found.flags {
            let Some(value) = flag.value("mount") else { continue };
            let Ok(Some(lent)) = mount::lent(value) else { continue };
            let spot = self.spot(&flag.place(flag.text.len() - value.len()..flag.text.len()));
            let Some(stage) = self.parsed.file.stages.last_mut() else { return };
            let name = scrub(&lent.name).into_owned();
            if stage.given.len() < MOST_GIVEN && !stage.given.iter().any(|given| given.name == name) {
                let detail = scrub(&lent.becomes).into_owned();
                stage.given.push(Given { detail, ..Given::new(CredentialKind::BuildSecret, name, spot) });
            }
        }
    }

    /// `FROM name [AS stage]`. Anything else is refused, but what it builds on is kept: a comment behind the name, which
    /// BuildKit does not take, must not hide an image.
    fn from(&mut self, found: &Instruction) {
        if self.parsed.file.stages.len() >= MOST_STAGES {
            return self.reject(found.at.start, format!("only the first {MOST_STAGES} stages of a file are read"));
        }
        let words: Vec<&Argument> = found.arguments.iter().collect();
        let is_as = |word: &Argument| word.text.eq_ignore_ascii_case("as");
        let name = match words.as_slice() {
            [_, second, name, ..] if is_as(second) => Some(name.text.clone()),
            _ => None,
        };
        let whole = words.len() == 1 || (words.len() == 3 && name.is_some());
        let template = words.iter().any(|word| word.text.contains("{{") || word.text.contains("{%"));
        if template {
            self.reject(found.at.start, TEMPLATE);
        } else if words.is_empty() {
            self.reject(found.at.start, "FROM names nothing");
        } else if !whole {
            let reason = "FROM takes an image, or an image, AS and a name, and nothing else; the first word was read";
            self.reject(found.at.start, reason);
        }
        let from = match (words.first(), words.last()) {
            // A template's words are one expression.
            (Some(first), Some(last)) if template => Word {
                text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
                spot: self.spot(&(first.at.start..last.at.end)),
            },
            (Some(first), _) => self.word(first),
            _ => Word { text: String::new(), spot: self.spot(&found.at) },
        };
        let platform = found.flags.iter().find_map(|flag| flag.value("platform")).map(str::to_owned);
        let spot = self.spot(&found.at);
        let guessed = template || !whole;
        let name = name.filter(|_| !template);
        let stage = Stage { name, from, platform, guessed, spot, ..Stage::default() };
        self.parsed.file.stages.push(stage);
    }

    fn globals(&mut self, found: &Instruction) {
        let arguments = self.arguments(found);
        if self.parsed.file.globals.len() + arguments.len() > MOST_GLOBALS {
            return self.reject(found.at.start, format!("only the first {MOST_GLOBALS} ARGs are read"));
        }
        self.parsed.file.globals.extend(arguments);
    }

    /// `ARG name[=default] …`.
    fn arguments(&mut self, found: &Instruction) -> Vec<recipe::Argument> {
        if found.arguments.is_empty() {
            self.reject(found.at.start, "ARG names nothing");
        }
        let mut kept = Vec::new();
        for word in &found.arguments {
            let (name, default) = match word.text.split_once('=') {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (word.text.as_str(), None),
            };
            if name.is_empty() {
                self.reject(word.at.start, "an ARG has no name");
                continue;
            }
            kept.push(recipe::Argument { name: name.to_owned(), default, spot: self.spot(&word.at) });
        }
        kept
    }

    /// What an instruction inside a stage does for images.
    fn steps(&mut self, found: &Instruction, keyword: &str) -> Vec<Step> {
        match keyword {
            "arg" => self.arguments(found).into_iter().map(Step::Arg).collect(),
            "env" => environment(found),
            "copy" | "add" => self.copied(found, keyword == "add"),
            "run" => self.mounted(found),
            "onbuild" => self.kept_for_later(found),
            _ => Vec::new(),
        }
    }

    fn copied(&mut self, found: &Instruction, add: bool) -> Vec<Step> {
        let from = found.flags.iter().rev().find_map(|flag| Some((flag, flag.value("from")?)));
        let mut steps = Vec::new();
        if let Some((flag, value)) = from.filter(|(_, value)| !value.is_empty()) {
            let at = flag.place(flag.text.len() - value.len()..flag.text.len());
            steps.push(Step::CopyFrom(Word { text: value.to_owned(), spot: self.spot(&at) }));
        }
        let Some((_, sources)) = found.arguments.split_last().filter(|(_, sources)| !sources.is_empty()) else {
            let reason = format!("{} has no source or no destination", found.keyword.to_ascii_uppercase());
            self.reject(found.at.start, reason);
            return steps;
        };
        if add {
            steps.extend(sources.iter().filter(|s| is_remote(&s.text)).map(|s| Step::Fetch(self.word(s))));
        }
        steps
    }

    fn mounted(&mut self, found: &Instruction) -> Vec<Step> {
        let mut steps = Vec::new();
        for flag in &found.flags {
            let Some(value) = flag.value("mount") else { continue };
            let inside = flag.text.len() - value.len();
            match mount::from(value) {
                Ok(Some((at, text))) => {
                    let at = flag.place(inside + at.start..inside + at.end);
                    steps.push(Step::MountFrom(Word { text, spot: self.spot(&at) }));
                }
                Ok(None) => {}
                Err(reason) => self.reject(found.at.start, format!("RUN --mount: {reason}")),
            }
        }
        steps
    }

    fn kept_for_later(&mut self, found: &Instruction) -> Vec<Step> {
        let Some(inner) = found.inner.as_deref() else {
            self.reject(found.at.start, "ONBUILD names no instruction");
            return Vec::new();
        };
        let keyword = inner.keyword.to_ascii_lowercase();
        if !is_instruction(&keyword) || ["onbuild", "from", "maintainer"].contains(&keyword.as_str()) {
            self.reject(found.at.start, format!("ONBUILD cannot keep `{}`", shown(&inner.keyword)));
            return Vec::new();
        }
        self.steps(inner, &keyword).into_iter().map(|step| Step::OnBuild(Box::new(step))).collect()
    }

    fn word(&self, argument: &Argument) -> Word {
        Word { text: argument.text.clone(), spot: self.spot(&argument.at) }
    }
}

fn environment(found: &Instruction) -> Vec<Step> {
    let pairs = found.arguments.chunks_exact(3);
    pairs
        .filter_map(|pair| match pair {
            [name, value, _] => Some(Step::Env { name: name.text.clone(), value: value.text.clone() }),
            _ => None,
        })
        .collect()
}

/// Whether `ADD` gets a source from the network.
fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git://", "ssh://", "git@"].iter().any(|start| source.starts_with(start))
}

/// A word of the file for a reason.
fn shown(word: &str) -> String {
    let short: String = word.chars().take(SHOWN).collect();
    let more = if short.len() < word.len() { "…" } else { "" };
    format!("{}{more}", scrub(&short))
}
