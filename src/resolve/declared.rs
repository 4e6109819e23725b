//! Names of declarations that a file gives by where it stands, not by what it says: a workflow without a name is called
//! after its file, Helm values after their chart's folder. Readers see bytes only, so this is done when folded.

use std::borrow::Cow;

use crate::model::fact::Object;

/// The object with the names that its file's place gives it. `root` and `path` are the acquisition's; together they are
/// the file's path, `/`-separated.
pub fn named<'o>(object: &'o Object, root: &str, path: &str) -> Cow<'o, Object> {
    let mut parts = path.rsplit('/').chain(root.rsplit('/')).filter(|part| !part.is_empty() && *part != ".");
    let file = parts.next().filter(|_| path != "-").unwrap_or_default();
    if file.is_empty() {
        return Cow::Borrowed(object);
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim_start_matches('.');
    let named = match object.kind.as_str() {
        "CIJob" if object.namespace.is_empty() && object.name.is_empty() => {
            Object { namespace: stem.to_owned(), name: stem.to_owned(), ..object.clone() }
        }
        "CIJob" if object.namespace.is_empty() => Object { namespace: stem.to_owned(), ..object.clone() },
        "CIAction" if object.name.is_empty() => {
            Object { name: parts.next().unwrap_or(stem).to_owned(), ..object.clone() }
        }
        "HelmValues" if object.name.is_empty() => {
            Object { name: parts.next().unwrap_or(stem).to_owned(), ..object.clone() }
        }
        _ => return Cow::Borrowed(object),
    };
    Cow::Owned(named)
}

/// Folders of a repository that CI systems keep their files in.
const CI_FOLDERS: [&str; 6] = ["workflows", ".github", ".gitea", ".forgejo", ".circleci", ".woodpecker"];

/// The project whose CI file stands at a path: the folder of its repository, as far as the import was told of it, under the
/// name of the imported folder. A secret of a CI system is valid there. Empty for what came through a pipe.
pub fn project(root: &str, path: &str) -> String {
    if path == "-" {
        return String::new();
    }
    let within = path.trim_start_matches("./").rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
    let imported = parts.len().saturating_sub(1);
    parts.extend(within.split('/').filter(|part| !part.is_empty()));
    while parts.last().is_some_and(|last| CI_FOLDERS.contains(last)) {
        parts.pop();
    }
    let from = imported.min(parts.len().saturating_sub(1));
    parts.get(from..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ci_file_belongs_to_the_folder_above_its_own() {
        for (root, path, expected) in [
            ("/home/ana/src", "web/.github/workflows/release.yml", "src/web"),
            ("/home/ana/src/web", ".gitlab-ci.yml", "web"),
            // A file that was imported by itself.
            ("/home/ana/src/web/.github/workflows", "release.yml", "web"),
            ("", "teams/webshop/.circleci/config.yml", "teams/webshop"),
            ("/x", "dump.tar.gz!/a/.gitlab-ci.yml", "x/dump.tar.gz!/a"),
            ("", "-", ""),
        ] {
            assert_eq!(project(root, path), expected, "{root} {path}");
        }
    }

    #[test]
    fn names_come_from_files_only_where_none_is_written() {
        let object = |kind: &str, namespace: &str, name: &str| Object {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..Object::default()
        };
        for (given, root, path, namespace, name) in [
            (object("CIJob", "", "build"), "/dump", "a/.gitlab-ci.yml", "gitlab-ci", "build"),
            (object("CIJob", "Release", "build"), "/dump", "a/x.yml", "Release", "build"),
            (object("CIJob", "", ""), "/dump", ".woodpecker.yml", "woodpecker", "woodpecker"),
            (object("HelmValues", "", ""), "/dump", "charts/web/values.yaml", "", "web"),
            (object("HelmValues", "", ""), "/dump/web", "values.yaml", "", "web"),
            (object("CIAction", "", ""), "/dump", "scan/action.yml", "", "scan"),
            (object("CIJob", "", "build"), "", "-", "", "build"),
            (object("Pod", "", ""), "/dump", "pod.yaml", "", ""),
        ] {
            let found = named(&given, root, path);
            assert_eq!((found.namespace.as_str(), found.name.as_str()), (namespace, name), "{path}");
        }
    }
}
