//! What a change would come to: another policy, a word by hand. Nothing is written.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashSet;

use super::matrix::Totals;
use crate::case::events::EventHash;
use crate::case::events::judgements::Judged;
use crate::case::judgements::{Judgement, Judgements, Said};
use crate::case::project::{Carried, ProjectError, Which, ask, judged_by_hand, plain, policies};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::model::time::Micros;

/// An image whose priority would be another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The priority now.
    pub from: Priority,
    /// The priority then.
    pub to: Priority,
}

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Preview {
    /// Images by priority now.
    pub before: Totals,
    /// Images by priority then.
    pub after: Totals,
    /// Images that get more urgent.
    pub raised: u64,
    /// Images that get less urgent.
    pub lowered: u64,
    /// The first of both, the most urgent first.
    pub moved: Vec<Moved>,
}

/// Changes listed.
const LISTED: usize = 200;

/// What the case would look like with these words.
pub fn with(conn: &Connection, words: &[Judged], now: Micros) -> Result<Preview, ProjectError> {
    let mut then = judged_by_hand(conn)?;
    // An event is about one field: what any word replaces is gone, however many words there are.
    let replaced: HashSet<EventHash> = words.iter().flat_map(|word| word.replaces.iter().copied()).collect();
    for entry in &mut then.entries {
        entry.standing.retain(|said| !replaced.contains(&said.hash));
    }
    then.entries.retain(|entry| !entry.standing.is_empty());
    for word in words {
        say(&mut then, word, now);
    }
    compare(conn, &then)
}

/// One word as though it had been said.
fn say(then: &mut Judgements, word: &Judged, now: Micros) {
    let hash = EventHash([0; 32]);
    let (value, reason, over) = (word.value.clone(), word.reason.clone(), word.over.clone());
    let before = match word.field {
        Field::Policy => vec![(now, word.value.clone())],
        _ => Vec::new(),
    };
    let said = Said { hash, value, reason, author: String::new(), at: now, over };
    let (subject, field) = (word.subject.clone(), word.field);
    then.entries.push(Judgement { subject, field, standing: vec![said], paused: 0, before });
}

fn compare(conn: &Connection, then: &Judgements) -> Result<Preview, ProjectError> {
    let now = judged_by_hand(conn)?;
    let policies_then = policies(then);
    let rules = |policies: &[crate::triage::policy::Policy]| policies.last().map(|policy| policy.facts.clone());
    let changed = rules(&policies_then).filter(|rules_then| Some(rules_then) != rules(&policies(&now)).as_ref());
    // Other names of namespaces or labels make other facts; another table does not.
    let gathered = match changed {
        Some(rules) => Some(plain(conn, &Which::All, &rules, Carried::read(conn)?.as_ref())?),
        None => None,
    };
    let mut preview = Preview::default();
    let mut moved = Vec::new();
    for asked in ask(conn, then, &policies_then, gathered.as_ref())? {
        let to = asked.settled.priority;
        let from = asked.stored.unwrap_or(to);
        preview.before.add(from, 1);
        preview.after.add(to, 1);
        preview.raised += u64::from(to > from);
        preview.lowered += u64::from(to < from);
        if to != from {
            moved.push((std::cmp::Reverse(to), std::cmp::Reverse(from), asked.image));
        }
    }
    moved.sort_unstable();
    let mut name = conn.prepare("SELECT ident, name FROM p_image WHERE id = ?1")?;
    for (to, from, image) in moved.into_iter().take(LISTED) {
        let (id, name) = name.query_row([image], |r| Ok((r.get(0)?, r.get(1)?)))?;
        preview.moved.push(Moved { id, name, from: from.0, to: to.0 });
    }
    Ok(preview)
}
