//! Cases that were open before, newest first: a list of paths in the state folder.

use std::path::{Path, PathBuf};

use crate::env::Env;

/// Most cases that are remembered.
const MOST: usize = 20;
/// The largest list that is read.
const MAX_BYTES: u64 = 256 << 10;

fn file(env: &Env) -> PathBuf {
    env.state_dir.join("recent")
}

/// The cases of the list that still exist.
pub fn list(env: &Env) -> Vec<PathBuf> {
    let file = file(env);
    if !std::fs::metadata(&file).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES) {
        return Vec::new();
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    text.lines().map(PathBuf::from).filter(|path| path.is_absolute() && path.is_file()).take(MOST).collect()
}

/// Puts a case in front. A list that cannot be written costs the list, nothing else; so does a path that is not UTF-8 or
/// holds a line end.
pub fn remember(env: &Env, case: &Path) {
    let Some(text) = case.to_str().filter(|text| !text.contains('\n')) else { return };
    let others = list(env).into_iter().filter(|path| path != case);
    let lines = std::iter::once(text.to_owned()).chain(others.filter_map(|path| path.to_str().map(str::to_owned)));
    let whole: String = lines.take(MOST).map(|line| line + "\n").collect();
    if let Err(error) = super::draft::write(env, "", "recent", &whole) {
        tracing::warn!("the list of recent cases: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing;

    #[test]
    fn the_newest_is_in_front_and_what_is_gone_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let env = testing::env(folder.path());
        assert_eq!(list(&env), Vec::<PathBuf>::new());
        let case = |name: &str| folder.path().join(name);
        for name in ["a.case", "b.case", "c.case"] {
            std::fs::write(case(name), "").unwrap();
            remember(&env, &case(name));
        }
        remember(&env, &case("a.case"));
        std::fs::remove_file(case("b.case")).unwrap();
        assert_eq!(list(&env), [case("a.case"), case("c.case")]);
        std::fs::write(env.state_dir.join("recent"), [0xff, b'\n']).unwrap();
        assert_eq!(list(&env), Vec::<PathBuf>::new());
    }
}
