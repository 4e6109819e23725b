//! placeholder
use super::error::CaseError;
use super::store::Case;
impl Case {
    /// x
    pub fn rebuild(&mut self) -> Result<(), CaseError> {
        Ok(())
    }
}
