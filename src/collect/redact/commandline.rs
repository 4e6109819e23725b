//! Command lines: flags that take a secret, tools whose short flags do, and words beside a telling name.

use super::assignments::extent;
use super::names::{self, Strength};
use super::text::{Span, Spans};
use super::values;

/// Tools with short flags that take a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tool {
    #[default]
    Other,
    /// `-pSECRET`, `-p SECRET`.
    PasswordP,
    /// `-a SECRET`.
    PasswordA,
    /// `-w SECRET`.
    PasswordW,
    /// `-u user:pass`.
    UserPass,
    /// Becomes [`Tool::PasswordP`] after `login`: elsewhere `-p` is a port.
    Registry,
}

/// What earlier words of a command line said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Command {
    tool: Tool,
    /// The last flag takes a secret, which is still to come.
    pending: Pending,
    /// The line before ended with a backslash.
    continued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pending {
    #[default]
    Nothing,
    Secret,
    UserPass,
    /// `NAME=value` of a container's environment.
    Environment,
}

/// What one word means.
enum Meaning {
    Plain,
    Next(Pending),
    /// The secret is the rest of the word.
    From(usize),
}

impl Command {
    fn learn(&mut self, word: &[u8]) {
        let name = word.rsplit(|b| *b == b'/').next().unwrap_or(word);
        self.tool = match name {
            b"mysql" | b"mysqldump" | b"mysqladmin" | b"mariadb" | b"mariadb-dump" | b"mariadb-admin" | b"sshpass"
            | b"mongo" | b"mongosh" | b"mongodump" | b"mongorestore" | b"cqlsh" | b"mysqlsh" | b"mysqlimport" => {
                Tool::PasswordP
            }
            b"redis-cli" | b"keydb-cli" | b"valkey-cli" => Tool::PasswordA,
            b"ldapsearch" | b"ldapadd" | b"ldapmodify" | b"ldapwhoami" => Tool::PasswordW,
            b"curl" | b"wget" | b"httpie" => Tool::UserPass,
            b"docker" | b"podman" | b"nerdctl" | b"buildah" | b"skopeo" | b"helm" | b"oras" | b"crane" | b"regctl"
            | b"az" | b"oc" => Tool::Registry,
            b"login" if self.tool == Tool::Registry => Tool::PasswordP,
            b"&&" | b"||" | b"|" | b";" => Tool::Other,
            _ => return,
        };
    }

    fn meaning(&self, word: &[u8]) -> Meaning {
        match (self.tool, word) {
            (Tool::PasswordP, b"-p") | (Tool::PasswordA, b"-a") | (Tool::PasswordW, b"-w") => {
                Meaning::Next(Pending::Secret)
            }
            (Tool::PasswordP, [b'-', b'p', _, ..]) => Meaning::From(2),
            (Tool::PasswordW, [b'-', b'w', _, ..]) => Meaning::From(2),
            (Tool::UserPass, b"-u" | b"--user" | b"-U" | b"--proxy-user") => Meaning::Next(Pending::UserPass),
            (Tool::UserPass, [b'-', b'u', user @ ..]) if user.contains(&b':') => Meaning::From(2),
            (Tool::UserPass, _) if word.starts_with(b"--user=") => Meaning::From(7),
            (Tool::UserPass, _) if word.starts_with(b"--proxy-user=") => Meaning::From(13),
            _ if is_secret_flag(word) => Meaning::Next(Pending::Secret),
            _ => Meaning::Plain,
        }
    }

    /// Treats one element of an array of arguments: the part of it that is secret.
    pub fn argument(&mut self, word: &[u8]) -> Option<usize> {
        let pending = std::mem::take(&mut self.pending);
        if takes(pending, word) {
            return Some(0);
        }
        if pending == Pending::Environment {
            return environment_value(word, 0);
        }
        self.learn(word);
        // `podman run -e NAME=value`, as an inspect record repeats it: the value is one of a container's environment.
        if self.tool == Tool::Registry && matches!(word, b"-e" | b"--env") {
            self.pending = Pending::Environment;
            return None;
        }
        if self.tool == Tool::Registry && word.starts_with(b"--env=") {
            return environment_value(word, 6);
        }
        match self.meaning(word) {
            Meaning::Next(next) => {
                self.pending = next;
                None
            }
            Meaning::From(at) => word.get(at..).is_some_and(|rest| !values::is_harmless(rest)).then_some(at),
            Meaning::Plain => None,
        }
    }
}

/// Where the literal value of the `NAME=value` that begins at `from` begins; `None` where it holds no secret.
fn environment_value(word: &[u8], from: usize) -> Option<usize> {
    let pair = word.get(from..)?;
    let equals = pair.iter().position(|b| *b == b'=')?;
    let (name, value) = (pair.get(..equals)?, pair.get(equals + 1..)?);
    let image = names::is_image_variable(name) && values::is_image(value);
    let harmless = value.trim_ascii().is_empty() || values::is_marked(value) || values::is_variable(value);
    (!image && !harmless).then_some(from + equals + 1)
}

fn takes(pending: Pending, word: &[u8]) -> bool {
    let flag =
        word.len() > 1 && word.starts_with(b"-") && word.get(1).is_some_and(|b| *b == b'-' || b.is_ascii_alphabetic());
    match pending {
        Pending::Nothing | Pending::Environment => false,
        // A flag follows: the one before was a switch. A random word may begin with a dash, too.
        Pending::Secret => (!flag || values::is_random(word)) && !values::is_harmless(word),
        Pending::UserPass => word.contains(&b':') && !values::is_marked(word),
    }
}

/// A flag (`--token`, `-password`), or a setting that is written like one in `redis.conf`.
fn is_secret_flag(word: &[u8]) -> bool {
    if word.eq_ignore_ascii_case(b"requirepass") || word.eq_ignore_ascii_case(b"masterauth") {
        return true;
    }
    let Some(name) = word.strip_prefix(b"-") else { return false };
    let name = name.strip_prefix(b"-").unwrap_or(name);
    let plain = name.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b));
    name.len() > 2 && plain && names::strength(name) == Strength::Strong
}

/// Adds the secrets of the command line in `text[start..end]`.
pub(super) fn find(text: &[u8], start: usize, end: usize, command: &mut Command, spans: &mut Spans) {
    if command.pending == Pending::Nothing && !command.continued {
        command.tool = Tool::Other;
    }
    command.continued = text.get(start..end).is_some_and(|line| line.ends_with(b"\\"));
    let mut line = Line { text, start, end, continues: false, netrc: None };
    let mut at = start;
    line.environment(spans);
    while let Some((from, to)) = next_word(text, at, end) {
        at = to;
        let Some((from, to)) = strip(text, from, to) else { continue };
        line.word(from, to, command, spans);
    }
}

struct Line<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
    /// The last word was `Bearer` or `Basic`, or `password` of a netrc line.
    continues: bool,
    /// Whether it is a line of a netrc file, once that was asked.
    netrc: Option<bool>,
}

impl Line<'_> {
    /// `ENV KEY value` of a Dockerfile, the form without `=`.
    fn environment(&self, spans: &mut Spans) {
        let line = self.text.get(self.start..self.end).unwrap_or_default();
        let Some((from, to)) = next_word(line, 0, line.len()) else { return };
        let Some((key, key_end)) = next_word(line, to, line.len()) else { return };
        let is_env = line.get(from..to).is_some_and(|w| w.eq_ignore_ascii_case(b"ENV"));
        let name = line.get(key..key_end).unwrap_or_default();
        if is_env && !name.contains(&b'=') && names::strength(name) == Strength::Strong {
            spans.push(self.text, Span { start: self.start + key_end, end: self.end, place: "telling-name" });
        }
    }

    fn word(&mut self, from: usize, to: usize, command: &mut Command, spans: &mut Spans) {
        let word = self.text.get(from..to).unwrap_or_default();
        let pending = std::mem::take(&mut command.pending);
        let continues = std::mem::take(&mut self.continues);
        if word == b"\\" {
            // A line goes on: the flag before still waits for its value.
            command.pending = pending;
            return;
        }
        if takes(pending, word) {
            // Quotes were stripped; the value reaches to the closing one.
            let quote = from.checked_sub(1).filter(|q| self.text.get(*q).is_some_and(|b| b"\"'".contains(b)));
            let end = quote.filter(|q| *q >= self.start).map_or(to, |q| extent(self.text, q, self.end).end.max(to));
            return spans.push(self.text, Span { start: from, end, place: "command-line" });
        }
        if continues && is_credential(word) {
            return spans.push(self.text, Span { start: from, end: to, place: "telling-name" });
        }
        if word.starts_with(b"-") || word.len() <= 40 {
            command.learn(word);
        }
        match command.meaning(word) {
            Meaning::Next(next) => command.pending = next,
            Meaning::From(at) if word.get(at..).is_some_and(|rest| !values::is_harmless(rest)) => {
                spans.push(self.text, Span { start: from + at, end: to, place: "command-line" });
            }
            _ => self.beside(from, to, word, spans),
        }
    }

    /// `Bearer x`, `password x` of a netrc file, and random words after a telling one.
    fn beside(&mut self, from: usize, to: usize, word: &[u8], spans: &mut Spans) {
        let scheme = word.eq_ignore_ascii_case(b"bearer") || word.eq_ignore_ascii_case(b"basic");
        self.continues = scheme || (names::is_password(word) && self.is_netrc());
        if values::is_random(word) && self.telling_before(from) {
            spans.push(self.text, Span { start: from, end: to, place: "telling-name" });
        }
    }

    fn is_netrc(&mut self) -> bool {
        let line = self.text.get(self.start..self.end).unwrap_or_default();
        let look = || line.split(u8::is_ascii_whitespace).any(|w| w == b"login" || w == b"machine");
        *self.netrc.get_or_insert_with(look)
    }

    fn telling_before(&self, at: usize) -> bool {
        let low = at.saturating_sub(48).max(self.start);
        let before = self.text.get(low..at).unwrap_or_default();
        before
            .split(|b| !(b.is_ascii_alphanumeric() || b"_-".contains(b)))
            .any(|word| names::strength(word) == Strength::Strong)
    }
}

/// Any credential has a digit, an upper-case letter inside or a sign; `Basic authentication` has none.
fn is_credential(word: &[u8]) -> bool {
    let tail = word.get(1..).unwrap_or_default();
    let telling = tail.iter().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b"+/=_-!.".contains(b));
    word.len() >= 6 && telling && !values::is_harmless(word)
}

/// The next word: between spaces, and between the elements of a list in quotes.
fn next_word(text: &[u8], from: usize, end: usize) -> Option<(usize, usize)> {
    let separates = |at: usize| match text.get(at) {
        Some(b',') => {
            let beside = [at.checked_sub(1), Some(at + 1)];
            beside.iter().flatten().any(|i| text.get(*i).is_some_and(|b| b"\"'".contains(b)))
        }
        Some(byte) => byte.is_ascii_whitespace(),
        None => true,
    };
    let start = (from..end).find(|at| !separates(*at))?;
    let stop = (start..end).find(|at| separates(*at)).unwrap_or(end);
    Some((start, stop))
}

/// A word without the quotes, brackets and punctuation around it.
fn strip(text: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
    let word = text.get(from..to)?;
    let mark = super::MARK.as_bytes();
    if word == b"\\" || word == b"|" || word == b"||" || word == b"&&" || word == b";" {
        return Some((from, to));
    }
    if word.len() > 4096 {
        return Some((from, to));
    }
    let (mut start, mut stop) = (0, word.len());
    let inner = |start: usize, stop: usize| word.get(start..stop).unwrap_or_default();
    // The brackets of a mark belong to it.
    while inner(start, stop).first().is_some_and(|b| b"\"'`([{,<\\".contains(b))
        && !inner(start, stop).starts_with(mark)
    {
        start += 1;
    }
    // `$(NAME)` keeps its bracket: the one that opens it stands inside.
    while let Some(last) = inner(start, stop).last().filter(|b| b"\"'`)]},;>\\".contains(b)) {
        let opens = match last {
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => 0,
        };
        if inner(start, stop).contains(&opens) {
            break;
        }
        stop -= 1;
    }
    (start < stop).then_some((from + start, from + stop))
}
