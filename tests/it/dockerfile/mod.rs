//! Dockerfiles from text to what a build of them pulls in.

mod bugs;
mod corpus;
mod equal;
mod hostile;
mod rules;

use hullbreach::model::fact::Use;
use hullbreach::model::recipe::Dockerfile;
use hullbreach::read::Limits;
use hullbreach::read::dockerfile::parse;
use hullbreach::resolve::build::{Pulled, Request, resolve};

/// The Dockerfile of a text.
fn file(text: &str) -> Dockerfile {
    parse(text, &Limits::default()).file
}

/// What a plain build of a text pulls in.
fn pulled(text: &str) -> Pulled {
    resolve(&file(text), &Request::default())
}

/// One use in a line: `role stage: image`, unresolved ones as `written?VARIABLES`, then the marks.
fn shown(place: &Use) -> String {
    let image = match (&place.resolved, place.needs.as_slice()) {
        (Some(resolved), _) => resolved.clone(),
        (None, []) => place.as_written.clone(),
        (None, needs) => format!("{}?{}", place.as_written, needs.join(",")),
    };
    let marks: String = place.marks.iter().map(|mark| format!(" {mark}")).collect();
    format!("{} {}: {image}{marks}", place.role.as_str(), place.name)
}

/// All uses of a plain build.
fn uses(text: &str) -> Vec<String> {
    pulled(text).uses.iter().map(shown).collect()
}

/// All uses of a build.
fn uses_of(text: &str, request: &Request) -> Vec<String> {
    resolve(&file(text), request).uses.iter().map(shown).collect()
}

/// A request of build arguments.
fn args(pairs: &[(&str, Option<&str>)]) -> Request {
    let args = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect();
    Request { args, ..Request::default() }
}

/// Checks a table of texts and their uses.
#[track_caller]
fn check(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(uses(text), *expected, "{text}");
    }
}
