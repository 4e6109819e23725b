//! The filter language of the images list: `registry:docker.io role:init running:>0 name~api -ns:dev`.
//!
//! Terms side by side must all hold; `or`, `not` (or `-`) and parentheses combine them; a word alone is looked for in the
//! name. `:` equals (with `*` as a wildcard in texts), `~` contains, `!:` and `!~` are their opposites, and numbers also
//! take `:>`, `:>=`, `:<`, `:<=`. Values with spaces or signs go into double quotes.
//!
//! A field that has several values (tags, roles, namespaces …) holds where any of them does, and its opposite where none
//! does.

pub mod complete;
mod fields;
pub(in crate::case::query) mod lexer;
mod parser;
mod sql;

use std::fmt;

pub use fields::Field;
pub(in crate::case::query) use sql::glob;

/// A filter expression.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Filter {
    /// Everything.
    #[default]
    All,
    /// All of them hold; two or more.
    And(Vec<Filter>),
    /// Any of them holds; two or more.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A field's value.
    Term(Term),
    /// A word in the name.
    Word(String),
}

/// One field compared with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The field.
    pub field: Field,
    /// The comparison.
    pub operator: Operator,
    /// The value as written, without quotes.
    pub value: String,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `:`
    Equals,
    /// `!:`
    Differs,
    /// `~`
    Contains,
    /// `!~`
    Lacks,
    /// `:>`
    Greater,
    /// `:>=`
    AtLeast,
    /// `:<`
    Less,
    /// `:<=`
    AtMost,
}

impl Operator {
    /// Every operator; those that begin like another come before it.
    pub const ALL: [Operator; 8] = [
        Operator::AtLeast,
        Operator::Greater,
        Operator::AtMost,
        Operator::Less,
        Operator::Differs,
        Operator::Lacks,
        Operator::Equals,
        Operator::Contains,
    ];

    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::Equals => ":",
            Operator::Differs => "!:",
            Operator::Contains => "~",
            Operator::Lacks => "!~",
            Operator::Greater => ":>",
            Operator::AtLeast => ":>=",
            Operator::Less => ":<",
            Operator::AtMost => ":<=",
        }
    }
}

/// Why an expression is no filter, and at which character (from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("filter, column {column}: {reason}")]
pub struct FilterError {
    /// The character the error points at, counted from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub reason: String,
}

impl Filter {
    /// Parses an expression; an empty one holds for every image.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        parser::parse(text)
    }
}

impl fmt::Display for Filter {
    /// An expression that parses to this filter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::All => Ok(()),
            Filter::And(parts) => join(f, parts, " "),
            Filter::Or(parts) => join(f, parts, " or "),
            Filter::Not(part) => {
                f.write_str("not ")?;
                part.fmt_inside(f)
            }
            Filter::Term(term) => write!(f, "{}{}{}", term.field.as_str(), term.operator.as_str(), quoted(&term.value)),
            Filter::Word(word) => f.write_str(&quoted(word)),
        }
    }
}

impl Filter {
    fn fmt_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::And(_) | Filter::Or(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Filter], between: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        part.fmt_inside(f)?;
    }
    Ok(())
}

/// A value in quotes where it needs them.
pub fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._/@*+-".contains(c);
    let keyword = ["or", "and", "not"].iter().any(|k| value.eq_ignore_ascii_case(k));
    if !value.is_empty() && !value.starts_with('-') && !keyword && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter() -> impl Strategy<Value = Filter> {
        let leaf = prop_oneof![
            any::<String>().prop_filter("an empty word is no word", |w| !w.is_empty()).prop_map(Filter::Word),
            ("[a-z*:\\\\\" -]{0,8}", 0..5_usize, any::<bool>()).prop_map(|(value, field, contains)| {
                let field = [Field::Name, Field::Registry, Field::Tag, Field::Namespace, Field::Workload][field];
                let operator = if contains { Operator::Contains } else { Operator::Differs };
                Filter::Term(Term { field, operator, value })
            }),
            (0..3_usize, 0..8_usize, any::<u32>()).prop_map(|(field, operator, n)| {
                let field = [Field::Running, Field::Uses, Field::Workloads][field];
                let operator = Operator::ALL[operator];
                let numeric = !matches!(operator, Operator::Contains | Operator::Lacks);
                let operator = if numeric { operator } else { Operator::Equals };
                Filter::Term(Term { field, operator, value: n.to_string() })
            }),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
                inner.prop_map(|f| Filter::Not(Box::new(f))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(filter in filter()) {
            let text = filter.to_string();
            prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), mixed in "[a-z:~!<>()\"\\\\ *-]{0,40}") {
            for text in [text, mixed] {
                if let Ok(filter) = Filter::parse(&text) {
                    prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
                }
            }
        }
    }
}
