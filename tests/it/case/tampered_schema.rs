//! A schema that is not exactly ours is refused before a row of it is believed, and `verify` says what differs.

use crate::support::evidence::{import, say};
use crate::support::{World, assert_found, tamper};
use hullbreach::case::verify::unopened;
use hullbreach::case::{Access, Case, CaseError};

fn refused(sql: &str) -> String {
    let world = World::new();
    import(&mut world.new_case(), "pods.json", b"{}");
    tamper::run(&world.path(), sql);
    let error = Case::open(&world.path(), Access::Write, &world.ana()).err().unwrap();
    assert!(matches!(error, CaseError::Schema { .. }), "{sql}: {error}");
    let report = unopened(&error).unwrap();
    assert!(!report.ok && report.problems[0].kind == "schema");
    report.problems[0].detail.clone()
}

#[test]
fn a_view_in_a_tables_place() {
    let view = "ALTER TABLE event RENAME TO real_event; CREATE VIEW event AS SELECT * FROM real_event WHERE seq < 3;";
    assert!(refused(view).contains("event"));
    let endless = "DROP TABLE local; CREATE VIEW local (key, value) AS \
                   WITH RECURSIVE r (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x, x FROM r;";
    assert!(refused(endless).contains("\"local\" is not as this hullbreach makes it"));
}

#[test]
fn a_trigger_a_table_an_index_more() {
    let trigger = "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event WHERE id = new.id; END;";
    assert!(refused(trigger).contains("the trigger \"t\" does not belong there"));
    assert!(refused("CREATE TABLE \"x\u{1b}[2J\" (y);").contains("does not belong there"));
    assert!(!refused("CREATE TABLE \"x\u{1b}[2J\" (y);").contains('\u{1b}'));
    assert!(refused("CREATE INDEX i ON event (kind);").contains("\"i\" does not belong there"));
    assert!(refused("CREATE TABLE s (x); ANALYZE;").contains("does not belong there"));
}

#[test]
fn an_index_or_a_table_less() {
    assert!(refused("DROP INDEX event_by_writer;").contains("\"event_by_writer\" is missing"));
    assert!(refused("DROP TABLE frame;").contains("is missing"));
}

#[test]
fn a_column_a_constraint_a_comment_that_differs() {
    refused("ALTER TABLE local ADD COLUMN more TEXT;");
    refused("UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (seq > 0)', '') WHERE name = 'event';");
    refused(
        "UPDATE sqlite_schema SET sql = replace(sql, 'CREATE TABLE event (', 'CREATE TABLE event (  ') WHERE name = 'event';",
    );
}

#[test]
fn a_schema_that_cannot_be_parsed_is_an_error() {
    let world = World::new();
    drop(world.new_case());
    tamper::run(
        &world.path(),
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE event (((' WHERE name = 'event'; PRAGMA schema_version = 999;",
    );
    let error = Case::open(&world.path(), Access::Read, &world.ana()).err().unwrap();
    assert!(unopened(&error).is_some(), "{error}");
}

#[test]
fn an_index_that_hides_a_row() {
    let world = World::new();
    let mut case = world.new_case();
    say(&mut case, "there");
    drop(case);
    let sql: String = tamper::raw(&world.path())
        .query_row("SELECT sql FROM sqlite_schema WHERE name = 'event_by_writer'", [], |r| r.get(0))
        .unwrap();
    let root: i64 = tamper::raw(&world.path())
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'event_by_writer'", [], |r| r.get(0))
        .unwrap();
    // The index is out of sight while a row goes and comes back under another number, and then is put back.
    tamper::run(
        &world.path(),
        "DELETE FROM sqlite_schema WHERE name = 'event_by_writer'; PRAGMA schema_version = 500;",
    );
    tamper::run(&world.path(), "UPDATE event SET id = 900 WHERE seq = 3");
    tamper::run(
        &world.path(),
        &format!(
            "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) \
             VALUES ('index', 'event_by_writer', 'event', {root}, '{sql}'); PRAGMA schema_version = 501;"
        ),
    );
    assert_found(&world.verify(), "sqlite");
}
