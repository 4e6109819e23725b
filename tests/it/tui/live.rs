//! The real workers, without a terminal: questions are answered, deeds are done, what others write is noticed.

use std::sync::mpsc as other_thread;
use std::time::Duration;
use tokio::sync::mpsc;

use hullbreach::case::CaseError;
use hullbreach::case::query::image::{image, image_beginning};
use hullbreach::case::verify::{Step, Watch};
use hullbreach::tui::data::deeds::{Import, NewCase, PlanUndo};
use hullbreach::tui::data::workers::{Carrier, Workers};
use hullbreach::tui::data::{Desk, Done, Question};
use hullbreach::tui::message::{Answer, Effect, Msg};

use crate::support::World;

/// Far longer than anything takes; only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

/// Workers with the messages they send.
pub struct Crew {
    /// They.
    pub workers: Workers,
    heard: other_thread::Receiver<Msg>,
}

impl Crew {
    /// Those of ana.
    pub fn new(world: &World) -> Crew {
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
    pub fn wait<T>(&mut self, fits: impl Fn(Msg) -> Option<T>) -> T {
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

    /// Opens the world's case.
    pub fn open(&mut self, world: &World) {
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
fn a_slow_question_delays_no_quick_one() {
    let world = World::new();
    drop(world.new_case());
    let mut crew = Crew::new(&world);
    crew.open(&world);
    let ask = |slot, slow| Effect::Ask { slot, question: Box::new(Count { slow }), hurry: false };
    for slot in ["images.rows", "images.details"] {
        crew.workers.carry(ask(slot, true));
    }
    for slot in ["proof.sources", "proof.events", "proof.sources"] {
        crew.workers.carry(ask(slot, false));
        let first = crew.wait(|msg| if let Msg::Answer(slot, _) = msg { Some(slot) } else { None });
        assert_eq!(first, slot, "the endless ones are still under way");
    }
    crew.workers.end();
}

/// Begins with a part of its answer.
#[derive(Debug)]
struct Long;

impl Question for Long {
    fn ask(&self, _: &Desk) -> Result<Answer, String> {
        Ok(Box::new(1_000_i64))
    }

    fn first(&self, _: &Desk) -> Option<Answer> {
        Some(Box::new(10_i64))
    }
}

/// Fails in an unforeseen way.
#[derive(Debug)]
struct Faulty;

impl Question for Faulty {
    fn ask(&self, _: &Desk) -> Result<Answer, String> {
        panic!("on purpose here: a question")
    }
}

#[test]
fn the_first_screenful_comes_before_the_rest_and_a_fault_costs_its_own_answer() {
    let world = World::new();
    drop(world.new_case());
    let mut crew = Crew::new(&world);
    crew.open(&world);
    crew.workers.carry(Effect::Ask { slot: "images.details", question: Box::new(Long), hurry: false });
    let told = |msg| match msg {
        Msg::First(_, answer) => Some((true, *answer.downcast::<i64>().unwrap())),
        Msg::Answer(_, answer) => Some((false, *answer?.unwrap().downcast::<i64>().unwrap())),
        _ => None,
    };
    assert_eq!((crew.wait(told), crew.wait(told)), ((true, 10), (false, 1_000)));
    crew.workers.carry(Effect::Ask { slot: "images.rows", question: Box::new(Faulty), hurry: false });
    let failed = crew.wait(|msg| if let Msg::Answer(_, answer) = msg { answer } else { None });
    assert!(failed.is_err_and(|why| why.contains("a fault of hullbreach")));
    crew.workers.carry(Effect::Ask { slot: "images.rows", question: Box::new(Count { slow: false }), hurry: false });
    assert_eq!(crew.wait(answered), Some(0), "the reader goes on");
    crew.workers.end();
}

#[test]
fn an_image_with_many_uses_begins_with_the_first_of_them() {
    let world = World::new();
    let case = world.new_case();
    let path = world.root().join("pods.json");
    let pods: Vec<_> = (0..6)
        .map(|n| {
            serde_json::json!({"metadata": {"name": format!("p{n}"), "namespace": "pay"},
                "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}})
        })
        .collect();
    let list = serde_json::json!({"kind": "PodList", "apiVersion": "v1", "items": pods});
    std::fs::write(&path, list.to_string()).unwrap();
    drop(case);
    let mut crew = Crew::new(&world);
    crew.open(&world);
    crew.act(Import { paths: vec![path] }).unwrap();
    crew.workers.end();
    let case = hullbreach::case::Case::open(&world.path(), hullbreach::case::Access::Read, &world.ana()).unwrap();
    let whole = image(case.conn(), "nginx").unwrap();
    let first = image_beginning(case.conn(), "nginx", 4).unwrap().expect("a beginning");
    assert_eq!((whole.uses.len(), whole.beginning, first.beginning), (6, false, true));
    assert_eq!(first.uses, whole.uses[..4], "in the order of the whole");
    assert_eq!(first.image, whole.image);
    assert_eq!(image_beginning(case.conn(), "nginx", 6).unwrap(), None);
}

#[test]
fn a_check_tells_how_far_it_is_and_says_nothing_when_it_is_stopped() {
    let world = World::new();
    let case = world.new_case();
    let parts = std::cell::RefCell::new(Vec::new());
    let tell = |step: Step| parts.borrow_mut().push(step.part);
    let report = case.verify_watched(&Watch { tell: Some(&tell), ..Watch::default() }).unwrap();
    assert!(report.ok && parts.borrow().contains(&"evidence") && parts.borrow().contains(&"projections"), "{parts:?}");
    for wanted in ["file", "chains and signatures", "evidence", "projections"] {
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let tell = |step: Step| stop.store(step.part == wanted, std::sync::atomic::Ordering::Relaxed);
        let stopped = case.verify_watched(&Watch { stop: std::sync::Arc::clone(&stop), tell: Some(&tell) });
        assert!(matches!(stopped, Err(CaseError::Stopped)), "{wanted}: {stopped:?}");
    }
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
