//! Dockerfiles, by their instructions: `ARG`s, then a `FROM` that could be one, then hardly anything that is none. Prose,
//! scripts, queries and logs have such words too, but not in this order. A name only helps where content leaves a doubt.

use crate::read::dockerfile::{Instruction, Malformed, instructions, is_instruction};
use crate::read::names;

/// Most instructions looked at.
const INSTRUCTIONS: usize = 2000;

/// What the first bytes of a text say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// A Dockerfile.
    Yes,
    /// Something of that kind which builds nothing, in words for people.
    Barren(&'static str),
    /// Something else.
    No,
}

/// What the instructions add up to.
#[derive(Debug, Default)]
struct Tally {
    /// Instructions that are one.
    known: usize,
    /// Lines that are none.
    unknown: usize,
    /// Lines that a template engine takes away.
    template: usize,
    arguments: usize,
    /// Something else than `ARG` stood before the first `FROM`.
    early: bool,
    /// How good the first `FROM` is.
    from: From,
}

/// How a `FROM` looks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum From {
    #[default]
    None,
    /// A word that names something, as `FROM users` of a query or a letter's `From here` do.
    Possible,
    /// A reference with a tag, digest or registry, a variable, `scratch`, or a stage with its name.
    Telling,
}

/// Whether a text is a Dockerfile. `complete` tells whether it is the whole file.
pub(super) fn guess(text: &str, complete: bool, name: &str) -> Guess {
    if asks_for_frontend(text) {
        return Guess::Yes;
    }
    let named = is_named(name);
    // Cheap, and true for most other texts: their first line begins with no instruction.
    if !named && !may_begin(text) {
        return Guess::No;
    }
    let tally = tally(text, complete);
    let lines = tally.known + tally.unknown;
    let good = tally.unknown * 10 <= lines;
    if tally.from != From::None && !tally.early {
        let enough = tally.from == From::Telling || tally.known > 1;
        if good && (named || enough) {
            return Guess::Yes;
        }
        if named && tally.unknown * 2 <= lines {
            return Guess::Yes;
        }
    }
    if named && tally.known > 0 && good {
        return Guess::Yes;
    }
    match (lines + tally.template, text.trim().is_empty()) {
        (0, false) if named && complete => Guess::Barren("a Dockerfile that holds comments only: it builds nothing"),
        _ if tally.arguments > 0 && tally.arguments == lines && complete => {
            Guess::Barren("ARGs of a Dockerfile without a FROM: they build nothing by themselves")
        }
        _ => Guess::No,
    }
}

/// `Dockerfile`, `Dockerfile.prod`, `api.Dockerfile`, `Containerfile` and the like, in any case.
fn is_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        let begins = name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
        let ends = name.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']));
        (begins && !name.ends_with(".dockerignore")) || ends
    })
}

/// Whether the first line asks for a frontend as files in other languages do: `// syntax=image`.
fn asks_for_frontend(text: &str) -> bool {
    let line = text.lines().find(|line| !line.starts_with("#!")).unwrap_or_default();
    let directive = line.strip_prefix("//").map(str::trim_start).and_then(|rest| rest.split_once('='));
    let image = directive.filter(|(name, _)| name.trim().eq_ignore_ascii_case("syntax")).map(|(_, value)| value.trim());
    let image = image.and_then(|value| value.split_whitespace().next());
    image.is_some_and(|image| names::is_telling(image) || names::is_reference(image) && image.contains('/'))
}

/// Whether the first line that says anything begins with `FROM` or `ARG`, or is a template's.
fn may_begin(text: &str) -> bool {
    let line = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    let word = line.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    ["from", "arg"].iter().any(|known| word.eq_ignore_ascii_case(known))
        || word.starts_with("{{")
        || word.starts_with("{%")
}

fn tally(text: &str, complete: bool) -> Tally {
    let mut tally = Tally::default();
    let mut found = instructions(text).take(INSTRUCTIONS).peekable();
    while let Some(instruction) = found.next() {
        // The last one may be cut off.
        if !complete && found.peek().is_none() && tally.known + tally.unknown > 0 {
            break;
        }
        match instruction {
            Ok(instruction) => tally.take(&instruction),
            Err(Malformed { keyword, .. }) => tally.count(&keyword, is_instruction(&keyword)),
        }
    }
    tally
}

impl Tally {
    fn take(&mut self, instruction: &Instruction) {
        let keyword = instruction.keyword.as_str();
        if keyword.eq_ignore_ascii_case("from") {
            let from = from(instruction);
            self.count(keyword, from != From::None);
            self.from = if self.from == From::None { from } else { self.from };
            return;
        }
        let good = match keyword.to_ascii_lowercase().as_str() {
            "arg" => instruction.arguments.iter().all(|word| is_argument(&word.text)),
            word => is_instruction(word),
        };
        self.count(keyword, good);
    }

    fn count(&mut self, keyword: &str, good: bool) {
        if keyword.contains("{{") || keyword.contains("{%") || keyword == "%}" || keyword == "}}" {
            self.template += 1;
            return;
        }
        let argument = keyword.eq_ignore_ascii_case("arg");
        self.known += usize::from(good);
        self.unknown += usize::from(!good);
        self.arguments += usize::from(good && argument);
        let first = keyword.eq_ignore_ascii_case("from") || argument;
        self.early |= self.from == From::None && !first;
    }
}

/// `NAME` or `NAME=value`.
fn is_argument(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.{}".contains(&b))
}

fn from(instruction: &Instruction) -> From {
    let words: Vec<&str> = instruction.arguments.iter().map(|word| word.text.as_str()).collect();
    let Some(first) = words.first() else { return From::None };
    if words.iter().any(|word| word.contains("{{") || word.contains("{%")) {
        return From::Telling;
    }
    let named = matches!(words.as_slice(), [_, word, _] if word.eq_ignore_ascii_case("as"));
    let commented = words.get(1).is_some_and(|word| word.starts_with('#'));
    if !(words.len() == 1 || named || commented) {
        return From::None;
    }
    let first = first.trim_matches(['"', '\'']);
    let flagged = !instruction.flags.is_empty();
    if first == "scratch" || first.contains('$') || names::is_telling(first) || flagged {
        return From::Telling;
    }
    if !names::is_reference(first) {
        return From::None;
    }
    // A sentence begins with `From`; `FROM users AS u` is a query's as well as a stage's.
    let sentence = instruction.keyword.starts_with('F') && instruction.keyword.ends_with('m');
    if sentence { From::None } else { From::Possible }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_by_content() {
        for text in [
            "FROM nginx:1.25\n",
            "from nginx:1\n",
            "# syntax=docker/dockerfile:1\nfrom alpine\nRUN x\n",
            "\n# c\nARG V=1\nARG A B=2\nFROM a:$V AS b\nRUN <<E\nselect 1\nE\nCOPY --from=b x y\n",
            "FROM scratch\n",
            "FROM --platform=linux/amd64 a\n",
            "FROM \\\n  a \\\n  AS b\nUSER x\n",
            "FROM node AS build\nWORKDIR /x\nFROM build\n",
            "{% if x %}\nFROM {{ base }}\n{% endif %}\nRUN x\n",
            "FROM a # why\nRUN x\n",
            "// syntax=x/slash:1\nFROM a\n",
            "//syntax = x/slash\nbuild { }\n",
        ] {
            assert_eq!(guess(text, true, ""), Guess::Yes, "{text}");
        }
    }

    #[test]
    fn other_texts_have_the_same_words() {
        for text in [
            "From alice@example.com Sat Nov 21 00:00:00 2026\nSubject: x\n\nRun it.\n",
            "From: alice@example.com\nTo: bob@example.com\n",
            "From here on,\nrun it.\n",
            "From here\nrun it\n",
            "SELECT a\nFROM users\nWHERE x = 1;\n",
            "FROM users\nWHERE x = 1\nORDER BY y\n",
            "FROM users\n",
            "FROM users AS u\nJOIN roles AS r ON r.id = u.role\nSELECT u.name\n",
            "from os import path\nimport sys\n",
            "from x import y as z\n",
            "#!/bin/sh\ncat > Dockerfile <<EOF\nFROM a:1\nRUN x\nEOF\n",
            "#!/bin/sh\nset -e\ndocker build .\n",
            "Step 1/2 : FROM a:1\n ---> 0123456789ab\nStep 2/2 : RUN x\n",
            "#5 [1/2] FROM docker.io/library/a:1\n#5 DONE 0.1s\n",
            "RUN x\nFROM a:1\n",
            "Add the image to the list.\nFrom nginx:1 we go on.\n",
            "arg1 arg2\n",
            "// syntax=error\nint x;\n",
            "// syntax: x/slash:1\n",
            "from\n",
            "",
        ] {
            assert_eq!(guess(text, true, ""), Guess::No, "{text}");
        }
    }

    #[test]
    fn a_name_helps_only_where_content_leaves_a_doubt() {
        for (text, name, expected) in [
            ("FROM nginx\n", "a/Dockerfile", Guess::Yes),
            ("FROM nginx\n", "notes.txt", Guess::No),
            ("FROM nginx\nFOO bar\n", "api.dockerfile", Guess::Yes),
            ("RUN x\nCOPY a b\n", "Containerfile.part", Guess::Yes),
            ("ARG A=b\n", "Dockerfile", Guess::Yes),
            ("node_modules\n.git\n", "Dockerfile.dockerignore", Guess::No),
            ("node_modules\n.git\n", "Dockerfile", Guess::No),
            ("SELECT a\nFROM users\n", "Dockerfile", Guess::No),
            ("# nothing\n\n# at all\n", "notes", Guess::No),
        ] {
            assert_eq!(guess(text, true, name), expected, "{name}: {text}");
        }
        assert!(
            matches!(guess("# nothing\n", true, "Dockerfile"), Guess::Barren(why) if why.contains("comments only"))
        );
        assert!(matches!(guess("ARG A=b\nARG C\n", true, ""), Guess::Barren(why) if why.contains("without a FROM")));
    }

    #[test]
    fn names() {
        for name in
            ["Dockerfile", "x/dockerfile.prod", "api.Dockerfile", "Containerfile", "Dockerfile-dev", "Containerfile.in"]
        {
            assert!(is_named(name), "{name}");
        }
        for name in ["", "Dockerfiles", "dockerfile2llb.go", "mydockerfile", "Dockerfile.dockerignore", "Dockerfile/x"]
        {
            assert!(!is_named(name), "{name}");
        }
    }

    #[test]
    fn a_cut_off_head_does_not_count_against_it() {
        let text = "FROM a:1\nRUN x\nRUN <<EOF\nfoo\nba";
        assert_eq!(guess(text, false, ""), Guess::Yes);
        assert_eq!(guess("FROM a:1\nRU", false, ""), Guess::Yes);
    }
}
