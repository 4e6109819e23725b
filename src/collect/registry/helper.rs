//! Credential helpers: programs named `docker-credential-NAME` that keep passwords. They run with a time limit, and nothing
//! that they print or complain of is ever shown: both may hold what they keep.
//!
//! Source of the protocol: docker/docker-credential-helpers, `credentials/credentials.go`.

use serde::Deserialize;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::logins::Login;
use crate::collect::program::{self, Ended};
use crate::env::Env;

/// What a helper says, and no more, where it keeps nothing for a server.
const NOTHING: &str = "credentials not found";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// What a helper keeps for a server; `None` where it keeps nothing. The error says what failed and what to do.
pub(super) fn ask(
    name: &str,
    server: &str,
    env: &Env,
    limit: Duration,
    stop: &AtomicBool,
) -> Result<Option<Login>, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(fits) {
        return Err("a credential helper whose name is none: it stands in credHelpers or credsStore".to_owned());
    }
    let program = format!("docker-credential-{name}");
    let mut command = Command::new(&program);
    command.arg("get").env_clear().envs(&env.vars).current_dir(&env.current_dir);
    let ran = program::run(command, format!("{server}\n").as_bytes(), limit, stop)
        .map_err(|error| format!("the credential helper {program} cannot be started: {error}"))?;
    match ran.ended {
        Err(Ended::Late) => Err(format!(
            "the credential helper {program} gave nothing within {} s and was stopped; log in again, or name a file with \
             --auth-file",
            limit.as_secs_f64()
        )),
        Err(Ended::Stopped) => Err(format!("the credential helper {program} was stopped")),
        Err(Ended::Lost(error)) => Err(format!("the credential helper {program} was lost: {error}")),
        Ok(status) if !status.success() => {
            if String::from_utf8_lossy(&ran.printed).contains(NOTHING) {
                return Ok(None);
            }
            Err(format!("the credential helper {program} failed ({status}); run it by hand to see why"))
        }
        Ok(_) => understood(&program, &ran.printed).map(Some),
    }
}

fn understood(program: &str, printed: &[u8]) -> Result<Login, String> {
    // The parser's own words could repeat a part of the credentials.
    let answer: Answer = serde_json::from_slice(printed)
        .map_err(|_| format!("the credential helper {program} printed no credentials"))?;
    let from = format!("the credential helper {program}");
    if answer.username == "<token>" {
        return Ok(Login::Identity { token: answer.secret, from });
    }
    Ok(Login::Password { user: answer.username, password: answer.secret, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood_and_never_repeated() {
        let login = understood("h", br#"{"ServerURL":"x","Username":"ana","Secret":"s3cr3t"}"#).unwrap();
        assert_eq!(
            login,
            Login::Password { user: "ana".into(), password: "s3cr3t".into(), from: "the credential helper h".into() }
        );
        let login = understood("h", br#"{"Username":"<token>","Secret":"t"}"#).unwrap();
        assert!(matches!(login, Login::Identity { token, .. } if token == "t"));
        let error = understood("h", br#"{"Secret": s3cr3t"#).unwrap_err();
        assert!(!error.contains("s3cr3t"), "{error}");
    }
}
