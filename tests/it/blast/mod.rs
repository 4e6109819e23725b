//! What targets reach, through the command line.

mod circle;
mod lineage;
mod named;
mod reaches;
mod story;
mod waves;
