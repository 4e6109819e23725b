//! What owners' files say of criticality, looked up without asking the database for each image.
//!
//! The same names fit as in the views (`query::owners`): an image with and without its registry, a repository with all
//! below it, a workload or a namespace, of its context where one was told.

use rusqlite::Connection;
use std::collections::HashMap;

use crate::case::project::error::ProjectError;
use crate::case::project::owners::Subject;
use crate::model::assessment::Criticality;
use crate::triage::policy::FactRules;

/// A word on criticality.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    level: Criticality,
    text: String,
    /// Its number, for reasons: those of owners' rows are below zero.
    number: i64,
    /// When it was said first.
    since: i64,
}

/// All words on criticality.
#[derive(Debug, Default)]
pub(in crate::case) struct OwnerWords {
    images: HashMap<String, Word>,
    repositories: HashMap<String, Word>,
    /// By context (0 for any) and subject.
    workloads: HashMap<(i64, String), Word>,
    namespaces: HashMap<(i64, String), Word>,
    /// When each was said first, by its number below zero less one.
    since: Vec<i64>,
}

impl OwnerWords {
    /// Loads all of them. Where several sites say something of one subject, the worst counts.
    pub fn load(conn: &Connection, rules: &FactRules) -> Result<OwnerWords, ProjectError> {
        let mut words = OwnerWords::default();
        let mut statement = conn.prepare(
            "SELECT w.kind, w.subject, w.criticality, CASE c.text WHEN '' THEN 0 ELSE w.context END, coalesce(f.since, w.as_of)
             FROM p_owner w LEFT JOIN p_owner_first f ON f.context = w.context AND f.kind = w.kind AND f.subject = w.subject
             AND f.criticality = w.criticality LEFT JOIN p_text c ON c.id = w.context WHERE w.criticality <> '' ORDER BY w.kind, w.subject, w.site, c.text",
        )?;
        let rows = statement.query_map([], |r| {
            let word = (r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?);
            Ok((word, r.get::<_, Option<i64>>(3)?, r.get::<_, i64>(4)?))
        })?;
        for (number, row) in (1..).zip(rows) {
            let ((kind, subject, text), context, since) = row?;
            words.since.push(since);
            let (Some(kind), Some(level)) = (Subject::of(kind), rules.of_word(&text)) else { continue };
            let word = Word { level, text, number: -number, since };
            let context = context.unwrap_or(0);
            match kind {
                Subject::Image => worse(&mut words.images, subject, word),
                Subject::Repository => worse(&mut words.repositories, subject, word),
                Subject::Workload => worse(&mut words.workloads, (context, subject), word),
                Subject::Namespace => worse(&mut words.namespaces, (context, subject), word),
            }
        }
        Ok(words)
    }

    /// True where no file says anything of criticality.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
            && self.repositories.is_empty()
            && self.workloads.is_empty()
            && self.namespaces.is_empty()
    }

    /// When a word was said first, by its number; 0 for what is none of these.
    pub fn since(&self, number: i64) -> i64 {
        let at = number.checked_neg().and_then(|at| usize::try_from(at - 1).ok());
        at.and_then(|at| self.since.get(at)).copied().unwrap_or(0)
    }

    /// The level of an image, by its name or the nearest repository above it; the word; and when it was said first.
    pub fn of_image(&self, name: &str, registry: &str, repository: &str) -> Option<(Criticality, &str, i64)> {
        let whole = format!("{registry}/{repository}");
        let own = name.get(registry.len() + 1..).unwrap_or_default();
        let mut names = vec![name, whole.as_str(), repository, own];
        if let Some(short) = name.strip_prefix("docker.io/library/") {
            names.extend([short, repository.strip_prefix("library/").unwrap_or(repository)]);
        }
        let found = names.iter().find_map(|name| self.images.get(*name)).or_else(|| {
            let registry = (!registry.is_empty()).then_some(registry);
            self.above(&whole, registry.is_some()).or_else(|| self.above(repository, registry.is_some()))
        });
        found.or_else(|| self.short(registry, repository)).map(|word| (word.level, word.text.as_str(), word.since))
    }

    fn above(&self, path: &str, is_reference: bool) -> Option<&Word> {
        let mut path = Some(path).filter(|_| is_reference && !self.repositories.is_empty());
        while let Some(at) = path {
            if let Some(word) = self.repositories.get(at) {
                return Some(word);
            }
            path = at.rsplit_once('/').map(|(above, _)| above);
        }
        None
    }

    fn short(&self, registry: &str, repository: &str) -> Option<&Word> {
        let short = repository.strip_prefix("library/").filter(|_| registry == "docker.io")?;
        self.repositories.get(short)
    }

    /// The word on a workload, else on its namespace, with its number.
    pub fn of_place(&self, context: i64, namespace: &str, workload: Option<(&str, &str)>) -> Option<(&str, i64)> {
        let of_workload = workload.and_then(|(kind, name)| {
            let forms = [
                name.to_owned(),
                format!("{namespace}/{name}"),
                format!("{kind}/{name}"),
                format!("{namespace}/{kind}/{name}"),
            ];
            let find = |form: String| in_context(&self.workloads, context, form);
            forms.into_iter().find_map(find)
        });
        let found = of_workload.or_else(|| in_context(&self.namespaces, context, namespace.to_owned()));
        found.map(|word| (word.text.as_str(), word.number))
    }
}

fn in_context(words: &HashMap<(i64, String), Word>, context: i64, subject: String) -> Option<&Word> {
    let mut key = (context, subject);
    if let Some(word) = words.get(&key) {
        return Some(word);
    }
    key.0 = 0;
    words.get(&key)
}

fn worse<K: std::hash::Hash + Eq>(words: &mut HashMap<K, Word>, key: K, word: Word) {
    match words.get_mut(&key) {
        Some(known) if known.level > word.level => {}
        Some(known) if known.level == word.level => known.since = known.since.min(word.since),
        _ => drop(words.insert(key, word)),
    }
}
