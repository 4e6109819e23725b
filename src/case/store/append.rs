//! Appending: one transaction reads the head of this device's chain, signs and inserts.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::{Access, Case};
use crate::case::error::{CaseError, from_sql};
use crate::case::events::envelope::{FORMAT, MAX_SEEN};
use crate::case::events::kinds::{self, Joined, WriterStarted};
use crate::case::events::{Envelope, EventHash, Group, HybridTime, SeenHead, SignedEvent, WallTime};
use crate::case::identity::{Binding, Device};
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
}

impl Draft {
    /// A statement about nothing in particular.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Draft { kind, anchors: Vec::new(), refs: Vec::new(), group: None, payload }
    }
}

/// The id of a case whose genesis event is being written.
pub(super) const NOT_YET: EventHash = EventHash([0; 32]);

/// This process's hold on its chain: the device and the last event it knows of.
pub(super) struct Chain {
    device: Device,
    head: Option<Head>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    writer: Id,
    seq: u64,
    hash: EventHash,
}

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
            None => self.load_chain()?,
        };
        let before = chain.head;
        let committed = self.run(what, &env, &mut chain, act);
        if committed.is_err() {
            chain.head = before;
        }
        let news = chain.head.filter(|h| Some(*h) != before);
        self.chain = Some(chain);
        if let Some(head) = news {
            self.remember(head)?;
        }
        self.check_present()?;
        committed
    }

    fn load_chain(&self) -> Result<Chain, CaseError> {
        let device = Device::load_or_create(&self.env)?;
        let head = Binding::load(&self.env, &self.id, &self.path)
            .filter(|b| b.path == self.path.to_string_lossy() && b.inode == self.inode)
            .map(|b| Head { writer: b.writer, seq: b.seq, hash: b.head });
        Ok(Chain { device, head })
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

    fn remember(&mut self, head: Head) -> Result<(), CaseError> {
        if self.id == NOT_YET {
            self.id = super::genesis(&self.conn, &self.path)?;
        }
        let binding = Binding {
            path: self.path.to_string_lossy().into_owned(),
            inode: self.inode,
            writer: head.writer,
            seq: head.seq,
            head: head.hash,
        };
        binding.save(&self.env, &self.id, &self.path)
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

    /// Signs and inserts events; begins a chain first where this device has none in this very file.
    pub fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<EventHash>, CaseError> {
        let mut drafts = drafts;
        let genesis = drafts.first().is_some_and(|d| d.kind == kinds::GENESIS);
        if !self.head_is_ours()? {
            let before = self.chain.head.map(|h| h.writer);
            let mut writer = [0; 16];
            (self.env.random)(&mut writer).map_err(CaseError::Refused)?;
            self.chain.head = None;
            let mut opening = Vec::new();
            if !genesis {
                opening.push(self.chain_opening(before)?);
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

    /// True where the head we remember is in this file and nobody but this device continued it.
    fn head_is_ours(&mut self) -> Result<bool, CaseError> {
        let Some(head) = self.chain.head else { return Ok(false) };
        let sql = self.sql("reading the chain");
        let there: Option<[u8; 32]> = self
            .tx
            .query_row(
                "SELECT hash FROM event WHERE writer = ?1 AND seq = ?2",
                params![head.writer.0.as_slice(), head.seq as i64],
                |row| row.get(0),
            )
            .optional()
            .map_err(&sql)?;
        if there != Some(head.hash.0) {
            return Ok(false);
        }
        // Another process of this device, or one killed before it could remember, may have gone on.
        let (seq, hash): (i64, [u8; 32]) = self
            .tx
            .query_row(
                "SELECT seq, hash FROM event WHERE writer = ?1 ORDER BY seq DESC LIMIT 1",
                [head.writer.0.as_slice()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(&sql)?;
        self.chain.head = Some(Head { writer: head.writer, seq: seq.unsigned_abs(), hash: EventHash(hash) });
        Ok(true)
    }

    fn chain_opening(&self, before: Option<Id>) -> Result<Draft, CaseError> {
        let because = match before {
            Some(_) => "the file holds less than this device wrote to it: a restored backup",
            None => "this device writes to this file for the first time, or the file was copied or moved",
        };
        let payload = WriterStarted { because: because.to_owned(), after: before };
        Ok(Draft::new(kinds::WRITER, kinds::to_value(&payload)?))
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
        let mut seen = self.news(writer)?;
        let mut lamport = self.counter_of_causes(&seen)?;
        let mut hlc = self.clock_base()?;
        let mut hashes = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let head = self.chain.head;
            let (now, offset) = (self.env.clock)();
            hlc = if now.0 > hlc.us { HybridTime { us: now.0, n: 0 } } else { HybridTime { us: hlc.us, n: hlc.n + 1 } };
            lamport += 1;
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
            let signed = envelope.sign(&self.chain.device.signing)?;
            insert(&self.tx, &envelope, &signed, lamport).map_err(self.sql("storing an event"))?;
            if draft.kind == kinds::GENESIS {
                self.case = signed.hash;
            }
            self.chain.head = Some(Head { writer, seq: envelope.seq, hash: signed.hash });
            hashes.push(signed.hash);
        }
        Ok(hashes)
    }

    /// Heads of other writers that this chain has not yet said it saw.
    fn news(&self, writer: Id) -> Result<Vec<SeenHead>, CaseError> {
        let sql = self.sql("reading the chains");
        // Arrival order tells what was not there when this chain last spoke.
        let since: i64 = self
            .tx
            .query_row("SELECT coalesce(max(id), 0) FROM event WHERE writer = ?1", [writer.0.as_slice()], |r| r.get(0))
            .map_err(&sql)?;
        let mut statement = self
            .tx
            .prepare_cached("SELECT writer, max(seq), hash FROM event WHERE writer <> ?1 AND id > ?2 GROUP BY writer")
            .map_err(&sql)?;
        let rows = statement
            .query_map(params![writer.0.as_slice(), since], |row| {
                let (writer, seq, hash): ([u8; 16], i64, [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(SeenHead { writer: Id(writer), seq: seq.unsigned_abs(), hash: EventHash(hash) })
            })
            .map_err(&sql)?;
        rows.take(MAX_SEEN).collect::<Result<_, _>>().map_err(&sql)
    }

    /// The largest counter among what the next event comes after.
    fn counter_of_causes(&self, seen: &[SeenHead]) -> Result<u64, CaseError> {
        let mut largest = 0;
        for hash in seen.iter().map(|s| s.hash).chain(self.chain.head.map(|h| h.hash)) {
            let counter: i64 = self
                .tx
                .query_row("SELECT lamport FROM event WHERE hash = ?1", [hash.0.as_slice()], |row| row.get(0))
                .map_err(self.sql("reading the chains"))?;
            largest = largest.max(counter.unsigned_abs());
        }
        Ok(largest)
    }

    /// The clock never runs backwards; one far ahead of ours is kept as it was claimed but does not carry ours along.
    fn clock_base(&self) -> Result<HybridTime, CaseError> {
        let horizon = self.env.now().0 + 60_000_000;
        self.tx
            .query_row(
                "SELECT hlc_us, hlc_n FROM event WHERE hlc_us <= ?1 ORDER BY hlc_us DESC, hlc_n DESC LIMIT 1",
                [horizon],
                |row| Ok(HybridTime { us: row.get(0)?, n: row.get(1)? }),
            )
            .optional()
            .map(Option::unwrap_or_default)
            .map_err(self.sql("reading the clocks"))
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
        envelope.seq as i64,
        lamport as i64,
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
