//! What a CVSS vector says beside its score: whether it is exploited, and whether that can be automated.
//!
//! Scores are computed by the `cvss` crate, for versions 2 to 4. No vector is trusted to be one.

use std::str::FromStr as _;

use super::Exploitation;

/// The base score of a vector in tenths; `None` where it is no vector.
pub fn score(vector: &str) -> Option<u16> {
    let parsed = cvss::Cvss::from_str(vector.trim().trim_matches(['(', ')'])).ok()?;
    Some((parsed.score() * 10.0).round().clamp(0.0, 100.0) as u16)
}

/// How far it is exploited, where a metric says so: version 4 `E:A` is active; `E:P`, `E:F`, `E:H` and version 2's `E:POC`
/// are a proof of concept.
pub fn exploitation(vector: &str) -> Option<Exploitation> {
    match metric(vector, "E")? {
        "A" if vector.starts_with("CVSS:4") => Some(Exploitation::Active),
        "P" | "F" | "H" | "POC" => Some(Exploitation::Poc),
        "U" => Some(Exploitation::None),
        _ => None,
    }
}

/// Whether exploiting it can be automated, as version 4's `AU` tells.
pub fn automatable(vector: &str) -> Option<bool> {
    match metric(vector, "AU")? {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}

/// True where nothing stands between the network and it: `AV:N/AC:L/PR:N/UI:N`, in version 2 `AV:N/AC:L/Au:N`; false where
/// something does, and none where the vector does not tell. That it can be automated is then derived, not told.
pub fn is_open(vector: &str) -> Option<bool> {
    let is = |name, value| metric(vector, name).map(|told| told == value);
    let alone = is("Au", "N").or_else(|| all([is("PR", "N"), is("UI", "N")]));
    all([is("AV", "N"), is("AC", "L"), alone])
}

/// False where one is, else none where one is.
fn all<const N: usize>(told: [Option<bool>; N]) -> Option<bool> {
    match (told.contains(&Some(false)), told.contains(&None)) {
        (true, _) => Some(false),
        (false, unknown) => (!unknown).then_some(true),
    }
}

fn metric<'v>(vector: &'v str, name: &str) -> Option<&'v str> {
    vector.split('/').find_map(|part| part.strip_prefix(name)?.strip_prefix(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_all_versions() {
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:P/I:N/A:N", Some(50)),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", Some(53)),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", Some(100)),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(93)),
            ("", None),
            ("CVSS:9.9/AV:N", None),
            ("not a vector", None),
        ] {
            assert_eq!(score(vector), expected, "{vector}");
        }
    }

    #[test]
    fn what_vectors_say_of_exploitation() {
        assert_eq!(exploitation("CVSS:4.0/AV:N/AC:L/E:A"), Some(Exploitation::Active));
        assert_eq!(exploitation("CVSS:3.1/AV:N/E:F"), Some(Exploitation::Poc));
        assert_eq!(exploitation("AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC"), Some(Exploitation::Poc));
        assert_eq!(exploitation("CVSS:3.1/AV:N"), None);
        assert_eq!(automatable("CVSS:4.0/AV:N/AU:Y"), Some(true));
        for (vector, open) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U", Some(true)),
            ("AV:N/AC:L/Au:N/C:P", Some(true)),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R", Some(false)),
            ("CVSS:3.1/AV:L/AC:L/PR:N/UI:N", Some(false)),
            ("CVSS:3.1/AV:L/AC:L", Some(false)),
            ("CVSS:3.1/AV:N", None),
            ("garbage", None),
            ("", None),
        ] {
            assert_eq!(is_open(vector), open, "{vector}");
        }
    }
}
