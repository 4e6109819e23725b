//! The table of sources and the scripts made from it, as text.

use super::*;
use crate::read::Format;

/// Words of answers that no reader knows, or that are whole files.
const KEPT: &[&str] = &["files"];

#[test]
fn ids_files_and_functions_are_unique_and_plain() {
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
    for role in Role::ALL {
        let mut seen = std::collections::BTreeSet::new();
        for source in role.sources() {
            assert!(seen.insert(source.id) && plain(source.id), "{}", source.id);
            let (stem, end) = source.output.rsplit_once('.').unwrap();
            assert!(seen.insert(source.output) && plain(source.output), "{}", source.output);
            // `NAME.err` stands beside it, and these names are the script's own.
            assert!(!["manifest", "collection", "interrupted"].contains(&stem), "{}", source.output);
            assert!(["json", "yaml", "txt", "d"].contains(&end), "{}", source.output);
        }
    }
}

#[test]
fn every_source_says_what_it_is_for() {
    for (role, source) in sources(None) {
        let name = source.function(role);
        assert!(!source.about.is_empty() && !source.about.ends_with('.') && source.about.is_ascii(), "{name}");
        assert!(!source.rights.is_empty() && !source.command.trim().is_empty(), "{name}");
        assert!((10..=3600).contains(&source.seconds), "{name}");
        for setting in source.settings {
            let known = SETTINGS.iter().find(|known| known.name == *setting);
            assert!(known.is_some_and(|known| known.roles.contains(&role)), "{name}: {setting}");
        }
    }
}

#[test]
fn what_is_said_to_be_read_has_a_reader() {
    for (role, source) in sources(None) {
        let known = Format::parse(source.format).is_some() || KEPT.contains(&source.format);
        assert_eq!(known, source.read, "{}: {}", source.function(role), source.format);
    }
}

#[test]
fn a_script_has_its_role_only_and_all_have_all() {
    for role in Role::ALL {
        let text = script(Some(role));
        for (other, source) in sources(None) {
            let defined = text.contains(&format!("\n{}() {{\n", source.function(other)));
            assert_eq!(defined, other == role, "{} in {}", source.function(other), role.as_str());
        }
        assert!(text.contains(&format!("\nrole={}\n", role.as_str())));
    }
    let all = script(None);
    assert!(sources(None).all(|(role, source)| all.contains(&format!("\n{}() {{\n", source.function(role)))));
    assert_eq!(all.matches("\ngithub() {").count(), 1, "a piece that two roles need stands there once");
}

#[test]
fn scripts_are_plain_text_that_survives_a_paste() {
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        let text = script(role);
        assert!(text.starts_with("#!/bin/sh\n") && text.ends_with('\n'));
        let odd = text.bytes().find(|b| !(b.is_ascii_graphic() || b" \n\t".contains(b)));
        assert_eq!(odd, None);
        assert!(!text.contains("{name}") && !text.contains("{run}"));
    }
}
