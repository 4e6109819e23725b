//! What is recorded of a live answer: the words of an acquisition's options. For a page of a list, what it says of the whole
//! list.
//!
//! A page by itself speaks for nothing but what stands in it. All pages of one list together say what there is not; so each
//! tells which list it is of, which page it is, and how the next one is got.

use std::collections::BTreeMap;

/// The collection that asked: all pages with one word here are of one run, also where it was interrupted.
pub const COLLECTION: &str = "collection";
/// The list's path, without the parameters of a page.
pub const LIST: &str = "list";
/// The kind that is listed, as `Pod`.
pub const KIND: &str = "kind";
/// The one namespace that is listed; missing for all.
pub const NAMESPACE: &str = "namespace";
/// Which page it is, from 1.
pub const PAGE: &str = "page";
/// The token of the next page; missing for the last one.
pub const NEXT: &str = "next";
/// The path with all parameters, as it was sent.
pub const REQUEST: &str = "request";
/// What stands behind the path of what a watched list sent.
pub const WATCHED: &str = "?watch=1";
/// The HTTP status.
pub const STATUS: &str = "status";
/// What was wrong with the connection: not encrypted, a certificate that was not checked.
pub const CONNECTION: &str = "connection";
/// The server's own clock, as it wrote it.
pub const SERVER_DATE: &str = "server-date";
/// The list had become too old while it was read.
pub const INCONSISTENT: &str = "inconsistent";
/// The list holds only some objects of the kind.
pub const SELECTED: &str = "selected";
/// The image for whose sake a registry was asked.
pub const IMAGE: &str = "image";
/// `Content-Type`, as it came.
pub const MEDIA_TYPE: &str = "media-type";
/// The digest that was asked for.
pub const ASKED_FOR: &str = "asked-for";
/// Product and version of the engine that was asked.
pub const ENGINE: &str = "engine";
/// The record of an image that a registry was asked for: how it ended.
pub const RECORD: &str = "record";

/// One page of a live list, as its acquisition's options tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePage<'o> {
    /// [`COLLECTION`].
    pub collection: &'o str,
    /// [`LIST`].
    pub list: &'o str,
    /// [`KIND`].
    pub kind: &'o str,
    /// [`NAMESPACE`].
    pub namespace: Option<&'o str>,
    /// [`PAGE`].
    pub number: u32,
    /// [`NEXT`].
    pub next: Option<&'o str>,
    /// [`INCONSISTENT`].
    pub inconsistent: bool,
    /// [`SELECTED`].
    pub selected: bool,
}

impl<'o> LivePage<'o> {
    /// `None` where it is no page of a live list.
    pub fn of(options: &'o BTreeMap<String, String>) -> Option<Self> {
        let word = |name| options.get(name).map(String::as_str);
        Some(LivePage {
            collection: word(COLLECTION)?,
            list: word(LIST)?,
            kind: word(KIND)?,
            namespace: word(NAMESPACE),
            number: word(PAGE)?.parse().ok()?,
            next: word(NEXT),
            inconsistent: word(INCONSISTENT).is_some(),
            selected: word(SELECTED).is_some(),
        })
    }
}
