//! A compose file to its project: services to uses, builds to plans.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::extends::Project;
use super::files::{self, Layout};
use super::interpolate::{Filled, Value};
use super::joiner::{Joiner, as_compose};
use super::merge::{At, Merged, MergedBuild};
use super::results::Results;
use super::variables::sorted;
use super::{Plan, given, include, paths};
use crate::model::credential::CredentialKind;
use crate::model::fact::{Mark, Object, Role, Use, capability};
use crate::model::given::Given;
use crate::model::recipe::{Dockerfile, Recipe, Step, Word, names_engine_socket};
use crate::model::reference::Reference;
use crate::model::text::scrub;
use crate::resolve::build::Request;

/// Joins a compose file. One that is merged over another says nothing of its own.
pub(super) fn join<E>(path: &str, recipe: &Recipe, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    let recipe = Rc::new(recipe.clone());
    joiner.know(path, recipe.clone());
    let Some(mut project) = alone(path, recipe, joiner)? else { return Ok(()) };
    let services = gather(&mut project, joiner)?;
    let placed = place(&services, &project, joiner);
    include::follow(&project, joiner)?;
    placed
}

/// The project that a file begins; `None` where it is merged over another.
pub(super) fn alone<E>(path: &str, recipe: Rc<Recipe>, joiner: &mut Joiner<'_, '_, E>) -> Result<Option<Project>, E> {
    let Layout::Base { overrides, folders } = files::layout(path, joiner)? else { return Ok(None) };
    let folder = paths::folder(path);
    let mut project = Project::new(files::variables(&folders, joiner)?);
    project.begin(path, folder, recipe);
    for path in overrides {
        match joiner.file(&path)? {
            Some(recipe) if as_compose(&recipe).is_some() => project.begin(&path, folder, recipe),
            _ => {
                let asker = format!("{}/.env", folders.last().map_or(folder, String::as_str));
                let reason = "`COMPOSE_FILE` lists it as a part of the project, and it is not among the evidence, or is \
                              no compose file: import it too";
                joiner.missing(path, (&asker, &Default::default()), reason);
            }
        }
    }
    project.name = name(folder, &project, joiner);
    let name = project.name.clone();
    project.variables.set("COMPOSE_PROJECT_NAME", &name);
    Ok(Some(project))
}

/// The names of all services, in order of the files.
fn names(project: &Project) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let services = project.own().iter().filter_map(|file| file.compose()).flat_map(|file| &file.services);
    services.map(|service| service.name.clone()).filter(|name| seen.insert(name.clone())).collect()
}

/// The project's name: `COMPOSE_PROJECT_NAME`, the last `name` of its files, its folder's name (compose specification,
/// "Specify a project name", in this order).
fn name<E>(folder: &str, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> String {
    let stated = project.variables.text("COMPOSE_PROJECT_NAME").map(files::normalised);
    let mut written = String::new();
    for (file, words) in project.own().iter().enumerate() {
        let word = words.compose().and_then(|compose| compose.name.clone());
        let filled = word.and_then(|value| project.fill(&At { file, value }, joiner));
        // What depends on a variable that nothing defines is empty for compose too, and the folder's name counts.
        if let Some(name) =
            filled.filter(|filled| filled.needs.is_empty()).map(|filled| files::normalised(&filled.text))
            && !name.is_empty()
        {
            written = name;
        }
    }
    let of_folder = files::normalised(paths::last(folder));
    stated.into_iter().chain([written, of_folder]).find(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned())
}

/// What one service comes to.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub name: String,
    /// Uses with the file each stands in.
    pub uses: Vec<(usize, Use)>,
    /// Its build with the file that asks, and the context where that is elsewhere.
    pub plan: Option<(usize, Plan, Option<String>)>,
    /// `deploy.replicas` or `scale`, where it is written.
    replicas: Option<String>,
    pull_policy: Option<String>,
    /// Credentials of its containers, each with the file that says so.
    given: Vec<(String, Given)>,
}

/// What the services of a project's own files come to, in order of the files.
pub(super) fn gather<E>(project: &mut Project, joiner: &mut Joiner<'_, '_, E>) -> Result<Vec<Gathered>, E> {
    let mut services = Vec::new();
    for name in names(project) {
        let merged = project.merged(&name, joiner)?;
        let given = given::given(&name, &merged, project, joiner)?;
        services.push(Gathered { given, ..Gathered::of(name, &merged, project, joiner) });
    }
    Ok(services)
}

impl Gathered {
    /// The file in which the image stands that its containers run; none where none is at hand.
    fn stands(&self) -> Option<usize> {
        let own = |used: &Use| used.role == Role::Service && !used.marks.contains(&Mark::Overridden);
        self.uses.iter().rev().find(|(_, used)| own(used)).map(|(file, _)| *file)
    }

    fn of<E>(name: String, merged: &Merged, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Gathered {
        let mut gathered = Gathered { name, ..Gathered::default() };
        let name = gathered.name.as_str();
        let mut marks = marks(merged, project, joiner);
        let used = match (&merged.image, &merged.build) {
            (Some(image), _) => {
                let used = Use { marks, ..used(Role::Service, name.to_owned(), image, project, joiner) };
                Some((image.file, used))
            }
            (None, Some(build)) => {
                marks.push(Mark::BuiltHere);
                marks.sort();
                let image = format!("{}-{name}", project.name);
                let used = Use { marks, ..Use::new(Role::Service, name, image, build.spot.value.clone()) };
                Some((build.spot.file, used))
            }
            // What is missing of it stands in a file that is not at hand.
            (None, None) => None,
        };
        for image in &merged.overridden {
            let used = self::used(Role::Service, name.to_owned(), image, project, joiner);
            gathered.uses.push((image.file, Use { marks: vec![Mark::Overridden], ..used }));
        }
        for volume in &merged.image_volumes {
            let Some(word) = &volume.value.value else { continue };
            let name =
                if volume.value.name.is_empty() { name.to_owned() } else { format!("{name}:{}", volume.value.name) };
            let word = At { file: volume.file, value: word.clone() };
            gathered.uses.push((volume.file, self::used(Role::Volume, name, &word, project, joiner)));
        }
        if let Some(build) = &merged.build {
            let image = used.as_ref().map(|(_, used)| used.clone());
            gathered.plan = Some(plan(name, build, merged, image, project, joiner));
        }
        gathered.uses.extend(used);
        let mut said = |word: &Option<At<Word>>| Some(project.fill(word.as_ref()?, joiner)?.text);
        gathered.replicas = said(&merged.replicas);
        gathered.pull_policy = said(&merged.pull_policy);
        gathered
    }
}

/// Places services, the project's own files first.
pub(super) fn place<E>(services: &[Gathered], project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    let object = Object { kind: "ComposeProject".to_owned(), name: project.name.clone(), ..Object::default() };
    let mut details = BTreeMap::new();
    let said = |of: fn(&Gathered) -> &Option<String>| -> serde_json::Map<String, serde_json::Value> {
        services.iter().filter_map(|it| Some((it.name.clone(), of(it).clone()?.into()))).collect()
    };
    for (key, said) in [("replicas", said(|it| &it.replicas)), ("pullPolicies", said(|it| &it.pull_policy))] {
        if !said.is_empty() {
            details.insert(key.to_owned(), said.into());
        }
    }
    let detailed = Object { details, ..object.clone() };
    let mut uses: BTreeMap<usize, Vec<Use>> = BTreeMap::new();
    for (file, used) in services.iter().flat_map(|service| &service.uses) {
        uses.entry(*file).or_default().push(used.clone());
    }
    let mut items: BTreeMap<usize, usize> = BTreeMap::new();
    for (file, uses) in uses {
        let item = joiner.stand(project.path(file), if file == 0 { &detailed } else { &object }, uses);
        items.insert(file, item);
    }
    for service in services {
        let Some(item) = service.stands().and_then(|file| items.get(&file)) else { continue };
        service.given.iter().for_each(|(path, given)| joiner.give(*item, path, given));
    }
    let mut results = results(services);
    for service in services {
        let Some((file, plan, elsewhere)) = &service.plan else { continue };
        let plan = results.filled(plan, joiner)?;
        let built = joiner.build(project.path(*file), &object, &plan, elsewhere.as_deref())?;
        // What the build is given stands beside all that the build pulls in, too.
        let given = service.given.iter().filter(|(_, given)| given.kind == CredentialKind::BuildSecret);
        given.for_each(|(path, given)| built.into_iter().for_each(|item| joiner.give(item, path, given)));
    }
    Ok(())
}

/// What services give each other: the result of a build, or the image of one that is not built.
fn results(services: &[Gathered]) -> Results<'_> {
    let plans = services.iter().filter_map(|service| service.plan.as_ref()).map(|(_, plan, _)| plan);
    let mut results = Results::new("service:", plans);
    for service in services {
        let own = |used: &&Use| used.role == Role::Service && !used.marks.contains(&Mark::Overridden);
        if let Some(used) = service.uses.iter().map(|(_, used)| used).rfind(own) {
            results.image(&service.name, used);
        }
    }
    results
}

/// A use of an image that is written somewhere.
fn used<E>(role: Role, name: String, image: &At<Word>, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Use {
    let mut used = Use::new(role, name, image.value.text.clone(), image.value.spot.clone());
    let Some(filled) = project.fill(image, joiner) else {
        // What is malformed names no image: compose refuses it, too.
        used.needs = vec![scrub(&used.as_written).into_owned()];
        return used;
    };
    let text = filled.text.trim();
    // Nothing in a variable's place may leave no image at all.
    let hollow = !filled.empty.is_empty() && Reference::parse(text).is_err();
    used.needs = sorted(if filled.needs.is_empty() && hollow { filled.empty } else { filled.needs });
    used.resolved = (text != used.as_written && !text.is_empty()).then(|| text.to_owned());
    used
}

/// What bears on a service beside its image.
fn marks<E>(merged: &Merged, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Vec<Mark> {
    let mut marks = BTreeSet::new();
    for profile in &merged.profiles {
        marks.extend(project.fill(profile, joiner).map(|filled| Mark::Profile(filled.text)));
    }
    marks.extend(merged.ports.iter().map(|port| Mark::Published(port.value.text.clone())));
    let privileged = merged.privileged.as_ref().and_then(|word| project.fill(word, joiner));
    if privileged.is_some_and(|filled| ["true", "yes", "on", "y", "1"].contains(&filled.text.to_lowercase().as_str())) {
        marks.insert(Mark::Privileged);
    }
    for given in &merged.capabilities {
        marks.extend(project.fill(given, joiner).map(|filled| Mark::Capability(capability(&filled.text))));
    }
    for mount in &merged.mounts {
        if project.fill(mount, joiner).is_some_and(|filled| names_engine_socket(&filled.text)) {
            marks.insert(Mark::EngineSocket);
        }
    }
    marks.into_iter().collect()
}

/// A service's build, with the file that asks and where its context is fetched from.
fn plan<E>(
    name: &str,
    build: &MergedBuild,
    merged: &Merged,
    image: Option<Use>,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> (usize, Plan, Option<String>) {
    let file = build.inline.as_ref().map_or(build.spot.file, |inline| inline.file);
    let mut plan = Plan { name: name.to_owned(), spot: build.spot.value.clone(), ..Plan::default() };
    plan.images.extend(image);
    for tag in &build.tags {
        plan.images.push(used(Role::Service, name.to_owned(), tag, project, joiner));
    }
    plan.request = request(build, merged, &mut plan.needs, project, joiner);
    let elsewhere = match &build.inline {
        Some(inline) => {
            plan.inline = Some((filled_in(&inline.value.file, project), inline.value.spot.clone()));
            None
        }
        None => locate(build, file, &mut plan, project, joiner),
    };
    plan.needs.sort();
    plan.needs.dedup();
    if !plan.needs.is_empty() && plan.inline.is_none() {
        let words = [&build.context, &build.dockerfile, &build.target];
        let written = words.into_iter().flatten().find(|word| word.value.text.contains('$'));
        let written = written.map_or_else(|| plan.name.clone(), |word| word.value.text.clone());
        joiner.undecided(written, project.path(file), &plan);
        // It is told, with what was written.
        plan.needs.clear();
    }
    (file, plan, elsewhere)
}

/// Finds a build's context and its Dockerfile; the context where it is fetched from elsewhere.
fn locate<E>(
    build: &MergedBuild,
    file: usize,
    plan: &mut Plan,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Option<String> {
    let mut fill = |word: &Option<At<Word>>, otherwise: &str| match word {
        Some(word) => project.fill(word, joiner),
        None => Some(Filled { text: otherwise.to_owned(), ..Filled::default() }),
    };
    // A context that is written nowhere is the project's folder.
    let (context, dockerfile) = (fill(&build.context, ".")?, fill(&build.dockerfile, "Dockerfile")?);
    if paths::is_remote(&context.text) {
        return Some(context.text);
    }
    plan.needs.extend(context.needs.into_iter().chain(dockerfile.needs));
    if !plan.needs.is_empty() {
        return None;
    }
    let from = build.context.as_ref().map_or(build.spot.file, |word| word.file);
    let folder = match paths::resolve(project.folder(from), &context.text) {
        Ok(folder) => folder,
        Err(reason) => {
            out_of_reach("build context", context.text, file, reason, plan, project, joiner);
            return None;
        }
    };
    match paths::resolve(&folder, &dockerfile.text) {
        Ok(path) => plan.dockerfile = Some(path),
        Err(reason) => out_of_reach("Dockerfile", dockerfile.text, file, reason, plan, project, joiner),
    }
    plan.context = Some(folder);
    None
}

/// Names a path that no evidence can be at.
fn out_of_reach<E>(
    what: &str,
    written: String,
    file: usize,
    reason: &str,
    plan: &Plan,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) {
    let reason = format!("the {what} of `{}` is {reason}; import the Dockerfile by itself", plan.name);
    joiner.missing(written, (project.path(file), &plan.spot), reason);
}

/// How the Dockerfile is built. What the target needs is added to `needs`.
fn request<E>(
    build: &MergedBuild,
    merged: &Merged,
    needs: &mut Vec<String>,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Request {
    let mut request = Request::default();
    for (name, value) in &build.args {
        let filled = match value {
            Some(word) => project.fill(word, joiner).filter(|filled| filled.needs.is_empty()).map(|filled| filled.text),
            None => match project.variables.get(name) {
                Value::Known(text) => Some(text),
                _ => None,
            },
        };
        request.args.insert(name.clone(), filled);
    }
    if let Some(filled) = build.target.as_ref().and_then(|target| project.fill(target, joiner)) {
        needs.extend(filled.needs);
        request.target = Some(filled.text).filter(|target| !target.is_empty());
    }
    for (name, word) in &build.contexts {
        if let Some(filled) = project.fill(word, joiner) {
            request.contexts.insert(name.clone(), filled.text);
        }
    }
    let platform = build.platforms.first().or(merged.platform.as_ref());
    request.platform = platform.and_then(|word| project.fill(word, joiner)).map(|filled| filled.text);
    request
}

/// An inline Dockerfile as compose hands it on. What compose would make empty, because nothing defines it, is left to the
/// Dockerfile's own arguments.
fn filled_in(file: &Dockerfile, project: &Project) -> Dockerfile {
    let mut file = file.clone();
    let fill = |text: &mut String| {
        if let Ok(filled) = project.variables.fill(text) {
            *text = filled.text;
        }
    };
    file.syntax.iter_mut().for_each(|word| fill(&mut word.text));
    file.globals.iter_mut().filter_map(|argument| argument.default.as_mut()).for_each(fill);
    for stage in &mut file.stages {
        fill(&mut stage.from.text);
        stage.given.iter_mut().for_each(|given| fill(&mut given.name));
        for step in &mut stage.steps {
            match step {
                Step::CopyFrom(word) | Step::MountFrom(word) | Step::Fetch(word) => fill(&mut word.text),
                Step::Arg(argument) => argument.default.iter_mut().for_each(fill),
                Step::Env { value, .. } => fill(value),
                Step::OnBuild(_) => {}
            }
        }
    }
    file
}
