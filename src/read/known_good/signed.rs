//! Signatures around lists: what they look like, and the text inside.

use std::borrow::Cow;

const PGP: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const PGP_END: &str = "-----BEGIN PGP SIGNATURE-----";

/// What is to be said of a signature; `None` where there is none.
pub(super) fn note(source: &str) -> Option<String> {
    let kind = match () {
        () if source.contains(PGP) => "it is signed with PGP",
        () if source.starts_with("untrusted comment:") => "it has a signature of minisign",
        () if source.contains("\"dsseEnvelope\"") || source.contains("\"payloadType\"") => {
            "it is a signed statement (DSSE)"
        }
        () if source.contains("\"docker-manifest-digest\"") => "it is what cosign printed of signatures",
        () => return None,
    };
    Some(format!("{kind}; the signature is kept with it and was not checked"))
}

/// The text inside a clear-signed message (RFC 9580, section 7), with lines where they were; else the text itself. What
/// stands outside of the signature says nothing.
pub(super) fn text(source: &str) -> Cow<'_, str> {
    let Some(begin) = source.find(PGP) else { return Cow::Borrowed(source) };
    let end = source.get(begin..).and_then(|rest| rest.find(PGP_END)).map_or(source.len(), |at| begin + at);
    let mut out = String::with_capacity(source.len());
    let (mut at, mut inside, mut header) = (0, false, false);
    for line in source.split_inclusive('\n') {
        let here = at;
        at += line.len();
        if here == begin || line.starts_with(PGP) && here <= begin {
            (inside, header) = (here >= begin, true);
            blank(line, &mut out);
        } else if !inside || here >= end || header {
            header &= !line.trim().is_empty();
            blank(line, &mut out);
        } else {
            match line.strip_prefix("- ") {
                Some(rest) => {
                    out.push_str("  ");
                    out.push_str(rest);
                }
                None => out.push_str(line),
            }
        }
    }
    Cow::Owned(out)
}

/// As many bytes that say nothing.
fn blank(line: &str, out: &mut String) {
    let body = line.trim_end_matches(['\r', '\n']);
    out.extend(std::iter::repeat_n(' ', body.len()));
    out.push_str(line.get(body.len()..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_inside_of_a_signature_is_read() {
        let source = "evil:1\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- - a:1\nb:1\n\
                      -----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\nevil:2\n";
        let text = text(source);
        assert_eq!((text.len(), text.split_whitespace().collect::<Vec<_>>()), (source.len(), vec!["-", "a:1", "b:1"]));
        assert!(note(source).is_some_and(|note| note.contains("not checked")));
        assert_eq!((note("a:1"), super::text("a:1")), (None, "a:1".into()));
    }
}
