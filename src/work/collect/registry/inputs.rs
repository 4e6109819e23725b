//! What a registry gave as an input of the import: where it is from, what is recorded of it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::collect::registry::{Document, DocumentKind, ImageTold};
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::digest::Digest;
use crate::model::live;
use crate::model::time::Micros;
use crate::read::Format;
use crate::work::import::{Content, Failing, Input, Received};

/// A body.
pub(super) fn document(document: Document, host: &str, collection: &str) -> Input {
    let mut recorded = recorded(collection, &document.image);
    let mut record = |name: &str, value: String| drop(recorded.insert(name.to_owned(), value));
    record(live::REQUEST, format!("GET {}", document.path));
    if !document.media.is_empty() {
        record(live::MEDIA_TYPE, document.media.chars().take(200).collect());
    }
    if let Some(wanted) = &document.wanted {
        record(live::ASKED_FOR, wanted.to_string());
    }
    if let Some(date) = document.date {
        record(live::SERVER_DATE, date);
    }
    if document.plain {
        record(live::CONNECTION, "not encrypted".to_owned());
    }
    let format = match document.kind {
        DocumentKind::Image => Some(Format::ImageJson),
        DocumentKind::List => Some(Format::RegistryAnswers),
        DocumentKind::Statement => None,
    };
    let reader: Box<dyn Read + Send> = match document.broken {
        Some(why) => Box::new(document.bytes.chain(Failing(Some(io::Error::other(why))))),
        None => Box::new(document.bytes),
    };
    let received = Received { reader, original: document.original, transforms: Vec::new(), recorded, format };
    input(received, host, document.server, document.path, document.came)
}

/// The record of an image.
pub(super) fn record(image: ImageTold, host: &str, collection: &str) -> Input {
    let mut recorded = recorded(collection, &image.name);
    recorded.insert(live::RECORD.to_owned(), image.end.as_str().to_owned());
    let place = image.name.strip_prefix(image.registry.as_str()).unwrap_or(&image.name);
    let path = if place.len() > 1 { format!("{place} (record)") } else { "/ (record)".to_owned() };
    let original = (Digest::of(&image.record), image.record.len() as u64);
    let reader = Box::new(io::Cursor::new(image.record));
    let format = Some(Format::RegistryAnswers);
    let received = Received { reader, original, transforms: Vec::new(), recorded, format };
    input(received, host, image.server, path, image.began)
}

fn recorded(collection: &str, image: &str) -> BTreeMap<String, String> {
    [(live::COLLECTION, collection), (live::IMAGE, image)].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

fn input(received: Received, host: &str, root: String, path: String, came: Micros) -> Input {
    Input {
        origin: Origin { kind: OriginKind::Registry, host: host.to_owned(), root, path },
        content: Content::Received(Box::new(received)),
        modified: Some(came),
        bytes: None,
        context: None,
        as_of: None,
    }
}
