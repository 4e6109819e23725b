//! Who one is at a registry: tokens, passwords and helpers; and where none of them may go.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

use super::played::{Holds, Played};
use super::setting::{Setting, name};
use crate::cluster::server::{Body, Connection, Question, Reply, Server};
use hullbreach::cli::Exit;

const PASSWORD: &str = "s3cr3t-pa55word";

fn one() -> Holds {
    let mut holds = Holds::default();
    let image = holds.image(&["a"], json!({}));
    holds.tag("pay/api", "1", &image);
    holds
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn auths(host: &str, password: &str) -> Value {
    json!({"auths": {host: {"auth": STANDARD.encode(format!("ana:{password}"))}}})
}

fn unauthorised(challenge: &str) -> Reply {
    Reply::json(401, r#"{"errors":[{"code":"UNAUTHORIZED"}]}"#).with("WWW-Authenticate", challenge)
}

/// Wants a token of its own, which it hands out to whoever may have one.
fn wants_token(
    realm: &str,
    may: impl Fn(&Question) -> bool + Send + Sync + 'static,
) -> impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static {
    let challenge = format!("Bearer realm=\"{realm}\",service=\"reg\"");
    move |question: &Question| match question.bare() {
        "/token" if may(question) => Some(Reply::json(200, r#"{"token":"t0ken-for-reading","expires_in":300}"#)),
        "/token" => Some(Reply::json(401, "{}")),
        _ if question.authorization == "Bearer t0ken-for-reading" => None,
        _ => Some(unauthorised(&challenge)),
    }
}

/// A registry that names itself as its token server: its port is known only when it runs.
fn with_token(may: impl Fn(&Question) -> bool + Send + Sync + 'static) -> Played {
    let realm = Arc::new(Mutex::new(String::new()));
    let own = Arc::clone(&realm);
    let played = Played::with(one(), move |question| {
        let realm = own.lock().unwrap().clone();
        let challenge = format!("Bearer realm=\"{realm}\",service=\"reg\"");
        match question.bare() {
            "/token" if may(question) => Some(Reply::json(200, r#"{"token":"t0ken-for-reading","expires_in":300}"#)),
            "/token" => Some(Reply::json(401, "{}")),
            _ if question.authorization == "Bearer t0ken-for-reading" => None,
            _ => Some(unauthorised(&challenge)),
        }
    });
    *realm.lock().unwrap() = format!("http://{}/token", played.host());
    played
}

#[test]
fn a_token_is_got_for_each_repository_and_shown_from_then_on() {
    let played = with_token(|question| question.path.contains("scope=repository%3Apay%2Fapi%3Apull"));
    let host = played.host();
    let setting = Setting::new();
    let api = format!("{host}/pay/api:1");
    let ran = setting.collect(&host, &[&api, "--json"]).expect(Exit::Done).json();
    assert_eq!(name(&ran, &api)["status"], "read");
    assert_eq!(ran["registries"][0]["login"], "anonymous");
    let asked = played.server.asked();
    assert_eq!(asked.iter().filter(|q| q.bare() == "/token").count(), 1, "{asked:#?}");
    assert_eq!(
        asked.iter().filter(|q| q.authorization.is_empty()).count(),
        2,
        "the first question, and that for the token"
    );
    assert!(setting.keeps("t0ken-for-reading", "none").is_empty());
}

#[test]
fn a_password_goes_to_the_token_server_and_is_kept_nowhere() {
    let played = with_token(|question| question.authorization == basic("ana", PASSWORD));
    let host = played.host();
    let setting = Setting::new();
    setting.login(&auths(&host, PASSWORD));
    let ran = setting.collect(&host, &[&format!("{host}/pay/api:1"), "--json"]).expect(Exit::Done);
    assert!(ran.json()["registries"][0]["login"].as_str().unwrap().contains(".docker/config.json"));
    for secret in [PASSWORD, &STANDARD.encode(format!("ana:{PASSWORD}")), "t0ken-for-reading"] {
        assert!(!ran.out().contains(secret) && !ran.err().contains(secret));
        assert!(setting.keeps(secret, ".docker/config.json").is_empty(), "{secret}");
    }
}

#[test]
fn a_wrong_password_is_said_and_nothing_is_changed() {
    for token in [true, false] {
        let played = match token {
            true => with_token(|question| question.authorization == basic("ana", "another")),
            false => Played::with(one(), |q| {
                (q.authorization != basic("ana", "another")).then(|| unauthorised("Basic realm=\"r\""))
            }),
        };
        let host = played.host();
        let setting = Setting::new();
        setting.login(&auths(&host, PASSWORD));
        let events = setting.json(&["log"])["events"].as_array().unwrap().len();
        let ran = setting.collect(&host, &[&format!("{host}/pay/api:1")]);
        assert!(matches!(ran.exit, Exit::Failed | Exit::Gaps), "{:?} {}", ran.exit, ran.out());
        assert!(ran.out().contains("401") && ran.out().contains("log in"), "{}", ran.out());
        assert!(!ran.out().contains(PASSWORD) && setting.keeps(PASSWORD, ".docker/config.json").is_empty());
        if token {
            assert_eq!(setting.json(&["log"])["events"].as_array().unwrap().len(), events);
        } else {
            assert!(!setting.covered("denied").is_empty(), "a refusal is recorded");
        }
    }
}

#[test]
fn a_password_is_good_enough_where_one_is_asked_for() {
    let played =
        Played::with(one(), |q| (q.authorization != basic("ana", PASSWORD)).then(|| unauthorised("Basic realm=\"r\"")));
    let host = played.host();
    let setting = Setting::new();
    setting.login(&auths(&host, PASSWORD));
    setting.collect(&host, &[&format!("{host}/pay/api:1")]).expect(Exit::Done);
}

#[test]
fn a_helper_hands_credentials_out_and_its_words_are_never_shown() {
    let played =
        Played::with(one(), |q| (q.authorization != basic("ana", PASSWORD)).then(|| unauthorised("Basic realm=\"r\"")));
    let host = played.host();
    let mut setting = Setting::new();
    let answer = json!({"ServerURL": host, "Username": "ana", "Secret": PASSWORD});
    setting.program("docker-credential-good", &format!("read server; [ \"$server\" = '{host}' ] && echo '{answer}'"));
    setting.program("docker-credential-bad", &format!("echo {PASSWORD} >&2; echo {PASSWORD}; exit 3"));
    setting.program("docker-credential-none", "echo 'credentials not found in native keychain'; exit 1");
    setting.program("docker-credential-stuck", "sleep 60");
    let api = format!("{host}/pay/api:1");
    let run = |helper: &str| {
        setting.login(&json!({"auths": {}, "credHelpers": {&host: helper}}));
        setting.collect(&host, &[&api, "--helper-time", "0.3", "--repeat", "--fresh"])
    };
    run("good").expect(Exit::Done);
    for (helper, wanted) in [
        ("bad", "docker-credential-bad failed"),
        ("stuck", "gave nothing within 0.3 s"),
        ("missing", "docker-credential-missing cannot be started"),
        ("none", "401"),
        ("../evil", "whose name is none"),
    ] {
        let ran = run(helper);
        assert!(matches!(ran.exit, Exit::Failed | Exit::Gaps), "{helper}: {:?}", ran.exit);
        assert!(ran.out().contains(wanted), "{helper}: {}", ran.out());
        assert!(!format!("{}{}", ran.out(), ran.err()).contains(PASSWORD), "{helper}");
    }
    assert!(setting.keeps(PASSWORD, "docker-credential-good").iter().all(|path| path.contains("docker-credential-")));
}

#[test]
fn a_token_server_of_another_domain_gets_no_credentials_unless_it_is_named() {
    // `localhost` is another host than 127.0.0.1, and not of its domain.
    let thief = Server::answering(Connection::Plain, |_| Reply::json(200, r#"{"token":"t0ken-for-reading"}"#));
    let realm = format!("http://localhost:{}/token", thief.port);
    let played = Played::with(one(), wants_token(&realm, |_| true));
    let host = played.host();
    let setting = Setting::new();
    setting.login(&auths(&host, PASSWORD));
    let other = format!("localhost:{}", thief.port);
    let api = format!("{host}/pay/api:1");
    let ran = setting.collect(&host, &[&api, "--plain-http", &other]).expect(Exit::Failed);
    assert!(ran.out().contains("of another domain") && ran.out().contains("--token-host localhost"), "{}", ran.out());
    assert_eq!(thief.asked().len(), 0, "nothing was sent");
    setting.collect(&host, &[&api, "--plain-http", &other, "--token-host", "localhost"]).expect(Exit::Done);
    assert_eq!(thief.asked()[0].authorization, basic("ana", PASSWORD));
}

#[test]
fn a_redirect_to_another_host_carries_no_credentials() {
    let holds = one();
    let blobs: Vec<(String, Vec<u8>)> = holds.blobs.iter().map(|(d, b)| (d.to_string(), b.clone())).collect();
    let storage = Server::answering(Connection::Plain, move |question| {
        let found = blobs.iter().find(|(digest, _)| question.path.contains(digest.as_str()));
        let bytes = found.map(|(_, bytes)| bytes.clone()).unwrap_or_default();
        Reply { status: 200, headers: Vec::new(), body: Body::Whole(bytes) }
    });
    let target = format!("127.0.0.1:{}", storage.port);
    let to = target.clone();
    let played = Played::with(holds, move |question| {
        if question.authorization != basic("ana", PASSWORD) {
            return Some(unauthorised("Basic realm=\"r\""));
        }
        let blob = question.bare().contains("/blobs/");
        blob.then(|| Reply::json(307, "").with("Location", &format!("http://{to}{}?signature=xyzzy", question.bare())))
    });
    let host = played.host();
    let setting = Setting::new();
    setting.login(&auths(&host, PASSWORD));
    let api = format!("{host}/pay/api:1");
    let ran = setting.collect(&host, &[&api]).expect(Exit::Gaps);
    assert!(
        ran.out().contains(&format!("--plain-http {target}")),
        "not followed into plain text unasked: {}",
        ran.out()
    );
    assert_eq!(storage.asked().len(), 0);
    setting.collect(&host, &[&api, "--plain-http", &target, "--fresh"]).expect(Exit::Done);
    let asked = storage.asked();
    assert!(!asked.is_empty() && asked.iter().all(|question| question.authorization.is_empty()), "{asked:#?}");
    assert!(setting.keeps("xyzzy", "none").is_empty(), "a signed address is not kept");
}
