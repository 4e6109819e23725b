//! Making the exercise's case from the evidence this program carries.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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
    let Some(start) = Micros::parse_rfc3339(exercise::START) else { return env.clone() };
    let began = env.now();
    let clock = Arc::clone(&env.clock);
    Env { clock: Arc::new(move || (Micros(start.0 + clock().0.0 - began.0), 0)), ..env.clone() }
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
