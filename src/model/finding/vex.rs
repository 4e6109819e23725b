//! VEX: somebody's word that a vulnerability does or does not matter in a product (OpenVEX 0.2, CycloneDX `analysis`).
//!
//! It is a word, not a proof, and may be an attacker's. It bears on findings only, never on a verdict about compromise.

use serde::{Deserialize, Serialize};

use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::time::Micros;

/// What is said of a vulnerability in a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The product is not affected.
    NotAffected,
    /// It was; this product has the fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It is affected.
    Affected,
}

impl Status {
    /// The word as OpenVEX has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::NotAffected => "not_affected",
            Status::Fixed => "fixed",
            Status::UnderInvestigation => "under_investigation",
            Status::Affected => "affected",
        }
    }

    /// The status of OpenVEX's word, or of CycloneDX's for the state of an analysis.
    pub fn parse(word: &str) -> Option<Status> {
        Some(match word {
            "not_affected" | "false_positive" => Status::NotAffected,
            "fixed" | "resolved" | "resolved_with_pedigree" => Status::Fixed,
            "under_investigation" | "in_triage" => Status::UnderInvestigation,
            "affected" | "exploitable" => Status::Affected,
            _ => return None,
        })
    }

    /// True where it says that the finding does not matter.
    pub fn clears(self) -> bool {
        matches!(self, Status::NotAffected | Status::Fixed)
    }

    /// Its number in the projections; the more severe is the larger.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The status of a number.
    pub fn of(number: i64) -> Status {
        match number {
            0 => Status::NotAffected,
            1 => Status::Fixed,
            2 => Status::UnderInvestigation,
            _ => Status::Affected,
        }
    }
}

/// What a statement is about, by what can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Product {
    /// The image's digest, of whatever kind.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The image's name as written; empty where none is.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Package URLs of the parts that are meant; none for the whole product.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
}

/// One statement about one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its id and aliases.
    #[serde(rename = "v")]
    pub vulnerabilities: Vec<String>,
    /// What is said.
    #[serde(rename = "s")]
    pub status: Status,
    /// The reason, as a word of the standard or in words for people; empty for none.
    #[serde(rename = "j", default, skip_serializing_if = "String::is_empty")]
    pub justification: String,
    /// Who says it.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// Of what. None that can be compared is kept here as an empty list, and counts for no image.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// When it was said last.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Micros>,
    /// Where it stands, relative to the item.
    #[serde(rename = "o", default)]
    pub spot: Spot,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_standards() {
        for status in [Status::NotAffected, Status::Fixed, Status::UnderInvestigation, Status::Affected] {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(Status::of(status.number()), status);
        }
        assert_eq!(Status::parse("resolved"), Some(Status::Fixed));
        assert_eq!(Status::parse("maybe"), None);
        assert!(!Status::Affected.clears() && Status::Fixed.clears());
    }
}
