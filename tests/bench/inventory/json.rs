//! JSON text built value by value, as `kubectl` prints it (four spaces) or as an API answers (one line). Holds one object at
//! a time. Text is written as it comes: what would need escaping comes escaped.

/// JSON under construction.
pub struct Json {
    text: String,
    /// Spaces a level; `None` for one line.
    indent: Option<usize>,
    depth: usize,
    empty: bool,
}

impl Json {
    /// Values as `kubectl -o json` prints them, the first one standing `depth` levels deep.
    pub fn pretty(depth: usize) -> Self {
        Json { text: String::new(), indent: Some(4), depth, empty: true }
    }

    /// Values on one line.
    pub fn compact() -> Self {
        Json { text: String::new(), indent: None, depth: 0, empty: true }
    }

    /// The text so far; the buffer is used again for the next value.
    pub fn take(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.text.as_bytes());
        self.text.clear();
    }

    /// An object filled by `fill`.
    pub fn object(&mut self, fill: impl FnOnce(&mut Json)) {
        self.nest('{', '}', fill);
    }

    /// An array filled by `fill`, which calls [`Json::element`] before each element.
    pub fn array(&mut self, fill: impl FnOnce(&mut Json)) {
        self.nest('[', ']', fill);
    }

    /// Begins a member of the open object; its value follows.
    pub fn key(&mut self, name: &str) -> &mut Self {
        self.element();
        self.quoted(name);
        self.text.push_str(if self.indent.is_some() { ": " } else { ":" });
        self
    }

    /// Begins an element of the open array; its value follows.
    pub fn element(&mut self) -> &mut Self {
        if !self.empty {
            self.text.push(',');
        }
        self.empty = false;
        self.line();
        self
    }

    /// A member that is text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.key(name).quoted(value);
    }

    /// A member that is a number.
    pub fn number(&mut self, name: &str, value: u64) {
        self.key(name).text.push_str(&value.to_string());
    }

    /// A member that is true or false.
    pub fn boolean(&mut self, name: &str, value: bool) {
        self.key(name).text.push_str(if value { "true" } else { "false" });
    }

    /// A member that is null.
    pub fn null(&mut self, name: &str) {
        self.key(name).text.push_str("null");
    }

    /// A member that is an object of texts.
    pub fn texts(&mut self, name: &str, members: &[(&str, &str)]) {
        self.key(name).object(|json| members.iter().for_each(|(name, value)| json.text(name, value)));
    }

    fn nest(&mut self, open: char, close: char, fill: impl FnOnce(&mut Json)) {
        self.text.push(open);
        self.depth += 1;
        self.empty = true;
        fill(self);
        self.depth -= 1;
        if !self.empty {
            self.line();
        }
        self.empty = false;
        self.text.push(close);
    }

    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        self.text.push_str(value);
        self.text.push('"');
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent * self.depth));
        }
    }
}
