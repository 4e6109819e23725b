//! Which names tell that the value beside them is a secret.
//!
//! A name is cut into words at punctuation and at changes of case (`dbPassword`, `DB_PASSWORD`, `db-password`); the
//! words decide, and the last one can take it back (`secretName`, `tokenExpirationSeconds` hold no secret).

/// How much a name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Nothing.
    None,
    /// A value that looks random is a secret here (`key`, `salt`).
    Weak,
    /// Any literal value is a secret here.
    Strong,
}

#[rustfmt::skip]
const STRONG: &[&str] = &[
    "password", "passwords", "passwd", "passphrase", "passcode", "pwd", "pass", "secret", "secrets", "token", "tokens",
    "apikey", "apikeys", "accesskey", "secretkey", "privatekey", "credential", "credentials", "creds", "cred",
    "authorization", "dockerconfigjson", "dockercfg", "dockerconfig", "connectionstring", "connstr", "dsn", "webhook",
    "webhooks", "htpasswd", "authtoken", "clientsecret", "bearer", "jwt", "cookie", "requirepass", "masterauth",
    "masteruser", "sharedaccesskey", "sharedaccesssignature", "accountkey", "userpass", "signingkey", "encryptionkey",
    "netrc", "mnemonic", "otp", "totp", "pgpass", "keytab",
];

/// Endings of words written without any boundary, as `PGPASSWORD` or `identitytoken`.
const STRONG_ENDINGS: &[&str] =
    &["password", "passwd", "passphrase", "secret", "token", "apikey", "credentials", "accesskey", "privatekey"];

#[rustfmt::skip]
const STRONG_PAIRS: &[(&str, &str)] = &[
    ("api", "key"), ("api", "keys"), ("access", "key"), ("private", "key"), ("secret", "key"), ("signing", "key"),
    ("encryption", "key"), ("encrypt", "key"), ("master", "key"), ("ssh", "key"), ("tls", "key"), ("client", "key"),
    ("account", "key"), ("storage", "key"), ("shared", "key"), ("license", "key"), ("session", "key"), ("auth", "key"),
    ("service", "key"), ("deploy", "key"), ("admin", "key"), ("hmac", "key"), ("connection", "string"), ("id", "rsa"),
    ("conn", "string"), ("web", "hook"), ("key", "data"), ("amz", "signature"), ("amz", "credential"),
    ("jaas", "config"), ("from", "literal"), ("pass", "word"), ("pass", "phrase"), ("instrumentation", "key"),
];

/// Last words that make a name harmless: it speaks *about* a secret.
#[rustfmt::skip]
const NEUTRAL_LAST: &[&str] = &[
    "name", "names", "ref", "refs", "path", "paths", "file", "files", "filename", "dir", "directory", "seconds",
    "minutes", "hours", "ttl", "timeout", "expiration", "expires", "expiry", "policy", "type", "kind", "url", "uri",
    "endpoint", "version", "namespace", "algorithm", "alg", "enabled", "disabled", "enable", "mode", "modes",
    "provider", "count", "length", "size", "audience", "audiences", "issuer", "class", "store", "checksum", "digest",
    "sha256", "sha512", "image", "images", "tag", "registry", "repository", "host", "port", "username", "stdin",
    "annotations", "labels", "selector", "interval", "period", "strategy", "format", "reviewer", "scope", "scopes",
];

const WEAK: &[&str] =
    &["key", "keys", "seed", "salt", "session", "access", "login", "license", "sas", "auth", "code", "pat"];

/// First words of a switch: the flag takes no secret.
const SWITCHES: &[&str] = &["no", "disable", "enable", "use", "allow", "with", "without", "skip", "existing"];

const WORDS: usize = 10;

/// The last words of a name, without allocation.
struct Words<'a> {
    words: [&'a [u8]; WORDS],
    count: usize,
}

impl<'a> Words<'a> {
    fn of(name: &'a [u8]) -> Self {
        // The part before a slash is a domain (`vault.example.com/role`), which tells nothing about the value.
        let name = name.rsplit(|b| *b == b'/').next().unwrap_or(name);
        let name = name.get(name.len().saturating_sub(128)..).unwrap_or(name);
        let mut words = Words { words: [&[]; WORDS], count: 0 };
        let mut start = 0;
        for at in 0..=name.len() {
            let here = name.get(at).copied().unwrap_or(b' ');
            let before = at.checked_sub(1).and_then(|i| name.get(i)).copied().unwrap_or(b' ');
            let after = name.get(at + 1).copied().unwrap_or(b' ');
            let gap = !here.is_ascii_alphanumeric();
            let turn = here.is_ascii_uppercase() && (!before.is_ascii_uppercase() || after.is_ascii_lowercase());
            if gap || turn {
                words.push(name.get(start..at).unwrap_or_default());
                start = if gap { at + 1 } else { at };
            }
        }
        words
    }

    fn push(&mut self, word: &'a [u8]) {
        if word.is_empty() {
            return;
        }
        if self.count == WORDS {
            self.words.rotate_left(1);
            self.count -= 1;
        }
        if let Some(slot) = self.words.get_mut(self.count) {
            *slot = word;
            self.count += 1;
        }
    }

    fn all(&self) -> &[&'a [u8]] {
        self.words.get(..self.count).unwrap_or_default()
    }
}

fn is_one_of(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn ends_with(word: &[u8], ending: &str) -> bool {
    word.len().checked_sub(ending.len()).and_then(|at| word.get(at..)).is_some_and(|tail| is_one_of(tail, &[ending]))
}

/// Three letters in a row that every telling word has one of.
const HINTS: &[&[u8; 3]] = &[
    b"pas", b"pwd", b"sec", b"tok", b"key", b"cre", b"aut", b"doc", b"con", b"dsn", b"hoo", b"bea", b"jwt", b"coo",
    b"mas", b"sha", b"net", b"mne", b"otp", b"lit", b"rsa", b"jaa", b"amz", b"see", b"sal", b"ses", b"acc", b"log",
    b"lic", b"sas", b"cod", b"pat",
];

/// [`HINTS`] as bits: for the first two letters, which third ones follow. Letters count by their low five bits, so case
/// does not matter; other bytes can only seem to be letters, never hide one.
const HINT_BITS: [u32; 1024] = {
    let mut bits = [0; 1024];
    let mut i = 0;
    while i < HINTS.len() {
        let [a, b, c] = *HINTS[i];
        bits[((a as usize & 31) << 5) | (b as usize & 31)] |= 1 << (c & 31);
        i += 1;
    }
    bits
};

/// True where the slow question is worth asking.
fn has_hint(name: &[u8]) -> bool {
    name.array_windows().any(|[a, b, c]| {
        let slot = (usize::from(a & 31) << 5) | usize::from(b & 31);
        HINT_BITS.get(slot).is_some_and(|bits| (bits >> (c & 31)) & 1 == 1)
    })
}

/// How much a name tells about the value beside it.
pub fn strength(name: &[u8]) -> Strength {
    if has_hint(name) { strength_of_words(name) } else { Strength::None }
}

fn strength_of_words(name: &[u8]) -> Strength {
    let words = Words::of(name);
    let words = words.all();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Strength::None };
    let is_pull_secret = words
        .windows(2)
        .any(|w| matches!(w, [a, b] if is_one_of(a, &["pull"]) && is_one_of(b, &["secret", "secrets"])));
    let is_checksum = name.get(..8).is_some_and(|head| head.eq_ignore_ascii_case(b"checksum"));
    let is_about = is_checksum || words.iter().any(|w| is_one_of(w, &["existing", "checksum"])) || is_pull_secret;
    let switch = words.len() > 1 && is_one_of(first, SWITCHES);
    // The shell's working directory, in every environment.
    let working_directory = is_one_of(name, &["PWD", "OLDPWD"]);
    if is_about || switch || working_directory {
        return Strength::None;
    }
    let is_hook = words.iter().any(|w| is_one_of(w, &["webhook", "webhooks", "hook"]));
    let neutral = is_one_of(last, NEUTRAL_LAST) && !(is_hook && is_one_of(last, &["url", "uri", "endpoint"]));
    if neutral {
        return Strength::None;
    }
    let strong_word =
        |w: &&&[u8]| is_one_of(w, STRONG) || STRONG_ENDINGS.iter().any(|ending| w.len() > 6 && ends_with(w, ending));
    let strong_pair = words
        .windows(2)
        .any(|w| matches!(w, [a, b] if STRONG_PAIRS.iter().any(|(x, y)| is_one_of(a, &[x]) && is_one_of(b, &[y]))));
    let auth_last = is_one_of(last, &["auth", "basicauth"]);
    if strong_pair || auth_last || words.iter().any(|w| strong_word(&w)) {
        return Strength::Strong;
    }
    if is_one_of(last, WEAK) { Strength::Weak } else { Strength::None }
}

/// `password` and kin, which no image is named after; `password:x` without a space is taken for an assignment.
pub fn is_password(name: &[u8]) -> bool {
    is_one_of(name, &["password", "passwd", "passphrase", "pwd", "pass"])
}

/// Names of environment variables that carry image references for operators.
pub fn is_image_variable(name: &[u8]) -> bool {
    let starts = name.get(..14).is_some_and(|head| head.eq_ignore_ascii_case(b"RELATED_IMAGE_"));
    starts || ends_with(name, "_image")
}

/// Names of variables in an image's own environment that say what is inside, not how to get in.
pub fn is_plain_variable(name: &[u8]) -> bool {
    const WHOLE: &[&str] = &[
        "PATH",
        "HOME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TERM",
        "HOSTNAME",
        "PWD",
        "SHLVL",
        "USER",
        "SHELL",
        "GPG_KEY",
        "GPG_KEYS",
        "GOPATH",
        "GOROOT",
        "GOTOOLCHAIN",
        "JAVA_HOME",
        "DEBIAN_FRONTEND",
        "PGDATA",
        "container",
    ];
    const ENDINGS: &[&str] = &["_version", "_release", "_sha256", "_sha512", "_home", "_dir", "_path"];
    strength(name) != Strength::Strong
        && (is_one_of(name, WHOLE)
            || name.get(..3).is_some_and(|head| head == b"LC_")
            || ENDINGS.iter().any(|e| ends_with(name, e)))
}

/// Last words before `key` that make it one of no lock.
const OPEN_KEYS: &[&str] = &["cache", "public", "primary", "partition", "sort", "foreign", "routing", "host", "pub"];

/// Whether a variable is a credential by its name alone, whatever its value is: what CI files and compose files hand on.
pub fn is_credential(variable: &str) -> bool {
    let name = variable.as_bytes();
    if strength(name) == Strength::Strong || is_one_of(name, &["DOCKER_AUTH_CONFIG"]) {
        return true;
    }
    let words = Words::of(name);
    matches!(words.all(), [.., before, last]
        if is_one_of(last, &["key", "pat", "pw"]) && !is_one_of(before, OPEN_KEYS) && !is_one_of(last, NEUTRAL_LAST))
}

/// The variables that a text refers to as `$NAME`, `${NAME…}` or `$(NAME)` and that are credentials by their names. `$$` is a
/// dollar sign, not a reference.
pub fn credentials_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        if let Some(after) = after.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = variable_at(after.strip_prefix(['{', '(']).unwrap_or(after));
        if is_credential(name) {
            found.push(name);
        }
        rest = after;
    }
    found
}

/// The letters, digits and signs of a variable's name at the start of a text.
pub fn variable_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    // `${NAME-default}`: no shell's name has a dash, a secret's of a CI system may.
    name.split_once('-').filter(|(before, _)| is_credential(before)).map_or(name, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_by_their_words() {
        for name in [
            "password",
            "dbPassword",
            "DB_PASS",
            "PGPASSWORD",
            "identitytoken",
            "auth",
            "apiKey",
            "API-KEY",
            "APIKey",
            "client_secret",
            "stripe.webhook.url",
            "--requirepass",
            "access_key",
            "AccountKey",
            ".dockerconfigjson",
            "AWS_SECRET_ACCESS_KEY",
            "x-api-key",
            "secret_id",
            "tls.key",
            "client-key-data",
            "OAUTH_TOKEN",
            "TOKEN_2",
        ] {
            assert_eq!(strength(name.as_bytes()), Strength::Strong, "{name}");
        }
        for name in [
            "secretName",
            "tokenExpirationSeconds",
            "imagePullSecret",
            "image-pull-secrets",
            "existingSecret",
            "checksum/secret",
            "PWD",
            "password_file",
            "name",
            "resourceVersion",
            "tokenizer",
            "auth-url",
            "image",
            "secrets-store.csi.k8s.io/image",
            "vault-secrets.example.com/role",
            "author",
            "authorization-mode",
            "",
            "--no-auth",
            "passwordSecretRef",
            "secretProviderClass",
            "compass",
            "bypass",
        ] {
            assert_eq!(strength(name.as_bytes()), Strength::None, "{name}");
        }
        assert_eq!(strength(b"key"), Strength::Weak);
    }

    #[test]
    fn every_telling_word_has_a_hint() {
        let pairs = STRONG_PAIRS.iter().map(|(a, b)| format!("{a}_{b}"));
        let words = STRONG.iter().chain(STRONG_ENDINGS).chain(WEAK).map(|w| (*w).to_owned());
        for word in words.chain(pairs) {
            assert!(has_hint(word.as_bytes()) && has_hint(word.to_uppercase().as_bytes()), "{word}");
        }
    }

    #[test]
    fn image_variables_are_known_by_their_names() {
        assert!(is_image_variable(b"RELATED_IMAGE_POSTGRES") && is_image_variable(b"SIDECAR_IMAGE"));
        assert!(!is_image_variable(b"IMAGE_PULL_TOKEN") && !is_image_variable(b"X"));
    }

    #[test]
    fn variables_are_credentials_by_their_names() {
        for name in
            ["NPM_TOKEN", "DB_PASSWORD", "AWS_ACCESS_KEY_ID", "SSH_KEY", "GH_PAT", "DOCKER_AUTH_CONFIG", "SIGN_KEY"]
        {
            assert!(is_credential(name), "{name}");
        }
        for name in
            ["CACHE_KEY", "PUBLIC_KEY", "KEY", "TAG", "DB_PASSWORD_FILE", "REGISTRY_USERNAME", "NODE_VERSION", ""]
        {
            assert!(!is_credential(name), "{name}");
        }
        let text = "postgres://app:${DB_PASSWORD:-x}@$HOST/$(API_TOKEN)?a=$$A_TOKEN&b=${B_SECRET-none}$";
        assert_eq!(credentials_in(text), ["DB_PASSWORD", "API_TOKEN", "B_SECRET"]);
    }
}
