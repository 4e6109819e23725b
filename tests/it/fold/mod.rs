//! The fold through its public door: readings made by hand go in, projections and views come out.

mod identity;
pub mod measure;
mod order;
mod presence;
mod views;
pub mod world;
