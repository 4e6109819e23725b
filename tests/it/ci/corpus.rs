//! A sweep over the projects of the folder that `HULLBREACH_CORPUS` names: CI files, Helm values and bake files are read
//! whole and hold exactly the expected images, and nothing else is taken for one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hullbreach::model::recipe::Recipe;
use hullbreach::read::{Detection, Format, detect};
use hullbreach::resolve::project::bake::plans;

use super::{Whole, lines, read_as, shown};

/// Paths end in these; the uses of each file, found by hand. The projects at hand have no such file.
const EXPECTED: &[(&str, &[&str])] = &[];

/// Whether a file is one of these by its name.
fn is_named(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let yaml = file.ends_with(".yaml") || file.ends_with(".yml");
    (yaml && (path.contains("/.github/workflows/") || file.starts_with("values") || file.contains("gitlab-ci")))
        || file.starts_with("docker-bake")
}

fn is_ours(format: Format) -> bool {
    let words = ["github-actions", "gitlab-ci", "circleci", "azure-pipelines", "woodpecker", "bitbucket-pipelines"];
    words.contains(&format.as_str()) || ["helm-values", "bake-hcl", "bake-json"].contains(&format.as_str())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
    found.sort();
}

/// What a file says, a line for each use, built name and build.
fn uses(whole: &Whole, path: &str) -> Vec<String> {
    let mut found: Vec<String> =
        lines(whole).iter().filter_map(|line| line.strip_prefix("  ")).map(str::to_owned).collect();
    for item in &whole.items {
        let Some(Recipe::Bake(bake)) = &item.recipe else { continue };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for plan in plans(folder, &[bake], &BTreeMap::new()).into_iter().map(|planned| planned.plan) {
            found.push(format!("build {} {:?} {:?} {:?}", plan.name, plan.dockerfile, plan.request, plan.needs));
            found.extend(plan.images.iter().map(shown));
        }
    }
    found
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_ci() {
    let corpus = PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS"));
    let mut all = Vec::new();
    files(&corpus.join("projects"), &mut all);
    let mut wrong = Vec::new();
    for path in &all {
        let name = path.to_str().unwrap();
        let bytes = std::fs::read(path).unwrap();
        let head = bytes.get(..256 << 10).unwrap_or(&bytes);
        let found = match detect(head, head.len() == bytes.len(), name) {
            Detection::Known(format) if is_ours(format) => format,
            other if is_named(name) => {
                wrong.push(format!("{name}: {other:?}"));
                continue;
            }
            _ => continue,
        };
        let whole = read_as(found, &bytes);
        let expected = EXPECTED.iter().find(|(end, _)| name.ends_with(end)).map(|(_, uses)| *uses);
        let uses = uses(&whole, name);
        if !whole.rejects.is_empty() || expected.is_none_or(|expected| expected != uses) {
            wrong.push(format!("{name} as {}: {:?}\n  {}", whole.format, whole.rejects, uses.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
