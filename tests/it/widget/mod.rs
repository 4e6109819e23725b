//! The widgets as the views will use them: how they look at four sizes, what they write, and that nothing hostile gets
//! through.

mod hostile;
mod no_colour;
mod pieces;
mod screens;
mod support;
mod tables;
