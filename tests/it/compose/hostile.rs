//! Whatever the bytes and however files name each other: an end, with a word, and the same each time.

use std::convert::Infallible;
use std::rc::Rc;

use hullbreach::collect::redact::{Shape, redact_segment};
use hullbreach::model::recipe::Recipe;
use hullbreach::resolve::project::join;
use proptest::prelude::*;

use super::{Files, read, uses};

#[test]
fn values_that_double_64_times_end_with_a_problem() {
    let mut env = "A0=lollollol\n".to_owned();
    for n in 1..64 {
        env += &format!("A{n}=${{A{p}}}${{A{p}}}\n", p = n - 1);
    }
    let files = Files::of(&[("/p/.env", &env), ("/p/compose.yaml", "services:\n  a:\n    image: x:${A63}\n")]);
    let joined = files.join("/p/compose.yaml");
    assert!(joined.problems.iter().any(|p| p.path == "/p/.env" && p.reason.contains("grows beyond")));
    assert_eq!(joined.items[0].item.uses[0].needs.len(), 1);
}

#[test]
fn services_that_all_extend_one_with_much_stay_in_bounds() {
    let ports: String = (0..3000).map(|n| format!("      - '{n}:{n}'\n")).collect();
    let mut text = format!("services:\n  base:\n    image: x\n    ports:\n{ports}");
    for n in 0..200 {
        text += &format!("  s{n}:\n    extends: base\n");
    }
    let joined = Files::of(&[("/p/compose.yaml", &text)]).join("/p/compose.yaml");
    let most = joined.items[0].item.uses.iter().map(|used| used.marks.len()).max().unwrap();
    assert!(most <= 1000, "{most}");
}

/// Words that compose files are made of, so that random texts come near to being one.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("services:\n".to_owned()),
        Just("  web:\n".to_owned()),
        Just("  db: &db\n".to_owned()),
        Just("  other: *db\n".to_owned()),
        Just("    <<: [*db]\n".to_owned()),
        Just("    image: a:${T:-1}\n".to_owned()),
        Just("    image: ${U}\n".to_owned()),
        Just("    build: ${C:-./x}\n".to_owned()),
        Just("    build:\n      context: ..\n      args: [A=${T}, B]\n".to_owned()),
        Just("      dockerfile_inline: |\n        FROM a\n".to_owned()),
        Just("    extends: db\n".to_owned()),
        Just("    extends:\n      file: other.yaml\n      service: web\n".to_owned()),
        Just("include: [other.yaml]\n".to_owned()),
        Just("    ports: ['80:80']\n".to_owned()),
        Just("    profiles: !override [a]\n".to_owned()),
        Just("name: ${X-}\n".to_owned()),
        "[ -~\n]{0,12}".prop_map(|s| s),
    ]
}

fn file() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..14).prop_map(|pieces| format!("services:\n{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), name in "(compose.yaml|.env|x)") {
        let read = read(&name, &bytes);
        let mut out = Vec::new();
        redact_segment(Shape::Environment, &bytes, &mut out);
        prop_assert!(read.rejects.len() <= bytes.len() + 1);
    }

    #[test]
    fn near_files_are_joined_to_the_same_whatever_order_they_come_in(a in file(), b in file(), env in "([A-Z]=[$A-Z{}:-]{0,8}\n){0,4}") {
        let texts = [("/p/compose.yaml", a), ("/p/other.yaml", b.clone()), ("/p/compose.override.yaml", b), ("/p/.env", env)];
        let mut files = Files::default();
        for (path, text) in &texts {
            files.0.insert((*path).to_owned(), read(path, text.as_bytes()));
        }
        let mut backwards = Files::default();
        for (path, text) in texts.iter().rev() {
            backwards.0.insert((*path).to_owned(), read(path, text.as_bytes()));
        }
        if files.0["/p/compose.yaml"].recipe().is_some() {
            let (one, two) = (files.join("/p/compose.yaml"), backwards.join("/p/compose.yaml"));
            prop_assert_eq!(&one, &two);
            for standing in &one.items {
                let size = files.0[&standing.path].stored.len() as u64;
                for used in &standing.item.uses {
                    prop_assert!(used.spot.offset + used.spot.length <= size, "{:?}", used);
                }
            }
        }
    }

    #[test]
    fn redacting_an_environment_file_twice_changes_nothing(text in "(([A-Z_]{1,6}=)?[ -~]{0,20}\n){0,6}") {
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        redact_segment(Shape::Environment, text.as_bytes(), &mut once);
        redact_segment(Shape::Environment, &once, &mut twice);
        prop_assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
        prop_assert_eq!(once.iter().filter(|b| **b == b'\n').count(), text.matches('\n').count());
    }
}

#[test]
fn files_that_are_of_another_kind_than_asked_for_are_missing() {
    let files =
        Files::of(&[("/p/compose.yaml", "services:\n  a:\n    build: .\n    extends: {file: e.yaml, service: a}\n")]);
    let recipe = files.0["/p/compose.yaml"].recipe().unwrap();
    let mut find =
        |_: &str| -> Result<Option<Rc<Recipe>>, Infallible> { Ok(Some(Rc::new(Recipe::Environment(Box::default())))) };
    let Ok(joined) = join("/p/compose.yaml", recipe, &Default::default(), &mut find);
    assert_eq!(joined.missing.len(), 2);
    assert_eq!(uses(&joined), ["compose.yaml: service a p-a built-here"]);
}
