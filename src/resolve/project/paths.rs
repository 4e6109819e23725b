//! Paths as project files write them, to the paths that evidence has: cleaned as text, never looked up.

/// The folder a file stands in, without the slash at its end; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// A path written relative to a folder, as an absolute one; else why it is out of reach.
pub(super) fn resolve(folder: &str, written: &str) -> Result<String, &'static str> {
    let drive = written.as_bytes().get(1) == Some(&b':') && written.starts_with(|c: char| c.is_ascii_alphabetic());
    if drive || written.contains('\\') {
        return Err("a Windows path: it is out of reach of what was imported");
    }
    if written.starts_with('/') {
        return Err("an absolute path of the machine it is run on: it is out of reach of what was imported");
    }
    if written == "~" || written.starts_with("~/") {
        return Err("a path in somebody's home folder: it is out of reach of what was imported");
    }
    // Nothing leads out of an archive; `/..` is `/`.
    let inside = format!("{folder}/");
    let archive = inside.rfind("!/").map(|at| at + 2);
    let (root, rest) = inside.split_at(archive.unwrap_or(usize::from(inside.starts_with('/'))));
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/').chain(written.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() && archive.is_some() => return Err("a path that leads out of its archive"),
            ".." => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Ok(if joined.is_empty() { root.trim_end_matches('/').to_owned() } else { format!("{root}{joined}") })
}

/// Whether a build context or an included file is fetched from elsewhere (moby, `urlutil`): a URL or a git repository.
pub(super) fn is_remote(written: &str) -> bool {
    let schemes = ["http://", "https://", "git://", "ssh://", "git@", "github.com/", "oci://", "docker-image://"];
    schemes.iter().any(|scheme| written.starts_with(scheme))
        || written.split('#').next().is_some_and(|url| url.ends_with(".git") && url.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_and_stay_in_their_archive() {
        for (folder, written, path) in [
            ("/a/b", "c", "/a/b/c"),
            ("/a/b", "./c/../d/", "/a/b/d"),
            ("/a/b", "..", "/a"),
            ("/a", "..", ""),
            ("/a", "../../../x", "/x"),
            ("", "x", "/x"),
            ("/a/d.tar!", "b/c", "/a/d.tar!/b/c"),
            ("/a/d.tar!/b", "../c", "/a/d.tar!/c"),
            ("/a/d.tar!/b", "..", "/a/d.tar!"),
            ("/a/d.tar!/e.zip!/b", "..", "/a/d.tar!/e.zip!"),
        ] {
            assert_eq!(resolve(folder, written).as_deref(), Ok(path), "{folder} {written}");
        }
        assert!(resolve("/a/d.tar!/b", "../../c").unwrap_err().contains("archive"));
        assert!(resolve("/a", "/b").unwrap_err().contains("absolute"));
        assert!(resolve("/a", "~/b").unwrap_err().contains("home"));
        for windows in ["C:\\b", "C:/b", ".\\b", "\\\\host\\share"] {
            assert!(resolve("/a", windows).unwrap_err().contains("Windows"), "{windows}");
        }
        assert_eq!((folder("/a/b.yaml"), folder("/b"), last("/a/b/"), last("x")), ("/a", "", "b", "x"));
    }

    #[test]
    fn remote_contexts_are_known() {
        for remote in ["https://x/y.git#main:d", "git@github.com:a/b.git", "github.com/a/b", "user@host:a.git#x"] {
            assert!(is_remote(remote), "{remote}");
        }
        for here in [".", "./app", "app.git", "github.community/x", "~/x"] {
            assert!(!is_remote(here), "{here}");
        }
    }
}
