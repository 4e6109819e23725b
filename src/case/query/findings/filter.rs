//! The filter of the findings list: `severity:>=high kev:yes -fixed:yes package~ssl epss:>=0.1`.
//!
//! It reads as the filter of the images list does, with fields of its own; a word alone is looked for in the id and in the
//! package's name.

use rusqlite::types::Value;
use std::fmt::Write as _;

use crate::case::query::filter::lexer::{Kind, Token, tokens};
use crate::case::query::filter::{Operator, glob};
use crate::model::finding::{Exploitation, Severity, millionths};

/// Most terms and signs in one expression.
const MOST_TERMS: usize = 200;
/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 50;

/// Why an expression is no filter, and at which character (from 1).
pub use crate::case::query::filter::FilterError as FindingFilterError;

/// A filter as a condition over `p_finding f JOIN p_package p`, with the values of its `?` in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindingFilter {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

const FIELDS: [&str; 15] = [
    "id",
    "package",
    "source",
    "ecosystem",
    "installed",
    "severity",
    "cvss",
    "kev",
    "epss",
    "exploitation",
    "automatable",
    "fixed",
    "images",
    "from-base",
    "cleared",
];

impl FindingFilter {
    /// Parses an expression; an empty one holds for every finding.
    pub fn parse(text: &str) -> Result<FindingFilter, FindingFilterError> {
        let tokens = tokens(text)?;
        if let Some(token) = tokens.get(MOST_TERMS) {
            let reason = format!("an expression has at most {MOST_TERMS} terms and signs");
            return Err(FindingFilterError { column: token.column, reason });
        }
        let mut filter = FindingFilter::default();
        if tokens.is_empty() {
            filter.sql.push('1');
            return Ok(filter);
        }
        let mut parser = Parser { tokens, at: 0, end: text.chars().count() + 1 };
        parser.either(0, &mut filter)?;
        match parser.tokens.get(parser.at) {
            None => Ok(filter),
            Some(_) => Err(parser.error("this parenthesis was never opened")),
        }
    }

    fn push(&mut self, sql: &str, value: Option<Value>) {
        self.sql.push_str(sql);
        self.values.extend(value);
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
}

impl Parser {
    fn error(&self, reason: &str) -> FindingFilterError {
        let column = self.tokens.get(self.at).map_or(self.end, |token| token.column);
        FindingFilterError { column, reason: reason.to_owned() }
    }

    fn is(&self, kind: &Kind) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == *kind)
    }

    fn either(&mut self, depth: usize, out: &mut FindingFilter) -> Result<(), FindingFilterError> {
        out.push("(", None);
        self.all_of(depth, out)?;
        while self.is(&Kind::Or) {
            self.at += 1;
            out.push(" OR ", None);
            self.all_of(depth, out)?;
        }
        out.push(")", None);
        Ok(())
    }

    fn all_of(&mut self, depth: usize, out: &mut FindingFilter) -> Result<(), FindingFilterError> {
        self.one(depth, out)?;
        loop {
            match self.tokens.get(self.at).map(|token| &token.kind) {
                None | Some(Kind::Close | Kind::Or) => return Ok(()),
                Some(Kind::And) => self.at += 1,
                Some(_) => {}
            }
            out.push(" AND ", None);
            self.one(depth, out)?;
        }
    }

    fn one(&mut self, depth: usize, out: &mut FindingFilter) -> Result<(), FindingFilterError> {
        if depth > DEEPEST {
            return Err(self.error(&format!("parentheses are nested deeper than {DEEPEST}")));
        }
        let Some(token) = self.tokens.get(self.at).cloned() else { return Err(self.error("a term is missing here")) };
        match token.kind {
            Kind::Or | Kind::And | Kind::Close => return Err(self.error("a term is missing here")),
            Kind::Not => {
                self.at += 1;
                out.push("NOT ", None);
                return self.one(depth + 1, out);
            }
            Kind::Open => {
                self.at += 1;
                self.either(depth + 1, out)?;
                if !self.is(&Kind::Close) {
                    let reason = "this parenthesis is never closed".to_owned();
                    return Err(FindingFilterError { column: token.column, reason });
                }
            }
            Kind::Word(word) if word.is_empty() => return Err(self.error("an empty word is in every id")),
            Kind::Word(word) => {
                let word = Value::Text(word.to_ascii_lowercase());
                out.push("(", None);
                text("f.vulnerability", "instr(lower(t.text), ?) > 0", word.clone(), out);
                out.push(" OR ", None);
                text("p.name", "instr(lower(t.text), ?) > 0", word, out);
                out.push(")", None);
            }
            Kind::Term { field, operator, value, value_column } => {
                let term = Term { operator, value: &value, column: value_column };
                if matches!(operator, Operator::Differs | Operator::Lacks) {
                    out.push("NOT ", None);
                }
                term.compile(&field, out).map_err(|reason| {
                    let column = if FIELDS.contains(&field.as_str()) { value_column } else { token.column };
                    FindingFilterError { column, reason }
                })?;
            }
        }
        self.at += 1;
        Ok(())
    }
}

/// A condition on the text that a column numbers.
fn text(column: &str, condition: &str, value: Value, out: &mut FindingFilter) {
    out.push(&format!("{column} IN (SELECT t.id FROM p_text t WHERE {condition})"), Some(value));
}

struct Term<'t> {
    operator: Operator,
    value: &'t str,
    column: usize,
}

impl Term<'_> {
    fn compile(&self, field: &str, out: &mut FindingFilter) -> Result<(), String> {
        let _ = self.column;
        match field {
            "id" => self.text("f.vulnerability", out),
            "package" => self.text("p.name", out),
            "source" => self.text("p.source", out),
            "ecosystem" => self.text("p.kind", out),
            "installed" => self.text("p.version", out),
            "severity" => self.word("f.severity", &severities(), out)?,
            "exploitation" => self.word("f.exploitation", &exploitations(), out)?,
            "automatable" => self.word("f.automatable", &[("unknown", 0), ("no", 1), ("yes", 2)], out)?,
            "kev" => self.yes("f.kev >= 0", out)?,
            "fixed" => self.yes("f.fixed <> 0", out)?,
            "from-base" => self.yes("f.from_base > 0", out)?,
            "cleared" => self.yes("f.cleared > 0", out)?,
            "cvss" => self.number("f.score", |text| scaled(text, 10.0, 10.0), "a score, as 7.5", out)?,
            "epss" => self.number("f.epss", |text| millionths(text).map(i64::from), "a share of 1, as 0.1", out)?,
            "images" => self.number("f.images", |text| text.parse().ok(), "a whole number", out)?,
            other => return Err(format!("there is no field {other:?}; fields are {}", FIELDS.join(", "))),
        }
        Ok(())
    }

    fn text(&self, column: &str, out: &mut FindingFilter) {
        match self.operator {
            Operator::Contains | Operator::Lacks => {
                text(column, "instr(lower(t.text), ?) > 0", Value::Text(self.value.to_ascii_lowercase()), out);
            }
            _ if self.value.contains('*') => text(column, "t.text GLOB ?", Value::Text(glob(self.value)), out),
            _ => text(column, "t.text = ?", Value::Text(self.value.to_owned()), out),
        }
    }

    /// Words with an order.
    fn word(&self, column: &str, words: &[(&str, i64)], out: &mut FindingFilter) -> Result<(), String> {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(self.value));
        let Some((_, number)) = found else {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            return Err(format!("it is one of {}, not {:?}", all.join(", "), self.value));
        };
        self.compared(column, *number, out);
        Ok(())
    }

    fn yes(&self, condition: &str, out: &mut FindingFilter) -> Result<(), String> {
        let negated = match self.value.to_ascii_lowercase().as_str() {
            "yes" | "true" => "",
            "no" | "false" => "NOT ",
            _ => return Err(format!("it is yes or no, not {:?}", self.value)),
        };
        let _ = write!(out.sql, "{negated}({condition})");
        Ok(())
    }

    fn number(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<i64>,
        wanted: &str,
        out: &mut FindingFilter,
    ) -> Result<(), String> {
        let Some(number) = parse(self.value) else { return Err(format!("it is compared with {wanted}")) };
        self.compared(column, number, out);
        Ok(())
    }

    fn compared(&self, column: &str, number: i64, out: &mut FindingFilter) {
        let sign = match self.operator {
            Operator::Greater => ">",
            Operator::AtLeast => ">=",
            Operator::Less => "<",
            Operator::AtMost => "<=",
            _ => "=",
        };
        out.push(&format!("{column} {sign} ?"), Some(Value::Integer(number)));
    }
}

fn severities() -> Vec<(&'static str, i64)> {
    Severity::ALL.iter().map(|severity| (severity.as_str(), i64::from(severity.index()))).collect()
}

fn exploitations() -> Vec<(&'static str, i64)> {
    let all = [Exploitation::None, Exploitation::Poc, Exploitation::Active];
    all.iter().map(|state| (state.as_str(), state.number())).collect()
}

/// A number up to `most`, times `by`.
fn scaled(text: &str, most: f64, by: f64) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    (0.0..=most).contains(&number).then(|| (number * by).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_point_at_the_column_and_say_what_to_write() {
        for (text, expected) in [
            ("severity:>=high", ""),
            ("a (b or -c)", ""),
            ("nope:1", "1: there is no field"),
            ("severity:worse", "10: it is one of negligible, low"),
            ("epss:>2", "7: it is compared with a share of 1"),
            ("kev:maybe", "5: it is yes or no"),
            ("(a", "1: this parenthesis is never closed"),
            ("a)", "2: this parenthesis was never opened"),
            ("a or", "5: a term is missing"),
        ] {
            let found =
                FindingFilter::parse(text).map_or_else(|e| format!("{}: {}", e.column, e.reason), |_| String::new());
            assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{text}: {found}");
        }
    }

    #[test]
    fn values_are_bound_and_never_part_of_the_text() {
        let filter = FindingFilter::parse(r#"id:"x' OR 1=1 --" package~"'; DROP" cvss:>=9"#).unwrap();
        assert!(!filter.sql.contains("DROP") && !filter.sql.contains("1=1"));
        assert_eq!(filter.sql.matches('?').count(), filter.values.len());
    }

    proptest! {
        #[test]
        fn what_parses_is_a_condition(text in "[a-z:~!<>()\" *-]{0,40}") {
            if let Ok(filter) = FindingFilter::parse(&text) {
                let conn = rusqlite::Connection::open_in_memory().unwrap();
                conn.execute_batch(crate::case::project::SCHEMA).unwrap();
                let sql = format!("SELECT 1 FROM p_finding f JOIN p_package p ON p.id = f.package WHERE {}", filter.sql);
                prop_assert!(conn.prepare(&sql).is_ok(), "{}", filter.sql);
            }
        }
    }
}
