//! Indicators and verdicts, from what a responder types to what every image is shown as.

mod measure;
mod merge;
mod notice;
mod story;
mod targets;
