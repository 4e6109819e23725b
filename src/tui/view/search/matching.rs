//! Which names fit what was typed, and how well. Pure: names in, the best of them out, and how many fit in all.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::sync::Arc;

use super::hit::{Hit, Item};

/// Most that are kept of one portion, and shown in all.
pub const KEPT: usize = 200;
/// The most characters of what is typed, and of a name, that are looked at.
const MATCHED: usize = 100;
const LOOKED_AT: usize = 400;
/// What is above this is thrown out down to the best: not at every step.
const CROWDED: usize = KEPT * 4;

/// What fits, while it is gathered.
pub struct Matching {
    wanted: Arc<str>,
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
    hits: Vec<Hit>,
    /// Names that fit, kept or not.
    pub matched: u64,
}

impl Matching {
    /// For what was typed.
    pub fn new(typed: &str) -> Matching {
        let typed: String = typed.chars().take(MATCHED).collect();
        Matching {
            pattern: Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart),
            wanted: typed.into(),
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            buffer: Vec::new(),
            hits: Vec::new(),
            matched: 0,
        }
    }

    /// Looks at one name; `item` is made only where it fits. `besides` is searched too, and not shown.
    pub fn look(&mut self, name: &str, besides: &str, item: impl FnOnce() -> Item) {
        let score = self.score(name).or_else(|| if besides.is_empty() { None } else { self.score(besides) });
        let Some(score) = score else { return };
        self.matched += 1;
        self.hits.push(Hit { item: item(), score, wanted: Arc::clone(&self.wanted) });
        if self.hits.len() >= CROWDED {
            best(&mut self.hits);
        }
    }

    /// The best of them.
    pub fn end(mut self) -> Vec<Hit> {
        best(&mut self.hits);
        self.hits
    }

    fn score(&mut self, name: &str) -> Option<u32> {
        let end = name.char_indices().nth(LOOKED_AT).map_or(name.len(), |(at, _)| at);
        let name = name.get(..end).unwrap_or_default();
        self.pattern.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)
    }
}

/// Sorts, and throws out what is beyond the best.
pub fn best(hits: &mut Vec<Hit>) {
    hits.sort_by(|a, b| a.rank().cmp(&b.rank()));
    hits.truncate(KEPT);
}

#[cfg(test)]
mod tests {
    use super::super::hit::Kind;
    use super::*;
    use crate::command::Call;
    use proptest::prelude::*;

    fn found(typed: &str, names: &[&str]) -> (Vec<String>, u64) {
        let mut matching = Matching::new(typed);
        for name in names {
            let item =
                || Item { kind: Kind::Image, name: (*name).to_owned(), more: String::new(), call: Call::parse("x.y") };
            matching.look(name, "", item);
        }
        let matched = matching.matched;
        (matching.end().into_iter().map(|hit| hit.item.name).collect(), matched)
    }

    #[test]
    fn any_part_finds_and_the_nearest_is_first() {
        let names =
            ["docker.io/library/postgres:16", "ghcr.io/pay/api:1", "ghcr.io/pay/app-indexer:1", "quay.io/x/y:2"];
        assert_eq!(found("pay/api", &names).0.first().map(String::as_str), Some("ghcr.io/pay/api:1"));
        assert_eq!(found("POSTGR", &names), (vec![names[0].to_owned()], 1));
        assert_eq!(found("zzzz", &names), (Vec::new(), 0));
        assert_eq!(found("", &names).1, 4);
    }

    #[test]
    fn the_best_are_kept_and_all_are_counted() {
        let names: Vec<String> = (0..5_000).map(|n| format!("registry.example/team/app-{n}:1")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (kept, matched) = found("app-4999", &names);
        assert!(kept.len() <= KEPT && matched >= 1);
        assert_eq!(kept[0], "registry.example/team/app-4999:1");
        assert_eq!(found("app", &names), (found("app", &names).0, 5_000));
        assert_eq!(found("app", &names).0.len(), KEPT);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(typed in any::<String>(), name in any::<String>()) {
            let (kept, matched) = found(&typed, &[&name]);
            prop_assert_eq!(kept.len() as u64, matched);
        }
    }
}
