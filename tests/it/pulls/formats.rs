//! Every format, by what its own documentation says of it.

use super::*;

#[test]
fn the_columns_of_the_warehouse() {
    let csv = "TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n\
        2026-03-17T02:10:00Z,pay/api:1.4,registry.example,ben,node-2\n\
        2026-03-17T02:15:00Z,pay/api:1.4,registry.example,ben,node-2\n\
        2026-03-17T02:50:00Z,pay/api:1.4,registry.example,ana,node-2\n\
        2026-03-17T03:00:00Z,registry.corp:5000/a/b,registry.example,ana,\n";
    let tsv = csv.replace(',', "\t");
    let lines = r#"{"TIMESTAMP":"2026-03-17T02:10:00Z","IMAGE":"pay/api:1.4","REGISTRY":"registry.example","PULL_USER":"ben","PULL_HOST":"node-2"}
{"TIMESTAMP":1773713700,"IMAGE":"pay/api:1.4","REGISTRY":"registry.example","PULL_USER":"ben","PULL_HOST":"node-2"}
{"TIMESTAMP":"1773715800.5","IMAGE":"pay/api:1.4","REGISTRY":"registry.example","PULL_USER":"ana","PULL_HOST":"node-2"}
{"TIMESTAMP":"2026-03-17 03:00:00","IMAGE":"registry.corp:5000/a/b","REGISTRY":"registry.example","PULL_USER":"ana","PULL_HOST":null}
"#;
    let wanted = ["registry.corp:5000/a/b pull ordinary 1/1 1 0", "registry.example/pay/api:1.4 pull ordinary 3/2 2 1"];
    for text in [csv, &tsv, lines] {
        let whole = read(text);
        assert_eq!(whole.brief(), wanted, "{text}");
        assert_eq!((whole.collected.rejected, whole.collected.facts, whole.items), (0, 4, 0));
    }
    let log = read(lines);
    let notes = log.collected.notes.join("\n");
    assert!(notes.contains("no zone") && notes.contains("numbers"), "{notes}");
    assert!(log.log().assumed_utc && !read(csv).log().assumed_utc);
}

#[test]
fn columns_may_be_named_and_bad_rows_are_counted() {
    let text = "Wann;Was;Wer\n17.03.2026;a/b:1;ana\n2026-03-17T02:00:00Z;a/b:1;ana\n2026-03-17T02:00:00Z;;ana\n\
                2026-03-17T02:00:00Z;not an image;ana\n\n";
    let mut hints = Hints::default();
    for pair in ["time=Wann", "image=Was", "user=Wer", "registry==harbor.corp"] {
        hints.add(pair).unwrap();
    }
    let whole = read_cut(Format::PullTable, text, &hints, 1);
    assert_eq!(whole.brief(), ["harbor.corp/a/b:1 pull ordinary 1/1 1 0"]);
    let places: Vec<&str> = whole.rejects.iter().map(|reject| reject.locator.as_str()).collect();
    assert_eq!((places, whole.collected.rejected), (vec!["line:2", "line:4", "line:5"], 3));
    let missing = read_cut(Format::PullTable, text, &Hints::default(), 1);
    assert!(missing.rejects[0].reason.contains("--map time=COLUMN"), "{:?}", missing.rejects);
    assert_eq!(missing.rejects.len(), 1);
}

#[test]
fn harbor_by_both_of_its_apis() {
    let a = sha('a');
    let new = format!(
        r#"[{{"id":3,"op_time":"2026-03-17T02:10:00.000Z","operation":"pull","operation_description":"pull artifact: pay/api@{a}",
        "operation_result":true,"resource":"pay/api:1.4","resource_type":"artifact","username":"anonymous"}},
        {{"id":2,"op_time":"2026-03-17T02:00:00.000Z","operation":"create","operation_description":"push artifact: pay/api@{a}",
        "operation_result":true,"resource":"pay/api:1.4","resource_type":"artifact","username":"robot$ci"}},
        {{"id":1,"op_time":"2026-03-17T01:00:00.000Z","operation":"pull","operation_description":"pull artifact: pay/api@{a}",
        "operation_result":true,"resource":"pay/api@{a}","resource_type":"artifact","username":"robot$pay+Trivy-1a2b"}},
        {{"id":0,"op_time":"2026-03-17T00:30:00.000Z","operation":"login","resource":"ana","resource_type":"user","username":"ana"}}]"#
    );
    let whole = read(&new);
    assert_eq!(
        whole.brief(),
        [
            "?/pay/api:1.4 @a pull ordinary 1/1 1 0",
            "?/pay/api:1.4 @a push ordinary 1/1 1 0",
            "?/pay/api @a pull scanner 1/1 1 0",
        ]
    );
    assert!(whole.collected.notes.iter().any(|note| note.contains("--map registry==HOST")));
    assert_eq!((whole.log().others, whole.log().ordered), (1, true));
    let old = r#"[{"op_time":"2026-03-17T02:10:00Z","operation":"pull","resource":"pay/api:1.4","resource_type":"artifact","username":"ana"}]"#;
    let mut hints = Hints::default();
    hints.add("registry==harbor.corp").unwrap();
    assert_eq!(read_cut(word(old), old, &hints, 1).brief(), ["harbor.corp/pay/api:1.4 pull ordinary 1/1 1 0"]);
}

#[test]
fn cloudtrail_tells_manifests_from_layers_and_carries_what_was_pushed() {
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"digest":"{}"}},"layers":[{{"digest":"{}"}},{{"digest":"{}"}}]}}"#,
        sha('c'),
        sha('1'),
        sha('2')
    );
    let digest = hullbreach::model::digest::Digest::of(manifest.as_bytes());
    let event = |name: &str, more: &str| {
        format!(
            r#"{{"eventVersion":"1.08","eventTime":"2026-03-17T02:10:00Z","eventSource":"ecr.amazonaws.com","eventName":"{name}",
            "awsRegion":"eu-west-1","sourceIPAddress":"10.0.0.7","userAgent":"docker/27","recipientAccountId":"123456789012",
            "userIdentity":{{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/node/i-1"}},{more}}}"#
        )
    };
    let put = event(
        "PutImage",
        &format!(
            r#""requestParameters":{{"repositoryName":"pay/api","imageTag":"1.4","imageManifest":{}}},
            "responseElements":{{"image":{{"imageId":{{"imageDigest":"{digest}","imageTag":"1.4"}}}}}}"#,
            serde_json::to_string(&manifest).unwrap()
        ),
    );
    let get = event(
        "BatchGetImage",
        &format!(
            r#""requestParameters":{{"repositoryName":"pay/api","imageIds":[{{"imageDigest":"{digest}"}},{{"imageTag":"1.3"}}]}}"#
        ),
    );
    let layer = event(
        "GetDownloadUrlForLayer",
        &format!(r#""requestParameters":{{"repositoryName":"pay/api","layerDigest":"{}"}}"#, sha('1')),
    );
    let failed = event("BatchGetImage", r#""errorCode":"ImageNotFound","requestParameters":{"repositoryName":"x"}"#);
    let other = event("DescribeImages", r#""requestParameters":null"#);
    let all = [put, get, layer, failed, other];
    let list = format!("{{\"Records\":[{}]}}", all.join(","));
    let lines = all.map(|event| event.replace('\n', " ")).join("\n");
    for text in [list, lines] {
        let whole = read(&text);
        let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        let short = &digest.hex()[..1];
        assert_eq!(
            whole.brief(),
            [
                format!("{host}/pay/api record layer 1/0 1 1"),
                format!("{host}/pay/api:1.3 pull ordinary 1/0 1 1"),
                format!("{host}/pay/api:1.4 @{short} push ordinary 1/1 1 1"),
                format!("{host}/pay/api @{short} pull ordinary 1/0 1 1"),
            ]
        );
        assert_eq!((whole.log().others, whole.items, whole.collected.rejected), (2, 1, 0), "{:?}", whole.rejects);
        let noted = |what: &str| whole.collected.notes.iter().filter(|note| note.contains(what)).count();
        assert_eq!(noted("1 record is of requests that failed"), 1, "{:?}", whole.collected.notes);
        assert_eq!(noted("1 record is of other things than images"), 1, "{:?}", whole.collected.notes);
    }
}

#[test]
fn a_manifest_that_is_not_the_one_beside_its_digest_says_nothing_of_lineage() {
    let text = format!(
        r#"{{"eventTime":"2026-03-17T02:10:00Z","eventSource":"ecr.amazonaws.com","eventName":"PutImage","awsRegion":"eu-west-1",
        "recipientAccountId":"123456789012","requestParameters":{{"repositoryName":"a","imageTag":"1","imageManifest":"{{}}"}},
        "responseElements":{{"image":{{"imageId":{{"imageDigest":"{}"}}}}}}}}"#,
        sha('a')
    );
    let whole = read(&text);
    assert_eq!((whole.items, whole.images().len()), (0, 1));
    assert!(whole.rejects[0].reason.contains("not the one"), "{:?}", whole.rejects);
}

#[test]
fn docker_hubs_two_reports() {
    let a = sha('a');
    let csv = format!(
        "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls\n\
         2026/03/17/02,ben,harbourline/agent,ci,\"10.0.0.1,10.0.0.2\",public,1.5.0,{a},4,3\n\
         2026/03/17/03,ben,harbourline/agent,generated,10.0.0.1,public,,{a},0,1\n"
    );
    let whole = read(&csv);
    assert_eq!(
        whole.brief(),
        [
            "docker.io/harbourline/agent:1.5.0 @a pull ordinary 3/1 1 2",
            "docker.io/harbourline/agent:1.5.0 @a record version-check 4/0 1 2",
            "docker.io/harbourline/agent @a pull ordinary 1/1 1 1",
        ]
    );
    assert_eq!(whole.log().precision, 3_600);
    let json = format!(
        r#"{{"logs":[{{"account":"harbourline","action":"repo.tag.push","name":"harbourline/agent","actor":"ben",
        "data":{{"digest":"{a}","tag":"1.5.0"}},"timestamp":"2026-03-17T02:00:00Z","action_description":"pushed"}},
        {{"account":"harbourline","action":"org.member.add","name":"x","actor":"ana","data":{{}},"timestamp":"2026-03-17T01:00:00Z"}}]}}"#
    );
    let whole = read(&json);
    assert_eq!(whole.brief(), ["docker.io/harbourline/agent:1.5.0 @a push ordinary 1/1 1 0"]);
    assert_eq!(whole.log().others, 1);
}

#[test]
fn notifications_tell_heads_scanners_copies_and_layers_apart() {
    let event = |action: &str, method: &str, media: &str, tag: &str, agent: &str| {
        format!(
            r#"{{"id":"x","timestamp":"2026-03-17T02:10:00.5Z","action":"{action}","target":{{"mediaType":"{media}","digest":"{}",
            "repository":"pay/api","url":"https://registry.corp/v2/pay/api/manifests/x"{tag}}},
            "request":{{"id":"y","addr":"10.0.0.7:40000","host":"registry.corp","method":"{method}","useragent":"{agent}"}},
            "actor":{{"name":"ana"}},"source":{{"addr":"r-0:5000"}}}}"#,
            sha('a')
        )
    };
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    let tag = r#","tag":"1.4""#;
    let events = [
        event("pull", "GET", manifest, tag, "containerd/1.7"),
        event("pull", "HEAD", manifest, tag, "docker/27"),
        event("pull", "GET", manifest, "", "Trivy/0.60"),
        event("pull", "GET", manifest, "", "harbor-replication-service"),
        event("pull", "GET", "application/octet-stream", "", "containerd/1.7"),
        event("push", "PUT", manifest, tag, "docker/27"),
        event("mount", "POST", "application/octet-stream", "", "docker/27"),
    ];
    let whole = read(&format!("{{\"events\":[{}]}}", events.join(",\n")));
    assert_eq!(
        whole.brief(),
        [
            "registry.corp/pay/api record layer 1/0 1 1",
            "registry.corp/pay/api:1.4 @a pull ordinary 1/1 1 1",
            "registry.corp/pay/api:1.4 @a push ordinary 1/0 1 1",
            "registry.corp/pay/api:1.4 @a record version-check 1/0 1 1",
            "registry.corp/pay/api @a pull scanner 1/0 1 1",
            "registry.corp/pay/api @a pull replication 1/0 1 1",
        ]
    );
    assert_eq!(whole.images()[1].pullers[0].host, "10.0.0.7");
}
