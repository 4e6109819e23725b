//! A stream of evidence as UTF-8: decompressed, UTF-16 converted, and hashed as it came.
//!
//! Every transform is recorded. Nothing else changes: byte order marks, line ends and bytes that are no UTF-8 stay.
//! Limits turn a decompression bomb into an error after the bytes that were within them.

use std::io::{self, BufReader, Chain, Cursor, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use crate::model::digest::Digest;
use crate::read::limits::Limits;

/// Largest window a zstd stream may ask for, as a power of two: 8 MiB, what `zstd -19` writes.
const WINDOW_LOG: u32 = 23;
/// Looked at to recognise compression and encoding, in bytes.
const HEAD: usize = 4096;
/// Decompressed bytes that may pass before the ratio counts.
const FREE: u64 = 16 << 20;

/// Why a stream could not be decoded to its end; inside of the [`io::Error`] that [`Decoded`] returns. What was read
/// before stays good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// More bytes than the limit.
    #[error("larger than the limit of {limit} bytes; the first {limit} were kept: split the file and import the parts")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A decompression bomb, or very dull data.
    #[error(
        "expands to more than {ratio} times its size ({decoded} bytes from {original}); what was decoded was kept: if you \
         trust the file, decompress it yourself and import the result"
    )]
    Ratio {
        /// The limit.
        ratio: u64,
        /// Bytes decoded so far.
        decoded: u64,
        /// Bytes of the source read so far.
        original: u64,
    },
    /// The compressed stream is cut off or damaged.
    #[error("the {format} stream is damaged or cut off after {decoded} decoded bytes ({reason}); those were kept")]
    Damaged {
        /// `gzip` or `zstd`.
        format: &'static str,
        /// Bytes decoded so far.
        decoded: u64,
        /// The decoder's words.
        reason: String,
    },
}

/// The bytes as they come from the world, hashed while they pass.
struct Original<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
    failed: bool,
}

impl<R: Read> Read for Original<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(read) => {
                self.hash.update(buffer.get(..read).unwrap_or_default());
                self.bytes += read as u64;
                Ok(read)
            }
            Err(error) => {
                self.failed = error.kind() != ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}

type Input<R> = BufReader<Chain<Cursor<Vec<u8>>, Original<R>>>;

enum Layer<R: Read> {
    Plain(Input<R>),
    Gzip(Box<MultiGzDecoder<Input<R>>>),
    Zstd(Box<zstd::Decoder<'static, Input<R>>>),
}

impl<R: Read> Layer<R> {
    fn original(&self) -> &Original<R> {
        let input = match self {
            Layer::Plain(input) => input,
            Layer::Gzip(decoder) => decoder.get_ref(),
            Layer::Zstd(decoder) => decoder.get_ref(),
        };
        input.get_ref().get_ref().1
    }

    fn original_mut(&mut self) -> &mut Original<R> {
        let input = match self {
            Layer::Plain(input) => input,
            Layer::Gzip(decoder) => decoder.get_mut(),
            Layer::Zstd(decoder) => decoder.get_mut(),
        };
        input.get_mut().get_mut().1
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Layer::Plain(input) => input.read(buffer),
            Layer::Gzip(decoder) => decoder.read(buffer),
            Layer::Zstd(decoder) => decoder.read(buffer),
        }
    }

    fn format(&self) -> Option<&'static str> {
        match self {
            Layer::Plain(_) => None,
            Layer::Gzip(_) => Some("gzip"),
            Layer::Zstd(_) => Some("zstd"),
        }
    }
}

/// A decoded stream. Read it to its end, or to its first error; after either there is nothing more to read.
pub struct Decoded<R: Read> {
    layer: Layer<R>,
    limits: Limits,
    transforms: Vec<String>,
    head: Cursor<Vec<u8>>,
    wide: Option<Wide>,
    produced: u64,
    pending: Option<io::Error>,
    finished: bool,
}

/// Opens a stream: looks at its first bytes and sets up the decoders. An error of the source or of a decoder is
/// returned by the first read that meets it.
pub fn open<R: Read>(reader: R, limits: &Limits) -> Decoded<R> {
    let mut original = Original { inner: reader, hash: Sha256::new(), bytes: 0, failed: false };
    let (start, mut pending) = read_head(|buffer| original.read(buffer));
    let transform = compression(&start);
    let input = BufReader::with_capacity(64 << 10, Cursor::new(start).chain(original));
    let transforms = transform.map(str::to_owned).into_iter().collect();
    let layer = match transform {
        Some("gunzip") => Layer::Gzip(Box::new(MultiGzDecoder::new(input))),
        Some(_) => {
            let (layer, failed) = zstd_layer(input);
            pending = pending.or(failed);
            layer
        }
        None => Layer::Plain(input),
    };
    let limits = *limits;
    let head = Cursor::new(Vec::new());
    let mut decoded = Decoded { layer, limits, transforms, head, wide: None, produced: 0, pending, finished: false };
    decoded.look();
    decoded
}

/// True where [`open`] would hand these bytes, all there are, on as they came: not compressed, not UTF-16.
pub fn is_plain(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    compression(head).is_none() && utf16(head).is_none()
}

/// How a stream that begins so is compressed.
fn compression(start: &[u8]) -> Option<&'static str> {
    let skippable = matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    match start {
        [0x1f, 0x8b, 0x08, ..] => Some("gunzip"),
        _ if start.starts_with(b"\x28\xb5\x2f\xfd") || skippable => Some("unzstd"),
        _ => None,
    }
}

fn zstd_layer<R: Read>(input: Input<R>) -> (Layer<R>, Option<io::Error>) {
    match zstd::Decoder::try_with_buffer(input) {
        Ok(mut decoder) => {
            let failed = decoder.window_log_max(WINDOW_LOG).err();
            (Layer::Zstd(Box::new(decoder)), failed)
        }
        Err((input, error)) => (Layer::Plain(input), Some(error)),
    }
}

/// Reads up to [`HEAD`] bytes; what was read before an error is kept.
fn read_head(mut read: impl FnMut(&mut [u8]) -> io::Result<usize>) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; HEAD];
    let mut length = 0;
    let mut failed = None;
    while let Some(free) = head.get_mut(length..).filter(|free| !free.is_empty()) {
        match read(free) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    head.truncate(length);
    (head, failed)
}

impl<R: Read> Decoded<R> {
    /// What was done to the bytes, in order: `gunzip`, `unzstd`, `utf-16le to utf-8`, `utf-16be to utf-8`.
    pub fn transforms(&self) -> &[String] {
        &self.transforms
    }

    /// SHA-256 and size of the bytes as they came from the source: of all of them once a read has returned 0 or an
    /// error, except that after an error nothing is read beyond [`Limits::total`] or the source's own failure.
    pub fn original(&self) -> (Digest, u64) {
        let original = self.layer.original();
        (Digest::from_sha256(&original.hash.clone().finalize().into()), original.bytes)
    }

    /// Reads the first decoded bytes to recognise UTF-16.
    fn look(&mut self) {
        let earlier = self.pending.take();
        let (head, failed) = read_head(|buffer| self.limited(buffer));
        self.pending = failed.or(earlier);
        if let Some(big_endian) = utf16(&head) {
            let name = if big_endian { "utf-16be to utf-8" } else { "utf-16le to utf-8" };
            self.transforms.push(name.to_owned());
            self.wide = Some(Wide { big_endian, rest: Vec::new(), ready: Cursor::new(Vec::new()) });
        }
        self.head = Cursor::new(head);
    }

    /// Reads from the layer within the limits.
    fn limited(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.limits.total.saturating_sub(self.produced);
        if left == 0 {
            let mut probe = [0];
            return match self.layer.read(&mut probe).map_err(|error| self.explain(error))? {
                0 => Ok(0),
                _ => Err(io::Error::other(DecodeError::TooLarge { limit: self.limits.total })),
            };
        }
        let original = self.layer.original().bytes;
        let allowed = original.saturating_mul(self.limits.ratio).max(FREE.min(self.limits.total));
        if self.layer.format().is_some() && self.produced > allowed {
            let (ratio, decoded) = (self.limits.ratio, self.produced);
            return Err(io::Error::other(DecodeError::Ratio { ratio, decoded, original }));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.layer.read(buffer.get_mut(..most).unwrap_or_default());
        let read = read.map_err(|error| self.explain(error))?;
        self.produced += read as u64;
        Ok(read)
    }

    /// An error of a decoder in our words; one of the source as it is.
    fn explain(&self, error: io::Error) -> io::Error {
        match self.layer.format() {
            Some(format) if !self.layer.original().failed && error.kind() != ErrorKind::Interrupted => {
                let (decoded, reason) = (self.produced, error.to_string());
                io::Error::other(DecodeError::Damaged { format, decoded, reason })
            }
            _ => error,
        }
    }

    /// Reads decoded bytes before conversion.
    fn narrow(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let head = self.head.read(buffer)?;
        if head > 0 || buffer.is_empty() {
            return Ok(head);
        }
        if self.finished {
            return Ok(0);
        }
        let result = match self.pending.take() {
            Some(error) => Err(error),
            None => self.limited(buffer),
        };
        let retry = result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Interrupted);
        if !retry && !matches!(result, Ok(1..)) {
            self.finished = true;
            self.drain();
        }
        result
    }

    /// Hashes what a decoder left unread. A failure here is not reported: the decoder's own is, or the end was reached.
    fn drain(&mut self) {
        let total = self.limits.total;
        let original = self.layer.original_mut();
        let mut buffer = vec![0; 64 << 10];
        while !original.failed && original.bytes < total {
            match original.read(&mut buffer) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut wide) = self.wide.take() else { return self.narrow(buffer) };
        let result = wide.read(buffer, |raw| self.narrow(raw));
        self.wide = Some(wide);
        result
    }
}

/// UTF-16 to be converted.
struct Wide {
    big_endian: bool,
    /// Bytes of a unit or pair that is not complete yet.
    rest: Vec<u8>,
    ready: Cursor<Vec<u8>>,
}

impl Wide {
    fn read(&mut self, buffer: &mut [u8], mut more: impl FnMut(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            let read = self.ready.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut raw = vec![0; 16 << 10];
            let length = more(&mut raw)?;
            if length == 0 && self.rest.is_empty() {
                return Ok(0);
            }
            self.rest.extend_from_slice(raw.get(..length).unwrap_or_default());
            self.ready = Cursor::new(self.convert(length == 0).into_bytes());
        }
    }

    /// Converts all complete units; at the end also what is left over. Half a pair becomes U+FFFD.
    fn convert(&mut self, end: bool) -> String {
        let unit = |pair: &[u8]| match pair {
            [a, b] if self.big_endian => u16::from_be_bytes([*a, *b]),
            [a, b] => u16::from_le_bytes([*a, *b]),
            _ => 0,
        };
        let mut units: Vec<u16> = self.rest.chunks_exact(2).map(unit).collect();
        let half = units.last().is_some_and(|last| (0xd800..0xdc00).contains(last));
        if half && !end {
            units.pop();
        }
        let mut text: String = char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or('\u{fffd}')).collect();
        self.rest.drain(..(units.len() * 2).min(self.rest.len()));
        if end && !self.rest.is_empty() {
            self.rest.clear();
            text.push('\u{fffd}');
        }
        text
    }
}

/// Big-endian or not, where the bytes are UTF-16: by their byte order mark, or because they are ASCII letters with NULs
/// between.
fn utf16(head: &[u8]) -> Option<bool> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, ..] => return Some(false),
        [0xfe, 0xff, ..] => return Some(true),
        _ => {}
    }
    let pairs = head.len() / 2;
    let nuls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let most = |count: usize| pairs >= 4 && count * 10 >= pairs * 9;
    match (even, odd) {
        (0, odd) if most(odd) => Some(false),
        (even, 0) if most(even) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
