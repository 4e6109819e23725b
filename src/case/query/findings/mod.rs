//! Findings: each vulnerability of a package once, with the images that have it; what the reports of one image come to; how
//! old each source is.

mod filter;
mod image;
mod list;
mod sources;
mod unscanned;

pub use filter::{FindingFilter, FindingFilterError};
pub use image::{
    ClearedRow, Ground, ImageFinding, ImageFindings, ReportRow, Vulnerabilities, cleared, counts, of_image,
    vulnerability,
};
pub use list::{FindingRow, FindingSort, count, findings};
pub use sources::{BaseShare, FromBases, Shares, SnapshotRow, StrayRow, Strays, from_bases, shares, snapshots, stray};
pub use unscanned::unscanned;
