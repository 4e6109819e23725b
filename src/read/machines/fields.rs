//! The fields of a table of machines or owners, the headers people give them, and the map with which a responder says
//! which column is which.

use std::collections::BTreeMap;

use crate::read::pulls::field_word;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::read) enum Field {
    Host,
    Site,
    Image,
    Repository,
    Tag,
    Digest,
    Owner,
    Technology,
    Serial,
    Os,
    State,
    LastSeen,
    Criticality,
    Namespace,
    Workload,
}

impl Field {
    const ALL: [Field; 15] = [
        Field::Host,
        Field::Site,
        Field::Image,
        Field::Repository,
        Field::Tag,
        Field::Digest,
        Field::Owner,
        Field::Technology,
        Field::Serial,
        Field::Os,
        Field::State,
        Field::LastSeen,
        Field::Criticality,
        Field::Namespace,
        Field::Workload,
    ];

    /// The word a responder uses for it in `--map`.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Host => "host",
            Field::Site => "site",
            Field::Image => "image",
            Field::Repository => "repository",
            Field::Tag => "tag",
            Field::Digest => "digest",
            Field::Owner => "owner",
            Field::Technology => "technology",
            Field::Serial => "serial",
            Field::Os => "os",
            Field::State => "state",
            Field::LastSeen => "last-seen",
            Field::Criticality => "criticality",
            Field::Namespace => "namespace",
            Field::Workload => "workload",
        }
    }

    /// Headers that mean it, as [`plain`] writes them; the word itself is one.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Field::Host => &[
                "hostname",
                "machine",
                "machinename",
                "device",
                "devicename",
                "deviceid",
                "asset",
                "assetname",
                "assettag",
                "assetid",
                "node",
                "nodename",
                "server",
                "servername",
                "computer",
                "computername",
                "fqdn",
                "hostid",
                "edgedevice",
            ],
            Field::Site => &["zone", "location", "plant", "facility", "factory", "datacenter", "region", "area"],
            Field::Image => &[
                "images",
                "containerimage",
                "containerimages",
                "imagename",
                "imageref",
                "imagereference",
                "dockerimage",
                "containerimageref",
            ],
            Field::Repository => &["repo", "imagerepository", "imagerepo"],
            Field::Tag => &["imagetag"],
            Field::Digest => &["imagedigest", "sha256"],
            Field::Owner => &[
                "team",
                "ownerteam",
                "owningteam",
                "owners",
                "responsible",
                "contact",
                "maintainer",
                "assetowner",
                "serviceowner",
            ],
            Field::Technology => &["itot", "otit", "type", "network", "networktype", "devicetype", "assettype"],
            Field::Serial => &["serialnumber", "serialno", "sn"],
            Field::Os => &["operatingsystem", "osname"],
            Field::State => &["status", "running", "containerstate", "containerstatus"],
            Field::LastSeen => &["lastcontact", "lastcheckin", "lastreported", "lastonline"],
            Field::Criticality => &["critical", "tier", "importance", "businesscriticality"],
            Field::Namespace => &["ns", "k8snamespace", "kubernetesnamespace"],
            Field::Workload => &["workloadname", "deployment", "service", "application", "app"],
        }
    }

    fn parse(word: &str) -> Option<Field> {
        let word = plain(word);
        Field::ALL.into_iter().find(|field| plain(field.as_str()) == word)
    }

    fn of_header(header: &str) -> Option<Field> {
        let header = plain(header);
        Field::ALL.into_iter().find(|f| plain(f.as_str()) == header || f.headers().contains(&header.as_str()))
    }
}

/// A header without case and punctuation: `IT/OT` and `it_ot` are one. Longer ones than any known are cut.
fn plain(header: &str) -> String {
    header.chars().filter(char::is_ascii_alphanumeric).take(40).map(|c| c.to_ascii_lowercase()).collect()
}

/// Headers of tables that name machines or images but are something else: findings, packages, pods.
const OTHER_TABLES: [&str; 14] = [
    "cve",
    "cveid",
    "cves",
    "vulnerability",
    "vulnerabilityid",
    "severity",
    "cvss",
    "cvssscore",
    "epss",
    "package",
    "packagename",
    "pod",
    "podname",
    "advisory",
];

/// Whether a header is of a table of another kind.
pub(in crate::read) fn is_of_another_table(header: &str) -> bool {
    OTHER_TABLES.contains(&plain(header).as_str())
}

/// What a responder said of evidence for its reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// Field word to the header of the column that holds it; see [`Hints::fields`].
    pub map: BTreeMap<String, String>,
}

/// Why a map of columns cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMap {
    /// A word that is no field.
    #[error("`{word}` is no field; the fields are {known}")]
    UnknownField {
        /// The word.
        word: String,
        /// All fields.
        known: String,
    },
    /// Not `FIELD=COLUMN`.
    #[error("`{text}` is not FIELD=COLUMN, as image=\"Container image\"")]
    NoPair {
        /// What was given.
        text: String,
    },
}

impl Hints {
    /// The field words that [`Hints::map`] knows.
    pub fn fields() -> impl Iterator<Item = &'static str> {
        Field::ALL
            .into_iter()
            .map(Field::as_str)
            .chain(["time", "registry", "user", "agent", "action", "pulls", "checks"])
    }

    /// Adds `FIELD=COLUMN` as a responder types it.
    pub fn add(&mut self, text: &str) -> Result<(), BadMap> {
        let pair = text.split_once('=').map(|(field, column)| (field.trim(), column.trim()));
        let Some((field, column)) = pair.filter(|(_, column)| !column.is_empty()) else {
            return Err(BadMap::NoPair { text: text.to_owned() });
        };
        let Some(known) = Field::parse(field).map(Field::as_str).or_else(|| field_word(field)) else {
            let known = Hints::fields().collect::<Vec<_>>().join(", ");
            return Err(BadMap::UnknownField { word: field.to_owned(), known });
        };
        self.map.insert(known.to_owned(), column.to_owned());
        Ok(())
    }

    /// The map as an acquisition records it: a JSON object on one line; `None` for an empty one.
    pub fn recorded(&self) -> Option<String> {
        (!self.map.is_empty()).then(|| serde_json::to_string(&self.map).unwrap_or_default())
    }

    /// The hints in an acquisition's recorded options. What cannot be read is no hint.
    pub fn of_options(options: &BTreeMap<String, String>) -> Hints {
        let map = options.get("map").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Hints { map }
    }

    /// The first pair of a field of this kind of list whose column is none of these, as it was written: `FIELD=COLUMN`.
    pub(in crate::read) fn without_column<'h>(&self, headers: impl Iterator<Item = &'h str>) -> Option<String> {
        let headers: Vec<&str> = headers.map(str::trim).collect();
        let missing = |column: &str| !headers.iter().any(|header| is_same(column, header));
        let pair = self.map.iter().find(|(field, column)| Field::parse(field).is_some() && missing(column));
        pair.map(|(field, column)| format!("{field}={column}"))
    }

    /// The field that a responder gave a column.
    fn field_of(&self, header: &str) -> Option<Field> {
        self.map.iter().find(|(_, column)| is_same(column, header)).and_then(|(field, _)| Field::parse(field))
    }
}

/// Whether a column that a responder named is the one of a header.
fn is_same(column: &str, header: &str) -> bool {
    column.trim() == header || plain(column) == plain(header) && !plain(header).is_empty()
}

/// Which column holds which field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::read) struct Columns {
    at: BTreeMap<Field, usize>,
    /// Number of columns.
    pub count: usize,
}

impl Columns {
    /// From headers in order. The map wins over well-known names; of equal names the first column counts.
    pub fn of<'h>(headers: impl Iterator<Item = &'h str>, hints: &Hints) -> Columns {
        let headers: Vec<&str> = headers.map(str::trim).collect();
        let mut columns = Columns { at: BTreeMap::new(), count: headers.len() };
        for (i, header) in headers.iter().enumerate() {
            if let Some(field) = hints.field_of(header) {
                columns.at.entry(field).or_insert(i);
            }
        }
        let mapped: Vec<usize> = columns.at.values().copied().collect();
        for (i, header) in headers.iter().enumerate() {
            if !mapped.contains(&i)
                && let Some(field) = Field::of_header(header)
            {
                columns.at.entry(field).or_insert(i);
            }
        }
        columns
    }

    /// The column of a field.
    pub fn get(&self, field: Field) -> Option<usize> {
        self.at.get(&field).copied()
    }

    pub fn has(&self, field: Field) -> bool {
        self.at.contains_key(&field)
    }

    /// Whether these are columns of machines: one of hosts and one of images.
    pub fn are_of_machines(&self) -> bool {
        self.has(Field::Host) && (self.has(Field::Image) || self.has(Field::Repository))
    }

    /// Whether these are columns of owners: whose it is or how critical, of what, and no machine's.
    pub fn are_of_owners(&self) -> bool {
        let subjects = [Field::Image, Field::Repository, Field::Namespace, Field::Workload];
        !self.has(Field::Host)
            && (self.has(Field::Owner) || self.has(Field::Criticality))
            && subjects.iter().any(|subject| self.has(*subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &str) -> Columns {
        Columns::of(headers.split(','), &Hints::default())
    }

    #[test]
    fn headers_in_any_case_and_punctuation() {
        let found = columns("Asset Tag,IT/OT,Container_Image, last seen ,Serial No.,Notes");
        let at: Vec<(Field, usize)> = found.at.into_iter().collect();
        let expected =
            [(Field::Host, 0), (Field::Image, 2), (Field::Technology, 1), (Field::Serial, 4), (Field::LastSeen, 3)];
        assert_eq!(at, expected);
    }

    #[test]
    fn each_word_is_its_own_header_and_no_header_means_two_fields() {
        let mut all: Vec<&str> = Field::ALL.iter().flat_map(|f| f.headers().iter().copied()).collect();
        all.extend(Field::ALL.iter().map(|f| f.as_str()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for field in Field::ALL {
            assert_eq!((Field::parse(field.as_str()), Field::of_header(field.as_str())), (Some(field), Some(field)));
        }
    }

    #[test]
    fn tables_are_told_apart() {
        assert!(columns("host,image").are_of_machines() && !columns("host,image").are_of_owners());
        assert!(columns("namespace,team").are_of_owners());
        assert!(columns("repository,tier").are_of_owners());
        for other in ["name,version", "host,owner", "image,size", "owner,criticality", "cve,epss,percentile"] {
            assert!(!columns(other).are_of_machines() && !columns(other).are_of_owners(), "{other}");
        }
        assert!(is_of_another_table("CVE-ID") && !is_of_another_table("image"));
    }

    #[test]
    fn a_map_wins_and_is_recorded() {
        let mut hints = Hints::default();
        hints.add("image = Software ").unwrap();
        hints.add("HOST=col=1").unwrap();
        let found = Columns::of(["image", "software", "col=1", "host"].into_iter(), &hints);
        assert_eq!((found.get(Field::Image), found.get(Field::Host)), (Some(1), Some(2)));
        let recorded = BTreeMap::from([("map".to_owned(), hints.recorded().unwrap())]);
        assert_eq!(Hints::of_options(&recorded), hints);
        assert_eq!(Hints::default().recorded(), None);
        assert_eq!(Hints::of_options(&BTreeMap::from([("map".to_owned(), "x".to_owned())])), Hints::default());
        let missing = |headers: [&'static str; 2]| hints.without_column(headers.into_iter());
        assert_eq!(missing(["Software", "COL=1"]), None);
        assert_eq!(missing(["software", "device"]).as_deref(), Some("host=col=1"));
        let error = hints.add("colour=x").unwrap_err().to_string();
        assert!(error.contains("`colour`") && error.contains("host, site, image"), "{error}");
        assert!(hints.add("image").is_err() && hints.add("image=").is_err());
    }
}
