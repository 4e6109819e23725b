//! A filter as an SQL condition over `p_image i`. Values are always bound, never part of the text.

use rusqlite::types::Value;

use super::fields::{Field, Shape, moment_of, movement_of};
use super::{Filter, Operator, Term};
use crate::case::project::NEVER;
use crate::case::query::owners::OWNS;
use crate::model::assessment::{Criticality, Exploitability, Exposure, Standing};
use crate::model::fact::Role;
use crate::model::glob;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

/// A condition and the values of its `?`, in order.
#[derive(Debug, Clone, Default)]
pub(in crate::case::query) struct Compiled {
    /// The condition.
    pub sql: String,
    /// Its values.
    pub values: Vec<Value>,
}

impl Filter {
    /// The condition for `p_image i`.
    pub(in crate::case::query) fn compile(&self) -> Compiled {
        let mut compiled = Compiled::default();
        compiled.filter(self);
        compiled
    }
}

impl Compiled {
    fn push(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn filter(&mut self, filter: &Filter) {
        match filter {
            Filter::All => self.push("1", []),
            Filter::And(parts) => self.all(parts, " AND "),
            Filter::Or(parts) => self.all(parts, " OR "),
            Filter::Not(part) => {
                self.push("NOT ", []);
                self.filter(part);
            }
            Filter::Word(word) => self.text("i.name", Match::part(word)),
            Filter::Term(term) => self.term(term),
        }
    }

    fn all(&mut self, parts: &[Filter], between: &str) {
        for (i, part) in parts.iter().enumerate() {
            self.push(if i == 0 { "(" } else { between }, []);
            self.filter(part);
        }
        self.push(")", []);
    }

    fn term(&mut self, term: &Term) {
        if matches!(term.operator, Operator::Differs | Operator::Lacks) {
            self.push("NOT ", []);
        }
        match term.field.shape() {
            Shape::Number => self.number(term),
            Shape::Time => self.time(term),
            Shape::Words(_) => self.word(term.field, &term.value),
            Shape::Role => self.role(term),
            Shape::Text => self.field(term),
        }
    }

    fn number(&mut self, term: &Term) {
        let column = match term.field {
            Field::Running => "i.running",
            Field::Uses => "i.uses",
            _ => "i.workloads",
        };
        let value = term.value.parse().unwrap_or(0);
        self.push(&format!("{column} {} ?", sign(term.operator)), [Value::Integer(value)]);
    }

    /// When it is due. What is paused is due at no time, early or late.
    fn time(&mut self, term: &Term) {
        match moment_of(&term.value) {
            None => self.push("i.due = ?", [Value::Integer(NEVER)]),
            Some(at) => {
                let condition = format!("(i.due {} ? AND i.due < ?)", sign(term.operator));
                self.push(&condition, [Value::Integer(at.0), Value::Integer(NEVER)]);
            }
        }
    }

    /// Fields with fixed values.
    fn word(&mut self, field: Field, value: &str) {
        let yes = ["yes", "true"].iter().any(|word| value.eq_ignore_ascii_case(word));
        match field {
            Field::Resolved => self.push("i.resolved = ?", [Value::Integer(i64::from(yes))]),
            Field::Moved => self.push("i.moved = ?", [Value::Integer(movement_of(value).index())]),
            Field::Verdict => {
                let number = Verdict::parse(value).map_or(0, Verdict::number);
                self.push("i.verdict = ?", [Value::Integer(number)]);
            }
            Field::Priority => {
                let number = Priority::parse(value).map_or(0, Priority::number);
                self.push("i.priority = ?", [Value::Integer(number)]);
            }
            _ => self.assessed(field, value),
        }
    }

    /// Fields of an assessment, each some bits of the packed inputs.
    fn assessed(&mut self, field: Field, value: &str) {
        let fits = |inputs: &Inputs| match field {
            Field::Criticality => Criticality::parse(value) == Some(inputs.criticality),
            Field::Exploitability => Exploitability::parse(value) == Some(inputs.points.word()),
            Field::Exposure => Exposure::parse(value) == Some(inputs.exposure),
            _ => Standing::parse(value) == Some(inputs.standing),
        };
        let (mask, values) = match field {
            Field::Criticality => (Inputs::CRITICALITY, 4),
            Field::Exploitability => (Inputs::POINTS, 64),
            Field::Exposure => (Inputs::EXPOSURE, 3),
            _ => (Inputs::STANDING, 4),
        };
        let step = mask & mask.wrapping_neg();
        let wanted = (0..values).map(|n| n * step).filter(|bits| fits(&Inputs::unpacked(*bits)));
        let wanted: Vec<String> = wanted.map(|bits| bits.to_string()).collect();
        let list = wanted.join(",");
        self.push(&format!("i.id IN (SELECT image FROM p_triage WHERE inputs & {mask} IN ({list}))"), []);
    }

    fn role(&mut self, term: &Term) {
        let wanted = Match::of(term);
        let bits = Role::ALL.iter().filter(|role| wanted.fits(role.as_str())).fold(0, |bits, role| bits | role.bit());
        self.push("i.roles & ? <> 0", [Value::Integer(i64::from(bits))]);
    }

    fn field(&mut self, term: &Term) {
        let wanted = Match::of(term);
        let reached = |through: &str| format!("i.id IN (SELECT r.image FROM p_reach r {through}");
        match term.field {
            Field::Registry => self.text("i.registry", wanted),
            Field::Repository => self.text("i.repository", wanted),
            Field::Tag => self.within("EXISTS (SELECT 1 FROM json_each(i.tags) t WHERE ", "t.value", wanted, ")"),
            Field::Digest => self.digest(wanted),
            Field::Namespace => {
                let open = reached("WHERE r.namespace IN (SELECT t.id FROM p_text t WHERE ");
                self.within(&open, "t.text", wanted, "))");
            }
            Field::Context => {
                let open = reached("WHERE r.context IN (SELECT t.id FROM p_text t WHERE ");
                self.within(&open, "t.text", wanted, "))");
            }
            Field::Host => {
                let open = "i.id IN (SELECT u.image FROM p_use u JOIN p_object o ON o.id = u.object
                    WHERE u.hidden = 0 AND o.node IN (SELECT t.id FROM p_text t WHERE ";
                self.within(open, "t.text", wanted, "))");
            }
            Field::Workload => {
                let open = reached("WHERE r.workload IN (SELECT w.id FROM p_workload w WHERE ");
                self.within(&open, "w.name", wanted, "))");
            }
            Field::Kind => {
                let open =
                    reached("JOIN p_workload w ON w.id = r.workload WHERE w.kind IN (SELECT t.id FROM p_text t WHERE ");
                self.within(&open, "t.text", wanted, "))");
            }
            Field::Needs => self.listed("needs", "e.value", wanted),
            Field::Mark => {
                // A mark is written whole, or by its first word.
                let first = "substr(e.value, 1, instr(e.value || ':', ':') - 1)";
                let whole = matches!(&wanted, Match::Whole(text) if !text.contains(':'));
                self.listed("marks", if whole { first } else { "e.value" }, wanted);
            }
            Field::Owner => {
                let close = format!(" AND {OWNS})");
                self.within("EXISTS (SELECT 1 FROM p_owner w WHERE ", "w.owner", wanted, &close);
            }
            Field::Rule => self.text("i.rule", wanted),
            _ => self.text("i.name", wanted),
        }
    }

    /// A list that places have.
    fn listed(&mut self, list: &str, column: &str, wanted: Match) {
        let open = format!(
            "i.id IN (SELECT u.image FROM p_use u JOIN p_text t ON t.id = u.{list} JOIN json_each(t.text) e
            WHERE u.{list} <> 0 AND u.hidden = 0 AND "
        );
        self.within(&open, column, wanted, ")");
    }

    /// A digest by its whole text or the beginning of its hex.
    fn digest(&mut self, wanted: Match) {
        let wanted = match wanted {
            Match::Whole(text) if text.contains(':') => Match::Pattern(format!("{text}*")),
            Match::Whole(text) => Match::Pattern(format!("*:{text}*")),
            other => other,
        };
        self.within("i.id IN (SELECT d.image FROM p_digest d WHERE ", "d.value", wanted, ")");
    }

    fn within(&mut self, open: &str, column: &str, wanted: Match, close: &str) {
        self.push(open, []);
        self.text(column, wanted);
        self.push(close, []);
    }

    fn text(&mut self, column: &str, wanted: Match) {
        match wanted {
            Match::Whole(text) => self.push(&format!("{column} = ?"), [Value::Text(text)]),
            Match::Part(text) => self.push(&format!("instr(lower({column}), ?) > 0"), [Value::Text(text)]),
            Match::Pattern(text) => self.push(&format!("{column} GLOB ?"), [Value::Text(glob(&text))]),
        }
    }
}

/// The sign of a comparison of numbers.
fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Greater => ">",
        Operator::AtLeast => ">=",
        Operator::Less => "<",
        Operator::AtMost => "<=",
        _ => "=",
    }
}

/// What a text is compared with.
enum Match {
    /// The whole text.
    Whole(String),
    /// A part of it, in lower case; ASCII letters are compared whatever their case.
    Part(String),
    /// With `*` for anything.
    Pattern(String),
}

impl Match {
    fn of(term: &Term) -> Match {
        match term.operator {
            Operator::Contains | Operator::Lacks => Match::part(&term.value),
            _ if term.value.contains('*') => Match::Pattern(term.value.clone()),
            _ => Match::Whole(term.value.clone()),
        }
    }

    fn part(text: &str) -> Match {
        Match::Part(text.to_ascii_lowercase())
    }

    /// The comparison done here, for the few words that are not in the database.
    fn fits(&self, text: &str) -> bool {
        match self {
            Match::Whole(whole) => text == whole,
            Match::Part(part) => text.contains(part.as_str()),
            Match::Pattern(pattern) => glob::fits(pattern, text),
        }
    }
}

/// A pattern in which only `*` is special, as SQLite's GLOB has it.
pub(in crate::case::query) fn glob(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '?' | '[' => glob.extend(['[', c, ']']),
            c => glob.push(c),
        }
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_star_is_special() {
        assert_eq!(glob("a*b?[c]"), "a*b[?][[]c]");
    }

    #[test]
    fn roles_fit_by_word_part_and_pattern() {
        let bits = |text: &str| match Filter::parse(text).unwrap().compile().values.as_slice() {
            [Value::Integer(bits)] => *bits,
            other => panic!("{other:?}"),
        };
        let of = |roles: &[Role]| roles.iter().fold(0, |bits, role| bits | i64::from(role.bit()));
        assert_eq!(bits("role:init"), of(&[Role::Init]));
        assert_eq!(bits("role:s*"), of(&[Role::Sidecar, Role::Service, Role::Sbom, Role::Scan]));
        assert_eq!(bits("role:*-*"), of(&[Role::BuildInput, Role::NodeCache]));
        assert_eq!(bits("role:*car"), of(&[Role::Sidecar]));
        assert_eq!(bits("role~ini"), of(&[Role::Init]));
    }

    #[test]
    fn values_are_bound_and_never_part_of_the_text() {
        let compiled = Filter::parse(r#"name:"x' OR 1=1 --" -ns~"'; DROP" (tag:a* or digest:abc)"#).unwrap().compile();
        assert!(!compiled.sql.contains("DROP") && !compiled.sql.contains("1=1"));
        assert_eq!(compiled.values.len(), 4);
        assert_eq!(compiled.sql.matches('?').count(), 4);
    }
}
