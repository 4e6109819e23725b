//! Archives: members become sources, hostile ones are named, the rest is imported.

mod dialects;
mod hostile;
mod made;
mod members;
