//! Tokens to a filter: `or` binds loosest, terms side by side tighter, `not` tightest.

use super::lexer::{Kind, Token, tokens};
use super::{Field, Filter, FilterError, Term};

/// Most terms in one expression: far more than a person writes, far fewer than SQLite's limits.
const MOST_TERMS: usize = 200;
/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 50;

/// Parses a whole expression.
pub(super) fn parse(text: &str) -> Result<Filter, FilterError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.chars().count() + 1 };
    if parser.tokens.is_empty() {
        return Ok(Filter::All);
    }
    if let Some(token) = parser.tokens.get(MOST_TERMS) {
        let reason = format!("an expression has at most {MOST_TERMS} terms and signs");
        return Err(FilterError { column: token.column, reason });
    }
    let filter = parser.either(0)?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => Err(parser.error("this parenthesis was never opened")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn error(&self, reason: &str) -> FilterError {
        let column = self.tokens.get(self.at).map_or(self.end, |token| token.column);
        FilterError { column, reason: reason.to_owned() }
    }

    fn either(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all_of(depth)?];
        while self.peek() == Some(&Kind::Or) {
            self.at += 1;
            parts.push(self.all_of(depth)?);
        }
        Ok(single_or(parts, Filter::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.one(depth)?];
        loop {
            match self.peek() {
                None | Some(Kind::Close | Kind::Or) => return Ok(single_or(parts, Filter::And)),
                Some(Kind::And) => self.at += 1,
                Some(_) => {}
            }
            parts.push(self.one(depth)?);
        }
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > DEEPEST {
            return Err(self.error(&format!("parentheses are nested deeper than {DEEPEST}")));
        }
        let Some(token) = self.tokens.get(self.at).cloned() else { return Err(self.error("a term is missing here")) };
        match token.kind {
            Kind::Or | Kind::And | Kind::Close => Err(self.error("a term is missing here")),
            Kind::Not => {
                self.at += 1;
                Ok(Filter::Not(Box::new(self.one(depth + 1)?)))
            }
            Kind::Open => {
                self.at += 1;
                let inside = self.either(depth + 1)?;
                if self.peek() != Some(&Kind::Close) {
                    return Err(FilterError {
                        column: token.column,
                        reason: "this parenthesis is never closed".into(),
                    });
                }
                self.at += 1;
                Ok(inside)
            }
            Kind::Word(word) if word.is_empty() => Err(self.error("an empty word is in every name")),
            Kind::Word(word) => {
                self.at += 1;
                Ok(Filter::Word(word))
            }
            Kind::Term { field, operator, value, value_column } => {
                self.at += 1;
                let field = Field::parse(&field).ok_or_else(|| unknown_field(token.column, &field))?;
                match field.refuses(operator, &value) {
                    Some(reason) => Err(FilterError { column: value_column, reason }),
                    None => Ok(Filter::Term(Term { field, operator, value })),
                }
            }
        }
    }
}

fn unknown_field(column: usize, field: &str) -> FilterError {
    let reason = format!(
        "there is no field {field:?}; fields are {}; a name with a sign in it goes into double quotes",
        Field::list()
    );
    FilterError { column, reason }
}

fn single_or(mut parts: Vec<Filter>, several: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            several(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The filter with every grouping written out.
    fn shape(text: &str) -> String {
        fn show(filter: &Filter) -> String {
            let all = |parts: &[Filter], sign| format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(sign));
            match filter {
                Filter::All => "*".into(),
                Filter::And(parts) => all(parts, " & "),
                Filter::Or(parts) => all(parts, " | "),
                Filter::Not(part) => format!("!{}", show(part)),
                Filter::Term(t) => format!("{}{}{}", t.field.as_str(), t.operator.as_str(), t.value),
                Filter::Word(word) => format!("'{word}'"),
            }
        }
        Filter::parse(text).map_or_else(|e| format!("{}: {}", e.column, e.reason), |f| show(&f))
    }

    #[test]
    fn expressions_group_as_written() {
        let table = [
            ("", "*"),
            ("  ", "*"),
            (
                "registry:docker.io role:init running:>0 name~api",
                "(registry:docker.io & role:init & running:>0 & name~api)",
            ),
            ("-ns:dev", "!namespace:dev"),
            ("a b or c", "(('a' & 'b') | 'c')"),
            ("a (b or c)", "('a' & ('b' | 'c'))"),
            ("not a b", "(!'a' & 'b')"),
            ("a and not (b OR c)", "('a' & !('b' | 'c'))"),
            ("(verdict:bad or priority:p0)", "(verdict:bad | priority:p0)"),
            ("uses:>=10 uses:<20 uses!:15", "(uses:>=10 & uses:<20 & uses!:15)"),
            (r#""nginx:1.27" tag:"a b\"c""#, r#"('nginx:1.27' & tag:a b"c)"#),
            ("digest:sha256:abc name!~x", "(digest:sha256:abc & name!~x)"),
            ("((a))", "'a'"),
            (r#"tag:"""#, "tag:"),
        ];
        for (text, expected) in table {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_column_and_say_what_to_write() {
        let table = [
            ("a nope:1", "3: there is no field \"nope\"; fields are name, registry"),
            ("running:many", "9: running is compared with a whole number"),
            ("running~1", "9: running is a number"),
            ("name:>1", "7: name is not a number"),
            ("role:ini", "6: role is one of app, init"),
            ("verdict:x", "9: verdict is one of bad"),
            ("moved~yes", "7: moved has fixed values"),
            ("(a", "1: this parenthesis is never closed"),
            ("a)", "2: this parenthesis was never opened"),
            ("a or", "5: a term is missing here"),
            ("or a", "1: a term is missing here"),
            ("name:", "6: a value is missing after name:"),
            (":x", "1: a field's name is missing before :"),
            ("ä \"b", "3: this double quote is never closed"),
            ("a!b", "2: '!' is not expected here"),
            ("\"\"", "1: an empty word"),
        ];
        for (text, expected) in table {
            let found = shape(text);
            assert!(found.starts_with(expected), "{text}: {found}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        assert!(shape(&"(".repeat(100)).contains("nested deeper"));
        assert!(shape(&"-".repeat(150)).contains("nested deeper"));
        assert!(shape(&"a ".repeat(100_000)).contains("at most 200"));
    }
}
