//! A fingerprint of all projections that does not depend on row numbers or on the order of arrival.
//!
//! Each row is written out by its natural keys and values and hashed by itself; the hashes are added up. Dictionary rows
//! count through the rows that use them: an unused one is not a difference anybody could see.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};

use super::error::ProjectError;
use super::findings;

/// What is hashed: a label and a query without row numbers.
const ROWS: [(&str, &str); 14] = [
    (
        "source",
        "SELECT s.acquisition, s.evidence, s.place, s.path, c.text, s.format, s.status, s.reason, s.notes, s.as_of,
         s.as_of_source, s.acquired, s.items, s.facts, s.rejected, s.complete, s.continues, s.list_version, s.nodes,
         s.host, s.args
         FROM p_source s LEFT JOIN p_text c ON c.id = s.context",
    ),
    (
        "cover",
        "SELECT s.acquisition, c.text, k.text, n.text FROM p_cover v LEFT JOIN p_source s ON s.id = v.source
         LEFT JOIN p_text c ON c.id = v.context LEFT JOIN p_text k ON k.id = v.kind
         LEFT JOIN p_text n ON n.id = v.namespace",
    ),
    (
        "digest",
        "SELECT d.value, d.claims, p.value FROM p_digest d LEFT JOIN p_digest p ON p.id = d.image",
    ),
    (
        "relation",
        "SELECT r.kind, a.value, b.value, s.acquisition, r.pointer, r.offset, r.length FROM p_relation r
         LEFT JOIN p_digest a ON a.id = r.a LEFT JOIN p_digest b ON b.id = r.b LEFT JOIN p_source s ON s.id = r.source",
    ),
    (
        "object",
        "SELECT c.text, k.text, n.text, o.name, o.origin, o.instance, ok.text, o.owner_name, o.owner_uid, tk.text,
         o.top_name, h.text, ph.text, o.created, s.acquisition, o.pointer, o.offset, o.length, o.first_seen, o.last_seen,
         o.gone, wc.text, wk.text, wn.text, w.name, tr.text
         FROM p_object o LEFT JOIN p_text tr ON tr.id = o.traits LEFT JOIN p_text c ON c.id = o.context LEFT JOIN p_text k ON k.id = o.kind
         LEFT JOIN p_text n ON n.id = o.namespace LEFT JOIN p_text ok ON ok.id = o.owner_kind
         LEFT JOIN p_text tk ON tk.id = o.top_kind LEFT JOIN p_text h ON h.id = o.node
         LEFT JOIN p_text ph ON ph.id = o.phase LEFT JOIN p_source s ON s.id = o.source
         LEFT JOIN p_workload w ON w.id = o.workload LEFT JOIN p_text wc ON wc.id = w.context
         LEFT JOIN p_text wk ON wk.id = w.kind LEFT JOIN p_text wn ON wn.id = w.namespace",
    ),
    (
        "use",
        "SELECT oc.text, ok.text, ons.text, o.name, o.origin, o.instance, u.role, c.text, w.text, d.value, n.canonical,
         n.parsed, n.registry, n.repository, n.tag, n.moved, coalesce(p.value, un.canonical), u.image > 0, u.state,
         u.current, u.running, u.hidden, u.first_seen, u.last_seen, u.started, u.ran_from, u.ran_to, u.confidence,
         s.acquisition, u.item, f.text, u.offset, u.length, rt.text, nt.text, mt.text
         FROM p_use u LEFT JOIN p_object o ON o.id = u.object LEFT JOIN p_text oc ON oc.id = o.context
         LEFT JOIN p_text ok ON ok.id = o.kind LEFT JOIN p_text ons ON ons.id = o.namespace
         LEFT JOIN p_text c ON c.id = u.container LEFT JOIN p_written w ON w.id = u.written
         LEFT JOIN p_digest d ON d.id = u.digest LEFT JOIN p_name n ON n.id = u.name
         LEFT JOIN p_digest p ON p.id = u.image LEFT JOIN p_name un ON un.id = -u.image
         LEFT JOIN p_source s ON s.id = u.source LEFT JOIN p_text f ON f.id = u.field
         LEFT JOIN p_text rt ON rt.id = u.resolved LEFT JOIN p_text nt ON nt.id = u.needs
         LEFT JOIN p_text mt ON mt.id = u.marks",
    ),
    (
        "sighting",
        "SELECT g.key, g.kind, c.text, w.text, d.value, g.host, g.user, g.since, g.until, g.as_of, g.count,
         s.acquisition, g.pointer, g.offset, g.length FROM p_sighting g LEFT JOIN p_text c ON c.id = g.context
         LEFT JOIN p_written w ON w.id = g.written LEFT JOIN p_digest d ON d.id = g.digest
         LEFT JOIN p_source s ON s.id = g.source",
    ),
    (
        "tag",
        "SELECT n.canonical, n.registry, n.repository, n.tag, n.moved, d.value, t.basis, t.first_seen, t.last_seen
         FROM p_tag t LEFT JOIN p_name n ON n.id = t.name LEFT JOIN p_digest d ON d.id = t.digest",
    ),
    (
        "image",
        "SELECT coalesce(p.value, un.canonical), i.ident, i.name, i.registry, i.repository, i.resolved, i.roles, i.uses,
         i.running, i.workloads, i.moved, i.first_seen, i.last_seen, i.tags, i.digests,
         i.verdict, i.indicator, i.priority, i.due, i.rule
         FROM p_image i LEFT JOIN p_digest p ON p.id = i.id LEFT JOIN p_name un ON un.id = -i.id",
    ),
    (
        "recipe",
        "SELECT h.text, r.path, s.acquisition, r.pointer, r.offset, r.length, r.recipe FROM p_recipe r
         LEFT JOIN p_text h ON h.id = r.host LEFT JOIN p_source s ON s.id = r.source",
    ),
    ("asked", "SELECT path FROM p_asked"),
    (
        "built",
        "SELECT h.text, r.path, rs.acquisition, r.offset, b.n, n.canonical, n.parsed, b.part, b.dockerfile, ds.acquisition, b.target,
         b.asked_by, s.acquisition, b.pointer, b.offset, b.length, k.text, ons.text, o.name, o.instance
         FROM p_built b LEFT JOIN p_recipe r ON r.id = b.recipe LEFT JOIN p_text h ON h.id = r.host
         LEFT JOIN p_source rs ON rs.id = r.source LEFT JOIN p_name n ON n.id = b.name
         LEFT JOIN p_source ds ON ds.id = b.dockerfile_source LEFT JOIN p_source s ON s.id = b.source
         LEFT JOIN p_object o ON o.id = b.object LEFT JOIN p_text k ON k.id = o.kind
         LEFT JOIN p_text ons ON ons.id = o.namespace",
    ),
    (
        "missing",
        "SELECT h.text, r.path, rs.acquisition, r.offset, m.n, m.path, m.asked_by, s.acquisition, m.pointer, m.offset,
         m.length, m.reason FROM p_missing m LEFT JOIN p_recipe r ON r.id = m.recipe LEFT JOIN p_text h ON h.id = r.host
         LEFT JOIN p_source rs ON rs.id = r.source LEFT JOIN p_source s ON s.id = m.source",
    ),
    (
        "problem",
        "SELECT h.text, r.path, rs.acquisition, r.offset, m.n, m.material, m.path, s.acquisition, m.pointer, m.offset,
         m.length, m.reason FROM p_problem m LEFT JOIN p_recipe r ON r.id = m.recipe
         LEFT JOIN p_text h ON h.id = r.host LEFT JOIN p_source rs ON rs.id = r.source
         LEFT JOIN p_source s ON s.id = m.source",
    ),
];

const REACH: (&str, &str) = (
    "reach",
    "SELECT coalesce(p.value, un.canonical), r.image > 0, c.text, n.text, wc.text, wk.text, wn.text, w.name, r.uses,
     r.running FROM p_reach r LEFT JOIN p_digest p ON p.id = r.image LEFT JOIN p_name un ON un.id = -r.image
     LEFT JOIN p_text c ON c.id = r.context LEFT JOIN p_text n ON n.id = r.namespace
     LEFT JOIN p_workload w ON w.id = r.workload LEFT JOIN p_text wc ON wc.id = w.context
     LEFT JOIN p_text wk ON wk.id = w.kind LEFT JOIN p_text wn ON wn.id = w.namespace",
);

const CALLED: (&str, &str) = (
    "called",
    "SELECT coalesce(p.value, un.canonical), c.image > 0, n.canonical, c.uses, c.current FROM p_called c
     LEFT JOIN p_digest p ON p.id = c.image LEFT JOIN p_name un ON un.id = -c.image LEFT JOIN p_name n ON n.id = c.name",
);

const OWNER: (&str, &str) = (
    "owner",
    "SELECT c.text, w.kind, w.subject, w.site, w.owner, w.criticality, w.as_of, s.acquisition, w.pointer, w.offset, w.length
     FROM p_owner w LEFT JOIN p_text c ON c.id = w.context LEFT JOIN p_source s ON s.id = w.source",
);

const OWNER_FIRST: (&str, &str) = (
    "owner first",
    "SELECT c.text, f.kind, f.subject, f.criticality, f.since FROM p_owner_first f LEFT JOIN p_text c ON c.id = f.context",
);

const CHAIN: (&str, &str) = (
    "chain",
    "SELECT c.key, d.value, w.text, p.text, c.kind, c.layers, c.history, c.created, c.flattened, s.acquisition, c.pointer,
     c.offset, c.length FROM p_chain c LEFT JOIN p_digest d ON d.id = c.digest LEFT JOIN p_written w ON w.id = c.written
     LEFT JOIN p_text p ON p.id = c.platform LEFT JOIN p_source s ON s.id = c.source",
);

const PLATFORM: (&str, &str) = (
    "platform",
    "SELECT d.value, t.text, s.acquisition, p.pointer, p.offset, p.length FROM p_platform p
     LEFT JOIN p_digest d ON d.id = p.digest LEFT JOIN p_text t ON t.id = p.platform
     LEFT JOIN p_source s ON s.id = p.source",
);

const CLAIM: (&str, &str) = (
    "claim",
    "SELECT cd.value, cw.text, cp.text, pd.value, pw.text, pp.text, c.kind, c.proof, t.text, c.confidence, c.listed,
     s.acquisition, c.pointer, c.offset, c.length FROM p_claim c LEFT JOIN p_digest cd ON cd.id = c.child
     LEFT JOIN p_written cw ON cw.id = c.child_written LEFT JOIN p_text cp ON cp.id = c.child_platform
     LEFT JOIN p_digest pd ON pd.id = c.parent LEFT JOIN p_written pw ON pw.id = c.parent_written
     LEFT JOIN p_text pp ON pp.id = c.parent_platform LEFT JOIN p_text t ON t.id = c.top
     LEFT JOIN p_source s ON s.id = c.source",
);
const PULL_LOG: (&str, &str) = (
    "pull log",
    "SELECT s.acquisition, l.since, l.until, l.records, l.others, l.precision, l.assumed_utc, l.ordered, l.usual, l.gaps,
     l.gap_count, l.users, l.hosts, l.unnamed, l.columns, l.parts
     FROM p_pull_log l LEFT JOIN p_source s ON s.id = l.source",
);
const PULL: (&str, &str) = (
    "pull",
    "SELECT s.acquisition, w.text, d.value, p.kind, p.manner, p.since, p.until, p.count, p.sessions, p.users, p.hosts,
     p.buckets, p.width, p.moved, p.pointer, p.offset, p.length FROM p_pull p LEFT JOIN p_source s ON s.id = p.source
     LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_digest d ON d.id = p.digest",
);
const PULLER: (&str, &str) = (
    "puller",
    "SELECT s.acquisition, w.text, d.value, p.kind, p.manner, u.user, u.host, u.since, u.until, u.count, u.offset, u.length
     FROM p_puller u LEFT JOIN p_pull p ON p.id = u.pull LEFT JOIN p_source s ON s.id = p.source
     LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_digest d ON d.id = p.digest",
);

const HOLDS: (&str, &str) = (
    "holds",
    "SELECT c.text, k.text, n.text, o.name, o.origin, o.instance, t.text FROM p_holds h JOIN p_object o ON o.id = h.object
     LEFT JOIN p_text c ON c.id = o.context LEFT JOIN p_text k ON k.id = o.kind LEFT JOIN p_text n ON n.id = o.namespace
     LEFT JOIN p_text t ON t.id = h.names",
);

const GIVEN: (&str, &str) = (
    "given",
    "SELECT c.text, k.text, n.text, o.name, o.origin, o.instance, g.part, g.kind, g.scope, g.name, s.acquisition, g.detail,
     g.pointer, g.offset, g.length FROM p_given g LEFT JOIN p_object o ON o.id = g.object
     LEFT JOIN p_text c ON c.id = o.context LEFT JOIN p_text k ON k.id = o.kind LEFT JOIN p_text n ON n.id = o.namespace
     LEFT JOIN p_source s ON s.id = g.source",
);

const GOOD: (&str, &str) = (
    "good",
    "SELECT w.text, d.value, s.acquisition, k.kind, k.pointer, k.offset, k.length FROM p_good k
     LEFT JOIN p_written w ON w.id = k.written LEFT JOIN p_digest d ON d.id = k.digest
     LEFT JOIN p_source s ON s.id = k.source",
);
const REFERRER: (&str, &str) = (
    "referrer",
    "SELECT j.value, d.value, s.acquisition, f.kind, m.text, f.pointer, f.offset, f.length FROM p_referrer f
     LEFT JOIN p_digest j ON j.id = f.subject LEFT JOIN p_digest d ON d.id = f.digest
     LEFT JOIN p_text m ON m.id = f.media LEFT JOIN p_source s ON s.id = f.source",
);
const INDICATOR: (&str, &str) = ("indicator", "SELECT n, id, open, record, known FROM p_indicator");
const MIRROR: (&str, &str) = ("mirror", "SELECT place, upstream FROM p_mirror");

const JUDGEMENT: (&str, &str) = ("judgement", "SELECT n, field, subject, record FROM p_judgement WHERE n > 0");
const TRIAGE: (&str, &str) = (
    "triage",
    "SELECT coalesce(p.value, un.canonical), t.image > 0, t.inputs, t.plain, t.assumed, t.since, t.owned, t.computed, t.priority, t.reached, t.hand
     FROM p_triage t LEFT JOIN p_digest p ON p.id = t.image LEFT JOIN p_name un ON un.id = -t.image",
);

/// The fingerprint. Equal for any two folds of the same readings.
pub fn dump_hash(conn: &Connection) -> Result<[u8; 32], ProjectError> {
    let mut sum = Sum::default();
    let later = [
        &REACH,
        &CALLED,
        &OWNER,
        &OWNER_FIRST,
        &CHAIN,
        &PLATFORM,
        &CLAIM,
        &HOLDS,
        &GIVEN,
        &PULL_LOG,
        &PULL,
        &PULLER,
        &GOOD,
        &REFERRER,
        &INDICATOR,
        &MIRROR,
        &JUDGEMENT,
        &TRIAGE,
    ];
    findings::dump(conn, &mut |hash| sum.add(hash))?;
    for (label, query) in ROWS.iter().chain(later).chain(&findings::ROWS) {
        let mut statement = conn.prepare(query)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut hash = Sha256::new();
            part(&mut hash, b'L', label.as_bytes());
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => part(&mut hash, b'N', &[]),
                    ValueRef::Integer(n) => part(&mut hash, b'I', &n.to_be_bytes()),
                    ValueRef::Real(x) => part(&mut hash, b'R', &x.to_be_bytes()),
                    ValueRef::Text(text) => part(&mut hash, b'T', text),
                    ValueRef::Blob(bytes) => part(&mut hash, b'B', bytes),
                }
            }
            sum.add(&hash.finalize().into());
        }
    }
    Ok(sum.bytes())
}

/// One value, so that no two rows are written out alike.
fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// A sum of hashes, four lanes of 64 bits. Adding, unlike xor, sees a row that is there twice.
#[derive(Debug, Default)]
struct Sum([u64; 4]);

impl Sum {
    fn add(&mut self, hash: &[u8; 32]) {
        for (lane, bytes) in self.0.iter_mut().zip(hash.chunks_exact(8)) {
            *lane = lane.wrapping_add(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b)));
        }
    }

    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, lane) in bytes.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&lane.to_be_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_ignores_order_and_counts_repeats() {
        let sum = |hashes: &[[u8; 32]]| {
            let mut sum = Sum::default();
            hashes.iter().for_each(|h| sum.add(h));
            sum.bytes()
        };
        assert_eq!(sum(&[[1; 32], [200; 32]]), sum(&[[200; 32], [1; 32]]));
        assert_ne!(sum(&[[1; 32], [1; 32]]), sum(&[]));
    }

    #[test]
    fn every_query_fits_the_schema() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::SCHEMA).unwrap();
        assert_eq!(dump_hash(&conn).unwrap(), [0; 32]);
    }
}
