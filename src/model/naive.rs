//! The usual one-liner, run faithfully over the evidence, to show what it would have missed.
//!
//! Its three parts, each cut by `cut -d: -f1-2` and sorted by `sort -u` in the C locale:
//!
//! ```text
//! kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}'
//! grep 'image:' docker-compose*.yml
//! grep FROM Dockerfile*
//! ```
//!
//! Must never be taken for an inventory: kubectl prints all images on one line with spaces between, and `cut` keeps that
//! line up to its second colon; grep on several files puts the file's name and a colon in front; the globs see one folder.
//!
//! What grep prints is rebuilt from what was read, so some of it is approximated, mostly in the one-liner's favour: lines of
//! comments, scripts and heredocs that happen to hold the word are not printed; an indent is four spaces; `FROM` is taken to
//! be written in capitals and on one line; a value stands beside its key, without quotes. The output of each part is taken
//! to end its last line, which kubectl's does not.

mod why;

use std::collections::{BTreeMap, BTreeSet};

pub use why::{Place, why};

use super::reference::Reference;

/// What the three commands see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visible {
    /// The pods' `spec.containers[*].image`, in the order of the evidence.
    pub pods: Vec<String>,
    /// Files that `docker-compose*.yml` names.
    pub compose: Vec<Grepped>,
    /// Files that `Dockerfile*` names.
    pub dockerfiles: Vec<Grepped>,
}

/// A file that a glob names in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grepped {
    /// The folder, in which the one-liner is run.
    pub folder: String,
    /// Its name there.
    pub name: String,
    /// The lines that grep prints, in order.
    pub lines: Vec<String>,
}

/// What the one-liner prints, held against the true images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NaiveResult {
    /// Its output, line by line, in the order of `sort -u`.
    pub lines: Vec<String>,
    /// Canonical names of the true images that a line names, sorted.
    pub found: Vec<String>,
    /// Canonical names of the true images that no line names, sorted.
    pub missed: Vec<String>,
    /// Lines that name no true image.
    pub mangled: Vec<String>,
}

/// True where `grep 'image:' docker-compose*.yml` opens a file of this name.
pub fn is_compose_glob(name: &str) -> bool {
    name.starts_with("docker-compose") && name.ends_with(".yml")
}

/// True where `grep FROM Dockerfile*` opens a file of this name.
pub fn is_dockerfile_glob(name: &str) -> bool {
    name.starts_with("Dockerfile")
}

/// Runs the one-liner and compares with `truth`, the images as written and in canonical form. A line finds an image when
/// what a person reads in it is one of both, or reads as a reference with that canonical form.
pub fn run(visible: &Visible, truth: &[(String, String)]) -> NaiveResult {
    // Each line with what a person takes for the image in it.
    let mut lines: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in pipeline(visible.pods.iter().map(String::as_str)) {
        lines.entry(line.clone()).or_default().insert(line);
    }
    grep(&visible.compose, "image:", &mut lines);
    grep(&visible.dockerfiles, "FROM", &mut lines);
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (written, canonical) in truth {
        names.entry(written).or_default().insert(canonical);
        names.entry(canonical).or_default().insert(canonical);
    }
    let (mut found, mut mangled) = (BTreeSet::new(), Vec::new());
    for (line, read_as) in &lines {
        let mut names_one = false;
        for text in read_as {
            let parsed = Reference::parse(text).map(|r| name_of(&r)).ok();
            let named =
                [Some(text.as_str()), parsed.as_deref()].into_iter().flatten().filter_map(|name| names.get(name));
            for images in named {
                names_one = true;
                found.extend(images.iter().copied());
            }
        }
        if !names_one {
            mangled.push(line.clone());
        }
    }
    let all: BTreeSet<&str> = truth.iter().map(|(_, canonical)| canonical.as_str()).collect();
    let missed = all.difference(&found).map(|name| (*name).to_owned()).collect();
    let lines = lines.into_keys().collect();
    NaiveResult { found: found.into_iter().map(str::to_owned).collect(), missed, mangled, lines }
}

/// What grep prints for the files of each folder, cut; with several files each line begins with the file's name.
fn grep(files: &[Grepped], word: &str, lines: &mut BTreeMap<String, BTreeSet<String>>) {
    let mut in_folder: BTreeMap<&str, usize> = BTreeMap::new();
    files.iter().for_each(|file| *in_folder.entry(&file.folder).or_default() += 1);
    for file in files {
        let several = in_folder.get(file.folder.as_str()).is_some_and(|n| *n > 1);
        let prefix = if several { format!("{}:", file.name) } else { String::new() };
        for line in file.lines.iter().flat_map(|line| line.split('\n')).filter(|line| line.contains(word)) {
            let mut cut = Line::default();
            prefix.chars().chain(line.chars()).for_each(|c| cut.push(c));
            let read_as = cut.kept.strip_prefix(&prefix).unwrap_or_default().trim_start();
            let read_as = read_as.strip_prefix(word).unwrap_or(read_as).split_whitespace().next().unwrap_or_default();
            let read_as = read_as.to_owned();
            lines.entry(cut.kept).or_default().insert(read_as);
        }
    }
}

/// The canonical name; with the digest where that is all that was written, for the repository alone is no image.
fn name_of(reference: &Reference) -> String {
    if reference.tag().is_none() { reference.to_string() } else { reference.canonical() }
}

/// Joins with spaces as kubectl does, cuts each line as `cut -d: -f1-2` does and sorts by bytes. Only a line's first two
/// fields are ever held. Images are one line, unless a hostile name has a line feed in it.
fn pipeline<'a>(images: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lines = BTreeSet::new();
    let mut line = Line::default();
    for (n, image) in images.enumerate() {
        if n > 0 {
            line.push(' ');
        }
        for c in image.chars() {
            if c == '\n' {
                lines.insert(std::mem::take(&mut line).kept);
            } else {
                line.push(c);
            }
        }
    }
    // An unfinished last line is printed; an empty one is the end of the text.
    if line.begun {
        lines.insert(line.kept);
    }
    lines.into_iter().collect()
}

/// A line on its way through `cut`.
#[derive(Default)]
struct Line {
    kept: String,
    colons: u8,
    begun: bool,
}

impl Line {
    fn push(&mut self, c: char) {
        self.begun = true;
        self.colons = self.colons.saturating_add(u8::from(c == ':'));
        if self.colons < 2 {
            self.kept.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    fn truth(images: &[&str]) -> Vec<(String, String)> {
        images.iter().map(|i| ((*i).to_owned(), Reference::parse(i).unwrap().canonical())).collect()
    }

    fn over(images: &[&str]) -> NaiveResult {
        run(&pods(images), &truth(images))
    }

    fn pods(images: &[&str]) -> Visible {
        Visible { pods: images.iter().map(|i| (*i).to_owned()).collect(), ..Visible::default() }
    }

    fn file(name: &str, lines: &[&str]) -> Grepped {
        Grepped { folder: "/d".into(), name: name.into(), lines: lines.iter().map(|l| (*l).to_owned()).collect() }
    }

    #[test]
    fn many_images_give_one_line_that_names_none() {
        let digest = format!("nginx@sha256:{}", "ab".repeat(32));
        let result = over(&["registry.corp:5000/team/web:1.2.3", &digest, "redis:7", "busybox"]);
        assert_eq!(result.lines, ["registry.corp:5000/team/web"]);
        assert_eq!(result.mangled, result.lines);
        assert_eq!(result.found, [""; 0]);
        assert_eq!(result.missed.len(), 4);
    }

    #[test]
    fn a_single_image_by_shape() {
        let digest = "ff".repeat(32);
        let pinned = format!("a/b:1.0@sha256:{digest}");
        let untagged = format!("a/b@sha256:{digest}");
        let table = [
            ("nginx:1.25", "nginx:1.25", true),
            ("nginx", "nginx", true),
            ("localhost:5000/a/b:2", "localhost:5000/a/b", false),
            ("localhost:5000/a/b", "localhost:5000/a/b", true),
            ("localhost:5000/a/b:latest", "localhost:5000/a/b", true),
            (&pinned, "a/b:1.0@sha256", false),
            (&untagged, &untagged, true),
        ];
        for (image, line, found) in table {
            let result = over(&[image]);
            assert_eq!(result.lines, [line]);
            let canonical = Reference::parse(image).unwrap().canonical();
            assert_eq!(result.found.contains(&canonical), found, "{image}");
            assert_eq!((result.missed.len(), result.mangled.len()), if found { (0, 0) } else { (1, 1) }, "{image}");
        }
    }

    #[test]
    fn images_outside_the_containers_are_missed() {
        let all = truth(&["nginx:1.25", "docker.io/library/nginx:1.25", "busybox:1.36"]);
        let result = run(&pods(&["nginx:1.25"]), &all);
        assert_eq!(result.found, ["docker.io/library/nginx:1.25"]);
        assert_eq!(result.missed, ["docker.io/library/busybox:1.36"]);
    }

    #[test]
    fn no_pods_no_lines() {
        assert_eq!(over(&[]), NaiveResult::default());
        assert_eq!(run(&pods(&[""]), &[]).lines, [""; 0]);
        assert_eq!(run(&pods(&["", ""]), &[]).lines, [" "]);
    }

    #[test]
    fn one_compose_file_loses_its_tags() {
        let visible = Visible {
            compose: vec![file(
                "docker-compose.yml",
                &["    image: redis:7", "    image: ${REG}/api", "    image: busybox"],
            )],
            ..Visible::default()
        };
        let result = run(&visible, &truth(&["redis:7", "busybox"]));
        assert_eq!(result.lines, ["    image: ${REG}/api", "    image: busybox", "    image: redis"]);
        assert_eq!(result.found, ["docker.io/library/busybox:latest"]);
        assert_eq!(result.mangled, ["    image: ${REG}/api", "    image: redis"]);
    }

    #[test]
    fn several_compose_files_lose_their_images() {
        let compose =
            [("docker-compose.yml", "    image: redis:7"), ("docker-compose.override.yml", "    image: busybox")];
        let compose = compose.map(|(name, line)| file(name, &[line])).to_vec();
        let result = run(&Visible { compose, ..Visible::default() }, &truth(&["redis:7", "busybox"]));
        assert_eq!(result.lines, ["docker-compose.override.yml:    image", "docker-compose.yml:    image"]);
        assert_eq!((result.found.len(), result.mangled.len()), (0, 2));
    }

    #[test]
    fn from_lines_keep_flags_stages_and_arguments() {
        let lines = [
            "FROM --platform=$BUILDPLATFORM golang:1.22 AS build",
            "FROM build AS test",
            "FROM ${BASE}:${TAG}",
            "FROM node",
        ];
        let one = Visible { dockerfiles: vec![file("Dockerfile", &lines)], ..Visible::default() };
        let result = run(&one, &truth(&["golang:1.22", "node"]));
        assert_eq!(result.found, ["docker.io/library/node:latest"]);
        assert_eq!(result.mangled.len(), 3);
        let mut two = one;
        two.dockerfiles.push(file("Dockerfile.prod", &["FROM golang:1.22"]));
        let result = run(&two, &truth(&["golang:1.22", "node"]));
        assert!(result.lines.contains(&"Dockerfile.prod:FROM golang".to_owned()), "{:?}", result.lines);
        assert_eq!(result.missed, ["docker.io/library/golang:1.22"]);
    }

    #[test]
    fn globs_see_some_names_only() {
        assert!(is_compose_glob("docker-compose.yml") && is_compose_glob("docker-compose.prod.yml"));
        assert!(!is_compose_glob("compose.yaml") && !is_compose_glob("docker-compose.yaml"));
        assert!(is_dockerfile_glob("Dockerfile.prod") && !is_dockerfile_glob("Containerfile"));
    }

    /// The real programs, where the machine has them (POSIX asks for both).
    fn real(images: &[&str]) -> Option<Vec<String>> {
        let mut child = Command::new("sh")
            .args(["-c", "cut -d: -f1-2 | sort -u"])
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(images.join(" ").as_bytes()).ok()?;
        let output = child.wait_with_output().ok()?;
        Some(String::from_utf8(output.stdout).ok()?.lines().map(str::to_owned).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn prints_what_cut_and_sort_print(images in proptest::collection::vec("[a-cA-Cé:/@\n]{0,8}", 0..6)) {
            let images: Vec<&str> = images.iter().map(String::as_str).collect();
            if let Some(lines) = real(&images) {
                prop_assert_eq!(run(&pods(&images), &[]).lines, lines);
            }
        }
    }
}
