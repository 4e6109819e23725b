//! All integration tests, one binary.
mod redact;
