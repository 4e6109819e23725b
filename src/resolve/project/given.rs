//! Credentials of a compose service: those that its files name, and those in the files of variables that it gets.

use super::extends::Project;
use super::joiner::{Joiner, as_environment};
use super::merge::{At, Merged};
use super::paths;
use crate::model::credential::CredentialKind;
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::recipe::Word;
use crate::model::secret_name::is_credential;
use crate::model::text::scrub;

/// What a service is given, each with the file that says so.
pub(super) fn given<E>(
    service: &str,
    merged: &Merged,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<Vec<(String, Given)>, E> {
    let scope = |own: &str| if own.is_empty() { project.name.clone() } else { format!("{}/{service}", project.name) };
    let part = service.to_owned();
    let mut found: Vec<(String, Given)> = Vec::new();
    for At { file, value } in &merged.given {
        let given = Given { scope: scope(&value.scope), part: part.clone(), ..value.clone() };
        found.push((project.path(*file).to_owned(), given));
    }
    for word in &merged.env_files {
        for (path, given) in in_file(word, project, joiner)? {
            // What `environment` says counts over a file.
            if found.len() < MOST_GIVEN && !found.iter().any(|(_, known)| known.name == given.name) {
                found.push((path, Given { scope: scope(service), part: part.clone(), ..given }));
            }
        }
    }
    Ok(found)
}

/// The credentials in a file of variables; of one that is not at hand the file itself, for nobody knows what it holds.
fn in_file<E>(word: &At<Word>, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Result<Vec<(String, Given)>, E> {
    let asker = project.path(word.file).to_owned();
    let written = scrub(&word.value.text).into_owned();
    let filled = project.fill(word, joiner).filter(|filled| filled.needs.is_empty());
    let path = filled.and_then(|filled| paths::resolve(project.folder(word.file), &filled.text).ok());
    let kind = CredentialKind::WorkloadSecret;
    if let Some(path) = path
        && let Some(recipe) = joiner.file(&path)?
        && let Some(file) = as_environment(&recipe)
    {
        let secrets = file.definitions.iter().filter(|line| is_credential(&line.name)).take(MOST_GIVEN);
        let detail = format!("in its env_file {written}");
        let given = |name: &str, spot| Given { detail: detail.clone(), ..Given::new(kind, scrub(name), spot) };
        return Ok(secrets.map(|line| (path.clone(), given(&line.name, line.spot.clone()))).collect());
    }
    let detail = "not among the evidence: its lines would name what it holds".to_owned();
    let given = Given { detail, ..Given::new(kind, format!("env_file {written}"), word.value.spot.clone()) };
    Ok(vec![(asker, given)])
}
