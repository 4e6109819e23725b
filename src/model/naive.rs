//! The usual one-liner, run faithfully over the evidence, to show what it would have missed.
//!
//! `kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}' | cut -d: -f1-2 | sort -u` in the C locale.
//! Must never be taken for an inventory: kubectl prints all images on one line with spaces between, and `cut` keeps
//! that line up to its second colon.

use std::collections::{BTreeMap, BTreeSet};

use super::reference::Reference;

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

/// Runs the one-liner over the pods' `spec.containers[*].image`, in the order of the evidence, and compares with
/// `truth`, the images as written and in canonical form. A line finds an image when it is one of both, or when it reads
/// as a reference with that canonical form.
pub fn run<'a>(pod_images: impl Iterator<Item = &'a str>, truth: &[(String, String)]) -> NaiveResult {
    let lines = pipeline(pod_images);
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (written, canonical) in truth {
        names.entry(written).or_default().insert(canonical);
        names.entry(canonical).or_default().insert(canonical);
    }
    let mut found = BTreeSet::new();
    let mut mangled = Vec::new();
    for line in &lines {
        let parsed = Reference::parse(line).map(|r| name_of(&r)).ok();
        let named: Vec<&BTreeSet<&str>> =
            [Some(line.as_str()), parsed.as_deref()].into_iter().flatten().filter_map(|name| names.get(name)).collect();
        if named.is_empty() {
            mangled.push(line.clone());
        }
        found.extend(named.into_iter().flatten().copied());
    }
    let all: BTreeSet<&str> = truth.iter().map(|(_, canonical)| canonical.as_str()).collect();
    let missed = all.difference(&found).map(|name| (*name).to_owned()).collect();
    NaiveResult { found: found.into_iter().map(str::to_owned).collect(), missed, mangled, lines }
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
        run(images.iter().copied(), &truth(images))
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
        let result = run(["nginx:1.25"].into_iter(), &all);
        assert_eq!(result.found, ["docker.io/library/nginx:1.25"]);
        assert_eq!(result.missed, ["docker.io/library/busybox:1.36"]);
    }

    #[test]
    fn no_pods_no_lines() {
        assert_eq!(over(&[]), NaiveResult::default());
        assert_eq!(run([""].into_iter(), &[]).lines, [""; 0]);
        assert_eq!(run(["", ""].into_iter(), &[]).lines, [" "]);
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
                prop_assert_eq!(run(images.iter().copied(), &[]).lines, lines);
            }
        }
    }
}
