//! What an object says of itself that bears on judging, as it is kept: labels and the details that readers took.
//!
//! The text form is the same for objects that say the same, so that a thousand pods of one workload share it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Labels that name a single pod or a single template: nothing is selected by them, and each would make its own text.
const OF_ONE: [&str; 8] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
    "job-name",
    "batch.kubernetes.io/job-name",
    "apps.kubernetes.io/pod-index",
];

/// Details that judging asks for.
const DETAILS: [&str; 30] = [
    "annotations",
    "automount",
    "capabilities",
    "egressLimited",
    "egressRules",
    "externalIPs",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostPaths",
    "hostPorts",
    "ingressFromAnywhere",
    "ingressRules",
    "parents",
    "podLabels",
    "podSelector",
    "powers",
    "priorityClass",
    "privileged",
    "replicas",
    "role",
    "roleAnnotations",
    "secrets",
    "selector",
    "serviceAccount",
    "services",
    "subjects",
    "suspend",
    "type",
    "types",
];

/// True for a label that is kept.
pub fn kept_label(key: &str) -> bool {
    !OF_ONE.contains(&key)
}

/// True for a detail that is kept.
pub fn kept_detail(key: &str) -> bool {
    DETAILS.binary_search(&key).is_ok()
}

/// What an object says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traits {
    /// Its labels.
    #[serde(rename = "l", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its details.
    #[serde(rename = "d", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Value>,
}

impl Traits {
    /// Reads the text form; what is no such text says nothing.
    pub fn parse(text: &str) -> Traits {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// A detail that is a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.details.get(key)?.as_str()
    }

    /// A detail that is a yes.
    pub fn is(&self, key: &str) -> bool {
        self.details.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A detail that is a list of texts.
    pub fn list<'t>(&'t self, key: &str) -> impl Iterator<Item = &'t str> + use<'t> {
        self.details.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// How many elements a detail has.
    pub fn len(&self, key: &str) -> usize {
        self.details.get(key).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// A detail that is a map of texts.
    pub fn map(&self, key: &str) -> BTreeMap<String, String> {
        let map = self.details.get(key).and_then(Value::as_object);
        let pairs = map.into_iter().flatten().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())));
        pairs.collect()
    }

    /// The labels that a selector is held against: those of the template where it has one, else its own.
    pub fn pod_labels(&self) -> BTreeMap<String, String> {
        if self.details.contains_key("podLabels") { self.map("podLabels") } else { self.labels.clone() }
    }

    /// Scaled to nothing, or suspended.
    pub fn is_at_rest(&self) -> bool {
        self.is("suspend") || self.details.get("replicas").and_then(Value::as_i64) == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_sorted_so_that_they_are_found() {
        assert!(DETAILS.is_sorted());
        assert!(kept_detail("annotations") && kept_detail("types") && !kept_detail("clusterIP"));
        assert!(kept_label("app") && !kept_label("pod-template-hash"));
    }

    #[test]
    fn any_text_is_read() {
        assert_eq!(Traits::parse("{"), Traits::default());
        assert_eq!(Traits::parse(r#"{"l":[1]}"#), Traits::default());
        let traits = Traits::parse(r#"{"l":{"a":"b"},"d":{"replicas":0,"secrets":["s",7],"hostPID":true}}"#);
        assert!(traits.is_at_rest() && traits.is("hostPID") && !traits.is("secrets"));
        assert_eq!(traits.list("secrets").collect::<Vec<_>>(), ["s"]);
        assert_eq!(traits.pod_labels(), BTreeMap::from([("a".to_owned(), "b".to_owned())]));
    }
}
