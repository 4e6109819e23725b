//! Files that another version of the program was used with: their events are the same, what is shown is made anew.

use serde_json::Value;

use crate::support::command::{arg, run};
use crate::support::{World, assert_clean, tamper};
use hullbreach::case::verify::unopened;
use hullbreach::case::{Access, Case, CaseError};
use hullbreach::cli::Exit;

/// The projections' tables as the third version made them.
const THIRD: &str = include_str!("earlier/projections-3.sql");

/// A case with two images, and what it shows.
fn world() -> (World, Value) {
    let world = World::new();
    drop(world.new_case());
    let file = world.root().join("compose.yaml");
    std::fs::write(&file, "services:\n  a:\n    image: redis:7\n  b:\n    image: nginx:1.27\n").unwrap();
    run(&world.ana(), ["import", &arg(&file)]).expect(Exit::Done);
    let shown = run(&world.ana(), ["images", "--json"]).json();
    assert_eq!(shown["images"].as_array().unwrap().len(), 2);
    (world, shown)
}

/// Puts other projections in the place of ours, with a row in them, as if that version had folded.
fn older(world: &World, schema: &str, more: &str) {
    let raw = tamper::raw(&world.path());
    let mut names =
        raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'p\\_%' ESCAPE '\\'").unwrap();
    let names: Vec<String> = names.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    let drops: String = names.iter().map(|name| format!("DROP TABLE {name};")).collect();
    raw.execute_batch(&format!(
        "{drops}{schema};INSERT INTO p_text (text) VALUES ('of the third version');
        UPDATE local SET value = '3' || substr(value, instr(value, ' ')) WHERE key = 'folded';{more}"
    ))
    .unwrap();
}

fn opened(world: &World, access: Access) -> CaseError {
    Case::open(&world.path(), access, &world.ana()).err().expect("it must be refused")
}

#[test]
fn an_earlier_versions_case_opens_and_is_folded_anew() {
    for question in [&["images", "--json"][..], &["coverage"], &["rebuild"], &["undo", "--dry-run"]] {
        let (world, shown) = world();
        older(&world, THIRD, "");
        let ran = run(&world.ana(), question);
        assert!(ran.err().contains("was last used with an earlier hullbreach"), "{question:?}: {}", ran.err());
        assert!(ran.err().contains("made anew: 2 images, 2 uses"), "{question:?}: {}", ran.err());
        let again = run(&world.ana(), ["images", "--json"]);
        assert_eq!((again.json(), again.err().as_str()), (shown, ""), "{question:?}");
        assert_clean(&world.verify());
    }
}

#[test]
fn where_nothing_may_be_written_it_is_said_what_to_do_and_nothing_changes() {
    let (world, _) = world();
    older(&world, THIRD, "");
    let before = std::fs::read(world.path()).unwrap();
    let error = opened(&world, Access::Read);
    assert!(matches!(error, CaseError::EarlierViews { .. }), "{error}");
    assert!(error.to_string().contains("`hullbreach rebuild`"), "{error}");
    assert!(unopened(&error).is_none(), "it is no damage");
    let verified = run(&world.ana(), ["verify"]);
    assert_eq!(verified.exit, Exit::Failed);
    assert!(verified.err().contains("`hullbreach rebuild`"), "{}", verified.err());
    assert_eq!(std::fs::read(world.path()).unwrap(), before);
}

#[test]
fn a_killed_fold_is_made_up_for() {
    let (world, shown) = world();
    older(&world, THIRD, "");
    // Laid out anew, and then nothing more.
    drop(Case::open(&world.path(), Access::Write, &world.ana()).unwrap());
    assert_eq!(run(&world.ana(), ["images", "--json"]).json(), shown);
    assert_clean(&world.verify());
}

#[test]
fn only_the_very_tables_of_an_earlier_version_are_accepted() {
    let altered = [
        (THIRD.replace("owner TEXT NOT NULL,", "owner TEXT,"), ""),
        (THIRD.to_owned(), "CREATE VIEW p_view AS SELECT * FROM p_text;"),
        (THIRD.to_owned(), "CREATE TABLE p_more (x);"),
        (THIRD.to_owned(), "DROP TABLE p_owner;"),
        (THIRD.to_owned(), "CREATE INDEX p_text_more ON p_text (id);"),
        (THIRD.to_owned(), "CREATE TRIGGER p_t AFTER INSERT ON p_text BEGIN DELETE FROM event; END;"),
        (THIRD.to_owned(), "CREATE TRIGGER p_t AFTER INSERT ON event BEGIN DELETE FROM event; END;"),
        (THIRD.to_owned(), "DROP INDEX event_by_writer;"),
        (THIRD.to_owned(), "CREATE TABLE other (x);"),
    ];
    for (schema, more) in altered {
        let (world, _) = world();
        older(&world, &schema, more);
        let before = std::fs::read(world.path()).unwrap();
        for access in [Access::Read, Access::Write] {
            let error = opened(&world, access);
            assert!(matches!(error, CaseError::Schema { .. }), "{more}: {error}");
        }
        assert_eq!(std::fs::read(world.path()).unwrap(), before, "{more}");
    }
}

#[test]
fn tables_that_share_a_page_are_not_dropped() {
    let (world, _) = world();
    older(
        &world,
        THIRD,
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'event')
        WHERE name = 'p_missing'; PRAGMA schema_version = 900;",
    );
    let error = opened(&world, Access::Write);
    assert!(matches!(error, CaseError::Damaged { .. }), "{error}");
    let events: i64 = tamper::raw(&world.path()).query_row("SELECT count(*) FROM event", [], |r| r.get(0)).unwrap();
    assert!(events > 2);
}

#[test]
fn what_a_newer_version_folded_is_refused() {
    for more in ["", "ALTER TABLE p_text ADD COLUMN more TEXT;", "CREATE TABLE p_new (x);"] {
        let (world, _) = world();
        let newer = "UPDATE local SET value = '4000' || substr(value, instr(value, ' ')) WHERE key = 'folded';";
        tamper::run(&world.path(), &format!("{newer}{more}"));
        for access in [Access::Read, Access::Write] {
            let error = opened(&world, access);
            assert!(matches!(error, CaseError::NewerViews { .. }), "{more}: {error}");
            assert_eq!(unopened(&error).unwrap().problems[0].kind, "newer");
        }
    }
}
