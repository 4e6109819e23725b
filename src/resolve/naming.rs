//! What an image is called among all the names it is used under.

/// One name of an image and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Canonical, or as written where the grammar refused it.
    pub name: &'a str,
    /// It is a reference after the grammar.
    pub parsed: bool,
    /// It has a tag.
    pub tagged: bool,
    /// In how many current places it is written.
    pub current: u64,
}

/// The position of the name to show: references with a tag first, then the one most often current, then the lexically
/// smallest. `None` where there is none.
pub fn choose(candidates: &[Candidate<'_>]) -> Option<usize> {
    let key = |c: &Candidate<'_>| (!c.parsed, !c.tagged, std::cmp::Reverse(c.current));
    candidates.iter().enumerate().min_by(|(_, a), (_, b)| key(a).cmp(&key(b)).then(a.name.cmp(b.name))).map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str, parsed: bool, tagged: bool, current: u64) -> Candidate<'_> {
        Candidate { name, parsed, tagged, current }
    }

    #[test]
    fn one_digest_under_ten_names_is_called_by_the_one_most_often_current() {
        let mut names: Vec<Candidate<'_>> =
            ["i", "h", "g", "f", "e", "d", "c", "b", "a"].into_iter().map(|n| name(n, true, true, 1)).collect();
        names.push(name("z", true, true, 2));
        assert_eq!(choose(&names), Some(9));
        names.truncate(9);
        assert_eq!(choose(&names), Some(8), "ties go to the lexically smallest");
    }

    #[test]
    fn a_tag_is_preferred_to_a_bare_repository_and_a_reference_to_text() {
        let names = [name("a", false, false, 9), name("b", true, false, 9), name("c", true, true, 0)];
        assert_eq!(choose(&names), Some(2));
        assert_eq!(choose(names.get(..2).unwrap()), Some(1));
        assert_eq!(choose(&[]), None);
    }
}
