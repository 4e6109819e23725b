//! Names of members: made safe to show, kept unambiguous, and refused where they lead out of the archive. No name is ever
//! used to open a file.

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

use crate::model::text::scrub;

/// The longest name that is shown where it is refused, in characters.
const SHOWN: usize = 200;

/// The names of one archive.
#[derive(Default)]
pub struct Names {
    /// How often each was met, by the first half of its SHA-256: names themselves could take much memory.
    met: HashMap<[u8; 16], u32>,
}

impl Names {
    /// The path of a member; `Err` holds how it is shown and why it is refused. A name that was met before gets `#2`,
    /// `#3` and so on.
    pub fn path(&mut self, name: &[u8], longest: usize) -> Result<String, (String, String)> {
        let refused = |why: &str| Err((short(&shown(name)), why.to_owned()));
        if name.is_empty() {
            return Err(("(no name)".to_owned(), "a member without a name: not read".to_owned()));
        }
        if name.len() > longest {
            return refused(&format!("its name is longer than the limit of {longest} bytes: not read"));
        }
        if matches!(name, [b'/' | b'\\', ..]) {
            return refused("an absolute name, which leads out of the archive: not read");
        }
        if matches!(name, [letter, b':', ..] if letter.is_ascii_alphabetic()) {
            return refused("a name with a drive letter, which leads out of the archive: not read");
        }
        let parts = || name.split(|b| matches!(b, b'/' | b'\\'));
        if parts().any(|part| part == b"..") {
            return refused("a name with `..`, which leads out of the archive: not read");
        }
        let clean: Vec<&[u8]> = name.split(|b| *b == b'/').filter(|part| !part.is_empty() && *part != b".").collect();
        let path = shown(&clean.join(&b'/'));
        Ok(self.once(path))
    }

    fn once(&mut self, path: String) -> String {
        let mut candidate = path.clone();
        loop {
            let count = self.met.entry(key(&candidate)).or_default();
            *count += 1;
            if *count == 1 {
                return candidate;
            }
            candidate = format!("{path}#{count}");
        }
    }
}

fn key(path: &str) -> [u8; 16] {
    let full: [u8; 32] = Sha256::digest(path.as_bytes()).into();
    let mut key = [0; 16];
    key.copy_from_slice(full.split_at(16).0);
    key
}

/// A name as text: what is no UTF-8 is written `\xNN`, what a terminal would act on becomes visible, a backslash is doubled
/// so that neither can be written by hand, and `!/`, which stands between an archive and its member, is taken apart.
pub(super) fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(&scrub(&chunk.valid().replace('\\', "\\\\")));
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text.replace("!/", "!\\x2f")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// True for the name of an image's layer, or of the mark beside it, in what `docker save` writes or in an OCI image layout: no
/// evidence of what runs, and large. A blob may also be a manifest or a config, which is JSON. Outside of archives a file
/// named `HEX.tar` may be anything.
pub fn is_layer(path: &str, in_archive: bool) -> bool {
    let is_hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut parts = path.rsplit('/');
    let (last, before, above) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (last, before, above) {
        (blob, Some("sha256"), Some("blobs")) => is_hex(blob),
        ("layer.tar" | "VERSION", Some(id), _) => is_hex(id),
        (file, ..) => in_archive && file.strip_suffix(".tar").is_some_and(is_hex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(name: &[u8]) -> Result<String, String> {
        Names::default().path(name, 100).map_err(|(_, why)| why)
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for (name, why) in [
            ("../a", "`..`"),
            ("a/../../b", "`..`"),
            ("a\\..\\b", "`..`"),
            ("/etc/passwd", "absolute"),
            ("\\\\server\\share", "absolute"),
            ("C:\\a", "drive letter"),
            ("c:a", "drive letter"),
            ("", "without a name"),
        ] {
            assert!(path(name.as_bytes()).unwrap_err().contains(why), "{name}");
        }
        assert!(path(&[b'a'; 101]).unwrap_err().contains("limit of 100 bytes"));
    }

    #[test]
    fn odd_names_stay_apart_and_safe() {
        for (name, shown) in [
            (&b"./a//b"[..], "a/b"),
            (b"a\xffb", "a\\xffb"),
            (b"a\\xffb", "a\\\\xffb"),
            (b"a..b/...", "a..b/..."),
            (b"x.tar!/y", "x.tar!\\x2fy"),
        ] {
            assert_eq!(path(name).as_deref(), Ok(shown));
        }
        assert!(path(b"a\x1b[31m\n").unwrap().chars().all(|c| !c.is_control()));
    }

    #[test]
    fn a_name_met_again_is_numbered() {
        let mut names = Names::default();
        let mut next = |name: &str| names.path(name.as_bytes(), 100).unwrap();
        assert_eq!([next("a"), next("a"), next("./a"), next("a#2")], ["a", "a#2", "a#3", "a#2#2"]);
    }

    #[test]
    fn layers_are_known_by_their_names() {
        let hex = "a".repeat(64);
        for name in [format!("blobs/sha256/{hex}"), format!("x/{hex}/layer.tar"), format!("{hex}/VERSION")] {
            assert!(is_layer(&name, true) && is_layer(&name, false), "{name}");
        }
        let alone = format!("{hex}.tar");
        assert!(is_layer(&alone, true) && !is_layer(&alone, false));
        for name in ["manifest.json", "blobs/sha256/abc", "layer.tar", "team/layer.tar", "dump.tar", "VERSION"] {
            assert!(!is_layer(name, true), "{name}");
        }
    }

    proptest! {
        #[test]
        fn two_names_never_become_one_path(a in prop::collection::vec(any::<u8>(), 1..20), b in prop::collection::vec(any::<u8>(), 1..20)) {
            let mut names = Names::default();
            if let (Ok(first), Ok(second)) = (names.path(&a, 100), names.path(&b, 100)) {
                prop_assert_ne!(&first, &second);
                prop_assert!(!first.contains("!/") && first.chars().all(|c| !c.is_control()));
            }
        }
    }
}
