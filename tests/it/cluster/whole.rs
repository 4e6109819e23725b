//! A cluster that answers: what is asked, what is stored, what it says.

use serde_json::json;

use super::server::{Server, recording};
use super::setting::Setting;
use crate::support::assert_clean;
use crate::support::command::run;
use hullbreach::cli::Exit;

#[test]
fn everything_is_asked_for_with_list_only_and_events_first() {
    let server = Server::recorded();
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--json"]).expect(Exit::Done);
    let asked = server.asked();
    assert!(asked.iter().all(|question| question.method == "GET" && question.authorization == "Bearer a-token"));
    assert_eq!(asked[0].path, "/api/v1/events?limit=500");
    for path in [
        "/api/v1/pods",
        "/apis/apps/v1/deployments",
        "/apis/apps/v1/replicasets",
        "/apis/apps/v1/statefulsets",
        "/apis/apps/v1/daemonsets",
        "/apis/batch/v1/jobs",
        "/apis/batch/v1/cronjobs",
        "/api/v1/nodes",
        "/api/v1/services",
        "/apis/discovery.k8s.io/v1/endpointslices",
        "/apis/networking.k8s.io/v1/ingresses",
        "/apis/networking.k8s.io/v1/networkpolicies",
        "/api/v1/namespaces",
        "/api/v1/serviceaccounts",
        "/apis/rbac.authorization.k8s.io/v1/rolebindings",
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "/apis/scheduling.k8s.io/v1/priorityclasses",
        "/api/v1/secrets",
        "/apis",
    ] {
        assert!(asked.iter().any(|question| question.bare() == path), "{path} was not asked for");
    }
    let document = ran.json();
    let context = &document["contexts"][0];
    assert_eq!(
        (&context["context"], &context["status"], &context["repeated"]),
        (&json!("prod"), &json!("read"), &json!(0))
    );
    assert_eq!(context["requests"], asked.len());
    assert_eq!(document["gaps"], json!([]));
    assert!(
        ran.err()
            .starts_with(&format!("context prod: cluster prod at {}, as prod (token); reading only", server.address()))
    );
    assert!(!ran.out().contains("a-token") && !ran.err().contains("a-token"));
}

#[test]
fn the_images_are_those_of_the_recorded_kubectl_and_of_the_other_kinds() {
    let server = Server::recorded();
    let live = Setting::of(&server);
    live.collect(&[]).expect(Exit::Done);
    let files = Setting::bare();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cluster/recorded/");
    let mut arguments = vec!["import".to_owned(), format!("{folder}kubectl-get-pods-A.json.gz")];
    for kind in ["deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "nodes", "events"] {
        arguments.push(format!("{folder}{kind}.json"));
    }
    run(&files.env, arguments).expect(Exit::Done);
    let (found, expected) = (live.images(), files.images());
    assert!(expected.len() > 39, "{}", expected.len());
    assert_eq!(found, expected);
    assert_eq!(live.json(&["images"])["images"][0]["uses"], files.json(&["images"])["images"][0]["uses"]);
}

#[test]
fn pages_are_evidence_of_their_own_and_one_list_together() {
    let server = Server::recorded();
    let setting = Setting::of(&server);
    let ran = setting.collect(&["--limit", "5", "--json"]).expect(Exit::Done);
    let pods: Vec<_> = server.paths().into_iter().filter(|path| path.starts_with("/api/v1/pods?")).collect();
    assert_eq!(pods.len(), 8, "{pods:?}");
    let rows = ran.json()["evidence"].as_array().unwrap().clone();
    let pages: Vec<_> = rows.iter().filter(|row| row["path"].as_str().unwrap().contains("/api/v1/pods")).collect();
    assert_eq!(pages.len(), 8);
    assert_eq!(pages[2]["path"], format!("{}/api/v1/pods, page 3", server.address()));
    assert!(pages.iter().all(|row| row["status"] == "read"), "{pages:?}");
    let list =
        ran.json()["contexts"][0]["lists"].as_array().unwrap().iter().find(|l| l["kind"] == "Pod").unwrap().clone();
    assert_eq!((&list["pages"], &list["objects"], &list["status"]), (&json!(8), &json!(40), &json!("read")));
    let sources = setting.json(&["coverage"])["sources"].as_array().unwrap().clone();
    let times: std::collections::BTreeSet<_> = sources
        .iter()
        .filter(|row| row["path"].as_str().unwrap().contains("/api/v1/pods"))
        .map(|row| row["as_of"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(times.len(), 1, "all pages of a list speak of one time: {times:?}");
    assert_clean(&setting.world.verify());
}

#[test]
fn managed_fields_are_left_out_and_the_original_is_what_came() {
    let server = Server::recorded();
    let setting = Setting::of(&server);
    setting.collect(&[]).expect(Exit::Done);
    let case = setting.world.open("ana");
    let (state, _) = case.state().unwrap();
    let pods = state.sources.values().find(|s| s.acquisition.origin.path == "/api/v1/pods").unwrap();
    let body = recording("pods-all");
    assert_eq!(pods.acquisition.original, hullbreach::model::digest::Digest::of(&body));
    assert_eq!(pods.acquisition.original_bytes, body.len() as u64);
    assert!(pods.acquisition.stored_bytes < body.len() as u64 / 4 * 3);
    assert_eq!(pods.acquisition.transforms, ["managedFields left out"]);
    let option = |name: &str| pods.acquisition.options.get(name).map(String::as_str);
    assert_eq!(
        (option("request"), option("status"), option("kind")),
        (Some("GET /api/v1/pods?limit=500"), Some("200"), Some("Pod"))
    );
    assert_eq!(
        (pods.acquisition.context.as_deref(), pods.acquisition.origin.root.as_str()),
        (Some("prod"), server.address().as_str())
    );
    let id = pods.acquisition.stored.as_ref().unwrap().hex().to_owned();
    let shown = run(&setting.env, ["evidence", "show", &id, "--raw"]).expect(Exit::Done).out();
    assert!(!shown.contains("managedFields") && shown.contains("containerStatuses"));
}

#[test]
fn pull_secrets_are_known_by_name_and_their_contents_were_never_asked_for() {
    let server = Server::recorded();
    let setting = Setting::of(&server);
    setting.collect(&[]).expect(Exit::Done);
    let asked: Vec<_> = server.asked().into_iter().filter(|question| question.path.contains("secrets")).collect();
    assert_eq!(asked.len(), 3);
    assert!(
        asked
            .iter()
            .all(|question| question.accept == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
    );
    let rows = setting.covered("read");
    let of = |format: &str| rows.iter().filter(|row| row["format"] == format).count();
    assert_eq!((of("pull-secret-names"), of("secret-names")), (2, 1));
}

#[test]
fn a_second_collection_says_what_is_gone() {
    let shorter = |question: &super::server::Question| {
        (question.bare() == "/api/v1/pods" && question.before > 0 && question.path.contains("limit=5")).then(|| {
            let text = String::from_utf8(recording("pods-limit5-page08")).unwrap();
            super::server::Reply::json(
                200,
                text.replace("\"resourceVersion\":\"1441\"", "\"resourceVersion\":\"2000\""),
            )
        })
    };
    let server = Server::with(shorter);
    let setting = Setting::of(&server);
    setting.collect(&["--limit", "5"]).expect(Exit::Done);
    let running = |setting: &Setting| -> u64 {
        setting.json(&["images"])["images"].as_array().unwrap().iter().map(|row| row["running"].as_u64().unwrap()).sum()
    };
    let before = running(&setting);
    setting.world.set_clock(crate::support::START + 3_600_000_000);
    setting.collect(&["--limit", "5", "--fresh"]).expect(Exit::Done);
    let after = running(&setting);
    assert!(after < before && after > 0, "{before} then {after}: the pods of seven pages are gone");
}

#[test]
fn routes_reports_and_named_custom_resources_are_listed_where_they_are_served() {
    let served = |group: &str, resource: &str, kind: &str| {
        json!({"metadata": {"name": group}, "versions": [{"version": "v1", "resources": [
            {"resource": resource, "responseKind": {"kind": kind}, "scope": "Namespaced", "verbs": ["get", "list"]}]}]})
    };
    let apis = json!({"kind": "APIGroupDiscoveryList", "items": [
        served("gateway.networking.k8s.io", "httproutes", "HTTPRoute"),
        served("aquasecurity.github.io", "vulnerabilityreports", "VulnerabilityReport"),
        served("argoproj.io", "rollouts", "Rollout"),
        served("argoproj.io", "workflows", "Workflow"),
    ]});
    let one = |kind: &str, group: &str| {
        let object = json!({"kind": kind, "apiVersion": format!("{group}/v1"), "metadata": {"name": "one", "namespace": "prod", "uid": kind},
            "spec": {"template": {"spec": {"containers": [{"name": "main", "image": format!("registry.example/{}:1", kind.to_lowercase())}]}}}});
        json!({"kind": format!("{kind}List"), "apiVersion": format!("{group}/v1"), "metadata": {"resourceVersion": "9"}, "items": [object]}).to_string()
    };
    let server = Server::with(move |question| match question.bare() {
        "/apis" => Some(super::server::Reply::json(200, apis.to_string())),
        "/apis/gateway.networking.k8s.io/v1/httproutes" => {
            Some(super::server::Reply::json(200, one("HTTPRoute", "gateway.networking.k8s.io")))
        }
        "/apis/aquasecurity.github.io/v1/vulnerabilityreports" => {
            Some(super::server::Reply::json(200, one("VulnerabilityReport", "aquasecurity.github.io")))
        }
        "/apis/argoproj.io/v1/rollouts" => Some(super::server::Reply::json(200, one("Rollout", "argoproj.io"))),
        _ => None,
    });
    let setting = Setting::of(&server);
    let ran = setting
        .collect(&["--custom", "rollouts.argoproj.io", "--custom", "nothing.example.com", "--json"])
        .expect(Exit::Gaps);
    let gaps = ran.json()["gaps"].as_array().unwrap().clone();
    assert!(
        gaps.len() == 1
            && gaps[0]["reason"].as_str().unwrap().starts_with("the cluster does not serve nothing.example.com"),
        "{gaps:?}"
    );
    let paths = server.paths().join("\n");
    for (path, asked) in
        [("httproutes", true), ("vulnerabilityreports", true), ("rollouts", true), ("workflows", false)]
    {
        assert_eq!(paths.contains(path), asked, "{path}");
    }
    assert!(setting.images().contains(&"registry.example/rollout:1".to_owned()));
}

#[test]
fn an_old_cluster_is_asked_for_its_groups_one_by_one() {
    let server = Server::with(|question| {
        match question.path.as_str() {
        "/apis" => Some(super::server::Reply::json(200, json!({"kind": "APIGroupList", "groups": [
            {"name": "aquasecurity.github.io", "preferredVersion": {"groupVersion": "aquasecurity.github.io/v1alpha1"}}]}).to_string())),
        "/apis/aquasecurity.github.io/v1alpha1" => Some(super::server::Reply::refusal(403, "Forbidden", "not for you")),
        _ => None,
    }
    });
    let ran = Setting::of(&server).collect(&["--json"]).expect(Exit::Gaps);
    let gaps = ran.json()["gaps"].to_string();
    assert!(
        gaps.contains("what the cluster serves could not be learned") && gaps.contains("403 not for you"),
        "{gaps}"
    );
}
