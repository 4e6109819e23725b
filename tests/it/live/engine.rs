//! `collect engine` against an engine of our own on a socket: what it gives becomes uses and images, and nothing but `GET` is
//! ever sent.

use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

use super::setting::Setting;
use crate::cluster::server::{Body, Question, Reply, SocketServer};
use crate::support::assert_clean;
use crate::support::command::run;
use hullbreach::cli::Exit;

const SECRET: &str = "hunter2-of-the-engine";

fn id(digit: &str) -> String {
    digit.repeat(64)
}

fn digest(digit: &str) -> String {
    format!("sha256:{}", id(digit))
}

/// Two containers of a compose project, one stopped, and two images.
fn engine(question: &Question) -> Reply {
    let container = |id: &str, name: &str, image: &str, state: &str| {
        json!({"Id": id, "Name": format!("/{name}"), "Created": "2026-03-01T10:00:00Z", "Image": digest(image),
            "State": {"Status": state, "Running": state == "running", "StartedAt": "2026-03-01T10:00:01Z", "FinishedAt": "0001-01-01T00:00:00Z"},
            "Config": {"Image": format!("registry.example/{name}:1"), "Env": [format!("DB_PASSWORD={SECRET}")],
                "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": name}},
            "HostConfig": {"NetworkMode": "bridge"}})
    };
    let image = |digit: &str, name: &str| {
        json!({"Id": digest(digit), "RepoTags": [format!("registry.example/{name}:1")],
            "RepoDigests": [format!("registry.example/{name}@{}", digest(if digit == "b" { "d" } else { "f" }))], "Created": "2026-02-01T10:00:00Z",
            "Architecture": "amd64", "Os": "linux", "RootFS": {"Type": "layers", "Layers": [digest("1"), digest("2")]},
            "Config": {"Env": [format!("API_TOKEN={SECRET}")]}})
    };
    let found = match question.bare() {
        "/version" => json!({"Version": "28.1", "Components": [{"Name": "Engine", "Version": "28.1"}]}),
        "/info" => json!({"Name": "build-7", "ServerVersion": "28.1", "HttpProxy": format!("http://u:{SECRET}@proxy")}),
        "/containers/json" => json!([
            {"Id": id("a"), "Names": ["/api"], "Image": "registry.example/api:1", "ImageID": digest("b"), "State": "running",
                "Status": "Up 2 hours", "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "api"}},
            {"Id": id("c"), "Names": ["/job"], "Image": "registry.example/job:1", "ImageID": digest("e"), "State": "exited",
                "Status": "Exited (0)", "Labels": {}},
        ]),
        "/images/json" => json!([{"Id": digest("b"), "RepoTags": ["registry.example/api:1"], "RepoDigests": []},
            {"Id": digest("e"), "RepoTags": ["registry.example/job:1"], "RepoDigests": []}]),
        path if path == format!("/containers/{}/json", id("a")) => container(&id("a"), "api", "b", "running"),
        path if path == format!("/containers/{}/json", id("c")) => container(&id("c"), "job", "e", "exited"),
        path if path == format!("/images/{}/json", digest("b")) => image("b", "api"),
        path if path == format!("/images/{}/json", digest("e")) => image("e", "job"),
        _ => return Reply::json(404, r#"{"message":"page not found"}"#),
    };
    Reply::json(200, found.to_string())
}

fn socket(setting: &Setting) -> PathBuf {
    setting.world.root().join("engine.sock")
}

fn collect(setting: &Setting, more: &[&str]) -> crate::support::command::Ran {
    let socket = socket(setting);
    let fixed = ["collect", "engine", "--socket", socket.to_str().unwrap()];
    run(&setting.env, fixed.iter().chain(more))
}

#[test]
fn containers_and_images_come_with_their_projects_and_without_their_secrets() {
    let setting = Setting::new();
    let server = SocketServer::at(&socket(&setting), engine);
    let document = collect(&setting, &["--json"]).expect(Exit::Done).json();
    let engine = &document["engines"][0];
    assert_eq!(
        (&engine["context"], &engine["version"], &engine["status"]),
        (&json!("build-7"), &json!("Engine 28.1"), &json!("read"))
    );
    assert_eq!((&engine["containers"], &engine["images"]), (&json!(2), &json!(2)));
    let asked = server.asked();
    assert!(asked.iter().all(|question| question.method == "GET"), "{asked:#?}");
    assert_eq!(asked.len(), 8, "{asked:#?}");

    let shown = setting.json(&["image", &digest("b")]);
    let uses = shown["uses"].as_array().unwrap();
    let service = uses.iter().find(|u| u["role"] == "service").unwrap_or_else(|| panic!("{shown:#}"));
    assert_eq!(
        (&service["workload"]["kind"], &service["workload"]["name"]),
        (&json!("ComposeProject"), &json!("shop"))
    );
    assert_eq!((&service["running"], &service["workload"]["context"]), (&json!(true), &json!("build-7")));
    let job = setting.json(&["image", &digest("e")]);
    assert_eq!(job["image"]["running"], 0, "a stopped container is a use that does not run: {job:#}");
    assert!(!job["uses"].as_array().unwrap().is_empty());
    assert!(setting.keeps(SECRET, "none").is_empty(), "{:?}", setting.keeps(SECRET, "none"));
    let evidence = setting.json(&["evidence"]);
    let paths: Vec<&str> = evidence["evidence"].as_array().unwrap().iter().filter_map(|e| e["path"].as_str()).collect();
    assert!(
        paths.iter().any(|path| path.ends_with("/containers/json?all=1"))
            && !paths.iter().any(|path| path.contains("/info")),
        "{paths:?}"
    );
    assert_clean(&setting.world.verify());
}

#[test]
fn what_is_gone_refused_or_broken_is_a_gap_with_its_name() {
    let setting = Setting::new();
    let _server = SocketServer::at(&socket(&setting), |question| match question.bare() {
        path if path.contains(&id("c")) => Reply::json(404, r#"{"message":"No such container"}"#),
        path if path.contains(&digest("e")) => {
            Reply { status: 200, headers: Vec::new(), body: Body::Cut(engine(question).whole(), 40) }
        }
        _ => engine(question),
    });
    let document = collect(&setting, &["--json", "--page-time", "5"]).expect(Exit::Gaps).json();
    let gaps = document["gaps"].as_array().unwrap();
    let gap = |what: &str| {
        gaps.iter().find(|gap| gap["what"].as_str().unwrap().contains(what)).unwrap_or_else(|| panic!("{gaps:#?}"))
    };
    assert_eq!(gap(&id("c"))["status"], "missing");
    assert!(gap(&digest("e"))["reason"].as_str().unwrap().contains("cut off"), "{gaps:#?}");
    assert_eq!(document["engines"][0]["status"], "partial");
    assert!(!setting.covered("partial").is_empty() || !setting.covered("failed").is_empty(), "recorded as it came");
    let shown = setting.json(&["image", &digest("b")]);
    assert_eq!(shown["image"]["running"], 1, "what came stays");
}

#[test]
fn where_no_engine_listens_nothing_is_changed_and_it_is_said_what_to_do() {
    let mut setting = Setting::new();
    let events = |setting: &Setting| setting.json(&["log"])["events"].as_array().unwrap().len();
    let before = events(&setting);
    let ran = collect(&setting, &[]).expect(Exit::Failed);
    assert!(ran.out().contains("no engine listens there"), "{}", ran.out());
    for (host, wanted) in [
        ("ssh://ana@build-7", "ssh -N -L"),
        ("tcp://127.0.0.1:2375", "--plain-http 127.0.0.1:2375"),
        ("nonsense", "not an engine's address"),
    ] {
        setting.env.vars.insert("DOCKER_HOST".into(), host.into());
        let ran = run(&setting.env, ["collect", "engine"]).expect(Exit::Failed);
        assert!(ran.err().contains(wanted), "{host}: {}", ran.err());
    }
    assert_eq!(events(&setting), before);
    let plan = collect(&setting, &["--dry-run"]).expect(Exit::Done).out();
    assert!(plan.contains("GET /containers/json?all=1"), "{plan}");
}

#[test]
fn an_engine_that_answers_nonsense_or_never_ends_the_command_all_the_same() {
    let setting = Setting::new();
    let _server = SocketServer::at(&socket(&setting), |question| match question.bare() {
        "/version" | "/info" => Reply::json(200, "[]"),
        "/containers/json" => Reply::json(200, r#"[{"Id":"../../info"},{"Id":"zz"}]"#),
        _ => Reply::json(200, "<html>login</html>"),
    });
    let document: Value = collect(&setting, &["--json"]).expect(Exit::Gaps).json();
    assert!(document["gaps"].to_string().contains("no list of an engine"), "{document:#}");
    let endless = setting.world.root().join("endless.sock");
    let _endless = SocketServer::at(&endless, |_| {
        let chunks = || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            Some(b" ".to_vec())
        };
        Reply { status: 200, headers: Vec::new(), body: Body::Chunks(Box::new(chunks)) }
    });
    let arguments = ["hullbreach", "collect", "engine", "--socket", endless.to_str().unwrap(), "--page-time", "0.2"];
    let ran = setting.command(&arguments, &Arc::default());
    assert!(
        matches!(ran.exit, Exit::Failed | Exit::Gaps) && ran.out().contains("no whole answer within 0.2 s"),
        "{}",
        ran.out()
    );
}
