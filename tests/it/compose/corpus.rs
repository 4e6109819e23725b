//! Every compose file of docker/awesome-compose: the images that each names, found by hand.

use std::path::{Path, PathBuf};

use super::{Files, project, read, said};
use hullbreach::read::Format;

/// Each project's folder with its services and their images; `built` where a service names none and is only built.
#[rustfmt::skip]
const EXPECTED: &[(&str, &[&str])] = &[
    ("angular", &["web built"]),
    ("apache-php", &["web built"]),
    ("aspnet-mssql", &["db mcr.microsoft.com/azure-sql-edge:1.0.4", "web built"]),
    ("django", &["web built"]),
    ("elasticsearch-logstash-kibana", &[
        "elasticsearch elasticsearch:7.16.1", "kibana kibana:7.16.1", "logstash logstash:7.16.1",
    ]),
    ("fastapi", &["api built"]),
    ("flask", &["web built"]),
    ("flask-redis", &["redis redislabs/redismod", "web built"]),
    ("gitea-postgres", &["db postgres:alpine", "gitea gitea/gitea:latest"]),
    ("minecraft", &["minecraft itzg/minecraft-server"]),
    ("nextcloud-postgres", &["db postgres:alpine", "nc nextcloud:apache"]),
    ("nextcloud-redis-mariadb", &["db mariadb:10.5", "nc nextcloud:apache", "redis redis:alpine"]),
    ("nginx-aspnet-mysql", &["backend built", "db mariadb:10-focal", "proxy built"]),
    ("nginx-flask-mongo", &["backend built", "mongo mongo", "web nginx"]),
    ("nginx-flask-mysql", &["backend built", "db mariadb:10-focal", "proxy built"]),
    ("nginx-golang", &["backend built", "proxy nginx"]),
    ("nginx-golang-mysql", &["backend built", "db mariadb:10-focal", "proxy nginx"]),
    ("nginx-golang-postgres", &["backend built", "db postgres", "proxy nginx"]),
    ("nginx-nodejs-redis", &["nginx built", "redis redislabs/redismod", "web1 built", "web2 built"]),
    ("nginx-wsgi-flask", &["flask-app built", "nginx-proxy built"]),
    ("pihole-cloudflared-DoH", &["cloudflared visibilityspots/cloudflared", "pihole pihole/pihole:latest"]),
    ("plex", &["plex linuxserver/plex"]),
    ("portainer", &["portainer portainer/portainer-ce:alpine"]),
    ("postgresql-pgadmin", &["pgadmin dpage/pgadmin4:latest", "postgres postgres:latest"]),
    ("prometheus-grafana", &["grafana grafana/grafana", "prometheus prom/prometheus"]),
    ("react-express-mongodb", &["backend built", "frontend built", "mongo mongo:4.2.0"]),
    ("react-express-mysql", &["backend built", "db mariadb:10.6.4-focal", "frontend built"]),
    ("react-java-mysql", &["backend built", "db mariadb:10.6.4-focal", "frontend built"]),
    ("react-nginx", &["frontend built"]),
    ("react-rust-postgres", &["backend built", "db postgres:12-alpine", "frontend built"]),
    ("sparkjava", &["sparkjava built"]),
    ("sparkjava-mysql", &["backend built", "db mariadb:10.6.4-focal"]),
    ("spring-postgres", &["backend built", "db postgres"]),
    ("traefik-golang", &["backend built", "frontend traefik:2.6"]),
    ("vuejs", &["web built"]),
    ("wasmedge-kafka-mysql", &[
        "db mariadb:10.9", "etl etl-kafka", "redpanda docker.redpanda.com/vectorized/redpanda:v22.2.2",
    ]),
    ("wasmedge-mysql-nginx", &["backend demo-microservice", "db mariadb:10.9", "frontend nginx:alpine"]),
    ("wireguard", &["wireguard linuxserver/wireguard"]),
    ("wordpress-mysql", &["db mariadb:10.6.4-focal", "wordpress wordpress:latest"]),
];

fn root() -> PathBuf {
    let corpus = std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS");
    PathBuf::from(corpus).join("projects/docker__awesome-compose")
}

/// Every compose and environment file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".env") || (name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"))) {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_compose() {
    let (root, mut paths) = (root(), Vec::new());
    files(&root, &mut paths);
    let mut all = Files::default();
    for path in &paths {
        let file = read(path.to_str().unwrap(), &std::fs::read(path).unwrap());
        let format = if path.ends_with(".env") { Format::Environment } else { Format::ComposeYaml };
        assert_eq!(file.format, Some(format), "{}", path.display());
        assert_eq!(file.rejects, [], "{}", path.display());
        all.0.insert(path.to_str().unwrap().to_owned(), file);
    }
    let compose: Vec<&PathBuf> = paths.iter().filter(|path| !path.ends_with(".env")).collect();
    assert_eq!(compose.len(), EXPECTED.len());
    let mut wrong = Vec::new();
    for path in compose {
        let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let (_, expected) = EXPECTED.iter().find(|(name, _)| *name == folder).expect("a file with an expectation");
        let joined = all.join(path.to_str().unwrap());
        assert_eq!(joined.problems, [], "{folder}");
        assert_eq!(project(&joined), folder.to_lowercase());
        let own = joined.items.iter().filter(|standing| Path::new(&standing.path) == path);
        let mut seen: Vec<String> = own
            .flat_map(|standing| &standing.item.uses)
            .map(|used| {
                let (line, name) = (said(used), &used.name);
                assert!(used.needs.is_empty(), "{folder}: {line}");
                if line.ends_with("built-here") {
                    assert_eq!(used.as_written, format!("{}-{name}", folder.to_lowercase()));
                    format!("{name} built")
                } else {
                    format!("{name} {}", used.resolved.as_ref().unwrap_or(&used.as_written))
                }
            })
            .collect();
        seen.sort();
        if seen != *expected {
            eprintln!("{folder}:\n  seen     {seen:?}\n  expected {expected:?}");
            wrong.push(folder.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}: what differs is printed above");
}
