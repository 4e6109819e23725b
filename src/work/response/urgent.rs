//! What is P0, by what it is for and who answers for it: each such group is one job.

use crate::case::query::filter::{Field, Filter, Operator, Term};
use crate::case::query::triage::{CauseGroup, TriageRow, causes, triage};
use crate::case::{Case, CaseError};
use crate::model::priority::Priority;
use crate::model::text::scrub;

/// Images that are gone through; those that are due first.
const MOST: usize = 5_000;

/// The images of P0, those that are due first in front, and their groups.
pub fn urgent_groups(case: &Case) -> Result<(Vec<TriageRow>, Vec<CauseGroup>), CaseError> {
    let value = Priority::P0.as_str().to_owned();
    let filter = Filter::Term(Term { field: Field::Priority, operator: Operator::Equals, value });
    let mut rows = triage(case.conn(), &filter, Some(MOST))?;
    for row in &mut rows {
        row.name = scrub(&row.name).into_owned();
        row.cause = scrub(&row.cause).into_owned();
        row.owner = row.owner.as_deref().map(|owner| scrub(owner).into_owned());
    }
    let groups = causes(&rows);
    Ok((rows, groups))
}
