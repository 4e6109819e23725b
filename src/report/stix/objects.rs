//! The objects of the bundle.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::pattern::pattern;
use super::{marking, marking_id, observable, time, uuid};
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::model::verdict::Verdict;
use crate::report::model::{Affected, Indicator, Report};

/// Stages whose tasks are actions against the breach; in the others it is looked at and talked about.
const ACTIONS: [&str; 4] = ["first-hour", "containment", "recovery", "hardening"];
/// Indicators that one action is linked to.
const MITIGATED: usize = 20;

/// Objects by id: each stands once, and in an order that does not depend on where it was found.
struct Bundle<'r> {
    report: &'r Report,
    case: &'r str,
    identity: String,
    objects: BTreeMap<String, Value>,
    labels: BTreeSet<Tlp>,
}

/// Every object.
pub(super) fn all(report: &Report) -> Vec<Value> {
    let case = report.header.case.as_str();
    let identity = format!("identity--{}", uuid(&format!("identity:{case}:")));
    let mut bundle = Bundle { report, case, identity, objects: BTreeMap::new(), labels: BTreeSet::new() };
    bundle.identity();
    let incident = bundle.incident();
    for indicator in &report.indicators {
        bundle.indicator(indicator, &incident);
    }
    let touched = report.affected.iter().filter(|image| image.verdict >= Verdict::Suspect);
    let seen: BTreeMap<&str, String> = touched.map(|image| (image.name.as_str(), bundle.image(image))).collect();
    bundle.bases(&seen);
    bundle.actions(&incident);
    bundle.notes(&incident);
    bundle.report();
    let markings = bundle.labels.iter().map(|label| marking(*label));
    markings.chain(bundle.objects.into_values()).collect()
}

impl Bundle<'_> {
    /// Adds an object with what all have in common, and says its id.
    fn add(&mut self, kind: &str, thing: &str, created: Micros, label: Option<Tlp>, fields: Value) -> String {
        let id = format!("{kind}--{}", uuid(&format!("{kind}:{}:{thing}", self.case)));
        let generated = self.report.header.generated;
        let label = label.unwrap_or(self.report.header.case_tlp);
        self.labels.insert(label);
        let mut object = json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "created": time(created),
            // A clock may run ahead: no object was changed before it was made.
            "modified": time(generated.max(created)),
            "object_marking_refs": [marking_id(label)],
        });
        if kind != "identity" {
            extend(&mut object, json!({ "created_by_ref": self.identity }));
        }
        extend(&mut object, fields);
        self.objects.insert(id.clone(), object);
        id
    }

    fn began(&self) -> Micros {
        self.report.header.began
    }

    fn identity(&mut self) {
        let name = format!("Incident response, case {}", self.case.get(..12).unwrap_or(self.case));
        self.add("identity", "", self.began(), None, json!({ "name": name, "identity_class": "group" }));
    }

    fn incident(&mut self) -> String {
        let name = self.report.header.title.clone().unwrap_or_else(|| "Incident".to_owned());
        let fields = json!({ "name": name, "description": self.report.summary.join("\n") });
        self.add("incident", "", self.began(), None, fields)
    }

    fn indicator(&mut self, it: &Indicator, incident: &str) {
        let kind = match it.state.as_str() {
            "bad" => "malicious-activity",
            "suspect" => "anomalous-activity",
            _ => return,
        };
        let label = it.marking.tlp;
        let Some(pattern) = pattern(&it.target) else {
            // What no pattern can say is said in words.
            let content = format!("{} is {}", it.target, it.state);
            let fields = json!({ "content": content, "object_refs": [incident] });
            self.add("note", &format!("indicator:{}", it.id), it.at, label, fields);
            return;
        };
        let from = it.from.unwrap_or(it.at);
        let mut fields = json!({
            "name": it.target,
            "indicator_types": [kind],
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": time(from),
        });
        // The end must lie behind the beginning, also in milliseconds.
        if let Some(to) = it.to.filter(|to| to.0 / 1_000 > from.0 / 1_000) {
            extend(&mut fields, json!({ "valid_until": time(to) }));
        }
        let words: Vec<&str> = [&it.reason, &it.source].into_iter().flatten().map(String::as_str).collect();
        if !words.is_empty() {
            extend(&mut fields, json!({ "description": words.join("; ") }));
        }
        let id = self.add("indicator", &it.id, it.at, label, fields);
        self.relation(&id, "related-to", incident, it.at);
    }

    fn relation(&mut self, from: &str, kind: &str, to: &str, created: Micros) {
        let fields = json!({ "relationship_type": kind, "source_ref": from, "target_ref": to });
        self.add("relationship", &format!("{from}:{kind}:{to}"), created, None, fields);
    }

    /// Adds an observable, which has neither times nor an author.
    fn observed(&mut self, kind: &str, contributing: Value, more: Value) -> String {
        let Value::Object(contributing) = contributing else { return String::new() };
        let id = observable(kind, &contributing);
        self.labels.insert(self.report.header.case_tlp);
        let mut object = json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "object_marking_refs": [marking_id(self.report.header.case_tlp)],
        });
        extend(&mut object, Value::Object(contributing));
        extend(&mut object, more);
        self.objects.insert(id.clone(), object);
        id
    }

    /// What was observed of an image; says the id of its `software`.
    fn image(&mut self, image: &Affected) -> String {
        let place = match image.registry.is_empty() {
            true => image.name.clone(),
            false => format!("{}/{}", image.registry, image.repository),
        };
        let mut refs = Vec::new();
        for digest in &image.digests {
            let Some(hex) = digest.value.strip_prefix("sha256:") else { continue };
            let contributing = json!({ "hashes": { "SHA-256": hex }, "name": place });
            let mime = match digest.kind.as_str() {
                "manifest" => Some("application/vnd.oci.image.manifest.v1+json"),
                "index" => Some("application/vnd.oci.image.index.v1+json"),
                "config" => Some("application/vnd.oci.image.config.v1+json"),
                _ => None,
            };
            let more = mime.map_or_else(|| json!({}), |mime| json!({ "mime_type": mime }));
            refs.push(self.observed("file", contributing, more));
        }
        let mut software = json!({ "name": place });
        if let Some(tag) = image.tags.first() {
            extend(&mut software, json!({ "version": tag }));
        }
        let software = self.observed("software", software, json!({}));
        refs.push(software.clone());
        let first = image.first_seen.unwrap_or(self.report.header.began);
        let last = image.last_seen.unwrap_or(first).max(first);
        let fields = json!({
            "first_observed": time(first),
            "last_observed": time(last),
            "number_observed": image.uses.unwrap_or(1).clamp(1, 999_999_999),
            "object_refs": refs,
        });
        let data = self.add("observed-data", &image.id, self.report.header.began, None, fields);
        if let Some(because) = &image.because {
            let indicator = format!("indicator--{}", uuid(&format!("indicator:{}:{}", self.case, because.indicator)));
            if self.objects.contains_key(&indicator) {
                self.relation(&indicator, "based-on", &data, self.report.header.began);
            }
        }
        software
    }

    /// What stands on what, among the images that are here.
    fn bases(&mut self, seen: &BTreeMap<&str, String>) {
        let report = self.report;
        for image in report.affected.iter().filter(|image| image.verdict >= Verdict::Suspect) {
            let Some(child) = seen.get(image.name.as_str()) else { continue };
            let bases = image.stands_on.iter().filter_map(|base| seen.get(base.name.as_str()));
            for base in bases.filter(|base| *base != child) {
                self.relation(child, "derived-from", base, report.header.began);
            }
        }
    }

    /// What was done against it, each with what proves it; it mitigates what is known bad.
    fn actions(&mut self, incident: &str) {
        let report = self.report;
        let bad = report.indicators.iter().filter(|indicator| indicator.state == "bad");
        let ids: Vec<String> =
            bad.map(|it| format!("indicator--{}", uuid(&format!("indicator:{}:{}", self.case, it.id)))).collect();
        let done = report.tasks.iter().filter(|task| task.state == "done" && ACTIONS.contains(&task.phase.as_str()));
        for task in done {
            let at = task.at.unwrap_or(report.header.generated);
            let proof =
                if task.evidence.is_empty() { String::new() } else { format!("; {}", task.evidence.join(", ")) };
            let fields = json!({ "name": task.title, "description": format!("Done {}{proof}", time(at)) });
            let action = self.add("course-of-action", &task.id, at, None, fields);
            self.relation(&action, "related-to", incident, at);
            for id in ids.iter().take(MITIGATED) {
                if self.objects.contains_key(id) {
                    self.relation(&action, "mitigates", id, at);
                }
            }
        }
    }

    fn notes(&mut self, incident: &str) {
        let report = self.report;
        for note in &report.notes {
            let Some(text) = note.text.as_deref().filter(|text| !text.trim().is_empty()) else { continue };
            let fields = json!({ "content": text, "authors": [note.author], "object_refs": [incident] });
            self.add("note", &note.event, note.at, note.marking.tlp, fields);
        }
    }

    fn report(&mut self) {
        let report = self.report;
        let header = &report.header;
        let refs: Vec<&String> = self.objects.keys().collect();
        let fields = json!({
            "name": header.title.clone().unwrap_or_else(|| "Incident summary".to_owned()),
            "description": format!("State {} of case {}, by {}", header.state, header.case, header.tool),
            "report_types": ["indicator", "observed-data"],
            "published": time(header.generated),
            "object_refs": refs,
        });
        let thing = format!("{}:{}", header.audience.as_str(), header.tlp.as_str());
        self.add("report", &thing, header.began, Some(header.tlp), fields);
    }
}

fn extend(object: &mut Value, fields: Value) {
    if let (Value::Object(object), Value::Object(fields)) = (object, fields) {
        object.extend::<Map<String, Value>>(fields);
    }
}
