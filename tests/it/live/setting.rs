//! A responder's machine beside a registry or an engine: a case and commands.

use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::support::World;
use crate::support::command::{Ran, run, run_fed};
use hullbreach::cli::{Exit, Streams};
use hullbreach::env::Env;

pub struct Setting {
    pub world: World,
    pub env: Env,
}

impl Setting {
    /// A case and a home without any login.
    pub fn new() -> Setting {
        let world = World::new();
        drop(world.new_case());
        let mut env = world.ana();
        let home = world.root().join("ana");
        fs::create_dir_all(home.join(".docker")).unwrap();
        env.vars.insert("HOME".into(), home.to_str().unwrap().into());
        env.vars.insert("PATH".into(), std::env::var("PATH").unwrap_or_default());
        env.vars.insert("HULLBREACH_CASE".into(), world.path().to_str().unwrap().into());
        Setting { world, env }
    }

    /// Writes Docker's file of credentials.
    pub fn login(&self, config: &Value) {
        fs::write(self.world.root().join("ana/.docker/config.json"), config.to_string()).unwrap();
    }

    /// A program on the path, as a script.
    pub fn program(&mut self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.world.root().join("bin");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let before = self.env.vars.get("PATH").cloned().unwrap_or_default();
        self.env.vars.insert("PATH".into(), format!("{}:{before}", folder.display()));
    }

    /// Makes the case use these images: a list of references.
    pub fn uses(&self, names: &[String]) {
        let pods: Vec<Value> = names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{i}"), "namespace": "dev"},
                    "spec": {"containers": [{"name": "c", "image": name}]}})
            })
            .collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": pods}).to_string();
        run_fed(&self.env, ["import", "-"], list.as_bytes()).expect(Exit::Done);
    }

    /// `collect registry` with these arguments, without TLS at the host, with short pauses.
    pub fn collect(&self, host: &str, arguments: &[&str]) -> Ran {
        self.collect_until(host, arguments, &Arc::default())
    }

    pub fn collect_until(&self, host: &str, arguments: &[&str], cancel: &Arc<AtomicBool>) -> Ran {
        let fixed = ["hullbreach", "collect", "registry", "--plain-http", host, "--retries", "1"];
        let page_time: &[&str] = if arguments.contains(&"--page-time") { &[] } else { &["--page-time", "20"] };
        let all: Vec<&str> = fixed.iter().chain(page_time).chain(arguments).copied().collect();
        self.command(&all, cancel)
    }

    /// A whole command line.
    pub fn command(&self, arguments: &[&str], cancel: &Arc<AtomicBool>) -> Ran {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let streams = Streams {
            stdin: None,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            cancel: Arc::clone(cancel),
        };
        let exit = hullbreach::cli::run(arguments.iter().map(std::ffi::OsString::from), &self.env, streams);
        Ran { exit, stdout, stderr }
    }

    /// Any other command with `--json`.
    pub fn json(&self, arguments: &[&str]) -> Value {
        run(&self.env, arguments.iter().chain(&["--json"]).copied()).json()
    }

    /// The rows of `coverage`, of one status.
    pub fn covered(&self, status: &str) -> Vec<Value> {
        let document = self.json(&["coverage"]);
        document["sources"].as_array().unwrap().iter().filter(|row| row["status"] == status).cloned().collect()
    }

    /// Whether a text stands anywhere below the world's folder: in the case, in the state, in a log.
    pub fn keeps(&self, secret: &str, but: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.world.root().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                match entry.file_type().unwrap() {
                    kind if kind.is_dir() => folders.push(path),
                    _ if path.ends_with(but) => {}
                    _ => {
                        let bytes = fs::read(&path).unwrap();
                        if memchr::memmem::find(&bytes, secret.as_bytes()).is_some() {
                            found.push(path.display().to_string());
                        }
                    }
                }
            }
        }
        found
    }
}

/// The row of a name in a collection's document.
#[track_caller]
pub fn name<'r>(document: &'r Value, name: &str) -> &'r Value {
    let rows = document["names"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {rows:#?}"))
}
