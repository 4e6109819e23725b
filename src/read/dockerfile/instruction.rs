//! Instructions: a Dockerfile's text as a row of words, flags and arguments, each with its place, after BuildKit's parser.
//! What an instruction means is decided elsewhere.

use std::ops::Range;

use super::directives;
use super::heredoc::{self, Heredoc};
use super::lines::{Lines, Logical, next_logical};
use super::words::{self, Cut, CutFlag};

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instruction {
    /// Its word as written: `FROM`, `from`; a word that is no instruction has neither flags nor arguments that count.
    pub keyword: String,
    /// Its flags, quotes taken away.
    pub flags: Vec<Flag>,
    /// Its arguments. `ENV` and `LABEL` give three for each pair: name, value, and `=` or nothing.
    pub arguments: Vec<Argument>,
    /// The arguments were written as a JSON array.
    pub json: bool,
    /// The instruction that `ONBUILD` keeps for later.
    pub inner: Option<Box<Instruction>>,
    /// The heredocs it opens; their texts are passed over.
    pub heredocs: Vec<Heredoc>,
    /// The bytes of the file from its word to its end, heredocs not counted.
    pub at: Range<usize>,
}

/// A flag, `--name=value`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flag {
    /// The whole flag.
    pub text: String,
    /// Where each of its bytes stands in the file, and last where it ends.
    at: Vec<usize>,
}

impl Flag {
    /// The value behind `--name=`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.text.strip_prefix("--")?.strip_prefix(name)?.strip_prefix('=')
    }

    /// Where bytes of the flag's text stand in the file.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.at.get(at).copied();
        let start = place(range.start).unwrap_or_default();
        let end = range.end.checked_sub(1).and_then(place).map_or(start, |last| last + 1);
        start..end.max(start)
    }
}

/// An argument and the bytes of the file it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Argument {
    /// The argument.
    pub text: String,
    /// Where it stands; for a member of a JSON array the whole array.
    pub at: Range<usize>,
}

/// An instruction that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The instruction's bytes in the file.
    pub at: Range<usize>,
    /// The instruction's word.
    pub keyword: String,
    /// Why.
    pub reason: String,
    /// Nothing after it can be read either.
    pub last: bool,
}

/// Every instruction of a text, known or not, in order.
pub fn instructions(text: &str) -> Instructions<'_> {
    let directives = directives::read(text);
    let start = if directives.foreign { text.len() } else { directives::start(text) };
    Instructions { lines: Lines::new(text, start), escape: directives.escape }
}

/// See [`instructions`].
#[derive(Debug, Clone)]
pub struct Instructions<'t> {
    lines: Lines<'t>,
    escape: char,
}

impl Iterator for Instructions<'_> {
    type Item = Result<Instruction, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = next_logical(&mut self.lines, self.escape)?;
        let whole = words::trimmed(&line.text, 0..line.text.len());
        let at = line.source(whole.start)..line.source_end(whole.end).max(line.source(whole.start));
        let keyword = line.text.get(words::split_keyword(&line.text, whole.clone()).0).unwrap_or_default();
        let fail = |reason, last| Malformed { at: at.clone(), keyword: keyword.to_owned(), reason, last };
        let mut instruction = match instruction(&line, whole, self.escape, 0) {
            Ok(instruction) => instruction,
            Err(reason) => return Some(Err(fail(reason, false))),
        };
        if may_open_heredocs(&instruction) {
            match heredoc::opened(&line.text) {
                Ok(heredocs) => instruction.heredocs = heredocs,
                Err(reason) => return Some(Err(fail(reason, false))),
            }
        }
        for heredoc in &instruction.heredocs {
            if !self.lines.any(|line| heredoc.ends_at(line.text)) {
                let reason = format!("the heredoc `{}` never ends: the rest of the file is its text", heredoc.name);
                return Some(Err(fail(reason, true)));
            }
        }
        Some(Ok(instruction))
    }
}

/// `ADD`, `COPY` and `RUN` take heredocs, also behind `ONBUILD`, but not as JSON.
fn may_open_heredocs(instruction: &Instruction) -> bool {
    let instruction = match &instruction.inner {
        Some(inner) => inner,
        None => instruction,
    };
    let takes = ["add", "copy", "run"].iter().any(|word| instruction.keyword.eq_ignore_ascii_case(word));
    takes && !instruction.json
}

/// Takes a range of a line apart. `ONBUILD` inside `ONBUILD` is not followed: it is refused anyway.
fn instruction(line: &Logical, range: Range<usize>, escape: char, depth: usize) -> Result<Instruction, String> {
    let text = line.text.as_str();
    let (word, rest) = words::split_keyword(text, range.clone());
    let keyword = text.get(word).unwrap_or_default().to_owned();
    let (flags, rest) = words::split_flags(text, rest, escape);
    let mut found = Instruction {
        flags: flags.into_iter().map(|flag| placed_flag(line, flag)).collect(),
        at: line.source(range.start)..line.source_end(range.end).max(line.source(range.start)),
        ..Instruction::default()
    };
    let mut cuts = Vec::new();
    match keyword.to_ascii_lowercase().as_str() {
        "from" | "expose" => cuts = words::by_blanks(text, rest),
        "add" | "copy" | "volume" => match words::json(text, rest.clone())? {
            Some(array) => (cuts, found.json) = (array, true),
            None => cuts = words::by_blanks(text, rest),
        },
        "arg" => cuts = words::by_quotes(text, rest, escape),
        "env" | "label" => cuts = pairs(text, rest, escape)?,
        "run" | "cmd" | "entrypoint" | "shell" => (cuts, found.json) = array_or_line(text, rest)?,
        "healthcheck" => {
            let (kind, command) = words::split_keyword(text, rest);
            if !kind.is_empty() {
                cuts.push(Cut { text: text.get(kind.clone()).unwrap_or_default().to_owned(), at: kind });
                let (command, json) = array_or_line(text, command)?;
                cuts.extend(command);
                found.json = json;
            }
        }
        "maintainer" | "stopsignal" | "user" | "workdir" => cuts.extend(whole(text, rest)),
        "onbuild" if depth == 0 && !rest.is_empty() => {
            found.inner = Some(Box::new(instruction(line, rest, escape, depth + 1)?));
        }
        _ => {}
    }
    found.keyword = keyword;
    found.arguments = cuts.into_iter().map(|cut| placed(line, cut)).collect();
    Ok(found)
}

fn placed(line: &Logical, cut: Cut) -> Argument {
    let start = line.source(cut.at.start);
    Argument { text: cut.text, at: start..line.source_end(cut.at.end).max(start) }
}

fn placed_flag(line: &Logical, flag: CutFlag) -> Flag {
    Flag { text: flag.text, at: flag.at.iter().map(|at| line.source(*at)).collect() }
}

/// The range as one word, where there is anything in it.
fn whole(text: &str, range: Range<usize>) -> Option<Cut> {
    let word = text.get(range.clone()).filter(|word| !word.is_empty())?;
    Some(Cut { text: word.to_owned(), at: range })
}

/// A JSON array's members, or the line as it is.
fn array_or_line(text: &str, range: Range<usize>) -> Result<(Vec<Cut>, bool), String> {
    Ok(match words::json(text, range.clone())? {
        Some(array) => (array, true),
        None => (whole(text, range).into_iter().collect(), false),
    })
}

/// `NAME=value …`, or `NAME value` with all the rest as the value: the first word's `=` decides.
fn pairs(text: &str, range: Range<usize>, escape: char) -> Result<Vec<Cut>, String> {
    let found = words::by_quotes(text, range.clone(), escape);
    let Some(first) = found.first() else { return Ok(Vec::new()) };
    let mut cuts = Vec::with_capacity(found.len() * 3);
    if !first.text.contains('=') {
        let (name, value) = words::split_keyword(text, range);
        if value.is_empty() {
            return Err("it needs a name and a value".to_owned());
        }
        let cut = |at: Range<usize>| Cut { text: text.get(at.clone()).unwrap_or_default().to_owned(), at };
        let end = value.end;
        return Ok(vec![cut(name), cut(value), Cut { text: String::new(), at: end..end }]);
    }
    for word in found {
        let Some((name, value)) = word.text.split_once('=') else {
            return Err("a word in it has no `=`, as `NAME=value` would".to_owned());
        };
        let (start, end) = (word.at.start, word.at.end);
        cuts.push(Cut { text: name.to_owned(), at: start..start + name.len() });
        cuts.push(Cut { text: value.to_owned(), at: (start + name.len() + 1).min(end)..end });
        cuts.push(Cut { text: "=".to_owned(), at: start + name.len()..start + name.len() + 1 });
    }
    Ok(cuts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        instructions(text)
            .map(|found| match found {
                Ok(found) => {
                    let words: Vec<&str> = found.arguments.iter().map(|a| a.text.as_str()).collect();
                    let flags: Vec<&str> = found.flags.iter().map(|f| f.text.as_str()).collect();
                    let inner = found.inner.map(|inner| inner.keyword).unwrap_or_default();
                    format!("{}{flags:?}{words:?}{inner}", found.keyword)
                }
                Err(bad) => format!("{}!", bad.keyword),
            })
            .collect()
    }

    #[test]
    fn each_form_of_arguments() {
        for (text, expected) in [
            ("from  --platform=x\ta AS b", "from[\"--platform=x\"][\"a\", \"AS\", \"b\"]"),
            ("ARG a b=\"1 2\"", "ARG[][\"a\", \"b=\\\"1 2\\\"\"]"),
            ("ENV a b  c", "ENV[][\"a\", \"b  c\", \"\"]"),
            ("ENV a=b c=d", "ENV[][\"a\", \"b\", \"=\", \"c\", \"d\", \"=\"]"),
            ("ENV a", "ENV!"),
            ("ENV a=b c", "ENV!"),
            ("COPY --from=x [\"a b\", \"c\"]", "COPY[\"--from=x\"][\"a b\", \"c\"]"),
            ("RUN a && b", "RUN[][\"a && b\"]"),
            ("CMD [\"a\", [\"b\"]]", "CMD!"),
            ("ONBUILD RUN x", "ONBUILD[][]RUN"),
            ("ONBUILD ONBUILD ONBUILD RUN x", "ONBUILD[][]ONBUILD"),
            ("FOO bar", "FOO[][]"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn texts_of_heredocs_are_passed_over() {
        let text =
            "RUN <<A <<-B x\nFROM no\nA\nFROM no\n\tB\nFROM yes\nCMD <<C\nONBUILD COPY <<D /x\nFROM no\nD\nUSER u\n";
        let words: Vec<String> = instructions(text).map(|found| found.unwrap().keyword).collect();
        assert_eq!(words, ["RUN", "FROM", "CMD", "ONBUILD", "USER"]);
        let open: Vec<_> = instructions("RUN <<A\nFROM x\nFROM y\n").collect();
        assert!(matches!(open.as_slice(), [Err(Malformed { last: true, .. })]), "{open:?}");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "COPY \\\n  --from=\"a b\"\\\n  x \\\n y\n";
        let found = instructions(text).next().unwrap().unwrap();
        let flag = found.flags.first().unwrap();
        assert_eq!(flag.value("from"), Some("a b"));
        assert_eq!(&text[flag.place(7..10)], "a b");
        assert_eq!(found.arguments.iter().map(|a| &text[a.at.clone()]).collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(&text[found.at.clone()], text.trim_end());
    }
}
