//! What people are shown of it.
