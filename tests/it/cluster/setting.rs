//! A responder's machine beside a cluster: a case, a kubeconfig, and commands.

use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::server::Server;
use crate::support::World;
use crate::support::command::Ran;
use hullbreach::cli::Streams;
use hullbreach::env::Env;

/// A world with a case and a kubeconfig.
pub struct Setting {
    pub world: World,
    pub env: Env,
}

/// One context of a kubeconfig; cluster and user are called alike.
pub struct Named<'s> {
    pub name: &'s str,
    pub server: String,
    pub authority: String,
    pub user: Value,
}

impl<'s> Named<'s> {
    /// A context of that server with a token.
    pub fn of(name: &'s str, server: &Server) -> Self {
        let user = json!({"token": "a-token"});
        Named { name, server: server.address(), authority: server.authority.certificate.clone(), user }
    }
}

impl Setting {
    /// A case and no kubeconfig.
    pub fn bare() -> Setting {
        let world = World::new();
        drop(world.new_case());
        let mut env = world.ana();
        let home = world.root().join("ana");
        fs::create_dir_all(&home).unwrap();
        env.vars.insert("HOME".into(), home.to_str().unwrap().into());
        env.vars.insert("PATH".into(), std::env::var("PATH").unwrap_or_default());
        env.vars.insert("HULLBREACH_CASE".into(), world.path().to_str().unwrap().into());
        Setting { world, env }
    }

    /// One cluster, one context named `prod`, a token.
    pub fn of(server: &Server) -> Setting {
        Setting::named(&[Named::of("prod", server)])
    }

    /// Several contexts; the first is the current one.
    pub fn named(contexts: &[Named<'_>]) -> Setting {
        let mut setting = Setting::bare();
        let path = setting.write("kubeconfig", contexts);
        setting.env.vars.insert("KUBECONFIG".into(), path.to_str().unwrap().into());
        setting
    }

    /// Writes a kubeconfig.
    pub fn write(&self, name: &str, contexts: &[Named<'_>]) -> PathBuf {
        let config = json!({
            "apiVersion": "v1", "kind": "Config",
            "current-context": contexts.first().map(|context| context.name),
            "contexts": contexts.iter().map(|c| json!({"name": c.name, "context": {"cluster": c.name, "user": c.name, "namespace": "dev"}})).collect::<Vec<_>>(),
            "clusters": contexts.iter().map(|c| {
                let file = self.world.root().join(format!("{}.crt", c.name));
                fs::write(&file, &c.authority).unwrap();
                json!({"name": c.name, "cluster": {"server": c.server, "certificate-authority": file}})
            }).collect::<Vec<_>>(),
            "users": contexts.iter().map(|c| json!({"name": c.name, "user": c.user})).collect::<Vec<_>>(),
        });
        let path = self.world.root().join(name);
        fs::write(&path, config.to_string()).unwrap();
        path
    }

    /// `collect cluster` with these arguments and short pauses.
    pub fn collect(&self, arguments: &[&str]) -> Ran {
        self.collect_until(arguments, &Arc::default())
    }

    /// The same, until the flag is set.
    pub fn collect_until(&self, arguments: &[&str], cancel: &Arc<AtomicBool>) -> Ran {
        let fixed = ["hullbreach", "collect", "cluster", "--retries", "1", "--page-time", "20"];
        // A flag that is given twice is wrong usage: what a test sets wins.
        let fixed: Vec<&str> = match arguments {
            given if given.contains(&"--page-time") && given.contains(&"--retries") => fixed[..3].to_vec(),
            given if given.contains(&"--page-time") => fixed[..5].to_vec(),
            given if given.contains(&"--retries") => [&fixed[..3], &fixed[5..]].concat(),
            _ => fixed.to_vec(),
        };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let streams = Streams {
            stdin: None,
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            cancel: Arc::clone(cancel),
        };
        let arguments = fixed.iter().chain(arguments).map(std::ffi::OsString::from);
        let exit = hullbreach::cli::run(arguments, &self.env, streams);
        Ran { exit, stdout, stderr }
    }

    /// Any other command with `--json`.
    pub fn json(&self, arguments: &[&str]) -> Value {
        crate::support::command::run(&self.env, arguments.iter().chain(&["--json"]).copied()).json()
    }

    /// Names of all images in the case.
    pub fn images(&self) -> Vec<String> {
        let document = self.json(&["images"]);
        let mut names: Vec<String> =
            document["images"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// The rows of `coverage`, of one status.
    pub fn covered(&self, status: &str) -> Vec<Value> {
        let document = self.json(&["coverage"]);
        document["sources"].as_array().unwrap().iter().filter(|row| row["status"] == status).cloned().collect()
    }
}
