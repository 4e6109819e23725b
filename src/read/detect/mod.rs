//! Names the format of evidence by its content, never by its name: the first bytes decide, and where they are in doubt
//! no reader is given them. A refusal to read says what the bytes look like.

mod binary;
mod ci;
mod dockerfile;
mod engine;
mod json;
mod lineage;
mod machines;
mod pulls;
mod text;
mod yaml;

use std::borrow::Cow;

use super::{Format, environment};

/// What the first bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// A format that a reader knows.
    Known(Format),
    /// None.
    Unknown {
        /// What it looks like, in words for people.
        reason: String,
        /// Whether it is text; bytes that are neither understood nor text are not stored.
        text: bool,
    },
}

/// Names the format of decoded bytes. `head` holds the first bytes (256 KiB are enough), `complete` tells whether that is
/// all there is; `name` is the file's, and counts only where the content fits two formats.
pub fn detect(head: &[u8], complete: bool, name: &str) -> Detection {
    if let Some(reason) = binary::looks_like(head) {
        return Detection::Unknown { reason: reason.to_owned(), text: false };
    }
    let text = as_text(head, complete);
    let text = text.trim_start_matches('\u{feff}');
    let found = match after_prompt(text).as_bytes() {
        [] if complete => Err("the file is empty".to_owned()),
        // `{{` begins a template, `[INFO]` a log.
        [b'{', next, ..] if !b"{%".contains(next) => json::detect(after_prompt(text)),
        // A table of TOML, not a list in a list.
        [b'[', b'[', b'r', ..] if engine::is_settings(text) => Ok(Format::RegistryMirrors),
        [b'[', rest @ ..] if rest.trim_ascii_start().first().is_none_or(|b| b"{[]\"-0123456789".contains(b)) => {
            json::detect(after_prompt(text))
        }
        _ if text.lines().take(20).any(|line| line.starts_with("SPDXVersion:")) => Ok(Format::SpdxTagValue),
        _ if environment::is_environment(text, complete, name) => Ok(Format::Environment),
        _ => ci::hcl(text, name)
            .or_else(|| yaml::detect(text, name))
            .unwrap_or_else(|| text::detect(text, complete, name)),
    };
    match found {
        Ok(format) => Detection::Known(format),
        Err(reason) => Detection::Unknown { reason, text: true },
    }
}

/// Bytes as text. What is cut off within its last character is left out; anything else that is none is replaced.
fn as_text(head: &[u8], complete: bool) -> Cow<'_, str> {
    match std::str::from_utf8(head) {
        Ok(text) => Cow::Borrowed(text),
        Err(cut) if !complete && cut.error_len().is_none() => {
            let whole = head.get(..cut.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok());
            Cow::Borrowed(whole.unwrap_or_default())
        }
        Err(_) => String::from_utf8_lossy(head),
    }
}

/// The text after the lines of a prompt, or of warnings, that a paste has above JSON; else the text itself.
fn after_prompt(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some((line, after)) = rest.split_once('\n') {
        if !super::text::is_beside(line) || line.starts_with('#') {
            break;
        }
        rest = after.trim_start();
    }
    if rest.starts_with(['{', '[']) { rest } else { text.trim_start() }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn word(text: &str) -> String {
        match detect(text.as_bytes(), true, "") {
            Detection::Known(format) => format.as_str().to_owned(),
            Detection::Unknown { reason, text } => format!("{}: {reason}", if text { "text" } else { "binary" }),
        }
    }

    #[test]
    fn kubernetes_objects_in_every_dress() {
        for json in [
            r#"{"kind":"Pod","apiVersion":"v1","metadata":{}}"#,
            r#"{"kind":"PodList","apiVersion":"v1","items":[]}"#,
            r#"{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Pod"#,
            r#"{"type":"ADDED","object":{"kind":"Pod"}}"#,
            r#"{"metadata":{"name":"x"},"spec":{"containers":[]}}"#,
            r#"[{"kind":"Pod","apiVersion":"v1"}]"#,
            "$ kubectl get pods -o json\nW1121 00:00:00.000000 1 warnings.go:70] v1 x\n{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}",
            "\u{feff}\r\n{\"apiVersion\":\"meta.k8s.io/v1\",\"kind\":\"Table\"}",
        ] {
            assert_eq!(word(json), "kubernetes-json", "{json}");
        }
        for yaml in [
            "apiVersion: v1\nkind: Pod\n",
            "# Source: a\n---\nfoo: bar\n---\nkind: Pod\napiVersion: v1\n",
            "apiVersion: v1\r\nitems:\r\n- apiVersion: v1\r\n",
            "{{- if .Values.a }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n",
            "---\n{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\n",
        ] {
            assert_eq!(word(yaml), "kubernetes-yaml", "{yaml}");
        }
    }

    #[test]
    fn what_tells_of_vulnerabilities_by_lines() {
        assert_eq!(word("# made by a tool\nSPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n"), "spdx-tag-value");
        let scores =
            "#model_version:v2025.03.14,score_date:2025-09-01T12:55:00Z\ncve,epss,percentile\nCVE-2024-3094,0.9,0.99\n";
        assert_eq!(word(scores), "epss-csv");
    }

    #[test]
    fn refusals_and_text() {
        assert_eq!(word(r#"{"kind":"Status","apiVersion":"v1","status":"Failure","code":403}"#), "refusal");
        assert_eq!(word("Error from server (Forbidden): pods is forbidden\n"), "refusal");
        assert_eq!(word("NAMESPACE   NAME   READY   STATUS\nprod   a   1/1   Running\n"), "kubectl-table");
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (content, reason) in [
            ("", "empty"),
            ("SQLite format 3\0", "SQLite"),
            ("PK\u{3}\u{4}", "zip"),
            ("a\0b", "binary"),
            ("services:\n  web:\n    image: a\n", "compose"),
            ("ARG A=b\n", "without a FROM"),
            ("on: push\njobs:\n  a: {}\n", "no reader knows it"),
            ("openapi: 3.0.0\n", "OpenAPI"),
            (r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[]}"#, "SARIF"),
            ("spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n", "SPDX"),
            ("<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">", "CycloneDX"),
            (r#"{"a":1}"#, "JSON"),
            (r#"[1,2]"#, "JSON"),
            ("{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\"}", "discovery"),
            ("apiVersion: v1\nkind: Config\nclusters: []\nusers: []\n", "kubeconfig"),
            ("Hello, this is a letter.\nIt names nginx:1.\n", "plain text"),
            ("2026-11-21T00:00:00Z INFO started\n", "plain text"),
            ("<html></html>", "HTML or XML"),
            ("Name:   api\nNamespace:   prod\n", "describe"),
            ("ok", "plain text"),
        ] {
            let word = word(content);
            assert!(word.contains(reason), "{content:?} is {word:?}, not {reason:?}");
        }
        assert!(matches!(detect(&[0x1f, 0x8b, 8, 0], false, ""), Detection::Unknown { text: false, .. }));
    }
}
