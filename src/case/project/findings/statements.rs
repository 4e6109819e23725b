//! Which statements (VEX) bear on which images. A statement is about an image where its product names this image or one that
//! it stands on; a product that can be compared with nothing bears on nothing.

use rusqlite::{Connection, OptionalExtension as _};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::error::ProjectError;
use crate::model::finding::{Cve, VexStatus};
use crate::model::package::PackageUrl;

/// A statement about one vulnerability in one product, or in one package of it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Text number of the vulnerability, and its CVE number, 0 for none.
    pub vulnerability: i64,
    pub cve: i64,
    pub status: VexStatus,
    pub at: i64,
    /// The package that is meant; none for all of them.
    package: Option<PackageUrl>,
    /// Where it stands: source and offset.
    pub source: i64,
    pub offset: i64,
}

/// A finding, as far as statements are about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'f> {
    pub vulnerability: i64,
    pub cve: i64,
    pub kind: &'f str,
    pub name: &'f str,
    pub source: &'f str,
    pub version: &'f str,
}

/// All statements and the images that their products name.
pub(super) struct Statements {
    rows: Vec<Row>,
    of_image: HashMap<i64, BTreeSet<usize>>,
}

impl Statements {
    /// Reads them all.
    pub fn load(conn: &Connection) -> Result<Statements, ProjectError> {
        let mut statement = conn.prepare(
            "SELECT v.vulnerability, t.text, v.digest, v.name, p.text, v.status, v.tagged, v.at, v.source, v.offset
             FROM p_vex v JOIN p_text t ON t.id = v.vulnerability LEFT JOIN p_text p ON p.id = v.package
             JOIN p_source s ON s.id = v.source ORDER BY s.acquisition, v.offset, t.text, p.text",
        )?;
        let (mut rows, mut of_image) = (Vec::new(), HashMap::<i64, BTreeSet<usize>>::new());
        let mut by_digest = conn.prepare(
            "SELECT image FROM p_digest WHERE id = ?1 UNION SELECT d.image FROM p_relation r JOIN p_digest d ON d.id = r.b
             WHERE r.a = ?1 AND r.kind = 1",
        )?;
        let mut by_name = conn.prepare(
            "SELECT d.image FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.name = ?1 UNION SELECT -?1",
        )?;
        let mut by_repository = Repositories::default();
        let mut found = statement.query([])?;
        while let Some(r) = found.next()? {
            let (vulnerability, id, package): (i64, String, Option<String>) = (r.get(0)?, r.get(1)?, r.get(4)?);
            let (digest, name, tagged): (i64, i64, bool) = (r.get(2)?, r.get(3)?, r.get(6)?);
            // A digest says more than a name, and a name with a tag more than one without.
            let images: Vec<i64> = match (digest, name, tagged) {
                (0, 0, _) => continue,
                (0, name, true) => by_name.query_map([name], |r| r.get(0))?.collect::<Result<_, _>>()?,
                (0, name, false) => by_repository.images(conn, name)?,
                (digest, ..) => by_digest.query_map([digest], |r| r.get(0))?.collect::<Result<_, _>>()?,
            };
            for image in images {
                of_image.entry(image).or_default().insert(rows.len());
            }
            rows.push(Row {
                vulnerability,
                cve: Cve::parse(&id).map_or(0, |cve| i64::try_from(cve.0).unwrap_or(0)),
                status: VexStatus::of(r.get(5)?),
                at: r.get(7)?,
                package: package.as_deref().and_then(PackageUrl::parse),
                source: r.get(8)?,
                offset: r.get(9)?,
            });
        }
        Ok(Statements { rows, of_image })
    }

    pub fn is_empty(&self) -> bool {
        self.of_image.is_empty()
    }

    /// Those about an image or what it stands on, by vulnerability.
    pub fn of<'s>(&'s self, image: i64, ancestors: &[i64]) -> BTreeMap<i64, Vec<&'s Row>> {
        let mut found: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
        let named = ancestors.iter().chain([&image]).filter_map(|image| self.of_image.get(image)).flatten();
        for at in named.copied().collect::<BTreeSet<usize>>() {
            if let Some(row) = self.rows.get(at) {
                found.entry(row.vulnerability).or_default().push(row);
                if row.cve != 0 {
                    found.entry(-row.cve).or_default().push(row);
                }
            }
        }
        found
    }
}

/// The images of each repository, read when they are asked for first: the table has no index for it.
#[derive(Default)]
struct Repositories(Option<HashMap<(String, String), Vec<i64>>>);

impl Repositories {
    /// The images of the repository that a name is of.
    fn images(&mut self, conn: &Connection, name: i64) -> Result<Vec<i64>, ProjectError> {
        let all = match self.0.take() {
            Some(all) => all,
            None => {
                let mut all = HashMap::<(String, String), Vec<i64>>::new();
                let mut statement =
                    conn.prepare("SELECT registry, repository, id FROM p_image WHERE registry <> ''")?;
                for row in statement.query_map([], |r| Ok(((r.get(0)?, r.get(1)?), r.get(2)?)))? {
                    let (repository, image) = row?;
                    all.entry(repository).or_default().push(image);
                }
                all
            }
        };
        let sql = "SELECT registry, repository FROM p_name WHERE id = ?1 AND parsed";
        let key = conn.query_row(sql, [name], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        let found = key.and_then(|key: (String, String)| all.get(&key).cloned()).unwrap_or_default();
        self.0 = Some(all);
        Ok(found)
    }
}

/// The statement that clears a finding; none where none does, or where a later or more severe one says otherwise.
pub(super) fn clears<'s>(of_image: &BTreeMap<i64, Vec<&'s Row>>, finding: About<'_>) -> Option<&'s Row> {
    let by_cve = (finding.cve != 0).then_some(-finding.cve);
    let keys = [Some(finding.vulnerability), by_cve];
    let rows = keys.into_iter().flatten().filter_map(|key| of_image.get(&key)).flatten();
    let about = rows.filter(|row| row.package.as_ref().is_none_or(|url| is_of(url, &finding)));
    let last = about.max_by(|a, b| a.at.cmp(&b.at).then(a.status.cmp(&b.status)))?;
    last.status.clears().then_some(*last)
}

/// Whether a package URL means the package of a finding.
fn is_of(url: &PackageUrl, finding: &About<'_>) -> bool {
    let name = url.name();
    let version = url.full_version();
    url.kind == finding.kind
        && (name == finding.name || name == finding.source)
        && (version.is_empty() || version == finding.version)
}
