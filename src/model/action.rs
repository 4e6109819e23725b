//! Names of CI actions: `owner/repository@ref`, as a workflow's `uses` has them.
//!
//! An action is code that a job fetches by a name that can move, like a tag. Its name may look like that of an image and
//! must never be taken for one, so its canonical form has a prefix: `action:owner/repository@ref`.

/// What a canonical name of an action begins with.
pub const PREFIX: &str = "action:";

/// The canonical name of an action as written: owner, repository and ref. The path within the repository is left out:
/// whoever can move the ref moves every action in it.
pub fn canonical(written: &str) -> String {
    let (path, reference) = match written.split_once('@') {
        Some((path, reference)) => (path, Some(reference)),
        None => (written, None),
    };
    let mut parts = path.split('/');
    let owner = parts.next().unwrap_or_default();
    let repository = parts.next().map_or_else(String::new, |part| format!("/{part}"));
    let reference = reference.map_or_else(String::new, |reference| format!("@{reference}"));
    format!("{PREFIX}{owner}{repository}{reference}")
}

/// Repository and ref of a canonical name; `None` for a name that is no action's. A commit is no tag: it cannot move.
pub fn parts(canonical: &str) -> Option<(&str, Option<&str>)> {
    let name = canonical.strip_prefix(PREFIX)?;
    // Bitbucket writes the version of a pipe as a tag.
    let (repository, reference) = match name.split_once('@').or_else(|| name.split_once(':')) {
        Some((repository, reference)) => (repository, Some(reference)),
        None => (name, None),
    };
    let is_commit = |text: &&str| matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some((repository, reference.filter(|reference| !reference.is_empty() && !is_commit(reference))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_repository_and_ref_make_the_name() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (written, name, repository, tag) in [
            ("actions/checkout@v4", "action:actions/checkout@v4", "actions/checkout", Some("v4")),
            ("github/codeql-action/init@v3", "action:github/codeql-action@v3", "github/codeql-action", Some("v3")),
            ("o/r/.github/workflows/ci.yml@feature/x", "action:o/r@feature/x", "o/r", Some("feature/x")),
            (&format!("o/r@{commit}"), &format!("action:o/r@{commit}"), "o/r", None),
            (
                "atlassian/aws-s3-deploy:1.1.0",
                "action:atlassian/aws-s3-deploy:1.1.0",
                "atlassian/aws-s3-deploy",
                Some("1.1.0"),
            ),
            ("nginx", "action:nginx", "nginx", None),
            ("o/r@", "action:o/r@", "o/r", None),
        ] {
            assert_eq!(canonical(written), name);
            assert_eq!(parts(name), Some((repository, tag)), "{written}");
        }
        assert_eq!(parts("docker.io/library/nginx:1"), None);
    }
}
