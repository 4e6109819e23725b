//! Making the exercise's case from the evidence this program carries.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::import::{Input, Options, Silent, import};
use crate::case::events::indicators::Says;
use crate::case::events::kinds::{Awareness, Genesis, Severity};
use crate::case::query::triage::words::words;
use crate::case::store::NewCase;
use crate::case::{Case, CaseError};
use crate::collect::exercise;
use crate::env::Env;
use crate::model::id::{Id, hex};
use crate::model::indicator::{State, Target, Window};
use crate::model::judgement::Field;
use crate::model::time::Micros;

/// The exercise's file name.
pub const NAME: &str = "exercise.case";

/// Makes it in that folder.
pub fn make(folder: &Path, env: &Env, cancel: &AtomicBool) -> Result<Case, CaseError> {
    let env = time(env);
    let mut case = Case::create(&folder.join(NAME), &NewCase { genesis: genesis(), group: None }, &env)?;
    let inputs = exercise::FILES.iter().map(|file| {
        // Files that say no time of their own were handed over when the exercise begins.
        let as_of = Micros::parse_rfc3339(file.as_of.unwrap_or(exercise::START));
        Input::exercise(file.path, file.bytes, file.context, as_of)
    });
    import(&mut case, inputs.collect(), &Options { steady: true, ..Options::default() }, &Silent, cancel)?;
    accuse(&mut case)?;
    overrule(&mut case)?;
    Ok(case)
}

/// What the responder has said already when the exercise begins.
fn accuse(case: &mut Case) -> Result<(), CaseError> {
    let (written, window, source) = exercise::INDICATOR;
    let refused = |e: &dyn std::fmt::Display| CaseError::Refused(format!("the exercise's indicator: {e}"));
    let target = Target::parse(written).map_err(|e| refused(&e))?;
    let window = Window::parse(window, Micros(0)).map_err(|e| refused(&e))?.window;
    let says =
        Says { state: Some(State::Bad), window: Some(window), source: Some(source.to_owned()), ..Says::default() };
    case.add_indicator(Id::derived("exercise", &[written]), &target, written, says).map(|_| ())
}

/// What the responder has set by hand over what the facts give.
fn overrule(case: &mut Case) -> Result<(), CaseError> {
    let (image, priority, reason) = exercise::OVERRIDE;
    case.refresh()?;
    let value = Some(priority.as_str().to_owned());
    let words = words(case.conn(), &[image], &[(Field::Priority, value)], reason)
        .map_err(|e| CaseError::Refused(format!("the exercise's override: {e}")))?;
    case.judge(&words).map(|_| ())
}

/// The exercise plays at its own time, so that ages and deadlines mean something and its picture is the same everywhere.
pub fn time(env: &Env) -> Env {
    let start = Micros::parse_rfc3339(exercise::START);
    start.map_or_else(|| env.clone(), |start| at(env, start))
}

/// The time goes on from a moment on.
fn at(env: &Env, moment: Micros) -> Env {
    let began = env.now();
    let clock = Arc::clone(&env.clock);
    Env { clock: Arc::new(move || (Micros(moment.0 + clock().0.0 - began.0), 0)), ..env.clone() }
}

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// The most that an exercise takes.
const LASTS: i64 = 60 * DAY;

/// True for a time within the exercise, or on its eve.
fn is_inside(at: Micros) -> bool {
    let start = Micros::parse_rfc3339(exercise::START);
    start.is_some_and(|start| (-DAY..LASTS).contains(&at.0.saturating_sub(start.0)))
}

/// The moment at which an exercise goes on: when its last word was said, for its time stands still while nobody looks.
/// None for any other case; it is known by what its first event was made of, wherever the file is and whatever it is
/// called.
pub fn resumes(case: &Case) -> Result<Option<Micros>, CaseError> {
    if case.genesis()?.is_none_or(|made| made.nonce != genesis().nonce) {
        return Ok(None);
    }
    // Words that were said by a real clock belong to no exercise; its time does not run after them.
    let last = Some(case.last_said()?).filter(|last| is_inside(*last));
    Ok(last.or_else(|| Micros::parse_rfc3339(exercise::START)))
}

/// The world in which a file is opened, where it is an exercise and the clock does not tell its time already.
pub fn world_of(path: &Path, env: &Env) -> Option<Env> {
    if is_inside(env.now()) {
        return None;
    }
    let case = Case::open(path, crate::case::Access::Read, env).ok()?;
    world_after(&case, env).ok()?
}

/// The world at the moment at which an exercise goes on; none for any other case.
pub fn world_after(case: &Case, env: &Env) -> Result<Option<Env>, CaseError> {
    Ok(resumes(case)?.map(|moment| at(env, moment)))
}

/// A clock that can be put to another time while it is read.
#[derive(Debug, Clone, Default)]
pub struct Switch(Arc<AtomicI64>);

impl Switch {
    /// The world with that clock.
    pub fn world(&self, env: &Env) -> Env {
        let (ahead, clock) = (Arc::clone(&self.0), Arc::clone(&env.clock));
        let shifted = move || {
            let (now, offset) = clock();
            let ahead = ahead.load(Ordering::Relaxed);
            (Micros(now.0.saturating_add(ahead)), if ahead == 0 { offset } else { 0 })
        };
        Env { clock: Arc::new(shifted), ..env.clone() }
    }

    /// It goes on from a moment; none puts it back to what it was.
    pub fn turn(&self, env: &Env, moment: Option<Micros>) {
        self.0.store(0, Ordering::Relaxed);
        if let Some(moment) = moment {
            self.0.store(moment.0.saturating_sub(env.now().0), Ordering::Relaxed);
        }
    }
}

/// A new folder of its own among the temporary files.
pub fn temporary_folder(env: &Env) -> Result<PathBuf, String> {
    let mut nonce = [0; 4];
    (env.random)(&mut nonce)?;
    let temporary = env.vars.get("TMPDIR").filter(|v| !v.is_empty()).cloned().unwrap_or_else(|| "/tmp".into());
    let folder = PathBuf::from(temporary).join(format!("hullbreach-exercise-{}", hex(&nonce)));
    crate::case::identity::private_dir(&folder).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// The exercise begins alike on every machine.
fn genesis() -> Genesis {
    let aware = Micros::parse_rfc3339(exercise::AWARE);
    Genesis {
        nonce: Id::derived("exercise", &["1"]),
        title: exercise::TITLE.to_owned(),
        severity: Some(Severity::Critical),
        tlp: Some("AMBER+STRICT".to_owned()),
        aware: aware.map(|at| Awareness {
            at,
            written: exercise::AWARE.to_owned(),
            source: Some(exercise::AWARE_SOURCE.to_owned()),
        }),
        tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_put_to_another_time_and_back() {
        let real = Micros(900);
        let env = Env { clock: Arc::new(move || (real, 60)), ..Env::bare("/", &[]) };
        let switch = Switch::default();
        let world = switch.world(&env);
        assert_eq!((world.clock)(), (real, 60));
        switch.turn(&world, Some(Micros(50)));
        assert_eq!((world.clock)(), (Micros(50), 0));
        // A second case is opened while the clock is put forward.
        switch.turn(&world, Some(Micros(2_000)));
        assert_eq!(world.now(), Micros(2_000));
        switch.turn(&world, None);
        assert_eq!(world.now(), real);
    }
}
