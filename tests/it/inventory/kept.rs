//! What no reader knows is kept without its secrets.

use hullbreach::cli::Exit;

use super::tree::{text, world, write};
use crate::cli::piped;

#[test]
fn a_table_that_no_reader_knows_loses_the_cells_below_a_telling_header() {
    for (name, table) in [
        ("accounts.csv", "login,password,team\nana,hunter2plain,web\nbo,\"correct, horse\",data\n"),
        ("accounts.tsv", "login\tpassword\tteam\nana\thunter2plain\tweb\nbo\tcorrect, horse\tdata\n"),
        ("accounts.txt", "login;api_token;team\nana;hunter2plain;web\nbo;correct, horse;data\n"),
    ] {
        let (world, env) = world();
        let root = write(&world.root().join("dump"), &[(name, table)]);
        let report = piped(&env, &["import", "--json", root.to_str().unwrap()]).ended(Exit::Gaps).json();
        assert_eq!(report["unrecognised"].as_array().unwrap().len(), 1, "{name}: {report}");
        let list = piped(&env, &["evidence", "--json"]).json();
        let id = text(&list["evidence"][0]["id"]).to_owned();
        let stored = piped(&env, &["evidence", "show", &id, "--raw"]).stdout;
        assert!(stored.contains("ana") && stored.contains("team") && stored.contains("web"), "{name}: {stored}");
        assert!(!stored.contains("hunter2plain") && !stored.contains("horse"), "{name}: {stored}");
    }
}

#[test]
fn the_manifest_of_a_saved_image_is_called_what_it_is() {
    let manifest = r#"[{"Config":"1.json","RepoTags":["nginx:1"],"Layers":["a/layer.tar"]}]"#;
    let (world, env) = world();
    let root = write(&world.root().join("dump"), &[("manifest.json", manifest), ("skaffold.yaml", SKAFFOLD)]);
    let report = piped(&env, &["import", "--json", root.to_str().unwrap()]).json();
    let reasons: Vec<&str> =
        report["unrecognised"].as_array().unwrap().iter().map(|row| text(&row["reason"])).collect();
    assert_eq!(reasons.len(), 1, "{report}");
    let saved = report["evidence"].as_array().unwrap().iter().find(|row| row["format"] == "image-json").unwrap();
    assert_eq!(saved["rejected"][0]["reason"], "the config's file is not named by its digest");
    assert!(!reasons.iter().any(|reason| reason.contains("kubeconfig")), "{reasons:?}");
}

const SKAFFOLD: &str = "apiVersion: skaffold/v3\nkind: Config\nbuild:\n  artifacts: []\n";
