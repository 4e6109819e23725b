//! Which files make a compose project: the canonical file and its override, or those that `COMPOSE_FILE` lists; and the
//! project's variables.

use super::joiner::{Joiner, as_environment};
use super::paths;
use super::variables::Variables;
use crate::model::fact::Spot;

/// The names compose looks for, the first one found counts (compose-go, `DefaultFileNames`).
pub(super) const CANONICAL: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of overrides, the first one found counts (compose-go, `DefaultOverrideFileNames`).
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// How far above a file an environment file that lists it is looked for.
const ABOVE: usize = 2;

/// Most files of one project.
const FILES: usize = 100;

/// A file's place in its project.
pub(super) enum Layout {
    /// It is merged over another one, and is read there.
    Part,
    /// It is the first one.
    Base {
        /// Those that are merged over it, in order.
        overrides: Vec<String>,
        /// Folders whose `.env` is read, the last one counts most.
        folders: Vec<String>,
    },
}

/// Finds a file's place in its project.
pub(super) fn layout<E>(path: &str, joiner: &mut Joiner<'_, '_, E>) -> Result<Layout, E> {
    let folder = paths::folder(path);
    if let Some(layout) = listed(path, folder, joiner)? {
        return Ok(layout);
    }
    let alone = Layout::Base { overrides: Vec::new(), folders: vec![folder.to_owned()] };
    let name = paths::last(path);
    if !CANONICAL.contains(&name) && !OVERRIDES.contains(&name) {
        return Ok(alone);
    }
    let canonical = first(folder, &CANONICAL, joiner)?;
    let over = first(folder, &OVERRIDES, joiner)?;
    Ok(if canonical.as_deref() == Some(name) || (canonical.is_none() && CANONICAL.contains(&name)) {
        let overrides = over.map(|name| format!("{folder}/{name}")).into_iter().collect();
        Layout::Base { overrides, folders: vec![folder.to_owned()] }
    } else if over.as_deref() == Some(name) && canonical.is_some() {
        Layout::Part
    } else {
        alone
    })
}

/// The first of some names that is a compose file in a folder.
fn first<E>(folder: &str, names: &[&str], joiner: &mut Joiner<'_, '_, E>) -> Result<Option<String>, E> {
    for name in names {
        if joiner.has_compose(&format!("{folder}/{name}"))? {
            return Ok(Some((*name).to_owned()));
        }
    }
    Ok(None)
}

/// The place of a file that `COMPOSE_FILE` lists, in the environment file beside it or in a folder above.
fn listed<E>(path: &str, folder: &str, joiner: &mut Joiner<'_, '_, E>) -> Result<Option<Layout>, E> {
    let mut above = Some(folder);
    for _ in 0..=ABOVE {
        let Some(here) = above else { break };
        let mut variables = Variables::default();
        read_file(&format!("{here}/.env"), &mut variables, joiner, false)?;
        if let Some(list) = variables.text("COMPOSE_FILE") {
            let separator = variables.text("COMPOSE_PATH_SEPARATOR").unwrap_or(":");
            let files: Vec<String> =
                list.split(separator).take(FILES).filter_map(|file| paths::resolve(here, file.trim()).ok()).collect();
            let at = files.iter().position(|file| file == path);
            match (at, files.split_first()) {
                (Some(0), Some((_, rest))) => {
                    let overrides = rest.to_vec();
                    let mut folders = vec![folder.to_owned()];
                    if here != folder {
                        folders.push(here.to_owned());
                    }
                    return Ok(Some(Layout::Base { overrides, folders }));
                }
                (Some(_), Some((base, _))) if joiner.has_compose(base)? => return Ok(Some(Layout::Part)),
                _ => {}
            }
        }
        // No path leads out of its archive.
        above = if here.is_empty() || here.ends_with('!') { None } else { Some(paths::folder(here)) };
    }
    Ok(None)
}

/// The variables of a project whose `.env` files stand in these folders.
pub(super) fn variables<E>(folders: &[String], joiner: &mut Joiner<'_, '_, E>) -> Result<Variables, E> {
    let mut variables = Variables::default();
    for folder in folders {
        read_file(&format!("{folder}/.env"), &mut variables, joiner, true)?;
        let more = variables.text("COMPOSE_ENV_FILES").map(str::to_owned).unwrap_or_default();
        for file in more.split(',').map(str::trim).filter(|file| !file.is_empty()).take(FILES) {
            match paths::resolve(folder, file) {
                Ok(path) => {
                    if !read_file(&path, &mut variables, joiner, true)? {
                        let reason = "`COMPOSE_ENV_FILES` names this environment file: import it too";
                        joiner.missing(path, (&format!("{folder}/.env"), &Spot::default()), reason);
                    }
                }
                Err(reason) => joiner.missing(file, (&format!("{folder}/.env"), &Spot::default()), reason),
            }
        }
    }
    Ok(variables)
}

/// Adds the variables of an environment file; false where there is none. Its problems are told where `tell` is set.
pub(super) fn read_file<E>(
    path: &str,
    variables: &mut Variables,
    joiner: &mut Joiner<'_, '_, E>,
    tell: bool,
) -> Result<bool, E> {
    let found = joiner.file(path)?;
    let Some(file) = found.as_deref().and_then(as_environment) else { return Ok(false) };
    for (spot, reason) in variables.add(file) {
        if tell {
            joiner.problem(path, &spot, reason);
        }
    }
    Ok(true)
}

/// A project's name as compose writes it: lower case, letters, digits, dashes and underscores, none of the latter two
/// in front (compose-go, `NormalizeProjectName`).
pub(super) fn normalised(name: &str) -> String {
    let fits = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let name: String = name.to_lowercase().chars().filter(fits).collect();
    name.trim_start_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn project_names_are_normalised() {
        for (name, normal) in [("My App", "myapp"), ("_x.y-Z_1", "xy-z_1"), ("--", ""), ("a", "a"), ("Ünï", "n")] {
            assert_eq!(normalised(name), normal, "{name}");
        }
    }
}
