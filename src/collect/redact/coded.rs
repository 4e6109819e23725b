//! JSON in base64 inside of a string: the statement of an attestation, the image config that a scanner puts into its report.
//! What is in there is no less readable for being coded.

use super::{Redactions, embedded};
use crate::model::base64;

/// The most that is decoded; a longer text is no image's config and no statement.
const LARGEST: usize = 16 << 20;

/// True where a text may hold JSON in base64.
pub(super) fn is_likely(text: &[u8]) -> bool {
    base64::may_hold_json(text)
}

/// The text with the secrets in what it holds replaced; `None` where it holds none, or is no base64 of JSON.
pub(super) fn redact(text: &[u8], depth: u8, counts: &mut Redactions) -> Option<Vec<u8>> {
    let json = (text.len() <= LARGEST).then(|| base64::decode(text))?.filter(|json| embedded::is_likely(json))?;
    embedded::redact(&json, depth, counts).map(|clean| base64::encode(&clean).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::{MARK, Shape, redact_segment};
    use super::*;

    fn redacted(json: &str) -> (String, u64) {
        let (mut out, mut again) = (Vec::new(), Vec::new());
        let counts = redact_segment(Shape::Json, json.as_bytes(), &mut out);
        redact_segment(Shape::Json, &out, &mut again);
        assert_eq!(out, again, "not idempotent");
        (String::from_utf8(out).unwrap(), counts.total())
    }

    #[test]
    fn a_config_in_base64_loses_its_secrets_and_nothing_else() {
        let config =
            r#"{"config":{"Env":["PATH=/usr/bin","DB_PASSWORD=hunter22"]},"rootfs":{"diff_ids":["sha256:aa"]}}"#;
        let (text, found) = redacted(&format!(r#"{{"config":"{}"}}"#, base64::encode(config.as_bytes())));
        let inner: serde_json::Value = serde_json::from_str(&text).unwrap();
        let inner = base64::decode(inner["config"].as_str().unwrap().as_bytes()).unwrap();
        let expected = config.replace("hunter22", MARK);
        assert_eq!((String::from_utf8(inner).unwrap(), found), (expected, 1));
    }

    #[test]
    fn what_holds_no_secret_stays_byte_for_byte() {
        // Without padding, as some write it: it must not be coded anew.
        let plain = base64::encode(br#"{"schemaVersion":2,"layers":[]} "#);
        let text = format!(r#"{{"manifest":"{}","name":"eyewear-and-other-fine-goods"}}"#, plain.trim_end_matches('='));
        assert_eq!(redacted(&text), (text.clone(), 0));
    }

    #[test]
    fn coding_within_coding_ends() {
        let mut json = r#"{"password":"hunter22hunter22"}"#.to_owned();
        for _ in 0..12 {
            json = format!(r#"{{"payload":"{}"}}"#, base64::encode(json.as_bytes()));
        }
        let (text, _) = redacted(&json);
        assert!(text.len() >= json.len() / 2);
    }
}
