//! The terminal: what a responder lives in.
//!
//! `theme` says how things look by what they mean; `widget` holds the pieces that every view is made of. Nothing in
//! these two reads a clock, a key or a file: they are told, and they draw.

pub mod theme;
pub mod widget;
