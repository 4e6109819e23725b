//! The lineage behind the real workers: built once, kept while what it was made of stays, and nobody else waits for it.

use std::sync::Arc;

use hullbreach::cli::Exit;
use hullbreach::tui::data::lineage::{Building, Kept};
use hullbreach::tui::data::workers::Carrier as _;
use hullbreach::tui::data::{Desk, Question};
use hullbreach::tui::message::{Answer, Effect, Msg};

use super::graph::family;
use super::live::Crew;
use crate::cli::piped;
use crate::support::World;

/// The lineage, as it is kept.
#[derive(Debug)]
struct Whole;

impl Question for Whole {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        Ok(Box::new(desk.lineage()?))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// Keeps the reader of the lineage busy for ever.
#[derive(Debug)]
struct Endless;

impl Question for Endless {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
        desk.conn()?.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| e.to_string())?;
        Ok(Box::new(()))
    }

    fn needs_lineage(&self) -> bool {
        true
    }
}

/// Something that is told at once.
#[derive(Debug)]
struct Quick;

impl Question for Quick {
    fn ask(&self, _: &Desk) -> Result<Answer, String> {
        Ok(Box::new(7_i64))
    }
}

fn ask(slot: &'static str, question: impl Question + 'static) -> Effect {
    Effect::Ask { slot, question: Box::new(question), hurry: false }
}

fn kept(crew: &mut Crew) -> Kept {
    crew.workers.carry(ask("graph.whole", Whole));
    crew.wait(|msg| match msg {
        Msg::Answer("graph.whole", answer) => Some(*answer.unwrap().unwrap().downcast::<Kept>().unwrap()),
        _ => None,
    })
}

#[test]
fn it_is_built_once_and_again_only_when_evidence_came() {
    let world = World::new();
    family(&world, 3);
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), world.path().to_str().unwrap().to_owned());
    let mut crew = Crew::new(&world);
    crew.open(&world);
    crew.workers.carry(ask("graph.whole", Whole));
    let told = crew.wait(|msg| match msg {
        Msg::First("graph.whole", so_far) => Some(so_far.downcast::<Building>().unwrap().0),
        _ => None,
    });
    assert!(told.contains("9 images"), "{told}");
    let first = crew.wait(|msg| match msg {
        Msg::Answer("graph.whole", answer) => Some(*answer.unwrap().unwrap().downcast::<Kept>().unwrap()),
        _ => None,
    });
    assert!(Arc::ptr_eq(&first.tree, &kept(&mut crew).tree), "nothing happened");
    piped(&env, &["indicator", "add", "tag:registry.example/base/node:20", "--state", "bad"]).ended(Exit::Done);
    let judged = kept(&mut crew);
    assert!(Arc::ptr_eq(&first.tree, &judged.tree), "what is said to be bad stands on the same images");
    let node = judged.graph().nodes().find(|(node, _)| judged.graph().name(*node).contains("node:20")).unwrap().0;
    assert!(judged.verdict(node).is_some() && first.verdict(node).is_none(), "the verdicts are those of now");
    let list = world.root().join("more.txt");
    std::fs::write(&list, "aaa.example/first:1\n").unwrap();
    piped(&env, &["import", list.to_str().unwrap()]).ended(Exit::Done);
    let other = kept(&mut crew);
    assert!(!Arc::ptr_eq(&first.tree, &other.tree), "another image came");
    assert_eq!(other.tree.images, first.tree.images + 1);
    crew.workers.end();
}

#[test]
fn whoever_waits_for_it_delays_no_other() {
    let world = World::new();
    drop(world.new_case());
    let mut crew = Crew::new(&world);
    crew.open(&world);
    crew.workers.carry(ask("graph.whole", Endless));
    crew.workers.carry(ask("blast.reach", Whole));
    for slot in ["images.rows", "proof.sources", "images.details"] {
        crew.workers.carry(ask(slot, Quick));
        let first = crew.wait(|msg| if let Msg::Answer(slot, _) = msg { Some(slot) } else { None });
        assert_eq!(first, slot, "the lineage is still being built");
    }
    crew.workers.end();
}
