//! What responders say while they respond. Each word is one event, which says what it stands in place of.
//!
//! Callers redact texts before they come here, and refresh the case when they have said all.

use rusqlite::OptionalExtension as _;
use serde::Serialize;
use serde_json::Value;
use std::io::Read as _;

use super::error::CaseError;
use super::events::kinds::{Genesis, Payload};
use super::events::response::{BLOB, Said, Saying, kind};
use super::events::{Envelope, EventHash, Group, kinds};
use super::state::Told;
use super::store::blob::{self, BlobReader, stat};
use super::store::{Case, Draft, GENESIS_ID, holder};
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::record::{Fields, Records, Thing, Word};
use crate::model::time::Micros;

/// The most bytes of texts that are imported together.
pub const MAX_BLOB: usize = 64 << 20;

/// One thing that is to be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// About what.
    pub thing: Thing,
    /// Which one.
    pub id: String,
    /// What; a field without a value is left out.
    pub says: Fields,
}

impl Statement {
    /// What a value says, field by field; fields that are null are not said.
    pub fn new(thing: Thing, id: impl Into<String>, says: &impl Serialize) -> Result<Statement, CaseError> {
        let Value::Object(fields) = kinds::to_value(says)? else {
            return Err(CaseError::Refused("what is said has no fields".into()));
        };
        let says = fields.into_iter().filter(|(_, value)| !value.is_null()).collect();
        Ok(Statement { thing, id: id.into(), says })
    }
}

impl Case {
    /// Says these things, all or none; several are one group, which one undo takes back. `known` is what was said so far.
    pub fn say_all(&mut self, known: &Records, statements: Vec<Statement>) -> Result<Vec<EventHash>, CaseError> {
        let drafts = drafts(known, statements, self.new_id()?)?;
        self.change("storing what was said", |change| change.append(drafts))
    }

    /// Says one thing of a text that is a blob of its own, so that it can be destroyed.
    pub fn say_with_blob(
        &mut self,
        known: &Records,
        statement: Statement,
        text: &[u8],
    ) -> Result<Vec<EventHash>, CaseError> {
        if text.len() > MAX_BLOB {
            let why = format!("the texts have {} bytes; {MAX_BLOB} is the most: import them in parts", text.len());
            return Err(CaseError::Refused(why));
        }
        let group = self.new_id()?;
        self.change("storing what was said", |change| {
            let (now, holder) = (change.env().now(), holder(change.env()));
            let digest = blob::store(change.tx(), now, &holder, text)
                .map_err(|error| change.store("storing what was said", error))?;
            let mut statement = statement;
            statement.says.insert(BLOB.to_owned(), Value::String(digest.as_str().to_owned()));
            change.append(drafts(known, vec![statement], group)?)
        })
    }

    /// When the case was made, by its maker's clock.
    pub fn began(&self) -> Result<Micros, CaseError> {
        let first = format!("SELECT claimed_us FROM event WHERE id = {GENESIS_ID}");
        let at = self.conn().query_row(&first, [kinds::GENESIS], |r| r.get(0));
        at.map(Micros).map_err(self.sql("reading when the case began"))
    }

    /// How the case began, as its first event says; none where nobody can read that.
    pub fn genesis(&self) -> Result<Option<Genesis>, CaseError> {
        let first = format!("SELECT bytes FROM event WHERE id = {GENESIS_ID}");
        let bytes = self.conn().query_row(&first, [kinds::GENESIS], |r| r.get::<_, Vec<u8>>(0)).optional();
        let bytes = bytes.map_err(self.sql("reading how the case began"))?.unwrap_or_default();
        let payload = Envelope::decode(&bytes).and_then(|envelope| Payload::of(&envelope));
        Ok(match payload {
            Ok(Payload::Genesis(genesis)) => Some(genesis),
            _ => None,
        })
    }

    /// The latest time that any event says of itself.
    pub fn last_said(&self) -> Result<Micros, CaseError> {
        let at = self.conn().query_row("SELECT coalesce(max(claimed_us), 0) FROM event", [], |r| r.get(0));
        at.map(Micros).map_err(self.sql("reading when something was said last"))
    }

    /// The text of a blob that something said names; none where it was destroyed or is not in the file.
    pub fn said_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, CaseError> {
        let found = stat(self.conn(), digest).map_err(self.sql("reading what was said"))?;
        let Some(found) = found.filter(|found| !found.expunged) else { return Ok(None) };
        let mut bytes = Vec::new();
        let mut reader = BlobReader::new(self.conn(), found.row).take(MAX_BLOB as u64);
        reader.read_to_end(&mut bytes).map_err(|error| CaseError::Refused(format!("reading a blob: {error}")))?;
        Ok(Some(bytes))
    }
}

/// Takes one word that is not taken back.
pub(super) fn take(records: &mut Records, told: &Told, saying: Saying) {
    let word = Word {
        event: told.hash.to_string(),
        author: told.envelope.actor.clone(),
        at: told.envelope.at.us,
        says: saying.said.says,
        replaces: saying.said.replaces.iter().map(ToString::to_string).collect(),
    };
    records.take(saying.thing, &saying.said.id, word);
}

fn drafts(known: &Records, statements: Vec<Statement>, group: Id) -> Result<Vec<Draft>, CaseError> {
    let of = statements.len();
    let mut drafts = Vec::with_capacity(of);
    for (n, statement) in statements.into_iter().enumerate() {
        if statement.says.is_empty() {
            return Err(CaseError::Refused(format!(
                "nothing is said of {} {}",
                statement.thing.as_str(),
                statement.id
            )));
        }
        let record = known.get(statement.thing, &statement.id);
        let behind = record.map(|record| record.behind(statement.says.keys())).unwrap_or_default();
        let replaces: Vec<EventHash> = behind.iter().filter_map(|event| EventHash::parse(event)).collect();
        let refs = replaces.iter().rev().take(1_000).copied().collect();
        let anchors = vec![format!("{}:{}", statement.thing.as_str(), statement.id)];
        let payload = kinds::to_value(&Said { id: statement.id, says: statement.says, replaces })?;
        let group = (of > 1).then_some(Group { id: group, n: n as u32 + 1, of: Some(of as u32) });
        drafts.push(Draft { anchors, refs, group, ..Draft::new(kind(statement.thing), payload) });
    }
    Ok(drafts)
}
