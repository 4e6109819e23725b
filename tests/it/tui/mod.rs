//! The terminal: its loop without a terminal, and the program in a terminal of its own.

mod blast;
mod bytes;
mod clock;
mod graph;
mod headless;
mod judge;
mod kept;
mod live;
mod matrix;
mod notes;
mod pty;
mod signals;
mod views;
mod ways;
