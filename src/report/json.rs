//! The whole model as one JSON document, for scripts. Nothing is shortened or defanged.

use std::io::Write;

use super::Written;
use super::model::Report;

/// Writes it.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    serde_json::to_writer_pretty(&mut *to, report)?;
    writeln!(to)?;
    Ok(())
}
