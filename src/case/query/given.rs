//! Which credentials compose files, CI files and builds give to places of images, by name. Never a value.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::holds::{CredentialCell, Rank};
use crate::case::project::ProjectError;
use crate::model::credential::CredentialKind;
use crate::model::given::Stand;

/// What is known of one credential that files refer to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference<R> {
    /// The worst rank of an image beside it; the least where none of those asked for is.
    pub rank: R,
    /// Jobs, services and other places that have it.
    pub places: BTreeSet<String>,
    /// Where that is said.
    pub stands: BTreeSet<Stand>,
    /// What files say of it beside its name.
    pub details: BTreeSet<String>,
}

/// A row.
struct Row {
    object: i64,
    source: i64,
    part: String,
    cell: CredentialCell,
    /// The kind and the name of the object, behind its namespace.
    owner: [String; 3],
    detail: String,
    stands: Stand,
}

/// The object of a Dockerfile that is told by itself.
const DOCKERFILE: &str = "Dockerfile";

impl Row {
    fn is_of_build(&self) -> bool {
        self.cell.kind == CredentialKind::BuildSecret.as_str()
    }

    /// The service or target that is built; the whole part of anything else.
    fn builds(&self) -> &str {
        if self.is_of_build() { self.part.split('/').next().unwrap_or_default() } else { &self.part }
    }

    /// The place that has it. Which stages of a build stand beside it is no place of its own.
    fn place(&self) -> String {
        let [kind, namespace, name] = &self.owner;
        let part = if self.is_of_build() && kind == DOCKERFILE { "" } else { self.builds() };
        [namespace, name, part].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// What is told of it by its place in a file.
    fn spot(&self) -> (i64, u64, String) {
        (self.source, self.stands.offset, self.cell.name.clone())
    }
}

/// Every credential that files refer to, each with the worst of the ranks of the images that its places use. One beside
/// none of these images has the least.
///
/// A secret of a build stands beside all that the build pulls in where it is mounted, and beside the image that is built.
pub fn referred<R: Rank>(
    conn: &Connection,
    ranks: &HashMap<i64, R>,
) -> Result<BTreeMap<CredentialCell, Reference<R>>, ProjectError> {
    let mut found: BTreeMap<CredentialCell, Reference<R>> = BTreeMap::new();
    let builds = Builds::of(conn)?;
    let mut rows = conn.prepare(&format!("{ROWS} ORDER BY g.object"))?;
    let mut uses = conn.prepare(
        "SELECT t.text, u.image FROM p_use u JOIN p_text t ON t.id = u.container WHERE u.object = ?1 AND u.hidden = 0",
    )?;
    let mut at: Option<(i64, Ranks<R>)> = None;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        let Some(row) = read(r)? else { continue };
        if builds.tell(&row) {
            continue;
        }
        if at.as_ref().is_none_or(|(number, _)| *number != row.object) {
            let listed = uses.query_map([row.object], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))?;
            at = Some((row.object, Ranks::of(listed.collect::<Result<_, _>>()?, ranks)));
        }
        let mut rank = at.as_ref().map_or_else(R::default, |(_, of)| of.beside(&row.part, row.is_of_build()));
        for image in builds.made(&row) {
            rank = rank.worse(ranks.get(image).copied().unwrap_or_default());
        }
        let place = row.place();
        let reference = found.entry(row.cell).or_default();
        reference.rank = reference.rank.worse(rank);
        reference.places.insert(place);
        reference.stands.insert(row.stands);
        reference.details.extend((!row.detail.is_empty()).then_some(row.detail));
    }
    Ok(found)
}

const ROWS: &str =
    "SELECT g.object, g.part, g.kind, g.scope, g.name, g.detail, g.pointer, c.text, n.text, o.name, s.path, s.evidence,
     g.offset, g.length, k.text, g.source
     FROM p_given g JOIN p_object o ON o.id = g.object JOIN p_text c ON c.id = o.context
     JOIN p_text n ON n.id = o.namespace JOIN p_text k ON k.id = o.kind LEFT JOIN p_source s ON s.id = g.source";

/// What is known of builds that are given secrets.
#[derive(Default)]
struct Builds {
    /// Secrets, by where they stand, that a compose file or a bake file gives to a build of the Dockerfile.
    asked_for: HashSet<(i64, u64, String)>,
    /// The images that are built, by the object that holds what the build pulls in, or by the file that asks for the build,
    /// and by the service or target.
    made: HashMap<(Of, String), Vec<i64>>,
}

#[derive(PartialEq, Eq, Hash)]
enum Of {
    Object(i64),
    File(i64),
}

impl Builds {
    fn of(conn: &Connection) -> Result<Builds, ProjectError> {
        let mut builds = Builds::default();
        let mut rows = conn.prepare(&format!("{ROWS} WHERE g.kind = 'build-secret'"))?;
        let mut rows = rows.query([])?;
        let mut any = false;
        while let Some(r) = rows.next()? {
            let Some(row) = read(r)? else { continue };
            any = true;
            let [kind, ..] = &row.owner;
            if kind != DOCKERFILE {
                builds.asked_for.insert(row.spot());
            }
        }
        if any {
            builds.images(conn)?;
        }
        Ok(builds)
    }

    fn images(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        let mut made = conn.prepare(
            "SELECT b.object, b.source, b.part, i.id FROM p_built b JOIN p_image i ON i.id = -b.name
             UNION SELECT b.object, b.source, b.part, c.image FROM p_built b JOIN p_called c ON c.name = b.name",
        )?;
        let mut rows = made.query([])?;
        while let Some(r) = rows.next()? {
            let (object, source, part, image): (i64, i64, String, i64) = (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
            for of in [Of::Object(object), Of::File(source)] {
                self.made.entry((of, part.clone())).or_default().push(image);
            }
        }
        Ok(())
    }

    /// Whether a Dockerfile's own row says what a build that asks for it says better.
    fn tell(&self, row: &Row) -> bool {
        let [kind, ..] = &row.owner;
        kind == DOCKERFILE && row.is_of_build() && self.asked_for.contains(&row.spot())
    }

    /// The images that a row's build makes.
    fn made(&self, row: &Row) -> impl Iterator<Item = &i64> {
        let keys = [Of::Object(row.object), Of::File(row.source)];
        let of = |of| self.made.get(&(of, row.builds().to_owned())).filter(|_| row.is_of_build());
        keys.into_iter().filter_map(of).flatten()
    }
}

/// The ranks of what one object uses.
struct Ranks<R> {
    all: R,
    by_part: BTreeMap<String, R>,
}

impl<R: Rank> Ranks<R> {
    fn of(uses: Vec<(String, i64)>, ranks: &HashMap<i64, R>) -> Self {
        let mut found = Ranks { all: R::default(), by_part: BTreeMap::new() };
        for (part, image) in uses {
            let rank = ranks.get(&image).copied().unwrap_or_default();
            found.all = found.all.worse(rank);
            let of_part = found.by_part.entry(part).or_default();
            *of_part = rank.worse(*of_part);
        }
        found
    }

    /// An empty part is the whole object. With `below` what a build of the part pulls in counts too.
    fn beside(&self, part: &str, below: bool) -> R {
        if part.is_empty() {
            return self.all;
        }
        let own = self.by_part.get(part).copied().unwrap_or_default();
        let inside = format!("{part}/");
        let pulled = self.by_part.range(inside.clone()..).take_while(|(name, _)| below && name.starts_with(&inside));
        pulled.fold(own, |worst, (_, rank)| worst.worse(*rank))
    }
}

/// `None` for a kind that this version does not know.
fn read(r: &rusqlite::Row<'_>) -> Result<Option<Row>, ProjectError> {
    let Some(kind) = CredentialKind::parse(&r.get::<_, String>(2)?) else { return Ok(None) };
    let cell = CredentialCell { kind: kind.as_str(), context: r.get(7)?, namespace: r.get(3)?, name: r.get(4)? };
    let bytes = |column| r.get::<_, i64>(column).map(i64::unsigned_abs);
    let stands = Stand {
        path: r.get::<_, Option<String>>(10)?.unwrap_or_default(),
        locator: r.get(6)?,
        evidence: r.get(11)?,
        offset: bytes(12)?,
        length: bytes(13)?,
    };
    let owner = [r.get(14)?, r.get(8)?, r.get(9)?];
    let (object, source, part) = (r.get(0)?, r.get(15)?, r.get(1)?);
    Ok(Some(Row { object, source, part, cell, owner, detail: r.get(5)?, stands }))
}
