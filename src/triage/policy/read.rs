//! A policy's file. What cannot be read is a problem that names the line; nothing is guessed.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::rules::{Class, FactRules};
use super::window::Window;
use super::{CompromiseRule, Condition, Policy, Row};
use crate::model::assessment::{Criticality, Exploitation, Exposure, Standing};
use crate::model::priority::Priority;
use crate::model::text::{fit, scrub};
use crate::model::verdict::Verdict;

/// The largest policy that is read.
pub const MAX_BYTES: usize = 64 << 10;
/// Most rules, patterns or words in one list.
const MOST: usize = 500;

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong, in words for people.
    pub reason: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    name: Spanned<String>,
    windows: Spanned<BTreeMap<Priority, Spanned<String>>>,
    vulnerability: Vec<Spanned<RowFile>>,
    compromise: Vec<Spanned<RuleFile>>,
    amplifiers: AmplifiersFile,
    criticality: CriticalityFile,
    exposure: ExposureFile,
}

/// [`Exploitation`], or the state of an image that nobody scanned.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum ExploitationFile {
    Active,
    Poc,
    None,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    rule: String,
    exploitation: ExploitationFile,
    exposure: Exposure,
    critical: [Priority; 2],
    high: [Priority; 2],
    medium: [Priority; 2],
    low: [Priority; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleFile {
    rule: String,
    verdict: Spanned<Verdict>,
    #[serde(default, rename = "where")]
    standings: Vec<Standing>,
    #[serde(default)]
    any_of: Vec<Condition>,
    priority: Priority,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct AmplifiersFile {
    raise: bool,
    host_paths: Spanned<Vec<String>>,
    capabilities: Spanned<Vec<String>>,
    builders: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CriticalityFile {
    default: Spanned<Criticality>,
    keys: Spanned<Vec<String>>,
    environment_keys: Spanned<Vec<String>>,
    words: BTreeMap<Criticality, Spanned<Vec<String>>>,
    fan_out: FanOutFile,
    #[serde(default)]
    priority_class: Vec<PatternFile>,
    #[serde(default)]
    environment: Vec<EnvironmentFile>,
    #[serde(default)]
    class: Vec<ClassFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FanOutFile {
    descendants: u64,
    level: Criticality,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternFile {
    pattern: String,
    level: Criticality,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvironmentFile {
    names: Spanned<Vec<String>>,
    level: Criticality,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    name: String,
    level: Criticality,
    words: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExposureFile {
    default: Spanned<Exposure>,
    development: Spanned<Vec<String>>,
}

/// Reads a policy; whether it makes sense is for `check`.
pub(super) fn read(text: &str) -> Result<Policy, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        let reason = format!("the policy has {} bytes; {MAX_BYTES} is the most", text.len());
        return Err(vec![Problem { line: 1, reason }]);
    }
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            return Err(vec![Problem { line, reason: shown(error.message()) }]);
        }
    };
    let mut reader = Reader { text, problems: Vec::new() };
    let policy = reader.policy(file);
    match policy {
        Some(policy) if reader.problems.is_empty() => Ok(policy),
        _ => {
            reader.problems.sort();
            reader.problems.truncate(50);
            Err(reader.problems)
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, span: &Range<usize>, reason: &str) {
        let line = line_at(self.text, span.start);
        self.problems.push(Problem { line, reason: shown(reason) });
    }

    fn policy(&mut self, file: File) -> Option<Policy> {
        let name = file.name.get_ref().trim().to_owned();
        if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
            self.problem(&file.name.span(), "a policy has a name of 1 to 64 characters");
        }
        let windows = self.windows(&file.windows);
        let rows = self.rows(&file.vulnerability);
        let compromise = self.compromise(file.compromise);
        let facts = self.facts(file.criticality, file.exposure, &file.amplifiers);
        Some(Policy {
            name,
            text: self.text.to_owned(),
            facts,
            raise: file.amplifiers.raise,
            compromise,
            rows: rows?,
            windows: windows?,
        })
    }

    fn windows(&mut self, table: &Spanned<BTreeMap<Priority, Spanned<String>>>) -> Option<[Window; 4]> {
        let mut found = [None; 4];
        for (priority, slot) in Priority::ALL.into_iter().zip(&mut found) {
            let Some(text) = table.get_ref().get(&priority) else {
                self.problem(&table.span(), &format!("[windows] says nothing of {priority}"));
                continue;
            };
            *slot = Window::parse(text.get_ref());
            if slot.is_none() {
                let why = format!("{:?} is no window: write \"6 h\", \"7 d\" or \"quarter\"", text.get_ref());
                self.problem(&text.span(), &why);
            }
        }
        let [a, b, c, d] = found;
        let windows = [a?, b?, c?, d?];
        let ordered = windows.iter().zip(windows.iter().skip(1)).all(|(a, b)| a.longest() <= b.longest());
        if !ordered {
            self.problem(&table.span(), "[windows] gives a more urgent priority more time than a less urgent one");
        }
        Some(windows)
    }

    fn rows(&mut self, rows: &[Spanned<RowFile>]) -> Option<[[Row; 3]; 4]> {
        let states =
            [ExploitationFile::Active, ExploitationFile::Poc, ExploitationFile::None, ExploitationFile::Unknown];
        let mut found: Vec<[Row; 3]> = Vec::new();
        for state in states {
            let row = |this: &mut Self, exposure| this.row(rows, state, exposure);
            let [internet, internal, dev_only] = Exposure::ALL.map(|exposure| row(self, exposure));
            if let (Some(internet), Some(internal), Some(dev_only)) = (internet, internal, dev_only) {
                found.push([internet, internal, dev_only]);
            }
        }
        found.try_into().ok()
    }

    fn row(&mut self, rows: &[Spanned<RowFile>], state: ExploitationFile, exposure: Exposure) -> Option<Row> {
        let of = |row: &&Spanned<RowFile>| row.get_ref().exploitation == state && row.get_ref().exposure == exposure;
        let mut fitting = rows.iter().filter(of);
        let Some(row) = fitting.next() else {
            let why = format!(
                "no [[vulnerability]] row is for exploitation {} and exposure {}",
                state.as_str(),
                exposure.as_str()
            );
            self.problem(&(0..0), &why);
            return None;
        };
        if let Some(again) = fitting.next() {
            self.problem(&again.span(), "there is a row for this exploitation and exposure already");
        }
        let file = row.get_ref();
        let line = line_at(self.text, row.span().start);
        Some(Row { name: shown(&file.rule), line, cells: [file.critical, file.high, file.medium, file.low] })
    }

    fn compromise(&mut self, rules: Vec<Spanned<RuleFile>>) -> Vec<CompromiseRule> {
        if let Some(more) = rules.get(MOST) {
            self.problem(&more.span(), &format!("more than {MOST} rules"));
        }
        let mut read = Vec::new();
        for rule in rules {
            let line = line_at(self.text, rule.span().start);
            let RuleFile { rule, verdict, standings, any_of, priority } = rule.into_inner();
            if !verdict.get_ref().is_open() {
                self.problem(
                    &verdict.span(),
                    "a rule is for bad, suspect, to-check or not-known: what is cleared has none",
                );
            }
            let verdict = *verdict.get_ref();
            read.push(CompromiseRule { name: shown(&rule), line, verdict, standings, any_of, priority });
        }
        read
    }

    fn facts(
        &mut self,
        criticality: CriticalityFile,
        exposure: ExposureFile,
        amplifiers: &AmplifiersFile,
    ) -> FactRules {
        if *criticality.default.get_ref() == Criticality::Low {
            self.problem(&criticality.default.span(), "what is not known is not low: nothing may be safe by default");
        }
        if *exposure.default.get_ref() == Exposure::DevOnly {
            self.problem(&exposure.default.span(), "what is not known is not dev-only: nothing may be safe by default");
        }
        let mut words = Vec::new();
        for (level, list) in criticality.words.iter().rev() {
            words.extend(self.lower(list).into_iter().map(|word| (word, *level)));
        }
        let mut environments = Vec::new();
        for environment in &criticality.environment {
            environments.extend(self.lower(&environment.names).into_iter().map(|name| (name, environment.level)));
        }
        let classes = criticality.class.iter().map(|class| Class {
            name: shown(&class.name),
            level: class.level,
            words: self.lower(&class.words),
        });
        let classes = classes.collect();
        let capabilities = amplifiers.capabilities.get_ref().iter().map(|name| name.to_uppercase()).collect();
        FactRules {
            criticality: *criticality.default.get_ref(),
            exposure: *exposure.default.get_ref(),
            keys: self.lower(&criticality.keys),
            environment_keys: self.lower(&criticality.environment_keys),
            words,
            priority_classes: criticality
                .priority_class
                .into_iter()
                .map(|p| (p.pattern.to_lowercase(), p.level))
                .collect(),
            environments,
            classes,
            fan_out: (criticality.fan_out.descendants, criticality.fan_out.level),
            development: self.lower(&exposure.development),
            builders: self.lower(&amplifiers.builders),
            host_paths: amplifiers.host_paths.get_ref().clone(),
            capabilities,
        }
    }

    /// A list in lower case, as everything is compared.
    fn lower(&mut self, list: &Spanned<Vec<String>>) -> Vec<String> {
        if list.get_ref().len() > MOST {
            self.problem(&list.span(), &format!("more than {MOST} in one list"));
        }
        list.get_ref().iter().take(MOST).map(|word| word.to_lowercase()).collect()
    }
}

impl ExploitationFile {
    fn as_str(self) -> &'static str {
        match self {
            ExploitationFile::Active => Exploitation::Active.as_str(),
            ExploitationFile::Poc => Exploitation::Poc.as_str(),
            ExploitationFile::None => Exploitation::None.as_str(),
            ExploitationFile::Unknown => "unknown",
        }
    }
}

fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn shown(text: &str) -> String {
    fit(&scrub(&text.replace('\n', " ")), 200)
}
