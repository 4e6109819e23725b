//! The words of Dockerfiles, as far as reading and resolving must agree on them.

use std::iter::Peekable;
use std::str::Chars;

/// Takes the name of a variable after its `$` or `${`, as BuildKit's shell words have it: digits, one special sign, or
/// letters, digits and `_`; empty where none stands there.
pub fn variable_name(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut name = String::new();
    match rest.peek() {
        Some(c) if c.is_numeric() => {
            while let Some(c) = rest.next_if(|c| c.is_numeric()) {
                name.push(c);
            }
        }
        Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => name.extend(rest.next()),
        _ => {
            while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
                name.push(c);
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_the_shell_ends_them() {
        for (text, name, left) in
            [("TAG-x", "TAG", "-x"), ("1a", "1", "a"), ("$$", "$", "$"), ("_a1.b", "_a1", ".b"), ("", "", "")]
        {
            let mut rest = text.chars().peekable();
            assert_eq!((variable_name(&mut rest).as_str(), rest.collect::<String>().as_str()), (name, left), "{text}");
        }
    }
}
