//! What targets reach, through the command line.

mod lineage;
mod reaches;
mod story;
mod waves;
