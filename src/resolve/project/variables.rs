//! The variables of a project, from its environment files. The shell's own are not known: what a file defines is taken
//! for what is in force.

use std::collections::{BTreeMap, BTreeSet};

use super::interpolate::{Fault, Filled, Value, fill};
use crate::model::fact::Spot;
use crate::model::recipe::{Environment, EnvironmentValue};

/// Most bytes of all values together.
const TOTAL: usize = 4 << 20;

/// Names with what they stand for.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Value>,
    total: usize,
}

impl Variables {
    /// What a variable stands for.
    pub fn get(&self, name: &str) -> Value {
        self.values.get(name).cloned().unwrap_or(Value::Unset)
    }

    /// Its text, where that is known and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Value::Known(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Sets one.
    pub fn set(&mut self, name: &str, text: &str) {
        self.values.insert(name.to_owned(), Value::Known(text.to_owned()));
    }

    /// Puts others over these: what they define counts more.
    pub fn put_over(&mut self, others: &Variables) {
        self.values.extend(others.values.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    /// Replaces the variables of a text.
    pub fn fill(&self, text: &str) -> Result<Filled, Fault> {
        fill(text, &|name| self.get(name))
    }

    /// Adds what a file defines, over what was there. Values may use what stands before them. Returns what could not be
    /// made out.
    pub fn add(&mut self, file: &Environment) -> Vec<(Spot, String)> {
        let mut problems = Vec::new();
        for line in &file.definitions {
            let value = match &line.value {
                // From the shell, which was not captured: as if the file did not name it.
                EnvironmentValue::PassedOn => continue,
                EnvironmentValue::Hidden => Value::Unknown([line.name.clone()].into()),
                EnvironmentValue::Literal(text) => Value::Known(text.clone()),
                EnvironmentValue::Text(text) => match self.fill(text) {
                    Ok(filled) if filled.needs.is_empty() => Value::Known(filled.text),
                    Ok(filled) => Value::Unknown(filled.needs.into_iter().take(100).collect()),
                    Err(fault) => {
                        problems.push((line.spot.clone(), format!("`{}`: {fault}", line.name)));
                        Value::Unknown([line.name.clone()].into())
                    }
                },
            };
            self.total += match &value {
                Value::Known(text) => text.len(),
                Value::Unknown(needs) => needs.iter().map(String::len).sum(),
                Value::Unset => 0,
            };
            if self.total > TOTAL {
                problems
                    .push((line.spot.clone(), "the values come to more than 4 MiB; the rest is not used".to_owned()));
                return problems;
            }
            self.values.insert(line.name.clone(), value);
        }
        problems
    }
}

/// The needs of a text as a use has them.
pub(super) fn sorted(needs: BTreeSet<String>) -> Vec<String> {
    needs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recipe::EnvironmentLine;

    fn file(lines: &[(&str, &str)]) -> Environment {
        let line = |(name, text): &(&str, &str)| EnvironmentLine {
            name: (*name).to_owned(),
            value: EnvironmentValue::Text((*text).to_owned()),
            spot: Spot::default(),
        };
        Environment { definitions: lines.iter().map(line).collect() }
    }

    #[test]
    fn values_use_what_stands_before_them() {
        let mut variables = Variables::default();
        assert!(variables.add(&file(&[("A", "1"), ("B", "$A.2"), ("C", "${D:-x}"), ("E", "$F")])).is_empty());
        assert_eq!(variables.get("B"), Value::Known("1.2".into()));
        assert_eq!(variables.get("C"), Value::Known("x".into()));
        assert_eq!(variables.get("E"), Value::Unknown(["F".to_owned()].into()));
        assert_eq!(variables.get("F"), Value::Unset);
    }

    #[test]
    fn values_that_double_end_with_a_problem() {
        let mut lines = vec![("A0".to_owned(), "lollollol".to_owned())];
        lines.extend((1..64).map(|n| (format!("A{n}"), format!("$A{0}$A{0}", n - 1))));
        let lines: Vec<(&str, &str)> = lines.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let mut variables = Variables::default();
        let problems = variables.add(&file(&lines));
        assert!(problems.first().unwrap().1.contains("grows beyond 16384 bytes"), "{problems:?}");
        assert!(matches!(variables.get("A63"), Value::Unknown(_)));
        assert!(matches!(variables.get("A3"), Value::Known(_)));
    }
}
