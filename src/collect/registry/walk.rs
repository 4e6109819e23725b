//! All registries side by side, each at its own pace: first what repositories and tags there are, then image by image.

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tokio::sync::mpsc::Sender;

use super::Held;
use super::host::{Host, Hosts};
use super::image::{Asking, Shared};
use super::logins::Logins;
use super::net::Net;
use super::settings::{Settings, Sought, Wanted};
use super::told::{Asked, ImageTold, Told};
use crate::collect::cluster::{End, World};
use crate::model::glob;
use crate::model::reference::Reference;

/// Images that one pattern may lead to.
const MOST_OF_PATTERN: usize = 100_000;

/// The tags of a repository.
type Tags = Rc<BTreeSet<String>>;

/// What everybody who asks shares.
struct Walk {
    shared: Shared,
    hosts: Hosts,
    net: Rc<Net>,
    logins: Rc<Logins>,
    settings: Settings,
    asked: RefCell<Asked>,
    /// Records without any answer: stored only beside others.
    silent: RefCell<Vec<ImageTold>>,
    /// Something was answered.
    answered: Cell<bool>,
    /// Tags by registry and repository, where they are known.
    tags: RefCell<BTreeMap<(String, String), Tags>>,
}

/// Asks for everything; what comes is told as it comes. The error says why nothing could be asked at all.
pub async fn walk(
    sought: &Sought,
    settings: &Settings,
    world: &World,
    held: Held,
    tell: Sender<Told>,
) -> Result<Asked, String> {
    let logins = Rc::new(Logins::read(&world.env, settings.auth_file.as_deref())?);
    let net = Rc::new(Net::new(settings, world)?);
    let walk = Walk {
        shared: Shared { world: world.clone(), held, tell, got: RefCell::default() },
        hosts: Hosts::default(),
        net,
        logins,
        settings: settings.clone(),
        asked: RefCell::default(),
        silent: RefCell::default(),
        answered: Cell::new(false),
        tags: RefCell::default(),
    };
    let repositories = walk.repositories(sought).await;
    walk.list_tags(sought, &repositories).await;
    walk.images(walk.wanted(sought, &repositories)).await;
    // Registries that gave nothing are recorded beside others that did; alone they leave the case as it was.
    for told in walk.silent.take().into_iter().filter(|_| walk.answered.get()) {
        let _ = walk.shared.tell.send(Told::Image(Box::new(told))).await;
    }
    let mut asked = walk.asked.into_inner();
    asked.hosts = walk.hosts.told();
    asked.stopped |= world.stop.now() || asked.images.iter().any(|image| image.end == End::Stopped);
    Ok(asked)
}

impl Walk {
    fn host(&self, registry: &str) -> Rc<Host> {
        self.hosts.of(registry, || Host::new(registry, &self.net, &self.logins, &self.settings))
    }

    fn asking(&self, wanted: Wanted) -> Asking<'_> {
        Asking::new(&self.shared, self.host(&wanted.registry), wanted)
    }

    fn goes_on(&self) -> bool {
        !self.shared.world.stop.now() && !self.shared.tell.is_closed()
    }

    /// The repositories that patterns mean: those that the case knows, and those that the registry tells.
    async fn repositories(&self, sought: &Sought) -> BTreeSet<(String, String)> {
        let fits = |registry: &str, repository: &str| {
            sought.patterns.iter().any(|(of, pattern)| of == registry && glob::fits(pattern, repository))
        };
        let known = sought.known.iter().filter(|(registry, repository)| fits(registry, repository));
        let mut found: BTreeSet<(String, String)> = known.cloned().collect();
        let literal = sought.patterns.iter().filter(|(_, pattern)| !pattern.contains('*'));
        found.extend(literal.cloned());
        let open = sought.patterns.iter().filter(|(_, pattern)| pattern.contains('*'));
        let registries: BTreeSet<&String> = open.map(|(registry, _)| registry).collect();
        for registry in registries {
            if !self.goes_on() {
                break;
            }
            let wanted = Wanted { registry: registry.clone(), repository: String::new(), tag: None, digest: None };
            let (told, names) = self.asking(wanted).catalogue().await;
            if told.end != End::Read {
                let reason = format!("{}; only repositories that the case knows were looked at", told.reason);
                self.host(registry).gap("its list of repositories".to_owned(), told.end, reason);
            }
            self.tell(told, false).await;
            let names = names.unwrap_or_default().into_iter().map(|name| (registry.clone(), name));
            found.extend(names.filter(|(registry, name)| fits(registry, name) && is_repository(registry, name)));
        }
        found
    }

    /// Lists the tags of every repository that is asked.
    async fn list_tags(&self, sought: &Sought, repositories: &BTreeSet<(String, String)>) {
        let images = sought.images.iter().map(|wanted| (wanted.registry.clone(), wanted.repository.clone()));
        let mut by_registry: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (registry, repository) in images.chain(repositories.iter().cloned()) {
            let done = sought.done.contains(&format!("{registry}/{repository}"));
            if !done || repositories.contains(&(registry.clone(), repository.clone())) {
                by_registry.entry(registry).or_default().insert(repository);
            }
        }
        let each = by_registry.into_iter().map(|(registry, repositories)| async move {
            let one = |repository: String| self.tags_of(registry.clone(), repository);
            stream::iter(repositories).for_each_concurrent(self.settings.parallel.max(1), one).await;
        });
        join_all(each).await;
    }

    async fn tags_of(&self, registry: String, repository: String) {
        let host = self.host(&registry);
        if !self.goes_on() || host.lost().is_some() {
            return;
        }
        let wanted = Wanted { registry: registry.clone(), repository: repository.clone(), tag: None, digest: None };
        let (told, tags) = self.asking(wanted).tags().await;
        if told.end != End::Read && host.lost().is_none() {
            host.gap(format!("tags of {}", told.name), told.end, told.reason.clone());
        }
        if let Some(tags) = tags {
            self.tags.borrow_mut().insert((registry, repository), Rc::new(tags));
        }
        self.tell(told, false).await;
    }

    /// Every image, by registry: those that were named, and each tag of the repositories that patterns mean.
    fn wanted(&self, sought: &Sought, repositories: &BTreeSet<(String, String)>) -> BTreeMap<String, BTreeSet<Wanted>> {
        let mut found: BTreeMap<String, BTreeSet<Wanted>> = BTreeMap::new();
        let tags = self.tags.borrow();
        let tagged = repositories.iter().flat_map(|place| {
            let own = tags
                .get(place)
                .into_iter()
                .flat_map(|tags| tags.iter())
                .filter(|tag| !stands_in(tag))
                .take(MOST_OF_PATTERN);
            own.map(move |tag| Wanted {
                registry: place.0.clone(),
                repository: place.1.clone(),
                tag: Some(tag.clone()),
                digest: None,
            })
        });
        for wanted in sought.images.iter().cloned().chain(tagged) {
            if !sought.done.contains(&wanted.name()) && Reference::parse(&wanted.name()).is_ok() {
                found.entry(wanted.registry.clone()).or_default().insert(wanted);
            }
        }
        found
    }

    async fn images(&self, wanted: BTreeMap<String, BTreeSet<Wanted>>) {
        let each = wanted.into_values().map(|images| async {
            stream::iter(images).for_each_concurrent(self.settings.parallel.max(1), |image| self.image(image)).await;
        });
        join_all(each).await;
    }

    async fn image(&self, wanted: Wanted) {
        let host = self.host(&wanted.registry);
        if host.lost().is_some() {
            return host.leave_out();
        }
        if !self.goes_on() {
            self.asked.borrow_mut().stopped = true;
            return;
        }
        let place = (wanted.registry.clone(), wanted.repository.clone());
        let tags = self.tags.borrow().get(&place).cloned();
        let told = self.asking(wanted).run(tags.as_deref()).await;
        self.tell(told, true).await;
    }

    /// Hands a record on to be stored, and keeps what the report needs. What a lost registry did not say is told once, and
    /// what was stopped is not done.
    async fn tell(&self, told: ImageTold, is_image: bool) {
        if is_image {
            self.asked.borrow_mut().images.push(told.summary());
        }
        if told.record.is_empty() || told.end == End::Stopped {
            return;
        }
        if !told.answered {
            return self.silent.borrow_mut().push(told);
        }
        self.answered.set(true);
        let _ = self.shared.tell.send(Told::Image(Box::new(told))).await;
    }
}

/// A name that the grammar of references knows: others cannot be asked for.
fn is_repository(registry: &str, name: &str) -> bool {
    Reference::parse(&format!("{registry}/{name}:tag")).is_ok_and(|found| found.repository() == name)
}

/// A tag that stands in for the API of referrers, or that cosign made: it is looked at beside the image that it refers to.
fn stands_in(tag: &str) -> bool {
    let Some(rest) = tag.strip_prefix("sha256-") else { return false };
    let (hex, end) = rest.split_once('.').unwrap_or((rest, ""));
    hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) && ["", "sig", "att", "sbom"].contains(&end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_stand_in_for_referrers_are_no_images() {
        let hex = "a".repeat(64);
        for tag in [format!("sha256-{hex}"), format!("sha256-{hex}.sig"), format!("sha256-{hex}.att")] {
            assert!(stands_in(&tag), "{tag}");
        }
        for tag in ["1.2".to_owned(), "sha256-abc".to_owned(), format!("sha256-{hex}-debug"), format!("x-{hex}")] {
            assert!(!stands_in(&tag), "{tag}");
        }
    }

    #[test]
    fn names_out_of_a_catalogue_are_repositories_or_nothing() {
        assert!(is_repository("reg.example:5000", "pay/api"));
        for name in ["../etc", "A", "a b", "", "x\u{1b}[31m"] {
            assert!(!is_repository("reg.example:5000", name), "{name:?}");
        }
    }
}
