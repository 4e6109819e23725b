//! A deadline that nears is said once, and heard.

use super::say;
use crate::respond::left;
use crate::tui::data::facts::Deadline;
use crate::tui::message::{Effect, Step};
use crate::tui::model::Model;
use crate::tui::model::toast::Tone;

/// Says which deadlines are near that nobody was told of, and rings once for all of them.
pub fn ring(model: &mut Model, step: &mut Step) {
    let now = model.settings.now;
    let facts = model.case.as_ref().and_then(|case| case.facts.as_ref());
    let near = facts.into_iter().flat_map(|facts| &facts.deadlines).filter(|deadline| deadline.near <= now);
    let fresh: Vec<Deadline> =
        near.filter(|deadline| !model.rung.contains(&(deadline.id.clone(), deadline.due))).cloned().collect();
    let Some(first) = fresh.first() else { return };
    let more = match fresh.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more; Clocks lists them"),
    };
    let time = if first.due < now { "is over".to_owned() } else { format!("left {}", left(now, first.due)) };
    let text = format!("{}: {time}{more}", first.title);
    model.rung.extend(fresh.into_iter().map(|deadline| (deadline.id, deadline.due)));
    say(model, Tone::Warning, &text, step);
    if !model.settings.silent {
        step.effects.push(Effect::Ring(text));
    }
}

/// Rings from now on, or does not any more.
pub fn toggle(model: &mut Model, step: &mut Step) {
    model.settings.silent = !model.settings.silent;
    let text = if model.settings.silent {
        "deadlines are shown and do not ring"
    } else {
        "the bell rings once when a deadline nears"
    };
    say(model, Tone::Info, text, step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Micros;
    use crate::tui::data::facts::Facts;
    use crate::tui::keymap::read::merged;
    use crate::tui::message::{Msg, Opened};
    use crate::tui::model::Settings;
    use crate::tui::update::update;
    use crate::tui::{commands, view};

    const HOUR: i64 = 3_600_000_000;

    fn facts(due: i64) -> Facts {
        let (near, due) = (Micros(due - HOUR), Micros(due));
        let deadlines = vec![Deadline { id: "gdpr".into(), title: "GDPR Notify".into(), near, due }];
        Facts { deadlines, ..Facts::default() }
    }

    fn rings(step: Step) -> Vec<String> {
        let text = |effect| if let Effect::Ring(text) = effect { Some(text) } else { None };
        step.effects.into_iter().filter_map(text).collect()
    }

    fn session(settings: Settings) -> Model {
        let commands = commands();
        let (keymap, _) = merged(None, &commands, &view::ids());
        let mut model = Model::new(&[], commands, keymap, settings);
        update(&mut model, Msg::Opened(Ok(Opened { path: "/tmp/hub.case".into(), ..Opened::default() })));
        model
    }

    #[test]
    fn a_deadline_rings_once_when_it_nears() {
        let mut model = session(Settings { read_only: true, ..Settings::default() });
        assert!(rings(update(&mut model, Msg::Facts(facts(3 * HOUR)))).is_empty(), "it is far away");
        assert!(rings(update(&mut model, Msg::Clock(Micros(HOUR)))).is_empty());
        assert_eq!(rings(update(&mut model, Msg::Clock(Micros(2 * HOUR)))), ["GDPR Notify: left 01:00"]);
        assert!(rings(update(&mut model, Msg::Clock(Micros(2 * HOUR + 1)))).is_empty());
        assert!(rings(update(&mut model, Msg::Facts(facts(3 * HOUR)))).is_empty(), "it was said");
        // Another due time is another deadline.
        let moved = rings(update(&mut model, Msg::Facts(facts(3 * HOUR - 1))));
        assert_eq!(moved, ["GDPR Notify: left 00:59"]);
        // And so it is in another case.
        update(&mut model, Msg::Opened(Ok(Opened { path: "/tmp/other.case".into(), ..Opened::default() })));
        assert_eq!(rings(update(&mut model, Msg::Facts(facts(3 * HOUR)))).len(), 1);
    }

    #[test]
    fn it_can_be_silenced_and_is_shown_all_the_same() {
        let mut model = session(Settings { silent: true, ..Settings::default() });
        let step = update(&mut model, Msg::Facts(facts(1)));
        assert!(step.changed && rings(step).is_empty());
        let shown = model.toasts.shown(model.settings.now);
        assert!(shown.first().is_some_and(|toast| toast.text.starts_with("GDPR Notify")));
        toggle(&mut model, &mut Step::default());
        assert!(!model.settings.silent);
        assert_eq!(rings(update(&mut model, Msg::Facts(facts(2)))).len(), 1);
    }
}
