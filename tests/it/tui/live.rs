//! The real workers, without a terminal: questions are answered, deeds are done, what others write is noticed.

use std::sync::mpsc as other_thread;
use std::time::Duration;
use tokio::sync::mpsc;

use hullbreach::tui::data::deeds::{Import, NewCase, PlanUndo};
use hullbreach::tui::data::workers::{Carrier, Workers};
use hullbreach::tui::data::{Desk, Done, Question};
use hullbreach::tui::message::{Answer, Effect, Msg};

use crate::support::World;

/// Far longer than anything takes; only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

/// Workers with the messages they send.
struct Crew {
    workers: Workers,
    heard: other_thread::Receiver<Msg>,
}

impl Crew {
    fn new(world: &World) -> Crew {
        let (inbox, mut receiver) = mpsc::channel(1_024);
        let (sender, heard) = other_thread::channel();
        std::thread::spawn(move || {
            while let Some(msg) = receiver.blocking_recv() {
                if sender.send(msg).is_err() {
                    return;
                }
            }
        });
        Crew { workers: Workers::start(&world.ana(), inbox).unwrap(), heard }
    }

    /// The next message that fits; all are shown to the workers, as the loop does.
    #[track_caller]
    fn wait<T>(&mut self, fits: impl Fn(Msg) -> Option<T>) -> T {
        loop {
            let msg = self.heard.recv_timeout(LONG).expect("nothing came");
            self.workers.heard(&msg);
            if let Some(found) = fits(msg) {
                return found;
            }
        }
    }

    #[track_caller]
    fn act(&mut self, deed: impl hullbreach::tui::data::Deed + 'static) -> Result<Done, String> {
        self.workers.carry(Effect::Do(Box::new(deed)));
        self.wait(|msg| if let Msg::Done(done) = msg { Some(done) } else { None })
    }

    fn open(&mut self, world: &World) {
        self.workers.carry(Effect::Open(world.path()));
        self.wait(|msg| if let Msg::Opened(opened) = msg { Some(opened.unwrap()) } else { None });
    }
}

/// Counts images, or takes for ever.
#[derive(Debug)]
struct Count {
    slow: bool,
}

impl Question for Count {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let sql = if self.slow {
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        } else {
            "SELECT count(*) FROM p_image"
        };
        let conn = desk.case.as_ref().ok_or("no case")?.conn();
        let n: i64 = conn.query_row(sql, [], |row| row.get(0)).map_err(|e| e.to_string())?;
        Ok(Box::new(n))
    }
}

fn answered(msg: Msg) -> Option<Option<i64>> {
    match msg {
        Msg::Answer(_, answer) => Some(answer.map(|answer| *answer.unwrap().downcast::<i64>().unwrap())),
        _ => None,
    }
}

#[test]
fn a_question_that_nobody_wants_any_more_is_given_up() {
    let world = World::new();
    drop(world.new_case());
    let mut crew = Crew::new(&world);
    crew.open(&world);
    let ask = |slow, hurry| Effect::Ask { slot: "images.rows", question: Box::new(Count { slow }), hurry };
    crew.workers.carry(ask(true, false));
    for _ in 0..100 {
        crew.workers.carry(ask(true, false));
    }
    crew.workers.carry(ask(false, true));
    assert_eq!(crew.wait(answered), None, "the endless one was given up");
    assert_eq!(crew.wait(answered), Some(0), "and only the latest was asked");
    crew.workers.end();
}

#[test]
fn an_import_is_seen_and_can_be_taken_back() {
    let world = World::new();
    drop(world.new_case());
    let dumps = world.root().join("dumps");
    std::fs::create_dir(&dumps).unwrap();
    let pods = r#"{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"p"},
        "spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}]}"#;
    std::fs::write(dumps.join("pods.json"), pods).unwrap();
    let mut crew = Crew::new(&world);
    crew.open(&world);
    let facts = crew.wait(|msg| if let Msg::Facts(facts) = msg { Some(facts) } else { None });
    assert_eq!((facts.title.as_str(), facts.severity), ("Hub breached", Some("CRITICAL")));
    let done = crew.act(Import { paths: vec![dumps] }).unwrap();
    assert!(done.said.contains("images 1 new"), "{}", done.said);
    crew.wait(|msg| matches!(msg, Msg::Changed).then_some(()));
    let after = crew.wait(|msg| if let Msg::Facts(facts) = msg { Some(facts) } else { None });
    assert_ne!(after.fingerprint, facts.fingerprint);
    let proposal = crew.act(PlanUndo { event: None }).unwrap().proposal.expect("a plan");
    crew.workers.carry(Effect::Do(proposal.deed));
    let undone = crew.wait(|msg| if let Msg::Done(done) = msg { Some(done) } else { None }).unwrap();
    assert!(undone.said.contains("taken back"), "{}", undone.said);
    let ask = Effect::Ask { slot: "images.rows", question: Box::new(Count { slow: false }), hurry: false };
    crew.workers.carry(ask);
    assert_eq!(crew.wait(answered), Some(0));
    crew.workers.end();
}

#[test]
fn a_case_is_made_from_a_folder_and_remembered() {
    let world = World::new();
    let file = world.cases().join("here.case");
    std::fs::write(world.cases().join("list.txt"), "registry.example/a:1\nregistry.example/b:2\n").unwrap();
    let mut crew = Crew::new(&world);
    let made = crew.act(NewCase { file: file.clone(), title: "Here".to_owned(), import: vec![world.cases()] }).unwrap();
    assert!(made.said.contains("imported 1 files"), "{}", made.said);
    assert_eq!(made.open.as_ref(), Some(&file));
    crew.workers.carry(Effect::Open(file.clone()));
    crew.wait(|msg| matches!(msg, Msg::Opened(Ok(_))).then_some(()));
    assert_eq!(hullbreach::tui::data::recent::list(&world.ana()), std::slice::from_ref(&file));
    let again = crew.act(NewCase { file, title: "Here".to_owned(), import: Vec::new() });
    assert!(again.unwrap_err().contains("exists already"));
    crew.workers.end();
}
