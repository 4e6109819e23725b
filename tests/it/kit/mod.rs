//! Collection scripts, run here against stand-ins for the tools they call, and what `import` makes of what they pack.

mod cluster;
mod host;
mod interrupted;
mod others;
mod verbs;

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;

/// What a script may use of a bare machine.
const BARE: &[&str] = &[
    "cat",
    "cp",
    "cut",
    "date",
    "env",
    "grep",
    "gzip",
    "head",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "tar",
    "timeout",
    "touch",
    "tr",
    "true",
    "uname",
];

/// A machine on which a script runs: its tools, its temporary folder, the folder it is started in.
pub struct Machine {
    /// Folders, and the case that takes what was collected.
    pub world: World,
    /// Stand-ins; nothing in it is a link, so that writing one can never reach a tool of this machine.
    stand_ins: PathBuf,
    /// Links to the few tools of this machine that a script may use; never written to.
    bare: PathBuf,
    /// `$TMPDIR`, with a blank in its name.
    pub temporary: PathBuf,
    /// Where the script is started, and where its archive goes.
    pub out: PathBuf,
}

impl Machine {
    /// One without any tool.
    pub fn bare() -> Self {
        let world = World::new();
        let at = |name: &str| {
            let folder = world.root().join(name);
            fs::create_dir(&folder).unwrap();
            folder
        };
        let (stand_ins, bare) = (at("stand-ins"), at("bare"));
        let (temporary, out) = (at("temporary files"), at("out"));
        let path = std::env::var_os("PATH").unwrap();
        for tool in BARE {
            let found = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file());
            symlink(found.unwrap_or_else(|| panic!("{tool} is missing here")), bare.join(tool)).unwrap();
        }
        Machine { world, stand_ins, bare, temporary, out }
    }

    /// Adds a tool that writes down how it was called and then runs `body`.
    pub fn tool(&self, name: &str, body: &str) -> &Self {
        let calls = self.world.root().join("calls");
        let text = format!("#!/bin/sh\nprintf '%s\\n' \"{name} $*\" >>'{}'\n{body}\n", calls.display());
        let file = self.stand_ins.join(name);
        // A new file or none: nothing is written over and no link is followed.
        let mut to = OpenOptions::new().write(true).create_new(true).mode(0o755).open(file).unwrap();
        to.write_all(text.as_bytes()).unwrap();
        self
    }

    /// How tools were called, in order.
    pub fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.world.root().join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The script of a role, as the command line writes it, ready to start.
    pub fn script(&self, role: &str, settings: &[(&str, &str)]) -> Command {
        let file = self.world.root().join(format!("kit-{role}.sh"));
        if !file.exists() {
            run(&self.world.ana(), ["kit", "--role", role, "-o", &arg(&file)]).expect(Exit::Done);
        }
        let path = std::env::join_paths([&self.stand_ins, &self.bare]).unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg(file).env_clear().env("PATH", path).env("TMPDIR", &self.temporary).envs(settings.iter().copied());
        command.env("HOME", self.world.root()).current_dir(&self.out).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, role: &str, settings: &[(&str, &str)]) -> Output {
        self.script(role, settings).output().unwrap()
    }

    /// The archives it left, after a look that it left nothing else.
    #[track_caller]
    pub fn archives(&self) -> Vec<PathBuf> {
        let left: Vec<_> = fs::read_dir(&self.temporary).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, Vec::<PathBuf>::new(), "temporary files are left");
        let mut files: Vec<_> = fs::read_dir(&self.out).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in &files {
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("hullbreach-") && name.ends_with(".tar.gz"), "{name} is left");
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
        files
    }

    /// The only archive, unpacked; its folder.
    #[track_caller]
    pub fn unpacked(&self) -> PathBuf {
        let archives = self.archives();
        assert_eq!(archives.len(), 1, "{archives:?}");
        self.unpack(&archives[0])
    }

    /// An archive, unpacked; its folder.
    pub fn unpack(&self, archive: &Path) -> PathBuf {
        let to = self.world.root().join("unpacked");
        tar::Archive::new(GzDecoder::new(fs::File::open(archive).unwrap())).unpack(&to).unwrap();
        to.join(archive.file_name().unwrap().to_str().unwrap().trim_end_matches(".tar.gz"))
    }

    /// Imports the archive that was unpacked into a folder, as a responder would, and asks a question about it.
    pub fn imported(&self, folder: &Path, question: &[&str]) -> Value {
        if !self.world.path().exists() {
            drop(self.world.new_case());
            let archive = self.out.join(format!("{}.tar.gz", folder.file_name().unwrap().to_str().unwrap()));
            let ran = run(&self.world.ana(), ["import", &arg(&archive), "--context", "prod"]);
            assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{}", ran.err());
        }
        run(&self.world.ana(), question.iter().chain(&["--json"])).json()
    }

    /// Names of the images that a folder tells of.
    pub fn images(&self, folder: &Path) -> Vec<String> {
        let found = self.imported(folder, &["images"]);
        let mut names: Vec<String> = found["images"]
            .as_array()
            .unwrap()
            .iter()
            .map(|image| image["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    /// Status and reason of a file in coverage.
    #[track_caller]
    pub fn covered(&self, folder: &Path, file: &str) -> (String, String) {
        let found = self.imported(folder, &["coverage"]);
        let sources = found["sources"].as_array().unwrap();
        let row = sources.iter().find(|row| row["path"].as_str().unwrap().ends_with(file));
        let row = row.unwrap_or_else(|| panic!("{file} is not in {found:#}"));
        (row["status"].as_str().unwrap().to_owned(), row["reason"].as_str().unwrap().to_owned())
    }
}

/// The manifest of a folder.
pub fn manifest(folder: &Path) -> String {
    fs::read_to_string(folder.join("manifest.txt")).unwrap()
}

/// The words of a source in the manifest: state, exit status or reason, and the rest.
#[track_caller]
pub fn source(folder: &Path, id: &str) -> Vec<String> {
    let text = manifest(folder);
    let line = text.lines().find(|line| line.starts_with(&format!("source\t{id}\t")));
    line.unwrap_or_else(|| panic!("{id} is not in {text}")).split('\t').skip(2).map(str::to_owned).collect()
}

/// Fails where a script ended otherwise, and shows what it said.
#[track_caller]
pub fn assert_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
}
