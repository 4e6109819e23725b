//! Heredocs: which words of a line open one, and what ends it.
//!
//! BuildKit cuts the line with the lexer of its variable expansion, in which variables stay as they are written; a line
//! that this lexer refuses (an open quote, a `${` it does not know) opens no heredoc at all. The same is done here.

use std::iter::Peekable;
use std::str::Chars;

use crate::model::recipe::variable_name;

/// Deepest `${a:-${b:-…}}`; what is deeper opens no heredoc.
const DEPTH: usize = 32;

/// What ends a heredoc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The line that ends it.
    pub name: String,
    /// `<<-`: tabs may stand before the name.
    pub tabs: bool,
}

impl Heredoc {
    /// Whether a line ends this heredoc.
    pub(super) fn ends_at(&self, line: &str) -> bool {
        let line = if self.tabs { line.trim_start_matches('\t') } else { line };
        line == self.name
    }
}

/// The heredocs that a line opens, in order; an error where one's name cannot be understood.
pub(super) fn opened(line: &str) -> Result<Vec<Heredoc>, String> {
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let words = Lexer::new(line, true).words().unwrap_or_default();
    words.iter().filter_map(|word| heredoc(word).transpose()).collect()
}

/// The heredoc that one word opens: `^(\d*)<<(-?)\s*([^<]*)$`.
pub(super) fn heredoc(word: &str) -> Result<Option<Heredoc>, String> {
    let Some(rest) = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<") else { return Ok(None) };
    let (tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    match Lexer::new(rest, false).words() {
        None => Err("the name of a heredoc cannot be understood".to_owned()),
        Some(words) => match <[String; 1]>::try_from(words) {
            Ok([name]) => Ok(Some(Heredoc { name, tabs })),
            Err(_) => Ok(None),
        },
    }
}

/// Cuts a text into words as a shell does. `None` from any step is text that it refuses.
struct Lexer<'t> {
    rest: Peekable<Chars<'t>>,
    /// Quotes stay in the words.
    raw_quotes: bool,
    /// Escape characters stay in the words.
    raw_escapes: bool,
    word: String,
    words: Vec<String>,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str, raw: bool) -> Self {
        let rest = text.chars().peekable();
        Lexer { rest, raw_quotes: raw, raw_escapes: raw, word: String::new(), words: Vec::new() }
    }

    fn words(mut self) -> Option<Vec<String>> {
        while let Some(c) = self.rest.next() {
            match c {
                '\'' => {
                    let quoted = self.single_quoted()?;
                    self.word.push_str(&quoted);
                }
                '"' => {
                    let quoted = self.double_quoted(0)?;
                    self.word.push_str(&quoted);
                }
                '$' => {
                    let variable = self.dollar(0)?;
                    variable.chars().for_each(|c| self.push(c));
                }
                '<' => self.angle(),
                '\\' => {
                    if self.raw_escapes {
                        self.word.push(c);
                    }
                    // One at the end of the text escapes nothing.
                    self.word.extend(self.rest.next());
                }
                c => self.push(c),
            }
        }
        self.push(' ');
        Some(self.words)
    }

    fn push(&mut self, c: char) {
        if !c.is_whitespace() {
            self.word.push(c);
        } else if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    /// White space between `<<` and its word belongs to the word.
    fn angle(&mut self) {
        self.word.push('<');
        if self.rest.next_if_eq(&'<').is_some() {
            self.word.push('<');
            while let Some(space) = self.rest.next_if(|c| matches!(c, ' ' | '\t' | '\r')) {
                self.word.push(space);
            }
        }
    }

    fn single_quoted(&mut self) -> Option<String> {
        let mut out = String::from(if self.raw_quotes { "'" } else { "" });
        loop {
            match self.rest.next()? {
                '\'' => break,
                c => out.push(c),
            }
        }
        out.push_str(if self.raw_quotes { "'" } else { "" });
        Some(out)
    }

    fn double_quoted(&mut self, depth: usize) -> Option<String> {
        let mut out = String::from(if self.raw_quotes { "\"" } else { "" });
        loop {
            match self.rest.next()? {
                '"' => break,
                '$' => out.push_str(&self.dollar(depth)?),
                '\\' => {
                    if self.raw_escapes {
                        out.push('\\');
                    }
                    match self.rest.peek()? {
                        '"' | '$' | '\\' => out.extend(self.rest.next()),
                        _ => out.push('\\'),
                    }
                }
                c => out.push(c),
            }
        }
        out.push_str(if self.raw_quotes { "\"" } else { "" });
        Some(out)
    }

    /// What stands after `$`, with it. Nothing is set, so it stays as it is; only its form is checked.
    fn dollar(&mut self, depth: usize) -> Option<String> {
        if self.rest.next_if_eq(&'{').is_none() {
            return Some(format!("${}", variable_name(&mut self.rest)));
        }
        if depth >= DEPTH || matches!(self.rest.peek()?, '{' | '}' | ':') {
            return None;
        }
        let mut out = format!("${{{}", variable_name(&mut self.rest));
        let mut sign = self.rest.next()?;
        if sign == '}' {
            out.push('}');
            return Some(out);
        }
        out.push(sign);
        let colon = sign == ':';
        if colon {
            sign = self.rest.next()?;
            out.push(sign);
        }
        // The lexer forgets the word it was in: BuildKit's has one buffer for all levels.
        self.word.clear();
        match sign {
            '/' if !colon => {
                out.extend(self.rest.next_if_eq(&'/'));
                out.push_str(&self.until('/', true, depth)?);
                out.push('/');
                out.push_str(&self.until('}', true, depth)?);
            }
            '#' | '%' if !colon => out.push_str(&self.until('}', true, depth)?),
            '-' | '+' | '?' => out.push_str(&self.until('}', false, depth)?),
            _ => return None,
        }
        out.push('}');
        Some(out)
    }

    /// The text up to a sign, which is taken too.
    fn until(&mut self, stop: char, raw_escapes: bool, depth: usize) -> Option<String> {
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        let mut out = String::new();
        loop {
            match self.rest.next()? {
                c if c == stop => break,
                '\'' => out.push_str(&self.single_quoted()?),
                '"' => out.push_str(&self.double_quoted(depth + 1)?),
                '$' => out.push_str(&self.dollar(depth + 1)?),
                '\\' => {
                    if raw_escapes {
                        out.push('\\');
                    }
                    out.push(self.rest.next()?);
                }
                c => out.push(c),
            }
        }
        self.raw_escapes = outer;
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        opened(line).unwrap().into_iter().map(|h| format!("{}{}", if h.tabs { "-" } else { "" }, h.name)).collect()
    }

    #[test]
    fn words_that_open_one() {
        for (line, expected) in [
            ("RUN <<EOF", &["EOF"][..]),
            ("RUN cat <<-EOF", &["-EOF"]),
            ("COPY <<a <<b /x", &["a", "b"]),
            ("RUN 5<<FILE1 cat 6<< FILE2", &["FILE1", "FILE2"]),
            ("RUN <<'EOF' x", &["EOF"]),
            ("RUN <<\"E F\"", &["E F"]),
            ("RUN <<E\\ F", &["E F"]),
            ("RUN <<E\"O\"F", &["EOF"]),
            ("RUN <<$X", &["$X"]),
            ("RUN a <<<EOF", &[]),
            ("RUN a<<EOF", &[]),
            ("RUN echo \"<<EOF\"", &[]),
            ("RUN echo '<<EOF'", &[]),
            ("RUN echo \\<<EOF", &[]),
            ("RUN echo 1 << 2", &["2"]),
            ("RUN <<\"\"", &[]),
            ("RUN <<", &[]),
            ("RUN it's <<EOF", &[]),
            ("RUN ${a[@]} <<EOF", &[]),
            ("RUN ${a:-x y} \"${b#z}\" <<EOF", &["EOF"]),
        ] {
            assert_eq!(names(line), expected, "{line}");
        }
    }

    #[test]
    fn where_it_ends() {
        let heredoc = |tabs| Heredoc { name: "EOF".to_owned(), tabs };
        assert!(heredoc(true).ends_at("\t\tEOF") && heredoc(false).ends_at("EOF"));
        assert!(!heredoc(false).ends_at("\tEOF") && !heredoc(true).ends_at(" EOF") && !heredoc(true).ends_at("EOF "));
    }
}
