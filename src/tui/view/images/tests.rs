use super::data::Page;
use super::*;
use crate::model::time::Micros;

fn row(id: &str) -> ImageRow {
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

fn answered(view: &mut Images, ids: &[&str]) -> Reply {
    let mut reply = Reply::default();
    let page = Page { rows: ids.iter().map(|id| row(id)).collect(), total: ids.len() as u64 };
    view.answer(ROWS, Some(Ok(Box::new(page))), &mut reply);
    reply
}

fn command(view: &mut Images, line: &str) -> Reply {
    let mut reply = Reply::default();
    let regions = Regions::default();
    let around = Around { now: Micros(0), read_only: false, regions: &regions };
    assert!(view.command(&Call::parse(line), around, &mut reply), "{line}");
    reply
}

#[test]
fn the_marker_stays_on_its_image_when_rows_come_and_go() {
    let mut view = Images::default();
    assert!(answered(&mut view, &["a", "b", "c"]).changed);
    assert!(!answered(&mut view, &["a", "b", "c"]).changed, "nothing new is no frame");
    command(&mut view, "table.down");
    answered(&mut view, &["x", "y", "a", "b", "c"]);
    assert_eq!(view.marker.at, 3);
    answered(&mut view, &["x", "y"]);
    assert_eq!(view.marker.at, 1);
    assert!(!command(&mut view, "table.down").changed, "it is the last row");
    answered(&mut view, &[]);
    assert_eq!(view.marker.at, 0);
}

#[test]
fn a_filter_is_asked_while_it_is_typed_and_left_as_it_was_on_cancel() {
    let mut view = Images::default();
    command(&mut view, "images.filter");
    assert_eq!(view.modes(), ["input"]);
    let mut reply = Reply::default();
    view.insert("name~api", &mut reply);
    assert!(format!("{:?}", reply.effects).contains("name~api"), "{:?}", reply.effects);
    let mut reply = Reply::default();
    view.answer(ROWS, Some(Err("half a filter".to_owned())), &mut reply);
    assert!(reply.toasts.is_empty(), "half a filter is no error");
    command(&mut view, "input.accept");
    assert_eq!((view.crumb().as_str(), view.modes()), ("name~api", ROWS_MODES));
    command(&mut view, "images.filter");
    view.insert(" x", &mut Reply::default());
    command(&mut view, "input.cancel");
    assert_eq!(view.crumb(), "name~api");
}

const ROWS_MODES: &[&str] = &["images", "table"];

#[test]
fn sorting_the_same_again_turns_it_round() {
    let mut view = Images::default();
    command(&mut view, "images.sort name");
    assert!(!view.sort.reverse);
    command(&mut view, "images.sort name");
    assert!(view.sort.reverse && view.head().contains("turned round"), "{}", view.head());
    assert_eq!(command(&mut view, "images.sort size").toasts.len(), 1);
}
