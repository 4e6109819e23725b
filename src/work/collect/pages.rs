//! A page of a live list as an input of the import: where it is from, what was done to it, what is recorded of it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::run::Runs;
use crate::collect::cluster::{Form, Kind, List, Page, Target};
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::digest::Digest;
use crate::model::live;
use crate::model::time::Micros;
use crate::read::Format;
use crate::work::import::{Content, Failing, Input, Received};

/// What is recorded where managed fields were left out.
const LEFT_OUT: &str = "managedFields left out";

/// The input that a page makes.
pub(super) fn input(page: Page, runs: &Runs) -> Input {
    let recorded = recorded(&page, runs.collection(&page.context));
    let path = match page.number {
        1 => page.list.path(),
        n => format!("{}, page {n}", page.list.path()),
    };
    let format = match (page.status, page.list.kind.form) {
        (200, Form::Metadata) if page.list.kind.fields.contains("%21") => Some(Format::SecretNames),
        (200, Form::Metadata) => Some(Format::PullSecretNames),
        (200, Form::Whole) if page.broken.is_none() => Some(Format::KubernetesJson),
        _ => None,
    };
    let bytes = page.bytes.map_or_else(|| Box::new(io::empty()) as Box<dyn Read + Send>, |bytes| Box::new(bytes));
    let reader: Box<dyn Read + Send> = match page.broken {
        Some(why) => Box::new(bytes.chain(Failing(Some(io::Error::other(why))))),
        None => bytes,
    };
    let transforms = if page.left_out > 0 { vec![LEFT_OUT.to_owned()] } else { Vec::new() };
    Input {
        origin: Origin { kind: OriginKind::Cluster, host: runs.host().to_owned(), root: page.server, path },
        content: Content::Received(Box::new(Received {
            reader,
            original: page.original,
            transforms,
            recorded,
            format,
        })),
        modified: Some(page.began),
        bytes: None,
        context: Some(page.context),
        as_of: None,
    }
}

fn recorded(page: &Page, collection: &str) -> BTreeMap<String, String> {
    let mut recorded = BTreeMap::new();
    let mut record = |name: &str, value: String| drop(recorded.insert(name.to_owned(), value));
    record(live::COLLECTION, collection.to_owned());
    record(live::LIST, page.list.path());
    record(live::KIND, page.list.kind.kind.clone());
    record(live::PAGE, page.number.to_string());
    record(live::REQUEST, format!("GET {}", page.request));
    record(live::STATUS, page.status.to_string());
    if let Some(namespace) = &page.list.namespace {
        record(live::NAMESPACE, namespace.clone());
    }
    if let Some(next) = &page.next {
        record(live::NEXT, next.clone());
    }
    if let Some(date) = &page.date {
        record(live::SERVER_DATE, date.clone());
    }
    if !page.warning.is_empty() {
        record(live::CONNECTION, page.warning.to_owned());
    }
    if page.inconsistent {
        record(live::INCONSISTENT, "true".to_owned());
    }
    if !page.list.kind.fields.is_empty() {
        record(live::SELECTED, "true".to_owned());
    }
    recorded
}

/// What is recorded of a cluster that gave nothing at all.
pub(super) fn lost(target: &Target, why: &str, now: Micros) -> Page {
    let kind = Kind {
        api: "v1".to_owned(),
        resource: String::new(),
        kind: String::new(),
        namespaced: false,
        form: Form::Whole,
        fields: "",
    };
    Page {
        context: target.context.clone(),
        server: target.server.clone(),
        warning: target.warning(),
        list: List { kind, namespace: None },
        request: "/".to_owned(),
        number: 1,
        began: now,
        status: 0,
        date: None,
        original: (Digest::of(b""), 0),
        left_out: 0,
        next: None,
        inconsistent: false,
        bytes: None,
        broken: Some(why.to_owned()),
    }
}
