//! Project files through the fold: kept, joined when all are there, and shown. The join is a small one made for these
//! tests, so that nothing here depends on how compose files or Dockerfiles are understood.

mod command;
mod measure;
mod order;
mod project;
mod small;
mod views;
