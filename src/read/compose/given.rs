//! Credentials that a service names: secrets and those of its build, SSH agents of the build, files of variables, and
//! variables that are credentials by their names. Never a value.

use std::collections::BTreeMap;

use super::taker::{ENTRIES, Taker, pointer};
use crate::model::credential::CredentialKind;
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::secret_name::{credentials_in, is_credential};
use crate::model::text::scrub;
use crate::read::tree::{Kind, Node};

/// Where each of the project's secrets comes from, in words; a secret without any is one of somebody else's file.
pub(super) type Origins = BTreeMap<String, String>;

/// Reads the `secrets` at the top of a file.
pub(super) fn origins(node: Node<'_>) -> Origins {
    let mut found = Origins::new();
    for (key, value) in node.members().take(ENTRIES) {
        let Some(name) = key.string().filter(|name| name != "<<") else { continue };
        let of = |key: &str| value.string_at(key).filter(|text| !text.is_empty());
        let origin = match (of("file"), of("environment"), of("name")) {
            (Some(file), ..) => format!("from the file {file}"),
            (_, Some(variable), _) => format!("from the variable {variable}"),
            (.., Some(name)) => format!("kept outside as {name}"),
            _ => "kept outside".to_owned(),
        };
        found.insert(name, scrub(&origin).into_owned());
    }
    found
}

/// What one service is given, each credential once.
struct Found<'s> {
    service: &'s str,
    given: Vec<Given>,
}

impl Found<'_> {
    /// `own` says that it is the service's alone, and not a secret of the whole project.
    fn add(&mut self, kind: CredentialKind, own: bool, name: &str, detail: &str, node: Node<'_>, at: String) {
        let name = scrub(name.trim()).into_owned();
        let known = self.given.iter().any(|given| given.kind == kind && given.name == name);
        if name.is_empty() || known || self.given.len() >= MOST_GIVEN {
            return;
        }
        let scope = if own { self.service.to_owned() } else { String::new() };
        self.given.push(Given { scope, detail: detail.to_owned(), ..Given::new(kind, name, node.spot(0, at)) });
    }

    /// A list of secrets, in the short form or the long one.
    fn secrets(&mut self, kind: CredentialKind, node: Node<'_>, at: &str, taker: &Taker<'_>) {
        for (number, secret) in node.elements().take(ENTRIES).enumerate() {
            let long = secret.kind() == Kind::Object;
            let Some(name) = (if long { secret.string_at("source") } else { secret.string() }) else { continue };
            let origin = taker.origins.get(&name).map_or("", String::as_str);
            self.add(kind, false, &name, origin, secret, format!("{at}/{number}"));
        }
    }

    /// `ssh` of a build: agents and keys, as a list of `ID` or `ID=path`, or as a mapping.
    fn agents(&mut self, node: Node<'_>, at: &str) {
        let mut agent = |id: &str, path: Option<&str>, node: Node<'_>, at: String| {
            let origin = path.filter(|path| !path.is_empty()).map(|path| scrub(&format!("from {path}")).into_owned());
            self.add(CredentialKind::BuildSecret, false, &format!("ssh {id}"), &origin.unwrap_or_default(), node, at);
        };
        for (key, value) in node.members().take(ENTRIES) {
            let Some(id) = key.string().filter(|id| id != "<<") else { continue };
            agent(&id, value.text().as_deref(), value, pointer(at, &id));
        }
        for (number, element) in node.elements().take(ENTRIES).enumerate() {
            let Some(text) = element.text() else { continue };
            let (id, path) = text.split_once('=').map_or((text.as_ref(), None), |(id, path)| (id, Some(path)));
            agent(id, path, element, format!("{at}/{number}"));
        }
    }

    /// `environment`, as a mapping or as a list of `NAME=value`.
    fn environment(&mut self, node: Node<'_>, at: &str) {
        for (key, value) in node.members().take(ENTRIES) {
            let Some(name) = key.string().filter(|name| name != "<<") else { continue };
            self.variable(&name, value.text().as_deref(), value, pointer(at, &name));
        }
        for (number, element) in node.elements().take(ENTRIES).enumerate() {
            let Some(text) = element.text() else { continue };
            let (name, value) = text.split_once('=').map_or((text.as_ref(), None), |(name, value)| (name, Some(value)));
            self.variable(name, value, element, format!("{at}/{number}"));
        }
    }

    fn variable(&mut self, name: &str, value: Option<&str>, node: Node<'_>, at: String) {
        let secret = CredentialKind::WorkloadSecret;
        if is_credential(name) {
            let detail = if value.is_none() { "passed on from the environment" } else { "in its environment" };
            return self.add(secret, true, name, detail, node, at);
        }
        for variable in credentials_in(value.unwrap_or_default()) {
            self.add(secret, true, variable, &format!("in its variable {}", scrub(name)), node, at.clone());
        }
    }
}

/// What a service is given, by the attributes of these names.
pub(super) fn given(
    service: &str,
    [secrets, environment, spec, build]: [Option<Node<'_>>; 4],
    at: &str,
    taker: &Taker<'_>,
) -> Vec<Given> {
    let mut found = Found { service, given: Vec::new() };
    if let Some(node) = secrets {
        found.secrets(CredentialKind::WorkloadSecret, node, &format!("{at}/secrets"), taker);
    }
    if let Some(node) = environment {
        found.environment(node, &format!("{at}/environment"));
    }
    if let Some((key, name)) = spec.and_then(spec_of) {
        let at = format!("{at}/credential_spec");
        let name = format!("credential_spec {name}");
        spec.into_iter().for_each(|node| {
            found.add(CredentialKind::ServiceAccount, true, &name, &format!("a {key}"), node, at.clone());
        });
    }
    if let Some(node) = build.and_then(|build| build.get("secrets")) {
        found.secrets(CredentialKind::BuildSecret, node, &format!("{at}/build/secrets"), taker);
    }
    if let Some(node) = build.and_then(|build| build.get("ssh")) {
        found.agents(node, &format!("{at}/build/ssh"));
    }
    found.given
}

/// What a `credential_spec` names: a file, a registry value or a config.
fn spec_of(node: Node<'_>) -> Option<(&'static str, String)> {
    ["file", "registry", "config"].into_iter().find_map(|key| Some((key, node.string_at(key)?)))
}
