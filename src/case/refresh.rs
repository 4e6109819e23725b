//! placeholder
use super::error::CaseError;
use super::state::State;
use super::store::Case;
use super::verify::Problem;
impl Case {
    /// x
    pub fn rebuild(&mut self) -> Result<(), CaseError> {
        Ok(())
    }
    pub(crate) fn projection_problems(&self, _: &State) -> Result<Vec<Problem>, CaseError> {
        Ok(vec![])
    }
}
