//! Forms before those who read them in the world: a browser, the Python package stix2, the rules of OpenVEX. Needs what the
//! runner installs, so it is ignored where `HULLBREACH_SUMMARY_TOOLS` does not name a folder for what it leaves.

use std::path::{Path, PathBuf};
use std::process::Command;

use hullbreach::report::Form;

use super::{by_default, hostile};

#[test]
#[ignore = "needs chromium, chromedriver and stix2: run by .ci/run"]
fn summary_in_the_world() {
    let folder = PathBuf::from(std::env::var_os("HULLBREACH_SUMMARY_TOOLS").expect("HULLBREACH_SUMMARY_TOOLS"));
    std::fs::create_dir_all(&folder).unwrap();
    let report = by_default(hostile());
    for (form, name) in Form::FILES {
        let mut file = std::fs::File::create(folder.join(name)).unwrap();
        form.write(&report, &mut file).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/real/summary.py");
    let python = std::env::var_os("HULLBREACH_PYTHON").unwrap_or_else(|| "python3".into());
    for judge in ["openvex", "stix", "browser"] {
        let ran = Command::new(&python).arg(&script).arg(judge).arg(&folder).status().unwrap();
        assert!(ran.success(), "{judge}");
    }
}
