//! Credentials on the command line.

use hullbreach::cli::Exit;
use serde_json::Value;

use super::{done, events, json};
use crate::cli::{exercise, piped, with_input};
use crate::support::World;

fn named(env: &hullbreach::env::Env, name: &str) -> Value {
    let list = json(env, &["credentials"]);
    list["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == name)
        .unwrap_or_else(|| panic!("{list}"))
        .clone()
}

#[test]
fn a_credential_is_done_when_the_old_one_was_refused() {
    let world = World::new();
    let env = exercise(&world);
    let login = named(&env, "docker.io");
    assert_eq!((&login["kind"], &login["seen"]), (&"registry-login".into(), &true.into()));
    assert!(login["used_by"].as_u64() > Some(0), "{login}");
    done(
        &env,
        &["credentials", "set", "docker.io", "--owner", "platform", "--revoked", "08:00Z", "--reissued", "08:00Z"],
    );
    assert_eq!(named(&env, "docker.io")["proved_dead"], Value::Null);
    piped(&env, &["credentials", "set", "docker.io", "--proved-dead", "08:00Z"]).ended(Exit::Usage);
    piped(&env, &["credentials", "set", "docker.io", "--proved-dead", "23:00Z", "--evidence", "x"]).ended(Exit::Usage);
    done(&env, &["credentials", "set", "docker.io", "--proved-dead", "08:00Z", "--evidence", "401 in ticket 12"]);
    let login = named(&env, "docker.io");
    assert_eq!(
        (&login["proved_dead"], &login["evidence"][0]),
        (&"2026-03-17T08:00:00Z".into(), &"401 in ticket 12".into())
    );
    let alive = done(&env, &["credentials", "set", "docker.io", "--alive"]);
    assert!(alive.stdout.contains("docker.io: not proved dead, not revoked"), "{}", alive.stdout);
    let log = json(&env, &["log", "--kind", "credential.said"]).to_string();
    assert!(log.contains("not proved dead") && !log.contains("1970-01-01"), "{log}");
    let login = named(&env, "docker.io");
    assert_eq!((&login["proved_dead"], &login["revoked"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_state_is_told_with_its_own_time_and_death_comes_after_the_revocation() {
    let world = World::new();
    let env = exercise(&world);
    done(&env, &["credentials", "set", "docker.io", "--revoked", "07:10Z", "--reissued", "07:45Z"]);
    let list = done(&env, &["credentials"]).stdout;
    assert!(list.contains("07:45") && !list.contains("07:10"), "{list}");
    let early = ["credentials", "set", "docker.io", "--proved-dead", "07:00Z", "--evidence", "401"];
    let refused = piped(&env, &early).ended(Exit::Failed);
    assert!(refused.stderr.contains("before it was revoked"), "{}", refused.stderr);
    piped(&env, &["credentials", "set", "docker.io", "--proved-dead", "07:20Z", "--evidence", " "]).ended(Exit::Usage);
}

#[test]
fn pull_secrets_come_by_themselves_and_other_secrets_beside_what_is_bad() {
    let world = World::new();
    let env = crate::indicators::exercise(&world);
    let of =
        |kind: &str| json(&env, &["credentials", "list", "--kind", kind])["credentials"].as_array().unwrap().clone();
    assert!(!of("pull-secret").is_empty());
    let agent = |rows: &[Value]| rows.iter().any(|row| row["name"] == "monitoring-agent" && row["worst"] == "bad");
    assert!(!agent(&of("service-account")), "the agent is not bad yet");
    let window = ["--window", "02:00Z..07:00Z"];
    done(&env, &[&["indicator", "add", "harbourline/monitoring-agent:1.5.0", "--state", "bad"][..], &window].concat());
    let accounts = of("service-account");
    assert!(agent(&accounts), "{accounts:?}");
    let all = json(&env, &["credentials"]);
    assert_eq!(all["credentials"][0]["worst"], "bad", "what stands beside the worst comes first");
    // The task that is bound to pull secrets counts them.
    let tasks = json(&env, &["checklist"]);
    assert_eq!(super::by_id(&tasks["tasks"], "R8")["members"]["total"].as_u64(), Some(of("pull-secret").len() as u64));
}

#[test]
fn lists_are_taken_by_name_and_never_by_value() {
    let world = World::new();
    let env = exercise(&world);
    let list = "Username,Token,Organization\nrobot-ci,dckr_pat_NOTAREALtokenNOTAREAL1234567,harbourline\nana,x,harbourline\n,y,z\n";
    let import = ["credentials", "import", "-", "--kind", "robot-account"];
    let before = events(&env);
    let shown = with_input(&env, &import, list.as_bytes()).ended(Exit::Gaps);
    assert!(
        shown.stderr.contains("--yes") && shown.stdout.contains("robot-ci") && !shown.stdout.contains("NOTAREAL"),
        "{}",
        shown.stdout
    );
    assert_eq!(events(&env), before, "what is pasted is shown first");
    with_input(&env, &[&import[..], &["--yes"]].concat(), list.as_bytes()).ended(Exit::Gaps);
    assert_eq!(named(&env, "robot-ci")["scope"], "harbourline");
    let stored = events(&env);
    with_input(&env, &[&import[..], &["--yes"]].concat(), list.as_bytes()).ended(Exit::Gaps);
    assert_eq!(events(&env), stored, "the same list again says nothing new");
    // Names that are values are no names: taken out, all of them would be the same credential.
    let secret = |n: u8| format!("dckr_pat_NOTAREALtokenNOTAREAL123456{n}");
    let leaked = format!("name\n{}\n{}\nlaptop of the night shift\n", secret(1), secret(2));
    std::fs::write(world.cases().join("leak.csv"), leaked).unwrap();
    let said = piped(&env, &["credentials", "import", "leak.csv", "--kind", "access-token"]).ended(Exit::Gaps);
    assert!(said.stdout.contains("2 rejected") && said.stdout.contains("its name is a value"), "{}", said.stdout);
    let all = json(&env, &["credentials"]).to_string();
    assert!(!all.contains("NOTAREALtoken") && !all.contains("\"[redacted]\"") && all.contains("laptop of"), "{all}");
    let stored = events(&env);
    let said = piped(&env, &["credentials", "add", &secret(3), "--kind", "access-token"]).ended(Exit::Usage);
    assert!(said.stderr.contains("its name is a value") && !said.stderr.contains("NOTAREAL"), "{}", said.stderr);
    assert_eq!(events(&env), stored);
}

#[test]
fn questions_are_open_until_somebody_answers() {
    let world = World::new();
    let env = exercise(&world);
    let open = |env: &hullbreach::env::Env| {
        let list = json(env, &["credentials"]);
        let open = |row: &&Value| row["listed"] == 0 && row["none"].is_null();
        list["questions"].as_array().unwrap().iter().filter(open).count()
    };
    let asked = open(&env);
    assert!(asked >= 10);
    done(&env, &["credentials", "none", "deploy-key", "--reason", "ci: no autobuilds since 2019"]);
    done(&env, &["credentials", "add", "release hook", "--kind", "webhook", "--scope", "github.com/harbourline/agent"]);
    assert_eq!(open(&env), asked - 2);
    piped(&env, &["credentials", "none", "pull-secret", "--reason", "x"]).ended(Exit::Usage);
    piped(&env, &["credentials", "add", "x", "--kind", "password"]).ended(Exit::Usage);
    // The task that is bound to webhooks has a member now.
    let tasks = json(&env, &["checklist"]);
    assert_eq!(super::by_id(&tasks["tasks"], "R12")["members"]["total"], 1);
    done(&env, &["credentials", "set", "release hook", "--proved-dead", "08:00Z", "--evidence", "hook gone, HTTP 404"]);
    let tasks = json(&env, &["checklist"]);
    assert_eq!(super::by_id(&tasks["tasks"], "R12")["state"], "done");
}
