//! Parser directives, `# escape=` and its kin, and the frontend that a file asks for. They count at the top of a file only.

use serde::Deserialize;

use super::lines::Lines;

/// What the directives say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directives {
    /// The escape character.
    pub escape: char,
    /// The frontend's name and where it stands in the file.
    pub syntax: Option<(String, usize)>,
    /// The file is no Dockerfile in form: a JSON document, for its frontend alone to understand.
    pub foreign: bool,
    /// What was refused: place in the file, reason.
    pub refused: Vec<(usize, String)>,
}

/// One directive: its name in lower case, its value and where that stands.
struct Directive<'t> {
    name: String,
    value: &'t str,
    at: usize,
}

/// Where the text begins: after the byte order mark.
pub(super) fn start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Reads the directives of a file.
pub(super) fn read(text: &str) -> Directives {
    let (syntax, foreign) = syntax(text);
    let mut found = Directives { escape: '\\', syntax, foreign, refused: Vec::new() };
    let mut seen: Vec<String> = Vec::new();
    for line in Lines::new(text, start(text)) {
        let trimmed = line.text.trim_start();
        let at = line.start + (line.text.len() - trimmed.len());
        let Some(directive) = directive(trimmed, at, "#") else { break };
        if seen.contains(&directive.name) {
            found.refused.push((at, format!("the `{}` directive stands here a second time", directive.name)));
            break;
        }
        if directive.name == "escape" {
            match directive.value {
                "\\" => found.escape = '\\',
                "`" => found.escape = '`',
                _ => found.refused.push((at, "`escape` can only be set to \\ or `".to_owned())),
            }
        }
        seen.push(directive.name);
    }
    found
}

/// The frontend, with its place: of `# syntax=`, of `// syntax=` where there is none, or of a JSON document's `syntax`. A
/// first line `#!…` is passed over. Unlike the other directives these must begin at the line's first column. Tells also
/// whether the file is such a JSON document.
fn syntax(text: &str) -> (Option<(String, usize)>, bool) {
    let mut from = start(text);
    let body = text.get(from..).unwrap_or_default();
    if body.starts_with("#!") {
        from += body.find('\n').map_or(body.len(), |end| end + 1);
    }
    for sign in ["#", "//"] {
        let mut seen: Vec<String> = Vec::new();
        for line in Lines::new(text, from) {
            let Some(directive) = directive(line.text, line.start, sign) else { break };
            if seen.contains(&directive.name) {
                break;
            }
            if directive.name == "syntax" {
                let name = directive.value.split(' ').next().unwrap_or_default();
                return (Some((name.to_owned(), directive.at)), false);
            }
            seen.push(directive.name);
        }
    }
    json_syntax(text.get(from..).unwrap_or_default(), from)
}

/// The `syntax` of a JSON document.
fn json_syntax(text: &str, from: usize) -> (Option<(String, usize)>, bool) {
    #[derive(Deserialize)]
    struct Document {
        syntax: Option<String>,
    }
    if !text.trim_start().starts_with('{') {
        return (None, false);
    }
    match serde_json::from_str::<Document>(text) {
        Ok(Document { syntax: Some(name) }) => {
            // A name that is written with JSON escapes is not found; then the document's start stands for it.
            let at = text.find(&format!("\"{name}\"")).map_or(from, |at| from + at + 1);
            (Some((name, at)), true)
        }
        _ => (None, false),
    }
}

/// A line's directive: `^sign name = value$`, one of the three names.
fn directive<'t>(line: &'t str, start: usize, sign: &str) -> Option<Directive<'t>> {
    let inside = line.strip_prefix(sign)?.trim_start();
    let (name, value) = inside.split_once('=')?;
    let name = name.trim_end().to_ascii_lowercase();
    let value = value.trim();
    if value.is_empty() || !["syntax", "escape", "check"].contains(&name.as_str()) {
        return None;
    }
    let at = start + (value.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    Some(Directive { name, value, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frontend_in_every_dress() {
        for (text, expected) in [
            ("# syntax=docker/dockerfile:1\nFROM a", Some(("docker/dockerfile:1", 9))),
            ("\u{feff}#syntax = a/b  --x \nFROM a", Some(("a/b", 13))),
            ("#!/usr/bin/env x\n# SYNTAX=a\n", Some(("a", 26))),
            ("# escape=`\n# check=skip=all\n# syntax=a\n", Some(("a", 37))),
            ("// syntax=a/b\n", Some(("a/b", 10))),
            ("{\"x\": 1, \"syntax\": \"a/b\"}", Some(("a/b", 20))),
            ("# a comment\n# syntax=a\n", None),
            ("\n# syntax=a\n", None),
            ("FROM a\n# syntax=a\n", None),
            (" # syntax=a\n", None),
            ("# syntax=\n", None),
            ("# unknown=x\n# syntax=a\n", None),
        ] {
            let found = read(text).syntax;
            assert_eq!(found.as_ref().map(|(name, at)| (name.as_str(), *at)), expected, "{text:?}");
        }
    }

    #[test]
    fn the_escape_character() {
        for (text, escape, refused) in [
            ("# escape=`\n", '`', 0),
            ("  #  Escape = ` \n", '`', 0),
            ("# syntax=x\n# escape=`\n", '`', 0),
            ("# comment\n# escape=`\n", '\\', 0),
            ("# escape=x\n", '\\', 1),
            ("# escape=`\n# escape=\\\n", '`', 1),
            ("#!x\n# escape=`\n", '\\', 0),
        ] {
            let found = read(text);
            assert_eq!((found.escape, found.refused.len()), (escape, refused), "{text:?}");
        }
    }
}
