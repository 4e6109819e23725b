//! The manifest of a collection script (`hullbreach kit`): who collected what, when, with which tools, and what was
//! refused or not asked. It names no image; it says how far the answers beside it can be trusted to be all there is.
//!
//! A line is a word and its parts, parted by tabs (`assets/kit/engine.sh`, `note`). Words that are not known are passed
//! over: a newer script may say more.

use std::collections::BTreeMap;

use super::Segment;
use super::outcome::Outcome;
use super::text::lines;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// How every manifest begins.
pub(super) const BEGINNING: &str = "hullbreach-kit\t";

/// Most names in one sentence.
const NAMED: usize = 12;

/// Longest part that is repeated, in characters.
const LONGEST: usize = 200;

/// Difference of clocks, in seconds, from which it is told: below it the way there and back may be all of it.
const CLOCK: i64 = 5;

/// Reads a manifest.
pub(super) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    let mut told = Told::default();
    for (number, _, line) in lines(source, segment) {
        let parts: Vec<&str> = line.split('\t').collect();
        if !told.line(&parts) {
            out.reject(format!("line:{number}"), "a line of the manifest that does not say what its first word needs");
        }
    }
    told.finish(out);
}

/// What a manifest has said so far.
#[derive(Default)]
struct Told<'t> {
    single: BTreeMap<&'t str, &'t str>,
    tools: Vec<&'t str>,
    contexts: Vec<&'t str>,
    /// Sources that were not asked, by the reason.
    skipped: BTreeMap<&'t str, Vec<&'t str>>,
    /// Sources that had nothing to say.
    empty: Vec<&'t str>,
    failed: Vec<(&'t str, &'t str, &'t str)>,
    clocks: Vec<String>,
    interrupted: Option<&'t str>,
}

impl<'t> Told<'t> {
    /// Takes one line; false where a part that it needs is missing.
    fn line(&mut self, parts: &[&'t str]) -> bool {
        match parts {
            ["source", id, "skipped", reason] => self.skipped.entry(reason).or_default().push(id),
            ["source", id, state, code, ..] => match *state {
                "ok" => {}
                "empty" => self.empty.push(id),
                _ => self.failed.push((id, state, code)),
            },
            ["source", ..] => return false,
            ["tool", tool, ..] => self.tools.push(parts.get(2).filter(|version| !version.is_empty()).unwrap_or(tool)),
            ["other-context", name] => self.contexts.push(name),
            ["cluster-date", date, asked] => self.clocks.extend(clock("the cluster", date, asked)),
            ["server-date", server, date, asked] => self.clocks.extend(clock(server, date, asked)),
            ["interrupted", _, during] => self.interrupted = Some(during),
            [word @ ("hullbreach-kit" | "role" | "host" | "user" | "begun" | "ended" | "context"), value, ..] => {
                self.single.insert(word, value);
            }
            [word @ ("environment-values" | "time-limits"), value, ..] => _ = self.single.insert(word, value),
            ["hullbreach-kit" | "role" | "host" | "begun" | "ended"] => return false,
            _ => {}
        }
        true
    }

    fn get(&self, word: &str) -> &'t str {
        self.single.get(word).copied().filter(|value| !value.is_empty()).unwrap_or("unknown")
    }

    fn finish(self, out: &mut Outcome) {
        let time = |word: &str| self.single.get(word).and_then(|text| Micros::parse_rfc3339(text));
        out.newest = time("ended").or_else(|| time("begun"));
        let notes = &mut out.said.notes;
        notes.insert(self.collected());
        for (reason, ids) in &self.skipped {
            notes.insert(format!("not asked, because {}: {}", short(reason), named(ids)));
        }
        if !self.contexts.is_empty() {
            let names = named(&self.contexts);
            notes.insert(format!("the same login knows other clusters that this archive says nothing of: {names}"));
        }
        if self.get("environment-values") == "withheld" {
            let withheld =
                "values of environment variables were withheld by who collected: images named there are missing";
            notes.insert(withheld.to_owned());
        }
        notes.extend(self.clocks);
        let partial = &mut out.said.partial;
        for (id, state, code) in self.failed.iter().take(NAMED) {
            partial.insert(format!("{} {} (status {})", short(id), short(state), short(code)));
        }
        if self.failed.len() > NAMED {
            partial.insert(format!("and {} more questions that were not answered", self.failed.len() - NAMED));
        }
        if let Some(during) = self.interrupted {
            let during = if during.is_empty() { "the beginning" } else { during };
            partial.insert(format!("interrupted during {}: what comes after it is missing", short(during)));
        } else if !self.single.contains_key("ended") {
            partial.insert("it does not say that the collection ended: get the archive anew".to_owned());
        }
    }

    /// Who collected what, where and when.
    fn collected(&self) -> String {
        let [role, host, user] = ["role", "host", "user"].map(|word| short(self.get(word)));
        let [begun, ended] = ["begun", "ended"].map(|word| short(self.get(word)));
        let context = self.single.get("context").map(|name| format!(" (context {})", short(name)));
        let tools = if self.tools.is_empty() { "no tool".to_owned() } else { named(&self.tools) };
        format!(
            "collected for the role {role}{} on {host} by {user}, from {begun} to {ended}, with {tools}",
            context.unwrap_or_default()
        )
    }
}

/// How far the machine's clock is from another one's, where it is more than the way there and back can be.
fn clock(whose: &str, date: &str, asked: &str) -> Option<String> {
    let date = chrono::DateTime::parse_from_rfc2822(date.trim()).ok()?.timestamp();
    let (before, after) = asked.strip_prefix("asked between ")?.split_once(" and ")?;
    let [before, after] = [before, after].map(|text| Some(Micros::parse_rfc3339(text)?.0 / 1_000_000));
    let ahead = match (before?, after?) {
        (before, _) if before - date >= CLOCK => before - date,
        (_, after) if date - after >= CLOCK => after - date,
        _ => return None,
    };
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    Some(format!(
        "the clock of the collecting machine was {} s {way} that of {}: times that it wrote itself are off by as much",
        ahead.unsigned_abs(),
        short(whose)
    ))
}

/// Names in a sentence, the first of them where they are many.
fn named(names: &[&str]) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| short(name)).collect();
    let more = names.len().saturating_sub(NAMED);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", first.join(", "))
}

/// A part fit to be shown.
fn short(text: &str) -> String {
    scrub(text.trim()).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reading::Status;
    use crate::read::{Collected, Collector, Detection, Format, Limits, Splitter, detect, read_segment};

    const WHOLE: &str = "hullbreach-kit\t0.1.0\nrole\tcluster\nhost\tbastion\nuser\tana\nbegun\t2026-11-22T01:00:00Z\n\
        context\tprod\nother-context\tstage\ntool\tkubectl\tClient Version: v1.33.1\n\
        cluster-date\tSun, 22 Nov 2026 01:00:01 GMT\tasked between 2026-11-22T01:00:00Z and 2026-11-22T01:00:02Z\n\
        source\tpods\tok\t0\t2026-11-22T01:00:03Z\t2026-11-22T01:00:04Z\tpods.json\tab\n\
        source\tjobs\tempty\t0\t2026-11-22T01:00:03Z\t2026-11-22T01:00:04Z\tjobs.json\t-\n\
        source\thub\tskipped\tcurl is not on this machine\nended\t2026-11-22T01:05:00Z\n";

    fn read(text: &str) -> Collected {
        assert_eq!(detect(text.as_bytes(), true, "x"), Detection::Known(Format::KitManifest));
        let (mut splitter, mut segments) = (Splitter::new(Format::KitManifest, Limits::default()), Vec::new());
        splitter.push(text.as_bytes(), &mut segments).unwrap();
        splitter.finish(&mut segments).unwrap();
        let mut collector = Collector::new(Format::KitManifest);
        segments.iter().for_each(|s| collector.add(&read_segment(Format::KitManifest, s, &Limits::default())));
        collector.finish(false)
    }

    #[test]
    fn a_collection_that_went_well_is_read_and_told() {
        let told = read(WHOLE);
        assert_eq!((told.status, told.reason.as_str(), told.rejected), (Status::Read, "", 0));
        assert_eq!(told.times.last(), Micros::parse_rfc3339("2026-11-22T01:05:00Z"));
        assert_eq!(
            told.notes,
            [
                "collected for the role cluster (context prod) on bastion by ana, from 2026-11-22T01:00:00Z to \
                 2026-11-22T01:05:00Z, with Client Version: v1.33.1",
                "not asked, because curl is not on this machine: hub",
                "the same login knows other clusters that this archive says nothing of: stage",
            ]
        );
    }

    #[test]
    fn what_was_refused_or_cut_short_makes_it_partial() {
        let refused = WHOLE.replace("source\tpods\tok\t0", "source\tpods\tfailed\t1");
        let told = read(&refused);
        assert_eq!((told.status, told.reason.as_str()), (Status::Partial, "pods failed (status 1)"));
        let stopped = WHOLE.replace("ended\t", "interrupted\t2026-11-22T01:05:00Z\tjobs\nended\t");
        assert!(read(&stopped).reason.contains("interrupted during jobs"));
        let cut = WHOLE.split("ended").next().unwrap();
        assert!(read(cut).reason.contains("does not say that the collection ended"));
        assert!(
            read(&WHOLE.replace("time-limits", "x").replace("user\tana\n", "environment-values\twithheld\n"))
                .notes
                .iter()
                .any(|note| note.contains("withheld"))
        );
    }

    #[test]
    fn clocks_that_differ_are_told() {
        for (date, expected) in [
            ("Sun, 22 Nov 2026 00:58:00 GMT", Some("120 s ahead of")),
            ("Sun, 22 Nov 2026 01:02:02 GMT", Some("120 s behind")),
            ("Sun, 22 Nov 2026 01:00:05 GMT", None),
            ("unknown", None),
        ] {
            let told = read(&WHOLE.replace("Sun, 22 Nov 2026 01:00:01 GMT", date));
            let found = told.notes.iter().find(|note| note.contains("clock"));
            assert_eq!(found.is_some(), expected.is_some(), "{date}: {found:?}");
            assert!(expected.is_none_or(|words| found.unwrap().contains(words)), "{date}: {found:?}");
        }
    }

    #[test]
    fn hostile_lines_are_counted_and_scrubbed() {
        let told = read("hullbreach-kit\t1\nsource\nrole\nsource\ta\u{202e}b\tfailed\t\u{1b}[31m\nended\tx\n\t\t\n");
        assert_eq!(told.rejected, 2);
        assert!(!told.reason.contains(['\u{202e}', '\u{1b}']), "{:?}", told.reason);
    }
}
