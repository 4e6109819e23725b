//! Why the one-liner misses a place, in words for people.

use super::{is_compose_glob, is_dockerfile_glob};
use crate::model::fact::Role;

/// A place that uses an image, as far as the one-liner is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The part it plays.
    pub role: Role,
    /// The object's kind.
    pub kind: &'a str,
    /// It was read from a live cluster or a list of its pods.
    pub live: bool,
    /// It is there now.
    pub current: bool,
    /// Path of the file, relative to the import root.
    pub path: &'a str,
    /// The file is a Dockerfile.
    pub dockerfile: bool,
    /// It stands in a `FROM` line, where it stands in a Dockerfile that the glob names.
    pub from_line: bool,
    /// Variables stand in it.
    pub variable: bool,
    /// No image is written: it is named after what builds it.
    pub built_here: bool,
}

/// Why, and how close it comes to being found: of several places the closest (the smallest number) tells.
pub fn why(place: &Place<'_>) -> (u8, &'static str) {
    let pod = place.live && place.kind == "Pod";
    match place.role {
        Role::Frontend => (40, "a frontend (# syntax=): no FROM line names it"),
        Role::Base | Role::BuildInput => build(place),
        Role::Service => compose(place),
        _ if pod && !place.current => (30, "its pod is gone"),
        Role::App if pod => (0, "all images of all pods are one line, which cut ends at its second colon"),
        Role::Init => (20, "an init container: only .spec.containers is asked for"),
        Role::Sidecar => (21, "a sidecar among the init containers: only .spec.containers is asked for"),
        Role::Ephemeral => (22, "an ephemeral container: only .spec.containers is asked for"),
        Role::Volume => (23, "an image volume: only .spec.containers is asked for"),
        Role::App if place.live => (31, "its workload has no pod in the list"),
        Role::App => (50, "declared in a file, in no pod that was listed"),
        Role::NodeCache => (60, "kept on a node: no pod names it"),
        Role::Ci => (61, "a CI job's image: no part looks there"),
        Role::Action => (62, "a CI action: no part looks there"),
        Role::Device => (63, "on a device: no part looks there"),
        Role::Field => (64, "in a kind of its own or an operator's field: only pods are asked for"),
        Role::Sbom | Role::Scan | Role::Listed => (65, "in other evidence: no part looks there"),
    }
}

fn compose(place: &Place<'_>) -> (u8, &'static str) {
    let name = place.path.rsplit('/').next().unwrap_or(place.path);
    match () {
        () if place.built_here => (16, "built by compose: no image: line names it"),
        () if !is_compose_glob(name) => (15, "the file is not called docker-compose*.yml"),
        () if place.path.contains('/') => (14, "the compose file is in a sub-folder"),
        () if place.variable => (11, "a variable stands in the image: line"),
        () => (10, "the image: line is cut at its second colon"),
    }
}

fn build(place: &Place<'_>) -> (u8, &'static str) {
    let name = place.path.rsplit('/').next().unwrap_or(place.path);
    match () {
        () if !place.dockerfile => (18, "a build that is written into another file"),
        () if !is_dockerfile_glob(name) => (17, "the file is not called Dockerfile*"),
        () if place.path.contains('/') => (14, "the Dockerfile is in a sub-folder"),
        () if !place.from_line => (13, "COPY --from or RUN --mount: no FROM line names it"),
        () if place.variable => (12, "an ARG stands in the FROM line"),
        () => (10, "the FROM line is cut at its second colon"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: Place<'_> = Place {
        role: Role::Base,
        kind: "Dockerfile",
        live: false,
        current: true,
        path: "Dockerfile",
        dockerfile: true,
        from_line: true,
        variable: false,
        built_here: false,
    };

    #[test]
    fn each_way_to_miss_has_its_reason() {
        let service = Place { role: Role::Service, kind: "ComposeProject", path: "docker-compose.yml", ..FROM };
        let pod = Place { role: Role::App, kind: "Pod", live: true, path: "pods.json", dockerfile: false, ..FROM };
        let table = [
            (FROM, "cut at its second colon"),
            (Place { variable: true, ..FROM }, "an ARG stands"),
            (Place { from_line: false, ..FROM }, "COPY --from"),
            (Place { path: "api/Dockerfile", ..FROM }, "in a sub-folder"),
            (Place { path: "Containerfile", ..FROM }, "not called Dockerfile*"),
            (Place { dockerfile: false, ..FROM }, "into another file"),
            (Place { role: Role::Frontend, ..FROM }, "a frontend"),
            (service, "image: line is cut"),
            (Place { variable: true, ..service }, "a variable stands"),
            (Place { path: "compose.yaml", ..service }, "not called docker-compose*.yml"),
            (Place { path: "a/docker-compose.yml", ..service }, "in a sub-folder"),
            (Place { built_here: true, ..service }, "built by compose"),
            (pod, "all images of all pods are one line"),
            (Place { current: false, ..pod }, "its pod is gone"),
            (Place { role: Role::Init, ..pod }, "an init container"),
            (Place { kind: "CronJob", ..pod }, "no pod in the list"),
            (Place { kind: "Pod", live: false, ..pod }, "declared in a file"),
        ];
        for (place, expected) in table {
            assert!(why(&place).1.contains(expected), "{expected}: {}", why(&place).1);
        }
        for role in Role::ALL {
            assert!(!why(&Place { role, ..FROM }).1.is_empty());
        }
    }
}
