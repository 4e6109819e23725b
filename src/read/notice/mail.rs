//! Mails: the text parts of a message, decoded (RFC 5322, RFC 2045, RFC 2046). Headers name nothing.

/// Deepest parts within parts.
const DEEPEST: usize = 6;
/// Most parts that are looked at.
const MOST: usize = 100;

/// True where a text begins with the headers of a mail.
pub(super) fn is_mail(text: &str) -> bool {
    let names =
        ["from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "delivered-to"];
    let head = text.trim_start_matches('\u{feff}').lines().take_while(|line| !line.trim().is_empty()).take(60);
    let known = head.filter(|line| {
        line.split_once(':').is_some_and(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
    });
    known.count() >= 2
}

/// The text of all parts that are text.
pub(super) fn text(mail: &str) -> String {
    let mail = mail.replace("\r\n", "\n");
    let (mut out, mut left) = (String::new(), MOST);
    part(&mail, 0, &mut left, &mut out);
    out
}

fn part(text: &str, depth: usize, left: &mut usize, out: &mut String) {
    if depth > DEEPEST || *left == 0 {
        return;
    }
    *left -= 1;
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let kind = header(head, "content-type").unwrap_or_else(|| "text/plain".to_owned());
    let lower = kind.to_ascii_lowercase();
    if lower.starts_with("multipart/") {
        if let Some(boundary) = parameter(&kind, "boundary") {
            // What stands before the first and behind the last boundary is for nobody.
            let fence = format!("--{boundary}");
            for inner in body.split(&fence).skip(1).filter(|inner| !inner.starts_with("--")) {
                part(inner.trim_start_matches('\n'), depth + 1, left, out);
            }
        }
        return;
    }
    if lower.starts_with("message/") {
        return part(body, depth + 1, left, out);
    }
    if !lower.starts_with("text/") {
        return;
    }
    let encoding = header(head, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    let decoded = match encoding.trim() {
        "quoted-printable" => quoted_printable(body),
        "base64" => String::from_utf8_lossy(&base64(body)).into_owned(),
        _ => body.to_owned(),
    };
    out.push_str(&if lower.starts_with("text/html") { without_tags(&decoded) } else { decoded });
    out.push('\n');
}

/// A header's value, its folded lines joined.
fn header(head: &str, wanted: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = &mut found {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        if found.is_some() {
            return found;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case(wanted)
        {
            found = Some(value.trim().to_owned());
        }
    }
    found
}

fn parameter(value: &str, wanted: &str) -> Option<String> {
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
    };
    value.split(';').find_map(parameter).filter(|value| !value.is_empty())
}

/// RFC 2045, 6.7. What is no valid escape stays as it is.
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.zip(after.get(2..)) {
            Some((byte, behind)) => {
                bytes.push(byte);
                rest = behind;
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// RFC 2045, 6.8. Signs that are none of the alphabet are passed over.
fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0_u32, 0_u32);
    for six in text.bytes().filter_map(value) {
        bits = (bits << 6 | six) & 0xff_ffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have & 0xff) as u8);
        }
    }
    bytes
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = after.split_once('>').unwrap_or(("", after));
        let ends_line = ["br", "/p", "/li", "/tr", "/div"].iter().any(|end| tag.to_ascii_lowercase().starts_with(end));
        text.push(if ends_line { '\n' } else { ' ' });
        rest = behind;
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_undone() {
        assert_eq!(quoted_printable("a=3Db=\nc=E2=82=AC=zz="), "a=bc€=zz=");
        assert_eq!(base64("aGVs\nbG8="), b"hello");
        assert_eq!(without_tags("<p>a&amp;b<br>c</p>").trim(), "a&b\nc");
        assert!(is_mail("From: a\nSubject: b\n\nx") && !is_mail("Note: from: me\n"));
    }

    #[test]
    fn parts_within_parts_end() {
        let nested = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(50);
        assert_eq!(text(&nested).trim(), "");
    }
}
