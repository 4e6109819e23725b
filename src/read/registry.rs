//! What registries answered: the record that `collect registry` makes of each image, and the lists beside it.
//!
//! A record's line tells what a name led to at a time, which is the material of tag history. What was refused is told as a
//! refusal, and bytes of a wrong digest as what they are. What refers to an image is told by kind and digest, unchecked. Lists
//! are noted, and nothing is read of them: what they name stands in the records.

use super::lineage::parse;
use super::outcome::{Outcome, Refused};
use super::tree::{Kind, Node};
use super::{Limits, Segment, names};
use crate::model::digest::Digest;
use crate::model::fact::{Item, Sighting, SightingKind, Spot};
use crate::model::referrer::{Referrer, ReferrerKind};
use crate::model::text::scrub;
use crate::model::time::Micros;

/// The first member of a record's lines.
const MEMBER: &str = "hullbreach";
const ANSWER: &str = "registry-answer";
const REFERRER: &str = "registry-referrer";
/// Notes of one segment at most.
const NOTES: usize = 100;

/// Whether the member's text is that of a line of a record.
pub(super) fn is_record(text: &str) -> bool {
    [ANSWER, REFERRER].contains(&text)
}

/// Reads one segment.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    match root.string_at(MEMBER).as_deref() {
        Some(ANSWER) => answer(root, segment, out),
        Some(REFERRER) => referrer(root, segment, out),
        _ => list(root, segment, out),
    }
}

/// One question and its answer.
fn answer(node: Node<'_>, segment: &Segment, out: &mut Outcome) {
    let text = |key: &str| node.string_at(key).unwrap_or_default();
    let status: u16 = node.get("status").and_then(|n| n.text()?.parse().ok()).unwrap_or(0);
    let at = Micros::parse_rfc3339(&text("at")).filter(|at| at.0 > 0);
    out.newest = out.newest.max(at);
    let (request, wrong) = (shown(&text("request")), shown(&text("wrong")));
    if status != 200 {
        return refused(node, status, &request, &wrong, out);
    }
    if !wrong.is_empty() {
        out.said.partial.insert(format!("{request}: {wrong}"));
        return;
    }
    asked(&request, node, segment, out);
    let Some(name) = node.get("name") else { return };
    let (as_written, digest) = (name.string().unwrap_or_default(), Digest::parse(&text("digest")));
    let Ok(digest) = digest else {
        return out.reject(format!("{}/digest", segment.pointer), "the digest that a name led to is none");
    };
    if let Some(reason) = names::refusal(&as_written) {
        return out.reject(format!("{}/name", segment.pointer), reason);
    }
    let sighting = Sighting {
        kind: SightingKind::Record,
        as_written,
        digest: digest.to_string(),
        host: shown(&text("registry")),
        user: String::new(),
        from: at,
        to: at,
        count: 1,
        spot: name.spot(node.start(), "/name".to_owned()),
    };
    let spot = node.spot(0, segment.pointer.clone());
    out.items.push(Item { spot, sightings: vec![sighting], ..Item::default() });
}

/// What an answer that is none means. That a registry has no list of referrers, or that nothing refers to an image, is no
/// refusal.
fn refused(node: Node<'_>, status: u16, request: &str, wrong: &str, out: &mut Outcome) {
    let image = node.string_at("image").unwrap_or_default();
    let reference = request.rsplit('/').next().unwrap_or_default();
    let own = request.contains("/manifests/")
        && image.strip_suffix(reference).is_some_and(|before| before.ends_with([':', '@']));
    if matches!(status, 404 | 405 | 410 | 501) && !own && node.get("wanted").is_none() {
        return;
    }
    if matches!(status, 405 | 501) {
        return;
    }
    let denied = matches!(status, 401 | 403) || node.get("denied").is_some_and(Node::is_true);
    let message = if status == 0 { format!("{request}: {wrong}") } else { format!("{request}: {status}") };
    out.said.refusals.push(Refused { denied, message });
}

/// That a registry told what refers to an image, whether or not anything does.
fn asked(request: &str, node: Node<'_>, segment: &Segment, out: &mut Outcome) {
    let Some((_, subject)) = request.split_once("/referrers/") else { return };
    let Ok(subject) = Digest::parse(subject.split('?').next().unwrap_or_default()) else { return };
    refer((ReferrerKind::Asked, subject.clone(), subject), String::new(), node.spot(0, segment.pointer.clone()), out);
}

/// Something that refers to an image. That it is there does not say that it is right.
fn referrer(node: Node<'_>, segment: &Segment, out: &mut Outcome) {
    let text = |key: &str| node.string_at(key).unwrap_or_default();
    let (Ok(subject), Ok(digest)) = (Digest::parse(&text("subject")), Digest::parse(&text("digest"))) else {
        return out.reject(segment.pointer.clone(), "what refers to an image, or the image, has no digest that is one");
    };
    // A record that was altered can not pass for a registry that was only asked.
    let kind = Some(ReferrerKind::parse(&text("kind"))).filter(|kind| *kind != ReferrerKind::Asked);
    let kind = kind.unwrap_or(ReferrerKind::Other);
    let spot = node.spot(0, segment.pointer.clone());
    refer((kind, subject, digest), shown(&text("media_type")), spot, out);
}

fn refer((kind, subject, digest): (ReferrerKind, Digest, Digest), media_type: String, spot: Spot, out: &mut Outcome) {
    let referrers = vec![Referrer { kind, subject, digest, media_type, spot: Spot::default() }];
    out.items.push(Item { spot, referrers, ..Item::default() });
}

/// A page of a list.
fn list(node: Node<'_>, segment: &Segment, out: &mut Outcome) {
    let length =
        |key: &str| node.get(key).filter(|list| list.kind() == Kind::Array).map(|list| list.elements().count());
    let name = shown(&node.string_at("name").unwrap_or_default());
    let told = [("tags", "tags"), ("repositories", "repositories"), ("manifests", "referrers")];
    let found = told.into_iter().find_map(|(key, what)| Some((length(key)?, what)));
    match found {
        Some((n, what)) => {
            note(out, format!("a registry's list of {n} {what}{}{name}", if name.is_empty() { "" } else { " of " }))
        }
        // What has no tags any more has them as null.
        None if node.members().any(|(key, _)| key.text().is_some_and(|key| key == "tags")) => {
            note(out, format!("a repository without tags: {name}"))
        }
        None => out.reject(segment.pointer.clone(), "neither a record nor a list of a registry"),
    }
}

fn note(out: &mut Outcome, note: String) {
    if out.said.notes.len() < NOTES {
        out.said.notes.insert(note);
    }
}

fn shown(text: &str) -> String {
    scrub(text).chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reading::Status;
    use crate::read::{Collected, Collector, Format, Splitter};
    use serde_json::json;

    fn told(lines: &[serde_json::Value]) -> (Vec<Item>, Collected) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let mut segments = Vec::new();
        let mut splitter = Splitter::new(Format::RegistryAnswers, Limits::default());
        splitter.push(text.as_bytes(), &mut segments).unwrap();
        splitter.finish(&mut segments).unwrap();
        let mut collector = Collector::new(Format::RegistryAnswers);
        let mut items = Vec::new();
        for segment in &segments {
            let outcome = crate::read::read_segment(Format::RegistryAnswers, segment, &Limits::default());
            collector.add(&outcome);
            items.extend(outcome.items);
        }
        (items, collector.finish(false))
    }

    fn answered(status: u16, request: &str) -> serde_json::Value {
        json!({"hullbreach": ANSWER, "registry": "reg.example", "image": "reg.example/a:1", "request": request,
            "at": "2026-03-17T08:20:01Z", "status": status})
    }

    fn named(digest: &str) -> serde_json::Value {
        let mut line = answered(200, "HEAD /v2/a/manifests/1");
        line["name"] = "reg.example/a:1".into();
        line["digest"] = digest.into();
        line
    }

    #[test]
    fn a_name_that_led_to_a_digest_is_a_sighting_of_that_time() {
        let digest = Digest::of(b"m").to_string();
        let (items, collected) = told(&[named(&digest)]);
        let [Item { sightings, .. }] = &items[..] else { panic!("{items:?}") };
        let sighting = &sightings[0];
        assert_eq!((sighting.as_written.as_str(), &sighting.digest), ("reg.example/a:1", &digest));
        assert_eq!((sighting.from, sighting.to), (collected.times.last(), collected.times.last()));
        assert_eq!(collected.status, Status::Read);
    }

    #[test]
    fn a_refusal_is_told_and_what_need_not_be_there_is_none() {
        let (_, denied) = told(&[answered(401, "HEAD /v2/a/manifests/1")]);
        assert_eq!(denied.status, Status::Denied);
        let (_, missing) = told(&[answered(404, "HEAD /v2/a/manifests/1")]);
        assert_eq!((missing.status, missing.reason.as_str()), (Status::Failed, "HEAD /v2/a/manifests/1: 404"));
        let beside = [named(&Digest::of(b"m").to_string()), answered(404, "GET /v2/a/referrers/sha256:00")];
        assert_eq!(told(&beside).1.status, Status::Read);
        let (_, part) = told(&[beside[0].clone(), answered(503, "GET /v2/a/referrers/sha256:00")]);
        assert_eq!(part.status, Status::Partial);
    }

    #[test]
    fn bytes_of_a_wrong_digest_are_no_sighting() {
        let mut line = named(&Digest::of(b"m").to_string());
        line["wrong"] = "asked for one, got another".into();
        let (items, collected) = told(&[line]);
        assert_eq!((items.len(), collected.status), (0, Status::Partial));
        assert!(collected.reason.contains("got another"), "{}", collected.reason);
    }

    #[test]
    fn what_refers_to_an_image_is_told_by_kind_and_digest() {
        let (subject, digest) = (Digest::of(b"image"), Digest::of(b"signature"));
        let line = |kind: &str, digest: &str| json!({"hullbreach": REFERRER, "kind": kind, "digest": digest, "subject": subject, "media_type": "x\u{1b}y"});
        let asked = answered(200, &format!("GET /v2/a/referrers/{subject}"));
        let (items, _) = told(&[
            asked,
            line("signature", digest.as_str()),
            line("asked", digest.as_str()),
            line("sbom", "sha256:no"),
        ]);
        let found: Vec<&Referrer> = items.iter().flat_map(|item| &item.referrers).collect();
        let kinds: Vec<ReferrerKind> = found.iter().map(|referrer| referrer.kind).collect();
        assert_eq!(kinds, [ReferrerKind::Asked, ReferrerKind::Signature, ReferrerKind::Other]);
        assert_eq!((&found[0].digest, &found[0].subject), (&subject, &subject));
        assert_eq!((&found[1].digest, &found[1].subject), (&digest, &subject));
        assert!(!found[1].media_type.contains('\u{1b}'));
        assert_eq!(told(&[line("sbom", "sha256:no")]).1.rejected, 1);
    }

    #[test]
    fn lists_are_noted_and_nonsense_is_rejected() {
        let (items, collected) =
            told(&[json!({"name": "a", "tags": ["1", "2"]}), json!({"name": "e\u{1b}", "tags": null})]);
        assert!(items.is_empty());
        assert_eq!(collected.notes.len(), 2, "{:?}", collected.notes);
        assert!(collected.notes.iter().any(|note| note == "a registry's list of 2 tags of a"));
        assert!(collected.notes.iter().all(|note| !note.contains('\u{1b}')));
        assert_eq!(told(&[json!({"x": 1})]).1.rejected, 1);
        assert_eq!(told(&[named("sha256:zz")]).1.rejected, 1);
    }
}
