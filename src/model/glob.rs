//! Patterns in which `*` stands for anything and every other character for itself.

/// True where the pattern fits the whole text. Takes time in proportion to both lengths at most, whatever they are.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not fit: behind that star, one character later.
    let mut again: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(wanted) if wanted == byte => {
                p += 1;
                t += 1;
            }
            _ => match again {
                Some((after, from)) => {
                    again = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stars_stand_for_anything_and_the_rest_for_itself() {
        let table = [
            ("docker.io", "docker.io", true),
            ("docker.io", "docker.iox", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("harbour*/agent", "harbourline/agent", true),
            ("*/agent", "a/b/agent", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "ab", false),
            ("a*", "ba", false),
            ("a?[b]", "a?[b]", true),
            ("a?", "ab", false),
        ];
        for (pattern, text, wanted) in table {
            assert_eq!(fits(pattern, text), wanted, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn parts_with_stars_between_fit_where_they_stand_in_order(parts in proptest::collection::vec("[ab]{0,4}", 1..5)) {
            let text = parts.join("bab");
            prop_assert!(fits(&parts.join("*"), &text));
            let longer = format!("{}c", parts.join("*"));
            prop_assert!(!fits(&longer, &text));
        }
    }
}
