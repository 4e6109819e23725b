//! How a record came about, by what a client says of itself. Anybody can say it: it tells records apart for people and is
//! never proof.

use crate::model::pulls::Manner;

/// Words in a user agent that scanners use.
const SCANNERS: [&str; 12] = [
    "trivy",
    "grype",
    "syft",
    "clair",
    "snyk",
    "anchore",
    "aqua",
    "prisma",
    "twistlock",
    "qualys",
    "docker-scout",
    "wiz",
];
/// Words in a user agent, or in the name of a robot, of what copies from registry to registry.
const COPIERS: [&str; 4] = ["replication", "regsync", "harbor-jobservice", "image-syncer"];

/// The manner of a transfer by a user agent and an account; either may be empty. Of accounts only robots count: a person may
/// be called anything.
pub(super) fn of(agent: &str, user: &str) -> Manner {
    let robot = user.starts_with("robot") || user.contains("-robot") || user.contains("+robot");
    let says = |words: &[&str]| {
        words.iter().any(|word| contains(agent, word)) || robot && words.iter().any(|word| contains(user, word))
    };
    match () {
        () if says(&SCANNERS) || robot && contains(user, "scanner") => Manner::Scanner,
        () if says(&COPIERS) => Manner::Replication,
        () => Manner::Ordinary,
    }
}

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// What a record of a table says was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Pull,
    Push,
    Check,
    /// Something else: a login, a scan, a deletion.
    Other,
}

/// The action of a word; a table without one is of pulls.
pub(super) fn action(word: &str) -> Action {
    let word = word.trim();
    let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    match () {
        () if word.is_empty() => Action::Pull,
        () if is(&["pull", "pulled", "get", "download", "pull by tag", "pull by digest", "pull_artifact"]) => {
            Action::Pull
        }
        () if is(&["pull artifact", "pull image", "image.pull", "repo.pull", "pull_image", "artifact.pull"]) => {
            Action::Pull
        }
        () if is(&["push", "pushed", "put", "create", "push_artifact", "upload", "image.push", "push image"]) => {
            Action::Push
        }
        () if is(&["head", "version check", "version_check", "check"]) => Action::Check,
        () => Action::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanners_and_copies_are_told_by_their_own_words() {
        for (agent, user, manner) in [
            ("docker/27.1 go/go1.22", "ana", Manner::Ordinary),
            ("Trivy/0.60", "", Manner::Scanner),
            ("", "robot$library+Trivy-b3f1", Manner::Scanner),
            ("", "trivia-fan", Manner::Ordinary),
            ("harbor-replication-service", "", Manner::Replication),
            ("", "robot$replication", Manner::Replication),
            ("containerd/1.7.22", "robot$deploy", Manner::Ordinary),
        ] {
            assert_eq!(of(agent, user), manner, "{agent} {user}");
        }
    }

    #[test]
    fn words_of_actions() {
        assert_eq!((action(""), action("GET"), action("Push")), (Action::Pull, Action::Pull, Action::Push));
        assert_eq!((action("HEAD"), action("delete")), (Action::Check, Action::Other));
    }
}
