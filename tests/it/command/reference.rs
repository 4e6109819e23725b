//! `assets/reference/` says what the program does. `HULLBREACH_BLESS=1 cargo test reference` writes it anew.

use std::path::PathBuf;

use hullbreach::cli::reference::{commands_page, keys_page};

#[track_caller]
fn check(name: &str, page: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/reference").join(name);
    if std::env::var_os("HULLBREACH_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == page, "{name} is stale: HULLBREACH_BLESS=1 cargo test reference, look at it, commit it");
}

#[test]
fn the_reference_of_commands_is_up_to_date() {
    check("commands.md", &commands_page());
}

#[test]
fn the_reference_of_keys_is_up_to_date() {
    check("keys.md", &keys_page());
}
