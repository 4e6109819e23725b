//! Paths as people type them: several in a line, `~` for the home folder.

use std::path::PathBuf;

use crate::env::Env;

/// Words between blanks; a text in double quotes is one word.
pub fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// A path as typed; `~` stands for the home folder.
pub fn path(typed: &str, env: &Env) -> PathBuf {
    match (typed.strip_prefix('~'), env.vars.get("HOME")) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            PathBuf::from(home).join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn several_paths_and_names_with_blanks() {
        assert_eq!(words("a/b  \"c d/e\" f"), ["a/b", "c d/e", "f"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn home_is_meant_only_at_the_beginning() {
        let mut env = crate::tui::testing::env(Path::new("/tmp"));
        assert_eq!(path("~/dumps", &env), PathBuf::from("~/dumps"), "nobody says where it is");
        env.vars.insert("HOME".to_owned(), "/home/ana".to_owned());
        for (typed, wanted) in
            [("~/dumps", "/home/ana/dumps"), ("~", "/home/ana/"), ("~bob/x", "~bob/x"), ("a/~", "a/~")]
        {
            assert_eq!(path(typed, &env), PathBuf::from(wanted), "{typed}");
        }
    }
}
