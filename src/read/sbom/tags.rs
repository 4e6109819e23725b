//! SPDX 2 as lines of tags and values (SPDX 2.3, annex on tag-value).

use std::collections::HashSet;

use super::packages::{Spdx, creator, is_other_purpose};
use crate::model::digest::Digest;
use crate::model::fact::{Item, Sighting, SightingKind, Spot};
use crate::model::finding::{Report, Subject};
use crate::model::lineage::Named;
use crate::model::time::Micros;
use crate::read::Segment;
use crate::read::lineage::{purl, reference};
use crate::read::names;
use crate::read::outcome::Outcome;
use crate::read::scan::Making;

/// A package in the making.
#[derive(Default)]
struct Block {
    name: String,
    id: String,
    version: String,
    purl: String,
    source_info: String,
    purpose: String,
    attributions: Vec<String>,
    start: usize,
    end: usize,
}

/// Reads a document.
pub(in crate::read) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    let whole = Spot { pointer: segment.pointer.clone(), offset: 0, length: source.len() as u64 };
    let mut making = Making::of_text(Spot::default());
    let (mut blocks, mut described) = (Vec::<Block>::new(), HashSet::<String>::new());
    let (mut at, mut in_text) = (0, false);
    let mut created = None;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let ended = in_text && line.contains("</text>");
        if in_text {
            in_text = !ended;
            continue;
        }
        let Some((tag, value)) = line.trim_end().split_once(':') else { continue };
        let value = value.trim();
        in_text = value.contains("<text>") && !value.contains("</text>");
        let plain = value.strip_prefix("<text>").and_then(|v| v.strip_suffix("</text>")).unwrap_or(value);
        match tag {
            "Created" => created = Micros::parse_rfc3339(value),
            "Creator" => {
                if let Some((name, version)) = creator(value) {
                    making.by(&name.to_lowercase(), version);
                }
            }
            "PackageName" => blocks.push(Block { name: value.to_owned(), start, end: at, ..Block::default() }),
            "FileName" | "SnippetSPDXID" => {
                blocks.push(Block { purpose: "file".to_owned(), start, end: at, ..Block::default() })
            }
            "Relationship" => {
                let mut words = value.split_whitespace();
                if let (Some("SPDXRef-DOCUMENT"), Some("DESCRIBES"), Some(root)) =
                    (words.next(), words.next(), words.next())
                {
                    described.insert(root.to_owned());
                }
            }
            _ => {
                if let Some(block) = blocks.last_mut() {
                    block.take(tag, plain, at);
                }
            }
        }
    }
    out.newest = out.newest.max(created.filter(|time| time.0 > 0));
    making.times(created, None);
    making.listed();
    let sightings = tell(&blocks, &described, segment, &mut making, out);
    let reports = vec![Report::Scan(Box::new(making.finish()))];
    out.items.push(Item { spot: whole, reports, sightings, ..Item::default() });
}

/// Tells which blocks are the image, and which are packages in it.
fn tell(
    blocks: &[Block],
    described: &HashSet<String>,
    segment: &Segment,
    making: &mut Making,
    out: &mut Outcome,
) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for block in blocks {
        let spot =
            Spot { pointer: String::new(), offset: block.start as u64, length: (block.end - block.start) as u64 };
        if let Some(named) = block.image() {
            *making.subject() = block.subject(&named);
            sightings.extend(seen(&named, &spot, segment, out));
        } else if !(is_other_purpose(&block.purpose) || block.purl.is_empty() && described.contains(&block.id)) {
            let package = Spdx {
                name: &block.name,
                version: &block.version,
                purl: &block.purl,
                source_info: &block.source_info,
                layer: block.attribution("LayerDiffID").unwrap_or_default(),
            };
            making.carries(&package.package(), &spot);
        }
    }
    sightings
}

fn seen(named: &Named, spot: &Spot, segment: &Segment, out: &mut Outcome) -> Option<Sighting> {
    if named.as_written.is_empty() {
        return None;
    }
    if let Some(reason) = names::refusal(&named.as_written) {
        out.reject(segment.pointer.clone(), reason);
        return None;
    }
    // Without a digest beside it a name without a tag would be taken for `latest`.
    let as_written = match &named.digest {
        Some(digest) if !named.as_written.contains('@') => format!("{}@{digest}", named.as_written),
        _ => named.as_written.clone(),
    };
    Some(Sighting {
        kind: SightingKind::Record,
        as_written,
        digest: named.digest.as_ref().map(Digest::to_string).unwrap_or_default(),
        host: String::new(),
        user: String::new(),
        from: None,
        to: None,
        count: 1,
        spot: spot.clone(),
    })
}

impl Block {
    fn take(&mut self, tag: &str, value: &str, end: usize) {
        let field = match tag {
            "SPDXID" => &mut self.id,
            "PackageVersion" => &mut self.version,
            "PackageSourceInfo" => &mut self.source_info,
            "PrimaryPackagePurpose" => &mut self.purpose,
            "ExternalRef" => {
                if let Some(url) = value.split_whitespace().find(|word| word.starts_with("pkg:")) {
                    url.clone_into(&mut self.purl);
                }
                self.end = end;
                return;
            }
            "PackageAttributionText" => {
                self.attributions.push(value.to_owned());
                self.end = end;
                return;
            }
            _ => return,
        };
        value.clone_into(field);
        self.end = end;
    }

    fn attribution(&self, key: &str) -> Option<&str> {
        self.attributions.iter().find_map(|text| text.strip_prefix(key)?.strip_prefix(": "))
    }

    /// The image that it is; `None` for other packages.
    fn image(&self) -> Option<Named> {
        let container =
            self.purpose.eq_ignore_ascii_case("container") || self.id.starts_with("SPDXRef-ContainerImage-");
        purl(&self.purl).or_else(|| {
            let named = reference(&self.name).filter(|_| container)?;
            let digest = Digest::parse(&self.version).ok();
            Some(Named { digest: digest.or(named.digest), ..named })
        })
    }

    fn subject(&self, named: &Named) -> Subject {
        let mut subject = super::packages::subject(self.name.clone(), Some(named), None);
        subject.config = self.attribution("ImageID").and_then(|id| Digest::parse(id).ok());
        subject
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Format, Limits, Splitter, read_segment};

    const DOCUMENT: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nCreator: Tool: syft-1.2.3\n\
        Created: 2026-11-20T10:00:00Z\n\nPackageName: registry.example/pay/api\nSPDXID: SPDXRef-DocumentRoot-Image\n\
        PrimaryPackagePurpose: CONTAINER\nPackageVersion: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n\
        PackageName: xz-libs\nSPDXID: SPDXRef-Package-rpm\nPackageVersion: 5.6.0-2.fc41\nPackageComment: <text>several\n\
        PackageName: lines\n</text>\nExternalRef: PACKAGE-MANAGER purl pkg:rpm/fedora/xz-libs@5.6.0-2.fc41?upstream=xz-5.6.0-2.fc41.src.rpm\n\n\
        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-DocumentRoot-Image\n";

    #[test]
    fn packages_and_the_image_of_a_document() {
        let (mut splitter, mut segments) = (Splitter::new(Format::SpdxTagValue, Limits::default()), Vec::new());
        splitter.push(DOCUMENT.as_bytes(), &mut segments).unwrap();
        splitter.finish(&mut segments).unwrap();
        let out = read_segment(Format::SpdxTagValue, &segments[0], &Limits::default());
        assert_eq!((out.rejects.len(), out.items.len()), (0, 1));
        let Report::Scan(scan) = &out.items[0].reports[0] else { panic!("a scan") };
        assert_eq!((scan.tool.name.as_str(), scan.tool.version.as_str()), ("syft", "1.2.3"));
        assert_eq!(scan.subject.digests.len(), 1);
        let [seen] = &out.items[0].sightings[..] else { panic!("{:?}", out.items[0].sightings) };
        assert_eq!(seen.as_written, format!("registry.example/pay/api@{}", seen.digest), "never taken for latest");
        let [package] = &scan.packages[..] else { panic!("{:?}", scan.packages) };
        let told = [package.kind, package.name, package.version, package.source].map(|place| scan.text(place));
        assert_eq!(told, ["rpm", "xz-libs", "5.6.0-2.fc41", "xz"]);
        let start = package.offset as usize;
        assert!(DOCUMENT[start..start + package.length as usize].starts_with("PackageName: xz-libs"));
    }
}
