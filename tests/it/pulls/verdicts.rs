//! What logs do to verdicts: they may make one worse, and never milder.

use super::*;

const WINDOW: [&str; 2] = ["--window", "2026-03-17T02:00Z..2026-03-17T07:00Z"];

fn verdict(env: &Env, digest: &str) -> Option<String> {
    let images = run(env, ["images", "--json"]).json();
    let fits = |row: &&Value| row["digests"].as_array().unwrap().iter().any(|d| d["value"] == digest);
    let row = images["images"].as_array().unwrap().iter().find(fits).unwrap_or_else(|| panic!("no {digest}: {images}"));
    row["verdict"].as_str().map(str::to_owned)
}

fn log(rows: &[(&str, &str, char)]) -> String {
    let mut text = String::from("timestamp,action,image,digest,user\n");
    for (at, action, digest) in rows {
        text.push_str(&format!("{at},{action},registry.example/pay/api:1.4,{},ana\n", sha(*digest)));
    }
    text
}

#[test]
fn a_push_inside_of_the_window_is_a_signal_and_a_pull_before_it_clears_nothing() {
    let world = World::new();
    let env = world.ana();
    let text = log(&[
        ("2026-03-01T10:00:00Z", "pull", 'a'),
        ("2026-03-17T03:10:00Z", "push", 'b'),
        ("2026-03-17T09:00:00Z", "pull", 'b'),
    ]);
    case(&world, &env, &[("log.csv", &text)], &[]);
    run(&env, [&["indicator", "add", "registry:registry.example", "--state", "suspect"][..], &WINDOW].concat())
        .expect(Exit::Done);
    assert_eq!(verdict(&env, &sha('b')).as_deref(), Some("suspect"));
    let a = verdict(&env, &sha('a'));
    assert!(["to-check", "suspect"].contains(&a.as_deref().unwrap()), "{a:?}");
}

#[test]
fn what_a_tag_led_to_inside_of_the_window_is_bad_with_the_tag() {
    let world = World::new();
    let env = world.ana();
    // The same digest is pulled for months, and once inside of the window; the other only outside of it.
    let text = log(&[
        ("2026-02-01T10:00:00Z", "pull", 'a'),
        ("2026-03-17T05:10:00Z", "pull", 'a'),
        ("2026-04-01T10:00:00Z", "pull", 'a'),
        ("2026-02-02T10:00:00Z", "pull", 'b'),
        ("2026-04-02T10:00:00Z", "pull", 'b'),
    ]);
    case(&world, &env, &[("log.csv", &text)], &[]);
    let target = "tag:registry.example/pay/api:1.4";
    run(&env, [&["indicator", "add", target, "--state", "bad"][..], &WINDOW].concat()).expect(Exit::Done);
    assert_eq!(verdict(&env, &sha('a')).as_deref(), Some("bad"));
    assert_eq!(verdict(&env, &sha('b')).as_deref(), Some("not-known"), "its span covers the window, its pulls do not");
    run(&env, ["verify"]).expect(Exit::Done);
}
