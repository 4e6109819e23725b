//! Project files by machine and path, and what joining them comes to.
//!
//! Every file is kept as it stands. When all files of a fold are there, each new one is joined with those it asks for. A
//! path that is there several times is answered by the latest; the others are joined for what stands in themselves, as the
//! older readings of any declaration are. Memory holds a few files at a time, whatever their number.
//!
//! What a file comes to depends on itself and on the paths it asked for. So readings may be added to a fold that was
//! finished unless one of their paths is there already or was asked for: [`must_fold_anew`] says so, and nobody may fold
//! such readings in.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::error::ProjectError;
use super::intern::Interner;
use super::paths::{Answers, Asked, asked_key, path_of};
use super::records::join_pointers;
use super::sources::{BuildArguments, Source, Sources, count};
use crate::model::acquisition::Acquisition;
use crate::model::fact::{Item, Object, Spot};
use crate::model::recipe::Recipe;
use crate::resolve::project::{Built, Find, Joined, Missing, Problem, Standing};

/// Joins one file: its path, itself, build arguments, and how to get the file of a path.
pub type Join =
    fn(&str, &Recipe, &BTreeMap<String, String>, &mut Find<'_, ProjectError>) -> Result<Joined, ProjectError>;

/// Bytes of files, as JSON, that are remembered; they are asked for by their neighbours.
const REMEMBERED_BYTES: usize = 2 << 20;
/// Paths remembered, those without a file too.
const REMEMBERED_PATHS: usize = 4_096;
/// Readings remembered.
const REMEMBERED_SOURCES: usize = 256;

/// A file that is to be joined.
#[derive(Debug, Clone, Copy)]
pub(super) struct Root {
    recipe: i64,
    /// It answers for its path.
    wins: bool,
    /// It is another document of the file that answers.
    follows: bool,
}

/// A file that was joined.
pub(super) struct JoinedRoot {
    file: Rc<File>,
    pub wins: bool,
    follows: bool,
}

impl JoinedRoot {
    /// True where it is the file of this path.
    pub fn is_of(&self, path: &str) -> bool {
        self.file.path == path
    }
}

/// A stored file.
pub(super) struct File {
    id: i64,
    host: i64,
    path: String,
    source: i64,
    /// Where the item stands that the file was read as; what is in it counts from there.
    spot: Spot,
    recipe: Rc<Recipe>,
    bytes: usize,
}

/// The project files, open for one fold.
pub(super) struct Recipes<'t> {
    join: Join,
    /// Files of earlier folds have smaller numbers.
    first: i64,
    /// The machine whose files are remembered.
    host: i64,
    files: HashMap<String, Option<Rc<File>>>,
    bytes: usize,
    /// The file that answers for each path, where all files came in this fold.
    answers: Option<Answers>,
    asked: Asked<'t>,
    sources: HashMap<i64, Rc<(Source, BuildArguments)>>,
    sql: Sql<'t>,
}

struct Sql<'t> {
    keep: Statement<'t>,
    roots: Statement<'t>,
    load: Statement<'t>,
    winner: Statement<'t>,
    built: Statement<'t>,
    missing: Statement<'t>,
    problem: Statement<'t>,
}

/// What is said of a document behind a file's first one.
const FOLLOWS: &str = "this file holds several documents. Compose merges each over those before it; here each was read by \
                       itself: what they come to together is to be looked at";

/// Of several readings of one path the latest answers; of one time the one that was got last, for a responder gets a file
/// again to state more about it, and that must count.
const LATEST_FIRST: &str = "s.as_of DESC, s.acquired DESC, s.acquisition, r.offset";

impl<'t> Recipes<'t> {
    pub fn new(conn: &'t Connection, join: Join) -> Result<Self, ProjectError> {
        let columns = "r.id, r.host, r.path, r.source, r.pointer, r.offset, r.length, r.recipe FROM p_recipe r";
        let sql = Sql {
            keep: conn.prepare(
                "INSERT INTO p_recipe (host, path, source, pointer, offset, length, recipe)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            roots: conn.prepare(&format!(
                "SELECT r.id, r.host, r.path, r.source FROM p_recipe r JOIN p_source s ON s.id = r.source WHERE r.id >= ?1
                ORDER BY r.host, r.path, {LATEST_FIRST}"
            ))?,
            load: conn.prepare(&format!("SELECT {columns} WHERE r.id = ?1"))?,
            winner: conn.prepare(&format!(
                "SELECT {columns} JOIN p_source s ON s.id = r.source WHERE r.host = ?1 AND r.path = ?2
                ORDER BY {LATEST_FIRST} LIMIT 1"
            ))?,
            built: conn.prepare("INSERT INTO p_built VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")?,
            missing: conn.prepare("INSERT INTO p_missing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?,
            problem: conn.prepare("INSERT INTO p_problem VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?,
        };
        let first = conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM p_recipe", [], |r| r.get(0))?;
        let (files, sources, asked) = (HashMap::new(), HashMap::new(), Asked::new(conn)?);
        Ok(Recipes { join, first, host: 0, files, bytes: 0, answers: None, asked, sources, sql })
    }

    /// Keeps a file as it stands.
    pub fn keep(
        &mut self,
        interner: &mut Interner<'_>,
        acquisition: &Acquisition,
        source: &Source,
        item: &Item,
        recipe: &Recipe,
    ) -> Result<(), ProjectError> {
        let host = interner.text(&acquisition.origin.host)?;
        let spot = &item.spot;
        let json = super::sources::json(recipe)?;
        let (offset, length) = (count(spot.offset), count(spot.length));
        self.sql.keep.execute(params![host, path_of(acquisition), source.id, spot.pointer, offset, length, json])?;
        Ok(())
    }

    /// The files that came in this fold, neighbours together.
    pub fn roots(&mut self) -> Result<Vec<Root>, ProjectError> {
        let (mut roots, mut answers) = (Vec::new(), Answers::default());
        let mut last: Option<(i64, String, i64)> = None;
        let mut rows = self.sql.roots.query([self.first])?;
        while let Some(row) = rows.next()? {
            let (host, path, source): (i64, String, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let winner = last.take_if(|(h, p, _)| (*h, p.as_str()) == (host, path.as_str()));
            let follows = winner.as_ref().is_some_and(|(.., of)| *of == source);
            let (recipe, wins) = (row.get(0)?, winner.is_none());
            if wins {
                answers.add(host, &path, recipe);
            }
            roots.push(Root { recipe, wins, follows });
            last = winner.or(Some((host, path, source)));
        }
        self.answers = (self.first == 1).then_some(answers);
        Ok(roots)
    }

    /// Joins a file with those it asks for, and notes every path that the outcome depends on.
    pub fn join(&mut self, sources: &mut Sources<'_>, root: &Root) -> Result<(JoinedRoot, Joined), ProjectError> {
        let file = Rc::new(self.sql.load.query_row([root.recipe], read)??);
        if file.host != self.host {
            self.forget();
            self.host = file.host;
        }
        let root_source = self.source(sources, file.source)?;
        let (source, args) = &*root_source;
        if root.wins {
            self.remember(&file.path, Some(&file));
        }
        let (join, mut asked) = (self.join, BTreeSet::new());
        let mut find = |path: &str| {
            if !asked.contains(path) {
                asked.insert(path.to_owned());
            }
            Ok(self.find(path)?.map(|found| Rc::clone(&found.recipe)))
        };
        let mut joined = join(&file.path, &file.recipe, args, &mut find)?;
        asked.append(&mut joined.asked);
        let led_to = joined.items.iter().map(|standing| &standing.path);
        let led_to = led_to.chain(joined.built.iter().flat_map(|built| [&built.dockerfile, &built.asked_by.0]));
        let led_to = led_to.chain(joined.missing.iter().map(|missing| &missing.asked_by.0));
        let led_to = led_to.chain(joined.problems.iter().map(|problem| &problem.path));
        let led_to = led_to.chain(joined.given.iter().map(|lent| &lent.path));
        let led_to = led_to.chain(joined.materials.iter().map(|material| &material.path));
        let [host, _] = &source.file;
        for path in led_to.chain(&asked).filter(|path| **path != file.path).collect::<BTreeSet<_>>() {
            self.asked.note(asked_key(host, path))?;
        }
        Ok((JoinedRoot { file, wins: root.wins, follows: root.follows }, joined))
    }

    /// An item as it is folded: with the reading of the file that it stands in, and counting from that reading's start.
    /// `None` where that file is not there, or where only the answering reading of the joined file may speak of it.
    pub fn place(
        &mut self,
        sources: &mut Sources<'_>,
        root: &JoinedRoot,
        standing: Standing,
    ) -> Result<Option<(Source, Item)>, ProjectError> {
        let file = match root.is_of(&standing.path) {
            true => Some(Rc::clone(&root.file)),
            false if root.wins => self.find(&standing.path)?,
            false => None,
        };
        let Some(file) = file else { return Ok(None) };
        let source = self.source(sources, file.source)?.0.clone();
        let mut item = standing.item;
        let from_start = spot(&file, &item.spot);
        item.spot = Spot { length: file.spot.length, ..from_start };
        item.recipe = None;
        // A declaration and no more: what tells one from another is all that two files may say of it.
        item.object = item.object.map(|object| Object {
            kind: object.kind,
            namespace: object.namespace,
            name: object.name,
            ..Object::default()
        });
        Ok(Some((source, item)))
    }

    /// Notes what a file's builds make; `objects` are the numbers of its items' objects.
    pub fn built(
        &mut self,
        interner: &mut Interner<'_>,
        root: &JoinedRoot,
        all: &[Built],
        objects: &[i64],
    ) -> Result<(), ProjectError> {
        for (n, built) in (0_i64..).zip(all) {
            let name = interner.written(&built.image)?.name;
            let dockerfile = self.at(root, &built.dockerfile)?.map_or(0, |file| file.source);
            let (asked_by, spot) = &built.asked_by;
            let (source, spot) = self.stands(root, asked_by, spot)?;
            let object = built.item.and_then(|item| objects.get(item)).copied().unwrap_or(0);
            self.sql.built.execute(params![
                root.file.id,
                n,
                name,
                built.part,
                built.dockerfile,
                dockerfile,
                built.target,
                asked_by,
                source,
                spot.pointer,
                count(spot.offset),
                count(spot.length),
                object
            ])?;
        }
        Ok(())
    }

    /// Notes the files that a file asks for and that are not there.
    pub fn missing(&mut self, root: &JoinedRoot, all: &[Missing]) -> Result<(), ProjectError> {
        for (n, missing) in (0_i64..).zip(all) {
            let (asked_by, spot) = &missing.asked_by;
            let (source, spot) = self.stands(root, asked_by, spot)?;
            self.sql.missing.execute(params![
                root.file.id,
                n,
                missing.path,
                asked_by,
                source,
                spot.pointer,
                count(spot.offset),
                count(spot.length),
                missing.reason
            ])?;
        }
        Ok(())
    }

    /// Notes what is wrong in a file and in those it led to, and what its builds get from outside that is no image. Of a
    /// reading that does not answer for its path only that it stands behind another document of its file.
    pub fn problems(
        &mut self,
        root: &JoinedRoot,
        problems: &[Problem],
        materials: &[Problem],
    ) -> Result<(), ProjectError> {
        let follows = Problem { path: root.file.path.clone(), spot: Spot::default(), reason: FOLLOWS.to_owned() };
        let all: Vec<(bool, &Problem)> = if root.wins {
            let materials = materials.iter().map(|found| (true, found));
            problems.iter().map(|found| (false, found)).chain(materials).collect()
        } else if root.follows && matches!(*root.file.recipe, Recipe::Compose(_)) {
            vec![(false, &follows)]
        } else {
            Vec::new()
        };
        for (n, (material, problem)) in (0_i64..).zip(all) {
            let (source, spot) = self.stands(root, &problem.path, &problem.spot)?;
            self.sql.problem.execute(params![
                root.file.id,
                n,
                material,
                problem.path,
                source,
                spot.pointer,
                count(spot.offset),
                count(spot.length),
                problem.reason
            ])?;
        }
        Ok(())
    }

    /// The reading of a path, 0 where it is not there, and a spot in it.
    pub fn stands(&mut self, root: &JoinedRoot, path: &str, within: &Spot) -> Result<(i64, Spot), ProjectError> {
        let file = self.at(root, path)?;
        Ok(file.map_or_else(|| (0, within.clone()), |file| (file.source, spot(&file, within))))
    }

    fn at(&mut self, root: &JoinedRoot, path: &str) -> Result<Option<Rc<File>>, ProjectError> {
        if root.is_of(path) { Ok(Some(Rc::clone(&root.file))) } else { self.find(path) }
    }

    /// The file that answers for a path on the machine whose files are being joined.
    fn find(&mut self, path: &str) -> Result<Option<Rc<File>>, ProjectError> {
        if let Some(known) = self.files.get(path) {
            return Ok(known.clone());
        }
        let found = match self.answers.as_ref().map(|answers| answers.of(self.host, path)) {
            // Nearly every path that is asked for is not there.
            Some(None) => None,
            Some(Some(recipe)) => {
                let file = self.sql.load.query_row([recipe], read)??;
                let is_it = file.host == self.host && file.path == path;
                if is_it { Some(file) } else { self.look_up(path)? }
            }
            None => self.look_up(path)?,
        };
        let found = found.map(Rc::new);
        self.remember(path, found.as_ref());
        Ok(found)
    }

    fn look_up(&mut self, path: &str) -> Result<Option<File>, ProjectError> {
        self.sql.winner.query_row(params![self.host, path], read).optional()?.transpose()
    }

    /// Writes what is still only in memory.
    pub fn flush(&mut self) -> Result<(), ProjectError> {
        self.asked.flush()
    }

    fn remember(&mut self, path: &str, file: Option<&Rc<File>>) {
        let bytes = file.map_or(0, |file| file.bytes);
        if self.files.len() >= REMEMBERED_PATHS || self.bytes + bytes > REMEMBERED_BYTES {
            self.forget();
        }
        // One that is larger than all that is remembered is read again when it is asked for again.
        if bytes <= REMEMBERED_BYTES {
            self.bytes += bytes;
            self.files.insert(path.to_owned(), file.cloned());
        }
    }

    fn forget(&mut self) {
        self.files.clear();
        self.bytes = 0;
    }

    fn source(&mut self, sources: &mut Sources<'_>, number: i64) -> Result<Rc<(Source, BuildArguments)>, ProjectError> {
        if let Some(known) = self.sources.get(&number) {
            return Ok(Rc::clone(known));
        }
        if self.sources.len() >= REMEMBERED_SOURCES {
            self.sources.clear();
        }
        let source = Rc::new(sources.stored(number)?);
        self.sources.insert(number, Rc::clone(&source));
        Ok(source)
    }
}

/// A spot in a file's item as one in the evidence.
fn spot(file: &File, within: &Spot) -> Spot {
    Spot {
        pointer: join_pointers(&file.spot.pointer, &within.pointer),
        offset: file.spot.offset.saturating_add(within.offset),
        length: within.length,
    }
}

/// A stored file; the outer error is SQLite's, the inner one says that it is damaged.
fn read(r: &rusqlite::Row<'_>) -> rusqlite::Result<Result<File, ProjectError>> {
    let (id, path, json): (i64, String, String) = (r.get(0)?, r.get(2)?, r.get(7)?);
    let whole = |column| r.get::<_, i64>(column).map(i64::unsigned_abs);
    let spot = Spot { pointer: r.get(4)?, offset: whole(5)?, length: whole(6)? };
    let (host, source) = (r.get(1)?, r.get(3)?);
    Ok(match serde_json::from_str(&json) {
        Ok(recipe) => Ok(File { id, host, path, source, spot, recipe: Rc::new(recipe), bytes: json.len() }),
        Err(e) => Err(ProjectError::Damaged(format!("the project file {path}: {e}"))),
    })
}
