//! Tests of [`super`].

use super::*;
use std::io::Write;

/// A source that gives a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(7).min(self.0.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

struct Outcome {
    bytes: Vec<u8>,
    error: Option<io::Error>,
    transforms: Vec<String>,
    original: (Digest, u64),
}

fn decode(bytes: &[u8], limits: &Limits) -> Outcome {
    let mut decoded = open(Slow(bytes), limits);
    let mut out = Vec::new();
    let error = decoded.read_to_end(&mut out).err();
    let mut more = [0; 8];
    assert_eq!(decoded.read(&mut more).unwrap(), 0, "nothing comes after the end or an error");
    let original = decoded.original();
    Outcome { bytes: out, error, transforms: decoded.transforms().to_vec(), original }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

/// Bytes that do not compress well.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'!' + u8::try_from((state >> 40) % 90).unwrap()
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn plain_bytes_pass_unchanged_and_are_hashed() {
    for bytes in [&b""[..], b"x", b"\xef\xbb\xbfa\r\nb", b"\xff\x00\x80 no utf-8 \xc3", &noise(100_000)] {
        let out = decode(bytes, &Limits::default());
        assert!(out.error.is_none() && out.transforms.is_empty());
        assert_eq!(out.bytes, bytes);
        assert_eq!(out.original, (Digest::of(bytes), bytes.len() as u64));
    }
}

#[test]
fn compressed_streams_of_several_members_are_decoded() {
    let (one, two) = (noise(70_000), noise(5));
    let members = [gzip(&one), gzip(&two)].concat();
    let frames = [zstd::encode_all(&one[..], 3).unwrap(), zstd::encode_all(&two[..], 19).unwrap()].concat();
    for (bytes, transform) in [(members, "gunzip"), (frames, "unzstd")] {
        let out = decode(&bytes, &Limits::default());
        assert!(out.error.is_none(), "{:?}", out.error);
        assert_eq!(out.transforms, [transform]);
        assert_eq!(out.bytes, [one.clone(), two.clone()].concat());
        assert_eq!(out.original, (Digest::of(&bytes), bytes.len() as u64));
    }
}

#[test]
fn utf_16_is_converted_with_and_without_a_mark() {
    let text = "image: nginx 😀 é\r\n".repeat(3000);
    let ascii = "image: nginx:1.25\n";
    for big in [false, true] {
        let name = if big { "utf-16be to utf-8" } else { "utf-16le to utf-8" };
        let marked = decode(&wide(&format!("\u{feff}{text}"), big), &Limits::default());
        assert_eq!(String::from_utf8(marked.bytes).unwrap(), format!("\u{feff}{text}"));
        assert_eq!(marked.transforms, [name]);
        let bare = decode(&wide(ascii, big), &Limits::default());
        assert_eq!(String::from_utf8(bare.bytes).unwrap(), ascii);
        assert_eq!(bare.transforms, [name]);
    }
    let zipped = decode(&gzip(&wide(ascii, false)), &Limits::default());
    assert_eq!(zipped.transforms, ["gunzip", "utf-16le to utf-8"]);
    assert_eq!(zipped.bytes, ascii.as_bytes());
}

#[test]
fn broken_utf_16_becomes_replacement_characters() {
    let bytes = [&wide("\u{feff}ab", false)[..], &[0x3d, 0xd8, b'c', 0, b'x']].concat();
    assert_eq!(String::from_utf8(decode(&bytes, &Limits::default()).bytes).unwrap(), "\u{feff}ab\u{fffd}c\u{fffd}");
}

#[test]
fn a_stream_cut_off_keeps_what_was_decoded() {
    let text = noise(300_000);
    for (whole, format) in [(gzip(&text), "gzip"), (zstd::encode_all(&text[..], 3).unwrap(), "zstd")] {
        let cut = &whole[..whole.len() / 2];
        let out = decode(cut, &Limits::default());
        assert!(out.bytes.len() > 50_000 && text.starts_with(&out.bytes), "{format}: {}", out.bytes.len());
        let error = out.error.unwrap().to_string();
        assert!(error.contains(format) && error.contains("cut off"), "{error}");
        assert_eq!(out.original, (Digest::of(cut), cut.len() as u64));
    }
}

#[test]
fn limits_end_a_bomb() {
    let bomb = gzip(&vec![b'a'; 40 << 20]);
    let out = decode(&bomb, &Limits { ratio: 100, ..Limits::default() });
    let error = out.error.unwrap();
    assert!(matches!(error.get_ref().and_then(|e| e.downcast_ref()), Some(DecodeError::Ratio { ratio: 100, .. })));
    assert!(out.bytes.len() >= 16 << 20 && out.bytes.len() < 17 << 20);
    assert_eq!(out.original, (Digest::of(&bomb), bomb.len() as u64));

    let out = decode(&gzip(&noise(5000)), &Limits { total: 1000, ..Limits::default() });
    assert_eq!(out.bytes, noise(1000));
    assert!(out.error.unwrap().to_string().contains("limit of 1000 bytes"));
    let exact = decode(&noise(1000), &Limits { total: 1000, ..Limits::default() });
    assert!(exact.error.is_none() && exact.bytes.len() == 1000);
}

#[test]
fn a_large_zstd_window_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(&noise(1 << 20)).unwrap();
    let out = decode(&encoder.finish().unwrap(), &Limits::default());
    assert!(out.error.unwrap().to_string().contains("zstd") && out.bytes.is_empty());
}

#[test]
fn an_error_of_the_source_is_passed_on_after_its_bytes() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(ErrorKind::Interrupted.into()),
                2 => {
                    buffer[0] = b'x';
                    Ok(1)
                }
                _ => Err(ErrorKind::PermissionDenied.into()),
            }
        }
    }
    let mut decoded = open(Failing(0), &Limits::default());
    let mut out = Vec::new();
    let error = decoded.read_to_end(&mut out).unwrap_err();
    assert_eq!((out.as_slice(), error.kind()), (&b"x"[..], ErrorKind::PermissionDenied));
}
