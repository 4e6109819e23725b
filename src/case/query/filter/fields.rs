//! The fields a filter knows, and what their values may be.

use super::Operator;
use crate::model::fact::Role;
use crate::model::time::Micros;
use crate::resolve::tags::Movement;

/// A field of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The canonical name shown, as `docker.io/library/nginx:1.27`.
    Name,
    /// The registry of the name.
    Registry,
    /// The repository of the name.
    Repository,
    /// Any tag it goes by.
    Tag,
    /// Any digest; the beginning of its hex will do.
    Digest,
    /// Any role it plays.
    Role,
    /// Any namespace it is used in.
    Namespace,
    /// Any context it is used in.
    Context,
    /// The name of any host that a place of it is on.
    Host,
    /// The name of any workload that uses it.
    Workload,
    /// The kind of any workload that uses it, as `Deployment`.
    Kind,
    /// Any variable that a place of it needs and nothing defines; `*` for any at all.
    Needs,
    /// Any mark of a place of it, as `unreached` or `profile:debug`; `profile` stands for every profile.
    Mark,
    /// Any owner of it, its workloads or its namespaces.
    Owner,
    /// Whether a digest is known: `yes` or `no`.
    Resolved,
    /// How many places run it.
    Running,
    /// How many places use it.
    Uses,
    /// How many workloads use it.
    Workloads,
    /// The verdict; `none` without an open indicator.
    Verdict,
    /// The priority; `none` before the policy was asked.
    Priority,
    /// When it is due, a time as `2026-11-20T08:00Z`; `paused` where that stands still.
    Due,
    /// The rule that gave its priority; `by hand` for one that was set.
    Rule,
    /// Whether a tag of it moved: `yes`, `likely`, `uncomparable`, `no`, `unseen`.
    Moved,
    /// How much depends on it: `critical`, `high`, `medium`, `low`.
    Criticality,
    /// How it is attacked: `easy`, `medium`, `hard`, `n/a`; `unknown` without a scan.
    Exploitability,
    /// From where it is reached: `internet`, `internal`, `dev-only`.
    Exposure,
    /// Where it stands: `running`, `ci-build`, `kept`, `files`.
    Standing,
}

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Any text, with wildcards.
    Text,
    /// A whole number.
    Number,
    /// A time, or `paused`.
    Time,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A role's word, with wildcards.
    Role,
}

const YES_NO: [&str; 4] = ["yes", "no", "true", "false"];
const VERDICTS: [&str; 9] =
    ["bad", "suspect", "to-check", "not-known", "predates", "signed-ok", "rebuilt-equal", "no-link", "none"];
const CRITICALITIES: [&str; 4] = ["critical", "high", "medium", "low"];
const EXPLOITABILITIES: [&str; 5] = ["easy", "medium", "hard", "n/a", "unknown"];
const EXPOSURES: [&str; 3] = ["internet", "internal", "dev-only"];
const STANDINGS: [&str; 4] = ["running", "ci-build", "kept", "files"];
const PRIORITIES: [&str; 5] = ["P0", "P1", "P2", "P3", "none"];
const MOVEMENTS: [&str; 5] = ["yes", "likely", "uncomparable", "no", "unseen"];

impl Field {
    /// Every field, in the order in which help lists them.
    pub const ALL: [Field; 27] = [
        Field::Name,
        Field::Registry,
        Field::Repository,
        Field::Tag,
        Field::Digest,
        Field::Role,
        Field::Namespace,
        Field::Context,
        Field::Host,
        Field::Workload,
        Field::Kind,
        Field::Needs,
        Field::Mark,
        Field::Owner,
        Field::Resolved,
        Field::Running,
        Field::Uses,
        Field::Workloads,
        Field::Verdict,
        Field::Priority,
        Field::Due,
        Field::Rule,
        Field::Moved,
        Field::Criticality,
        Field::Exploitability,
        Field::Exposure,
        Field::Standing,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Registry => "registry",
            Field::Repository => "repository",
            Field::Tag => "tag",
            Field::Digest => "digest",
            Field::Role => "role",
            Field::Namespace => "namespace",
            Field::Context => "context",
            Field::Host => "host",
            Field::Workload => "workload",
            Field::Kind => "kind",
            Field::Needs => "needs",
            Field::Mark => "mark",
            Field::Owner => "owner",
            Field::Resolved => "resolved",
            Field::Running => "running",
            Field::Uses => "uses",
            Field::Workloads => "workloads",
            Field::Verdict => "verdict",
            Field::Priority => "priority",
            Field::Due => "due",
            Field::Rule => "rule",
            Field::Moved => "moved",
            Field::Criticality => "criticality",
            Field::Exploitability => "exploitability",
            Field::Exposure => "exposure",
            Field::Standing => "standing",
        }
    }

    /// The field of a word; `ns` is short for `namespace`.
    pub fn parse(word: &str) -> Option<Field> {
        match word {
            "ns" => Some(Field::Namespace),
            _ => Field::ALL.into_iter().find(|field| field.as_str() == word),
        }
    }

    /// All words in one line, for errors and help.
    pub fn list() -> String {
        Field::ALL.map(Field::as_str).join(", ")
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Field::Running | Field::Uses | Field::Workloads => Shape::Number,
            Field::Due => Shape::Time,
            Field::Resolved => Shape::Words(&YES_NO),
            Field::Verdict => Shape::Words(&VERDICTS),
            Field::Priority => Shape::Words(&PRIORITIES),
            Field::Moved => Shape::Words(&MOVEMENTS),
            Field::Criticality => Shape::Words(&CRITICALITIES),
            Field::Exploitability => Shape::Words(&EXPLOITABILITIES),
            Field::Exposure => Shape::Words(&EXPOSURES),
            Field::Standing => Shape::Words(&STANDINGS),
            Field::Role => Shape::Role,
            _ => Shape::Text,
        }
    }

    /// Why a comparison makes no sense for this field; `None` where it does.
    pub(super) fn refuses(self, operator: Operator, value: &str) -> Option<String> {
        let name = self.as_str();
        let ordered = matches!(operator, Operator::Greater | Operator::AtLeast | Operator::Less | Operator::AtMost);
        let part = matches!(operator, Operator::Contains | Operator::Lacks);
        match self.shape() {
            Shape::Number if part => Some(format!("{name} is a number: use :, !:, :>, :>=, :< or :<=")),
            Shape::Number if value.parse::<i64>().is_err() => {
                Some(format!("{name} is compared with a whole number, not {value:?}"))
            }
            Shape::Number => None,
            Shape::Time if part => Some(format!("{name} is a time: use :, !:, :>, :>=, :< or :<=")),
            Shape::Time if moment_of(value).is_some() || (value == PAUSED && !ordered) => None,
            Shape::Time => Some(format!("{name} is compared with a time as 2026-11-20T08:00Z, not {value:?}")),
            _ if ordered => Some(format!("{name} is not a number: use :, !:, ~ or !~")),
            Shape::Words(_) if part => Some(format!("{name} has fixed values: use : or !:")),
            Shape::Words(words) if !words.iter().any(|word| word.eq_ignore_ascii_case(value)) => {
                Some(format!("{name} is one of {}, not {value:?}", words.join(", ")))
            }
            Shape::Role if !part && !value.contains('*') && Role::parse(value).is_none() => {
                Some(format!("role is one of {}, not {value:?}", Role::ALL.map(Role::as_str).join(", ")))
            }
            _ => None,
        }
    }
}

/// The word for a due time that stands still.
pub(super) const PAUSED: &str = "paused";

/// A time as people write it, with its day; in UTC where nothing else is said.
pub(super) fn moment_of(value: &str) -> Option<Micros> {
    if value.contains('-') { Micros::parse_stated(value, Micros(0)) } else { None }
}

/// The movement that a word of the field `moved` means.
pub(super) fn movement_of(word: &str) -> Movement {
    Movement::ALL.into_iter().find(|m| m.as_str().eq_ignore_ascii_case(word)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_word() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("ns"), Some(Field::Namespace));
        assert_eq!(Field::parse("nope"), None);
    }

    #[test]
    fn a_due_time_is_a_time_with_its_day_or_paused() {
        let refused = |operator, value| Field::Due.refuses(operator, value).is_some();
        for value in ["2026-11-20", "2026-11-20T08:00Z", "2026-11-20T08:00:00+01:00"] {
            assert!(!refused(Operator::Less, value) && !refused(Operator::Equals, value), "{value}");
        }
        assert!(!refused(Operator::Equals, "paused") && refused(Operator::Less, "paused"));
        assert!(refused(Operator::Less, "08:00Z") && refused(Operator::Equals, "soon"));
        assert!(refused(Operator::Contains, "2026-11-20"));
    }

    #[test]
    fn the_words_for_moved_are_those_shown() {
        for word in MOVEMENTS {
            assert_eq!(movement_of(word).as_str(), word);
        }
        assert_eq!(MOVEMENTS.len(), Movement::ALL.len());
    }
}
