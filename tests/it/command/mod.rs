//! What is made from the command table, and commands that stand for the terminal where there is none.

mod line;
mod reference;
