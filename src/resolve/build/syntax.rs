//! The frontend: an image that is pulled and run before anything else of the file is looked at.

use std::collections::BTreeSet;

use super::Request;
use crate::model::fact::{Role, Spot, Use};
use crate::model::recipe::{Dockerfile, Word};

/// The build argument that takes the place of `# syntax=`.
const ARGUMENT: &str = "BUILDKIT_SYNTAX";

/// The frontend's use, where the file or the build names one.
pub(super) fn pulled(file: &Dockerfile, request: &Request) -> Option<Use> {
    let written = file.syntax.as_ref();
    let (text, spot) =
        written.map_or((String::new(), Spot::default()), |Word { text, spot }| (text.clone(), spot.clone()));
    let passed = request.args.get(ARGUMENT);
    let overriding = passed.map(|value| value.as_deref().map(|v| v.split_whitespace().next().unwrap_or_default()));
    match overriding {
        None | Some(Some("")) => written.map(|_| Use::new(Role::Frontend, "", text, spot)),
        Some(Some(image)) if written.is_none() => Some(Use::new(Role::Frontend, "", image, spot)),
        Some(Some(image)) => {
            let resolved = (image != text).then(|| image.to_owned());
            Some(Use { resolved, ..Use::new(Role::Frontend, "", text, spot) })
        }
        // Passed on from an environment that nobody captured: the file's own may not be what runs.
        Some(None) => {
            let needs = BTreeSet::from([ARGUMENT.to_owned()]).into_iter().collect();
            written.map(|_| Use { needs, ..Use::new(Role::Frontend, "", text, spot) })
        }
    }
}
