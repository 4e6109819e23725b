//! Programs that run beside a test and end with it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cluster::server::Authority;
use rcgen::ExtendedKeyUsagePurpose;

/// Fails unless these tests were asked for.
pub fn asked_for() {
    assert!(std::env::var_os("HULLBREACH_REAL").is_some(), "tests/it/real/run.sh runs these");
}

/// Runs a program to its end and shows what it said where it fails.
#[track_caller]
pub fn ran(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// A program that is running.
pub struct Running(Child);

impl Running {
    pub fn new(command: &mut Command) -> Running {
        Running(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}: not within half a minute");
}

/// How a registry is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// TLS, and a password for `ana`.
    Secure,
    /// TLS with a certificate that has run out.
    Expired,
}

/// Debian's registry.
pub struct Registry {
    pub host: String,
    /// Its authority, as PEM.
    pub authority: String,
    _running: Running,
}

/// The password of `ana`.
pub const PASSWORD: &str = "correct-horse-battery";

impl Registry {
    /// Starts one over the content of that folder.
    pub fn start(folder: &Path, kind: Kind) -> Registry {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let authority = Authority::new();
        let own = folder.join(format!("registry-{port}"));
        fs::create_dir_all(&own).unwrap();
        let file = |name: &str| own.join(name).to_str().unwrap().to_owned();
        let content = folder.join("content");
        let mut config = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n",
            content.display()
        );
        if kind != Kind::Plain {
            let year = (kind == Kind::Expired).then_some(2020);
            let (certificate, key) = authority.sign_until("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth, year);
            fs::write(file("cert.pem"), certificate).unwrap();
            fs::write(file("key.pem"), key).unwrap();
            config += &format!("  tls:\n    certificate: {}\n    key: {}\n", file("cert.pem"), file("key.pem"));
        }
        if kind == Kind::Secure {
            fs::write(file("htpasswd"), ran("htpasswd", &["-Bbn", "ana", PASSWORD])).unwrap();
            config += &format!("auth:\n  htpasswd:\n    realm: r\n    path: {}\n", file("htpasswd"));
        }
        fs::write(file("config.yml"), config).unwrap();
        let running = Running::new(Command::new("docker-registry").args(["serve", &file("config.yml")]));
        until("the registry", || TcpStream::connect(&host).is_ok());
        Registry { host, authority: authority.certificate, _running: running }
    }
}
