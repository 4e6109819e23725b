//! Text into HTML: as content or inside of quoted attributes.

use std::borrow::Cow;
use std::io::{self, Write};

/// Escapes what HTML and XML give a meaning.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Writes a text with places after which a long word may be broken.
pub(super) fn breakable(text: &str, to: &mut dyn Write) -> io::Result<()> {
    for part in text.split_inclusive(['/', ':', '@']) {
        to.write_all(escaped(part).as_bytes())?;
        if part.len() < text.len() && part.ends_with(['/', ':', '@']) {
            to.write_all(b"<wbr>")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_opens_an_element_or_closes_an_attribute() {
        assert_eq!(
            escaped("<img src=x onerror=\"a('&')\">"),
            "&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;"
        );
        let mut out = Vec::new();
        breakable("a/<b>:1", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a/<wbr>&lt;b&gt;:<wbr>1");
    }
}
