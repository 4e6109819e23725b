//! `collect cluster --watch`: what changes after the lists is stored as it comes, and a place that is lost is found again.

use serde_json::{Value, json};

use crate::cluster::server::{Body, Question, Reply, Server};
use crate::cluster::setting::Setting;
use crate::support::assert_clean;
use hullbreach::cli::Exit;
use hullbreach::tui::data::workers::{Carrier as _, Workers};
use hullbreach::tui::message::{Effect, Msg};
use hullbreach::work::collect::watch::Contact;

fn pod(name: &str, image: &str, version: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "dev", "uid": format!("uid-{name}"),
        "resourceVersion": version}, "spec": {"containers": [{"name": "c", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": image, "imageID":
        format!("registry.example/x@sha256:{}", "a".repeat(64)), "state": {"running": {"startedAt": "2026-03-17T08:00:00Z"}}}]}})
}

/// A stream of these lines, which then ends.
fn stream(lines: &[Value]) -> Reply {
    let mut lines: Vec<Vec<u8>> = lines.iter().rev().map(|line| format!("{line}\n").into_bytes()).collect();
    Reply { status: 200, headers: Vec::new(), body: Body::Chunks(Box::new(move || lines.pop())) }
}

/// A stream in which nothing comes for a while.
fn silence() -> Reply {
    let mut left = 100;
    let chunks = move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        left -= 1;
        (left > 0).then(|| b"\n".to_vec())
    };
    Reply { status: 200, headers: Vec::new(), body: Body::Chunks(Box::new(chunks)) }
}

fn watches(question: &Question) -> bool {
    question.path.contains("watch=1")
}

fn place(question: &Question) -> String {
    question.path.split("resourceVersion=").nth(1).unwrap_or_default().to_owned()
}

#[test]
fn changes_are_stored_in_batches_and_the_stream_goes_on_where_it_ended() {
    let server = Server::with(|question| {
        let found = match place(question).as_str() {
            _ if !watches(question) => return None,
            "2001" => silence(),
            _ => stream(&[
                json!({"type": "ADDED", "object": pod("late", "registry.example/new/image:1", "2000")}),
                json!({"type": "BOOKMARK", "object": {"kind": "Pod", "metadata": {"resourceVersion": "2001"}}}),
            ]),
        };
        Some(found)
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--watch", "--for", "3", "--json"]);
    assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{:?} {}", ran.exit, ran.err());
    let watched = ran.json()["watched"].clone();
    assert_eq!(
        (&watched["batches"], &watched["changes"], &watched["new_images"]),
        (&json!(1), &json!(1), &json!(1)),
        "{watched:#}"
    );
    assert!(
        ran.err().contains("new image registry.example/new/image:1") && ran.err().contains("heard of"),
        "{}",
        ran.err()
    );
    assert!(setting.images().iter().any(|name| name == "registry.example/new/image:1"));
    let places: Vec<String> = server.asked().iter().filter(|question| watches(question)).map(place).collect();
    assert_eq!(places.last().map(String::as_str), Some("2001"), "goes on behind the bookmark: {places:?}");
    assert!(server.asked().iter().all(|question| question.method == "GET"));
    assert_clean(&setting.world.verify());
}

#[test]
fn new_images_and_moved_tags_enter_the_timeline() {
    let added = |name: &str, version: &str, digest: char| {
        let mut pod = pod(name, "registry.example/new/image:1", version);
        pod["status"]["containerStatuses"][0]["imageID"] =
            json!(format!("registry.example/new/image@sha256:{}", digest.to_string().repeat(64)));
        pod["spec"]["nodeName"] = json!("node-1");
        pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] =
            json!(format!("2026-03-17T0{}:00:00Z", &version[3..]));
        stream(&[json!({"type": "ADDED", "object": pod})])
    };
    let server = Server::with(move |question| {
        if !watches(question) {
            return None;
        }
        Some(match place(question).as_str() {
            "2001" => silence(),
            "2000" => added("again", "2001", 'c'),
            _ => added("late", "2000", 'b'),
        })
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--watch", "--for", "3", "--json"]);
    assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{:?} {}", ran.exit, ran.err());
    let told = setting.json(&["timeline"]);
    let learned: Vec<&Value> =
        told["entries"].as_array().unwrap().iter().filter(|entry| entry["lane"] == "learned").collect();
    let text = |entry: &&Value| entry["text"].as_str().unwrap_or_default().to_owned();
    let texts: Vec<String> = learned.iter().map(text).collect();
    for wanted in [
        "new image registry.example/new/image:1 in prod",
        "registry.example/new/image:1 likely moved to cccccccc in prod",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "{texts:?}");
    }
    assert!(learned.iter().all(|entry| entry["evidence"][0].as_str().is_some_and(|e| e.starts_with("sha256:"))));
}

#[test]
fn a_place_that_is_lost_is_collected_anew_without_duplicates() {
    let server = Server::with(|question| {
        if !watches(question) {
            return None;
        }
        let before = question.before;
        let gone =
            json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old resource version"}});
        Some(if before == 0 { stream(&[gone]) } else { silence() })
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--watch", "--for", "4", "--json"]);
    let document = ran.json();
    assert_eq!(document["watched"]["listed_anew"], 1, "{:#} {}", document["watched"], ran.err());
    assert_eq!(document["watched"]["new_images"], 0);
    assert_eq!(setting.images().len() as u64, document["images"]["total"].as_u64().unwrap(), "no image twice");
    let lists = server.paths().iter().filter(|path| path.starts_with("/api/v1/pods?limit=500")).count();
    assert_eq!(lists, 2, "listed once before, once after");
    assert_clean(&setting.world.verify());
}

#[test]
fn a_watch_that_is_refused_is_said_and_the_collection_stays() {
    let server = Server::with(|question| {
        watches(question).then(|| Reply::refusal(403, "Forbidden", "pods is forbidden: cannot watch"))
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--watch", "--for", "20", "--json"]).expect(Exit::Gaps);
    assert!(ran.json()["watched"]["ended"]["prod"].as_str().unwrap().contains("403"), "{}", ran.out());
    assert!(!setting.images().is_empty());
}

#[test]
fn a_server_that_ends_every_stream_at_once_is_not_asked_without_end() {
    let server = Server::with(|question| watches(question).then(|| stream(&[])));
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--watch", "--for", "3", "--json"]);
    let asked = server.asked().iter().filter(|question| watches(question)).count();
    assert!((1..60).contains(&asked), "asked {asked} times in three seconds: {}", ran.err());
    assert!(ran.err().contains("the stream ended as soon as it began; connecting again"), "{}", ran.err());
}

/// What a terminal on the same case is told of clusters that are watched.
fn told_to_a_terminal(setting: &Setting) -> Vec<Contact> {
    let (inbox, mut told) = tokio::sync::mpsc::channel(1_024);
    let mut workers = Workers::start(&setting.env, inbox).unwrap();
    workers.carry(Effect::Open(setting.world.path()));
    let contacts = loop {
        let msg = told.blocking_recv().expect("the workers live");
        workers.heard(&msg);
        if let Msg::Contacts(contacts) = msg {
            break contacts;
        }
    };
    workers.end();
    contacts
}

#[test]
fn a_terminal_hears_how_long_ago_the_cluster_was_heard_of() {
    let server = Server::with(|question| watches(question).then(silence));
    let setting = Setting::of(&server);
    let watching = std::thread::scope(|scope| {
        let run = scope.spawn(|| setting.collect(&["--watch", "--for", "4", "--json"]));
        let told = told_to_a_terminal(&setting);
        assert_eq!(told.iter().map(|contact| contact.context.as_str()).collect::<Vec<_>>(), ["prod"]);
        assert!(told[0].last.0 > 0 && !told[0].ended, "{told:?}");
        run.join().unwrap()
    });
    assert!(matches!(watching.exit, Exit::Done | Exit::Gaps), "{}", watching.err());
    assert!(told_to_a_terminal(&setting)[0].ended, "and that nobody watches it any more");
}
