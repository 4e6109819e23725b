//! The one owner of the terminal: entering and leaving it, and putting it back whatever happens.
//!
//! Everything that is switched on here is switched off here: raw mode, alternate screen, mouse, bracketed paste, focus
//! reports, a hidden cursor. Nobody else writes such a sequence.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::ResetColor;
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use ratatui::Terminal;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use super::tty::Tty;

/// Presses, drags and the wheel with exact places; not every motion, which would wake us for nothing.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Switches raw mode; a test's does nothing.
pub type RawMode = fn(bool) -> io::Result<()>;

/// The real one.
pub fn raw_mode(on: bool) -> io::Result<()> {
    if on { crossterm::terminal::enable_raw_mode() } else { crossterm::terminal::disable_raw_mode() }
}

/// Takes the mouse, or gives it back.
pub fn mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    out.write_all(if on { MOUSE_ON } else { MOUSE_OFF })?;
    out.flush()
}

/// The terminal while it is ours.
pub struct Screen<W: Write> {
    terminal: Terminal<Tty<W>>,
    restorer: Restorer,
}

/// Puts a terminal back, once, from whichever thread and for whatever reason.
#[derive(Debug, Clone)]
pub struct Restorer {
    entered: Arc<AtomicBool>,
    raw: RawMode,
}

impl Restorer {
    /// Undoes everything, where anything was done. What cannot be written any more is left as it is.
    pub fn restore(&self, out: &mut impl Write) {
        if !self.entered.swap(false, Ordering::SeqCst) {
            return;
        }
        let _ = out.write_all(MOUSE_OFF);
        let _ = execute!(
            out,
            EndSynchronizedUpdate,
            DisableFocusChange,
            DisableBracketedPaste,
            ResetColor,
            LeaveAlternateScreen,
            Show
        );
        let _ = (self.raw)(false);
    }
}

impl<W: Write> Screen<W> {
    /// A terminal that is not ours yet.
    pub fn new(out: W, raw: RawMode) -> io::Result<Screen<W>> {
        let terminal = Terminal::new(Tty::new(out))?;
        Ok(Screen { terminal, restorer: Restorer { entered: Arc::default(), raw } })
    }

    /// Makes it ours.
    pub fn enter(&mut self, mouse_on: bool) -> io::Result<()> {
        // Said first: what fails half-way is undone as well.
        self.restorer.entered.store(true, Ordering::SeqCst);
        (self.restorer.raw)(true)?;
        let out = self.terminal.backend_mut();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
        mouse(out, mouse_on)?;
        out.forget();
        super::cycle::forget(&mut self.terminal)
    }

    /// Gives it back.
    pub fn leave(&mut self) {
        self.restorer.restore(self.terminal.backend_mut());
    }

    /// What the loop draws on.
    pub fn terminal(&mut self) -> &mut Terminal<Tty<W>> {
        &mut self.terminal
    }

    /// What puts it back when the loop cannot.
    pub fn restorer(&self) -> Restorer {
        self.restorer.clone()
    }
}

impl<W: Write> Drop for Screen<W> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A panic hook that puts the terminal back before the word about the panic is printed. A worker's panic is none of the
/// terminal's: it goes to the log, and the session goes on without that worker.
pub fn panic_hook<W: Write>(
    owner: ThreadId,
    restorer: Restorer,
    out: impl Fn() -> W + Send + Sync + 'static,
    before: Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>,
) -> impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static {
    move |info| {
        if std::thread::current().id() == owner {
            restorer.restore(&mut out());
            before(info);
        } else if restorer.entered.load(Ordering::SeqCst) {
            tracing::error!("a worker failed: {info}");
        } else {
            before(info);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A terminal that keeps what is written to it.
    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<u8>>>);

    impl Write for Recorder {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Which private modes are on after all that was written, and the order of what was written besides.
    fn modes_on(recorder: &Recorder) -> Vec<String> {
        let text = String::from_utf8(recorder.0.lock().unwrap().clone()).unwrap();
        let mut on: Vec<String> = Vec::new();
        for part in text.split("\u{1b}[?").skip(1) {
            let end = part.find(['h', 'l']).unwrap();
            let (number, switch) = (part[..end].to_owned(), &part[end..=end]);
            on.retain(|known| *known != number);
            // The cursor is the one thing that is on to begin with.
            if (switch == "h") != (number == "25") {
                on.push(number);
            }
        }
        on
    }

    fn entered(recorder: &Recorder) -> Restorer {
        let restorer = Restorer { entered: Arc::new(AtomicBool::new(true)), raw: |_| Ok(()) };
        let mut out = recorder.clone();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, crossterm::cursor::Hide).unwrap();
        mouse(&mut out, true).unwrap();
        assert_eq!(modes_on(recorder), ["1049", "2004", "1004", "25", "1000", "1002", "1006"]);
        restorer
    }

    #[test]
    fn what_is_switched_on_is_switched_off_once() {
        let recorder = Recorder::default();
        let restorer = entered(&recorder);
        restorer.restore(&mut recorder.clone());
        assert_eq!(modes_on(&recorder), Vec::<String>::new());
        let written = recorder.0.lock().unwrap().len();
        restorer.restore(&mut recorder.clone());
        assert_eq!(recorder.0.lock().unwrap().len(), written, "a second time writes nothing");
    }

    #[test]
    fn a_panic_puts_the_terminal_back_before_it_is_told_and_a_worker_panic_does_not() {
        let recorder = Recorder::default();
        let told: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
        let ours = std::panic::take_hook();
        let others: Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync> = Arc::from(ours);
        let loop_thread = std::thread::spawn({
            let (recorder, told) = (recorder.clone(), Arc::clone(&told));
            move || {
                let restorer = entered(&recorder);
                let seen = (recorder.clone(), Arc::clone(&told));
                let owner = std::thread::current().id();
                let before = Arc::new(move |info: &PanicHookInfo<'_>| {
                    // Other tests of this process may panic on purpose meanwhile.
                    if info.to_string().contains("on purpose here") {
                        seen.1.lock().unwrap().push(modes_on(&seen.0));
                    } else {
                        others(info);
                    }
                });
                let out = recorder.clone();
                std::panic::set_hook(Box::new(panic_hook(owner, restorer, move || out.clone(), before)));
                let worker = std::thread::spawn(|| panic!("on purpose here: a worker"));
                assert!(worker.join().is_err());
                assert!(modes_on(&recorder).contains(&"1049".to_owned()), "the screen stays while the loop lives");
                panic!("on purpose here: the loop");
            }
        });
        assert!(loop_thread.join().is_err());
        drop(std::panic::take_hook());
        assert_eq!(*told.lock().unwrap(), [Vec::<String>::new()], "told once, after the screen was put back");
    }
}
