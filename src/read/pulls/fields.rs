//! The fields of a table of pulls, the headers people give them, and what a responder said of them.

use crate::read::machines::Hints;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Field {
    Time,
    Image,
    Registry,
    Repository,
    Tag,
    Digest,
    User,
    Host,
    Agent,
    Action,
    Pulls,
    Checks,
}

impl Field {
    pub const ALL: [Field; 12] = [
        Field::Time,
        Field::Image,
        Field::Registry,
        Field::Repository,
        Field::Tag,
        Field::Digest,
        Field::User,
        Field::Host,
        Field::Agent,
        Field::Action,
        Field::Pulls,
        Field::Checks,
    ];

    /// The word a responder uses for it in `--map`.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Time => "time",
            Field::Image => "image",
            Field::Registry => "registry",
            Field::Repository => "repository",
            Field::Tag => "tag",
            Field::Digest => "digest",
            Field::User => "user",
            Field::Host => "host",
            Field::Agent => "agent",
            Field::Action => "action",
            Field::Pulls => "pulls",
            Field::Checks => "checks",
        }
    }

    /// Headers that mean it, as [`plain`] writes them; the word itself is one.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Field::Time => &[
                "timestamp",
                "ts",
                "datetime",
                "date",
                "eventtime",
                "pulltime",
                "pulledat",
                "pulltimestamp",
                "optime",
                "createdat",
                "occurat",
                "occurredat",
                "datehour",
                "eventtimestamp",
                "logtime",
                "requesttime",
            ],
            Field::Image => &[
                "images",
                "imagename",
                "imageref",
                "imagereference",
                "containerimage",
                "dockerimage",
                "artifact",
                "resource",
                "pulledimage",
            ],
            Field::Registry => &["registryhost", "registryurl", "registryname", "registryserver"],
            Field::Repository => &["repo", "imagerepository", "imagerepo", "repositoryname", "reponame"],
            Field::Tag => &["imagetag", "reference"],
            Field::Digest => &["imagedigest", "manifestdigest", "sha256"],
            Field::User => &[
                "pulluser",
                "username",
                "account",
                "actor",
                "principal",
                "useremail",
                "accountname",
                "pulledby",
                "operator",
                "usr",
                "identity",
                "serviceaccount",
            ],
            Field::Host => &[
                "pullhost",
                "hostname",
                "clientip",
                "sourceip",
                "ip",
                "ips",
                "client",
                "remoteaddr",
                "sourceipaddress",
                "ipaddress",
                "source",
                "clientaddress",
                "node",
                "srcip",
                "clienthost",
            ],
            Field::Agent => &["useragent", "clientagent", "httpuseragent"],
            Field::Action => &["operation", "event", "eventname", "eventtype", "method", "verb", "httpmethod", "op"],
            Field::Pulls => &["pullcount", "totalpulls", "datapulls"],
            Field::Checks => &["versionchecks"],
        }
    }

    fn of_word(word: &str) -> Option<Field> {
        let word = plain(word);
        Field::ALL.into_iter().find(|field| field.as_str() == word)
    }

    fn of_header(header: &str) -> Option<Field> {
        let header = plain(header);
        Field::ALL.into_iter().find(|field| field.as_str() == header || field.headers().contains(&header.as_str()))
    }
}

/// The word of a field, where a text is one.
pub(in crate::read) fn field_word(text: &str) -> Option<&'static str> {
    Field::of_word(text).map(Field::as_str)
}

/// A header without case and punctuation, cut where it is longer than any known.
fn plain(header: &str) -> String {
    header.chars().filter(char::is_ascii_alphanumeric).take(40).map(|c| c.to_ascii_lowercase()).collect()
}

/// Which column holds which field, and what holds for every line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::read) struct Columns {
    at: [Option<usize>; Field::ALL.len()],
    /// The registry that a responder named for the whole log (`--map registry==harbor.corp`).
    pub registry: Option<String>,
    /// Docker Hub's own report: what it names is Docker Hub's.
    pub of_docker_hub: bool,
}

impl Columns {
    /// From headers in order. The map wins over well-known names; of equal names the first column counts.
    pub fn of<'h>(headers: impl Iterator<Item = &'h str>, hints: &Hints) -> Columns {
        let headers: Vec<&str> = headers.map(str::trim).collect();
        let mut columns = Columns { registry: registry_of(hints), ..Columns::default() };
        for (field, column) in &hints.map {
            let same =
                |header: &str| column.trim() == header || plain(column) == plain(header) && !plain(header).is_empty();
            if let (Some(field), Some(at)) = (Field::of_word(field), headers.iter().position(|header| same(header))) {
                columns.set(field, at);
            }
        }
        let mapped: Vec<usize> = columns.at.iter().flatten().copied().collect();
        for (at, header) in headers.iter().enumerate().filter(|(at, _)| !mapped.contains(at)) {
            if let Some(field) = Field::of_header(header) {
                columns.set(field, at);
            }
        }
        let has = |word| headers.iter().any(|header| plain(header) == word);
        columns.of_docker_hub = has("datehour") && has("repository");
        columns
    }

    fn set(&mut self, field: Field, column: usize) {
        if let Some(slot) = self.at.get_mut(field as usize) {
            slot.get_or_insert(column);
        }
    }

    /// The column of a field.
    pub fn get(&self, field: Field) -> Option<usize> {
        self.at.get(field as usize).copied().flatten()
    }

    /// Whether one of the columns holds a field.
    pub fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    /// What a table of pulls needs and this one has not, for people.
    pub fn missing(&self) -> Option<&'static str> {
        let image = self.has(Field::Image) || self.has(Field::Repository) || self.has(Field::Digest);
        match () {
            () if !self.has(Field::Time) => Some(
                "a column of times is missing: name it with `--map time=COLUMN` (and the images' with `--map image=COLUMN`)",
            ),
            () if !image => Some("a column of images is missing: name it with `--map image=COLUMN`"),
            () => None,
        }
    }

    /// Whether these are surely columns of pulls: a time, an image, and who or what was done. A time and a host alone are
    /// also what lists of machines have.
    pub fn are_of_pulls(&self) -> bool {
        let who = [Field::User, Field::Agent, Field::Action, Field::Pulls].iter().any(|field| self.has(*field));
        self.missing().is_none() && who
    }
}

/// The registry that holds for every line: a `registry` whose column begins with `=`.
pub(super) fn registry_of(hints: &Hints) -> Option<String> {
    let stated = hints.map.get(Field::Registry.as_str())?.strip_prefix('=')?.trim();
    (!stated.is_empty()).then(|| super::name::host(stated).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &str) -> Columns {
        Columns::of(headers.split(','), &Hints::default())
    }

    #[test]
    fn no_header_means_two_fields() {
        let mut all: Vec<&str> = Field::ALL.iter().flat_map(|f| f.headers().iter().copied()).collect();
        all.extend(Field::ALL.iter().map(|f| f.as_str()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for (at, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!((field as usize, Field::of_word(field.as_str())), (at, Some(field)));
        }
    }

    #[test]
    fn the_warehouse_and_docker_hub_are_told_from_machines() {
        assert!(columns("TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST").are_of_pulls());
        let hub = columns(
            "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls",
        );
        assert!(hub.are_of_pulls() && hub.of_docker_hub);
        assert!(columns("date,repo,sourceIP,user").are_of_pulls());
        for other in ["host,image", "host,image,date", "image,owner,tier", "time,user,message", "cve,date,package"] {
            assert!(!columns(other).are_of_pulls(), "{other}");
        }
    }

    #[test]
    fn a_map_wins_and_a_registry_may_hold_for_all() {
        let mut hints = Hints::default();
        hints.add("time = Wann").unwrap();
        hints.add("registry==https://harbor.corp/").unwrap();
        let found = Columns::of(["timestamp", "wann", "image"].into_iter(), &hints);
        assert_eq!((found.get(Field::Time), found.registry.as_deref()), (Some(1), Some("harbor.corp")));
    }
}
