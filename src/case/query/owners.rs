//! Who answers for an image: by its name, by a repository above it, by a workload or a namespace that uses it.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;

use super::image::Locator;
use crate::case::project::{ProjectError, Subject};

/// A word on who answers for an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerRow {
    /// Who; empty where only a criticality was told.
    pub owner: String,
    /// How critical, as written; empty where not told.
    pub criticality: String,
    /// What the word is about: `image`, `repository`, `workload`, `namespace`.
    pub by: &'static str,
    /// Its name.
    pub subject: String,
    /// The site it is said for; empty where none was told.
    pub site: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// True where what `p_owner w` says holds for `p_image i`. Names are compared with and without registry, as people write
/// them; a repository holds for all below it. What was said for a context holds for workloads and namespaces there only.
pub(super) const OWNS: &str = "CASE w.kind
    WHEN 1 THEN w.subject IN (i.name, i.registry || '/' || i.repository, i.repository, substr(i.name, length(i.registry) + 2),
      CASE WHEN i.name LIKE 'docker.io/library/%' THEN substr(i.name, 19) END,
      CASE WHEN i.name LIKE 'docker.io/library/%' THEN substr(i.repository, 9) END)
    WHEN 2 THEN i.registry <> '' AND (w.subject = i.registry
      OR substr(i.registry || '/' || i.repository || '/', 1, length(w.subject) + 1) = w.subject || '/'
      OR substr(i.repository || '/', 1, length(w.subject) + 1) = w.subject || '/'
      OR i.registry = 'docker.io' AND i.repository = 'library/' || w.subject)
    WHEN 3 THEN EXISTS (SELECT 1 FROM p_reach r JOIN p_workload l ON l.id = r.workload JOIN p_text ln ON ln.id = l.namespace
      JOIN p_text lk ON lk.id = l.kind JOIN p_text wc ON wc.id = w.context WHERE r.image = i.id
      AND (wc.text = '' OR r.context = w.context) AND w.subject IN (l.name, ln.text || '/' || l.name, lk.text || '/' || l.name,
      ln.text || '/' || lk.text || '/' || l.name))
    ELSE EXISTS (SELECT 1 FROM p_reach r JOIN p_text n ON n.id = r.namespace JOIN p_text wc ON wc.id = w.context
      WHERE r.image = i.id AND n.text = w.subject AND (wc.text = '' OR r.context = w.context))
    END";

/// All words that hold for an image, the most exact first.
pub fn owners(conn: &Connection, image: i64) -> Result<Vec<OwnerRow>, ProjectError> {
    let mut statement = conn.prepare(&format!(
        "SELECT w.owner, w.criticality, w.kind, w.subject, w.site, s.evidence, w.pointer, w.offset, w.length
         FROM p_image i JOIN p_owner w JOIN p_source s ON s.id = w.source JOIN p_text c ON c.id = w.context
         WHERE i.id = ?1 AND {OWNS} ORDER BY w.kind, length(w.subject) DESC, w.subject, w.site, c.text"
    ))?;
    let rows = statement.query_map([image], |r| {
        Ok(OwnerRow {
            owner: r.get(0)?,
            criticality: r.get(1)?,
            by: Subject::of(r.get(2)?).map_or("", Subject::as_str),
            subject: r.get(3)?,
            site: r.get(4)?,
            evidence: r.get(5)?,
            locator: Locator { pointer: r.get(6)?, offset: r.get(7)?, length: r.get(8)? },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Who answers for what, held in memory for questions about many images at once. The same rules as [`OWNS`].
#[derive(Debug, Default)]
pub struct Owners {
    /// By kind of subject and subject: owner, context it is said for, and site.
    words: HashMap<(i64, String), Vec<Word>>,
    /// Words on workloads or namespaces, for which the places of an image are needed.
    on_places: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    site: String,
    context: String,
    owner: String,
}

impl Owners {
    /// Reads all words that name an owner.
    pub fn load(conn: &Connection) -> Result<Owners, ProjectError> {
        let mut statement = conn.prepare(
            "SELECT w.kind, w.subject, w.site, c.text, w.owner FROM p_owner w JOIN p_text c ON c.id = w.context
             WHERE w.owner <> ''",
        )?;
        let mut owners = Owners::default();
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let kind: i64 = r.get(0)?;
            owners.on_places |= kind >= Subject::Workload as i64;
            let word = Word { site: r.get(2)?, context: r.get(3)?, owner: r.get(4)? };
            owners.words.entry((kind, r.get(1)?)).or_default().push(word);
        }
        owners.words.values_mut().for_each(|words| words.sort());
        Ok(owners)
    }

    /// The owner by the most exact word that holds for an image; `None` where nobody said.
    pub fn of(
        &self,
        conn: &Connection,
        image: i64,
        name: &str,
        [registry, repository]: [&str; 2],
    ) -> Result<Option<String>, ProjectError> {
        if self.words.is_empty() {
            return Ok(None);
        }
        let found = self.first(Subject::Image, names_of(name, registry, repository));
        let found = found.or_else(|| self.first(Subject::Repository, repositories_above(registry, repository)));
        if found.is_some() || !self.on_places {
            return Ok(found);
        }
        self.by_place(conn, image)
    }

    /// The longest subject among these of which something is said.
    fn first(&self, kind: Subject, mut subjects: Vec<String>) -> Option<String> {
        subjects.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let words = subjects.into_iter().find_map(|subject| self.words.get(&(kind as i64, subject)));
        Some(words?.first()?.owner.clone())
    }

    fn by_place(&self, conn: &Connection, image: i64) -> Result<Option<String>, ProjectError> {
        let mut places = conn.prepare_cached(
            "SELECT DISTINCT c.text, n.text, coalesce(l.name, ''), coalesce(ln.text, ''), coalesce(lk.text, '') FROM p_reach r
             JOIN p_text c ON c.id = r.context JOIN p_text n ON n.id = r.namespace LEFT JOIN p_workload l ON l.id = r.workload
             LEFT JOIN p_text ln ON ln.id = l.namespace LEFT JOIN p_text lk ON lk.id = l.kind WHERE r.image = ?1",
        )?;
        let mut best: Option<(i64, std::cmp::Reverse<usize>, String, Word)> = None;
        let mut rows = places.query([image])?;
        while let Some(r) = rows.next()? {
            let [context, in_namespace, name, namespace, kind]: [String; 5] =
                [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
            let mut subjects = vec![(Subject::Namespace as i64, in_namespace)];
            if !name.is_empty() {
                let forms = [
                    format!("{namespace}/{kind}/{name}"),
                    format!("{namespace}/{name}"),
                    format!("{kind}/{name}"),
                    name,
                ];
                subjects.extend(forms.map(|form| (Subject::Workload as i64, form)));
            }
            for (number, subject) in subjects {
                let words = self.words.get(&(number, subject.clone())).into_iter().flatten();
                let Some(word) = words.into_iter().find(|w| w.context.is_empty() || w.context == context) else {
                    continue;
                };
                let ranked = (number, std::cmp::Reverse(subject.len()), subject, word.clone());
                best = Some(match best.take() {
                    Some(best) => best.min(ranked),
                    None => ranked,
                });
            }
        }
        Ok(best.map(|(.., word)| word.owner))
    }
}

/// The ways in which people write an image's name.
fn names_of(name: &str, registry: &str, repository: &str) -> Vec<String> {
    let mut names = vec![name.to_owned(), format!("{registry}/{repository}"), repository.to_owned()];
    names.extend(name.strip_prefix(registry).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned));
    if let Some(short) = name.strip_prefix("docker.io/library/") {
        names.push(short.to_owned());
        names.extend(repository.strip_prefix("library/").map(str::to_owned));
    }
    names
}

/// A repository and all above it, with and without the registry; and the registry itself.
fn repositories_above(registry: &str, repository: &str) -> Vec<String> {
    if registry.is_empty() {
        return Vec::new();
    }
    let mut above = vec![registry.to_owned()];
    let mut path = repository;
    while !path.is_empty() {
        above.extend([path.to_owned(), format!("{registry}/{path}")]);
        path = path.rsplit_once('/').map_or("", |(rest, _)| rest);
    }
    if registry == "docker.io" {
        above.extend(repository.strip_prefix("library/").map(str::to_owned));
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(words: &[(Subject, &str, &str)]) -> Owners {
        let mut owners = Owners::default();
        for (kind, subject, owner) in words {
            let word = Word { site: String::new(), context: String::new(), owner: (*owner).to_owned() };
            owners.words.entry((*kind as i64, (*subject).to_owned())).or_default().push(word);
        }
        owners
    }

    #[test]
    fn the_most_exact_word_names_the_owner() {
        let conn = Connection::open_in_memory().unwrap();
        let of = |words: &[(Subject, &str, &str)], name: &str, registry: &str, repository: &str| {
            owners(words).of(&conn, 1, name, [registry, repository]).unwrap()
        };
        let words = [
            (Subject::Image, "pay/api", "ana"),
            (Subject::Repository, "reg.example/pay", "pay"),
            (Subject::Repository, "reg.example", "platform"),
            (Subject::Repository, "nginx", "web"),
        ];
        let owner = |name, registry, repository| of(&words, name, registry, repository);
        assert_eq!(owner("reg.example/pay/api:1", "reg.example", "pay/api").as_deref(), Some("ana"));
        assert_eq!(owner("reg.example/pay/job:1", "reg.example", "pay/job").as_deref(), Some("pay"));
        assert_eq!(owner("reg.example/payment/job:1", "reg.example", "payment/job").as_deref(), Some("platform"));
        assert_eq!(owner("docker.io/library/nginx:1", "docker.io", "library/nginx").as_deref(), Some("web"));
        assert_eq!(owner("quay.io/x/y:1", "quay.io", "x/y"), None);
        assert_eq!(owner("${REG}/nginx", "", ""), None);
    }
}
