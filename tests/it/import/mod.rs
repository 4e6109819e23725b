//! Imports from the command line to the bytes in the file, and back.

mod beside;
mod copies;
mod hostile;
mod kills;
mod limits;
mod mishaps;
mod order;
mod packs;
pub(crate) mod pods;
mod reread;
mod secrets;
mod takes;
mod times;
mod together;
