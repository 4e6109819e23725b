//! The credentials of a case: what the inventory names, and what responders said.

use crate::case::query::credentials::{named, registries};
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::credential::CredentialKind;
use crate::model::text::scrub;
use crate::respond::credentials::{Credentials, Seen};

/// All of them.
pub fn credentials(case: &Case, state: &State) -> Result<Credentials, CaseError> {
    let mut seen = logins(case)?;
    seen.extend(held(case)?);
    let mut all = Credentials::of(&state.response, seen);
    for credential in &mut all.credentials {
        let stands = credential.stands.iter_mut().flat_map(|stand| [&mut stand.path, &mut stand.locator]);
        let lists = credential.places.iter_mut().chain(&mut credential.said).chain(stands);
        for text in [&mut credential.name, &mut credential.scope].into_iter().chain(lists) {
            *text = scrub(text).into_owned();
        }
    }
    Ok(all)
}

/// Logins to the registries that something is pulled from.
fn logins(case: &Case) -> Result<Vec<Seen>, CaseError> {
    let rows = registries(case.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| Seen {
            kind: CredentialKind::RegistryLogin,
            name: row.host,
            scope: String::new(),
            used_by: row.workloads,
            places: Vec::new(),
            said: Vec::new(),
            stands: Vec::new(),
            worst: row.worst,
            urgent: row.urgent,
        })
        .collect())
}

/// What places of images pull with, act as and can read, and what compose files and CI files refer to.
fn held(case: &Case) -> Result<Vec<Seen>, CaseError> {
    let rows = named(case.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let credential = row.credential;
            let parts = [credential.context, credential.namespace];
            Seen {
                kind: match credential.kind {
                    "pull-secret" => CredentialKind::PullSecret,
                    "service-account" => CredentialKind::ServiceAccount,
                    word => CredentialKind::parse(word).unwrap_or(CredentialKind::WorkloadSecret),
                },
                name: credential.name,
                scope: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"),
                used_by: row.users,
                places: row.places,
                said: row.said,
                stands: row.stands,
                worst: row.worst,
                urgent: row.urgent,
            }
        })
        .collect())
}
