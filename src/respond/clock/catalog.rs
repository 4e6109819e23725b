//! The rules there are: those that the program carries, and those of a case.

use std::collections::{BTreeMap, BTreeSet};

use super::deadline::zone;
use crate::model::clock::{AWARE, ClockFile, ClockRule, TriggerRule};
use crate::model::record::{Records, Thing};

/// The files that the program carries.
const FILES: [(&str, &str); 7] = [
    ("gdpr.toml", include_str!("../../../assets/clocks/gdpr.toml")),
    ("nis2.toml", include_str!("../../../assets/clocks/nis2.toml")),
    ("cra.toml", include_str!("../../../assets/clocks/cra.toml")),
    ("sec.toml", include_str!("../../../assets/clocks/sec.toml")),
    ("dora.toml", include_str!("../../../assets/clocks/dora.toml")),
    ("circia.toml", include_str!("../../../assets/clocks/circia.toml")),
    ("contracts.toml", include_str!("../../../assets/clocks/contracts.toml")),
];

/// The field of a clock's record that holds a rule of the case's own.
const RULE: &str = "rule";
/// Rules that one file may have.
const MOST: usize = 200;
/// The longest time in each unit is so many of it.
const LONGEST: u32 = 100_000;

/// Why a file of rules is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// Not TOML of this shape.
    #[error("not a file of deadlines: {0}; see assets/clocks for examples")]
    Shape(String),
    /// A rule cannot be meant.
    #[error("clock {clock}: {why}")]
    Rule {
        /// Its id.
        clock: String,
        /// Why.
        why: String,
    },
}

/// All rules, those of the case in the place of carried ones with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog {
    /// By regime and order of the files.
    pub clocks: Vec<ClockRule>,
    /// By id.
    pub triggers: BTreeMap<String, String>,
}

impl Catalog {
    /// What the program carries. A file that does not read is left out; a test sees to it that there is none.
    pub fn carried() -> Catalog {
        let mut catalog = Catalog::default();
        let aware = "When the organisation became aware of the incident, and who or what says so";
        catalog.triggers.insert(AWARE.to_owned(), aware.to_owned());
        for (_, text) in FILES {
            if let Ok(file) = parse(text) {
                catalog.clocks.extend(file.clock);
                catalog.triggers.extend(file.trigger.into_iter().map(|trigger| (trigger.id, trigger.question)));
            }
        }
        catalog
    }

    /// With the rules of a case.
    pub fn of(records: &Records) -> Catalog {
        let mut catalog = Catalog::carried();
        for record in records.all(Thing::Clock) {
            let Some(rule) = record.latest::<ClockRule>(RULE).filter(|rule| rule.id == record.id) else { continue };
            if !catalog.triggers.contains_key(&rule.trigger) {
                catalog.triggers.insert(rule.trigger.clone(), format!("what {} runs from", rule.title));
            }
            match catalog.clocks.iter_mut().find(|known| known.id == rule.id) {
                Some(known) => *known = rule,
                None => catalog.clocks.push(rule),
            }
        }
        for record in records.all(Thing::Trigger) {
            if let Some(question) = record.latest::<String>("question") {
                catalog.triggers.insert(record.id.clone(), question);
            }
        }
        catalog
    }

    /// The rule of an id.
    pub fn clock(&self, id: &str) -> Option<&ClockRule> {
        self.clocks.iter().find(|clock| clock.id == id)
    }
}

/// Reads a file of rules that somebody wrote, and holds it against the rules there are.
pub fn own_rules(text: &str, known: &Catalog) -> Result<ClockFile, CatalogError> {
    let file = parse(text)?;
    let clocks: BTreeSet<&str> = known.clocks.iter().chain(&file.clock).map(|clock| clock.id.as_str()).collect();
    let own = file.trigger.iter().map(|trigger| trigger.id.as_str());
    let triggers: BTreeSet<&str> = known.triggers.keys().map(String::as_str).chain(own).collect();
    for clock in &file.clock {
        let refuse = |why: String| Err(CatalogError::Rule { clock: clock.id.clone(), why });
        let named = [Some(&clock.trigger), Some(&clock.condition), clock.no_later.as_ref().map(|bound| &bound.trigger)];
        if let Some(missing) = named.into_iter().flatten().find(|id| !id.is_empty() && !triggers.contains(id.as_str()))
        {
            return refuse(format!("there is no trigger `{missing}`; add it to the file as [[trigger]]"));
        }
        if let Some(after) = clock.after.as_deref().filter(|after| !clocks.contains(after) || *after == clock.id) {
            return refuse(format!("it runs from `{after}`, which is no other clock"));
        }
    }
    Ok(file)
}

fn parse(text: &str) -> Result<ClockFile, CatalogError> {
    let file: ClockFile = toml::from_str(text).map_err(|error| CatalogError::Shape(error.to_string()))?;
    if file.clock.len() + file.trigger.len() > MOST {
        return Err(CatalogError::Shape(format!("more than {MOST} rules")));
    }
    let plain = |id: &str| {
        !id.is_empty()
            && id.len() <= 60
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let mut seen = BTreeSet::new();
    for clock in &file.clock {
        let refuse = |why: &str| Err(CatalogError::Rule { clock: clock.id.clone(), why: why.to_owned() });
        if !plain(&clock.id) {
            return refuse("its id has lower-case letters, digits and - only");
        }
        if !seen.insert(&clock.id) {
            return refuse("it is there twice");
        }
        if zone(&clock.zone).is_none() {
            return refuse("its zone is not in the tz database; write it as Europe/Brussels");
        }
        if clock.count > LONGEST {
            return refuse("it is too long");
        }
        if chrono::NaiveDate::parse_from_str(&clock.as_of, "%Y-%m-%d").is_err() {
            return refuse("as_of is the day on which the rule was looked up, as 2026-11-20");
        }
        if clock.title.trim().is_empty() || clock.source.trim().is_empty() {
            return refuse("it needs a title and a source");
        }
    }
    if let Some(trigger) = file.trigger.iter().find(|TriggerRule { id, question }| !plain(id) || question.is_empty()) {
        return Err(CatalogError::Rule { clock: trigger.id.clone(), why: "a trigger has an id and a question".into() });
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::{Applies, Unit};

    #[test]
    fn every_carried_file_reads_and_refers_to_what_is_there() {
        for (name, text) in FILES {
            let file = own_rules(text, &Catalog::carried()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!file.clock.is_empty(), "{name}");
        }
        let catalog = Catalog::carried();
        let ids: BTreeSet<&str> = catalog.clocks.iter().map(|clock| clock.id.as_str()).collect();
        assert_eq!(ids.len(), catalog.clocks.len(), "an id twice");
        let regimes: BTreeSet<&str> = catalog.clocks.iter().map(|clock| clock.regime.as_str()).collect();
        assert_eq!(regimes, BTreeSet::from(["CIRCIA", "CRA", "DORA", "GDPR", "NIS2", "SEC", "contract"]));
        let off =
            |regime: &str| catalog.clocks.iter().filter(|c| c.regime == regime).all(|c| c.applies == Applies::Off);
        assert!(off("CIRCIA") && off("contract") && !off("GDPR"));
        let gdpr = catalog.clock("gdpr-authority").unwrap();
        assert_eq!((gdpr.count, gdpr.unit, gdpr.trigger.as_str()), (72, Unit::Hours, "aware"));
    }

    #[test]
    fn files_that_cannot_be_meant_are_refused_with_the_clock_named() {
        let rule = |more: &str| {
            format!(
                "[[clock]]\nid = \"own\"\nregime = \"contract\"\ntitle = \"Tell\"\ntrigger = \"aware\"\ncount = 24\n\
                 unit = \"hours\"\napplies_if = \"us\"\nsource = \"clause 7\"\nas_of = \"2026-11-20\"\n{more}"
            )
        };
        let known = Catalog::carried();
        assert_eq!(own_rules(&rule(""), &known).unwrap().clock.len(), 1);
        for (more, says) in [
            ("zone = \"Mars/Olympus\"", "zone"),
            ("condition = \"rain\"", "rain"),
            ("after = \"own\"", "no other clock"),
            ("colour = 3", "unknown field"),
        ] {
            let error = own_rules(&rule(more), &known).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        assert!(own_rules("[[clock", &known).is_err());
    }
}
