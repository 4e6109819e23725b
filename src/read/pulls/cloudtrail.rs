//! CloudTrail's records of Elastic Container Registry. `PutImage` carries the whole manifest, which is read as evidence of
//! lineage too; one pull is one or two `BatchGetImage` and a `GetDownloadUrlForLayer` for each layer that the client lacked.
//! The console and scanners call the same.

use super::name::Parts;
use super::record::{Entry, Who};
use super::time::Stamp;
use crate::model::digest::Digest;
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;
use crate::read::lineage::Telling;
use crate::read::tree::{Node, parse_json_whole};
use crate::read::{Limits, image};

/// Images of one call that are read; the API allows a hundred.
const MOST: usize = 1_000;

/// Reads one record.
pub(super) fn read(entry: &mut Entry<'_, '_>, limits: &Limits) {
    let Some(stamp) = entry.time(&["eventTime"]) else { return };
    let name = entry.text(&["eventName"]);
    if entry.text(&["eventSource"]) != "ecr.amazonaws.com" {
        return entry.sum.other(stamp.at);
    }
    if !["PutImage", "BatchGetImage", "GetDownloadUrlForLayer"].contains(&&*name) {
        return entry.sum.other(stamp.at);
    }
    if !entry.text(&["errorCode"]).is_empty() {
        entry.sum.failed += 1;
        return entry.sum.other(stamp.at);
    }
    let who =
        Who { user: user(entry).into(), host: entry.text(&["sourceIPAddress"]), agent: entry.text(&["userAgent"]) };
    let registry = registry(entry);
    let repository = entry.text(&["requestParameters", "repositoryName"]);
    let parts = Parts { image: &repository, registry: &registry, tag: "", digest: "", untold: true };
    match &*name {
        "PutImage" => put(entry, stamp, &registry, &repository, &who, limits),
        "GetDownloadUrlForLayer" => {
            entry.count(stamp, &parts, (SightingKind::Record, Manner::Layer), &who);
        }
        _ => {
            let ids = entry.node.path(&["requestParameters", "imageIds"]);
            let ids: Vec<Node<'_>> = ids.into_iter().flat_map(Node::elements).take(MOST).collect();
            if ids.is_empty() {
                entry.reject("/requestParameters/imageIds", "a pull without an image");
            }
            let manner = entry.manner(&who);
            for id in ids {
                let (tag, digest) =
                    (id.text_of("imageTag").unwrap_or_default(), id.text_of("imageDigest").unwrap_or_default());
                entry.count(stamp, &Parts { tag: &tag, digest: &digest, ..parts }, (SightingKind::Pull, manner), &who);
            }
        }
    }
}

/// The registry's host: the account that owns it, and the region.
fn registry(entry: &Entry<'_, '_>) -> String {
    let accounts = [&["requestParameters", "registryId"][..], &["recipientAccountId"], &["userIdentity", "accountId"]];
    let account = accounts.iter().map(|path| entry.text(path)).find(|account| !account.is_empty()).unwrap_or_default();
    let region = entry.text(&["awsRegion"]);
    if account.is_empty() || region.is_empty() {
        return String::new();
    }
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("{account}.dkr.ecr.{region}.amazonaws.com{china}")
}

/// The caller: the role's session or the user, as its ARN; the service that called for it, where it has none.
fn user(entry: &Entry<'_, '_>) -> String {
    let named = [&["userIdentity", "arn"][..], &["userIdentity", "userName"], &["userIdentity", "invokedBy"]];
    named.iter().map(|path| entry.text(path)).find(|name| !name.is_empty()).unwrap_or_default().into_owned()
}

/// A push, with the manifest that was pushed.
fn put(entry: &mut Entry<'_, '_>, stamp: Stamp, registry: &str, repository: &str, who: &Who<'_>, limits: &Limits) {
    let answered = entry.text(&["responseElements", "image", "imageId", "imageDigest"]);
    let asked = entry.text(&["requestParameters", "imageDigest"]);
    let manifest = entry.node.path(&["requestParameters", "imageManifest"]);
    let text = manifest.and_then(Node::text);
    let own = text.as_ref().map(|text| Digest::of(text.as_bytes()).to_string());
    let told = [&*answered, &*asked].into_iter().find(|digest| !digest.is_empty());
    let digest = told.map(str::to_owned).or_else(|| own.clone()).unwrap_or_default();
    let tags = [&["requestParameters", "imageTag"][..], &["responseElements", "image", "imageId", "imageTag"]];
    let tag = tags.iter().map(|path| entry.text(path)).find(|tag| !tag.is_empty()).unwrap_or_default();
    let parts = Parts { image: repository, registry, tag: &tag, digest: &digest, untold: true };
    let manner = entry.manner(who);
    entry.count(stamp, &parts, (SightingKind::Push, manner), who);
    let (Some(node), Some(text)) = (manifest, text) else { return };
    // A manifest that was altered on its way into the log, if only by hiding a secret in it, is not the one that was pushed.
    if told.is_some() && own.as_deref() != told {
        return entry
            .reject("/requestParameters/imageManifest", "the manifest is not the one that has the digest beside it");
    }
    let (Ok(digest), Ok(tree)) = (Digest::parse(&digest), parse_json_whole(&text, limits)) else {
        return entry.reject("/requestParameters/imageManifest", "a manifest that is no JSON");
    };
    let Some(root) = tree.root() else { return };
    let mut telling = Telling::new(entry.node, &entry.segment.pointer, entry.out);
    telling.within(node, "/requestParameters/imageManifest".to_owned(), |told| image::read_pushed(root, &digest, told));
    telling.finish();
}
