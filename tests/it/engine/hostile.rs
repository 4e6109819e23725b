//! What must not be taken for engine output or a list of machines, and what must harm nobody.

use super::*;
use proptest::prelude::*;

#[test]
fn others_are_not_taken_for_it() {
    let mine = [Format::EngineJson, Format::EngineTable, Format::MachineTable, Format::MachineJson, Format::OwnerTable];
    for text in [
        r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"status":{"id":"x","imageRef":"y"}}]}"#,
        r#"{"kind":"PodList","apiVersion":"v1","items":[]}"#,
        r#"{"bomFormat":"CycloneDX","components":[]}"#,
        r#"{"spdxVersion":"SPDX-2.3","name":"nginx","packages":[]}"#,
        r#"{"name":"app","version":"1.0.0","dependencies":{"a":"1"},"os":["linux"],"repository":"x","host":"y"}"#,
        r#"{"SchemaVersion":2,"ArtifactName":"nginx","ArtifactType":"container_image","Metadata":{"RepoTags":["nginx:1"]},"Results":[]}"#,
        r#"[{"Config":"a.json","RepoTags":["a:1"],"Layers":["l.tar"]}]"#,
        r#"[{"Name":"bridge","Id":"abc","Scope":"local","Driver":"bridge"}]"#,
        r#"{"images":["a","b"]}"#,
        r#"{"services":{"web":{"image":"a"}}}"#,
        "cve,epss,percentile\nCVE-2026-1,0.1,0.2\n",
        "host,image,cve,severity\na,nginx:1,CVE-2026-1,high\n",
        "image,package,owner\nnginx:1,openssl,web\n",
        "namespace,pod,node,image\nprod,api,n1,nginx:1\n",
        "name,email,phone\na,b,c\n",
        "Dear host, image what happened,\nwe were, as you know, late.\n",
        "NAMESPACE   NAME   READY   STATUS   IMAGES\nprod   a   1/1   Running   nginx:1\n",
        "prod\tapi\tnginx:1 redis:2\n",
        "nginx:1\nghcr.io/a/b:2\n",
    ] {
        if let Ok(format) = word(text) {
            assert!(!mine.contains(&format), "{text} was taken for {}", format.as_str());
        }
    }
    let reason = word("cve,score,vector\nCVE-2026-1,0.1,0.2\n").unwrap_err();
    assert!(reason.contains("CSV") && reason.contains("cve, score, vector"), "{reason}");
}

#[test]
fn wrong_types_are_rejected_or_passed_over() {
    let whole = read(&format!(
        r#"[{{"Id":7,"RepoTags":"nginx:1","RepoDigests":[7,null,["x"]],"RootFS":{{"Layers":[7,"nope"]}},"Descriptor":[],"Config":"x","Created":{{}},"Identity":{{"Pull":[7,{{"Repository":9}}]}}}},
        {{"Id":"x","State":{{"Status":["running"]}},"Config":{{"Image":["a"],"Labels":[1]}},"HostConfig":[],"Name":{{}},"Image":"y"}},
        {{"Id":"x","State":{{"Status":5,"Running":"true"}},"Config":{{"Image":"nginx:1"}},"Image":"{}"}},
        {{"Name":"bridge","Id":"n"}}, [1,2], {{}}]"#,
        "z".repeat(64)
    ));
    assert!(whole.rejects.len() >= 6, "{:?}", reasons(&whole));
    // "true" in quotes is no evidence that it runs.
    let place = uses(&whole).into_iter().find(|u| u.as_written == "nginx:1").unwrap();
    assert!(place.seen.as_ref().is_none_or(|s| s.state != hullbreach::model::fact::SeenState::Running));
}

#[test]
fn hostile_names_do_not_reach_anybody() {
    let huge = "a".repeat(10 << 20);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [
        format!(r#"[{{"Id":"x","RepoTags":["{huge}:1"],"RepoDigests":[]}}]"#),
        "[{\"Id\":\"x\",\"RepoTags\":[\"ng\\u001b[2Jinx:1\"],\"RepoDigests\":[]}]".to_owned(),
        format!(r#"[{{"Id":"x","RepoTags":{deep},"RepoDigests":[]}}]"#),
        format!("host,image\n\"edge\",{huge}\n"),
        "host,image\nedge,\"ng\u{1b}[2Jinx:1\"\n".to_owned(),
        format!("host,image\n{}x\n", ",".repeat(1 << 20)),
        format!("{{\"host\":\"a\",\"image\":\"{huge}\"}}"),
    ] {
        let format = if text.starts_with("host") { Format::MachineTable } else { Format::EngineJson };
        let format = if text.starts_with("{\"host") { Format::MachineJson } else { format };
        let whole = read_as(format, &Hints::default(), &text);
        assert!(uses(&whole).is_empty(), "{:.60}", text);
        assert!(!whole.rejects.is_empty() || whole.collected.rejected > 0, "{:.60}", text);
        for reject in whole.rejects {
            assert!(reject.reason.len() < 500 && !reject.reason.contains('\u{1b}'));
        }
    }
}

#[test]
fn an_unclosed_quote_costs_its_own_row_only() {
    let rows: String = (0..900).map(|i| format!("h{i},nginx:1.{i}\n")).collect();
    let whole = read(&format!("host,image\nh,redis:7\n\"bad,redis:6\n{rows}"));
    assert_eq!(whole.items.len(), 902);
    assert!(reasons(&whole)[0].starts_with("line:3 a quote that is never closed"), "{:?}", reasons(&whole));
}

fn json() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "Id",
        "ID",
        "Image",
        "ImageID",
        "RepoTags",
        "RepoDigests",
        "State",
        "Status",
        "Config",
        "HostConfig",
        "Names",
        "Repository",
        "Tag",
        "Digest",
        "images",
        "containers",
        "status",
        "id",
        "imageRef",
        "repoTags",
        "Labels",
        "Descriptor",
        "digest",
        "mediaType",
        "Identity",
        "Pull",
        "host",
        "image",
        "items",
        "Ports",
        "Mounts",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "[a-z0-9:/@.<>…-]{0,20}".prop_map(|s| serde_json::to_string(&s).unwrap()),
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
        Just(format!("\"sha256:{}\"", "a".repeat(64))),
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(","))),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|v| {
                let members: Vec<String> = v.into_iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn random_json_never_panics(text in json(), cut in 0usize..400) {
        let _ = word(&text);
        for format in [Format::EngineJson, Format::MachineJson] {
            let whole = read_as(format, &Hints::default(), &text);
            for (u, bytes) in uses(&whole).iter().zip(pointed(&whole)) {
                prop_assert!(!u.as_written.is_empty() && !bytes.is_empty());
            }
            prop_assert!(!whole.collected.scope.complete);
        }
        if let Some(part) = text.get(..cut.min(text.len())) {
            read_as(Format::EngineJson, &Hints::default(), part);
        }
    }

    #[test]
    fn random_tables_never_panic(
        text in "(host|image|owner|namespace|nginx:1|a|,|;|\t|\"|\r\n|\n|…| |sep=;|#){0,60}",
        engine in "((REPOSITORY   TAG   IMAGE ID)|(CONTAINER ID   IMAGE   STATUS   NAMES)|nginx|1\\.27|…|é|\n| |0ddf97180626|Up 2 hours){0,40}"
    ) {
        let _ = (word(&text), word(&engine));
        for format in [Format::MachineTable, Format::OwnerTable] {
            let whole = read_as(format, &Hints::default(), &text);
            // What was stored is split at the same places again.
            let again = read_as(format, &Hints::default(), &whole.stored);
            prop_assert_eq!(again.items, whole.items);
        }
        read_as(Format::EngineTable, &Hints::default(), &engine);
    }
}
