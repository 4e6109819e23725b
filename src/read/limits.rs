//! The limits that keep a hostile or broken file from exhausting memory or time. Each error that names one says what to do.

/// Limits of one acquisition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest stored copy, in bytes, after decompression.
    pub total: u64,
    /// Largest single segment (an object, a document, a line), in bytes.
    pub segment: usize,
    /// Deepest nesting.
    pub depth: usize,
    /// Most documents or items in one acquisition.
    pub items: u64,
    /// Most YAML aliases in one document.
    pub aliases: usize,
    /// Most nodes in one YAML document after expansion of aliases.
    pub nodes: usize,
    /// Largest ratio of decompressed to compressed bytes, beyond the first 16 MiB.
    pub ratio: u64,
    /// Rejects kept with their reason; more are only counted.
    pub rejects: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            total: 16 << 30,
            segment: 64 << 20,
            depth: 128,
            items: 5_000_000,
            aliases: 10_000,
            nodes: 4_000_000,
            ratio: 200,
            rejects: 10_000,
        }
    }
}
