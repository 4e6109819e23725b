//! Credentials that a job is given, by their names: what its expressions, variables and scripts refer to, and which
//! registries it logs in to.
//!
//! Never a value: of a literal only the variable's name is taken. What a CI system makes for one job and forgets after it
//! (`GITHUB_TOKEN`, `CI_JOB_TOKEN`) is no credential that anybody could revoke, and is left out.

use std::collections::BTreeSet;

use super::job::At;
use crate::model::credential::CredentialKind;
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::reference::Reference;
use crate::model::secret_name::{credentials_in, is_credential, variable_at};
use crate::model::text::scrub;
use crate::read::tree::Kind;

/// How a CI system writes that a secret stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `${{ secrets.NAME }}`.
    Expressions,
    /// `$NAME`, `${NAME}` and `$(NAME)`: a name alone tells that it is a secret.
    Variables,
}

/// What lives no longer than the job it was made for.
const FLEETING: [&str; 9] = [
    "GITHUB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "CI_JOB_TOKEN",
    "CI_JOB_JWT",
    "CI_JOB_JWT_V1",
    "CI_JOB_JWT_V2",
    "CI_REGISTRY_PASSWORD",
    "CI_DEPENDENCY_PROXY_PASSWORD",
    "SYSTEM_ACCESSTOKEN",
];

/// Keys whose members are variables of a job.
const VARIABLES: [&str; 3] = ["env", "environment", "variables"];

/// Actions that log in to a registry, with the input that names it.
const LOGINS: [(&str, &str); 3] = [
    ("docker/login-action@", "registry"),
    ("redhat-actions/podman-login@", "registry"),
    ("azure/docker-login@", "login-server"),
];

/// The registry of an image or of a login that names none.
const USUAL: &str = "docker.io";

/// The longest name that is kept, in characters.
const LONGEST: usize = 200;

/// What one job is given, each once, where it stands first.
#[derive(Debug, Default)]
pub(super) struct Taken {
    found: Vec<Given>,
    known: BTreeSet<(CredentialKind, String)>,
}

impl Taken {
    /// What was found, spots counted from the start of the document.
    pub fn into_found(self) -> Vec<Given> {
        self.found
    }

    /// Takes all that is referred to below a node.
    pub fn below(&mut self, at: &At<'_>, dialect: Dialect) {
        self.walk(at, dialect, false);
    }

    /// Takes all that a mapping of variables refers to.
    pub fn variables(&mut self, at: &At<'_>, dialect: Dialect) {
        self.walk(at, dialect, true);
    }

    /// Takes one credential by its name.
    pub fn add(&mut self, kind: CredentialKind, name: &str, detail: &str, at: &At<'_>) {
        let name: String = scrub(name.trim()).chars().take(LONGEST).collect();
        let detail: String = scrub(detail).chars().take(LONGEST).collect();
        if name.is_empty() || self.found.len() >= MOST_GIVEN || self.known.contains(&(kind, name.clone())) {
            return;
        }
        self.known.insert((kind, name.clone()));
        let spot = at.node.spot(0, at.pointer.clone());
        self.found.push(Given { detail, ..Given::new(kind, name, spot) });
    }

    /// A secret of the CI system, unless it is forgotten after the job.
    fn secret(&mut self, name: &str, detail: &str, at: &At<'_>) {
        if !FLEETING.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.add(CredentialKind::CiSecret, name, detail, at);
        }
    }

    /// `variables` says that the members are variables. A tree is of bounded depth, and so is this.
    fn walk(&mut self, at: &At<'_>, dialect: Dialect, variables: bool) {
        if let Some(text) = at.node.text() {
            return self.text(&text, dialect, at);
        }
        for (key, inner) in at.members() {
            let text = inner.node.text();
            // A value that only refers to a secret is found under that secret's own name.
            let own = text.as_ref().is_some_and(|text| names(text, dialect).is_empty())
                || inner.node.get("value").is_some() && dialect == Dialect::Variables;
            if variables && own && is_credential(&key) {
                self.secret(&key, "set in the file", &inner);
            }
            if dialect == Dialect::Variables && key == "from_secret" {
                self.secret(text.as_deref().unwrap_or_default(), "", &inner);
            }
            if dialect == Dialect::Variables && key == "secrets" {
                self.listed(&inner);
            }
            self.walk(&inner, dialect, VARIABLES.contains(&key.as_str()));
        }
        for inner in at.elements() {
            self.walk(&inner, dialect, false);
        }
    }

    fn text(&mut self, text: &str, dialect: Dialect, at: &At<'_>) {
        for name in names(text, dialect) {
            self.secret(name, "", at);
        }
    }

    /// `secrets: [name, {source: name}]` of Drone and Woodpecker, and `secrets: {NAME: …}` of GitLab.
    fn listed(&mut self, at: &At<'_>) {
        for inner in at.elements() {
            let name = inner.node.string().or_else(|| inner.node.string_at("source"));
            self.secret(name.as_deref().unwrap_or_default(), "", &inner);
        }
        for (name, inner) in at.members() {
            self.secret(&name, "", &inner);
        }
    }

    /// A login with `username` and `password` at a node; `host` is the registry's name as written, or nothing.
    pub fn login(&mut self, host: &str, at: &At<'_>) {
        let said =
            |key: &str| at.node.string_at(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (user, password) = (said("username"), said("password"));
        // A login with the job's own token ends with the job.
        if user.is_none() && password.is_none() || password.as_deref().is_some_and(is_fleeting) {
            return;
        }
        let host = host.trim().trim_start_matches("https://").trim_end_matches('/');
        let host = if host.is_empty() || host == "index.docker.io" { USUAL } else { host };
        let user = user.map(|user| format!("as {}", referred(&user).unwrap_or(user)));
        let password =
            password.map(|text| referred(&text).unwrap_or_else(|| "a password written in the file".to_owned()));
        let detail = [user, password.map(|text| format!("with {text}"))];
        self.add(CredentialKind::RegistryLogin, host, &detail.into_iter().flatten().collect::<Vec<_>>().join(" "), at);
    }

    /// The login of an image that is pulled with credentials of its own.
    pub fn pull(&mut self, image: &str, credentials: &At<'_>) {
        let host = Reference::parse(image.trim_start_matches("docker://"));
        self.login(host.as_ref().map_or(USUAL, Reference::registry), credentials);
    }

    /// The login of a step that uses an action made for that.
    pub fn step(&mut self, step: &At<'_>) {
        let Some(uses) = step.node.string_at("uses") else { return };
        let Some((_, input)) = LOGINS.iter().find(|(action, _)| uses.starts_with(action)) else { return };
        let Some(with) = step.get("with") else { return };
        self.login(&with.node.string_at(input).unwrap_or_default(), &with);
    }
}

/// The names of secrets that a text refers to.
fn names(text: &str, dialect: Dialect) -> Vec<&str> {
    match dialect {
        Dialect::Expressions => in_expressions(text),
        Dialect::Variables => credentials_in(text),
    }
}

/// `NAME` of each `secrets.NAME` and `secrets['NAME']` within `${{ … }}`.
fn in_expressions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split("${{").skip(1) {
        let inner = part.split_once("}}").map_or(part, |(inner, _)| inner);
        for (before, after) in after_each(inner, "secrets") {
            // `my_secrets.x` and `needs.secrets.x` are other names.
            if before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
                continue;
            }
            let after = after.trim_start();
            let quoted = after.strip_prefix('[').map(|rest| rest.trim_start().trim_start_matches(['\'', '"']));
            found.extend(after.strip_prefix('.').or(quoted).map(variable_at).filter(|name| !name.is_empty()));
        }
    }
    found
}

/// What stands before and after each place of a word.
fn after_each<'t>(text: &'t str, wanted: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    text.match_indices(wanted).filter_map(move |(at, _)| Some((text.get(..at)?, text.get(at + wanted.len()..)?)))
}

/// The secret or variable that a whole value refers to, in short; none for a literal.
fn referred(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix("${{") {
        return Some(inner.split_once("}}").map_or(inner, |(inner, _)| inner).trim().to_owned());
    }
    let name = text.strip_prefix('$')?;
    Some(variable_at(name.strip_prefix(['{', '(']).unwrap_or(name)).to_owned()).filter(|name| !name.is_empty())
}

fn is_fleeting(text: &str) -> bool {
    let Some(name) = referred(text) else { return false };
    let name = name.strip_prefix("secrets.").unwrap_or(&name);
    name == "github.token" || FLEETING.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// `secrets: inherit` of a job that runs another workflow: it is given every secret there is.
pub(super) fn inherits(job: &At<'_>, taken: &mut Taken) {
    if let Some(at) = job.get("secrets").filter(|at| at.node.kind() != Kind::Object)
        && at.node.text().is_some_and(|text| text == "inherit")
    {
        taken.add(CredentialKind::CiSecret, "every secret of the repository", "secrets: inherit", &at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_yaml;

    fn taken(text: &str, dialect: Dialect) -> Vec<String> {
        let tree = parse_yaml(text, &Limits::default()).unwrap();
        let mut taken = Taken::default();
        taken.below(&At::root(tree.root().unwrap()), dialect);
        taken.into_found().into_iter().map(|given| format!("{} {}", given.spot.pointer, given.name)).collect()
    }

    #[test]
    fn expressions_name_secrets_and_literals_only_their_variable() {
        let text = "env: {NPM_TOKEN: '${{ secrets.NPM }}', DB_PASSWORD: x, TAG: 1}
steps:
- run: curl -u ${{ secrets['HOOK'] }} ${{ needs.secrets.outputs.y }} $OTHER_TOKEN ${{ my_secrets.z }}
- with: {a: \"${{ inputs.b && secrets.ONE || secrets.NPM }}\", token: '${{ secrets.GITHUB_TOKEN }}'}
";
        let found = ["/env/NPM_TOKEN NPM", "/env/DB_PASSWORD DB_PASSWORD", "/steps/0/run HOOK", "/steps/1/with/a ONE"];
        assert_eq!(taken(text, Dialect::Expressions), found);
    }

    #[test]
    fn variables_are_secrets_by_their_names() {
        let text = "variables: {DOCKER_AUTH_CONFIG: '{}', TAG: 1, API_TOKEN: {value: x}}
script:
- docker login -u $CI_REGISTRY_USER -p \"$CI_REGISTRY_PASSWORD\" && push \"${DEPLOY_KEY:-}\" $(AZURE_SECRET) $(date)
secrets: {VAULT: {vault: a/b}}
steps: {a: {secrets: [hub, {source: other, target: x}], settings: {password: {from_secret: third}}}}
";
        let found: Vec<String> = taken(text, Dialect::Variables)
            .into_iter()
            .map(|line| line.split(' ').nth(1).unwrap().to_owned())
            .collect();
        let names = ["DOCKER_AUTH_CONFIG", "API_TOKEN", "DEPLOY_KEY", "AZURE_SECRET", "VAULT", "hub", "other", "third"];
        assert_eq!(found, names);
    }

    #[test]
    fn a_login_is_named_by_its_registry_and_says_who_logs_in_with_what() {
        let login = |text: &str| {
            let tree = parse_yaml(text, &Limits::default()).unwrap();
            let mut taken = Taken::default();
            taken.step(&At::root(tree.root().unwrap()));
            taken.into_found().pop().map(|given| (given.name, given.detail))
        };
        let with = |with: &str| login(&format!("uses: docker/login-action@v3\nwith: {with}\n"));
        assert_eq!(
            with("{username: bot, password: '${{ secrets.HUB }}'}"),
            Some(("docker.io".into(), "as bot with secrets.HUB".into()))
        );
        assert_eq!(
            with("{registry: ghcr.io, username: '${{ vars.WHO }}', password: hunter2}"),
            Some(("ghcr.io".into(), "as vars.WHO with a password written in the file".into()))
        );
        assert_eq!(with("{registry: ghcr.io, username: x, password: '${{ secrets.GITHUB_TOKEN }}'}"), None);
        assert_eq!(with("{}"), None);
        assert_eq!(login("uses: actions/checkout@v4\nwith: {username: a, password: b}\n"), None);
    }
}
