//! What stays out of a report: what bears a higher label, what is privileged, personal data, what its audience has no use
//! for. What stays out is gone from the model, so that no form can leak it, and is counted.

use std::collections::BTreeMap;

use super::choice::{Audience, Choice, Topic};
use super::lines::lines;
use super::model::{Affected, Entry, Indicator, Lane, LeftOut, Marking, Report};
use super::persons::{without_accounts, without_addresses, without_home, without_homes, without_login};
use crate::model::tlp::Tlp;
use crate::model::verdict::Verdict;

/// Stands in place of a person or a machine that stays out.
pub(super) const LEFT_OUT: &str = "(left out)";

/// The report as it may leave.
pub fn released(mut report: Report, choice: &Choice) -> Report {
    let own = report.header.case_tlp;
    let cap = choice.tlp.unwrap_or(own);
    report.header.tlp = cap;
    report.header.audience = choice.audience;
    let mut out = Out::default();
    // By name, before a label takes the credentials out: the timeline may stay and tell of them.
    let logins = logins(&report);
    by_label(&mut report, own, cap, &mut out);
    if !choice.privileged {
        keep_marked(&mut report, "privileged", &mut out, |marking| !marking.privileged);
    }
    if !choice.personal {
        without_persons(&mut report, &logins, &mut out);
    }
    report.summary = lines(&report);
    by_audience(&mut report, choice.audience, &mut out);
    report.left_out = out.0.into_iter().map(|((topic, why), count)| LeftOut { topic, why, count }).collect();
    report
}

/// What stayed out so far.
#[derive(Default)]
struct Out(BTreeMap<(Topic, &'static str), u64>);

impl Out {
    fn count(&mut self, topic: Topic, why: &'static str, count: usize) {
        if count > 0 {
            *self.0.entry((topic, why)).or_default() += count as u64;
        }
    }
}

fn by_label(report: &mut Report, own: Tlp, cap: Tlp, out: &mut Out) {
    keep_marked(report, "label", out, |marking| marking.tlp.unwrap_or(own) <= cap);
    if own <= cap {
        return;
    }
    // What has no label of its own takes the case's, and that is above.
    let header = &mut report.header;
    (header.title, header.severity, header.aware) = (None, None, None);
    (header.status, header.declared) = (None, None);
    header.roles.clear();
    let gone = [
        (Topic::Impact, usize::from(report.impact.take().is_some())),
        (Topic::Decisions, report.decisions.len()),
        (Topic::Urgent, usize::from(report.urgent.take().is_some())),
        (Topic::Clocks, report.clocks.len()),
        (Topic::Affected, report.affected.len() + report.cleared.len()),
        (Topic::Tasks, report.tasks.len()),
        (Topic::Credentials, report.credentials.len()),
        (Topic::Lineage, usize::from(report.lineage.take().is_some())),
        (Topic::Evidence, report.evidence.len()),
        (Topic::Unknown, usize::from(report.unknown.take().is_some())),
        (Topic::Conflicts, report.conflicts.len()),
    ];
    gone.into_iter().for_each(|(topic, count)| out.count(topic, "label", count));
    report.affected.clear();
    report.cleared.clear();
    report.decisions.clear();
    report.clocks.clear();
    report.tasks.clear();
    report.credentials.clear();
    report.evidence.clear();
    report.conflicts.clear();
}

/// Keeps those things with a marking of their own that a rule lets through.
fn keep_marked(report: &mut Report, why: &'static str, out: &mut Out, keep: impl Fn(&Marking) -> bool) {
    fn sift<T>(list: &mut Vec<T>, keep: impl Fn(&T) -> bool) -> usize {
        let before = list.len();
        list.retain(keep);
        before - list.len()
    }
    out.count(Topic::Indicators, why, sift(&mut report.indicators, |it| keep(&it.marking)));
    out.count(Topic::Timeline, why, sift(&mut report.timeline, |it| keep(&it.marking)));
    out.count(Topic::Notes, why, sift(&mut report.notes, |it| keep(&it.marking)));
}

/// Accounts that are a person's, as sentences call them: kind and name, the longest first.
fn logins(report: &Report) -> Vec<(String, String)> {
    let personal = report.credentials.iter().filter(|credential| credential.is_personal());
    let mut logins: Vec<(String, String)> = personal.map(|it| (it.kind.clone(), it.name.clone())).collect();
    logins.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.cmp(b)));
    logins
}

/// Takes mail addresses, accounts, machines and home folders out.
fn without_persons(report: &mut Report, logins: &[(String, String)], out: &mut Out) {
    let mut clean = Persons::default();
    let header = &mut report.header;
    clean.text(&mut header.author);
    header.title.iter_mut().for_each(|title| clean.text(title));
    if let Some(aware) = &mut header.aware {
        aware.source.iter_mut().for_each(|source| clean.text(source));
    }
    out.count(Topic::Summary, "personal", clean.taken());
    for indicator in &mut report.indicators {
        clean.account(&mut indicator.target);
        clean.text(&mut indicator.author);
        indicator.source.iter_mut().chain(&mut indicator.reason).for_each(|text| clean.text(text));
    }
    out.count(Topic::Indicators, "personal", clean.taken());
    for image in report.affected.iter_mut().chain(&mut report.cleared) {
        image.owner.iter_mut().for_each(|owner| clean.text(owner));
        if let Some(because) = &mut image.because {
            clean.account(&mut because.target);
            clean.text(&mut because.text);
        }
    }
    out.count(Topic::Affected, "personal", clean.taken());
    for entry in &mut report.timeline {
        // Who wrote a sentence chose its words; the case's own name every account that was said something of.
        if entry.source.is_empty() {
            let cleaned = without_login(&entry.text, logins);
            clean.replace(&mut entry.text, cleaned);
        }
        [&mut entry.text, &mut entry.author, &mut entry.source].into_iter().for_each(|text| clean.text(text));
    }
    out.count(Topic::Timeline, "personal", clean.taken());
    persons_of_response(report, &mut clean, out);
    for note in &mut report.notes {
        clean.text(&mut note.author);
        note.about.iter_mut().chain(&mut note.text).for_each(|text| clean.text(text));
        // What was taken out of the text is no more mentioned.
        let text = note.text.as_deref().unwrap_or_default();
        note.mentions.retain(|mention| text.contains(&mention.written));
    }
    out.count(Topic::Notes, "personal", clean.taken());
    for evidence in &mut report.evidence {
        clean.text(&mut evidence.by);
        clean.path(&mut evidence.place);
        evidence.context.iter_mut().chain(&mut evidence.transforms).for_each(|text| clean.text(text));
        clean.0 += usize::from(evidence.host.take().is_some());
    }
    out.count(Topic::Evidence, "personal", clean.taken());
    // A device is called after whoever it belongs to.
    for device in report.unknown.iter_mut().flat_map(|unknown| &mut unknown.unverified) {
        clean.0 += usize::from(device.name.take().is_some());
    }
    for gap in report.unknown.iter_mut().flat_map(|unknown| &mut unknown.gaps) {
        clean.path(&mut gap.place);
        clean.text(&mut gap.reason);
    }
    out.count(Topic::Unknown, "personal", clean.taken());
    for conflict in &mut report.conflicts {
        clean.account(&mut conflict.about);
        clean.text(&mut conflict.what);
    }
    out.count(Topic::Conflicts, "personal", clean.taken());
}

fn persons_of_response(report: &mut Report, clean: &mut Persons, out: &mut Out) {
    for people in report.header.roles.iter_mut().flat_map(|(_, people)| people) {
        clean.text(people);
    }
    out.count(Topic::Summary, "personal", clean.taken());
    for decision in &mut report.decisions {
        clean.text(&mut decision.text);
        clean.text(&mut decision.who);
    }
    out.count(Topic::Decisions, "personal", clean.taken());
    if let Some(urgent) = &mut report.urgent {
        for group in &mut urgent.groups {
            clean.account(&mut group.cause);
            group.owner.iter_mut().for_each(|owner| clean.text(owner));
        }
        for image in &mut urgent.images {
            clean.account(&mut image.cause);
            image.owner.iter_mut().chain(&mut image.because).for_each(|text| clean.text(text));
        }
    }
    out.count(Topic::Urgent, "personal", clean.taken());
    for clock in &mut report.clocks {
        [&mut clock.title, &mut clock.why, &mut clock.source].into_iter().for_each(|text| clean.text(text));
        clock.evidence.iter_mut().for_each(|text| clean.text(text));
    }
    out.count(Topic::Clocks, "personal", clean.taken());
    for task in &mut report.tasks {
        clean.text(&mut task.title);
        let lists = task.who.iter_mut().chain(&mut task.evidence);
        lists.chain(&mut task.by).chain(&mut task.reason).for_each(|text| clean.text(text));
    }
    out.count(Topic::Tasks, "personal", clean.taken());
    for credential in &mut report.credentials {
        if credential.is_personal() {
            clean.replace(&mut credential.name, Some(LEFT_OUT.to_owned()));
        }
        let words = credential.owner.iter_mut().chain(&mut credential.dismissed).chain(&mut credential.evidence);
        words.for_each(|text| clean.text(text));
        clean.text(&mut credential.name);
    }
    out.count(Topic::Credentials, "personal", clean.taken());
}

/// Counts what it takes out.
#[derive(Default)]
struct Persons(usize);

impl Persons {
    fn taken(&mut self) -> usize {
        std::mem::take(&mut self.0)
    }

    fn replace(&mut self, text: &mut String, cleaned: Option<String>) {
        if let Some(cleaned) = cleaned {
            *text = cleaned;
            self.0 += 1;
        }
    }

    /// Whatever names a person within a text: mail addresses, accounts, home folders.
    fn text(&mut self, text: &mut String) {
        let mail = owned(without_addresses(text));
        let account = owned(without_accounts(mail.as_deref().unwrap_or(text))).or(mail);
        let cleaned = owned(without_homes(account.as_deref().unwrap_or(text))).or(account);
        self.replace(text, cleaned);
    }

    /// A path: the name of a home folder may have blanks in it.
    fn path(&mut self, text: &mut String) {
        let cleaned = owned(without_home(text));
        self.replace(text, cleaned);
        self.text(text);
    }

    /// An account of a registry is somebody's.
    fn account(&mut self, target: &mut String) {
        let cleaned = target.starts_with("account:").then(|| format!("account:{LEFT_OUT}"));
        self.replace(target, cleaned);
    }
}

fn owned(text: std::borrow::Cow<'_, str>) -> Option<String> {
    match text {
        std::borrow::Cow::Borrowed(_) => None,
        std::borrow::Cow::Owned(text) => Some(text),
    }
}

fn by_audience(report: &mut Report, audience: Audience, out: &mut Out) {
    let had = |report: &Report| {
        [
            (Topic::Impact, usize::from(report.impact.is_some())),
            (Topic::Affected, report.affected.len() + report.cleared.len()),
            (Topic::Indicators, report.indicators.len()),
            (Topic::Decisions, report.decisions.len()),
            (Topic::Urgent, usize::from(report.urgent.is_some())),
            (Topic::Clocks, report.clocks.len()),
            (Topic::Tasks, report.tasks.len()),
            (Topic::Credentials, report.credentials.len()),
            (Topic::Lineage, usize::from(report.lineage.is_some())),
            (Topic::Timeline, report.timeline.len()),
            (Topic::Notes, report.notes.len()),
            (Topic::Evidence, report.evidence.len()),
            (Topic::Unknown, usize::from(report.unknown.is_some())),
            (Topic::Conflicts, report.conflicts.len()),
        ]
    };
    let before = had(report);
    if !audience.is_inside() {
        outside(report);
    }
    for topic in Topic::ALL.into_iter().filter(|topic| !audience.receives(*topic)) {
        drop_topic(report, topic);
    }
    for ((topic, before), (_, after)) in before.into_iter().zip(had(report)) {
        out.count(topic, "audience", before - after);
    }
}

fn drop_topic(report: &mut Report, topic: Topic) {
    match topic {
        Topic::Summary => report.summary.clear(),
        Topic::Impact => report.impact = None,
        Topic::Affected => {
            report.affected.clear();
            report.cleared.clear();
        }
        Topic::Indicators => report.indicators.clear(),
        Topic::Decisions => report.decisions.clear(),
        Topic::Urgent => report.urgent = None,
        Topic::Clocks => report.clocks.clear(),
        Topic::Tasks => report.tasks.clear(),
        Topic::Credentials => report.credentials.clear(),
        Topic::Lineage => report.lineage = None,
        Topic::Timeline => report.timeline.clear(),
        Topic::Notes => report.notes.clear(),
        Topic::Evidence => report.evidence.clear(),
        Topic::Unknown => report.unknown = None,
        Topic::Conflicts => report.conflicts.clear(),
    }
}

/// Takes out what only the inside has a use for: who did what, where images run, what is still open.
fn outside(report: &mut Report) {
    report.header.author.clear();
    report.header.aware = None;
    (report.header.status, report.header.declared) = (None, None);
    report.header.roles.clear();
    report.affected.retain(|image| image.verdict >= Verdict::Suspect);
    report.cleared.clear();
    for image in &mut report.affected {
        let kept = Affected {
            used_by: Vec::new(),
            stands_on: Vec::new(),
            because: None,
            owner: None,
            priority: None,
            running: None,
            uses: None,
            workloads: None,
            ..image.clone()
        };
        *image = kept;
    }
    report.indicators.retain(|indicator| indicator.state != "withdrawn");
    for Indicator { author, source, reason, .. } in &mut report.indicators {
        author.clear();
        (*source, *reason) = (None, None);
    }
    report.timeline.retain(|entry| entry.lane == Lane::Happened && !entry.retracted && !tells_places(entry));
    for Entry { author, source, evidence, discovered, .. } in &mut report.timeline {
        author.clear();
        source.clear();
        (*evidence, *discovered) = (None, None);
    }
}

/// Whether the case tells by itself where something runs, was pulled or is kept. Of what it records, only windows of
/// indicators name no place of ours.
fn tells_places(entry: &Entry) -> bool {
    entry.source.is_empty() && !entry.id.starts_with("window:")
}
