//! Build arguments on the command line.

use hullbreach::cli::Exit;

use crate::support::World;
use crate::support::command::run_fed;

#[test]
fn build_arguments_are_recorded_sorted_and_a_secret_is_refused() {
    let world = World::new();
    drop(world.new_case());
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), "hub.case".to_owned());
    let list = br#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}"#;
    let arguments = ["import", "-", "--build-arg", "TAG=a\"b,c=d", "--build-arg", "BASE=node:20"];
    run_fed(&env, arguments, list).expect(Exit::Done);
    let case = world.open("ana");
    let (state, _) = case.state().unwrap();
    let options: Vec<_> = state.sources.values().map(|s| s.acquisition.options.get("build-arg").unwrap()).collect();
    assert_eq!(options, [r#"{"BASE":"node:20","TAG":"a\"b,c=d"}"#]);
    drop(case);
    let refused = run_fed(&env, ["import", "-", "--build-arg", "NPM_TOKEN=not-a-real-token"], list).expect(Exit::Usage);
    assert!(!refused.err().contains("not-a-real-token"), "{}", refused.err());
}
