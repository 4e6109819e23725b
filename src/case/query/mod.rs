//! Read models: what the views ask of the projections. Reads only.

pub mod filter;
