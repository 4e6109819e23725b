//! Tables as people paste them.

use super::*;
use hullbreach::model::fact::{Mark, SeenState};

#[test]
fn docker_ps() {
    let table = "\
$ docker ps -a
CONTAINER ID   IMAGE                        COMMAND                  CREATED       STATUS                     PORTS                                     NAMES
0ddf97180626   nginx:1.27                   \"/docker-entrypoint.…\"   2 hours ago   Up 2 hours                 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web
1ddf97180626   registry.corp:5000/api:2.1   \"python app.py\"          3 days ago    Exited (137) 2 days ago                                              api
2ddf97180626   a1b2c3d4e5f6                 \"sh\"                     3 days ago    Up 3 days                                                            moved
3ddf97180626   registry.corp/very/long/n…   \"sh\"                     3 days ago    Up 3 days                                                            long
";
    let whole = read(table);
    assert_eq!(whole.format, Format::EngineTable);
    assert_eq!(brief(&whole), ["app web nginx:1.27", "app api registry.corp:5000/api:2.1"]);
    assert_eq!(pointed(&whole), ["nginx:1.27", "registry.corp:5000/api:2.1"]);
    let states: Vec<SeenState> = uses(&whole).iter().map(|u| u.seen.as_ref().unwrap().state).collect();
    assert_eq!(states, [SeenState::Running, SeenState::Terminated]);
    assert!(uses(&whole)[0].marks.contains(&Mark::Published("8080:80/tcp".into())));
    let reasons = reasons(&whole);
    assert!(reasons[0].starts_with("line:5") && reasons[0].contains("short id"), "{reasons:?}");
    assert!(reasons[1].starts_with("line:6") && reasons[1].contains("--no-trunc"), "{reasons:?}");
    assert_eq!(whole.items[1].spot.pointer, "line:4");
    assert!(!whole.collected.scope.complete);
    assert!(whole.collected.notes.iter().any(|note| note.contains("short ids")));
}

#[test]
fn a_row_with_a_secret_is_still_read() {
    let table = "\
CONTAINER ID   IMAGE       COMMAND                                        CREATED       STATUS       PORTS     NAMES
0ddf97180626   redis:7     \"redis-server --requirepass hunter22hunter22\"   2 hours ago   Up 2 hours   6379/tcp   cache
";
    let whole = read(&table.replace("6379/tcp   cache", "          cache"));
    assert!(!whole.stored.contains("hunter22"), "{}", whole.stored);
    assert_eq!((brief(&whole), reasons(&whole)), (vec!["app cache redis:7".to_owned()], vec![]));
    assert_eq!(uses(&whole)[0].seen.as_ref().unwrap().state, SeenState::Running);
}

#[test]
fn docker_and_podman_images() {
    let digest = sha('a');
    let docker = format!(
        "REPOSITORY           TAG       DIGEST                                                                    IMAGE ID       CREATED       SIZE\n\
         nginx                1.27      {digest}   0ddf97180626   2 weeks ago   187MB\n\
         localhost:5000/api   <none>    {digest}   1ddf97180626   2 weeks ago   187MB\n\
         <none>               <none>    <none>                                                                    2ddf97180626   2 weeks ago   187MB\n"
    );
    let whole = read(&docker);
    let written: Vec<&str> = uses(&whole).iter().map(|u| u.as_written.as_str()).collect();
    assert_eq!(written, ["nginx:1.27", &format!("localhost:5000/api@{digest}")]);
    assert_eq!(uses(&whole)[0].seen.as_ref().unwrap().image_id, format!("nginx@{digest}"));
    assert_eq!(whole.items[0].object.as_ref().unwrap().details["id"], "0ddf97180626");
    assert!(whole.rejects[0].locator == "line:4" && whole.rejects.len() == 1);

    let podman = "\
REPOSITORY                      TAG         IMAGE ID      CREATED      SIZE
docker.io/library/alpine        3.20        0ddf97180626  2 weeks ago  8.1 MB
localhost/my/app                latest      1ddf97180626  2 weeks ago  8.1 MB
";
    let whole = read(podman);
    let written: Vec<&str> = uses(&whole).iter().map(|u| u.as_written.as_str()).collect();
    assert_eq!(written, ["docker.io/library/alpine:3.20", "localhost/my/app:latest"]);

    let crictl = "\
IMAGE                                TAG                 IMAGE ID            SIZE
docker.io/rancher/mirrored-pause     3.6                 6270bb605e12e       301kB
";
    assert_eq!(uses(&read(crictl))[0].as_written, "docker.io/rancher/mirrored-pause:3.6");

    let docker_29 = "                                        i Info →   U  In Use
IMAGE                      ID             DISK USAGE   CONTENT SIZE   EXTRA
ghcr.io/acme/api:9         0ddf97180626        187MB           60MB    U
";
    assert_eq!(uses(&read(docker_29))[0].as_written, "ghcr.io/acme/api:9");
}

#[test]
fn compose_and_crictl_containers() {
    let compose = "\
NAME         IMAGE        COMMAND   SERVICE   CREATED       STATUS       PORTS
shop-web-1   nginx:1.27   \"x\"       web       2 hours ago   Up 2 hours   80/tcp
";
    assert_eq!(brief(&read(compose)), ["service web nginx:1.27"]);
    let crictl = "\
CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID              POD
2d6c3a4b5e6f7       6270bb605e12e       2 hours ago         Running             api                 0                   1a2b3c4d5e6f7       api-6b7-x
";
    let whole = read(crictl);
    assert_eq!(whole.items[0].object.as_ref().unwrap().owner.as_ref().unwrap().name, "api-6b7-x");
    assert!(reasons(&whole)[0].contains("-o json"), "{:?}", reasons(&whole));
}

#[test]
fn long_tables_keep_their_header_and_wrapped_rows_are_rejected() {
    let header = "REPOSITORY   TAG       IMAGE ID       CREATED       SIZE\n";
    let row = "nginx        1.27      0ddf97180626   2 weeks ago   187MB\n";
    let whole = read(&format!("{header}{}nginx-very-long-name 1.27 0ddf97180626\n", row.repeat(700)));
    assert_eq!((uses(&whole).len(), whole.rejects.len()), (700, 1));
    assert_eq!(whole.rejects[0].locator, "line:702");
    let last = &whole.items[699];
    assert_eq!(last.spot.pointer, "line:701");
}
