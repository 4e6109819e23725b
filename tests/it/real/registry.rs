//! `collect registry` against Debian's registry: edges, history, logins, certificates, the fallback for referrers.

use serde_json::{Value, json};
use std::sync::Arc;

use super::images::Layout;
use super::running::{Kind, PASSWORD, Registry, asked_for};
use crate::live::setting::{Setting, name};
use crate::support::assert_clean;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hullbreach::cli::Exit;

fn pushed(setting: &Setting, registry: &Registry) -> Layout {
    let layout = Layout::with_base_and_child(setting.world.root());
    layout.add_index();
    let tag = layout.add_referrers("base");
    let host = &registry.host;
    layout.push("base", &format!("{host}/platform/base:12"), &[]);
    layout.push("multi", &format!("{host}/pay/api:1"), &[]);
    layout.push(&tag, &format!("{host}/platform/base:{tag}"), &[]);
    layout
}

#[test]
#[ignore = "needs docker-registry, skopeo and umoci: tests/it/real/run.sh"]
fn edges_history_and_referrers_come_from_a_real_registry() {
    asked_for();
    let setting = Setting::new();
    let registry = Registry::start(setting.world.root(), Kind::Plain);
    let layout = pushed(&setting, &registry);
    let host = &registry.host;
    let (api, base) = (format!("{host}/pay/api:1"), format!("{host}/platform/base:12"));
    setting.uses(&[api.clone(), base.clone()]);
    setting.world.set_clock(1_773_735_600_000_000);
    let first = setting.collect(host, &["--json"]).expect(Exit::Done).json();
    assert_eq!(name(&first, &base)["digest"], json!(layout.digest("base")), "{first:#}");
    assert_eq!(name(&first, &api)["digest"], json!(layout.digest("multi")));
    let referrers = &name(&first, &base)["referrers"];
    assert_eq!(
        (&referrers[0]["kind"], referrers.as_array().unwrap().len()),
        (&json!("attestation"), 1),
        "{referrers:#}"
    );
    assert!(referrers[0]["by"].as_str().unwrap().starts_with("tag sha256-"), "{referrers:#}");
    let shown = setting.json(&["image", layout.digest("base").as_str()]);
    let kinds: Vec<&Value> = shown["referrers"].as_array().unwrap().iter().map(|row| &row["kind"]).collect();
    assert_eq!(kinds, [&json!("attestation")], "{shown:#}");
    let index = setting.json(&["image", layout.digest("multi").as_str()]);
    for member in index["members"].as_array().unwrap() {
        let found = setting.json(&["image", member["digest"].as_str().unwrap()]);
        assert!(found["image"]["id"].is_string(), "{member:#}: {found:#}");
    }
    assert!(!index["members"].as_array().unwrap().is_empty(), "{index:#}");

    let graph = setting.json(&["graph"]);
    let edges = graph["edges"].as_array().unwrap();
    let id = |tag: &str| layout.digest(tag).hex()[..32].to_owned();
    let stands =
        |e: &&Value| e["from"] == id("child").as_str() && e["to"] == id("base").as_str() && e["kind"] == "base";
    assert!(edges.iter().any(|e| stands(&e)), "{edges:#?}");
    assert!(edges.iter().any(|e| e["from"] == id("child").as_str() && e["kind"] == "build-input"), "{edges:#?}");

    layout.push("moved", &base, &[]);
    setting.world.set_clock(1_773_739_200_000_000);
    let second = setting.collect(host, &["--repeat", "--json"]).expect(Exit::Done).json();
    assert_eq!((&second["moved"], &name(&second, &base)["digest"]), (&json!([base]), &json!(layout.digest("moved"))));
    assert_clean(&setting.world.verify());

    // The same registry by a pattern, in a case that knows nothing of it.
    let other = Setting::new();
    let found = other.collect(host, &[&format!("{host}/*"), "--json"]).expect(Exit::Done).json();
    assert_eq!(found["names"].as_array().unwrap().len(), 2, "{found:#}");
}

#[test]
#[ignore = "needs docker-registry, skopeo and umoci: tests/it/real/run.sh"]
fn tls_with_a_password_a_wrong_one_and_an_expired_certificate() {
    asked_for();
    let setting = Setting::new();
    let root = setting.world.root().to_path_buf();
    let plain = Registry::start(&root, Kind::Plain);
    pushed(&setting, &plain);
    let secure = Registry::start(&root, Kind::Secure);
    let ca = root.join("ca.pem");
    let collect = |registry: &Registry, more: &[&str]| {
        std::fs::write(&ca, &registry.authority).unwrap();
        let base = format!("{}/platform/base:12", registry.host);
        let fixed = ["hullbreach", "collect", "registry", &base, "--retries", "1", "--ca", ca.to_str().unwrap()];
        setting.command(&fixed.iter().chain(more).copied().collect::<Vec<_>>(), &Arc::default())
    };
    let anonymous = collect(&secure, &[]).expect(Exit::Gaps);
    assert!(anonymous.out().contains("401") && anonymous.out().contains("log in"), "{}", anonymous.out());
    let login = |password: &str| {
        setting.login(&json!({"auths": {&secure.host: {"auth": STANDARD.encode(format!("ana:{password}"))}}}));
    };
    login("wrong");
    let wrong = collect(&secure, &[]).expect(Exit::Gaps);
    assert!(wrong.out().contains("401") && !wrong.out().contains("wrong-password"), "{}", wrong.out());
    login(PASSWORD);
    let ran = collect(&secure, &[]).expect(Exit::Done);
    assert!(!format!("{}{}", ran.out(), ran.err()).contains(PASSWORD));
    assert!(setting.keeps(PASSWORD, ".docker/config.json").is_empty());

    let expired = Registry::start(&root, Kind::Expired);
    let ran = collect(&expired, &[]).expect(Exit::Failed);
    assert!(ran.out().contains("has run out"), "{}", ran.out());
    // TLS at a registry that speaks none.
    let ran = collect(&plain, &[]).expect(Exit::Failed);
    assert!(ran.out().contains("--plain-http"), "{}", ran.out());
}
