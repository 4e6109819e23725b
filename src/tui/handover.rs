//! Handing the terminal to the responder's own editor and taking it back. The terminal was left before, and nobody reads
//! its keys meanwhile.

use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::env::Env;

/// The most bytes that are read back; the editor widget takes fewer.
const MAX_BYTES: u64 = 1 << 20;
/// What a shell says when it does not find a program (POSIX, 2.8.2).
const NOT_FOUND: i32 = 127;

/// The editor's command line: `VISUAL`, else `EDITOR`; arguments may follow its name.
pub fn editor(env: &Env) -> Result<String, String> {
    let set = |name: &str| env.vars.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let found = set("VISUAL").or_else(|| set("EDITOR"));
    found.map(str::to_owned).ok_or_else(|| "no editor is named: set VISUAL or EDITOR".to_owned())
}

/// Has a text edited in a file and waits for the editor's end. An editor that fails leaves the text as it was; its file
/// stays where nothing came of it, so that nothing is lost.
pub fn edit(editor: &str, file: &Path, text: &str) -> Result<String, String> {
    let failed = |error: io::Error| format!("{}: {error}", file.display());
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // A file that is there already is not followed or kept open to others.
    let _ = std::fs::remove_file(file);
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(failed)?;
    drop(out);
    let code = wait(editor, file).map_err(|error| format!("{editor}: {error}"))?;
    match code {
        Some(0) => {}
        Some(NOT_FOUND) => return Err(format!("{editor} was not found; set VISUAL or EDITOR")),
        Some(code) => return Err(format!("{editor} ended with status {code}")),
        None => return Err(format!("{editor} was killed")),
    }
    let mut bytes = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.map_err(failed)?;
    let mut text = String::from_utf8(bytes).map_err(|_| format!("{}: it is no UTF-8 text", file.display()))?;
    // Editors end the last line; nobody typed that.
    if text.ends_with('\n') {
        text.pop();
    }
    let _ = std::fs::remove_file(file);
    Ok(text)
}

/// Runs it through the shell, as git does, and waits. Its exit status; none where a signal ended it. Where it is stopped
/// (Ctrl-Z), this process stops too, so that the shell is there; sent on, both go on.
fn wait(editor: &str, file: &Path) -> io::Result<Option<i32>> {
    use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};
    let mut shell = Command::new("sh");
    let child = shell.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file).spawn()?;
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        match waitpid(id, WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => kill_process(getpid(), Signal::STOP)?,
            Ok(Some((_, status))) => return Ok(status.exit_status()),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Where a draft is edited.
pub fn file(env: &Env, case: Option<&Path>, draft: &str) -> PathBuf {
    super::data::draft::path(env, case, &super::view::note::editing(draft))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn visual_comes_before_editor_and_one_must_be_set() {
        let mut env = testing::env(Path::new("/tmp"));
        assert!(editor(&env).unwrap_err().contains("set VISUAL or EDITOR"));
        env.vars.insert("EDITOR".to_owned(), "ed -s".to_owned());
        assert_eq!(editor(&env).unwrap(), "ed -s");
        env.vars.insert("VISUAL".to_owned(), " vim ".to_owned());
        assert_eq!(editor(&env).unwrap(), "vim");
    }

    #[test]
    fn the_text_goes_through_the_editor_with_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drafts/note 1.txt");
        let append = "sh -c 'printf \"%s\\n\" more >> \"$2\"' sh unused";
        assert_eq!(edit(append, &file, "begun ").unwrap(), "begun more");
        assert!(!file.exists(), "nothing is left behind");
        let mode = "sh -c 'stat -c %a \"$1\" > \"$1.mode\" 2>/dev/null; true' sh";
        edit(mode, &file, "x").unwrap();
        assert_eq!(folder.path().join("drafts").metadata().unwrap().permissions().mode() & 0o700, 0o700);
    }

    #[test]
    fn an_editor_that_fails_says_so_and_leaves_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("note.txt");
        assert!(edit("no-such-editor-here", &file, "text").unwrap_err().contains("was not found"));
        assert!(edit("sh -c 'exit 3' sh", &file, "text").unwrap_err().contains("status 3"));
        assert!(edit("kill -9 $$ #", &file, "text").unwrap_err().contains("was killed"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "text");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
