//! Readings made by hand, and a case's projections in memory to fold them into.

use hullbreach::case::indicators::Indicators;
use hullbreach::case::project::{self, Applied, Fold, Join, ProjectError, SCHEMA};
use hullbreach::model::acquisition::{Acquisition, Origin, OriginKind};
use hullbreach::model::digest::{Digest, RelationKind};
use hullbreach::model::fact::{Item, Object, Owner, Relation, Role, Seen, SeenState, Spot, Use};
use hullbreach::model::reading::{AsOf, AsOfSource, KindScope, Reading, Scope, Status};
use hullbreach::model::time::Micros;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// One reading with its facts.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub acquisition: Acquisition,
    pub reading: Reading,
    pub items: Vec<Item>,
}

/// A digest that is easy to tell apart: `digest(0xa)` is sixty-four `0…a`.
pub fn digest(n: u64) -> String {
    format!("sha256:{n:064x}")
}

/// A list of live objects as of an hour of the day, in no named context, of no stated completeness.
pub fn list(path: &str, hour: i64, items: Vec<Item>) -> Evidence {
    let origin = Origin { kind: OriginKind::File, host: "laptop".into(), root: "/dumps".into(), path: path.into() };
    let original = Digest::of(format!("{path} {hour} {items:?}").as_bytes());
    let as_of = Micros(hour * 3_600_000_000);
    let options = BTreeMap::new();
    let acquisition = Acquisition {
        id: Acquisition::derive_id(&original, &origin, None, &options),
        origin,
        context: None,
        stored: Some(original.clone()),
        original,
        original_bytes: 1,
        stored_bytes: 1,
        transforms: vec![],
        redactions: BTreeMap::new(),
        raw: false,
        acquired: as_of,
        options,
        modified: None,
        tool: "test".into(),
    };
    let reading = Reading {
        acquisition: acquisition.id,
        format: "kubernetes-json".into(),
        version: 1,
        observations: None,
        items: items.len() as u64,
        facts: items.iter().map(Item::facts).sum(),
        rejected: 0,
        rejects: vec![],
        status: Status::Read,
        reason: String::new(),
        notes: vec![],
        scope: Scope::default(),
        as_of: AsOf { at: as_of, source: AsOfSource::File },
    };
    let mut items = items;
    for (i, item) in items.iter_mut().enumerate() {
        item.spot = Spot { pointer: format!("/items/{i}"), offset: 1000 * i as u64, length: 900 };
    }
    Evidence { acquisition, reading, items }
}

impl Evidence {
    pub fn context(mut self, context: &str) -> Self {
        let a = &mut self.acquisition;
        a.context = Some(context.into());
        a.id = Acquisition::derive_id(&a.original, &a.origin, Some(context), &a.options);
        self.reading.acquisition = a.id;
        self
    }

    /// A whole list of pods over these namespaces; over all for none.
    pub fn whole(mut self, namespaces: &[&str]) -> Self {
        let namespaces: Vec<String> = namespaces.iter().map(|n| (*n).to_owned()).collect();
        let all = namespaces.is_empty();
        self.reading.scope.kinds = vec![KindScope { kind: "Pod".into(), namespaces, all }];
        self.reading.scope.complete = true;
        self
    }

    /// Got with build arguments.
    pub fn build_args(mut self, args: &[(&str, &str)]) -> Self {
        let args: BTreeMap<&str, &str> = args.iter().copied().collect();
        let a = &mut self.acquisition;
        a.options.insert("build-arg".into(), serde_json::to_string(&args).unwrap());
        a.id = Acquisition::derive_id(&a.original, &a.origin, a.context.as_deref(), &a.options);
        self.reading.acquisition = a.id;
        self
    }

    /// Got at an hour of the day, whatever time it speaks of.
    pub fn got(mut self, hour: i64) -> Self {
        self.acquisition.acquired = Micros(hour * 3_600_000_000);
        self
    }

    /// On another machine.
    pub fn host(mut self, host: &str) -> Self {
        let a = &mut self.acquisition;
        a.origin.host = host.into();
        a.id = Acquisition::derive_id(&a.original, &a.origin, a.context.as_deref(), &a.options);
        self.reading.acquisition = a.id;
        self
    }

    pub fn nodes(mut self, nodes: &[&str]) -> Self {
        self.reading.scope.nodes = nodes.iter().map(|n| (*n).to_owned()).collect();
        self
    }

    pub fn list_version(mut self, version: &str, continues: bool) -> Self {
        self.reading.scope.list_version = Some(version.into());
        self.reading.scope.continues = continues;
        self.reading.scope.complete &= !continues;
        self
    }

    pub fn format(mut self, format: &str) -> Self {
        self.reading.format = format.into();
        self
    }
}

/// An object; live where it has a uid.
pub fn object(kind: &str, namespace: &str, name: &str, uid: &str) -> Item {
    let uid = (!uid.is_empty()).then(|| uid.to_owned());
    let object = Object { kind: kind.into(), namespace: namespace.into(), name: name.into(), uid, ..Object::default() };
    Item { object: Some(object), ..Item::default() }
}

/// A live pod on a node.
pub fn pod(namespace: &str, name: &str, uid: &str, node: &str) -> Item {
    let mut item = object("Pod", namespace, name, uid);
    item.object.as_mut().unwrap().node = Some(node.into());
    item
}

/// Facts added to an item.
pub trait With: Sized {
    fn owned(self, kind: &str, name: &str, uid: &str) -> Self;
    fn likely(self, kind: &str, name: &str) -> Self;
    fn phase(self, phase: &str) -> Self;
    fn uses(self, role: Role, container: &str, written: &str) -> Self;
    fn runs(self, container: &str, written: &str, image_id: &str, started: i64) -> Self;
    fn seen(self, role: Role, container: &str, written: &str, seen: Seen) -> Self;
    fn relates(self, kind: RelationKind, a: u64, b: u64) -> Self;
}

impl With for Item {
    fn owned(mut self, kind: &str, name: &str, uid: &str) -> Self {
        let uid = (!uid.is_empty()).then(|| uid.to_owned());
        self.object.as_mut().unwrap().owner = Some(Owner { kind: kind.into(), name: name.into(), uid });
        self
    }

    fn likely(mut self, kind: &str, name: &str) -> Self {
        self.object.as_mut().unwrap().likely_top = Some(Owner { kind: kind.into(), name: name.into(), uid: None });
        self
    }

    fn phase(mut self, phase: &str) -> Self {
        self.object.as_mut().unwrap().phase = Some(phase.into());
        self
    }

    fn uses(mut self, role: Role, container: &str, written: &str) -> Self {
        let spot = Spot { pointer: format!("/spec/{container}/image"), offset: 10 + self.uses.len() as u64, length: 5 };
        let (name, as_written) = (container.to_owned(), written.to_owned());
        self.uses.push(Use::new(role, name, as_written, spot));
        self
    }

    fn runs(self, container: &str, written: &str, image_id: &str, started: i64) -> Self {
        self.seen(Role::App, container, written, running(image_id, started))
    }

    fn seen(self, role: Role, container: &str, written: &str, seen: Seen) -> Self {
        let mut item = self.uses(role, container, written);
        item.uses.last_mut().unwrap().seen = Some(seen);
        item
    }

    fn relates(mut self, kind: RelationKind, a: u64, b: u64) -> Self {
        let parse = |n| Digest::parse(&digest(n)).unwrap();
        self.relations.push(Relation { kind, a: parse(a), b: parse(b), spot: Spot::default() });
        self
    }
}

/// A container that runs since an hour of the day.
pub fn running(image_id: &str, started: i64) -> Seen {
    Seen {
        state: SeenState::Running,
        image: String::new(),
        image_id: image_id.into(),
        started: Some(Micros(started * 3_600_000_000)),
        finished: None,
        spot: Spot::default(),
    }
}

/// Projections in memory.
pub struct World {
    pub conn: Connection,
    join: Join,
    all: Vec<Evidence>,
    /// How often everything had to be folded anew.
    pub anew: usize,
    /// Items after which a fold that began empty takes the indexes away, where it is not as the house has it.
    large_from: Option<u64>,
    /// What images are judged by.
    pub indicators: Indicators,
}

impl World {
    pub fn new() -> Self {
        World::joining(hullbreach::resolve::project::join)
    }

    /// With a way of its own to join project files.
    pub fn joining(join: Join) -> Self {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let indicators = Indicators::default();
        World { conn, join, all: Vec::new(), anew: 0, large_from: None, indicators }
    }

    /// One that takes indexes away after so many items.
    pub fn large_from(self, items: u64) -> Self {
        World { large_from: Some(items), ..self }
    }

    /// Folds in one go.
    pub fn of(evidence: &[Evidence]) -> Self {
        let mut world = World::new();
        world.fold(evidence);
        world
    }

    /// Folds into what is there, or where that may not be, everything anew: as a case does.
    pub fn fold(&mut self, evidence: &[Evidence]) -> Applied {
        self.all.extend_from_slice(evidence);
        let tx = self.conn.transaction().unwrap();
        let anew = project::must_fold_anew(&tx, evidence.iter().map(|e| &e.acquisition)).unwrap();
        if anew {
            self.anew += 1;
            project::clear(&tx).unwrap();
        }
        let mut fold = Fold::begin_with(&tx, self.join).unwrap();
        self.large_from.into_iter().for_each(|items| fold.large_from(items));
        let evidence = if anew { &self.all } else { evidence };
        for Evidence { acquisition, reading, items } in evidence {
            let mut items = items.iter().cloned().map(Ok::<_, ProjectError>);
            fold.apply(acquisition, reading, &mut items).unwrap();
        }
        let (applied, touched) = fold.finish_touching().unwrap();
        project::keep_lineage(&tx, (!anew).then_some(&touched)).unwrap();
        project::settle_verdicts(&tx, &self.indicators, (!anew).then_some(&touched)).unwrap();
        tx.commit().unwrap();
        applied
    }

    pub fn hash(&self) -> [u8; 32] {
        project::dump_hash(&self.conn).unwrap()
    }

    /// Every table and index there is, with the statement that made it.
    pub fn schema(&self) -> Vec<String> {
        self.texts("SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
    }

    /// `name uses running` of each image, sorted by name, with `?` behind unresolved ones.
    pub fn images(&self) -> Vec<String> {
        let sql = "SELECT name || CASE resolved WHEN 0 THEN '?' ELSE '' END || ' ' || uses || ' ' || running
            FROM p_image ORDER BY 1";
        self.texts(sql)
    }

    pub fn texts(&self, sql: &str) -> Vec<String> {
        let mut statement = self.conn.prepare(sql).unwrap();
        statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    }
}
