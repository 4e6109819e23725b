//! One build: finds its Dockerfile and places what it pulls in.

use super::joiner::Joiner;
use super::{Built, Plan, paths};
use crate::model::fact::{Object, Spot, Use};
use crate::model::given::Given;
use crate::model::recipe::{Dockerfile, Recipe};
use crate::resolve::build::Request;

impl<E> Joiner<'_, '_, E> {
    /// Follows one build that `asker` asks for. `elsewhere` is its context where that is fetched from a URL or git
    /// repository: nothing of it is at hand.
    ///
    /// The item that holds what the build pulls in, where the Dockerfile is at hand.
    pub fn build(
        &mut self,
        asker: &str,
        object: &Object,
        plan: &Plan,
        elsewhere: Option<&str>,
    ) -> Result<Option<usize>, E> {
        let mut request = plan.request.clone();
        // What a responder states counts over what the file says, as `build --build-arg` does.
        request.args.extend(self.args.iter().map(|(name, value)| (name.clone(), Some(value.clone()))));
        let (dockerfile, item) = if let Some((file, _)) = &plan.inline {
            (asker.to_owned(), Some(self.place(asker, object, plan, file, &request)))
        } else if let Some(context) = elsewhere {
            let reason = format!(
                "`{}` is built from what stands there, which was not read: clone that repository at that ref and import \
                 it, or import the built image's provenance",
                plan.name
            );
            self.missing(context, (asker, &plan.spot), reason);
            (context.to_owned(), None)
        } else if let Some(path) = &plan.dockerfile {
            let found = self.file(path)?;
            match found.as_deref() {
                Some(Recipe::Dockerfile(file)) => (path.clone(), Some(self.place(path, object, plan, file, &request))),
                other => {
                    self.absent(asker, plan, path, other.is_some())?;
                    (path.clone(), None)
                }
            }
        } else {
            if !plan.needs.is_empty() {
                let written = plan.context.clone().unwrap_or_else(|| plan.name.clone());
                self.undecided(written, asker, plan);
            }
            (String::new(), None)
        };
        for image in &plan.images {
            self.joined.built.push(Built {
                image: image.resolved.clone().unwrap_or_else(|| image.as_written.clone()),
                part: plan.name.clone(),
                dockerfile: dockerfile.clone(),
                target: request.target.clone(),
                asked_by: (asker.to_owned(), plan.spot.clone()),
                item,
            });
        }
        Ok(item)
    }

    /// Says what a build depends on before anything can be said of it.
    pub fn undecided(&mut self, written: String, asker: &str, plan: &Plan) {
        let reason = format!(
            "what `{}` builds depends on {}, which nothing defines: import the environment file that does",
            plan.name,
            listed(&plan.needs)
        );
        self.missing(written, (asker, &plan.spot), reason);
    }

    /// Places what a Dockerfile pulls in and mounts; each use is named after the service or target too.
    fn place(&mut self, path: &str, object: &Object, plan: &Plan, file: &Dockerfile, request: &Request) -> usize {
        let (uses, given) = self.pulled(path, file, request);
        let prefixed = |used: Use| Use { name: format!("{}/{}", plan.name, used.name), ..used };
        let item = self.stand(path, object, uses.into_iter().map(prefixed).collect());
        for given in given {
            let (scope, part) = (object.name.clone(), format!("{}/{}", plan.name, given.part));
            self.give(item, path, &Given { scope, part, ..given });
        }
        item
    }

    /// Says what would help where the Dockerfile is not at hand.
    fn absent(&mut self, asker: &str, plan: &Plan, path: &str, other: bool) -> Result<(), E> {
        let folder = paths::folder(path);
        let beside = format!("{folder}/Containerfile");
        let reason = if other {
            format!("`{}` is built from this file, but it is no Dockerfile that could be read", plan.name)
        } else if paths::last(path) == "Dockerfile"
            && matches!(self.file(&beside)?.as_deref(), Some(Recipe::Dockerfile(_)))
        {
            format!(
                "`{}` is built from this Dockerfile, which is not among the evidence. There is a Containerfile beside \
                 it, which compose takes only where `dockerfile: Containerfile` is written",
                plan.name
            )
        } else {
            format!(
                "`{}` is built from this Dockerfile, which is not among the evidence: import its folder too, so that \
                 its base images are known",
                plan.name
            )
        };
        let spot: &Spot = &plan.spot;
        self.missing(path, (asker, spot), reason);
        Ok(())
    }
}

/// Names in a sentence.
pub(super) fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<String>>().join(", ")
}
