//! What people are told of a place that uses an image.

use crate::case::query::image::UseRow;

/// What is known of a place: a container that is gone does not run, whatever was seen of it last.
pub fn state(row: &UseRow) -> &'static str {
    match (row.running, row.current) {
        (true, _) => "running",
        (_, false) => "gone",
        (_, true) => row.state.map_or("declared", |state| if state == "terminated" { "ended" } else { state }),
    }
}

/// What a build is made for that pulls the image in: `for PROJECT/SERVICE`.
fn built_for(row: &UseRow) -> Option<String> {
    let project = row.workload.as_ref().filter(|workload| workload.kind == "ComposeProject")?;
    let pulled_in = ["base", "build-input", "frontend"].contains(&row.role);
    let service = row.name.split_once('/').map_or(row.name.as_str(), |(service, _)| service);
    pulled_in.then(|| format!("for {}/{service}", project.name))
}

/// What is known of a place beside what stands there: what is built, what it comes to, what it needs, its marks.
pub fn beside(row: &UseRow) -> String {
    let resolved = row.resolved.as_ref().map(|text| format!("= {text}"));
    let needs = (!row.needs.is_empty()).then(|| format!("needs {}", row.needs.join(", ")));
    let marks = (!row.marks.is_empty()).then(|| row.marks.join(", "));
    [built_for(row), resolved, needs, marks].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
