//! Strings that are credentials by their own shape, wherever they stand: the prefixes that providers document for their
//! tokens, JSON web tokens, private key blocks, webhook addresses.
//!
//! Every shape asks for more than its prefix (length, alphabet, mixed case), because image names must never be taken for
//! one.

use memchr::memmem;

use super::text::{Span, Spans};

/// One documented token shape: after `prefix` at least `least` characters of words and `extra`.
struct Shape {
    prefix: &'static [u8],
    least: usize,
    extra: &'static [u8],
    mixed: bool,
}

const fn shape(prefix: &'static str, least: usize, extra: &'static str, mixed: bool) -> Shape {
    Shape { prefix: prefix.as_bytes(), least, extra: extra.as_bytes(), mixed }
}

const SHAPES: &[Shape] = &[
    shape("AKIA", 12, "", false),
    shape("ASIA", 12, "", false),
    shape("AIza", 30, "_-", true),
    shape("AGE-SECRET-KEY-1", 20, "", false),
    shape("age-secret-key-1", 20, "", false),
    shape("SG.", 20, "._-", true),
    shape("dckr_pat_", 16, "_-", false),
    shape("dckr_oat_", 16, "_-", false),
    shape("eyJ", 16, "._-", true),
    shape("ghp_", 20, "", true),
    shape("gho_", 20, "", true),
    shape("ghs_", 20, "", true),
    shape("ghu_", 20, "", true),
    shape("ghr_", 20, "", true),
    shape("github_pat_", 20, "_", true),
    shape("glpat-", 16, "_-", true),
    shape("gldt-", 16, "_-", true),
    shape("hf_", 24, "", true),
    shape("hvs.", 20, "_-", true),
    shape("hvb.", 20, "_-", true),
    shape("npm_", 30, "", true),
    shape("pypi-AgE", 30, "_-", true),
    shape("rk_live_", 10, "", false),
    shape("sk_live_", 10, "", false),
    shape("sk_test_", 10, "", false),
    shape("sk-", 20, "_-", true),
    shape("xapp-", 10, "-", false),
    shape("xoxb-", 10, "-", false),
    shape("xoxp-", 10, "-", false),
    shape("xoxa-", 10, "-", false),
    shape("xoxs-", 10, "-", false),
    shape("ya29.", 20, "._-", true),
];

/// Bytes after a prefix that decide; all shapes show themselves in fewer.
const JUDGED: usize = 128;

/// Addresses whose path is the secret, and how many path parts are public.
const HOOKS: &[&[u8]] = &[
    b"hooks.slack.com/services/",
    b"hooks.slack.com/workflows/",
    b"hooks.slack.com/triggers/",
    b"discord.com/api/webhooks/",
    b"discordapp.com/api/webhooks/",
    b"webhook.office.com/webhookb2/",
];

/// First bytes of all shapes and addresses.
pub(super) const STARTS: [bool; 256] = {
    let mut starts = [false; 256];
    let mut i = 0;
    while i < SHAPES.len() {
        starts[SHAPES[i].prefix[0] as usize] = true;
        i += 1;
    }
    let mut i = 0;
    while i < HOOKS.len() {
        starts[HOOKS[i][0] as usize] = true;
        i += 1;
    }
    starts
};

fn starts_shape(byte: u8) -> bool {
    STARTS.get(usize::from(byte)).copied().unwrap_or(false)
}

/// True where a word that begins here could be key-shaped: the cheap question before [`at`].
pub(super) fn may_start(text: &[u8], at: usize) -> bool {
    let Some(&[a, b, c]) = text.get(at..at + 3).and_then(|t| <&[u8; 3]>::try_from(t).ok()) else { return false };
    // The second and third byte of every prefix; three comparisons drop nearly all words of ordinary text.
    starts_shape(a)
        && matches!(
            [b, c],
            [b'K', b'I']
                | [b'S', b'I']
                | [b'I', b'z']
                | [b'G', b'E']
                | [b'G', b'.']
                | [b'g', b'e']
                | [b'c', b'k']
                | [b'y', b'J']
                | [b'h', _]
                | [b'i', b't']
                | [b'l', b'p']
                | [b'l', b'd']
                | [b'f', b'_']
                | [b'v', _]
                | [b'p', b'm']
                | [b'y', b'p']
                | [b'k', b'_']
                | [b'k', b'-']
                | [b'a', b'p']
                | [b'o', _]
                | [b'a', b'2']
                | [b'i', b's']
                | [b'e', b'b']
        )
}

/// The key-shaped string that begins at `start`, which must be the start of a word.
pub(super) fn at(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let here = text.get(start..)?;
    // The first byte tells nearly all of them apart from ordinary words.
    let begins = |prefix: &[u8]| prefix.first() == here.first();
    for hook in HOOKS.iter().filter(|hook| begins(hook)) {
        if let Some(path) = here.strip_prefix(*hook) {
            let length = path.iter().take_while(|b| b.is_ascii_alphanumeric() || b"/_-@.%".contains(b)).count();
            return (length >= 8).then_some((start + hook.len(), start + hook.len() + length));
        }
    }
    let shape = SHAPES.iter().find(|shape| begins(shape.prefix) && here.starts_with(shape.prefix))?;
    let body = here.get(shape.prefix.len()..)?;
    let is_body = |b: &&u8| b.is_ascii_alphanumeric() || shape.extra.contains(b);
    let judged = body.iter().take(JUDGED).take_while(is_body).count();
    let whole = || {
        // What follows without a gap belongs to the same string, so that no piece of it is left over.
        let length = body.iter().take_while(is_body).count();
        let after = body.get(length..).unwrap_or_default();
        length + after.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-+=".contains(b)).count()
    };
    let body = body.get(..judged)?;
    let mixed = body.iter().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && (shape.prefix == b"eyJ" || body.iter().any(u8::is_ascii_alphabetic));
    let token = shape.prefix != b"eyJ" || is_web_token(here);
    let fits = judged >= shape.least && (mixed || !shape.mixed) && token;
    fits.then(|| (start, start + shape.prefix.len() + whole()))
}

/// Three base64url parts with dots between; the last may be empty (RFC 7519, section 6).
fn is_web_token(text: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    let text = text.get(..text.len().min(1 << 16)).unwrap_or_default();
    let mut parts = text.split(|b| *b == b'.');
    let whole = |p: &[u8]| p.len() >= 8 && p.iter().all(part);
    parts.next().is_some_and(whole) && parts.next().is_some_and(whole) && parts.next().is_some()
}

/// Adds the key-shaped strings and private key blocks of a text.
pub(super) fn find(text: &[u8], spans: &mut Spans) {
    find_private_keys(text, spans);
    let mut in_word = false;
    let mut escaped = false;
    let mut next = 0;
    for (position, byte) in text.iter().copied().enumerate() {
        if !in_word
            && starts_shape(byte)
            && position >= next
            && may_start(text, position)
            && let Some((start, end)) = at(text, position)
        {
            spans.push(text, Span { start, end, place: "key-shaped" });
            next = end;
        }
        // After a backslash a letter is an escape (`\nghp_…`), not the start of a word.
        in_word = byte.is_ascii_alphanumeric() && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
}

/// `-----BEGIN … PRIVATE KEY-----` to its end line. A block whose other end was cut off reaches as far as its lines look
/// like one.
fn find_private_keys(text: &[u8], spans: &mut Spans) {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const END: &[u8] = b"-----END ";
    let mut from = 0;
    let mut ends = true;
    while let Some(found) = text.get(from..).and_then(|t| memmem::find(t, b"PRIVATE KEY")) {
        let name = from + found;
        let line = text.get(..name).unwrap_or_default();
        let begin = memmem::rfind(line.get(name.saturating_sub(40)..).unwrap_or_default(), BEGIN);
        let end = memmem::rfind(line.get(name.saturating_sub(40)..).unwrap_or_default(), END);
        let base = name.saturating_sub(40);
        if let Some(begin) = begin {
            let after = text.get(name..).unwrap_or_default();
            let closing = if ends { memmem::find(after, END) } else { None };
            ends = closing.is_some();
            let until = match closing {
                Some(at) => name + at + label_end(after.get(at..).unwrap_or_default()),
                None => name + block_forward(after),
            };
            spans.push(text, Span { start: base + begin, end: until, place: "key-shaped" });
            from = until.max(name + 1);
        } else if let Some(end) = end {
            let start = block_backward(text, from, base + end);
            let until = base + end + label_end(text.get(base + end..).unwrap_or_default());
            spans.push(text, Span { start, end: until, place: "key-shaped" });
            from = until.max(name + 1);
        } else {
            from = name + 1;
        }
    }
}

/// Length of `-----END RSA PRIVATE KEY-----`.
fn label_end(text: &[u8]) -> usize {
    let text = text.get(..text.len().min(200)).unwrap_or_default();
    let line = text.iter().position(|b| *b == b'\n' || *b == b'\r').unwrap_or(text.len());
    let after = text.get(5..line).unwrap_or_default();
    memmem::find(after, b"-----").map_or(line, |at| at + 10)
}

fn is_block_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let header = line.starts_with(b"Proc-Type:") || line.starts_with(b"DEK-Info:") || line.starts_with(b"Comment:");
    header || line.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=\"\\,#".contains(b))
}

/// How far a block without an end goes on, in whole lines after the first.
fn block_forward(text: &[u8]) -> usize {
    let mut length = 0;
    for (number, line) in text.split_inclusive(|b| *b == b'\n').enumerate() {
        if number > 0 && !is_block_line(line) {
            break;
        }
        length += line.len();
    }
    length
}

/// Where a block begins whose head was cut off.
fn block_backward(text: &[u8], low: usize, end: usize) -> usize {
    let mut start = end;
    while start > low {
        let before = text.get(low..start - 1).unwrap_or_default();
        let line = low + before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        if !is_block_line(text.get(line..start - 1).unwrap_or_default()) {
            break;
        }
        start = line;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut spans = Spans::default();
        find(text.as_bytes(), &mut spans);
        spans.merged().iter().map(|s| &text[s.start..s.end]).collect()
    }

    #[test]
    fn documented_tokens_are_found_whole() {
        for token in [
            "AKIAFAKEFAKEFAKEFAKE",
            "ghp_0123456789abcdefABCDEF0123456789abcd",
            "xoxb-123456789012-abcdefABCDEF",
            "sk_live_0123456789abcdef",
            "glpat-0123456789abcdefABCD",
            "dckr_pat_0123456789abcdefghij",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
            "hvs.CAESIJ0123456789abcdefghij",
        ] {
            assert_eq!(found(&format!("x={token} y")), [token]);
            assert_eq!(found(&format!("a/{token}\"")), [token]);
        }
        assert_eq!(found("at https://hooks.slack.com/services/T0/B0/abcDEF123 now"), ["T0/B0/abcDEF123"]);
    }

    #[test]
    fn ordinary_names_are_not() {
        for text in [
            "registry.example/sk-something-long-and-lower-case/app:latest",
            "hf_models",
            "npm_config_registry",
            "ghcr.io/pypi-server/pypi-mirror:1.2",
            "task_live_0123456789",
            "eyJust.a.word",
            "AKIA",
            "SG.short",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn private_keys_are_found_with_either_end_cut_off() {
        let whole = "-----BEGIN RSA PRIVATE KEY-----\nMIIE0123\n-----END RSA PRIVATE KEY-----";
        assert_eq!(found(&format!("a\n{whole}\nb")), [whole]);
        assert_eq!(found("a b\nMIIE\nQQ==\n-----END PRIVATE KEY-----\nb"), ["MIIE\nQQ==\n-----END PRIVATE KEY-----"]);
        assert_eq!(found("-----BEGIN PRIVATE KEY-----\nMIIE\nplain text"), ["-----BEGIN PRIVATE KEY-----\nMIIE"]);
        assert!(found("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----").is_empty());
    }
}
