//! Paths as a bake file writes them, made absolute: `/`-separated, lexically clean, never out of an archive.

/// The folder of a build context as written where bake runs in `folder`; `None` where it is no folder at hand: a URL,
/// git, another target's result.
pub(super) fn context(folder: &str, context: &str) -> Option<String> {
    let remote = context.contains("://") || context.starts_with("git@") || context.starts_with("target:");
    let github = ["github.com/", "git/"].iter().any(|host| context.starts_with(host));
    if remote || github || context == "-" {
        return None;
    }
    below(folder, context)
}

/// A path below a folder; `None` where it leads out of the archive that the folder is in.
pub(super) fn below(folder: &str, path: &str) -> Option<String> {
    if path.contains("://") {
        return None;
    }
    let (archive, inner) = folder.rsplit_once('!').map_or(("", folder), |(archive, inner)| (archive, inner));
    let mut parts: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { inner };
    // An absolute path inside of an archive is one of the machine that made it.
    if path.starts_with('/') && !archive.is_empty() {
        return None;
    }
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() && !archive.is_empty() {
                    return None;
                }
            }
            part => parts.push(part),
        }
    }
    let clean = format!("/{}", parts.join("/"));
    Some(if archive.is_empty() { clean } else { format!("{archive}!{clean}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_absolute() {
        for (folder, written, expected) in [
            ("/w", ".", Some("/w")),
            ("/w", "./app/../lib", Some("/w/lib")),
            ("/w", "../x", Some("/x")),
            ("/w", "/abs", Some("/abs")),
            ("/a/d.tar.gz!/b", "../c", Some("/a/d.tar.gz!/c")),
            ("/a/d.tar.gz!/b", "../../c", None),
            ("/a/d.tar.gz!/b", "/c", None),
            ("/w", "https://github.com/a/b.git", None),
            ("/w", "target:base", None),
            ("/w", "git@github.com:a/b", None),
        ] {
            assert_eq!(context(folder, written).as_deref(), expected, "{folder} {written}");
        }
    }
}
