//! A folder as ten teams would leave it, through the command line: every reader, the join of project files and the views
//! together, whatever the order and the number of imports.

mod gaps;
mod hostile;
mod kept;
mod together;
mod tree;
