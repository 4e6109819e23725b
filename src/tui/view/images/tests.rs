use crate::case::query::images::ImageRow;

/// An image as the list shows it.
pub fn row(id: &str) -> ImageRow {
    ImageRow {
        id: id.to_owned(),
        name: format!("docker.io/library/{id}:1"),
        registry: "docker.io".to_owned(),
        repository: format!("library/{id}"),
        tags: vec!["1".to_owned()],
        digests: Vec::new(),
        resolved: false,
        roles: Vec::new(),
        uses: 2,
        running: 1,
        workloads: 1,
        priority: None,
        verdict: None,
        moved: "no",
        first_seen: String::new(),
        last_seen: String::new(),
    }
}
