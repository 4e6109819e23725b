//! Rows of reports as they are stored: numbers, column by column, each as its difference from the one above.

use super::super::error::ProjectError;
use crate::model::finding::columns::{pack, unpack};

/// A finding in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct FoundRow {
    /// Number in `p_finding`.
    pub finding: i64,
    /// Text number of the layer's diffID; 0 where not told.
    pub layer: i64,
    /// First byte in the stored evidence.
    pub offset: u64,
    pub length: u64,
}

/// A package in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct CarriedRow {
    /// Number in `p_package`.
    pub package: i64,
    /// Text number of the layer's diffID; 0 where not told.
    pub layer: i64,
    /// First byte in the stored evidence.
    pub offset: u64,
    pub length: u64,
    /// Only a finding names it.
    pub only_found: bool,
}

pub(super) fn pack_found(rows: &[FoundRow]) -> Vec<u8> {
    let numbers = |row: &FoundRow| [row.finding.unsigned_abs(), row.layer.unsigned_abs(), row.offset, row.length];
    pack(&rows.iter().map(numbers).collect::<Vec<_>>())
}

pub(super) fn pack_carried(rows: &[CarriedRow]) -> Vec<u8> {
    let numbers = |row: &CarriedRow| {
        let only = u64::from(row.only_found);
        [row.package.unsigned_abs(), row.layer.unsigned_abs(), row.offset, row.length, only]
    };
    pack(&rows.iter().map(numbers).collect::<Vec<_>>())
}

/// The findings of a report.
pub(in crate::case) fn found(bytes: &[u8]) -> Result<Vec<FoundRow>, ProjectError> {
    let rows = unpack::<4>(bytes).ok_or_else(|| damaged("findings"))?;
    let row = |[finding, layer, offset, length]: [u64; 4]| FoundRow {
        finding: i64::try_from(finding).unwrap_or(0),
        layer: i64::try_from(layer).unwrap_or(0),
        offset,
        length,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The packages of a report.
pub(in crate::case) fn carried(bytes: &[u8]) -> Result<Vec<CarriedRow>, ProjectError> {
    let rows = unpack::<5>(bytes).ok_or_else(|| damaged("packages"))?;
    let row = |[package, layer, offset, length, only]: [u64; 5]| CarriedRow {
        package: i64::try_from(package).unwrap_or(0),
        layer: i64::try_from(layer).unwrap_or(0),
        offset,
        length,
        only_found: only != 0,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn damaged(what: &str) -> ProjectError {
    ProjectError::Damaged(format!("the {what} of a report are none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_and_other_bytes_are_refused() {
        let rows = [
            FoundRow { finding: 7, layer: 0, offset: 900, length: 20 },
            FoundRow { finding: 3, layer: 5, offset: 930, length: 25 },
        ];
        assert_eq!(found(&pack_found(&rows)).unwrap(), rows);
        let rows = [CarriedRow { package: 1, layer: 2, offset: 3, length: 4, only_found: true }];
        assert_eq!(carried(&pack_carried(&rows)).unwrap(), rows);
        assert!(found(&[200, 1]).is_err() && carried(&[]).is_err());
    }
}
