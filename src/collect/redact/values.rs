//! What a value looks like: already replaced, harmless, an image reference, random.

use super::MARK;

/// True where nothing but marks and punctuation is left.
pub(super) fn is_marked(value: &[u8]) -> bool {
    let mut rest = value;
    let mut marks = 0;
    while let Some(byte) = rest.first() {
        if let Some(after) = rest.strip_prefix(MARK.as_bytes()) {
            rest = after;
            marks += 1;
        } else if byte.is_ascii_whitespace() || b"\"'`,;\\".contains(byte) {
            rest = rest.get(1..).unwrap_or_default();
        } else {
            return false;
        }
    }
    marks > 0
}

/// True for a reference to a variable or a template without a literal default: `${X}`, `$(X)`, `$X`, `${{ x }}`, `{{ x }}`.
pub(super) fn is_variable(value: &[u8]) -> bool {
    let name =
        |inner: &[u8]| !inner.is_empty() && inner.iter().all(|b| b.is_ascii_alphanumeric() || b"_.- ".contains(b));
    let between = |open: &str, close: &str| {
        value.strip_prefix(open.as_bytes()).and_then(|v| v.strip_suffix(close.as_bytes())).is_some_and(name)
    };
    let bare = || {
        value
            .strip_prefix(b"$")
            .is_some_and(|v| name(v) && !v.contains(&b' ') && !v.first().is_some_and(u8::is_ascii_digit))
    };
    between("${{", "}}") || between("{{", "}}") || between("${", "}") || between("$(", ")") || bare()
}

/// A value that cannot be a secret even beside a telling name.
pub(super) fn is_harmless(value: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "none",
        "~",
        "nil",
        "undefined",
        "enabled",
        "disabled",
        "<none>",
        "<unset>",
        "<nil>",
        "<no value>",
        "|",
        ">",
        "|-",
        ">-",
        "|+",
        ">+",
        "{}",
        "[]",
        "{",
        "[",
        "\"\"",
        "''",
    ];
    let value = value.trim_ascii();
    let word = WORDS.iter().any(|w| value.eq_ignore_ascii_case(w.as_bytes()));
    let number = value.len() <= 6 && value.iter().all(u8::is_ascii_digit);
    // `<set to the key 'password' in secret 'db'>` of kubectl describe.
    let described = value.starts_with(b"<set to the key ") && value.ends_with(b">");
    let masked = value.iter().all(|b| *b == b'*');
    let told = word || number || described || masked || is_reference_to_secret(value);
    told || is_marked(value) || is_variable(value) || is_certain_image(value)
}

/// `type=file,id=npm,src=PATH`: how builds say which secret they are given (buildx, `secret` of a bake target). It names one
/// and holds none, unless what stands there as a name is random.
fn is_reference_to_secret(value: &[u8]) -> bool {
    let mut named = false;
    let fits = value.split(|b| *b == b',').all(|field| {
        let Some(at) = field.iter().position(|b| *b == b'=') else { return false };
        let (key, value) = (field.get(..at).unwrap_or_default(), field.get(at + 1..).unwrap_or_default());
        named |= key == b"id";
        matches!(key, b"type" | b"id" | b"src" | b"source" | b"env") && !value.is_empty() && !is_random(value)
    });
    fits && named
}

/// `algorithm:hex` of a length that fits.
fn is_digest(value: &[u8]) -> bool {
    [("sha256:", 64), ("sha384:", 96), ("sha512:", 128)].iter().any(|(prefix, length)| {
        value
            .strip_prefix(prefix.as_bytes())
            .is_some_and(|hex| hex.len() == *length && hex.iter().all(u8::is_ascii_hexdigit))
    })
}

/// True for what can be read as an image reference without credentials, after the grammar of distribution/reference:
/// `[host[:port]/]path[/path…][:tag][@digest]`. A single lower-case word is one.
pub(super) fn is_image(value: &[u8]) -> bool {
    if value.is_empty() || value.len() > 512 {
        return false;
    }
    let (name, digest) = match value.iter().position(|b| *b == b'@') {
        Some(at) => (value.get(..at).unwrap_or_default(), value.get(at + 1..).unwrap_or_default()),
        None => (value, &b""[..]),
    };
    if name.len() < value.len() && !is_digest(digest) {
        return false;
    }
    let last_slash = name.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
    let (path, tag) = match name.iter().rposition(|b| *b == b':').filter(|at| *at >= last_slash) {
        Some(at) => (name.get(..at).unwrap_or_default(), name.get(at + 1..)),
        None => (name, None),
    };
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || b"_.-".contains(b);
    let tag_fits = tag.is_none_or(|t| !t.is_empty() && t.len() <= 128 && t.iter().all(is_word));
    let mut parts = path.split(|b| *b == b'/');
    let first = parts.next().unwrap_or_default();
    let rest_fits = parts.all(is_path_part);
    let first_fits = is_path_part(first) || (path.len() > first.len() && is_host(first));
    tag_fits && rest_fits && first_fits
}

fn is_path_part(part: &[u8]) -> bool {
    part.first().is_some_and(u8::is_ascii_alphanumeric)
        && part.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.-".contains(b))
}

fn is_host(part: &[u8]) -> bool {
    let (host, port) = match part.iter().rposition(|b| *b == b':') {
        Some(at) => (part.get(..at).unwrap_or_default(), part.get(at + 1..).unwrap_or_default()),
        None => (part, &b"0"[..]),
    };
    !host.is_empty()
        && host.iter().all(|b| b.is_ascii_alphanumeric() || b".-[]:".contains(b))
        && !port.is_empty()
        && port.iter().all(u8::is_ascii_digit)
}

/// An image reference that can be nothing else: a bare digest, or one with a registry and a tag or digest.
pub(super) fn is_certain_image(value: &[u8]) -> bool {
    let pulled = [&b"docker-pullable://"[..], b"docker://", b"containerd://", b"cri-o://"]
        .iter()
        .find_map(|scheme| value.strip_prefix(*scheme))
        .unwrap_or(value);
    if is_digest(pulled) {
        return true;
    }
    let first = pulled.split(|b| *b == b'/').next().unwrap_or_default();
    let with_registry = first.len() < pulled.len() && first.iter().any(|b| *b == b'.' || *b == b':');
    let last = pulled.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let with_digest = pulled.contains(&b'@');
    is_image(pulled) && (with_digest || (with_registry && last.contains(&b':')))
}

/// A word that looks random: 20 characters or more of the alphabets keys are written in, upper and lower case and digits
/// mixed, and at least 3.5 bits of Shannon entropy a character.
pub(super) fn is_random(word: &[u8]) -> bool {
    if word.len() < 20 || word.len() > 4096 {
        return false;
    }
    let alphabet = |b: &u8| b.is_ascii_alphanumeric() || b"+/=_-.~".contains(b);
    let mixed = word.iter().any(u8::is_ascii_uppercase)
        && word.iter().any(u8::is_ascii_lowercase)
        && word.iter().filter(|b| b.is_ascii_digit()).count() >= 2;
    mixed && word.iter().all(alphabet) && entropy(word) >= 3.5
}

/// Shannon entropy in bits a byte.
fn entropy(word: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in word {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let length = word.len() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / length).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";

    #[test]
    fn images_are_told_from_credentials() {
        for image in [
            "nginx",
            "nginx:1.25",
            "library/nginx",
            "registry.corp:5000/team/web:1.2.3",
            "localhost:5000/a/b",
            "ghcr.io/x/y:V1_2",
            "[::1]:5000/a",
        ] {
            assert!(is_image(image.as_bytes()), "{image}");
            assert!(is_image(format!("{image}@sha256:{HEX}").as_bytes()), "{image}");
        }
        for other in ["user:pass@host/x", "Hunter2!", "a b", "", "nginx@sha256:12", "https://x/y", "-x"] {
            assert!(!is_image(other.as_bytes()), "{other}");
        }
        assert!(is_certain_image(format!("docker-pullable://nginx@sha256:{HEX}").as_bytes()));
        assert!(is_certain_image(format!("sha256:{HEX}").as_bytes()));
        assert!(!is_certain_image(b"hunter2") && !is_certain_image(b"hunter:2"));
    }

    #[test]
    fn harmless_values_are_few() {
        for value in ["", "true", "123456", "[redacted]", "${DB}", "$(POD_IP)", "${{ secrets.X }}", "***", "$HOME"] {
            assert!(is_harmless(value.as_bytes()), "{value}");
        }
        assert!(is_harmless(b"type=file,id=npm,src=./npm.txt") && is_harmless(b"id=npm"));
        for value in ["id=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1", "id=npm,pin=hunter2", "src=x", "id="] {
            assert!(!is_harmless(value.as_bytes()), "{value}");
        }
        for value in ["1234567", "${DB:-hunter2}", "hunter2", "[redacted]x", "$1$salt$hash", "{{ printf \"x\" }}"] {
            assert!(!is_harmless(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn random_words_are_mixed_and_long() {
        assert!(is_random(b"wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1"));
        assert!(!is_random(HEX.as_bytes()) && !is_random(b"Short1a") && !is_random(b"AAAAAAAAAAAAAAAAAAAAAAAAa11"));
    }
}
