//! placeholder
use crate::cli::indicator_args::NoticeArgs;
use crate::cli::{Context, Failure, Outcome};
pub fn run(_args: &NoticeArgs, _context: &mut Context<'_, '_>) -> Outcome {
    Err(Failure::new("x"))
}
