//! What could stand at a place of a filter that is being typed: a field, or a value of one.

use std::ops::Range;

use rusqlite::Connection;

use super::fields::{Field, PAUSED, Shape};
use crate::case::project::ProjectError;
use crate::model::fact::Role;

/// Most values that are offered.
const OFFERED: i64 = 50;

/// What is being typed at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// Bytes of the text that the answer takes the place of.
    pub replaces: Range<usize>,
    /// The field whose value it is; none where it may be a field's name.
    pub field: Option<Field>,
    /// What is typed of it so far.
    pub begun: String,
}

/// Looks at the word before a place; none inside of a quoted text, or behind what is no field.
pub fn cue(text: &str, at: usize) -> Option<Cue> {
    let before = text.get(..at)?;
    if before.matches('"').count() % 2 == 1 {
        return None;
    }
    let start = before.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |i| i + 1);
    let word = before.get(start..)?;
    let start = start + word.len() - word.trim_start_matches('-').len();
    let word = before.get(start..)?;
    let Some(sign) = word.find([':', '~', '!']) else {
        return Some(Cue { replaces: start..at, field: None, begun: word.to_owned() });
    };
    let field = Field::parse(word.get(..sign)?)?;
    let value = sign + word.get(sign..)?.find(|c| !":~!<>=".contains(c)).unwrap_or(word.len() - sign);
    Some(Cue { replaces: start + value..at, field: Some(field), begun: word.get(value..)?.to_owned() })
}

impl Cue {
    /// What can be told without the case: fields, and values from fixed lists. None where the case has to be asked.
    pub fn fixed(&self) -> Option<Vec<String>> {
        let all: Vec<String> = match self.field.map(Field::shape) {
            None => Field::ALL.iter().map(|field| format!("{}:", field.as_str())).collect(),
            Some(Shape::Words(words)) => words.iter().map(|word| (*word).to_owned()).collect(),
            Some(Shape::Role) => Role::ALL.iter().map(|role| role.as_str().to_owned()).collect(),
            Some(Shape::Number) => Vec::new(),
            Some(Shape::Time) => vec![PAUSED.to_owned()],
            Some(Shape::Text) => return None,
        };
        let begun = self.begun.to_ascii_lowercase();
        Some(all.into_iter().filter(|item| item.to_ascii_lowercase().starts_with(&begun)).collect())
    }

    /// Values of the case that begin so, at most fifty, in quotes where they need them.
    pub fn values(&self, conn: &Connection) -> Result<Vec<String>, ProjectError> {
        let Some(source) = self.field.and_then(source) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT DISTINCT v FROM ({source}) WHERE v <> '' AND substr(lower(v), 1, length(?1)) = ?1 ORDER BY v LIMIT ?2"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map((self.begun.to_lowercase(), OFFERED), |r| r.get::<_, String>(0))?;
        let values: Vec<String> = rows.collect::<Result<_, _>>()?;
        Ok(values.iter().map(|value| super::quoted(value)).collect())
    }
}

/// Where the values of a field stand.
fn source(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Registry => "SELECT registry AS v FROM p_image",
        Field::Repository => "SELECT repository AS v FROM p_image",
        Field::Name => "SELECT name AS v FROM p_image",
        Field::Tag => "SELECT tag AS v FROM p_name WHERE parsed",
        Field::Namespace => {
            "SELECT t.text AS v FROM (SELECT DISTINCT namespace n FROM p_reach) JOIN p_text t ON t.id = n"
        }
        Field::Context => "SELECT t.text AS v FROM (SELECT DISTINCT context c FROM p_reach) JOIN p_text t ON t.id = c",
        Field::Host => "SELECT t.text AS v FROM (SELECT DISTINCT node n FROM p_object) JOIN p_text t ON t.id = n",
        Field::Workload => "SELECT name AS v FROM p_workload",
        Field::Kind => "SELECT t.text AS v FROM (SELECT DISTINCT kind k FROM p_workload) JOIN p_text t ON t.id = k",
        Field::Owner => "SELECT owner AS v FROM p_owner",
        Field::Rule => "SELECT rule AS v FROM p_image",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_word_before_the_place_counts() {
        let field = |text: &str, wanted: &str| {
            let cue = cue(text, text.len()).unwrap();
            assert_eq!((cue.field, cue.begun.as_str()), (None, wanted), "{text}");
        };
        field("", "");
        field("reg", "reg");
        field("running:>0 -na", "na");
        field("not (rol", "rol");
        let value = |text: &str, field: Field, wanted: &str| {
            let cue = cue(text, text.len()).unwrap();
            assert_eq!((cue.field, cue.begun.as_str()), (Some(field), wanted), "{text}");
            assert_eq!(&text[cue.replaces], wanted);
        };
        value("registry:dock", Field::Registry, "dock");
        value("x ns!:pa", Field::Namespace, "pa");
        value("running:>=", Field::Running, "");
        assert_eq!(cue("nope:x", 6), None);
        assert_eq!(cue("name:\"a b", 9), None);
    }

    #[test]
    fn fixed_values_are_known_without_the_case() {
        let fixed = |text: &str| cue(text, text.len()).unwrap().fixed();
        assert_eq!(fixed("reg").unwrap(), ["registry:"]);
        assert_eq!(fixed("moved:li").unwrap(), ["likely"]);
        assert_eq!(fixed("registry:d"), None);
    }

    #[test]
    fn every_source_can_be_asked() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(crate::case::project::SCHEMA).unwrap();
        for field in Field::ALL {
            let cue = Cue { replaces: 0..0, field: Some(field), begun: "a'".to_owned() };
            assert_eq!(cue.values(&conn).unwrap(), Vec::<String>::new(), "{field:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a-zé:~!\"( -]{0,20}", at in 0_usize..24) {
            if let Some(cue) = cue(&text, at) {
                prop_assert!(text.get(cue.replaces).is_some());
            }
        }
    }
}
