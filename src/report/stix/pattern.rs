//! Patterns of STIX for what an indicator is about. Validators check grammar, not sense: only comparisons of an allow-list
//! are written (`file:hashes`, `file:name`, `domain-name:value`, `user-account:account_login`).

use crate::model::indicator::Target;

/// The pattern; none where no object of the specification fits, as for a CI action or a range of packages.
pub(super) fn pattern(target: &str) -> Option<String> {
    match Target::parse(target).ok()? {
        Target::Digest(digest) | Target::Layer(digest) => hash(digest.as_str()),
        Target::Tag(name) => Some(format!("[file:name = '{}']", quoted(&name))),
        Target::Repository(glob) => like("file:name", &glob),
        Target::Registry(glob) => like("domain-name:value", glob.split(':').next().unwrap_or_default()),
        // Of an account that stays out nothing is left to match.
        Target::Account(account) if account.starts_with('(') => None,
        Target::Account(account) => Some(format!("[user-account:account_login = '{}']", quoted(&account))),
        Target::Package(_) | Target::Action(_) | Target::Chain(_) => None,
    }
}

fn hash(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    let name = match algorithm {
        "sha256" => "SHA-256",
        "sha512" => "SHA-512",
        _ => return None,
    };
    Some(format!("[file:hashes.'{name}' = '{hex}']"))
}

/// A name, or a glob as `LIKE`, which has no way to say that `%` and `_` mean themselves.
fn like(path: &str, glob: &str) -> Option<String> {
    if !glob.contains('*') {
        return Some(format!("[{path} = '{}']", quoted(glob)));
    }
    (!glob.contains(['%', '_', '?'])).then(|| {
        let mut pattern = glob.replace('*', "%");
        while pattern.contains("%%") {
            pattern = pattern.replace("%%", "%");
        }
        format!("[{path} LIKE '{}']", quoted(&pattern))
    })
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_becomes_a_pattern() {
        let hex = "0f".repeat(32);
        let table = [
            (format!("digest:sha256:{hex}"), Some(format!("[file:hashes.'SHA-256' = '{hex}']"))),
            (format!("layer:sha256:{hex}"), Some(format!("[file:hashes.'SHA-256' = '{hex}']"))),
            ("tag:docker.io/a/b:1".into(), Some("[file:name = 'docker.io/a/b:1']".into())),
            ("tag:docker.io/a/b'c\\d:1".into(), Some("[file:name = 'docker.io/a/b\\'c\\\\d:1']".into())),
            ("repo:docker.io/harbourline/*".into(), Some("[file:name LIKE 'docker.io/harbourline/%']".into())),
            ("repo:docker.io/a_b/*".into(), None),
            ("registry:docker.io".into(), Some("[domain-name:value = 'docker.io']".into())),
            ("account:mallory".into(), Some("[user-account:account_login = 'mallory']".into())),
            ("account:(left out)".into(), None),
            ("action:evil/action@v1".into(), None),
            ("nonsense".into(), None),
        ];
        for (target, wanted) in table {
            assert_eq!(pattern(&target), wanted, "{target}");
        }
    }
}
