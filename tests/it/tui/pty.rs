//! The program in a terminal of its own, and what that terminal shows. Waits for text, never for time.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::support::World;

/// Far longer than anything takes, also on a busy machine; only a failure waits for it.
pub const LONG: Duration = Duration::from_secs(90);

/// A terminal with a program in it.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
}

/// What arrived so far.
struct Shown {
    parser: vt100::Parser,
    bytes: usize,
    ended: bool,
}

fn size(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap())
}

/// A terminal of 80 columns and 24 rows with a command in it, in the world of ana.
fn begin(
    world: &World,
    mut command: CommandBuilder,
    vars: &[(&str, &str)],
) -> (Box<dyn MasterPty + Send>, Box<dyn Child + Send + Sync>) {
    let home = world.root().join("ana");
    std::fs::create_dir_all(&home).unwrap();
    command.env_clear();
    let own = [("TERM", "xterm-256color"), ("USER", "ana"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")];
    for (name, value) in own.iter().chain(vars) {
        command.env(name, value);
    }
    command.env("HOME", &home);
    command.env("TMPDIR", world.root());
    command.cwd(world.cases());
    let pty = native_pty_system();
    let pair = pty.openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    (pair.master, child)
}

/// The built program with these arguments, in a terminal that nobody reads yet.
pub fn spawned(world: &World, arguments: &[&str]) -> (Box<dyn MasterPty + Send>, Box<dyn Child + Send + Sync>) {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hullbreach"));
    command.args(arguments);
    begin(world, command, &[])
}

impl Pty {
    /// The built program with these arguments, in the world of ana, on 80 columns and 24 rows.
    pub fn hullbreach(world: &World, arguments: &[&str], vars: &[(&str, &str)]) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hullbreach"));
        command.args(arguments);
        Pty::start(world, command, vars)
    }

    /// Any command, with an environment of its own.
    pub fn start(world: &World, command: CommandBuilder, vars: &[(&str, &str)]) -> Pty {
        let (master, child) = begin(world, command, vars);
        let (rows, columns) = size(80, 24);
        let shown = Shown { parser: vt100::Parser::new(rows, columns, 0), bytes: 0, ended: false };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let (mut reader, sink) = (master.try_clone_reader().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let n = reader.read(&mut chunk).unwrap_or(0);
                let mut shown = sink.0.lock().unwrap();
                shown.parser.process(&chunk[..n]);
                shown.bytes += n;
                shown.ended = n == 0;
                sink.1.notify_all();
                if n == 0 {
                    return;
                }
            }
        });
        let keys = master.take_writer().unwrap();
        Pty { master, child, keys, shown }
    }

    /// Presses keys, as the bytes a terminal sends for them.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the screen fits.
    #[track_caller]
    pub fn until(&self, what: &str, fits: impl Fn(&vt100::Screen) -> bool) {
        let begun = Instant::now();
        let mut shown = self.shown.0.lock().unwrap();
        while !fits(shown.parser.screen()) {
            let left = LONG.saturating_sub(begun.elapsed());
            assert!(!left.is_zero() && !shown.ended, "no {what} on:\n{}", shown.parser.screen().contents());
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Waits until that text is on the screen.
    #[track_caller]
    pub fn see(&self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits for a case that was just made, and goes to its images.
    #[track_caller]
    pub fn images(&mut self) {
        self.see("[1 Situation]");
        self.press("2");
        self.see("No images yet");
    }

    /// Something about the screen as it is now.
    pub fn screen<T>(&self, ask: impl FnOnce(&vt100::Screen) -> T) -> T {
        ask(self.shown.0.lock().unwrap().parser.screen())
    }

    /// Bytes that the program wrote so far.
    pub fn bytes(&self) -> usize {
        self.shown.0.lock().unwrap().bytes
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let (high, wide) = size(columns, rows);
        self.shown.0.lock().unwrap().parser.screen_mut().set_size(high, wide);
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// The program's process.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for its end, and until everything it wrote was read; says how it ended.
    #[track_caller]
    pub fn end(&mut self) -> u32 {
        let begun = Instant::now();
        let mut shown = self.shown.0.lock().unwrap();
        while !shown.ended {
            let left = LONG.saturating_sub(begun.elapsed());
            assert!(!left.is_zero(), "it did not end; it shows:\n{}", shown.parser.screen().contents());
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
        drop(shown);
        self.child.wait().unwrap().exit_code()
    }

    /// Fails where the terminal was not put back.
    #[track_caller]
    pub fn assert_put_back(&self) {
        self.screen(|screen| {
            assert!(!screen.alternate_screen(), "the alternate screen stayed");
            assert!(!screen.bracketed_paste(), "bracketed paste stayed");
            assert!(!screen.hide_cursor(), "the cursor stayed hidden");
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse stayed taken");
        });
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
