//! An answer's bytes on their way through: `metadata.managedFields` is left out, and what the answer says of itself as a
//! list is noted.
//!
//! It looks at brackets, strings and commas only, one byte after another, and holds no more than one member's name. What
//! is left out says who changed which field, never what runs; it is a third of a list of pods. Everything else goes
//! through as it came, also where it is no JSON.

use memchr::memchr2;

/// Deeper than this nothing is left out any more.
const DEEPEST: usize = 512;
/// The longest name of a member that is compared, in bytes.
const LONGEST_NAME: usize = 64;
/// The longest text of the answer's own metadata that is noted; continue tokens take some hundred bytes.
const LONGEST_TEXT: usize = 16 << 10;
/// Names that are noted at most.
const MOST_NAMES: usize = 20_000;

/// What an answer says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// `kind` of the whole.
    pub kind: String,
    /// `metadata.continue`: with this the server gives the next page.
    pub next: Option<String>,
    /// `message` of a refusal.
    pub message: String,
    /// `metadata.name` of each item.
    pub names: Vec<String>,
    /// Items begun.
    pub items: u64,
    /// The outermost bracket was closed: nothing was cut off.
    pub closed: bool,
}

/// What an open bracket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The whole answer.
    Root,
    /// Its `metadata`.
    ListMetadata,
    /// Its `items`.
    Items,
    /// One of them.
    Item,
    /// The `metadata` of one.
    ItemMetadata,
    /// Any other `metadata`.
    Metadata,
    /// Anything else.
    Other,
}

impl Place {
    fn is_metadata(self) -> bool {
        matches!(self, Place::ListMetadata | Place::ItemMetadata | Place::Metadata)
    }
}

#[derive(Debug)]
struct Frame {
    place: Place,
    object: bool,
    /// The next string is a member's name.
    before_name: bool,
    /// The last member's name.
    name: Vec<u8>,
    /// The first member was left out: the comma behind it goes too.
    first_left_out: bool,
}

/// What the string that goes through is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    None,
    Name,
    Value,
    /// A value that is noted.
    Noted,
}

/// The filter. Feed it all chunks in order, then [`Trimmer::finish`].
#[derive(Debug)]
pub struct Trimmer {
    stack: Vec<Frame>,
    text: Text,
    escaped: bool,
    noted: Vec<u8>,
    /// Comma, space and name of a member whose fate is not known yet.
    held: Option<Vec<u8>>,
    /// Depth of the object whose member is being left out.
    leaving_out: Option<usize>,
    /// It is no JSON that can be followed.
    lost: bool,
    left_out: u64,
    said: Said,
}

impl Default for Trimmer {
    fn default() -> Self {
        Trimmer {
            stack: Vec::new(),
            text: Text::None,
            escaped: false,
            noted: Vec::new(),
            held: None,
            leaving_out: None,
            lost: false,
            left_out: 0,
            said: Said::default(),
        }
    }
}

impl crate::collect::wire::Filter for Trimmer {
    type Said = (Said, u64);

    fn push(&mut self, bytes: &[u8], kept: &mut Vec<u8>) {
        Trimmer::push(self, bytes, kept);
    }

    fn finish(self, kept: &mut Vec<u8>) -> (Said, u64) {
        Trimmer::finish(self, kept)
    }
}

impl Trimmer {
    /// Takes the next bytes; appends those that stay.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        let before = out.len();
        let held = self.held.as_ref().map_or(0, Vec::len);
        let mut rest = chunk;
        while let Some((&byte, after)) = rest.split_first() {
            if self.lost {
                out.extend_from_slice(rest);
                break;
            }
            if self.text != Text::None && !self.escaped {
                // Within a string only its end and escapes matter.
                let plain = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                let (run, tail) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
                self.text_run(run, out);
                rest = tail;
                if let Some((&byte, after)) = rest.split_first() {
                    self.text_byte(byte, out);
                    rest = after;
                }
                continue;
            }
            if self.text == Text::None {
                self.structure(byte, out);
            } else {
                self.text_byte(byte, out);
            }
            rest = after;
        }
        let kept = out.len() - before + self.held.as_ref().map_or(0, Vec::len);
        self.left_out += (chunk.len() + held).saturating_sub(kept) as u64;
    }

    /// Ends the answer: what was held goes out. Says what the answer said of itself, and how many bytes were left out.
    pub fn finish(mut self, out: &mut Vec<u8>) -> (Said, u64) {
        if let Some(held) = self.held.take() {
            out.extend_from_slice(&held);
        }
        (self.said, self.left_out)
    }

    fn keep(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match (&self.leaving_out, &mut self.held) {
            (Some(_), _) => {}
            (None, Some(held)) => held.extend_from_slice(bytes),
            (None, None) => out.extend_from_slice(bytes),
        }
    }

    fn text_run(&mut self, run: &[u8], out: &mut Vec<u8>) {
        self.keep(run, out);
        self.note(run);
    }

    fn text_byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte == b'"' && !self.escaped {
            self.keep(b"\"", out);
            return self.text_end(out);
        }
        self.escaped = byte == b'\\' && !self.escaped;
        self.keep(&[byte], out);
        self.note(&[byte]);
    }

    fn note(&mut self, bytes: &[u8]) {
        match self.text {
            Text::Name => {
                if let Some(frame) = self.stack.last_mut()
                    && frame.name.len() <= LONGEST_NAME
                {
                    let room = LONGEST_NAME + 1 - frame.name.len();
                    frame.name.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
                }
            }
            Text::Noted if self.noted.len() <= LONGEST_TEXT => self.noted.extend_from_slice(bytes),
            _ => {}
        }
    }

    fn text_end(&mut self, out: &mut Vec<u8>) {
        let text = std::mem::replace(&mut self.text, Text::None);
        match text {
            Text::Name => self.name_end(out),
            Text::Noted => self.noted_end(),
            Text::Value | Text::None => {}
        }
    }

    /// A member's name is whole: it stays, or it goes with its value.
    fn name_end(&mut self, out: &mut Vec<u8>) {
        let depth = self.stack.len();
        let Some(frame) = self.stack.last_mut() else { return };
        frame.before_name = false;
        if self.leaving_out.is_some() {
            return;
        }
        let Some(held) = self.held.take() else { return };
        if frame.place.is_metadata() && frame.name == b"managedFields" {
            frame.first_left_out = held.first() != Some(&b',');
            self.leaving_out = Some(depth);
        } else {
            out.extend_from_slice(&held);
        }
    }

    fn noted_end(&mut self) {
        let Some(frame) = self.stack.last() else { return };
        let mut quoted = Vec::with_capacity(self.noted.len() + 2);
        quoted.push(b'"');
        quoted.append(&mut self.noted);
        quoted.push(b'"');
        let text: String = match serde_json::from_slice(&quoted) {
            Ok(text) if quoted.len() <= LONGEST_TEXT => text,
            _ => return,
        };
        match (frame.place, frame.name.as_slice()) {
            (Place::Root, b"kind") => self.said.kind = text,
            (Place::Root, b"message") => self.said.message = text,
            (Place::ListMetadata, b"continue") => self.said.next = Some(text).filter(|text| !text.is_empty()),
            (Place::ItemMetadata, b"name") if self.said.names.len() < MOST_NAMES => self.said.names.push(text),
            _ => {}
        }
    }

    fn structure(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b'"' => {
                self.text = match self.stack.last() {
                    Some(frame) if frame.object && frame.before_name => Text::Name,
                    Some(frame) if noted(frame) => Text::Noted,
                    _ => Text::Value,
                };
                if self.text == Text::Name
                    && let Some(frame) = self.stack.last_mut()
                {
                    frame.name.clear();
                }
                self.keep(b"\"", out);
            }
            b'{' | b'[' => self.open(byte, out),
            b'}' | b']' => self.close(byte, out),
            b',' => self.comma(out),
            _ => self.keep(&[byte], out),
        }
    }

    fn open(&mut self, byte: u8, out: &mut Vec<u8>) {
        let object = byte == b'{';
        let place = match self.stack.last() {
            None => Place::Root,
            Some(top) => inner(top, object),
        };
        if place == Place::Item {
            self.said.items += 1;
        }
        if self.stack.len() >= DEEPEST || (place == Place::Root && self.said.closed) {
            if let Some(held) = self.held.take() {
                out.extend_from_slice(&held);
            }
            (self.lost, self.leaving_out) = (true, None);
            out.push(byte);
            return;
        }
        self.keep(&[byte], out);
        self.stack.push(Frame { place, object, before_name: object, name: Vec::new(), first_left_out: false });
        if place.is_metadata() && object && self.leaving_out.is_none() {
            self.held = Some(Vec::new());
        }
    }

    fn close(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.leaving_out == Some(self.stack.len()) {
            self.leaving_out = None;
        }
        if let Some(held) = self.held.take() {
            // Space behind the last member, or within an empty object.
            out.extend_from_slice(&held);
        }
        self.keep(&[byte], out);
        self.stack.pop();
        self.said.closed = self.stack.is_empty();
    }

    fn comma(&mut self, out: &mut Vec<u8>) {
        let depth = self.stack.len();
        let Some(frame) = self.stack.last_mut() else { return out.push(b',') };
        frame.before_name = frame.object;
        let after_left_out = self.leaving_out == Some(depth);
        if after_left_out {
            self.leaving_out = None;
        }
        if frame.place.is_metadata() && frame.object && self.leaving_out.is_none() {
            let swallowed = after_left_out && frame.first_left_out;
            let comma: &[u8] = if swallowed { b"" } else { b"," };
            self.held = Some(comma.to_vec());
            return;
        }
        self.keep(b",", out);
    }
}

/// What a bracket is that opens within another.
fn inner(top: &Frame, object: bool) -> Place {
    let named = top.object.then_some(top.name.as_slice());
    match (top.place, named, object) {
        (Place::Root, Some(b"metadata"), true) => Place::ListMetadata,
        (Place::Root, Some(b"items"), false) => Place::Items,
        (Place::Items, None, true) => Place::Item,
        (Place::Item, Some(b"metadata"), true) => Place::ItemMetadata,
        (_, Some(b"metadata"), true) => Place::Metadata,
        _ => Place::Other,
    }
}

/// Whether the value that begins is one to note.
fn noted(frame: &Frame) -> bool {
    frame.object
        && matches!(
            (frame.place, frame.name.as_slice()),
            (Place::Root, b"kind" | b"message") | (Place::ListMetadata, b"continue") | (Place::ItemMetadata, b"name")
        )
}

#[cfg(test)]
mod tests;
