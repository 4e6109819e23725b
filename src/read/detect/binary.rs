//! Bytes that are no text.

/// What bytes that are no text look like; `None` for text.
pub(super) fn looks_like(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 17] = [
        (b"\x1f\x8b", "a gzip archive that could not be opened here: decompress it and import the result"),
        (b"PK\x03\x04", "a zip archive too deep inside of others: unpack it and import the folder"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive: decompress it and import the result"),
        (b"\xfd7zXZ\0", "an xz archive: decompress it and import the result"),
        (b"BZh", "a bzip2 archive: decompress it and import the result"),
        (b"7z\xbc\xaf", "a 7z archive: unpack it and import the folder"),
        (b"SQLite format 3\0", "an SQLite database: not read"),
        (b"\x7fELF", "a program (ELF): not read"),
        (b"MZ", "a program (PE): not read"),
        (b"%PDF-", "a PDF document: not read"),
        (b"\x89PNG", "a picture (PNG): not read"),
        (b"\xff\xd8\xff", "a picture (JPEG): not read"),
        (b"GIF8", "a picture (GIF): not read"),
        (b"k8s\0", "a Kubernetes object as protobuf: get it as JSON (`-o json`) and import that"),
        (b"\xff\xfe", "UTF-16 text that could not be decoded"),
        (b"\xfe\xff", "UTF-16 text that could not be decoded"),
        (b"\xed\xab\xee\xdb", "an RPM package: not read"),
    ];
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive too deep inside of others, or an image's layer: unpack it and import the folder");
    }
    let is_text_so_far = head.iter().take(4096).all(|b| *b >= 0x20 || b.is_ascii_whitespace());
    // `MZ` and `BZh` begin words too.
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic) && !(is_text_so_far && magic.is_ascii()));
    if let Some((_, reason)) = known {
        return Some(reason);
    }
    let control = controls(head);
    // Nearly all is text, and that is told much faster.
    let undecodable = match std::str::from_utf8(head) {
        Ok(_) => 0,
        Err(_) => head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum::<usize>(),
    };
    let none = memchr::memchr(0, head).is_some() || control * 20 > head.len() || undecodable * 10 > head.len();
    none.then_some("binary data that no reader knows")
}

/// How many control characters there are. Sums of a byte each, of as many as fit into one, are counted many at a time.
fn controls(head: &[u8]) -> usize {
    let in_part = |part: &[u8]| part.iter().fold(0_u8, |sum, byte| sum.wrapping_add(u8::from(is_control(*byte))));
    head.chunks(usize::from(u8::MAX)).map(|part| usize::from(in_part(part))).sum()
}

/// A control character that no text has; terminals' own begins with an escape.
fn is_control(byte: u8) -> bool {
    let white = (b'\t'..=b'\r').contains(&byte) & (byte != 0x0b);
    (byte < 0x20) & !white & (byte != 0x1b)
}
