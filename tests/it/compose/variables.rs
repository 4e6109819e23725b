//! Where the variables in an image's name come from.

use super::{Files, uses};

fn image(env: &str, image: &str) -> String {
    let compose = format!("services:\n  a:\n    image: {image}\n");
    let mut files = vec![("/p/compose.yaml", compose.as_str())];
    if !env.is_empty() {
        files.push(("/p/.env", env));
    }
    let joined = Files::of(&files).join("/p/compose.yaml");
    assert!(joined.asked.contains("/p/.env"));
    uses(&joined).concat().trim_start_matches("compose.yaml: service a ").to_owned()
}

#[test]
fn images_take_their_variables_from_the_environment_file_and_from_defaults() {
    for (env, written, said) in [
        ("TAG=1.2\n", "nginx:${TAG}", "nginx:1.2"),
        ("TAG=1.2\n", "nginx:$TAG", "nginx:1.2"),
        ("TAG=1.2\n", "nginx:${TAG:-latest}", "nginx:1.2"),
        ("", "nginx:${TAG:-latest}", "nginx:latest"),
        ("TAG=\n", "nginx:${TAG-latest}", "nginx: needs TAG"),
        ("TAG=\n", "nginx:${TAG:-latest}", "nginx:latest"),
        ("", "nginx:${TAG}", "nginx:${TAG} needs TAG"),
        ("", "'${REG:?set REG}/nginx:${TAG:-1}'", "${REG:?set REG}/nginx:1 needs REG"),
        ("REG=ghcr.io/x\n", "'${REG:?set REG}/nginx'", "ghcr.io/x/nginx"),
        ("", "'${IMG:-}'", "${IMG:-} needs IMG"),
        ("IMG=\n", "'${IMG}'", "${IMG} needs IMG"),
        ("", "nginx${SUFFIX:-}", "nginx"),
        ("", "nginx${SUFFIX:+-slim}", "nginx"),
        ("SUFFIX=1\n", "nginx${SUFFIX:+-slim}", "nginx-slim"),
        ("", "'${A:-${B:-c:1}}'", "c:1"),
        ("B=d\n", "'${A:-${B:-c:1}}'", "d"),
        ("REG=ghcr.io\nIMG=$REG/app\nTAG=${V:-3}\n", "$IMG:$TAG", "ghcr.io/app:3"),
        ("TAG='$V'\n", "nginx:${TAG}", "nginx:$V"),
        ("TAG\n", "nginx:${TAG:-1}", "nginx:1"),
        ("export TAG=\"2\" # two\r\n", "nginx:${TAG}", "nginx:2"),
        ("TAG=1\nTAG=2\n", "nginx:${TAG}", "nginx:2"),
        ("HOST_TAG=${UNKNOWN}\n", "nginx:${HOST_TAG:-1}", "nginx:${HOST_TAG:-1} needs UNKNOWN"),
        ("", "${COMPOSE_PROJECT_NAME}-web", "p-web"),
    ] {
        assert_eq!(image(env, written), said, "{env:?} {written}");
    }
}

#[test]
fn a_redacted_value_is_not_known_and_no_default_takes_its_place() {
    // A value with a blank in it is no tag, so that it is redacted.
    assert_eq!(image("TAG=some secret words\n", "nginx:${TAG:-latest}"), "nginx:${TAG:-latest} needs TAG");
}

#[test]
fn more_environment_files_count_over_the_first() {
    let files = Files::of(&[
        ("/p/compose.yaml", "services:\n  a:\n    image: a:${TAG}-${OTHER}\n"),
        ("/p/.env", "TAG=1\nCOMPOSE_ENV_FILES=one.env,missing.env\n"),
        ("/p/one.env", "TAG=2\nOTHER=$TAG\n"),
    ]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(uses(&joined), ["compose.yaml: service a a:2-2"]);
    assert_eq!(joined.missing[0].path, "/p/missing.env");
    assert_eq!(joined.missing[0].asked_by.0, "/p/.env");
}

#[test]
fn each_project_has_its_own_environment() {
    let compose = "services:\n  a:\n    image: a:${TAG:-0}\n";
    let files = Files::of(&[
        ("/p/compose.yaml", compose),
        ("/p/.env", "TAG=1\n"),
        ("/p/sub/compose.yaml", compose),
        ("/p/sub/.env", "TAG=2\n"),
    ]);
    assert_eq!(uses(&files.join("/p/compose.yaml")), ["compose.yaml: service a a:1"]);
    assert_eq!(uses(&files.join("/p/sub/compose.yaml")), ["compose.yaml: service a a:2"]);
    assert!(files.join("/p/.env").items.is_empty());
}

#[test]
fn a_text_that_cannot_be_interpolated_is_a_problem_with_its_place() {
    let files = Files::of(&[("/p/compose.yaml", "services:\n  a:\n    image: 'a:${'\n  b:\n    image: b\n")]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(uses(&joined), ["compose.yaml: service a a:${ needs a:${", "compose.yaml: service b b"]);
    assert_eq!(joined.problems.len(), 1);
    assert_eq!(joined.problems[0].spot.pointer, "/services/a/image");
}
