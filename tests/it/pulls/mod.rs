//! Logs of pulls: from the bytes of each format to what `sightings` says of them.

mod formats;
mod hostile;
mod known_good;
mod large;
mod story;
mod verdicts;

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::model::pulls::{PullLog, Pulled, Pulls};
use hullbreach::model::reading::Reject;
use hullbreach::read::{Collected, Collector, Detection, Format, Hints, Limits, SegmentKind, Splitter, detect};
use serde_json::Value;

use crate::support::World;
use crate::support::command::run;

/// Digests of one letter each.
fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

fn word(text: &str) -> Format {
    match detect(text.as_bytes(), true, "") {
        Detection::Known(format) => format,
        Detection::Unknown { reason, .. } => panic!("{reason}: {text}"),
    }
}

/// What a log came to.
struct Whole {
    collected: Collected,
    rejects: Vec<Reject>,
    items: usize,
}

/// Reads a log cut into batches of so many segments, each with a collector of its own, as an import does.
fn read_cut(format: Format, text: &str, hints: &Hints, batch: usize) -> Whole {
    let limits = Limits::default();
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, limits));
    let error = splitter.push(text.as_bytes(), &mut segments).and_then(|()| splitter.finish(&mut segments)).err();
    let mut all = Collector::new(format);
    let (mut rejects, mut base, mut items) = (Vec::new(), 0_u64, 0);
    for batch in segments.chunks(batch.max(1)) {
        let (mut collector, mut at) = (Collector::new(format), 0_u64);
        for segment in batch {
            if segment.kind == SegmentKind::Glue {
                collector.glue(&segment.bytes);
            } else {
                let outcome = collector.read_log((segment, &segment.bytes, at), hints, &limits);
                collector.add(&outcome);
                items += outcome.items.len();
                rejects.extend(outcome.rejects);
            }
            at += segment.bytes.len() as u64;
        }
        all.merge(collector, base);
        base += at;
    }
    if let Some(error) = &error {
        all.broken(error);
    }
    Whole { collected: all.finish(false), rejects, items }
}

fn read(text: &str) -> Whole {
    read_cut(word(text), text, &Hints::default(), 3)
}

impl Whole {
    fn log(&self) -> &PullLog {
        match self.collected.summed[0].pulls.as_deref() {
            Some(Pulls::Log(log)) => log,
            other => panic!("{other:?}"),
        }
    }

    fn images(&self) -> Vec<&Pulled> {
        let all = self.collected.summed.iter().filter_map(|item| item.pulls.as_deref());
        all.filter_map(|pulls| if let Pulls::Image(pulled) = pulls { Some(pulled) } else { None }).collect()
    }

    /// `name @d kind manner count/sessions users hosts` of each image, digests by their first letter.
    fn brief(&self) -> Vec<String> {
        let shown = |of: &&Pulled| {
            let digest = of.digest.get(7..8).map(|d| format!(" @{d}")).unwrap_or_default();
            let name = of.as_written.split('@').next().unwrap();
            let (users, hosts) = (of.users.count().number, of.hosts.count().number);
            let (kind, manner) = (of.kind.as_str(), of.manner.as_str());
            format!("{name}{digest} {kind} {manner} {}/{} {users} {hosts}", of.count, of.sessions)
        };
        self.images().iter().map(shown).collect()
    }
}

/// A case with files in it.
fn case(world: &World, env: &Env, files: &[(&str, &str)], more: &[&str]) {
    run(env, ["new", "t.case", "--title", "T", "--aware", "2026-03-17T07:40Z", "--aware-source", "x"])
        .expect(Exit::Done);
    for (name, text) in files {
        std::fs::write(world.cases().join(name), text).unwrap();
        let ran = run(env, [&["import", name], more].concat());
        assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{}{}", ran.out(), ran.err());
    }
}

fn sightings(env: &Env, rest: &[&str]) -> Value {
    run(env, [&["sightings", "--json"], rest].concat()).expect(Exit::Done).json()
}
