//! For whom a report is, how far it may go, and what was asked for by name.

use serde::Serialize;

use crate::model::tlp::Tlp;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Those who decide: what it comes to, in numbers and deadlines.
    Executive,
    /// Those who work on it: everything.
    #[default]
    Technical,
    /// Those outside who use the images: what is affected and what to do, nothing of the inside.
    Customer,
    /// An authority: impact, times, measures, evidence.
    Regulator,
}

/// A part of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The few lines in front.
    Summary,
    /// The case in numbers.
    Impact,
    /// What needs a decision.
    Decisions,
    /// Images of P0, by cause and owner.
    Urgent,
    /// Deadlines.
    Clocks,
    /// Images that are touched or may be.
    Affected,
    /// What is bad or in doubt.
    Indicators,
    /// Secrets, accounts and keys, by name, and which of them are dead.
    Credentials,
    /// What stands on what.
    Lineage,
    /// What happened, what was learned, what was done.
    Timeline,
    /// The checklist.
    Tasks,
    /// What responders wrote down.
    Notes,
    /// What was acquired, by whom and how.
    Evidence,
    /// What is not known.
    Unknown,
    /// Words that differ and wait for a decision.
    Conflicts,
}

impl Topic {
    /// Every part, in the order of a report.
    pub const ALL: [Topic; 15] = [
        Topic::Summary,
        Topic::Impact,
        Topic::Decisions,
        Topic::Urgent,
        Topic::Clocks,
        Topic::Affected,
        Topic::Indicators,
        Topic::Credentials,
        Topic::Lineage,
        Topic::Timeline,
        Topic::Tasks,
        Topic::Notes,
        Topic::Evidence,
        Topic::Unknown,
        Topic::Conflicts,
    ];

    /// The word for it, in anchors and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Summary => "summary",
            Topic::Impact => "impact",
            Topic::Decisions => "decisions",
            Topic::Urgent => "urgent",
            Topic::Clocks => "clocks",
            Topic::Affected => "affected",
            Topic::Indicators => "indicators",
            Topic::Credentials => "credentials",
            Topic::Lineage => "lineage",
            Topic::Timeline => "timeline",
            Topic::Tasks => "tasks",
            Topic::Notes => "notes",
            Topic::Evidence => "evidence",
            Topic::Unknown => "unknown",
            Topic::Conflicts => "conflicts",
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Topic::Summary => "Summary",
            Topic::Impact => "Impact",
            Topic::Decisions => "To decide",
            Topic::Urgent => "First: P0",
            Topic::Clocks => "Deadlines",
            Topic::Affected => "Affected images",
            Topic::Indicators => "Indicators",
            Topic::Credentials => "Credentials",
            Topic::Lineage => "Lineage",
            Topic::Timeline => "Timeline",
            Topic::Tasks => "Tasks",
            Topic::Notes => "Notes",
            Topic::Evidence => "Evidence and custody",
            Topic::Unknown => "What is not known",
            Topic::Conflicts => "Conflicts",
        }
    }
}

impl Audience {
    /// Every audience.
    pub const ALL: [Audience; 4] = [Audience::Executive, Audience::Technical, Audience::Customer, Audience::Regulator];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Executive => "executive",
            Audience::Technical => "technical",
            Audience::Customer => "customer",
            Audience::Regulator => "regulator",
        }
    }

    /// Whether it receives a part.
    pub fn receives(self, topic: Topic) -> bool {
        use Topic::{
            Affected, Clocks, Conflicts, Credentials, Decisions, Evidence, Impact, Indicators, Summary, Tasks,
            Timeline, Unknown, Urgent,
        };
        match self {
            Audience::Technical => true,
            Audience::Executive => {
                matches!(topic, Summary | Impact | Decisions | Urgent | Clocks | Indicators | Unknown)
            }
            Audience::Customer => matches!(topic, Summary | Affected | Indicators | Timeline),
            Audience::Regulator => {
                matches!(
                    topic,
                    Summary
                        | Impact
                        | Clocks
                        | Affected
                        | Indicators
                        | Credentials
                        | Timeline
                        | Tasks
                        | Evidence
                        | Unknown
                        | Conflicts
                )
            }
        }
    }

    /// Whether it may read of the inside: workloads, namespaces, places of evidence, who did what.
    pub fn is_inside(self) -> bool {
        self != Audience::Customer
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Who reads it.
    pub audience: Audience,
    /// Nothing above this label leaves; the case's own where none is chosen.
    pub tlp: Option<Tlp>,
    /// What is privileged was asked for by name.
    pub privileged: bool,
    /// Personal data was asked for by name.
    pub personal: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_gets_a_summary_and_only_engineers_get_everything() {
        for audience in Audience::ALL {
            assert!(audience.receives(Topic::Summary), "{}", audience.as_str());
            let all = Topic::ALL.into_iter().all(|topic| audience.receives(topic));
            assert_eq!(all, audience == Audience::Technical, "{}", audience.as_str());
        }
        assert!(!Audience::Customer.receives(Topic::Evidence) && !Audience::Customer.is_inside());
    }

    #[test]
    fn words_are_unique() {
        let words: std::collections::BTreeSet<&str> = Topic::ALL.into_iter().map(Topic::as_str).collect();
        assert_eq!(words.len(), Topic::ALL.len());
    }
}
