//! All credentials of a case: what evidence names, and what responders said.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::model::credential::CredentialKind;
use crate::model::given::Stand;
use crate::model::id::Id;
use crate::model::record::{Record, Records, Thing};
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::checklist::Members;

/// The record of a kind that was asked about, and of which there is none.
const NONE: &str = "none:";

/// A credential that evidence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub kind: CredentialKind,
    /// Its name.
    pub name: String,
    /// Where it is valid: context and namespace, or a host.
    pub scope: String,
    /// Workloads that use it.
    pub used_by: u64,
    /// Some of them, by name.
    pub places: Vec<String>,
    /// What files say of it beside its name.
    pub said: Vec<String>,
    /// Where files name it.
    pub stands: Vec<Stand>,
    /// The worst verdict of an image beside it.
    pub worst: Option<Verdict>,
    /// An image beside it is P0.
    pub urgent: bool,
}

/// A credential with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialView {
    /// 32 hex digits, derived from kind, scope and name.
    pub id: String,
    /// What it is.
    pub kind: CredentialKind,
    /// Its name.
    pub name: String,
    /// Where it is valid.
    pub scope: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is kept or used, as somebody said.
    pub location: Option<String>,
    /// Workloads that use it.
    pub used_by: u64,
    /// Some of them, by name.
    pub places: Vec<String>,
    /// What files say of it beside its name: the account, the variable, where it comes from.
    pub said: Vec<String>,
    /// Where files name it.
    pub stands: Vec<Stand>,
    /// The worst verdict of an image that has it at hand.
    pub worst: Option<&'static str>,
    /// A P0 image has it at hand.
    pub beside_urgent: bool,
    /// When the old one was revoked, RFC 3339.
    pub revoked: Option<String>,
    /// When a new one was made.
    pub reissued: Option<String>,
    /// When the old one was tried and refused.
    pub proved_dead: Option<String>,
    /// What proves that.
    pub evidence: Vec<String>,
    /// It is none of ours, or was never used: why.
    pub dismissed: Option<String>,
    /// Evidence names it.
    pub seen: bool,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
    /// The verdict as such.
    #[serde(skip)]
    pub verdict: Option<Verdict>,
}

impl CredentialView {
    /// Neither proved dead nor dismissed.
    pub fn is_open(&self) -> bool {
        self.proved_dead.is_none() && self.dismissed.is_none()
    }

    /// How far it is, in a word.
    pub fn state(&self) -> &'static str {
        match self {
            _ if self.dismissed.is_some() => "dismissed",
            _ if self.proved_dead.is_some() => "proved dead",
            _ if self.revoked.is_some() && self.reissued.is_some() => "reissued",
            _ if self.revoked.is_some() => "revoked",
            _ => "open",
        }
    }
}

/// What is asked about a kind that no inventory shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The kind.
    pub kind: CredentialKind,
    /// Whom to ask what.
    pub question: &'static str,
    /// Credentials of it that somebody listed. What files refer to is no answer: only who keeps them knows all.
    pub listed: u64,
    /// Somebody said that there is none, and why.
    pub none: Option<String>,
}

impl Question {
    /// Nobody answered it.
    pub fn is_open(&self) -> bool {
        self.listed == 0 && self.none.is_none()
    }
}

/// All credentials.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credentials {
    /// What reaches furthest first: open before done, beside P0 before others, by the worst verdict, then by how many workloads use it.
    pub credentials: Vec<CredentialView>,
    /// What must be asked.
    pub questions: Vec<Question>,
}

/// The id of a credential.
pub fn credential_id(kind: CredentialKind, scope: &str, name: &str) -> String {
    Id::derived("credential", &[kind.as_str(), scope, name]).to_string()
}

/// The id of the record that says there is none of a kind.
pub fn none_id(kind: CredentialKind) -> String {
    format!("{NONE}{}", kind.as_str())
}

impl Credentials {
    /// What evidence and records come to.
    pub fn of(records: &Records, seen: Vec<Seen>) -> Credentials {
        let mut all: BTreeMap<String, CredentialView> = BTreeMap::new();
        for seen in seen {
            let view = of_evidence(seen);
            all.insert(view.id.clone(), view);
        }
        for record in records.all(Thing::Credential).filter(|record| !record.id.starts_with(NONE)) {
            let known = all.remove(&record.id);
            if let Some(view) = known.or_else(|| of_word(record)) {
                all.insert(record.id.clone(), said(view, record));
            }
        }
        let mut credentials: Vec<CredentialView> = all.into_values().collect();
        credentials.sort_by(|a, b| rank(a).cmp(&rank(b)));
        let questions = CredentialKind::ALL.into_iter().filter_map(|kind| {
            let listed =
                credentials.iter().filter(|credential| credential.kind == kind && !credential.seen).count() as u64;
            let none = records.get(Thing::Credential, &none_id(kind)).and_then(|record| record.latest("none"));
            Some(Question { kind, question: kind.question()?, listed, none })
        });
        Credentials { questions: questions.collect(), credentials }
    }

    /// Those of an id, the beginning of one, or a name.
    pub fn find(&self, named: &str) -> Vec<&CredentialView> {
        let named = named.trim();
        let by_name =
            || self.credentials.iter().filter(|c| c.name == named || format!("{}/{}", c.scope, c.name) == named);
        let is_id = named.len() >= 6 && named.bytes().all(|b| b.is_ascii_hexdigit());
        let by_id: Vec<&CredentialView> =
            self.credentials.iter().filter(|c| is_id && c.id.starts_with(&named.to_ascii_lowercase())).collect();
        if by_id.is_empty() { by_name().collect() } else { by_id }
    }

    /// How many of a kind, or of all, are proved dead; what is dismissed is no member.
    pub fn members(&self, kind: Option<CredentialKind>) -> Members {
        let of = self.credentials.iter().filter(|c| c.dismissed.is_none() && kind.is_none_or(|kind| c.kind == kind));
        let mut members = Members::default();
        for credential in of {
            members.total += 1;
            members.done += u64::from(credential.proved_dead.is_some());
        }
        members
    }
}

type Rank<'c> = (bool, bool, std::cmp::Reverse<i64>, std::cmp::Reverse<u64>, CredentialKind, &'c str, &'c str);

fn rank(view: &CredentialView) -> Rank<'_> {
    let verdict = view.verdict.map_or(0, Verdict::number);
    let (verdict, used) = (std::cmp::Reverse(verdict), std::cmp::Reverse(view.used_by));
    (!view.is_open(), !view.beside_urgent, verdict, used, view.kind, &view.scope, &view.name)
}

fn of_evidence(seen: Seen) -> CredentialView {
    CredentialView {
        id: credential_id(seen.kind, &seen.scope, &seen.name),
        kind: seen.kind,
        name: seen.name,
        scope: seen.scope,
        owner: None,
        location: None,
        used_by: seen.used_by,
        places: seen.places,
        said: seen.said,
        stands: seen.stands,
        worst: seen.worst.map(Verdict::as_str),
        beside_urgent: seen.urgent,
        revoked: None,
        reissued: None,
        proved_dead: None,
        evidence: Vec::new(),
        dismissed: None,
        seen: true,
        conflicts: Vec::new(),
        verdict: seen.worst,
    }
}

/// A credential that only responders name; none where the record does not say what it is, or says it under another id.
fn of_word(record: &Record) -> Option<CredentialView> {
    let (kind, name): (CredentialKind, String) = (record.latest("kind")?, record.latest("name")?);
    let scope: String = record.latest("scope").unwrap_or_default();
    let seen = Seen {
        kind,
        name,
        scope,
        used_by: 0,
        places: Vec::new(),
        said: Vec::new(),
        stands: Vec::new(),
        worst: None,
        urgent: false,
    };
    Some(CredentialView { seen: false, ..of_evidence(seen) }).filter(|view| view.id == record.id)
}

/// Puts in what was said. Of several times at once the earliest counts, and 0 (it is alive) before all.
fn said(mut view: CredentialView, record: &Record) -> CredentialView {
    let time = |field: &str| record.least::<Micros>(field).filter(|at| at.0 > 0).map(Micros::rfc3339);
    view.owner = record.latest("owner").or(view.owner);
    view.location = record.latest("location").or(view.location);
    view.revoked = time("revoked");
    view.reissued = time("reissued");
    view.evidence = record.members("evidence").into_iter().collect();
    view.proved_dead = time("proved_dead");
    view.dismissed = record.latest::<String>("dismissed").filter(|why| !why.is_empty());
    view.conflicts = record.clashes(&["owner", "revoked", "reissued", "proved_dead", "dismissed"]);
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Word;
    use serde_json::{Value, json};

    fn say(records: &mut Records, event: &str, id: &str, says: Value) {
        let says = says.as_object().unwrap().clone().into_iter().collect();
        let word = Word { event: event.into(), author: "ana".into(), at: Micros(1), says, replaces: vec![] };
        records.take(Thing::Credential, id, word);
    }

    fn seen(name: &str, used_by: u64, worst: Option<Verdict>) -> Seen {
        let kind = CredentialKind::PullSecret;
        Seen {
            kind,
            name: name.into(),
            scope: "prod/pay".into(),
            used_by,
            places: vec![],
            said: vec![],
            stands: vec![],
            worst,
            urgent: false,
        }
    }

    #[test]
    fn what_reaches_furthest_comes_first_and_what_is_done_last() {
        let mut records = Records::default();
        let dead = credential_id(CredentialKind::PullSecret, "prod/pay", "dead");
        say(&mut records, "a", &dead, json!({"proved_dead": 5, "evidence:x": true}));
        let list = vec![
            seen("dead", 90, Some(Verdict::Bad)),
            seen("few", 1, Some(Verdict::Bad)),
            seen("many", 50, Some(Verdict::ToCheck)),
            seen("most", 70, None),
        ];
        let all = Credentials::of(&records, list);
        let names: Vec<&str> = all.credentials.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["few", "many", "most", "dead"]);
        assert_eq!(all.members(None), Members { done: 1, total: 4 });
        assert_eq!(all.members(Some(CredentialKind::DeployKey)), Members::default());
        assert_eq!(all.find("few").len() + all.find("prod/pay/few").len() + all.find(&dead[..8]).len(), 3);
    }

    #[test]
    fn alive_at_the_same_time_wins_against_dead() {
        let mut records = Records::default();
        let id = credential_id(CredentialKind::PullSecret, "prod/pay", "x");
        say(&mut records, "a", &id, json!({"proved_dead": 5}));
        say(&mut records, "b", &id, json!({"proved_dead": 0}));
        let all = Credentials::of(&records, vec![seen("x", 1, None)]);
        assert!(all.credentials[0].is_open());
        assert_eq!(all.credentials[0].conflicts.len(), 1);
    }

    #[test]
    fn questions_are_answered_by_a_list_or_by_none() {
        let mut records = Records::default();
        let open = |records: &Records| {
            Credentials::of(records, vec![]).questions.iter().filter(|question| question.is_open()).count()
        };
        assert_eq!(open(&records), 12);
        say(&mut records, "a", &none_id(CredentialKind::Webhook), json!({"none": "ci: we have none"}));
        let id = credential_id(CredentialKind::DeployKey, "github.com/x", "autobuild");
        say(
            &mut records,
            "b",
            &id,
            json!({"kind": "deploy-key", "name": "autobuild", "scope": "github.com/x", "owner": "ci"}),
        );
        assert_eq!(open(&records), 10);
        let all = Credentials::of(&records, vec![]);
        assert_eq!(
            (all.credentials.len(), all.credentials[0].owner.as_deref(), all.credentials[0].seen),
            (1, Some("ci"), false)
        );
        // What says that it is something else than its id says is not shown.
        say(&mut records, "c", "00112233445566778899aabbccddeeff", json!({"kind": "deploy-key", "name": "other"}));
        assert_eq!(Credentials::of(&records, vec![]).credentials.len(), 1);
    }
}
