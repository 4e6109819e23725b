//! What a text may mention, by the forms that things are named with on the command line. Whether there is such a thing is
//! for the caller.

use super::reference::Reference;

/// Most mentions of one text.
pub const MOST: usize = 50;

/// Words before a colon that name a thing of the case.
const THINGS: [&str; 7] = ["event", "evidence", "task", "clock", "credential", "indicator", "entry"];

/// What may be meant by the words of a text, each once, in their order: `event:ab12cd`, `task:R8`, a digest, or a name with
/// a tag or a path. A word that could be anything else (a time, an address of the web) is none.
pub fn candidates(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let word = bare(word);
        if found.len() < MOST && !found.contains(&word) && (is_thing(word) || is_image(word)) {
            found.push(word);
        }
    }
    found
}

/// A word between blanks without the signs around it that are no part of a name.
pub fn bare(word: &str) -> &str {
    let word = word.trim_start_matches(['(', '[', '{', '<', '"', '\'', '`', '*']);
    word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '`', '*'])
}

fn is_thing(word: &str) -> bool {
    let Some((thing, id)) = word.split_once(':') else { return false };
    THINGS.contains(&thing) && !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

fn is_image(word: &str) -> bool {
    if word.strip_prefix("sha256:").is_some_and(|hex| hex.len() >= 8 && hex.bytes().all(|b| b.is_ascii_hexdigit())) {
        return true;
    }
    let name = word.split(['/', ':', '@']).next().unwrap_or_default();
    let telling = word.contains(['/', ':']) && !word.contains("//") && name.bytes().any(|b| b.is_ascii_alphabetic());
    telling && word.len() <= 512 && Reference::parse(word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_and_images_are_told_from_other_words() {
        let text = "See (task:R8), `pay/api:1.2`. At 08:20Z event:ab12cd said sha256:0123456789ab; https://x.example/a, 3:2 \
                    and/or task: evidence:../x pay/api:1.2!";
        let found = ["task:R8", "pay/api:1.2", "event:ab12cd", "sha256:0123456789ab", "and/or"];
        assert_eq!(candidates(text), found, "whether there is an image `and/or` is for the caller");
        let many = (0..200).map(|n| format!("a/b:{n} ")).collect::<String>();
        assert_eq!(candidates(&many).len(), MOST);
    }
}
