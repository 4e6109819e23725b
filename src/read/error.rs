//! Why a splitter could not go on. Each error names the place, the limit where one was met, and what to do.

/// Why a splitter stopped. What it held is handed out as glue, so the evidence can still be stored whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The input ended inside an item or document.
    #[error("the file ends inside this item: it was cut off; get it again, or import what there is as a part")]
    Truncated {
        /// The pointer of the item or document.
        locator: String,
    },
    /// Something stands between the elements of a list that cannot stand there, and no safe place to go on was found.
    #[error("the file is damaged here and cannot be read on from this place; get it again, or import it item by item")]
    Garbled {
        /// The pointer of the element that was expected.
        locator: String,
    },
    /// An item is larger than a reader may hold.
    #[error(
        "this item is larger than the limit of {limit} bytes for one item; split the file, or list fewer kinds at a time"
    )]
    SegmentTooLarge {
        /// The pointer of the item, or its line.
        locator: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// More items than one acquisition may have.
    #[error("more items than the limit of {limit} for one file; list namespace by namespace and import each file")]
    TooManyItems {
        /// The pointer of the first item beyond the limit.
        locator: String,
        /// The limit.
        limit: u64,
    },
}

impl ReadError {
    /// Where it happened: a JSON pointer or `line:N`.
    pub fn locator(&self) -> &str {
        match self {
            ReadError::Truncated { locator }
            | ReadError::Garbled { locator }
            | ReadError::SegmentTooLarge { locator, .. }
            | ReadError::TooManyItems { locator, .. } => locator,
        }
    }
}
