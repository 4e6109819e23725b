//! CISA's catalogue of known exploited vulnerabilities, in JSON.

use crate::model::finding::{Cve, Known, KnownFact};
use crate::read::lineage::parse;
use crate::read::outcome::Outcome;
use crate::read::scan::text;
use crate::read::{Limits, Segment};

/// Reads a catalogue.
pub(in crate::read) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    let base = root.start();
    let released = root.get("dateReleased").and_then(|date| super::day(&date.text()?));
    out.newest = out.newest.max(released);
    let mut found = Vec::new();
    for (i, entry) in root.list("vulnerabilities").enumerate() {
        let [cve, added, due, ransomware] = entry.pick(["cveID", "dateAdded", "dueDate", "knownRansomwareCampaignUse"]);
        let Some(cve) = Cve::parse(&text(cve)) else {
            out.reject(format!("{}/vulnerabilities/{i}", segment.pointer), "an entry without a CVE number");
            continue;
        };
        let [added, due] = [added, due].map(|date| super::day(&text(date)));
        let ransomware = text(ransomware).eq_ignore_ascii_case("known");
        let spot = entry.spot(base, format!("/vulnerabilities/{i}"));
        found.push(Known { cve, fact: KnownFact::Kev { added, due, ransomware }, spot });
    }
    if root.get("vulnerabilities").is_none() {
        out.reject(segment.pointer.clone(), "a catalogue without `vulnerabilities`");
    }
    super::finish(root.spot(0, segment.pointer.clone()), found, out);
}
