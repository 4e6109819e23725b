//! What reports say of vulnerabilities and packages: scans and SBOMs of images, what is known of vulnerabilities elsewhere, and
//! statements that one does not matter (VEX).
//!
//! Owns the words. A reader fills them in, symbolic: nothing is looked up, no image is chosen, no priority given. A large
//! report has thousands of findings made of the same few texts, so its texts stand once and its rows are numbers.

pub(crate) mod columns;
pub mod cvss;
mod known;
mod scan;
mod severity;
mod vex;

pub(crate) use known::millionths;
pub use known::{Cve, Exploitation, Known, KnownFact};
pub use scan::{Carried, Found, Scan, Subject, Texts, Tool};
pub use severity::Severity;
pub use vex::{Product, Statement, Status as VexStatus};

use serde::{Deserialize, Serialize};

use super::fact::Spot;
use super::time::Micros;

/// One report, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Report {
    /// What a scanner found in one image, or what an SBOM lists of it.
    Scan(Box<Scan>),
    /// What is known of vulnerabilities, of no image.
    Known(Vec<Known>),
    /// Statements about vulnerabilities in products.
    Vex(Vec<Statement>),
}

impl Report {
    /// How many facts it states: findings, packages, facts about vulnerabilities, statements.
    pub fn facts(&self) -> u64 {
        match self {
            Report::Scan(scan) => (scan.findings.len() + scan.packages.len() + scan.known.len()) as u64,
            Report::Known(known) => known.len() as u64,
            Report::Vex(statements) => statements.len() as u64,
        }
    }

    /// Changes the times that a clock at its source gave it.
    pub fn times(&mut self, mut fix: impl FnMut(&mut Option<Micros>)) {
        match self {
            Report::Scan(scan) => fix(&mut scan.created),
            Report::Known(_) => {}
            Report::Vex(statements) => statements.iter_mut().for_each(|statement| fix(&mut statement.at)),
        }
    }

    /// Takes away where facts stand within their item: they were found in other bytes than are stored.
    pub fn forget_places(&mut self) {
        let forget = |spot: &mut Spot| (spot.offset, spot.length) = (0, 0);
        match self {
            Report::Scan(scan) => {
                scan.packages.iter_mut().for_each(|row| (row.offset, row.length) = (0, 0));
                scan.findings.iter_mut().for_each(|row| (row.offset, row.length) = (0, 0));
                scan.known.iter_mut().for_each(|known| forget(&mut known.spot));
                forget(&mut scan.spot);
            }
            Report::Known(known) => known.iter_mut().for_each(|known| forget(&mut known.spot)),
            Report::Vex(statements) => statements.iter_mut().for_each(|statement| forget(&mut statement.spot)),
        }
    }
}
