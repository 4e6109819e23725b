//! A registry that lies, fails or never ends: what came stays, what is missing is named.

use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::played::{Holds, MANIFEST, Played, typed};
use super::setting::{Setting, name};
use crate::cluster::server::{Body, Connection, Question, Reply};
use crate::support::assert_clean;
use hullbreach::cli::Exit;
use hullbreach::model::digest::Digest;

fn two() -> (Holds, Digest, Digest) {
    let mut holds = Holds::default();
    let (api, web) = (holds.image(&["a"], json!({})), holds.image(&["b"], json!({})));
    holds.tag("pay/api", "1", &api);
    holds.tag("pay/web", "1", &web);
    (holds, api, web)
}

fn collected(played: &Played, exit: Exit) -> (Setting, serde_json::Value, String, String) {
    let host = played.host();
    let setting = Setting::new();
    let (api, web) = (format!("{host}/pay/api:1"), format!("{host}/pay/web:1"));
    let ran = setting.collect(&host, &[&api, &web, "--json", "--page-time", "2"]).expect(exit);
    (setting, ran.json(), api, web)
}

#[test]
fn bytes_of_another_digest_are_kept_and_raise_an_alarm() {
    let (holds, api, _) = two();
    let forged = holds.manifests[&api].1.clone().into_iter().chain(*b" ").collect::<Vec<u8>>();
    let evil = forged.clone();
    let own = api.clone();
    let played = Played::with(holds, move |question| {
        let forged = question.path == format!("/v2/pay/api/manifests/{own}") && question.method == "GET";
        forged.then(|| typed(MANIFEST, evil.clone(), Some(&own)))
    });
    let (setting, document, name_of, web) = collected(&played, Exit::Gaps);
    let alarm = document["alarms"][0].as_str().unwrap();
    assert!(alarm.contains(api.as_str()) && alarm.contains(Digest::of(&forged).as_str()), "{alarm}");
    assert_eq!(
        (&name(&document, &name_of)["status"], &name(&document, &web)["status"]),
        (&json!("partial"), &json!("read"))
    );
    let partial = setting.covered("partial");
    assert!(
        partial.iter().any(|row| row["reason"].as_str().unwrap().contains("asked for")),
        "{partial:#?} {:#?}",
        setting.covered("failed")
    );
    // The bytes themselves are evidence, under the digest that they have.
    let evidence = setting.json(&["evidence"]);
    let stored: Vec<&str> = evidence["evidence"].as_array().unwrap().iter().filter_map(|e| e["id"].as_str()).collect();
    assert!(stored.iter().any(|id| Digest::of(&forged).as_str().contains(id)), "{evidence:#}");
    let text = setting.collect(&played.host(), &[&name_of, "--repeat"]).expect(Exit::Gaps).out();
    assert!(text.starts_with("ALARM"), "{text}");
    assert_clean(&setting.world.verify());
}

#[test]
fn refusals_of_single_images_are_gaps_with_names() {
    let (holds, ..) = two();
    for (status, word) in [(403, "denied"), (404, "missing"), (500, "failed")] {
        let mut holds = Holds {
            tags: holds.tags.clone(),
            manifests: holds.manifests.clone(),
            blobs: holds.blobs.clone(),
            referrers: None,
        };
        holds.referrers = Some(Default::default());
        let played = Played::with(holds, move |question| {
            question.path.contains("/pay/api/").then(|| Reply::json(status, r#"{"errors":[]}"#))
        });
        let (setting, document, api, web) = collected(&played, Exit::Gaps);
        assert_eq!(
            (&name(&document, &api)["status"], &name(&document, &web)["status"]),
            (&json!(word), &json!("read"))
        );
        let gaps = document["gaps"].to_string();
        assert!(gaps.contains(&api) && gaps.contains(&status.to_string()), "{gaps}");
        let recorded = setting.covered(if status == 403 { "denied" } else { "failed" });
        assert!(
            recorded.iter().any(|row| row["path"].as_str().unwrap().contains("pay/api:1")),
            "{status}: {recorded:#?}"
        );
    }
}

#[test]
fn a_pause_that_is_asked_for_is_kept_and_said() {
    let (holds, ..) = two();
    let played = Played::with(holds, |question| {
        let busy = question.method == "HEAD" && question.before == 0;
        busy.then(|| Reply::json(429, "{}").with("Retry-After", "0"))
    });
    let (_, document, ..) = collected(&played, Exit::Done);
    let registry = &document["registries"][0];
    assert!(registry["slowed"].as_u64().unwrap() >= 2 && registry["repeated"].as_u64().unwrap() >= 2, "{registry:#}");
}

#[test]
fn a_limit_that_is_used_up_stops_what_counts_against_it() {
    let (holds, ..) = two();
    let played = Played::with(holds, |question| {
        if !question.bare().ends_with("/manifests/1") {
            return None;
        }
        let digest = Digest::of(b"any");
        Some(
            typed(MANIFEST, Vec::new(), Some(&digest))
                .with("ratelimit-remaining", "0;w=21600")
                .with("ratelimit-limit", "100;w=21600"),
        )
    });
    let (_, document, api, _) = collected(&played, Exit::Gaps);
    assert_eq!((&document["registries"][0]["left"], &document["registries"][0]["limit"]), (&json!(0), &json!(100)));
    assert!(name(&document, &api)["reason"].as_str().unwrap().contains("used up"), "{document:#}");
    assert!(
        !played.asked().iter().any(|line| line.starts_with("GET") && line.contains("/manifests/")),
        "{:?}",
        played.asked()
    );
}

#[test]
fn what_is_too_large_or_has_no_end_is_cut_off_and_said() {
    for endless in [false, true] {
        let (holds, api, _) = two();
        let played = Played::with(holds, move |question| {
            if question.method != "GET" || question.path != format!("/v2/pay/api/manifests/{api}") {
                return None;
            }
            let chunks = move || {
                if endless {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
                Some(vec![b' '; if endless { 1 } else { 1 << 20 }])
            };
            Some(Reply { status: 200, headers: Vec::new(), body: Body::Chunks(Box::new(chunks)) })
        });
        let (_, document, name_of, web) = collected(&played, Exit::Gaps);
        assert_eq!(name(&document, &web)["status"], "read");
        let why = document["gaps"].to_string();
        let wanted = if endless { "no whole answer within 2 s" } else { "larger than 8388608 bytes" };
        assert!(why.contains(wanted) && why.contains(&name_of), "{why}");
        assert!(document["held"].as_u64().unwrap() < 24 << 20, "{}", document["held"]);
    }
}

#[test]
fn a_certificate_that_has_run_out_or_is_nobodys_is_said_once() {
    for (connection, wanted) in [(Connection::Expired, "has run out"), (Connection::Tls, "--ca")] {
        let (holds, ..) = two();
        let played = Played::over(connection, holds, |_| None);
        let host = played.host();
        let setting = Setting::new();
        let ca = setting.world.root().join("ca.crt");
        std::fs::write(&ca, &played.server.authority.certificate).unwrap();
        let names = [format!("{host}/pay/api:1"), format!("{host}/pay/web:1")];
        let mut arguments = vec!["hullbreach", "collect", "registry", &names[0], &names[1], "--retries", "1", "--json"];
        if connection == Connection::Expired {
            arguments.extend(["--ca", ca.to_str().unwrap()]);
        }
        let ran = setting.command(&arguments, &Arc::default()).expect(Exit::Failed);
        let gaps = ran.json()["gaps"].as_array().unwrap().clone();
        assert!(gaps[0]["reason"].as_str().unwrap().contains(wanted), "{gaps:#?}");
        assert_eq!(played.asked().len(), 0);
        if connection == Connection::Tls {
            arguments.extend(["--ca", ca.to_str().unwrap()]);
            setting.command(&arguments, &Arc::default()).expect(Exit::Done);
        }
    }
}

#[test]
fn nothing_is_asked_without_tls_unless_the_host_is_named() {
    let (holds, ..) = two();
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let api = format!("{host}/pay/api:1");
    let arguments = ["hullbreach", "collect", "registry", api.as_str(), "--retries", "0"];
    let ran = setting.command(&arguments, &Arc::default()).expect(Exit::Failed);
    assert!(ran.out().contains(&format!("https://{host}: failed")), "{}", ran.out());
    assert_eq!(played.asked().len(), 0);
}

#[test]
fn what_was_interrupted_goes_on_and_asks_for_nothing_twice() {
    let (mut holds, ..) = two();
    for n in 0..20 {
        let image = holds.image(&[&format!("layer {n}")], json!({}));
        holds.tag("many/app", &format!("v{n:02}"), &image);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let heads = Arc::new(AtomicUsize::new(0));
    let (stopping, counting) = (Arc::clone(&stop), Arc::clone(&heads));
    let played = Played::with(holds, move |question: &Question| {
        if question.method == "HEAD" && counting.fetch_add(1, Ordering::SeqCst) == 9 {
            stopping.store(true, Ordering::SeqCst);
        }
        None
    });
    let host = played.host();
    let setting = Setting::new();
    let names: Vec<String> = (0..20).map(|n| format!("{host}/many/app:v{n:02}")).collect();
    let arguments: Vec<&str> = names.iter().map(String::as_str).chain(["--json", "--parallel", "2"]).collect();
    let first = setting.collect_until(&host, &arguments, &stop).expect(Exit::Interrupted).json();
    let got = first["names"].as_array().unwrap().iter().filter(|row| row["status"] == "read").count();
    assert!((1..20).contains(&got), "{got}");
    let second = setting.collect(&host, &arguments).expect(Exit::Done).json();
    assert!(second["resumed"].is_string(), "{second:#}");
    let read = second["names"].as_array().unwrap().iter().filter(|row| row["status"] == "read").count();
    assert_eq!(read + got, 20);
    let gets: Vec<String> = played.asked().into_iter().filter(|line| line.contains("/blobs/")).collect();
    let distinct: std::collections::BTreeSet<&String> = gets.iter().collect();
    assert_eq!((gets.len(), distinct.len()), (20, 20), "no config twice");
    assert_clean(&setting.world.verify());
}
