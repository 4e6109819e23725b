//! A cluster that answers half, badly or not at all: what came stays, what is missing is named with what to do.

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::server::{Authority, Body, Question, Reply, Server, recording};
use super::setting::{Named, Setting};
use crate::support::assert_clean;
use crate::support::command::Ran;
use hullbreach::cli::Exit;

/// The row of a list in the document.
fn list(ran: &Ran, path: &str) -> Value {
    let document = ran.json();
    let lists = document["contexts"][0]["lists"].as_array().unwrap();
    lists.iter().find(|list| list["path"] == path).unwrap_or_else(|| panic!("{path}: {lists:#?}")).clone()
}

fn gaps(ran: &Ran) -> String {
    ran.json()["gaps"].to_string()
}

#[test]
fn refused_credentials_change_nothing_and_say_what_to_do() {
    let server = Server::with(|_| Some(Reply::json(401, recording("error-401-bad-token"))));
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Failed);
    assert!(gaps(&ran).contains("401: the cluster does not accept these credentials; log in again"), "{}", gaps(&ran));
    assert_eq!(server.asked().len(), 1, "a refusal is not asked for again");
    assert_eq!((&ran.json()["contexts"][0]["status"], &ran.json()["evidence"]), (&json!("denied"), &json!([])));
    assert_eq!(
        setting.json(&["log"])["events"].as_array().unwrap().len(),
        Setting::bare().json(&["log"])["events"].as_array().unwrap().len()
    );
}

#[test]
fn a_kind_that_is_refused_is_a_gap_and_the_namespaces_are_asked() {
    let server = Server::with(|question| match question.bare() {
        "/api/v1/pods" => Some(Reply::json(403, recording("error-403-limited-list-all-pods"))),
        "/api/v1/namespaces/dev/pods" => Some(Reply::json(200, recording("ok-limited-list-dev-pods"))),
        path if path.starts_with("/api/v1/namespaces/") => {
            Some(Reply::refusal(403, "Forbidden", "pods is forbidden in this namespace"))
        }
        _ => None,
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Gaps);
    assert_eq!(list(&ran, "/api/v1/pods")["status"], "denied");
    assert_eq!(list(&ran, "/api/v1/namespaces/dev/pods")["status"], "read");
    assert_eq!(list(&ran, "/api/v1/namespaces/prod/pods")["status"], "denied");
    assert_eq!(
        server.paths().iter().filter(|path| path.starts_with("/api/v1/namespaces?")).count(),
        1,
        "asked for once"
    );
    let denied = setting.covered("denied");
    assert!(
        denied
            .iter()
            .any(|row| row["context"] == "prod" && row["reason"].as_str().unwrap().contains("at the cluster scope")),
        "{denied:#?}"
    );
    assert!(setting.images().iter().any(|name| name.contains("busybox")), "{:?}", setting.images());
    assert_clean(&setting.world.verify());
}

#[test]
fn without_the_list_of_namespaces_the_contexts_own_is_asked_or_those_that_are_named() {
    let refusing = |question: &Question| match question.bare() {
        "/api/v1/namespaces/dev/pods" => Some(Reply::json(200, recording("ok-limited-list-dev-pods"))),
        _ => Some(Reply::refusal(403, "Forbidden", "no")),
    };
    let server = Server::with(refusing);
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Gaps);
    assert_eq!(list(&ran, "/api/v1/namespaces/dev/pods")["status"], "read");
    assert!(gaps(&ran).contains("ask for `list` rights"), "{}", gaps(&ran));
    let server = Server::with(refusing);
    let setting = Setting::of(&server);
    setting.collect(&["--namespace", "x", "--namespace", "a/../b", "--json"]).expect(Exit::Gaps);
    let paths = server.paths();
    assert!(paths.contains(&"/api/v1/namespaces/x/pods?limit=500".to_owned()), "{paths:?}");
    assert!(paths.contains(&"/api/v1/namespaces/a%2F..%2Fb/pods?limit=500".to_owned()), "{paths:?}");
}

#[test]
fn a_kind_that_is_not_served_is_a_gap() {
    let server = Server::with(|question| {
        let text = || Reply {
            status: 404,
            headers: vec![("Content-Type", "text/plain".into())],
            body: Body::Whole(b"404 page not found\n".to_vec()),
        };
        (question.bare() == "/apis/discovery.k8s.io/v1/endpointslices").then(text)
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Gaps);
    assert_eq!(list(&ran, "/apis/discovery.k8s.io/v1/endpointslices")["status"], "missing");
    assert_eq!(ran.json()["gaps"].as_array().unwrap().len(), 1);
    assert_eq!(setting.covered("failed").len(), 1);
}

#[test]
fn a_list_that_becomes_too_old_goes_on_and_is_marked() {
    let server = Server::with(|question| {
        (question.path == "/api/v1/pods?limit=5").then(|| Reply::json(200, recording("expired-real-1-first-page")))
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--limit", "5", "--json"]).expect(Exit::Gaps);
    let pods = list(&ran, "/api/v1/pods");
    assert_eq!((&pods["status"], &pods["pages"]), (&json!("partial"), &json!(8)));
    assert!(pods["reason"].as_str().unwrap().contains("410"), "{pods}");
    let partial = setting.covered("partial");
    assert_eq!(partial.len(), 7, "all pages after the first: {partial:#?}");
    assert!(
        partial
            .iter()
            .all(|row| row["reason"].as_str().unwrap().starts_with("the list became too old while it was read"))
    );
    let case = setting.world.open("ana");
    let (state, _) = case.state().unwrap();
    let complete = |path: &str| {
        state
            .sources
            .values()
            .any(|s| s.acquisition.origin.path.starts_with(path) && s.reading.as_ref().unwrap().scope.complete)
    };
    assert!(
        !complete("/api/v1/pods") && complete("/apis/apps/v1/deployments"),
        "an inconsistent list does not say what is gone"
    );
}

#[test]
fn a_busy_cluster_is_left_alone_as_long_as_it_asks_for() {
    let server = Server::with(|question| {
        (question.bare() == "/api/v1/pods" && question.before == 0)
            .then(|| Reply::refusal(429, "TooManyRequests", "slow down").with("Retry-After", "1"))
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Done);
    assert_eq!(ran.json()["contexts"][0]["repeated"], 1);
    let busy = Server::with(|question| {
        (question.bare() == "/api/v1/pods").then(|| Reply::refusal(429, "TooManyRequests", "slow down"))
    });
    let setting = Setting::of(&busy);
    let ran = setting.collect(&["--json"]).expect(Exit::Gaps);
    let pods = list(&ran, "/api/v1/pods");
    assert_eq!(pods["reason"], "429: slow down; the cluster is busy or broken: try again later");
    assert_eq!(busy.paths().iter().filter(|path| path.starts_with("/api/v1/pods?")).count(), 2);
    assert_eq!(setting.covered("failed").len(), 1);
}

#[test]
fn a_failing_kind_is_repeated_then_named_and_the_others_are_read() {
    let server = Server::with(|question| {
        (question.bare() == "/api/v1/events").then(|| Reply::refusal(503, "ServiceUnavailable", "etcd is away"))
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json", "--retries", "2"]).expect(Exit::Gaps);
    assert_eq!(server.paths().iter().filter(|path| path.starts_with("/api/v1/events")).count(), 3);
    assert_eq!(list(&ran, "/api/v1/events")["status"], "failed");
    assert_eq!(list(&ran, "/api/v1/pods")["status"], "read");
    let passing = Server::with(|question| {
        (question.before == 0 && question.path.starts_with("/apis/apps"))
            .then(|| Reply::refusal(503, "ServiceUnavailable", "leader election"))
    });
    Setting::of(&passing).collect(&[]).expect(Exit::Done);
}

#[test]
fn a_body_that_is_cut_is_asked_for_again_and_what_came_of_it_stays() {
    let cut = |question: &Question, always: bool| {
        (question.bare() == "/api/v1/pods" && (always || question.before == 0)).then(|| {
            let body = recording("pods-all");
            let at = body.len() / 2;
            Reply { status: 200, headers: vec![("Content-Type", "application/json".into())], body: Body::Cut(body, at) }
        })
    };
    let once = Server::with(move |question| cut(question, false));
    Setting::of(&once).collect(&[]).expect(Exit::Done);
    let always = Server::with(move |question| cut(question, true));
    let setting = Setting::of(&always);
    let ran = setting.collect(&["--json"]).expect(Exit::Gaps);
    let pods = list(&ran, "/api/v1/pods");
    assert_eq!(pods["status"], "partial");
    assert!(pods["reason"].as_str().unwrap().starts_with("the answer was cut off after"), "{pods}");
    let partial = setting.covered("partial");
    assert!(
        partial.len() == 1 && partial[0]["reason"].as_str().unwrap().starts_with("the answer was cut off after"),
        "{partial:#?}"
    );
    let objects = pods["objects"].as_u64().unwrap();
    assert!((10..30).contains(&objects), "{objects}");
    assert!(list(&ran, "/api/v1/nodes")["status"] == "read");
    assert_clean(&setting.world.verify());
}

/// A list of pods without an end, in pieces of some kibibytes; `pause` between them.
fn endless(pause: Duration) -> Reply {
    let mut n = 0;
    let chunks = move || {
        std::thread::sleep(pause);
        n += 1;
        let comma = if n > 1 {
            ","
        } else {
            "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":["
        };
        Some(format!("{comma}{}", pod(n, 100)).into_bytes())
    };
    Reply {
        status: 200,
        headers: vec![("Content-Type", "application/json".into())],
        body: Body::Chunks(Box::new(chunks)),
    }
}

fn pod(n: usize, filling: usize) -> Value {
    json!({"metadata": {"name": format!("pod-{n}"), "namespace": "prod", "uid": format!("uid-{n}"), "annotations": {"note": "a".repeat(filling)}},
        "spec": {"containers": [{"name": "main", "image": format!("registry.example/app:{}", n % 7)}]}})
}

#[test]
fn a_page_that_never_ends_is_given_up_and_the_rest_is_read() {
    let server =
        Server::with(|question| (question.bare() == "/api/v1/pods").then(|| endless(Duration::from_millis(20))));
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--page-time", "1", "--retries", "0", "--json"]).expect(Exit::Gaps);
    let pods = list(&ran, "/api/v1/pods");
    assert!(pods["reason"].as_str().unwrap().contains("no whole answer within 1 s"), "{pods}");
    assert!(pods["objects"].as_u64().unwrap() > 0);
    assert!(setting.images().iter().any(|name| name.starts_with("registry.example/app:")));
    assert_eq!(list(&ran, "/api/v1/nodes")["status"], "read");
}

#[test]
fn a_login_page_in_place_of_the_cluster_is_no_empty_cluster() {
    let page = || Reply {
        status: 200,
        headers: vec![("Content-Type", "text/html".into())],
        body: Body::Whole(b"<html>Please log in</html>".to_vec()),
    };
    let server = Server::with(move |_| Some(page()));
    let ran = Setting::of(&server).collect(&["--json"]).expect(Exit::Gaps);
    assert!(gaps(&ran).contains("something else answers in its place"), "{}", gaps(&ran));
    assert_eq!(ran.json()["contexts"][0]["status"], "failed");
    assert!(server.asked().len() < 10, "a cluster that only fails is not asked for every kind");
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let server = Server::with(|_| {
        std::thread::sleep(Duration::from_secs(3));
        None
    });
    let ran = Setting::of(&server).collect(&["--page-time", "0.3", "--json"]).expect(Exit::Failed);
    assert!(gaps(&ran).contains("no whole answer within 0.3 s"), "{}", gaps(&ran));
    assert_eq!(server.asked().len(), 2, "a cluster that never answers is not asked for every kind");
}

/// A pod of a mebibyte: most of it who changed what, and enough of the rest that a page of them leaves memory.
fn large_pod(n: usize) -> Value {
    let mut pod = pod(n, 100 << 10);
    pod["metadata"]["managedFields"] = json!([{"fieldsV1": {"f:spec": "f".repeat(950 << 10)}}]);
    pod
}

#[test]
fn two_hundred_megabytes_in_one_page_take_a_few_of_memory() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let server = Server::with(move |question| {
        let sent = Arc::clone(&counted);
        (question.bare() == "/api/v1/pods").then(|| {
            let mut n = 0;
            let chunks = move || {
                n += 1;
                let text = match n {
                    1 => "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[".to_owned(),
                    n if n <= 201 => format!("{}{}", if n > 2 { "," } else { "" }, large_pod(n)),
                    202 => "]}".to_owned(),
                    _ => return None,
                };
                sent.fetch_add(text.len(), Ordering::SeqCst);
                Some(text.into_bytes())
            };
            Reply { status: 200, headers: vec![("Content-Type", "application/json".into())], body: Body::Chunks(Box::new(chunks)) }
        })
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json", "--page-time", "300"]).expect(Exit::Done);
    assert!(sent.load(Ordering::SeqCst) > 200 << 20);
    assert_eq!(list(&ran, "/api/v1/pods")["objects"], 200);
    let held = ran.json()["held"].as_u64().unwrap();
    assert!(held <= 8 << 20, "{held} bytes of answers were held");
    assert_eq!(std::fs::read_dir(setting.env.state_dir.join("collect")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_certificate_of_another_authority_or_name_is_refused_with_advice() {
    let server = Server::recorded();
    let wrong = Named { authority: Authority::new().certificate, ..Named::of("prod", &server) };
    let ran = Setting::named(&[wrong]).collect(&["--json"]).expect(Exit::Failed);
    assert!(gaps(&ran).contains("not signed by the authority in the kubeconfig"), "{}", gaps(&ran));
    assert_eq!(server.asked().len(), 0);
    let named = Server::named("elsewhere.example", |_| None);
    let ran = Setting::of(&named).collect(&["--json"]).expect(Exit::Failed);
    assert!(gaps(&ran).contains("the server's certificate is for another name"), "{}", gaps(&ran));
}

#[test]
fn nobody_listening_is_told_once() {
    let server = Server::recorded();
    let address = server.address();
    let named = Named::of("prod", &server);
    drop(server);
    std::thread::sleep(Duration::from_millis(50));
    let ran = Setting::named(&[Named { server: address, ..named }]).collect(&["--json"]).expect(Exit::Failed);
    assert_eq!(ran.json()["gaps"].as_array().unwrap().len(), 1, "{}", gaps(&ran));
    assert!(gaps(&ran).to_lowercase().contains("connect"), "{}", gaps(&ran));
}

#[test]
fn an_interrupted_collection_goes_on_and_asks_for_nothing_twice() {
    let cancel: Arc<AtomicBool> = Arc::default();
    let stop = Arc::clone(&cancel);
    let server = Server::with(move |question| {
        // The responder asks to stop while the fifth page of pods is on its way.
        let fifth = question.path.starts_with("/api/v1/pods") && question.path.ends_with(&token("pods-limit5-page04"));
        if fifth && question.before == 0 {
            stop.store(true, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(500));
        }
        None
    });
    let setting = Setting::of(&server);
    let ran = setting.collect_until(&["--limit", "5", "--json"], &cancel).expect(Exit::Interrupted);
    assert_eq!(list(&ran, "/api/v1/pods")["pages"], 4);
    let ran = setting.collect(&["--limit", "5", "--json"]).expect(Exit::Done);
    assert!(ran.json()["contexts"][0]["resumed"].is_string());
    assert_eq!(list(&ran, "/api/v1/pods")["pages"], 4);
    let mut paths = server.paths();
    paths.sort();
    let asked = paths.len();
    paths.dedup();
    assert_eq!(asked - paths.len(), 1, "only the page whose answer was not waited for is asked for twice");
    assert_eq!(setting.images().len(), {
        let whole = Setting::of(&server);
        whole.collect(&["--limit", "5"]).expect(Exit::Done);
        whole.images().len()
    });
    assert_clean(&setting.world.verify());
}

/// The token that a recorded page carries for the next one.
fn token(page: &str) -> String {
    let page: Value = serde_json::from_slice(&recording(page)).unwrap();
    page["metadata"]["continue"].as_str().unwrap().to_owned()
}

#[test]
fn the_time_for_the_whole_ends_it_and_it_can_be_gone_on_with() {
    let server = Server::with(|question| {
        if question.bare() == "/api/v1/nodes" && question.before == 0 {
            std::thread::sleep(Duration::from_secs(6));
        }
        None
    });
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--time", "5", "--json"]).expect(Exit::Gaps);
    assert!(gaps(&ran).contains("the time for the whole is over"), "{}", gaps(&ran));
    let before = server.asked().len();
    setting.collect(&["--json"]).expect(Exit::Done);
    assert!(
        !server.paths()[before..].iter().any(|path| path.starts_with("/api/v1/events")),
        "{:?}",
        &server.paths()[before..]
    );
}

#[test]
fn several_clusters_are_asked_side_by_side_and_one_that_fails_is_named() {
    let (one, two) = (Server::recorded(), Server::recorded());
    let lost = Named { user: json!({"token": "other"}), ..Named::of("lost", &two) };
    let refusing = Server::with(|_| Some(Reply::json(401, recording("error-401-bad-token"))));
    let contexts = [Named::of("one", &one), lost, Named::of("no", &refusing)];
    let setting = Setting::named(&contexts);
    let ran =
        setting.collect(&["--context", "one", "--context", "lost", "--context", "one", "--json"]).expect(Exit::Done);
    assert_eq!(ran.json()["contexts"].as_array().unwrap().len(), 2);
    let ran = setting.collect(&["--all-contexts", "--json"]).expect(Exit::Gaps);
    let statuses: Vec<String> = ran.json()["contexts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["context"], row["status"]))
        .collect();
    assert_eq!(statuses, ["\"one\" \"read\"", "\"lost\" \"read\"", "\"no\" \"denied\""]);
    let denied = setting.covered("denied");
    assert!(denied.len() == 1 && denied[0]["context"] == "no", "{denied:#?}");
    assert_eq!(two.asked()[0].authorization, "Bearer other");
}

#[test]
fn a_client_certificate_is_shown() {
    let server =
        Server::with(|question| (!question.certified).then(|| Reply::json(401, recording("error-401-bad-token"))));
    let (certificate, key) = server.authority.sign("ana", ExtendedKeyUsagePurpose::ClientAuth);
    let setting = Setting::bare();
    let folder = setting.world.root().to_path_buf();
    std::fs::write(folder.join("ana.crt"), certificate).unwrap();
    std::fs::write(folder.join("ana.key"), key).unwrap();
    // Relative to the kubeconfig, as kubectl takes them.
    let user = json!({"client-certificate": "ana.crt", "client-key": "ana.key"});
    let path = setting.write("config", &[Named { user, ..Named::of("prod", &server) }]);
    let ran = setting.collect(&["--kubeconfig", path.to_str().unwrap()]).expect(Exit::Done);
    assert!(ran.err().contains("as prod (client certificate)"), "{}", ran.err());
}

#[test]
fn what_was_got_before_the_cluster_was_lost_is_not_asked_for_again() {
    let away = Arc::new(AtomicBool::new(true));
    let gone = Arc::clone(&away);
    let server = Server::with(move |question| {
        let later = !question.path.starts_with("/api/v1/events") && !question.path.starts_with("/api/v1/pods");
        (later && gone.load(Ordering::SeqCst)).then(|| Reply {
            status: 200,
            headers: Vec::new(),
            body: Body::Cut(vec![b' '; 10], 0),
        })
    });
    let setting = Setting::of(&server);
    setting.collect(&["--retries", "0"]).expect(Exit::Gaps);
    away.store(false, Ordering::SeqCst);
    let before = server.asked().len();
    let ran = setting.collect(&["--json"]).expect(Exit::Done);
    assert!(ran.json()["contexts"][0]["resumed"].is_string());
    assert!(!server.paths()[before..].iter().any(|path| path.starts_with("/api/v1/pods?")));
    let before = server.asked().len();
    let ran = setting.collect(&["--json"]).expect(Exit::Done);
    assert!(ran.json()["contexts"][0]["resumed"].is_null());
    assert_eq!(server.paths()[before], "/api/v1/events?limit=500", "a collection that ended is begun anew");
}
