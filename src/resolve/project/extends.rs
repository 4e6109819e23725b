//! The files of one compose project, and what `extends` leads to in them and in others.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::build::listed;
use super::joiner::{Joiner, as_compose};
use super::merge::{At, Merged};
use super::paths;
use super::variables::{Variables, sorted};
use crate::model::recipe::{Compose, Extends, Recipe, Service, Word};

/// Longest chain of services that extend each other.
const DEPTH: usize = 32;

/// A compose file that takes part.
pub(super) struct File {
    pub path: String,
    /// What its relative paths count from.
    pub folder: String,
    recipe: Rc<Recipe>,
    /// Its services by name.
    index: HashMap<String, usize>,
}

/// A compose project in the making.
pub(super) struct Project {
    pub name: String,
    pub variables: Variables,
    pub files: Vec<File>,
    /// So many of them, the first, are the project's own; the others are those that services extend.
    count: usize,
    numbers: BTreeMap<(String, String), usize>,
}

impl File {
    /// What it says.
    pub fn compose(&self) -> Option<&Compose> {
        as_compose(&self.recipe)
    }
}

impl Project {
    pub fn new(variables: Variables) -> Self {
        Project { name: String::new(), variables, files: Vec::new(), count: 0, numbers: BTreeMap::new() }
    }

    /// Takes one of the project's own files in, each over those before it. They come before any that services extend.
    pub fn begin(&mut self, path: &str, folder: &str, recipe: Rc<Recipe>) {
        self.open(path, folder, recipe);
        self.count = self.files.len();
    }

    /// The project's own files.
    pub fn own(&self) -> &[File] {
        self.files.get(..self.count).unwrap_or_default()
    }

    /// Takes a file in; its number.
    fn open(&mut self, path: &str, folder: &str, recipe: Rc<Recipe>) -> usize {
        let key = (path.to_owned(), folder.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let services = as_compose(&recipe).map(|file| file.services.as_slice()).unwrap_or_default();
        let index = services.iter().enumerate().map(|(at, service)| (service.name.clone(), at)).collect();
        self.files.push(File { path: path.to_owned(), folder: folder.to_owned(), recipe, index });
        self.numbers.insert(key, self.files.len() - 1);
        self.files.len() - 1
    }

    /// A file's path.
    pub fn path(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.path)
    }

    /// A file's folder.
    pub fn folder(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.folder)
    }

    fn find(&self, file: usize, service: &str) -> Option<usize> {
        self.files.get(file)?.index.get(service).copied()
    }

    fn service(&self, file: usize, at: usize) -> Option<&Service> {
        self.files.get(file)?.compose()?.services.get(at)
    }

    /// A service of the project's own files, with what it extends, each file merged over those before it.
    pub fn merged<E>(&mut self, name: &str, joiner: &mut Joiner<'_, '_, E>) -> Result<Merged, E> {
        let mut merged = Merged::default();
        for file in 0..self.count {
            let Some(at) = self.find(file, name) else { continue };
            let chain = self.chain(file, at, joiner)?;
            let before = merged.image.clone();
            for (file, at) in chain.into_iter().rev() {
                if let Some(service) = self.service(file, at) {
                    merged.put_over(file, service);
                }
            }
            merged.keep_overridden(before);
        }
        Ok(merged)
    }

    /// A service and those that it extends, each with its file.
    fn chain<E>(&mut self, file: usize, at: usize, joiner: &mut Joiner<'_, '_, E>) -> Result<Vec<(usize, usize)>, E> {
        let mut chain = vec![(file, at)];
        let (mut file, mut at) = (file, at);
        while let Some(extends) = self.service(file, at).and_then(|service| service.extends.clone()) {
            let Some(next) = self.step(file, &extends, joiner)? else { break };
            if chain.contains(&next) {
                let reason = "`extends` goes in a circle here: what the services say is merged up to this place only";
                joiner.problem(self.path(file), &extends.service.spot, reason);
                break;
            }
            if chain.len() >= DEPTH {
                let reason = "more than 32 services extend each other in a row; the rest is not followed";
                joiner.problem(self.path(file), &extends.service.spot, reason);
                break;
            }
            chain.push(next);
            (file, at) = next;
        }
        Ok(chain)
    }

    /// The service that is extended.
    fn step<E>(
        &mut self,
        file: usize,
        extends: &Extends,
        joiner: &mut Joiner<'_, '_, E>,
    ) -> Result<Option<(usize, usize)>, E> {
        let Some(name) = self.settled(file, &extends.service, joiner) else { return Ok(None) };
        let target = match &extends.file {
            None => file,
            Some(word) => match self.extended_file(file, word, joiner)? {
                Some(target) => target,
                None => return Ok(None),
            },
        };
        // An override may extend a service of the file it stands over.
        let found = self.find(target, &name).map(|at| (target, at)).or_else(|| {
            let own = extends.file.is_none();
            own.then(|| self.find(0, &name).map(|at| (0, at))).flatten()
        });
        if found.is_none() {
            let reason = format!("`extends` names the service `{name}`, which {} does not have", self.path(target));
            joiner.problem(self.path(file), &extends.service.spot, reason);
        }
        Ok(found)
    }

    fn extended_file<E>(
        &mut self,
        file: usize,
        word: &Word,
        joiner: &mut Joiner<'_, '_, E>,
    ) -> Result<Option<usize>, E> {
        let Some(written) = self.settled(file, word, joiner) else { return Ok(None) };
        let asker = self.path(file).to_owned();
        if paths::is_remote(&written) {
            let reason = "a service extends one of this file, which is fetched from elsewhere: get it and import it";
            joiner.missing(written, (&asker, &word.spot), reason);
            return Ok(None);
        }
        let path = match paths::resolve(self.folder(file), &written) {
            Ok(path) => path,
            Err(reason) => {
                joiner.missing(written, (&asker, &word.spot), format!("a service extends one of this file: {reason}"));
                return Ok(None);
            }
        };
        match joiner.file(&path)? {
            Some(recipe) if as_compose(&recipe).is_some() => {
                // The paths of an extended file count from its own folder, those of the project's files from the project's.
                let folder = if path == asker { self.folder(file).to_owned() } else { paths::folder(&path).to_owned() };
                Ok(Some(self.open(&path, &folder, recipe)))
            }
            other => {
                let reason = if other.is_some() {
                    "a service extends one of this file, but it is no compose file"
                } else {
                    "a service extends one of this file, which is not among the evidence: import it too"
                };
                joiner.missing(path, (&asker, &word.spot), reason);
                Ok(None)
            }
        }
    }

    /// A word whose variables are all known; else what is needed is told.
    fn settled<E>(&self, file: usize, word: &Word, joiner: &mut Joiner<'_, '_, E>) -> Option<String> {
        match self.variables.fill(&word.text) {
            Ok(filled) if filled.needs.is_empty() => Some(filled.text),
            Ok(filled) => {
                let reason = format!(
                    "it depends on {}, which nothing defines: import the environment file that does",
                    listed(&sorted(filled.needs))
                );
                joiner.missing(word.text.clone(), (self.path(file), &word.spot), reason);
                None
            }
            Err(fault) => {
                joiner.problem(self.path(file), &word.spot, fault.to_string());
                None
            }
        }
    }

    /// A word with its variables replaced as far as they are known; `None` where that fails, which is told.
    pub fn fill<E>(&self, word: &At<Word>, joiner: &mut Joiner<'_, '_, E>) -> Option<super::interpolate::Filled> {
        match self.variables.fill(&word.value.text) {
            Ok(filled) => Some(filled),
            Err(fault) => {
                joiner.problem(self.path(word.file), &word.value.spot, fault.to_string());
                None
            }
        }
    }
}
