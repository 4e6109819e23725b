//! The device: its keys, and the binding of its chains to files, both in the state folder.
//!
//! A device key signs; it does not prove a person. A chain ("writer") belongs to one device and one file: the state
//! folder remembers path, inode and last event of each, so that a copied file or a restored backup begins a chain of
//! its own instead of growing two histories under one name.

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::error::CaseError;
use super::events::EventHash;
use crate::env::Env;
use crate::model::id::{Id, hex, unhex};

/// The device's two keys.
pub struct Device {
    /// Signs events.
    pub signing: SigningKey,
    /// Others encrypt to its public part when a case is shared.
    exchange: x25519_dalek::StaticSecret,
}

/// The format of the key file.
const DEVICE_FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct DeviceFile {
    format: u32,
    signing: String,
    exchange: String,
}

impl Device {
    /// Reads the device's keys from the state folder, or makes them on first use. Two processes that start at once
    /// agree: the file is created exclusively and the loser reads the winner's.
    pub fn load_or_create(env: &Env) -> Result<Self, CaseError> {
        let path = env.state_dir.join("device.json");
        match fs::read(&path) {
            Ok(bytes) => Self::from_bytes(&path, &bytes),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::create(env, &path),
            Err(source) => Err(CaseError::Io { path, source }),
        }
    }

    fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, CaseError> {
        let bad = |what: &str| CaseError::Key { path: path.to_path_buf(), what: what.to_owned() };
        // The parser's own message could repeat a part of the key, so it is not passed on.
        let file: DeviceFile = serde_json::from_slice(bytes).map_err(|_| bad("is not a device key file"))?;
        if file.format != DEVICE_FORMAT {
            return Err(bad("was written by another version of hullbreach"));
        }
        let key = |text: &str| -> Option<[u8; 32]> { unhex(text)?.try_into().ok() };
        let signing = key(&file.signing).ok_or_else(|| bad("has no signing key"))?;
        let exchange = key(&file.exchange).ok_or_else(|| bad("has no exchange key"))?;
        Ok(Device { signing: SigningKey::from_bytes(&signing), exchange: exchange.into() })
    }

    fn create(env: &Env, path: &Path) -> Result<Self, CaseError> {
        private_dir(&env.state_dir)?;
        let (mut signing, mut exchange) = ([0; 32], [0; 32]);
        for key in [&mut signing, &mut exchange] {
            (env.random)(key).map_err(|what| CaseError::Key { path: path.to_path_buf(), what })?;
        }
        let file = DeviceFile { format: DEVICE_FORMAT, signing: hex(&signing), exchange: hex(&exchange) };
        let text = serde_json::to_vec(&file).unwrap_or_default();
        // Written beside and linked into place, so that no reader ever meets half a key.
        let mut nonce = [0; 8];
        (env.random)(&mut nonce).map_err(|what| CaseError::Key { path: path.to_path_buf(), what })?;
        let temporary = path.with_extension(format!("{}.tmp", hex(&nonce)));
        write_private(&temporary, &text)?;
        let linked = fs::hard_link(&temporary, path);
        let _ = fs::remove_file(&temporary);
        match linked {
            Ok(()) => {
                // A key that is gone after a power cut would make its events a stranger's.
                sync_dir(&env.state_dir).map_err(|source| CaseError::Io { path: path.to_path_buf(), source })?;
                Self::from_bytes(path, &text)
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                let bytes = fs::read(path).map_err(|source| CaseError::Io { path: path.to_path_buf(), source })?;
                Self::from_bytes(path, &bytes)
            }
            Err(source) => Err(CaseError::Io { path: path.to_path_buf(), source }),
        }
    }

    /// The signing key's public half, 64 hex digits: the device's name in events.
    pub fn public(&self) -> String {
        hex(self.signing.verifying_key().as_bytes())
    }

    /// The exchange key's public half, 64 hex digits.
    pub fn exchange_public(&self) -> String {
        hex(x25519_dalek::PublicKey::from(&self.exchange).as_bytes())
    }
}

/// What the state folder remembers of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The file.
    pub path: String,
    /// Its device number and inode.
    pub inode: (u64, u64),
    /// The chain.
    pub writer: Id,
    /// The last event written.
    pub seq: u64,
    /// Its hash.
    pub head: EventHash,
}

impl Binding {
    /// What is to be remembered of a chain in the file at a path.
    pub fn new(path: &Path, inode: (u64, u64), writer: Id, seq: u64, head: EventHash) -> Self {
        Binding { path: path_text(path), inode, writer, seq, head }
    }

    fn file(env: &Env, case: &EventHash, path: &Path) -> PathBuf {
        let place = Id::derived("binding", &[&case.to_string(), &path_text(path)]);
        env.state_dir.join("writers").join(format!("{place}.json"))
    }

    /// The binding remembered for a file of a case. An unreadable one counts as none: a new chain is always safe.
    pub fn load(env: &Env, case: &EventHash, path: &Path) -> Option<Self> {
        let binding: Self = serde_json::from_slice(&fs::read(Self::file(env, case, path)).ok()?).ok()?;
        (binding.path == path_text(path)).then_some(binding)
    }

    /// Follows a file that got its final name: same inode, other path.
    pub(super) fn moved(env: &Env, case: &EventHash, from: &Path, to: &Path) -> Result<(), CaseError> {
        if let Some(binding) = Self::load(env, case, from) {
            let moved = Binding { path: path_text(to), ..binding };
            moved.save(env, case, to)?;
            Self::forget(env, case, from);
        }
        Ok(())
    }

    /// Takes the memory away.
    pub(super) fn forget(env: &Env, case: &EventHash, path: &Path) {
        let _ = fs::remove_file(Self::file(env, case, path));
    }

    /// Remembers it, unless another process of this device has gone on in the meantime and remembered that.
    pub fn save(&self, env: &Env, case: &EventHash, path: &Path) -> Result<(), CaseError> {
        let file = Self::file(env, case, path);
        let folder = env.state_dir.join("writers");
        private_dir(&folder)?;
        let _alone = lock(&folder.join("lock"))?;
        let later = Self::load(env, case, path)
            .is_some_and(|known| (known.writer, known.inode) == (self.writer, self.inode) && known.seq > self.seq);
        if later {
            return Ok(());
        }
        let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
        write_private(&temporary, &serde_json::to_vec(self).unwrap_or_default())?;
        fs::rename(&temporary, &file).map_err(|source| CaseError::Io { path: file, source })
    }
}

/// A path as text that tells any two paths apart, also those that are not UTF-8.
fn path_text(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => format!("bytes:{}", hex(path.as_os_str().as_bytes())),
    }
}

/// Holds a lock until dropped. Where the file system has none, going on without is better than not remembering.
fn lock(path: &Path) -> Result<fs::File, CaseError> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|source| CaseError::Io { path: path.to_path_buf(), source })?;
    let _ = rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive);
    Ok(file)
}

/// Makes names in a folder last over a power cut.
pub(crate) fn sync_dir(path: &Path) -> std::io::Result<()> {
    fs::File::open(path)?.sync_all()
}

/// A folder that only its owner enters.
pub(crate) fn private_dir(path: &Path) -> Result<(), CaseError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| CaseError::Io { path: path.to_path_buf(), source })
}

/// A file that only its owner reads, written whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    let failed = |source| CaseError::Io { path: path.to_path_buf(), source };
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}
