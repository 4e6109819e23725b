//! From what a kubeconfig says of a user to what a connection needs: a token or a certificate at hand. Nothing here is
//! ever printed, logged or stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::AuthInfo;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::config::Target;
use super::exec;
use crate::env::Env;
use crate::model::time::Micros;

/// Credentials that are good for some time.
pub(super) struct Login {
    /// As the connection takes it: no files to be read again, no programs to be run.
    pub info: AuthInfo,
    /// Until when; `None` where nothing says so.
    pub until: Option<Micros>,
    /// Getting it anew may give another: a plugin, or a file.
    pub renewable: bool,
}

/// Gets the credentials. Reads files and runs a plugin, so it blocks; the error says what to do.
pub(super) fn get(target: &Target, env: &Env, plugin_time: Duration, stop: &AtomicBool) -> Result<Login, String> {
    let mut info = target.login.clone();
    if let Some(provider) = &info.auth_provider
        && provider.name != "oidc"
    {
        return Err(format!(
            "user {}: the auth provider {} is no longer supported, nor is it by kubectl since 1.26: set up its exec plugin",
            target.user, provider.name
        ));
    }
    if info.token.as_ref().is_some() {
        (info.token_file, info.exec) = (None, None);
        return Ok(Login { info, until: None, renewable: false });
    }
    if let Some(file) = info.token_file.take() {
        let token = std::fs::read_to_string(Path::new(&file))
            .map_err(|error| format!("user {}: the token file {file} cannot be read: {error}", target.user))?;
        info.token = Some(token.trim().to_owned().into());
        info.exec = None;
        return Ok(Login { info, until: None, renewable: true });
    }
    let Some(exec) = info.exec.take() else {
        return Ok(Login { info, until: None, renewable: false });
    };
    let handed = exec::run(&exec, &target.connection, env, plugin_time, stop)?;
    if let Some((certificate, key)) = handed.certificate {
        info.client_certificate_data = Some(STANDARD.encode(certificate));
        info.client_key_data = Some(STANDARD.encode(key).into());
    }
    info.token = handed.token.map(Into::into);
    Ok(Login { info, until: handed.until, renewable: true })
}
