//! Packages: how they are named across ecosystems, and which source they were built from.
//!
//! A vulnerability is one of a source, and a source is built into packages with other names: `libssl3` is openssl, `liblzma5`
//! and `xz-libs` are xz. Where evidence tells the source, that counts; the small table here stands in where it does not.

use std::borrow::Cow;

use super::version::Scheme;

/// A package URL (package-url/purl-spec), as far as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageUrl {
    /// Its type in lower case, as `deb`.
    pub kind: String,
    /// Namespace and name, decoded, with slashes between them.
    pub path: String,
    /// The version, decoded; empty where none is written.
    pub version: String,
    /// Qualifiers in order, decoded.
    pub qualifiers: Vec<(String, String)>,
}

/// No package URL is longer.
const LONGEST: usize = 4096;

impl PackageUrl {
    /// Parses a package URL; `None` for what is none.
    pub fn parse(text: &str) -> Option<PackageUrl> {
        let rest = text.strip_prefix("pkg:").filter(|_| text.len() <= LONGEST)?;
        let rest = rest.trim_start_matches('/');
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        // An unescaped `@` at the beginning of a namespace is npm's scope.
        let (path, version) = match rest.rsplit_once('@') {
            Some((path, version)) if !path.ends_with('/') => (path, version),
            _ => (rest, ""),
        };
        let (kind, name) = path.split_once('/')?;
        // A name is required (purl-spec, "Rules for each purl component"); slashes around it mean nothing.
        let path = decoded(name.trim_matches('/'))?;
        if path.is_empty() || path.ends_with('/') {
            return None;
        }
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('=')).take(100);
        Some(PackageUrl {
            kind: kind.to_ascii_lowercase(),
            path,
            version: decoded(version)?,
            qualifiers: pairs.filter_map(|(key, value)| Some((key.to_ascii_lowercase(), decoded(value)?))).collect(),
        })
    }

    /// A qualifier's value, where it has one.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        let found = self.qualifiers.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The name by which package managers of its type know it: Maven's and Go's with the namespace, npm's with the scope, a
    /// distribution's without what it is called.
    pub fn name(&self) -> Cow<'_, str> {
        let last = || self.path.rsplit('/').next().unwrap_or_default();
        match self.kind.as_str() {
            "apk" | "deb" | "rpm" | "alpm" | "gem" | "cargo" | "nuget" | "pypi" => Cow::Borrowed(last()),
            "maven" => Cow::Owned(self.path.replacen('/', ":", 1)),
            _ => Cow::Borrowed(&self.path),
        }
    }

    /// The version as the package manager writes it: an epoch that stands in a qualifier comes before it.
    pub fn full_version(&self) -> String {
        match self.qualifier("epoch").filter(|epoch| *epoch != "0" && !self.version.contains(':')) {
            Some(epoch) => format!("{epoch}:{}", self.version),
            None => self.version.clone(),
        }
    }

    /// The source that a qualifier names, as Syft writes it: name, and version where it is another.
    pub fn upstream(&self) -> Option<(String, String)> {
        let upstream = self.qualifier("upstream")?;
        match upstream.split_once('@') {
            Some((name, version)) => Some((name.to_owned(), version.to_owned())),
            None if self.kind == "rpm" => Some((source_of_rpm(upstream).to_owned(), String::new())),
            None => Some((upstream.to_owned(), String::new())),
        }
    }
}

/// Percent-decoding (RFC 3986, section 2.1); `None` where that is no UTF-8 or is cut short.
fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digit = |b: Option<u8>| char::from(b?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                out.push((high * 16 + low) as u8);
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}

/// The name of the source in the file name of a source RPM: `openssl-1.0.2k-16.el7.src.rpm` is openssl.
pub fn source_of_rpm(file: &str) -> &str {
    let bare = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm")).unwrap_or(file);
    match bare.rsplitn(3, '-').nth(2) {
        Some(name) if file.ends_with(".rpm") => name,
        _ => bare,
    }
}

/// The type of package URL for the words by which scanners call an ecosystem; `None` for what is not known.
pub fn kind_of(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "apk" | "alpine" | "wolfi" | "chainguard" | "apkdb" | "minimos" => "apk",
        "deb" | "debian" | "ubuntu" | "dpkg" | "echo" => "deb",
        "rpm" | "redhat" | "centos" | "rocky" | "alma" | "almalinux" | "amazon" | "oracle" | "fedora" | "photon" => {
            "rpm"
        }
        "cbl-mariner" | "azurelinux" | "suse linux enterprise server" | "opensuse" | "opensuse.leap" | "sles" => "rpm",
        "npm" | "node-pkg" | "yarn" | "pnpm" | "nodejs" | "bun" => "npm",
        "pypi" | "python" | "python-pkg" | "pip" | "pipenv" | "poetry" | "uv" | "conda-pkg" => "pypi",
        "maven" | "jar" | "pom" | "java-archive" | "gradle" | "sbt" | "jenkins-plugin" | "java" => "maven",
        "golang" | "go" | "gobinary" | "gomod" | "go-module" => "golang",
        "gem" | "gemspec" | "bundler" | "ruby" => "gem",
        "cargo" | "rustbinary" | "rust-crate" | "rust" => "cargo",
        "nuget" | "dotnet-core" | "dotnet" | "packages-props" => "nuget",
        "composer" | "php-composer" | "composer-vendor" => "composer",
        "hex" | "pub" | "swift" | "cocoapods" | "conan" => return None,
        _ => return None,
    })
}

/// Names under which one source is built and packaged, for evidence that does not tell the source. The first is what
/// upstream calls it. From the package lists of Alpine, Debian, Fedora and SUSE.
const FAMILIES: [&[&str]; 14] = [
    &[
        "openssl",
        "openssl3",
        "libssl3",
        "libssl3t64",
        "libssl1.1",
        "libssl1.0.0",
        "libssl1.0.2",
        "libcrypto3",
        "libcrypto1.1",
        "libcrypto1.0",
        "libssl1.0",
        "openssl-libs",
        "libopenssl3",
        "libopenssl1_1",
        "openssl-provider-legacy",
    ],
    &["xz", "xz-utils", "xz-libs", "liblzma5", "liblzma", "xz-lzma-compat"],
    &["zlib", "zlib1g", "libz1", "zlib-ng", "zlib-ng-compat"],
    &["glibc", "libc6", "libc-bin", "glibc-common", "glibc-minimal-langpack", "libc-l10n", "eglibc"],
    &[
        "curl",
        "libcurl",
        "libcurl4",
        "libcurl4t64",
        "libcurl3-gnutls",
        "libcurl3t64-gnutls",
        "libcurl-minimal",
        "curl-minimal",
    ],
    &["sqlite", "sqlite3", "libsqlite3-0", "sqlite-libs"],
    &["krb5", "krb5-libs", "libkrb5-3", "libgssapi-krb5-2", "libk5crypto3", "libkrb5support0"],
    &["expat", "libexpat1", "libexpat"],
    &["libxml2", "libxml2-utils", "libxml2-2"],
    &["bzip2", "libbz2-1.0", "libbz2", "bzip2-libs"],
    &["openssh", "openssh-client", "openssh-server", "openssh-clients", "openssh-keygen"],
    &["systemd", "libsystemd0", "libudev1", "systemd-libs"],
    &["gnutls", "gnutls28", "libgnutls30", "libgnutls30t64"],
    &["bash", "bash-completion-bash"],
];

/// The name that stands for all names of one source: upstream's where the table knows it, else the name itself.
pub fn family(name: &str) -> &str {
    let found = FAMILIES.iter().find(|family| family.contains(&name));
    found.and_then(|family| family.first()).copied().unwrap_or(name)
}

/// All names of the source that a name belongs to; the name alone where the table does not know it.
pub fn relatives(name: &str) -> Vec<&str> {
    match FAMILIES.iter().find(|family| family.contains(&name)) {
        Some(family) => family.to_vec(),
        None => vec![name],
    }
}

/// The order of versions of a kind of package.
pub fn scheme(kind: &str) -> Scheme {
    Scheme::of(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn package_urls_of_every_ecosystem() {
        for (text, kind, name, version) in [
            ("pkg:apk/alpine/libcrypto1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2", "apk", "libcrypto1.1", "1.1.1c-r0"),
            ("pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?arch=amd64", "deb", "zlib1g", "1:1.2.13.dfsg-1"),
            ("pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?epoch=1&arch=x86_64", "rpm", "openssl-libs", "1:1.0.2k-16.el7"),
            ("pkg:npm/%40babel/core@7.0.0", "npm", "@babel/core", "7.0.0"),
            ("pkg:npm/@babel/core", "npm", "@babel/core", ""),
            (
                "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
                "maven",
                "org.apache.logging.log4j:log4j-core",
                "2.14.1",
            ),
            ("pkg:golang/golang.org/x/net@v0.1.0#http2", "golang", "golang.org/x/net", "v0.1.0"),
            ("pkg:PyPI/django@4.2", "pypi", "django", "4.2"),
        ] {
            let url = PackageUrl::parse(text).unwrap();
            assert_eq!((url.kind.as_str(), &*url.name(), url.full_version().as_str()), (kind, name, version), "{text}");
        }
        for text in ["", "pkg:", "pkg:npm", "npm/a", "pkg:npm/%zz"] {
            assert_eq!(PackageUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sources_are_told_by_qualifiers_and_file_names() {
        let upstream = |text: &str| PackageUrl::parse(text).unwrap().upstream();
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(upstream("pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl"), pair("openssl", ""));
        assert_eq!(upstream("pkg:deb/debian/libc-bin@2.36-9?upstream=glibc%402.36-9"), pair("glibc", "2.36-9"));
        assert_eq!(upstream("pkg:rpm/fedora/xz-libs@5.6.0-2.fc41?upstream=xz-5.6.0-2.fc41.src.rpm"), pair("xz", ""));
        assert_eq!(upstream("pkg:npm/a@1"), None);
        assert_eq!(source_of_rpm("java-1.8.0-openjdk-1.8.0.181-7.b13.el7.src.rpm"), "java-1.8.0-openjdk");
        assert_eq!(source_of_rpm("bash"), "bash");
    }

    #[test]
    fn one_source_has_many_names_and_each_name_one_source() {
        assert_eq!(
            ["libssl3", "liblzma5", "xz-libs", "xz-utils", "busybox"].map(family),
            ["openssl", "xz", "xz", "xz", "busybox"]
        );
        assert!(relatives("xz").contains(&"liblzma5"));
        let mut all: Vec<&str> = FAMILIES.iter().flat_map(|family| family.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a name stands in two families");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "pkg:[a-z]{1,6}/.{0,60}") {
            if let Some(url) = PackageUrl::parse(&text) {
                let _ = (url.full_version(), url.upstream());
                prop_assert!(!url.name().is_empty(), "{text}");
            }
        }
    }
}
