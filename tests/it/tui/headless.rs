//! The loop under a clock that stands still: keys in, frames out, nobody's thread.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::mpsc;

use hullbreach::tui::cycle::{Pause, Session};
use hullbreach::tui::data::workers::Carrier;
use hullbreach::tui::keymap::read::merged;
use hullbreach::tui::message::{Effect, Msg, Opened};
use hullbreach::tui::model::{Model, Settings};
use hullbreach::tui::pace::Timer as _;
use hullbreach::tui::theme::Theme;
use hullbreach::tui::{commands, view};

use super::clock::{Clock, run};
use crate::support::World;

/// Keeps what it was asked for.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Carrier for Asked {
    fn carry(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Quit | Effect::Suspend | Effect::Redraw => Some(effect),
            other => {
                self.0.lock().unwrap().push(format!("{other:?}"));
                None
            }
        }
    }

    fn heard(&mut self, _: &Msg) -> bool {
        true
    }
}

/// A session on a screen of 80 by 24, and the ends of its channels.
struct Bench {
    session: Session<Asked, Clock>,
    clock: Clock,
    terminal: Terminal<TestBackend>,
    events: Feed,
    input: Feed,
    inbox: mpsc::Sender<Msg>,
    asked: Asked,
}

/// Events that a test feeds. As crossterm's stream, it wakes whoever asked first since the last event, and nobody else.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<Fed>>);

#[derive(Default)]
struct Fed {
    events: std::collections::VecDeque<io::Result<Event>>,
    first: Option<Waker>,
    closed: bool,
}

impl Feed {
    fn send(&self, event: io::Result<Event>) {
        let mut fed = self.0.lock().unwrap();
        fed.events.push_back(event);
        fed.first.take().into_iter().for_each(Waker::wake);
    }

    fn key(&self, code: KeyCode) {
        self.send(Ok(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }

    fn close(&self) {
        self.0.lock().unwrap().closed = true;
    }
}

impl Stream for Feed {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut fed = self.0.lock().unwrap();
        match fed.events.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if fed.closed => Poll::Ready(None),
            None => {
                fed.first.get_or_insert_with(|| context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Bench {
    fn new(world: &World, clock: &Clock) -> Bench {
        let commands = commands();
        let (keymap, _) = merged(None, &commands, &view::ids());
        let env = world.ana();
        let model = Model::new(view::VIEWS, commands, keymap, Settings { now: env.now(), ..Settings::default() });
        let (inbox, receiver) = mpsc::channel(1_024);
        let events = Feed::default();
        let input = events.clone();
        let asked = Asked::default();
        let session = Session::new(
            model,
            Theme::named("mono").unwrap().with_ascii(true),
            env,
            asked.clone(),
            clock.clone(),
            receiver,
        );
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        Bench { session, clock: clock.clone(), terminal, events, input, inbox, asked }
    }

    fn key(&self, code: KeyCode) {
        self.events.key(code);
    }

    fn screen(&self) -> String {
        self.terminal.backend().to_string()
    }

    /// Runs until nothing is left to do for so long.
    async fn idle(&mut self, for_ms: u64) -> Option<Pause> {
        let clock = self.clock.clone();
        let end = clock.now() + Duration::from_millis(for_ms);
        tokio::select! {
            biased;
            pause = self.session.run(&mut self.terminal, &mut self.input) => Some(pause.unwrap()),
            () = clock.sleep_until(end) => None,
        }
    }
}

#[test]
fn keys_become_frames() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        assert_eq!(bench.idle(100).await, None);
        assert!(bench.screen().contains("> New case"), "{}", bench.screen());
        bench.key(KeyCode::Char('j'));
        bench.idle(100).await;
        assert!(bench.screen().contains("> Open a case"), "{}", bench.screen());
        bench.key(KeyCode::Char('?'));
        bench.idle(100).await;
        assert!(bench.screen().contains("Keys that work here"), "{}", bench.screen());
        bench.key(KeyCode::Esc);
        bench.key(KeyCode::Char('q'));
        assert_eq!(bench.idle(100).await, Some(Pause::Quit));
    });
}

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        bench.idle(10_000).await;
        assert_eq!(bench.session.frames, 1, "the first one");
        for _ in 0..50 {
            bench.key(KeyCode::Char('k'));
            bench.inbox.send(Msg::Progress("of nothing".to_owned())).await.unwrap();
        }
        bench.idle(10_000).await;
        assert_eq!(bench.session.frames, 1, "the marker was at the top already");
        bench.events.send(Ok(Event::FocusLost));
        bench.idle(1_000).await;
        assert_eq!(bench.session.frames, 1);
    });
}

#[test]
fn a_flood_of_keys_is_drawn_every_four_milliseconds_at_most() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        bench.idle(100).await;
        let (before, begun) = (bench.session.frames, clock.now());
        for round in 0..100 {
            bench.key(if round % 2 == 0 { KeyCode::Char('j') } else { KeyCode::Char('k') });
            bench.idle(1).await;
        }
        bench.idle(10).await;
        let frames = bench.session.frames - before;
        let most = (clock.now() - begun).as_millis() as u64 / 4 + 1;
        assert!(frames <= most && frames >= 20, "{frames} frames, {most} at most");
    });
}

#[test]
fn the_background_draws_thirty_times_a_second_at_most_and_a_key_at_once() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        bench.idle(100).await;
        let before = bench.session.frames;
        for n in 0..1_000 {
            bench.inbox.send(Msg::Warning(format!("word {n}"))).await.unwrap();
            bench.idle(1).await;
        }
        let frames = bench.session.frames - before;
        assert!((25..=32).contains(&frames), "{frames} frames in a second");
        bench.inbox.send(Msg::Warning("the last word".to_owned())).await.unwrap();
        bench.key(KeyCode::Char('j'));
        bench.idle(5).await;
        assert!(bench.screen().contains("> Open a case") && bench.screen().contains("the last word"));
    });
}

#[test]
fn a_storm_of_resizes_is_one_thing_to_draw() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        bench.idle(100).await;
        let before = bench.session.frames;
        for n in 0..500 {
            bench.events.send(Ok(Event::Resize(40 + n % 50, 24)));
        }
        bench.terminal.backend_mut().resize(50, 10);
        bench.idle(100).await;
        assert!(bench.session.frames - before <= 2, "{}", bench.session.frames - before);
        assert!(bench.screen().contains("New case"));
    });
}

#[test]
fn a_megabyte_of_paste_is_bounded() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        bench.key(KeyCode::Char(':'));
        bench.events.send(Ok(Event::Paste("x".repeat(1 << 20))));
        bench.idle(100).await;
        assert!(bench.screen().contains("Nothing is called so"), "{}", bench.screen());
        let debug = format!("{:?}", bench.session.model.overlays);
        assert!(debug.len() < 100_000, "{}", debug.len());
    });
}

#[test]
fn a_terminal_that_is_gone_ends_the_session() {
    let world = World::new();
    run(async |clock| {
        for event in [Some(Err(io::Error::other("gone"))), None] {
            let mut bench = Bench::new(&world, clock);
            match event {
                Some(error) => bench.events.send(error),
                None => bench.events.close(),
            }
            assert_eq!(bench.idle(1_000).await, Some(Pause::Quit));
        }
    });
}

#[test]
fn a_filter_asks_while_it_is_typed() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        let opened = Opened { path: world.path(), ..Opened::default() };
        bench.inbox.send(Msg::Opened(Ok(opened))).await.unwrap();
        bench.idle(100).await;
        bench.key(KeyCode::Char('2'));
        bench.idle(100).await;
        let before = bench.asked.0.lock().unwrap().len();
        bench.key(KeyCode::Char('/'));
        for c in "q?:1".chars() {
            bench.key(KeyCode::Char(c));
        }
        bench.idle(100).await;
        assert!(bench.screen().contains("/q?:1"), "keys are text while text is typed: {}", bench.screen());
        let asked = bench.asked.0.lock().unwrap().clone();
        assert!(asked.last().unwrap().contains("filter: \"q?:1\"") && asked.len() == before + 4, "{asked:?}");
    });
}

/// The loop and the typist are woken each by what concerns them alone, as in a real program.
#[test]
fn every_key_wakes_the_loop() {
    let world = World::new();
    run(async |clock| {
        let mut bench = Bench::new(&world, clock);
        let opened = Opened { path: world.path(), ..Opened::default() };
        bench.inbox.send(Msg::Opened(Ok(opened))).await.unwrap();
        let (events, asked, clock) = (bench.events.clone(), bench.asked.clone(), bench.clock.clone());
        let typist = async {
            clock.sleep_until(clock.now() + Duration::from_millis(100)).await;
            events.key(KeyCode::Char('2'));
            events.key(KeyCode::Char('/'));
            clock.sleep_until(clock.now() + Duration::from_millis(100)).await;
            let before = asked.0.lock().unwrap().len();
            for n in 1..=5 {
                events.key(KeyCode::Char('x'));
                clock.sleep_until(clock.now() + Duration::from_millis(20)).await;
                assert_eq!(asked.0.lock().unwrap().len(), before + n, "a key was not heard");
            }
            None
        };
        let looping = bench.session.run(&mut bench.terminal, &mut bench.input).map(|pause| Some(pause.unwrap()));
        let mut both: FuturesUnordered<Pin<Box<dyn Future<Output = Option<Pause>>>>> = FuturesUnordered::new();
        both.push(Box::pin(looping));
        both.push(Box::pin(typist));
        assert_eq!(both.next().await, Some(None), "the typist is done first");
    });
}
