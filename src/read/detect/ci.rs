//! CI files, Helm values and bake files: told by the keys that only they have, seen line by line without parsing. A
//! file's name decides only where its content fits and could be something else as well.

use std::collections::BTreeSet;

use crate::read::Format;
use crate::read::ci::GITLAB_RESERVED;

/// Most lines looked at.
const LINES: usize = 20_000;

/// A line that begins a key.
struct Line<'a> {
    indent: usize,
    /// It begins an element of a list; the indent is then the key's, behind the dash.
    listed: bool,
    key: &'a str,
    value: &'a str,
}

/// Names the format of YAML whose documents have these keys in the first column.
pub(super) fn detect(text: &str, keys: &BTreeSet<&str>, name: &str) -> Option<Format> {
    let has = |key: &str| keys.contains(key);
    let file = name.rsplit('/').next().unwrap_or_default();
    let lines: Vec<Line<'_>> = text.lines().take(LINES).filter_map(line).collect();
    let below = |top: &str, wanted: &[&str]| below(&lines, top).any(|l| wanted.contains(&l.key));
    let listed = |top: &str, wanted: &[&str]| children(&lines, top).any(|l| l.listed && wanted.contains(&l.key));
    if ["openapi", "swagger", "apiVersion"].iter().any(|key| has(key)) {
        return None;
    }
    let azure = ["stage", "job", "deployment", "task", "script", "bash", "pwsh", "checkout", "template"];
    let is_workflow = has("jobs") && !listed("jobs", &azure) && below("jobs", &["runs-on", "uses", "steps"]);
    let on = has("on") || has("true") || name.contains(".github/workflows/");
    if is_workflow && on {
        return Some(Format::GithubActions);
    }
    if has("runs") && children(&lines, "runs").any(|l| l.key == "using") {
        return Some(Format::GithubActions);
    }
    if has("version") && has("jobs") && below("jobs", &["docker", "machine", "executor", "macos", "steps"]) {
        return Some(Format::CircleCi);
    }
    if has("pipelines") && below("pipelines", &["step"]) {
        return Some(Format::Bitbucket);
    }
    let azure_keys = ["trigger", "pr", "pool", "resources", "variables", "schedules", "parameters", "name", "extends"];
    let azure_lists = listed("stages", &azure) || listed("jobs", &azure) || listed("steps", &azure);
    if azure_lists && azure_keys.iter().any(|key| has(key)) {
        return Some(Format::AzurePipelines);
    }
    let steps = below("steps", &["image"]) || below("pipeline", &["image"]);
    let drone = has("kind") && lines.iter().any(|l| l.indent == 0 && l.key == "kind" && l.value == "pipeline");
    if steps && (drone || !has("services") || has("when") || has("clone") || name.contains("woodpecker")) {
        return Some(Format::Woodpecker);
    }
    if is_gitlab(&lines, keys, file) {
        return Some(Format::GitlabCi);
    }
    is_helm(&lines, keys, file).then_some(Format::HelmValues)
}

/// A GitLab file has jobs: keys of the first level with `script` or another key that only a job has.
fn is_gitlab(lines: &[Line<'_>], keys: &BTreeSet<&str>, file: &str) -> bool {
    let has = |key: &str| keys.contains(key);
    if ["language", "jobs", "tasks", "repos", "pipelines"].iter().any(|key| has(key)) {
        return false;
    }
    let mut top = "";
    let mut child = None;
    let (mut sure, mut likely) = (false, false);
    for line in lines {
        if line.indent == 0 && !line.listed {
            (top, child) = (line.key, None);
            continue;
        }
        let direct = *child.get_or_insert(line.indent) == line.indent && !line.listed;
        if !direct || top.is_empty() || GITLAB_RESERVED.contains(&top) || top == "services" {
            continue;
        }
        sure |= matches!(line.key, "script" | "before_script" | "after_script" | "trigger");
        likely |= matches!(line.key, "extends" | "image" | "stage" | "rules" | "only");
    }
    let of_jobs = ["image", "services", "before_script", "after_script", "retry", "tags", "interruptible", "cache"];
    let default = children(lines, "default").any(|l| !l.listed && of_jobs.contains(&l.key));
    let own = has("stages") || has("include") || default || has("before_script") || has("workflow");
    let named = file.contains("gitlab-ci");
    let defaults = default || (has("include") && has("variables"));
    // `services` as a map is Compose's, whatever extensions stand beside it.
    let compose = children(lines, "services").next().is_some_and(|l| !l.listed) && !has("stages");
    (sure && !compose) || (likely && (own || named)) || (named && (own || has("image"))) || defaults
}

/// Helm values: a map with a repository and another part of an image, or any map in a file that is called values.
fn is_helm(lines: &[Line<'_>], keys: &BTreeSet<&str>, file: &str) -> bool {
    let other = ["services", "releases", "repos", "resources", "jobs", "kind", "updates", "tasks", "suite"];
    let named = file.starts_with("values") || file.ends_with("values.yaml") || file.ends_with("values.yml");
    if (!named || keys.contains("services")) && other.iter().any(|key| keys.contains(key)) {
        return false;
    }
    let part = |l: &Line<'_>| matches!(l.key, "tag" | "pullPolicy" | "digest" | "registry" | "imageTag");
    let is_map = |at: usize, line: &Line<'_>| {
        let alike = |l: &&Line<'_>| l.indent == line.indent && part(l);
        let inside = |l: &&Line<'_>| l.indent >= line.indent;
        let before = lines.get(..at).unwrap_or_default().iter().rev().take(8).take_while(inside).any(|l| alike(&l));
        before || lines.get(at + 1..).unwrap_or_default().iter().take(8).take_while(inside).any(|l| alike(&l))
    };
    let maps = lines.iter().enumerate().any(|(at, l)| l.key == "repository" && l.indent > 0 && is_map(at, l));
    maps || (named && !keys.is_empty())
}

/// The key of a line; `None` for comments, texts and empty lines.
fn line(text: &str) -> Option<Line<'_>> {
    let mut content = text.trim_start();
    let mut listed = false;
    while let Some(rest) = content.strip_prefix("- ") {
        content = rest.trim_start();
        listed = true;
    }
    let indent = text.len() - content.len();
    if content.starts_with('#') {
        return None;
    }
    let (key, value) = content.split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let word = !key.is_empty() && key.len() < 200;
    (word && (value.is_empty() || value.starts_with([' ', '\t', '\r']))).then(|| {
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        Line { indent, listed, key, value }
    })
}

/// The lines below a key of the first column, at any depth.
fn below<'l, 'a>(lines: &'l [Line<'a>], top: &'l str) -> impl Iterator<Item = &'l Line<'a>> {
    let start = lines.iter().position(|l| l.indent == 0 && !l.listed && l.key == top).map_or(lines.len(), |at| at + 1);
    lines.get(start..).unwrap_or_default().iter().take_while(|l| l.indent > 0 || l.listed)
}

/// The direct members or elements of a key of the first column.
fn children<'l, 'a>(lines: &'l [Line<'a>], top: &'l str) -> impl Iterator<Item = &'l Line<'a>> {
    let mut first = None;
    below(lines, top).filter(move |l| *first.get_or_insert(l.indent) == l.indent)
}

/// Names HCL, or says what it looks like; `None` where it is none.
pub(super) fn hcl(text: &str, name: &str) -> Option<Result<Format, String>> {
    let words: BTreeSet<&str> = text.lines().take(LINES).filter_map(block).collect();
    let has = |word: &str| words.contains(word);
    if words.is_empty() {
        None
    } else if ["resource", "provider", "terraform", "module", "data", "output", "locals"].iter().any(|w| has(w)) {
        Some(Err("Terraform: not read; import what runs from it".to_owned()))
    } else if has("job") {
        Some(Err("a Nomad job in HCL: not read".to_owned()))
    } else if has("source") || has("build") || has("packer") {
        Some(Err("a Packer template: not read".to_owned()))
    } else if has("target") || has("group") || name.contains("bake") {
        Some(Ok(Format::BakeHcl))
    } else if has("variable") || has("function") {
        Some(Err(
            "HCL with variables only: Terraform's, or a bake file's; name it `docker-bake.hcl` if it is".to_owned()
        ))
    } else {
        None
    }
}

/// The word of a line that begins a block: `target "app" {`, `terraform {`.
fn block(line: &str) -> Option<&str> {
    let content = line.trim_end();
    let open =
        content.strip_suffix('{').or_else(|| content.strip_suffix("{}")).or_else(|| content.strip_suffix('}'))?;
    let word = open.split([' ', '\t', '"', '{']).next()?;
    let labels = open.get(word.len()..)?.trim();
    let known = [
        "target",
        "group",
        "variable",
        "function",
        "resource",
        "provider",
        "terraform",
        "module",
        "data",
        "output",
        "locals",
        "job",
        "source",
        "build",
        "packer",
    ];
    let labelled = labels.starts_with('"') || labels.starts_with(|c: char| c.is_ascii_alphabetic());
    let bare = labels.is_empty() && matches!(word, "terraform" | "locals" | "packer" | "build");
    (known.contains(&word) && (labelled && !labels.contains('=') || bare || labels.contains('{') && labelled))
        .then_some(word)
}

/// Whether the members of a JSON object, each with whether it is an object, are those of a bake file.
pub(super) fn bake_json<'m>(members: impl Iterator<Item = (&'m str, bool)>) -> bool {
    let mut found = false;
    for (name, object) in members {
        match (name, object) {
            ("target" | "group", true) => found = true,
            ("variable" | "function", true) => {}
            _ => return false,
        }
    }
    found
}
