//! What a project comes to: overrides, extends, includes, names, marks.

use super::{Files, joined, project, uses};

#[test]
fn images_and_builds_are_service_uses_at_their_place() {
    let text = "services:\n  web:\n    image: 'nginx:1.27'\n  api:\n    build: ./api\n  both:\n    image: corp/both\n    build: .\n";
    let files = Files::of(&[("/home/My App/compose.yaml", text)]);
    let joined = files.join("/home/My App/compose.yaml");
    assert_eq!(project(&joined), "myapp");
    assert_eq!(
        uses(&joined),
        [
            "compose.yaml: service api myapp-api built-here",
            "compose.yaml: service both corp/both",
            "compose.yaml: service web nginx:1.27"
        ]
    );
    let web = &joined.items[0].item.uses.iter().find(|used| used.name == "web").unwrap();
    assert_eq!(files.text_at("/home/My App/compose.yaml", web), "nginx:1.27");
    assert_eq!((web.spot.pointer.as_str(), &web.resolved), ("/services/web/image", &None));
    let built: Vec<_> = joined.built.iter().map(|b| (b.image.as_str(), b.dockerfile.as_str(), b.item)).collect();
    assert_eq!(
        built,
        [("myapp-api", "/home/My App/api/Dockerfile", None), ("corp/both", "/home/My App/Dockerfile", None)]
    );
    assert_eq!(joined.missing.len(), 2);
}

#[test]
fn anchors_merge_keys_and_lists_of_them_are_applied_where_the_text_stands() {
    let text = "\
x-one: &one
  image: one:1
  ports: ['1:1']
x-two: &two
  image: two:2
  privileged: true
services:
  a:
    <<: [*two, *one]
  b:
    <<: *one
    image: b:3
  c: *two
  d:
    <<:
      - <<: *one
      - *two
";
    let files = Files::of(&[("/p/compose.yaml", text)]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(
        uses(&joined),
        [
            "compose.yaml: service a two:2 published:1:1 privileged",
            "compose.yaml: service b b:3 published:1:1",
            "compose.yaml: service c two:2 privileged",
            "compose.yaml: service d one:1 published:1:1 privileged",
        ]
    );
    let a = joined.items[0].item.uses.iter().find(|used| used.name == "a").unwrap();
    assert_eq!(
        (files.text_at("/p/compose.yaml", a).as_str(), a.spot.offset),
        ("two:2", text.find("two:2").unwrap() as u64)
    );
}

#[test]
fn the_override_beside_the_canonical_file_is_merged_over_it() {
    let files = Files::of(&[
        ("/p/compose.yaml", "services:\n  web:\n    image: web:1\n    ports: ['80:80']\n  db:\n    image: db:1\n"),
        (
            "/p/docker-compose.override.yml",
            "services:\n  web:\n    image: web:2\n    ports: ['81:80']\n  extra:\n    image: extra:1\n",
        ),
        ("/p/docker-compose.prod.yml", "services:\n  web:\n    image: web:3\n"),
    ]);
    assert_eq!(
        uses(&files.join("/p/compose.yaml")),
        [
            "compose.yaml: service db db:1",
            "compose.yaml: service web web:1 overridden",
            "docker-compose.override.yml: service extra extra:1",
            "docker-compose.override.yml: service web web:2 published:80:80 published:81:80",
        ]
    );
    assert!(files.join("/p/docker-compose.override.yml").items.is_empty());
    assert_eq!(uses(&files.join("/p/docker-compose.prod.yml")), ["docker-compose.prod.yml: service web web:3"]);
    // Without its base it stands for itself, and is joined anew when one comes.
    let mut alone = files;
    alone.0.remove("/p/compose.yaml");
    let joined = alone.join("/p/docker-compose.override.yml");
    assert_eq!(uses(&joined).len(), 2);
    assert!(joined.asked.contains("/p/compose.yaml"));
}

#[test]
fn tags_of_the_merge_reset_and_replace() {
    let base = "services:\n  web:\n    image: web:1\n    build: .\n    ports: ['80:80']\n    profiles: [a]\n    privileged: true\n";
    let over = "services:\n  web:\n    build: !reset null\n    ports: !override\n      - '81:80'\n    profiles: !reset []\n    privileged: !reset\n";
    let files = Files::of(&[("/p/compose.yaml", base), ("/p/compose.override.yaml", over)]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(uses(&joined), ["compose.yaml: service web web:1 published:81:80"]);
    assert!(joined.built.is_empty() && joined.missing.is_empty());
    let gone = Files::of(&[("/p/compose.yaml", base), ("/p/compose.override.yaml", "services:\n  web: !reset null\n")]);
    assert_eq!(uses(&gone.join("/p/compose.yaml")), ["compose.yaml: service web web:1 overridden"]);
}

#[test]
fn compose_file_of_the_environment_names_the_parts() {
    let files = Files::of(&[
        ("/p/.env", "COMPOSE_FILE=deploy/base.yaml:deploy/prod.yaml\nTAG=7\n"),
        ("/p/deploy/base.yaml", "services:\n  web:\n    image: web:${TAG}\n  db:\n    image: db:1\n"),
        ("/p/deploy/prod.yaml", "services:\n  db:\n    image: db:${TAG}\n"),
    ]);
    let joined = files.join("/p/deploy/base.yaml");
    assert_eq!(
        uses(&joined),
        ["base.yaml: service db db:1 overridden", "base.yaml: service web web:7", "prod.yaml: service db db:7"]
    );
    assert_eq!(project(&joined), "deploy");
    assert!(files.join("/p/deploy/prod.yaml").items.is_empty());
    let mut less = files;
    less.0.remove("/p/deploy/prod.yaml");
    let missing = less.join("/p/deploy/base.yaml").missing;
    assert_eq!(missing.first().unwrap().path, "/p/deploy/prod.yaml");
    assert!(missing.first().unwrap().reason.contains("COMPOSE_FILE"));
}

#[test]
fn the_project_s_name_is_found_as_compose_finds_it() {
    let service = "services:\n  a:\n    build: .\n";
    let named = format!("name: My-Shop_${{N:-1}}\n{service}");
    for (files, name) in [
        (vec![("/x/Dir.Name/compose.yaml", service)], "dirname"),
        (vec![("/x/Dir.Name/compose.yaml", named.as_str())], "my-shop_1"),
        (vec![("/x/Dir.Name/compose.yaml", named.as_str()), ("/x/Dir.Name/.env", "N=9\n")], "my-shop_9"),
        (vec![("/x/Dir.Name/compose.yaml", service), ("/x/Dir.Name/.env", "COMPOSE_PROJECT_NAME=other\n")], "other"),
        // The environment goes before the file.
        (
            vec![("/x/Dir.Name/compose.yaml", named.as_str()), ("/x/Dir.Name/.env", "COMPOSE_PROJECT_NAME=other\n")],
            "other",
        ),
        (vec![("/x/Dir.Name/compose.yaml", "name: ${UNKNOWN}\nservices:\n  a:\n    build: .\n")], "dirname"),
    ] {
        let joined = Files::of(&files).join("/x/Dir.Name/compose.yaml");
        assert_eq!(project(&joined), name, "{files:?}");
        assert_eq!(joined.items[0].item.uses[0].as_written, format!("{name}-a"));
    }
}

#[test]
fn services_extend_others_of_this_file_and_of_others() {
    let files = Files::of(&[
        (
            "/p/compose.yaml",
            "services:\n  web:\n    extends: base\n    ports: ['2:2']\n  base:\n    extends:\n      file: common/services.yaml\n      service: ${WHICH:-root}\n    privileged: true\n",
        ),
        (
            "/p/common/services.yaml",
            "services:\n  root:\n    extends: {service: deep}\n    profiles: [dev]\n  deep:\n    image: deep:${TAG:-1}\n    ports: ['1:1']\n    build: ./ctx\n",
        ),
    ]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(
        uses(&joined),
        [
            "services.yaml: service base deep:1 profile:dev published:1:1 privileged",
            "services.yaml: service web deep:1 profile:dev published:1:1 published:2:2 privileged",
        ]
    );
    // The paths of an extended file count from its folder.
    assert_eq!(joined.built[0].dockerfile, "/p/common/ctx/Dockerfile");
    assert!(joined.asked.contains("/p/common/services.yaml"));
}

#[test]
fn circles_long_chains_and_what_is_not_there_end_with_a_word() {
    let text = "services:\n  a:\n    extends: b\n    image: a:1\n  b:\n    extends: a\n  c:\n    extends: nobody\n  d:\n    extends: {file: other.yaml, service: x}\n  e:\n    extends: {file: '${F}', service: x}\n  f:\n    extends: f\n";
    let files = Files::of(&[("/p/compose.yaml", text)]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(uses(&joined), ["compose.yaml: service a a:1", "compose.yaml: service b a:1"]);
    let problems: Vec<&str> = joined.problems.iter().map(|p| p.reason.as_str()).collect();
    assert_eq!(problems.iter().filter(|p| p.contains("circle")).count(), 3, "{problems:?}");
    assert!(problems.iter().any(|p| p.contains("`nobody`")));
    let missing: Vec<(&str, bool)> =
        joined.missing.iter().map(|m| (m.path.as_str(), m.reason.contains("import"))).collect();
    assert_eq!(missing, [("/p/other.yaml", true), ("${F}", true)]);
    let mut chain = "services:\n  s0:\n    image: end:1\n".to_owned();
    for n in 1..40 {
        chain += &format!("  s{n}:\n    extends: s{}\n", n - 1);
    }
    let joined = Files::of(&[("/p/compose.yaml", &chain)]).join("/p/compose.yaml");
    assert_eq!(uses(&joined).len(), 32);
    assert!(joined.problems.iter().any(|p| p.reason.contains("more than 32 services")));
}

#[test]
fn included_files_are_asked_for_and_named_where_they_are_missing() {
    let files = Files::of(&[
        (
            "/p/compose.yaml",
            "include:\n  - ../common/compose.yaml\n  - path: [a.yaml, b.yaml]\n    project_directory: x\n    env_file: prod.env\n  - oci://registry.example/x:1\n  - /abs/c.yaml\nservices:\n  web:\n    image: web:1\n",
        ),
        ("/common/compose.yaml", "services:\n  shared:\n    image: shared:1\n"),
    ]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(uses(&joined), ["compose.yaml: service web web:1"]);
    for asked in ["/common/compose.yaml", "/p/a.yaml", "/p/b.yaml", "/p/prod.env", "/p/.env"] {
        assert!(joined.asked.contains(asked), "{asked} of {:?}", joined.asked);
    }
    let missing: Vec<&str> = joined.missing.iter().map(|m| m.path.as_str()).collect();
    assert_eq!(missing, ["/p/a.yaml", "/p/b.yaml", "/p/prod.env", "oci://registry.example/x:1", "/abs/c.yaml"]);
    assert_eq!(joined.missing[0].asked_by.0, "/p/compose.yaml");
    assert_eq!(joined.missing[0].asked_by.1.pointer, "/include/1/path/0");
}

#[test]
fn what_bears_on_a_place_is_marked() {
    let text = "\
services:
  a:
    image: a
    profiles: [debug, '${P:-x}']
    ports:
      - '8080:80'
      - 127.0.0.1:9000-9001:9000-9001/udp
      - 53
      - target: 80
        published: '8081'
        host_ip: 10.0.0.1
        protocol: udp
      - target: 90
    privileged: true
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
  b:
    image: b
    privileged: ${PRIV:-false}
    volumes:
      - type: bind
        source: ${SOCK:-/run/podman/podman.sock}
        target: /run/p.sock
      - data:/data
  c:
    image: c
    volumes:
      - ${WHERE}:/var/run/x
      - type: image
        source: assets:${V:-3}
        target: /assets
      - type: image
        source: more:1
        target: /more
    pull_policy: never
    deploy:
      replicas: 0
";
    let joined = joined(text);
    assert_eq!(
        uses(&joined),
        [
            "compose.yaml: service a a profile:debug profile:x published:10.0.0.1:8081:80/udp \
             published:127.0.0.1:9000-9001:9000-9001/udp published:53 published:8080:80 published:90 privileged engine-socket",
            "compose.yaml: service b b engine-socket",
            "compose.yaml: service c c",
            "compose.yaml: volume c:/assets assets:3",
            "compose.yaml: volume c:/more more:1",
        ]
    );
    let details = &joined.items[0].item.object.as_ref().unwrap().details;
    assert_eq!(details["replicas"]["c"], "0");
    assert_eq!(details["pullPolicies"]["c"], "never");
}

#[test]
fn files_of_version_one_and_fragments_are_joined_too() {
    let text = "web:\n  build: ./web\n  dockerfile: Dockerfile.dev\ndb:\n  image: postgres:9\n";
    let joined = joined(text);
    assert_eq!(uses(&joined), ["compose.yaml: service db postgres:9", "compose.yaml: service web p-web built-here"]);
    assert_eq!(joined.built[0].dockerfile, "/p/web/Dockerfile.dev");
}
