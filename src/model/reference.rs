//! Image references after the grammar of distribution/reference (`reference.go`, `normalize.go`).
//!
//! A reference keeps what was written; the canonical form stands beside it. Nothing is guessed: a name that the grammar
//! refuses is refused with the reason.

use std::fmt;

use super::digest::Digest;

/// The registry that short names belong to.
pub const DOCKER_HUB: &str = "docker.io";

/// Most characters in a repository's path, the registry not counted (`RepositoryNameTotalLengthMax`).
pub const LONGEST_REPOSITORY: usize = 255;

/// Most characters in a tag.
pub const LONGEST_TAG: usize = 128;

/// A parsed image reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    written: String,
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
    registry_written: bool,
}

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReference {
    /// Nothing was written.
    #[error("the image name is empty")]
    Empty,
    /// 64 hex digits are an image ID.
    #[error("64 hex digits are an image ID, not a name")]
    ImageId,
    /// The repository has an upper-case letter.
    #[error("a repository name must be lower case")]
    UpperCase,
    /// Longer than 255 characters.
    #[error("the repository name is longer than 255 characters")]
    TooLong,
    /// A digest with an unknown shape.
    #[error("the part after @ is not a digest")]
    BadDigest,
    /// Anything else.
    #[error("not an image reference (grammar of distribution/reference)")]
    Grammar,
}

impl Reference {
    /// Parses and normalises what a person or a file wrote, as `ParseNormalizedNamed` does, in one pass over the text.
    ///
    /// Digests are held to what runtimes register (sha256, sha384, sha512, lower-case hex of the right length). A bare
    /// `sha256:…` is refused as an image ID, as `ParseAnyReference` has it: it would otherwise read as a tag of a
    /// repository called `sha256`.
    pub fn parse(written: &str) -> Result<Self, NotAReference> {
        if written.is_empty() {
            return Err(NotAReference::Empty);
        }
        if is_image_id(written) || registered_digest(written).is_some() {
            return Err(NotAReference::ImageId);
        }
        let (before_digest, digest) = match written.split_once('@') {
            Some((before, digest)) => (before, Some(digest)),
            None => (written, None),
        };
        let (domain, rest) = split_domain(before_digest);
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (rest, None),
        };
        // A first component such as `my_host.local` is no domain by the grammar; the library then takes it for a part of
        // the path and keeps the name as it stands, and runtimes ask the host of that name.
        let lenient = domain.is_some_and(|domain| !is_domain(domain));
        if let (Some(domain), true) = (domain, lenient) {
            check_path(domain)?;
        }
        check_path(path)?;
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(NotAReference::Grammar);
        }
        let registry = match domain {
            None | Some("index.docker.io") => DOCKER_HUB,
            Some(domain) => domain,
        };
        let official = registry == DOCKER_HUB && !path.contains('/');
        let repository = if official { format!("library/{path}") } else { path.to_owned() };
        let counted = if lenient { registry.len() + 1 + repository.len() } else { repository.len() };
        if counted > LONGEST_REPOSITORY {
            return Err(NotAReference::TooLong);
        }
        let digest = digest.map(|digest| registered_digest(digest).ok_or(NotAReference::BadDigest)).transpose()?;
        Ok(Reference {
            written: written.to_owned(),
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest,
            registry_written: domain.is_some(),
        })
    }

    /// What was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The registry, `docker.io` for short names.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository within the registry, `library/nginx` for `nginx`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, where one was written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where one was written.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// False for short names: CRI-O resolves them through its own search list.
    pub fn registry_was_written(&self) -> bool {
        self.registry_written
    }

    /// `registry/repository`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// `registry/repository:tag`, with `latest` where neither tag nor digest was written; without a tag where only a
    /// digest was. This is the image list's `name`.
    pub fn canonical(&self) -> String {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => format!("{}:{tag}", self.name()),
            (None, Some(_)) => self.name(),
            (None, None) => format!("{}:latest", self.name()),
        }
    }
}

impl fmt::Display for Reference {
    /// The canonical form with the digest, where one was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())?;
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// The registry, where the first component is one: `localhost`, or with `.`, `:` or an upper-case letter in it.
fn split_domain(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((first, rest))
            if first == "localhost" || first.bytes().any(|b| b == b'.' || b == b':' || b.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        _ => (None, name),
    }
}

/// `host [":" port]`, a host being dotted labels or a bracketed IPv6 address without zone.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, after)) => {
            let address_fits = !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
            (address_fits, after.strip_prefix(':').or(after.is_empty().then_some("0")))
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, "0"));
            (host.split('.').all(is_domain_label), Some(port))
        }
    };
    host && port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Letters, digits and dashes, neither beginning nor ending with a dash.
fn is_domain_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Components of lower-case letters and digits, separated within by one `.`, one or two `_` or any number of `-`, and
/// from each other by `/`.
fn check_path(path: &str) -> Result<(), NotAReference> {
    // Bytes of the separator that is open; a component and the path begin and end with none.
    let mut separator = 0_usize;
    let mut last = b'/';
    for byte in path.bytes() {
        let fits = match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'A'..=b'Z' => return Err(NotAReference::UpperCase),
            b'.' | b'/' => separator == 0 && last != b'/',
            b'_' => last != b'/' && (separator == 0 || (separator == 1 && last == b'_')),
            b'-' => last != b'/' && (separator == 0 || last == b'-'),
            _ => false,
        };
        if !fits {
            return Err(NotAReference::Grammar);
        }
        separator = if matches!(byte, b'.' | b'_' | b'-') { separator + 1 } else { 0 };
        last = byte;
    }
    if separator == 0 && last != b'/' { Ok(()) } else { Err(NotAReference::Grammar) }
}

/// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
fn is_tag(text: &str) -> bool {
    text.len() <= LONGEST_TAG
        && !text.is_empty()
        && !text.starts_with(['.', '-'])
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// 64 lower-case hex digits: an image ID that engines print without `sha256:`.
fn is_image_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// A digest that a runtime would take: a registered algorithm, lower-case hex of its length.
fn registered_digest(text: &str) -> Option<Digest> {
    let (algorithm, hex) = text.split_once(':')?;
    let registered = matches!(algorithm, "sha256" | "sha384" | "sha512");
    if registered && hex.bytes().all(is_lower_hex) { Digest::parse(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    fn parts(text: &str) -> (String, String, Option<String>, Option<String>) {
        let r = Reference::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(r.written(), text);
        let digest = r.digest().map(|d| d.to_string());
        (r.registry().to_owned(), r.repository().to_owned(), r.tag().map(str::to_owned), digest)
    }

    #[test]
    fn takes_names_apart() {
        let sha256 = format!("sha256:{HEX}");
        let table: &[(&str, &str, &str, Option<&str>, bool)] = &[
            ("nginx", "docker.io", "library/nginx", None, false),
            ("test.com:5000", "docker.io", "library/test.com", Some("5000"), false),
            ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", Some("8080"), false),
            ("localhost:5000", "docker.io", "library/localhost", Some("5000"), false),
            ("localhost", "docker.io", "library/localhost", None, false),
            ("localhost/a", "localhost", "a", None, false),
            ("localhost:5000/a/b:2", "localhost:5000", "a/b", Some("2"), false),
            ("test:5000/repo@", "test:5000", "repo", None, true),
            ("test:5000/repo:tag@", "test:5000", "repo", Some("tag"), true),
            ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", Some("5050"), false),
            ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", None, false),
            ("[2001:db8::1]:5000/repo:tag@", "[2001:db8::1]:5000", "repo", Some("tag"), true),
            ("[::1]:5000/a", "[::1]:5000", "a", None, false),
            ("index.docker.io/library/foo:1", "docker.io", "library/foo", Some("1"), false),
            ("index.docker.io:443/foo", "index.docker.io:443", "foo", None, false),
            ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", None, false),
            ("test_com/foo", "docker.io", "test_com/foo", None, false),
            ("DOCKER/docker", "DOCKER", "docker", None, false),
            ("Uppercase/lowercase:tag", "Uppercase", "lowercase", Some("tag"), false),
            ("lowercase:Uppercase", "docker.io", "library/lowercase", Some("Uppercase"), false),
            ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", Some("xn--n3h.com"), false),
            ("b.gcr.io/test.example.com/my-app:x", "b.gcr.io", "test.example.com/my-app", Some("x"), false),
            ("docker---rules/dock__er", "docker.io", "docker---rules/dock__er", None, false),
            ("a_b.local/c", "a_b.local", "c", None, false),
            ("busybox:_under-_.x", "docker.io", "library/busybox", Some("_under-_.x"), false),
        ];
        for (text, registry, repository, tag, digest) in table {
            let text = if *digest { format!("{text}{sha256}") } else { (*text).to_owned() };
            let wanted = ((*registry).to_owned(), (*repository).to_owned(), tag.map(str::to_owned));
            let (r, p, t, d) = parts(&text);
            assert_eq!((r, p, t), wanted, "{text}");
            assert_eq!(d.as_deref(), digest.then_some(sha256.as_str()), "{text}");
        }
    }

    #[test]
    fn canonical_forms() {
        let of = |text: &str| Reference::parse(text).unwrap().to_string();
        assert_eq!(of("nginx"), "docker.io/library/nginx:latest");
        assert_eq!(of("index.docker.io/library/nginx:latest"), of("docker.io/nginx"));
        let pinned = format!("nginx@sha256:{HEX}");
        assert_eq!(of(&pinned), format!("docker.io/library/{pinned}"));
        assert_eq!(Reference::parse(&pinned).unwrap().canonical(), "docker.io/library/nginx");
        let both = format!("a.example/b:1@sha256:{HEX}");
        assert_eq!(of(&both), both);
        assert_eq!(Reference::parse(&both).unwrap().canonical(), "a.example/b:1");
        let hexes = format!("docker.io/{HEX}");
        assert_eq!(of(&hexes), format!("docker.io/library/{HEX}:latest"));
        assert!(!Reference::parse("nginx").unwrap().registry_was_written());
        assert!(Reference::parse("docker.io/nginx").unwrap().registry_was_written());
    }

    #[test]
    fn refuses_with_the_reason() {
        use NotAReference::*;
        let upper_hex = HEX.to_uppercase();
        let table = [
            ("", Empty),
            (HEX, ImageId),
            (&format!("sha256:{HEX}"), ImageId),
            ("Uppercase:tag", UpperCase),
            ("docker/Docker", UpperCase),
            ("test:5000/Uppercase/lowercase:tag", UpperCase),
            ("Foo_bar/baz", UpperCase),
            ("repo@sha256:ffffffffffffffffffffffffffffffffff", BadDigest),
            (&format!("validname@invaliddigest:{HEX}"), BadDigest),
            (&format!("repo@sha256:{upper_hex}"), BadDigest),
            (&format!("repo@SHA256:{HEX}"), BadDigest),
            (&format!("repo@sha256:{HEX}@sha256:{HEX}"), BadDigest),
            ("repo@", BadDigest),
            ("nginx@sha256", BadDigest),
            (&format!("@sha256:{HEX}"), Grammar),
        ];
        for (text, reason) in table {
            assert_eq!(Reference::parse(text), Err(reason), "{text}");
        }
        let malformed = "\
            :justtag|aa/asdf$$^/aa|[2001:db8::1]|[2001:db8::1]:5000|[2001:db8::1]:tag|[fe80::1%eth0]:5000/repo|\
            [fc00::1]|[fc00::1]5000/a|[::1]:/a|[]:5000/a|fc00::1:5000/debian|[2001:db8:3:4::192.0.2.33]:5000/debian|\
            https://github.com/docker/docker|-docker|-docker/docker|-docker.io/docker/docker|docker///docker|\
            docker.io/docker///docker|docker-/docker|____/____|_docker/_docker|dock..er/docker|dock_.er/docker|\
            dock-.er/docker|dock___er/docker|docker/|/docker|docker.io/|a:|a:b:c|a:.b|a:-b|a:b/c|a b|nginx |é|nginx:é|\
            host:port/a|host:/a|a-.example/b|a..example/b|${REGISTRY}/a|{{ .Values.image }}|a\\b|-foo|foo:\n";
        for text in malformed.split('|') {
            assert_eq!(Reference::parse(text), Err(Grammar), "{text}");
        }
    }

    #[test]
    fn lengths() {
        let path = |n: usize| "a/".repeat(n) + "a:tag-puts-this-over-max";
        assert!(Reference::parse(&path(127)).is_ok());
        assert_eq!(Reference::parse(&path(128)), Err(NotAReference::TooLong));
        assert_eq!(Reference::parse(&"a".repeat(247)).unwrap().repository().len(), 255);
        assert_eq!(Reference::parse(&"a".repeat(248)), Err(NotAReference::TooLong));
        assert!(Reference::parse(&format!("long.registry.example/{}", "a".repeat(255))).is_ok());
        assert!(Reference::parse(&format!("a:{}", "t".repeat(128))).is_ok());
        assert_eq!(Reference::parse(&format!("a:{}", "t".repeat(129))), Err(NotAReference::Grammar));
        assert_eq!(Reference::parse(&format!("a_b.c/{}", "a".repeat(250))), Err(NotAReference::TooLong));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,300}") {
            let _ = Reference::parse(&text);
        }

        /// Text near the grammar is refused, or reads the same again from its canonical form.
        #[test]
        fn round_trip(text in r"(([A-Za-z0-9._-]{1,9}|\[[0-9a-f:]{1,8}\])(:[0-9]{0,5})?/)?[a-z0-9._/-]{1,20}(:[A-Za-z0-9_.-]{0,9})?(@sha256:[0-9a-f]{64})?") {
            if let Ok(first) = Reference::parse(&text) {
                let shown = first.to_string();
                let again = Reference::parse(&shown).unwrap();
                prop_assert_eq!((again.to_string(), again.canonical()), (shown, first.canonical()));
                prop_assert_eq!((again.registry(), again.repository()), (first.registry(), first.repository()));
                prop_assert_eq!(again.digest(), first.digest());
                let default = first.digest().is_none().then_some("latest");
                prop_assert_eq!(again.tag(), first.tag().or(default));
                prop_assert!(again.registry_was_written());
            }
        }

        /// What the grammar makes is always taken.
        #[test]
        fn takes_what_the_grammar_makes(
            domain in r"([A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?(\.[a-z0-9]{1,5}){1,3}|\[:[0-9a-fA-F:]{1,20}\])(:[0-9]{1,5})?",
            path in r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,3}(/[a-z0-9]{1,5}){0,3}",
            tag in r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        ) {
            let text = format!("{domain}/{path}:{tag}");
            let r = Reference::parse(&text).unwrap();
            prop_assert_eq!(r.tag(), Some(tag.as_str()));
            prop_assert!(r.repository().ends_with(&path));
        }
    }
}
