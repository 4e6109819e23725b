//! For unit tests: a world without a machine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::keymap::read::merged;
use super::model::{Model, Settings};
use super::{commands, view};
use crate::env::Env;
use crate::model::time::Micros;

/// 2026-03-17T08:00:00Z.
pub const START: Micros = Micros(1_773_734_400_000_000);

/// An environment whose folders lie below `root` and whose clock stands still.
pub fn env(root: &Path) -> Env {
    Env {
        clock: Arc::new(|| (START, 0)),
        random: Arc::new(|buffer| {
            buffer.fill(7);
            Ok(())
        }),
        user: "ana".to_owned(),
        host: "bastion".to_owned(),
        config_dir: root.join("config"),
        state_dir: root.join("state"),
        current_dir: root.to_path_buf(),
        vars: BTreeMap::new(),
        terminal: Some((80, 24)),
    }
}

/// A session with our own keys and views.
pub fn model() -> Model {
    let commands = commands();
    let (keymap, warnings) = merged(None, &commands, &view::ids());
    assert_eq!(warnings, []);
    Model::new(view::VIEWS, commands, keymap, Settings { now: START, ..Settings::default() })
}
