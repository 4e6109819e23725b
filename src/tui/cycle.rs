//! The loop: draw when a frame is due, then wait for whatever comes first. Generic over the terminal's backend and the
//! stream of events, so that tests feed keys and read frames.
//!
//! Input goes first, and a flood of anything is taken in portions, so that neither keys nor frames nor signals starve.

use crossterm::event::Event;
use futures_util::{Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io::{self, Write};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

use super::bell;
use super::data::workers::Carrier;
use super::draw::draw;
use super::message::{Effect, Msg, Step};
use super::model::Model;
use super::pace::{Pace, Timer};
use super::screen;
use super::shift::{self, Shift};
use super::theme::Theme;
use super::tty::Tty;
use super::update::update;
use crate::env::Env;
use crate::work::exercise::Switch;

/// Events and messages that are taken between two looks at whether a frame is due.
const PORTION: usize = 64;

/// What the loop asks of a terminal besides drawing cells.
pub trait Surface: Backend {
    /// A frame begins: nothing of it may be seen before its end.
    fn begin_frame(&mut self) -> io::Result<()>;

    /// It is complete.
    fn end_frame(&mut self) -> io::Result<()>;

    /// Moves rows of the screen; false where it cannot, and nothing was done.
    fn shift(&mut self, shift: &Shift) -> io::Result<bool>;

    /// Takes the mouse, or gives it back.
    fn set_mouse(&mut self, on: bool) -> io::Result<()>;

    /// Writes sequences that put nothing onto the screen, as those of the clipboard.
    fn say(&mut self, sequences: &str) -> io::Result<()>;
}

impl<W: Write> Surface for Tty<W> {
    fn begin_frame(&mut self) -> io::Result<()> {
        crossterm::queue!(self, crossterm::terminal::BeginSynchronizedUpdate)
    }

    fn end_frame(&mut self) -> io::Result<()> {
        crossterm::execute!(self, crossterm::terminal::EndSynchronizedUpdate)
    }

    fn shift(&mut self, shift: &Shift) -> io::Result<bool> {
        self.scroll(shift)
    }

    fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        screen::mouse(self, on)
    }

    fn say(&mut self, sequences: &str) -> io::Result<()> {
        self.write_all(sequences.as_bytes())?;
        Write::flush(self)
    }
}

/// For tests: a frame is complete when it is drawn.
impl Surface for TestBackend {
    fn begin_frame(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn end_frame(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn shift(&mut self, _: &Shift) -> io::Result<bool> {
        Ok(false)
    }

    fn set_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn say(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Why the loop came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The session is over.
    Quit,
    /// The terminal is to be handed to the shell; the loop goes on afterwards, with a new stream of events.
    Suspend,
    /// Someone else had the terminal: it is to be entered again.
    Reenter,
    /// The terminal is to be handed to the responder's editor, with [`Session::editing`].
    Edit,
}

/// One session: the state and what it works with. It outlives a suspension.
pub struct Session<C, T> {
    /// The state.
    pub model: Model,
    /// Styles.
    pub theme: Theme,
    /// The clock.
    pub env: Env,
    /// Carries out effects.
    pub carrier: C,
    /// What comes back.
    pub inbox: mpsc::Receiver<Msg>,
    /// The time between frames.
    pub timer: T,
    /// When to draw.
    pub pace: Pace,
    /// Frames drawn so far.
    pub frames: u64,
    /// It stopped by itself and was sent on: the signal about that tells nothing new.
    pub stopped_itself: bool,
    /// Puts the clock to the time of a case that plays at its own.
    pub switch: Switch,
    /// A draft's name and text for the responder's editor.
    pub editing: Option<(String, String)>,
    /// What the terminal shows; none where somebody else may have drawn on it.
    shown: Option<Buffer>,
}

impl<C: Carrier, T: Timer> Session<C, T> {
    /// A session whose first frame is due.
    pub fn new(model: Model, theme: Theme, env: Env, carrier: C, timer: T, inbox: mpsc::Receiver<Msg>) -> Self {
        let mut pace = Pace::default();
        pace.changed(timer.now(), true);
        Session {
            model,
            theme,
            env,
            carrier,
            inbox,
            timer,
            pace,
            frames: 0,
            stopped_itself: false,
            switch: Switch::default(),
            editing: None,
            shown: None,
        }
    }

    /// Runs until the session ends or the terminal has to be handed over. An error means that the terminal is gone.
    pub async fn run<B, S>(&mut self, terminal: &mut Terminal<B>, input: &mut S) -> io::Result<Pause>
    where
        B: Surface,
        B::Error: Send + Sync + 'static,
        S: Stream<Item = io::Result<Event>> + Unpin,
    {
        self.shown = None;
        loop {
            if self.pace.is_due(self.timer.now()) {
                self.frame(terminal)?;
            }
            let (due, tick) = (self.pace.due(), self.tick());
            let msg = tokio::select! {
                biased;
                event = input.next() => Some(heard(event)),
                msg = self.inbox.recv() => msg.map(Some),
                () = self.timer.sleep_until(due.unwrap_or(tick)), if due.is_some() => None,
                () = self.timer.sleep_until(tick) => Some(Some(Msg::Clock(self.env.now()))),
            };
            if let Some(pause) = self.take(msg.flatten(), terminal)? {
                return Ok(pause);
            }
            for _ in 0..PORTION {
                let Some(event) = at_hand(input).await else { break };
                if let Some(pause) = self.take(heard(event), terminal)? {
                    return Ok(pause);
                }
            }
            for _ in 0..PORTION {
                let Ok(msg) = self.inbox.try_recv() else { break };
                if let Some(pause) = self.take(Some(msg), terminal)? {
                    return Ok(pause);
                }
            }
        }
    }

    /// Takes one message and does what follows from it.
    fn take<B>(&mut self, msg: Option<Msg>, terminal: &mut Terminal<B>) -> io::Result<Option<Pause>>
    where
        B: Surface,
        B::Error: Send + Sync + 'static,
    {
        let Some(msg) = msg else { return Ok(None) };
        if !self.carrier.heard(&msg) {
            return Ok(None);
        }
        if let Msg::Opened(Ok(opened)) = &msg {
            self.switch.turn(&self.env, opened.resumes);
        }
        let clock = update(&mut self.model, Msg::Clock(self.env.now()));
        self.note(&clock, false);
        let input = msg.is_input();
        let step = update(&mut self.model, msg);
        self.note(&step, input);
        self.carry(step, terminal)
    }

    /// Carries out what is to be done; also what the beginning of a session asks for.
    pub fn carry<B>(&mut self, step: Step, terminal: &mut Terminal<B>) -> io::Result<Option<Pause>>
    where
        B: Surface,
        B::Error: Send + Sync + 'static,
    {
        let mut pause = None;
        for effect in step.effects {
            match self.carrier.carry(effect) {
                Some(Effect::Quit) => pause = Some(Pause::Quit),
                Some(Effect::Suspend) => pause = pause.or(Some(Pause::Suspend)),
                Some(Effect::Reenter) if std::mem::take(&mut self.stopped_itself) => {}
                Some(Effect::Reenter) => pause = pause.or(Some(Pause::Reenter)),
                Some(Effect::Edit { name, text }) => {
                    self.editing = Some((name, text));
                    pause = pause.or(Some(Pause::Edit));
                }
                Some(Effect::Redraw) => {
                    forget(terminal)?;
                    self.shown = None;
                    self.pace.changed(self.timer.now(), true);
                }
                Some(Effect::Copy(text)) => {
                    let sequences = self.model.settings.clipboard.sequences(&text);
                    terminal.backend_mut().say(&sequences)?;
                }
                Some(Effect::Ring(text)) => terminal.backend_mut().say(&bell::sequences(&text))?,
                Some(Effect::Mouse(on)) => terminal.backend_mut().set_mouse(on)?,
                _ => {}
            }
        }
        Ok(pause)
    }

    fn note(&mut self, step: &Step, input: bool) {
        if step.changed {
            self.pace.changed(self.timer.now(), input);
        }
    }

    fn frame<B>(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>
    where
        B: Surface,
        B::Error: Send + Sync + 'static,
    {
        let size = terminal.size().map_err(io::Error::other)?;
        let mut next = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        let mut regions = draw(&self.model, &self.theme, next.area, &mut next);
        terminal.backend_mut().begin_frame()?;
        self.shift(terminal, &next)?;
        let (model, theme) = (&self.model, &self.theme);
        terminal
            .draw(|frame| {
                if frame.area() == next.area {
                    frame.buffer_mut().clone_from(&next);
                } else {
                    // It was resized since: the rows that moved are of no use any more.
                    regions = draw(model, theme, frame.area(), frame.buffer_mut());
                    next.clone_from(frame.buffer_mut());
                }
                if let Some(cursor) = regions.cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .map_err(io::Error::other)?;
        terminal.backend_mut().end_frame()?;
        self.model.regions = regions;
        self.shown = Some(next);
        self.pace.drawn(self.timer.now());
        self.frames += 1;
        Ok(())
    }

    /// Has the terminal move rows that only moved, and tells `Terminal` so; and which cells are shorter written than left.
    fn shift<B>(&mut self, terminal: &mut Terminal<B>, next: &Buffer) -> io::Result<()>
    where
        B: Surface,
        B::Error: Send + Sync + 'static,
    {
        let Some(mut shown) = self.shown.take() else { return Ok(()) };
        if terminal.get_frame().area() != shown.area {
            return Ok(());
        }
        if let Some(shift) = shift::find(&shown, next)
            && terminal.backend_mut().shift(&shift)?
        {
            shift::apply(&mut shown, &shift);
        }
        shift::bridge(&mut shown, next);
        // What the next frame is held against.
        terminal.current_buffer_mut().clone_from(&shown);
        terminal.swap_buffers();
        Ok(())
    }

    /// When time alone changes something.
    fn tick(&self) -> Instant {
        let left = self.model.next_change().0.saturating_sub(self.env.now().0).max(1_000);
        self.timer.now() + Duration::from_micros(left.unsigned_abs())
    }
}

/// The next event where there is one already. Asked with the loop's own waker: crossterm's stream wakes whoever asked
/// first after an event, so that a look with a waker of its own would be the last the loop hears of the keyboard.
async fn at_hand<S>(input: &mut S) -> Option<Option<io::Result<Event>>>
where
    S: Stream<Item = io::Result<Event>> + Unpin,
{
    std::future::poll_fn(|context| match input.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(Some(event)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Clears the terminal and forgets what it shows, so that the next frame draws all of it. `Terminal::clear` would ask the
/// terminal where its cursor is and wait for the answer.
pub fn forget<B>(terminal: &mut Terminal<B>) -> io::Result<()>
where
    B: Surface,
    B::Error: Send + Sync + 'static,
{
    terminal.backend_mut().clear().map_err(io::Error::other)?;
    // What is drawn next is held against the empty buffer that was to be drawn into.
    terminal.swap_buffers();
    Ok(())
}

/// A terminal that is gone ends the session, drafts first.
fn heard(event: Option<io::Result<Event>>) -> Option<Msg> {
    match event {
        Some(Ok(event)) => Msg::from_event(event),
        Some(Err(_)) | None => Some(Msg::Leave),
    }
}
