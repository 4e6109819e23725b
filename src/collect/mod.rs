//! Bytes from the world.

pub mod exercise;
