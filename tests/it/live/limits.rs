//! What people may write, and what is refused before anybody is asked.

use super::setting::Setting;
use crate::support::command::run;
use hullbreach::cli::Exit;

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    let setting = Setting::new();
    for (text, wanted) in [
        ("*", "a pattern needs a registry"),
        ("pay/*", "it does not begin with a registry"),
        ("reg.example/pay:*", "tags and digests are no part of a pattern"),
        ("nothing-like-it", "no image of the case"),
    ] {
        let ran = run(&setting.env, ["collect", "registry", text]).expect(Exit::Failed);
        assert!(ran.err().contains(wanted), "{text}: {}", ran.err());
    }
    let ran = run(&setting.env, ["collect", "registry", "x", "--affected"]).expect(Exit::Usage);
    assert!(ran.err().contains("--affected"), "{}", ran.err());
    let ran = run(&setting.env, ["collect", "registry"]).expect(Exit::Done);
    assert!(ran.out().contains("no name was asked for"), "an empty case has nothing to ask for: {}", ran.out());
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_what_it_should() {
    let setting = Setting::new();
    let odd = setting.world.root().join("odd");
    std::fs::write(&odd, "{\"auths\": s3cr3t").unwrap();
    let odd = odd.to_str().unwrap();
    for (flag, file, wanted) in [
        ("--auth-file", "/no/such/file", "cannot be read"),
        ("--auth-file", odd, "no file of credentials"),
        ("--ca", "/no/such/file", "cannot be read"),
        ("--ca", odd, "no certificate"),
    ] {
        let ran = run(&setting.env, ["collect", "registry", "127.0.0.1:1/a:1", flag, file]).expect(Exit::Failed);
        assert!(ran.err().contains(wanted) && !ran.err().contains("s3cr3t"), "{flag} {file}: {}", ran.err());
    }
}
