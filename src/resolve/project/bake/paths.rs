//! Paths as a bake file writes them, made absolute: `/`-separated, lexically clean, never out of an archive.

/// The folder of a build context, written in the bake file at `file`; `None` where it is no folder at hand: a URL, git,
/// another target's result.
pub(super) fn context(file: &str, context: &str) -> Option<String> {
    let remote = context.contains("://") || context.starts_with("git@") || context.starts_with("target:");
    let github = ["github.com/", "git/"].iter().any(|host| context.starts_with(host));
    if remote || github || context == "-" {
        return None;
    }
    let (folder, _) = file.rsplit_once('/')?;
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
        for (file, written, expected) in [
            ("/w/docker-bake.hcl", ".", Some("/w")),
            ("/w/docker-bake.hcl", "./app/../lib", Some("/w/lib")),
            ("/w/docker-bake.hcl", "../x", Some("/x")),
            ("/w/docker-bake.hcl", "/abs", Some("/abs")),
            ("/a/d.tar.gz!/b/bake.hcl", "../c", Some("/a/d.tar.gz!/c")),
            ("/a/d.tar.gz!/b/bake.hcl", "../../c", None),
            ("/a/d.tar.gz!/b/bake.hcl", "/c", None),
            ("/w/docker-bake.hcl", "https://github.com/a/b.git", None),
            ("/w/docker-bake.hcl", "target:base", None),
            ("/w/docker-bake.hcl", "git@github.com:a/b", None),
        ] {
            assert_eq!(context(file, written).as_deref(), expected, "{file} {written}");
        }
    }
}
