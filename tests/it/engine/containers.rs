//! Containers: what was asked for, what was started, whether it runs, and whose it is.

use super::*;
use hullbreach::model::digest::RelationKind;
use hullbreach::model::fact::{Mark, Role, SeenState};

fn inspect(rest: &str) -> Whole {
    read(&format!(r#"[{{"Id":"{}","Created":"2026-11-01T00:00:00.5Z","Name":"/shop-web-1",{rest}}}]"#, "9".repeat(64)))
}

#[test]
fn docker_24_container_of_compose() {
    let id = sha('a');
    let whole = inspect(&format!(
        r#""Path":"/docker-entrypoint.sh","Args":["nginx","--token","t0ps3cret"],
        "State":{{"Status":"running","Running":true,"Paused":false,"Restarting":false,"StartedAt":"2026-11-20T10:00:00Z","FinishedAt":"0001-01-01T00:00:00Z",
                  "Health":{{"Log":[{{"Output":"password=hunter22"}}]}}}},
        "Image":"{id}","Driver":"overlay2",
        "HostConfig":{{"Binds":["/var/run/docker.sock:/var/run/docker.sock"],"NetworkMode":"shop_default","Privileged":true,
                       "PortBindings":{{"80/tcp":[{{"HostIp":"","HostPort":"8080"}}]}}}},
        "Mounts":[],"Config":{{"Image":"nginx:1.27","Env":["DB_PASSWORD=hunter22","FOO=barbarbar","PATH=/bin"],"Cmd":["x"],
        "Healthcheck":{{"Test":["CMD-SHELL","curl -u me:hunter22 http://x"]}},
        "Labels":{{"com.docker.compose.project":"shop","com.docker.compose.service":"web","com.docker.compose.project.config_files":"/srv/shop/compose.yaml","api.secret":"hunter22"}}}},
        "NetworkSettings":{{"Ports":{{"80/tcp":[{{"HostIp":"0.0.0.0","HostPort":"8080"}}]}}}}"#
    ));
    assert_eq!(brief(&whole), ["service web nginx:1.27"]);
    assert_eq!(pointed(&whole), ["nginx:1.27"]);
    let place = uses(&whole)[0];
    assert_eq!(place.marks, [Mark::Published("8080:80/tcp".into()), Mark::Privileged, Mark::EngineSocket]);
    let seen = place.seen.clone().unwrap();
    assert_eq!((seen.state, seen.image_id.as_str(), seen.image.as_str()), (SeenState::Running, id.as_str(), ""));
    assert_eq!((seen.started.unwrap().rfc3339().as_str(), seen.finished), ("2026-11-20T10:00:00Z", None));
    let object = whole.items[0].object.as_ref().unwrap();
    let owner = object.owner.as_ref().unwrap();
    assert_eq!((owner.kind.as_str(), owner.name.as_str()), ("ComposeProject", "shop"));
    assert_eq!((object.name.as_str(), object.uid.clone()), ("shop-web-1", Some("9".repeat(64))));
    assert_eq!(object.details["configFiles"], "/srv/shop/compose.yaml");
    for secret in ["hunter22", "barbarbar", "t0ps3cret"] {
        assert!(!whole.stored.contains(secret), "{secret} in {}", whole.stored);
    }
    assert!(whole.stored.contains("/var/run/docker.sock:/var/run/docker.sock"));
    assert_eq!(whole.collected.times.last().unwrap().rfc3339(), "2026-11-20T10:00:00Z");
}

#[test]
fn docker_29_names_the_platform_that_was_started() {
    let (index, manifest) = (sha('1'), sha('2'));
    let whole = inspect(&format!(
        r#""State":{{"Status":"exited","Running":false,"StartedAt":"2026-11-20T10:00:00Z","FinishedAt":"2026-11-20T11:00:00Z"}},
        "Image":"{index}","ImageManifestDescriptor":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{manifest}","platform":{{"os":"linux"}}}},
        "Config":{{"Image":"registry.corp:5000/web:2","Labels":{{}}}}"#
    ));
    assert_eq!(brief(&whole), ["app shop-web-1 registry.corp:5000/web:2"]);
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!(seen.state, SeenState::Terminated);
    assert_eq!(seen.image_id, format!("registry.corp:5000/web@{manifest}"));
    assert_eq!(seen.finished.unwrap().rfc3339(), "2026-11-20T11:00:00Z");
    let relation = &whole.items[0].relations[0];
    assert_eq!(
        (relation.kind, relation.a.as_str(), relation.b.as_str()),
        (RelationKind::Contains, &*index, &*manifest)
    );
}

#[test]
fn podman_5_container_in_its_pod() {
    let config = "c".repeat(64);
    let whole = inspect(&format!(
        r#""State":{{"Status":"configured","Running":false,"StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"}},
        "Image":"{config}","ImageDigest":"{}","ImageName":"quay.io/acme/api:3","Pod":"{}",
        "Config":{{"Image":"quay.io/acme/api:3","CreateCommand":["podman","run","-e","TOKEN=abcdef99","--env=PLAIN=zyxwvut","quay.io/acme/api:3"]}}"#,
        sha('d'),
        "7".repeat(64)
    ));
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!((seen.state, seen.started, seen.finished), (SeenState::Waiting, None, None));
    assert_eq!((seen.image, seen.image_id), (config, format!("quay.io/acme/api@{}", sha('d'))));
    assert_eq!(whole.items[0].object.as_ref().unwrap().owner.as_ref().unwrap().kind, "PodmanPod");
    assert!(!whole.stored.contains("abcdef99") && !whole.stored.contains("zyxwvut"), "{}", whole.stored);
}

#[test]
fn containers_named_by_an_id() {
    let by_id = inspect(&format!(
        r#""State":{{"Status":"running","Running":true}},"Image":"{}","Config":{{"Image":"0ddf97180626"}}"#,
        sha('a')
    ));
    assert_eq!(brief(&by_id), [format!("app shop-web-1 {}", sha('a'))]);
    let row =
        read(r#"{"ID":"abcdef012345","Image":"0ddf97180626","Names":"x","State":"running","Status":"Up 2 hours"}"#);
    assert!(uses(&row).is_empty());
    assert!(reasons(&row)[0].contains("short id"), "{:?}", reasons(&row));
}

#[test]
fn lists_of_containers_in_every_dress() {
    let docker = r#"{"Command":"\"/docker-entrypoint.…\"","CreatedAt":"2026-11-20 09:00:00 +0100 CET","ID":"abcdef012345","Image":"nginx:1.27","Labels":"com.docker.compose.project=shop,com.docker.compose.service=web,app.token=abc123secret","LocalVolumes":"0","Mounts":"","Names":"shop-web-1","Networks":"shop","Ports":"0.0.0.0:8080->80/tcp, :::8080->80/tcp","RunningFor":"2 hours ago","Size":"0B","State":"running","Status":"Up 2 hours"}
{"ID":"abcdef012346","Image":"redis:7","Names":"old","State":"exited","Status":"Exited (0) 3 days ago"}
{"ID":"abcdef012347","Image":"busybox","Names":"odd","Status":"who knows"}
"#;
    let whole = read(docker);
    assert_eq!(brief(&whole), ["service web nginx:1.27", "app old redis:7", "app odd busybox"]);
    let states: Vec<Option<SeenState>> = uses(&whole).iter().map(|u| u.seen.as_ref().map(|s| s.state)).collect();
    assert_eq!(states, [Some(SeenState::Running), Some(SeenState::Terminated), None]);
    assert_eq!(uses(&whole)[0].marks, [Mark::Published("8080:80/tcp".into())]);
    assert!(!whole.stored.contains("abc123secret"), "{}", whole.stored);

    let api = format!(
        r#"[{{"Id":"{0}","Names":["/web"],"Image":"nginx:1.27","ImageID":"{1}","Created":1763600000,"Ports":[{{"IP":"127.0.0.1","PrivatePort":80,"PublicPort":81,"Type":"tcp"}}],"Labels":{{}},"State":"paused","Status":"Up 2 hours (Paused)","Mounts":[{{"Source":"/run/podman/podman.sock"}}]}}]"#,
        "3".repeat(64),
        sha('b')
    );
    let whole = read(&api);
    let place = uses(&whole)[0];
    assert_eq!(place.marks, [Mark::Published("127.0.0.1:81:80/tcp".into()), Mark::EngineSocket]);
    assert_eq!(place.seen.as_ref().unwrap().image_id, sha('b'));
    assert_eq!(place.seen.as_ref().unwrap().state, SeenState::Running);

    let podman = format!(
        r#"[{{"AutoRemove":false,"Command":["nginx"],"CreatedAt":"2 hours ago","Exited":true,"ExitedAt":1763700000,"Id":"{0}","Image":"docker.io/library/nginx:latest","ImageID":"{0}","Names":["web"],"Pod":"p1","PodName":"shop","Ports":null,"StartedAt":1763600000,"State":"exited","Created":1763500000}}]"#,
        "4".repeat(64)
    );
    let whole = read(&podman);
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!((seen.state, seen.started.is_some(), seen.finished.is_some()), (SeenState::Terminated, true, true));
    assert_eq!(whole.items[0].object.as_ref().unwrap().owner.as_ref().unwrap().name, "shop");

    let compose = r#"[{"ID":"x","Name":"shop-db-1","Image":"postgres:16","Project":"shop","Service":"db","State":"restarting","Publishers":[{"URL":"","TargetPort":5432,"PublishedPort":0,"Protocol":"tcp"}]}]"#;
    let whole = read(compose);
    assert_eq!(brief(&whole), ["service db postgres:16"]);
    assert_eq!(uses(&whole)[0].seen.as_ref().unwrap().state, SeenState::Waiting);
}

#[test]
fn k3s_containers_are_the_pods_kubernetes_speaks_of() {
    let list = format!(
        r#"{{"containers":[{{"id":"{0}","podSandboxId":"{1}","metadata":{{"name":"api","attempt":2}},
        "image":{{"image":"{2}","annotations":{{}},"userSpecifiedImage":"ghcr.io/acme/api:9"}},"imageRef":"{2}","state":"CONTAINER_RUNNING","createdAt":"1763600000000000000",
        "labels":{{"io.kubernetes.container.name":"api","io.kubernetes.pod.name":"api-6b7-x","io.kubernetes.pod.namespace":"pay","io.kubernetes.pod.uid":"u-1"}}}},
        {{"id":"short","metadata":{{"name":"old"}},"image":{{"image":"{2}"}},"imageRef":"{2}","state":"CONTAINER_EXITED","labels":{{}}}}]}}"#,
        "5".repeat(64),
        "6".repeat(64),
        sha('e')
    );
    let whole = read(&list);
    assert_eq!(brief(&whole), ["app api ghcr.io/acme/api:9".to_owned(), format!("app old {}", sha('e'))]);
    let object = whole.items[0].object.as_ref().unwrap();
    let owner = object.owner.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.namespace.as_str()), ("Container", "pay"));
    assert_eq!((owner.kind.as_str(), owner.name.as_str(), owner.uid.as_deref()), ("Pod", "api-6b7-x", Some("u-1")));
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!((seen.state, seen.image_id), (SeenState::Running, sha('e')));

    let inspected = read(&format!(
        r#"{{"status":{{"id":"{}","metadata":{{"name":"api"}},"state":"CONTAINER_EXITED","createdAt":"2026-11-20T00:00:00Z","startedAt":"2026-11-20T00:00:01Z","finishedAt":"2026-11-20T00:00:02Z",
        "image":{{"image":"ghcr.io/acme/api:9"}},"imageRef":"ghcr.io/acme/api@{}","labels":{{}},"mounts":[{{"containerPath":"/s","hostPath":"/run/containerd/containerd.sock"}}]}},
        "info":{{"config":{{"envs":[{{"key":"PLAIN","value":"zyxwvut"}}],"linux":{{"security_context":{{"privileged":true}}}}}},"runtimeSpec":{{"process":{{"env":["OTHER=zyxwvut"]}}}}}}}}"#,
        "5".repeat(64),
        sha('f')
    ));
    let place = uses(&inspected)[0];
    assert_eq!((place.role, place.spot.pointer.as_str()), (Role::App, "/status/image/image"));
    assert_eq!(place.marks, [Mark::Privileged, Mark::EngineSocket]);
    let seen = place.seen.clone().unwrap();
    assert_eq!((seen.started.is_some(), seen.finished.is_some()), (true, true));
    assert!(!inspected.stored.contains("zyxwvut"), "{}", inspected.stored);
}
