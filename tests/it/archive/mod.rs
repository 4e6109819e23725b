//! Archives: members become sources, hostile ones are named, the rest is imported.

mod dialects;
mod hostile;
pub mod made;
mod members;
