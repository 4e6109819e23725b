//! Appending: one transaction reads the head of this device's chain, signs and inserts.

use rusqlite::{Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::blob::StoreError;
use super::chain::{Chain, Head};
use super::{Access, Case};
use crate::case::error::{CaseError, from_sql};
use crate::case::events::envelope::FORMAT;
use crate::case::events::kinds::{self, Joined, WriterStarted};
use crate::case::events::{Envelope, EventHash, Group, SignedEvent, WallTime};
use crate::case::identity::Binding;
use crate::env::Env;
use crate::model::id::Id;

/// What is to be said; who, when and after what are added when it is appended.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The kind.
    pub kind: &'static str,
    /// What it is about.
    pub anchors: Vec<String>,
    /// Events it refers to.
    pub refs: Vec<EventHash>,
    /// The larger action it belongs to.
    pub group: Option<Group>,
    /// The statement.
    pub payload: Value,
    /// The statement as JSON, where it is long: then it is signed as it is written here, and `payload` is null.
    pub written: Option<String>,
}

impl Draft {
    /// A long statement about nothing in particular, given as JSON.
    pub fn written(kind: &'static str, payload: String) -> Self {
        Draft { written: Some(payload), ..Draft::new(kind, Value::Null) }
    }

    /// A statement about nothing in particular.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Draft { kind, anchors: Vec::new(), refs: Vec::new(), group: None, payload, written: None }
    }
}

/// The id of a case whose genesis event is being written.
pub(super) const NOT_YET: EventHash = EventHash([0; 32]);

/// An open transaction that may append events and write blobs.
pub struct Change<'c> {
    tx: Transaction<'c>,
    chain: &'c mut Chain,
    env: &'c Env,
    path: &'c std::path::Path,
    case: EventHash,
}

impl Case {
    /// Runs `act` in one transaction: all of it is stored, or nothing.
    pub fn change<T>(
        &mut self,
        what: &'static str,
        act: impl FnOnce(&mut Change<'_>) -> Result<T, CaseError>,
    ) -> Result<T, CaseError> {
        if self.access != Access::Write {
            return Err(CaseError::ReadOnly { path: self.path.clone(), why: "as asked".into(), what });
        }
        self.check_present()?;
        let env = self.env.clone();
        let mut chain = match self.chain.take() {
            Some(chain) => chain,
            None => Chain::load(&env, &self.id, &self.path, self.inode)?,
        };
        let before = chain.head;
        let committed = self.run(what, &env, &mut chain, act);
        if committed.is_err() {
            chain.head = before;
        }
        let news = chain.head.filter(|h| Some(*h) != before);
        self.chain = Some(chain);
        if let Some(head) = news {
            if self.id == NOT_YET {
                self.id = super::genesis(&self.conn, &self.path)?;
            }
            self.remember(head);
        }
        self.check_present()?;
        committed
    }

    fn run<T>(
        &mut self,
        what: &'static str,
        env: &Env,
        chain: &mut Chain,
        act: impl FnOnce(&mut Change<'_>) -> Result<T, CaseError>,
    ) -> Result<T, CaseError> {
        let sql = self.sql(what);
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate).map_err(&sql)?;
        let mut change = Change { tx, chain, env, path: &self.path, case: self.id };
        let value = act(&mut change)?;
        change.tx.commit().map_err(&sql)?;
        Ok(value)
    }

    /// Notes the new head in the state folder. What was appended is stored by now, so a failure here must not be told as
    /// one: the note is taken away instead, and the next process begins a new chain, which is always safe.
    fn remember(&self, head: Head) {
        let binding = Binding::new(&self.path, self.inode, head.writer, head.seq, head.hash);
        if let Err(error) = binding.save(&self.env, &self.id, &self.path) {
            tracing::warn!(%error, "the head of this device's chain could not be remembered");
            Binding::forget(&self.env, &self.id, &self.path);
        }
    }
}

impl Change<'_> {
    /// The transaction, for blobs and projections.
    pub fn tx(&self) -> &Transaction<'_> {
        &self.tx
    }

    /// The outside world.
    pub fn env(&self) -> &Env {
        self.env
    }

    /// Turns SQLite's word into ours.
    pub fn sql(&self, what: &'static str) -> impl Fn(rusqlite::Error) -> CaseError + use<> {
        let path = self.path.to_path_buf();
        move |source| from_sql(&path, what, source)
    }

    /// Turns a failure to store into ours.
    pub fn store(&self, what: &'static str, error: StoreError) -> CaseError {
        match error {
            StoreError::Sql(error) => self.sql(what)(error),
            StoreError::Io(error) => CaseError::Refused(format!("{what}: {error}")),
        }
    }

    /// Signs and inserts events; begins a chain first where this device has none in this very file.
    pub fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<EventHash>, CaseError> {
        let mut drafts = drafts;
        let genesis = drafts.first().is_some_and(|d| d.kind == kinds::GENESIS);
        if !self.chain.goes_on(&self.tx).map_err(self.sql("reading the chain"))? {
            let (because, after) = self.chain.opening();
            let mut writer = [0; 16];
            (self.env.random)(&mut writer).map_err(CaseError::Refused)?;
            self.chain.head = None;
            let mut opening = Vec::new();
            if !genesis {
                opening.push(Draft::new(kinds::WRITER, kinds::to_value(&WriterStarted { because, after })?));
            }
            if !self.is_member()? {
                opening.push(self.joining()?);
            }
            let at = usize::from(genesis);
            drafts.splice(at..at, opening);
            return self.append_to(Id(writer), drafts);
        }
        let Some(head) = self.chain.head else { return Err(CaseError::Refused("no chain to write to".into())) };
        self.append_to(head.writer, drafts)
    }

    fn is_member(&self) -> Result<bool, CaseError> {
        let device = self.chain.device.public();
        self.tx
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM event WHERE kind = ?1 AND device = ?2)",
                params![kinds::JOINED, device],
                |row| row.get(0),
            )
            .map_err(self.sql("reading the members"))
    }

    fn joining(&self) -> Result<Draft, CaseError> {
        let payload = Joined {
            signing: self.chain.device.public(),
            exchange: self.chain.device.exchange_public(),
            name: self.env.user.clone(),
            host: self.env.host.clone(),
        };
        Ok(Draft::new(kinds::JOINED, kinds::to_value(&payload)?))
    }

    fn append_to(&mut self, writer: Id, drafts: Vec<Draft>) -> Result<Vec<EventHash>, CaseError> {
        let causes = self.chain.causes(&self.tx, writer, self.env.now()).map_err(self.sql("reading the chains"))?;
        let (mut seen, mut lamport, mut hlc) = (causes.seen, causes.lamport, causes.hlc);
        let mut hashes = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let head = self.chain.head;
            let (now, offset) = (self.env.clock)();
            hlc = hlc.next(now);
            lamport = lamport.saturating_add(1);
            let envelope = Envelope {
                format: FORMAT,
                version: 1,
                case: (draft.kind != kinds::GENESIS).then_some(self.case),
                writer,
                seq: head.map_or(1, |h| h.seq + 1),
                prev: head.map(|h| h.hash),
                seen: std::mem::take(&mut seen),
                hlc,
                at: WallTime { us: now, offset },
                actor: self.env.user.clone(),
                device: self.chain.device.public(),
                kind: draft.kind.to_owned(),
                anchors: draft.anchors,
                refs: draft.refs,
                group: draft.group,
                payload: draft.payload,
            };
            let key = &self.chain.device.signing;
            let signed = match &draft.written {
                Some(payload) => envelope.sign_written(payload, key)?,
                None => envelope.sign(key)?,
            };
            insert(&self.tx, &envelope, &signed, lamport).map_err(self.sql("storing an event"))?;
            if draft.kind == kinds::GENESIS {
                self.case = signed.hash;
            }
            self.chain.head = Some(Head { writer, seq: envelope.seq, hash: signed.hash });
            hashes.push(signed.hash);
        }
        Ok(hashes)
    }
}

/// Inserts one event with the columns that are derived from it.
pub(crate) fn insert(
    conn: &rusqlite::Connection,
    envelope: &Envelope,
    signed: &SignedEvent,
    lamport: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO event (hash, writer, seq, lamport, hlc_us, hlc_n, claimed_us, device, kind, bytes, signature) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        signed.hash.0.as_slice(),
        envelope.writer.0.as_slice(),
        i64::try_from(envelope.seq).unwrap_or(i64::MAX),
        i64::try_from(lamport).unwrap_or(i64::MAX),
        envelope.hlc.us,
        envelope.hlc.n,
        envelope.at.us.0,
        envelope.device,
        envelope.kind,
        signed.bytes,
        signed.signature.as_slice()
    ])
    .map(|_| ())
}
