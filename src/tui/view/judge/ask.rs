//! The line in which something is said of images: what, and why. What is typed is completed, and wrong words are underlined
//! before anything is planned.

use std::ops::Range;

use crate::case::query::triage::words::Value;
use crate::model::judgement::{Field, PAUSED, RUNNING};
use crate::model::priority::Priority;
use crate::tui::view::pane;
use crate::tui::widget::input::{Completion, Edit, InputState, Problem};
use crate::work::triage::reason;

/// What is said, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The priority or the due time of these images.
    Set(Vec<String>),
    /// The assessment of these images.
    Assess(Vec<String>),
    /// The policy of this file becomes the case's.
    Adopt(String),
}

/// All that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Fields of images.
    Images {
        /// Their ids.
        images: Vec<String>,
        /// The fields.
        values: Vec<Value>,
        /// Why.
        reason: String,
    },
    /// Another policy.
    Policy {
        /// Its file.
        file: String,
        /// Why.
        reason: String,
    },
}

/// What became of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// It is none of typing.
    Unknown,
    /// Something about the line changed.
    Edited,
    /// It is said.
    Said(Said),
    /// Nothing is said.
    Cancelled,
}

/// The line.
#[derive(Debug)]
pub struct Ask {
    /// What is typed.
    pub input: InputState,
    about: About,
    label: String,
}

impl Ask {
    /// About something that is called so.
    pub fn new(about: About, label: String) -> Ask {
        let mut ask = Ask { input: InputState::default(), about, label };
        ask.offer();
        ask
    }

    /// Before what is typed.
    pub fn prompt(&self) -> String {
        match self.about {
            About::Set(_) => format!("set {} ", self.label),
            About::Assess(_) => format!("assess {} ", self.label),
            About::Adopt(_) => format!("store {} because ", self.label),
        }
    }

    /// Shown while nothing is typed.
    pub fn placeholder(&self) -> &'static str {
        match self.about {
            About::Set(_) => "P0 to P3, computed, pause or resume; then why",
            About::Assess(_) => "criticality=high exposure=internet; then why",
            About::Adopt(_) => "why the case follows another policy",
        }
    }

    /// Text was typed or pasted.
    pub fn insert(&mut self, text: &str) {
        self.input.apply(Edit::Paste(text.to_owned()));
        self.offer();
    }

    /// An `input.` command.
    pub fn command(&mut self, id: &str) -> Typed {
        let chosen = self.input.completion().is_some_and(|completion| completion.chosen.is_some());
        match id {
            "input.accept" if chosen => {
                self.input.apply(Edit::Complete);
                self.insert(" ");
            }
            "input.accept" => match self.said() {
                Ok(said) => return Typed::Said(said),
                Err(problem) => {
                    self.input.offer(Completion::default());
                    self.input.problem = Some(problem);
                }
            },
            "input.cancel" if chosen => drop(self.input.apply(Edit::EndCompletion)),
            "input.cancel" => return Typed::Cancelled,
            "input.complete" => drop(self.input.apply(Edit::NextCompletion)),
            id => match pane::edit(id) {
                None => return Typed::Unknown,
                Some(edit) => {
                    self.input.apply(edit);
                    self.offer();
                }
            },
        }
        Typed::Edited
    }

    /// What is said, or what is wrong with it.
    pub fn said(&self) -> Result<Said, Problem> {
        let text = self.input.text();
        let (values, rest) = match &self.about {
            About::Set(_) => priority(text)?,
            About::Assess(_) => assessment(text)?,
            About::Adopt(_) => (Vec::new(), text),
        };
        let end = text.len()..text.len();
        let rest = rest.trim_start_matches(parts);
        let reason = reason(rest).map_err(|why| {
            let why = if rest.trim().is_empty() {
                "and why? a reason is what others will judge it by".to_owned()
            } else {
                why
            };
            Problem { range: end, message: why }
        })?;
        Ok(match &self.about {
            About::Set(images) | About::Assess(images) => Said::Images { images: images.clone(), values, reason },
            About::Adopt(file) => Said::Policy { file: file.clone(), reason },
        })
    }

    /// Offers what could stand at the cursor, while no reason is begun.
    fn offer(&mut self) {
        let text = self.input.text();
        let before = text.get(..self.input.cursor()).unwrap_or_default();
        let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let (head, begun) = (before.get(..start).unwrap_or_default(), before.get(start..).unwrap_or_default());
        let items = match self.about {
            About::Set(_) if head.trim().is_empty() => priorities(),
            About::Assess(_) if head.split_whitespace().all(|word| word.contains('=')) => fields(head),
            _ => Vec::new(),
        };
        let fits =
            |item: &(String, String)| item.0.to_lowercase().starts_with(&begun.to_lowercase()) && item.0 != begun;
        let items: Vec<(String, String)> = items.into_iter().filter(fits).collect();
        let replaces = start..self.input.cursor();
        self.input.offer(Completion { replaces, items, chosen: None });
    }
}

const WORDS: [(&str, &str); 3] = [
    ("computed", "leave it to the policy again"),
    ("pause", "the due time stands still"),
    ("resume", "the due time runs again"),
];

fn priorities() -> Vec<(String, String)> {
    let set = Priority::ALL.map(|priority| (priority.to_string(), "in place of the computed one".to_owned()));
    set.into_iter().chain(WORDS.map(|(word, note)| (word.to_owned(), note.to_owned()))).collect()
}

/// Fields that are not named yet, each with every value.
fn fields(head: &str) -> Vec<(String, String)> {
    let named = |field: &Field| head.split_whitespace().any(|word| word.split('=').next() == Some(field.as_str()));
    let open = Field::ASSESSED.into_iter().filter(|field| !named(field));
    let values = open.flat_map(|field| {
        let values = field.values();
        values.split(", ").map(|value| (format!("{}={value}", field.as_str()), String::new())).collect::<Vec<_>>()
    });
    values.collect()
}

/// What may stand between words: people write `high; because` as well as `high because`.
fn parts(c: char) -> bool {
    c.is_whitespace() || matches!(c, ';' | ',')
}

/// The first word of a text, where it stands, and what stands behind it.
fn first(text: &str) -> (&str, Range<usize>, &str) {
    let start = text.len() - text.trim_start_matches(parts).len();
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(parts).unwrap_or(rest.len());
    (rest.get(..end).unwrap_or_default(), start..start + end, rest.get(end..).unwrap_or_default())
}

fn priority(text: &str) -> Result<(Vec<Value>, &str), Problem> {
    let (word, range, rest) = first(text);
    let value = match word.to_ascii_lowercase().as_str() {
        "computed" => (Field::Priority, None),
        "pause" | "paused" => (Field::Due, Some(PAUSED.to_owned())),
        "resume" | "running" => (Field::Due, Some(RUNNING.to_owned())),
        _ => {
            let known = Field::Priority.value(word);
            let message = "begin with P0, P1, P2, P3, computed, pause or resume".to_owned();
            (Field::Priority, Some(known.ok_or(Problem { range, message })?))
        }
    };
    Ok((vec![value], rest))
}

fn assessment(text: &str) -> Result<(Vec<Value>, &str), Problem> {
    let (mut values, mut at): (Vec<Value>, usize) = (Vec::new(), 0);
    loop {
        let (word, range, _) = first(text.get(at..).unwrap_or_default());
        let (start, end) = (at + range.start, at + range.end);
        let Some((name, value)) = word.split_once('=') else { break };
        let wrong = |message: String| Problem { range: start..end, message };
        let fields = || format!("say one of {} and =", Field::ASSESSED.map(Field::as_str).join(", "));
        let field = Field::parse(name).ok_or_else(|| wrong(fields()))?;
        if values.iter().any(|(known, _)| *known == field) {
            return Err(wrong(format!("{} is said twice", field.as_str())));
        }
        let kept = match value {
            "" => None,
            value => Some(field.value(value).ok_or_else(|| wrong(format!("{name} is one of {}", field.values())))?),
        };
        values.push((field, kept));
        at = end;
    }
    if values.is_empty() {
        let (_, range, _) = first(text);
        return Err(Problem {
            range,
            message: "begin with what it is, as criticality=high exposure=internet".to_owned(),
        });
    }
    Ok((values, text.get(at..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(about: About, text: &str) -> Ask {
        let mut ask = Ask::new(about, "api".to_owned());
        ask.insert(text);
        ask
    }

    fn set(text: &str) -> Result<Said, Problem> {
        ask(About::Set(vec!["a".to_owned()]), text).said()
    }

    fn assess(text: &str) -> Result<Said, Problem> {
        ask(About::Assess(vec!["a".to_owned()]), text).said()
    }

    fn said(values: Vec<Value>, reason: &str) -> Result<Said, Problem> {
        Ok(Said::Images { images: vec!["a".to_owned()], values, reason: reason.to_owned() })
    }

    #[test]
    fn a_priority_a_pause_and_why() {
        assert_eq!(
            set("p1 isolated until Friday"),
            said(vec![(Field::Priority, Some("P1".into()))], "isolated until Friday")
        );
        assert_eq!(set(" computed  no longer so"), said(vec![(Field::Priority, None)], "no longer so"));
        assert_eq!(set("computed; no longer so"), said(vec![(Field::Priority, None)], "no longer so"));
        assert_eq!(set("pause vendor"), said(vec![(Field::Due, Some(PAUSED.into()))], "vendor"));
        for (text, wanted) in
            [("", "begin with P0"), ("P9 why", "begin with P0"), ("P1", "and why?"), ("P1  ", "and why?")]
        {
            assert!(set(text).unwrap_err().message.starts_with(wanted), "{text}");
        }
    }

    #[test]
    fn an_assessment_of_several_fields_and_why() {
        let both = vec![(Field::Criticality, Some("high".into())), (Field::Exposure, None)];
        assert_eq!(assess("criticality=High exposure= owner says so"), said(both, "owner says so"));
        let both = vec![(Field::Criticality, Some("high".into())), (Field::Exposure, Some("internet".into()))];
        assert_eq!(assess("criticality=high, exposure=internet; the shop, in short"), said(both, "the shop, in short"));
        for (text, wanted) in [
            ("high because", "begin with what it is"),
            ("criticality=huge x", "criticality is one of critical"),
            ("weight=3 x", "say one of criticality"),
            ("exposure=internal exposure=internet x", "exposure is said twice"),
            ("exposure=internal", "and why?"),
        ] {
            let problem = assess(text).unwrap_err();
            assert!(problem.message.starts_with(wanted), "{text}: {}", problem.message);
            assert!(text.get(problem.range).is_some());
        }
        assert_eq!(
            assess("exposure=internal a=b"),
            Err(Problem {
                range: 18..21,
                message: "say one of criticality, exploitability, exposure and =".to_owned(),
            })
        );
    }

    #[test]
    fn words_are_completed_until_the_reason_begins() {
        let items = |ask: &Ask| ask.input.completion().map_or(0, |completion| completion.items.len());
        let mut line = Ask::new(About::Set(vec!["a".to_owned()]), "api".to_owned());
        assert_eq!(items(&line), 7);
        line.insert("comp");
        assert_eq!(items(&line), 1);
        assert_eq!((line.command("input.complete"), line.command("input.accept")), (Typed::Edited, Typed::Edited));
        assert_eq!((line.input.text(), items(&line)), ("computed ", 0));
        let fields = ask(About::Assess(Vec::new()), "criticality=high ");
        assert_eq!(items(&fields), 8, "each value of the two that are left");
        assert_eq!(items(&ask(About::Assess(Vec::new()), "criticality=high owner ")), 0);
        assert_eq!(items(&ask(About::Adopt("x".into()), "c")), 0);
        let mut line = ask(About::Adopt("mine.toml".into()), "agreed");
        assert_eq!(
            line.command("input.accept"),
            Typed::Said(Said::Policy { file: "mine.toml".into(), reason: "agreed".into() })
        );
        assert_eq!((line.command("input.cancel"), line.command("table.up")), (Typed::Cancelled, Typed::Unknown));
    }
}
