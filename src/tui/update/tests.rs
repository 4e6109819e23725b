//! Keys and messages in, state and effects out. No terminal, no thread, no clock.

use super::*;
use crate::command::Call;
use crate::tui::data::facts::Facts;
use crate::tui::data::{Bench, Deed, Proposal};
use crate::tui::keymap::key::Key;
use crate::tui::overlay::Overlay;
use crate::tui::testing::{START, model};
use crate::tui::view::{Around, Look, Reply, View, ViewRow};

/// A view that says what it was told.
#[derive(Debug, Default)]
struct Echo {
    told: Vec<String>,
}

impl View for Echo {
    fn refresh(&mut self, _: &mut Reply) {
        self.told.push("refresh".to_owned());
    }

    fn modes(&self) -> &'static [&'static str] {
        &["table"]
    }

    fn conditions(&self, conditions: &mut crate::command::when::Conditions) {
        conditions.set("rows", true);
    }

    fn command(&mut self, call: &Call, _: Around<'_>, reply: &mut Reply) -> bool {
        self.told.push(call.to_string());
        reply.changed = call.id == "table.down";
        if call.id == "table.open" {
            reply.call("table.open");
        }
        call.id.starts_with("table.") && self.told.len() < 1_000
    }

    fn answer(
        &mut self,
        slot: crate::tui::message::Slot,
        _: Option<Result<crate::tui::message::Answer, String>>,
        reply: &mut Reply,
    ) {
        self.told.push(slot.to_owned());
        reply.changed = true;
    }

    fn draw(
        &self,
        _: Look<'_>,
        _: ratatui::layout::Rect,
        _: &mut ratatui::buffer::Buffer,
    ) -> crate::tui::regions::Regions {
        crate::tui::regions::Regions::default()
    }

    fn draft(&self) -> Option<(String, String)> {
        Some(("echo".to_owned(), "half a sentence".to_owned()))
    }
}

static TABS: [ViewRow; 3] = [
    ViewRow { id: "one", title: "One", commands: &[], make: || Box::new(Echo::default()) },
    ViewRow { id: "two", title: "Two", commands: &[], make: || Box::new(Echo::default()) },
    ViewRow { id: "three", title: "Three", commands: &[], make: || Box::new(Echo::default()) },
];

fn press(model: &mut Model, keys: &str) -> Vec<Step> {
    let keys: Vec<Key> = Key::parse_all(keys).unwrap();
    keys.into_iter().map(|key| update(model, Msg::Key(key))).collect()
}

/// A session with a case open and three tabs.
fn opened_model() -> Model {
    let mut model = model();
    model.tabs = &TABS;
    let step = update(&mut model, Msg::Opened(Ok(Opened { path: "/tmp/hub.case".into(), ..Opened::default() })));
    assert!(step.changed && step.effects.is_empty(), "{step:?}");
    model
}

/// The gravest word that shows; empty without one.
fn said(model: &Model) -> String {
    model.toasts.shown(model.settings.now).first().map_or_else(String::new, |toast| toast.text.clone())
}

fn told(model: &Model) -> String {
    format!("{:?}", model.front().unwrap().view)
}

#[test]
fn digits_tabs_and_back() {
    let mut model = opened_model();
    let table = [("2", "two"), ("2", "two"), ("3", "three"), ("9", "three"), ("Tab", "one"), ("Shift-Tab", "three")];
    for (keys, wanted) in table {
        press(&mut model, keys);
        assert_eq!(model.view_id(), wanted, "{keys}");
    }
    for wanted in ["one", "three", "two", "one", "one"] {
        press(&mut model, "Esc");
        assert_eq!(model.view_id(), wanted);
    }
    assert_eq!(model.views.len(), 3, "a view is made once");
}

#[test]
fn only_what_changes_something_visible_asks_for_a_frame() {
    let mut model = opened_model();
    let changed = |model: &mut Model, keys| press(model, keys).last().unwrap().changed;
    assert!(changed(&mut model, "j") && !changed(&mut model, "k"), "the view says");
    assert!(!changed(&mut model, "1") && !changed(&mut model, "9") && !changed(&mut model, "x"));
    assert!(changed(&mut model, "g"), "what may follow shows");
    assert!(changed(&mut model, "x"), "and goes");
    let facts = Facts { title: "Hub".to_owned(), ..Facts::default() };
    assert!(update(&mut model, Msg::Facts(facts.clone())).changed);
    assert!(!update(&mut model, Msg::Facts(facts)).changed);
    assert!(!update(&mut model, Msg::Clock(Micros(START.0 + 59_000_000))).changed, "the same minute");
    assert!(update(&mut model, Msg::Clock(Micros(START.0 + 60_000_000))).changed);
    press(&mut model, "2");
    assert!(!update(&mut model, Msg::Answer("one.rows", None)).changed, "that view is behind");
    assert!(update(&mut model, Msg::Answer("two.rows", None)).changed);
    assert!(!update(&mut model, Msg::Answer("four.rows", None)).changed);
}

#[test]
fn what_others_write_is_asked_for_when_it_is_seen() {
    let mut model = opened_model();
    press(&mut model, "2");
    update(&mut model, Msg::Changed);
    assert_eq!(told(&model).matches("refresh").count(), 2);
    press(&mut model, "1");
    assert_eq!(told(&model).matches("refresh").count(), 2, "it was behind when it happened");
    press(&mut model, "2");
    assert_eq!(told(&model).matches("refresh").count(), 2);
}

#[test]
fn the_palette_gives_commands_with_arguments() {
    let mut model = opened_model();
    press(&mut model, ":");
    update(&mut model, Msg::Paste("view.go three\n".to_owned()));
    assert_eq!(model.view_id(), "one");
    press(&mut model, "Enter");
    assert_eq!((model.view_id(), model.overlays.len()), ("three", 0));
    press(&mut model, ": q u i t");
    let steps = press(&mut model, "Enter");
    let effects = format!("{:?}", steps.last().unwrap().effects);
    assert!(effects.contains("Quit"), "{effects}");
    press(&mut model, ": z z z z Enter");
    assert!(said(&model).contains("no command"));
    press(&mut model, "Esc");
    assert!(model.overlays.is_empty());
}

#[test]
fn reading_only_has_no_way_to_change_anything() {
    let mut model = opened_model();
    model.settings.read_only = true;
    for row in model.commands.clone().rows().filter(|row| !row.allowed(true) && row.in_terminal()) {
        let mut step = Step::default();
        call(&mut model, &Call::parse(&format!("{} x", row.id)), &mut step);
        assert!(step.effects.is_empty() && model.work.is_none(), "{}", row.id);
        assert!(said(&model).contains("reading only"), "{}", row.id);
    }
    press(&mut model, ":");
    let Some(Overlay::Palette(palette)) = model.overlays.last() else { panic!("no palette") };
    for entry in palette.found() {
        assert!(model.commands.get(&entry.call.id).unwrap().allowed(true), "{}", entry.call);
    }
    press(&mut model, "Esc ?");
    let Some(Overlay::Page(page)) = model.overlays.last() else { panic!("no help") };
    assert!(!format!("{page:?}").contains("Take back"), "{page:?}");
}

#[derive(Debug)]
struct Nothing;

impl Deed for Nothing {
    fn title(&self) -> String {
        "nothing".to_owned()
    }

    fn run(&self, _: &Bench<'_>) -> Result<Done, String> {
        Ok(Done::default())
    }
}

#[test]
fn what_a_person_asks_for_waits_for_what_nobody_asked_for() {
    let mut model = model();
    model.tabs = &TABS;
    let hub = || Msg::Opened(Ok(Opened { path: "/tmp/hub.case".into(), stale: true, ..Opened::default() }));
    assert!(format!("{:?}", update(&mut model, hub()).effects).contains("Refresh"));
    assert!(press(&mut model, "u").iter().all(|step| step.effects.is_empty()));
    assert!(said(&model).contains("follows when folding is done"), "{}", said(&model));
    assert!(press(&mut model, "u").iter().all(|step| step.effects.is_empty()), "once is enough");
    assert!(said(&model).contains("still going on"), "{}", said(&model));
    for outcome in [Ok(Done::default()), Err("stale".to_owned())] {
        let step = update(&mut model, Msg::Done(outcome));
        assert!(format!("{:?}", step.effects).contains("PlanUndo"), "{step:?}");
        assert!(model.waiting.is_none() && !model.work_unasked && model.work.is_some());
        update(&mut model, Msg::Done(Ok(Done::default())));
        update(&mut model, hub());
        press(&mut model, "u");
    }
    let mut leaving = format!("{:?}", update(&mut model, Msg::Leave).effects);
    leaving.retain(|c| !c.is_whitespace());
    assert!(leaving.contains("PlanUndo") && leaving.ends_with("Quit]"), "{leaving}");
    press(&mut model, "u");
    // Another case: what was meant for the first is not done to the second.
    update(&mut model, hub());
    assert!(said(&model).contains("was not done"), "{}", said(&model));
    assert!(format!("{:?}", model.waiting).contains("Refresh"), "the second case is folded, too");
}

#[test]
fn a_proposal_is_done_only_on_yes_and_one_deed_at_a_time() {
    let mut model = opened_model();
    let propose = |model: &mut Model| {
        let proposal = Proposal { title: "Sure?".to_owned(), lines: Vec::new(), deed: Box::new(Nothing) };
        update(model, Msg::Done(Ok(Done { proposal: Some(proposal), ..Done::default() })));
    };
    let steps = press(&mut model, "u");
    assert!(format!("{:?}", steps[0].effects).contains("PlanUndo"));
    assert!(press(&mut model, "u").iter().all(|step| step.effects.is_empty()), "it is still going on");
    propose(&mut model);
    for no in ["n", "Esc", "Enter", "Tab Tab Enter"] {
        assert!(press(&mut model, no).iter().all(|step| step.effects.is_empty()), "{no}");
        assert!(model.overlays.is_empty() && model.work.is_none(), "{no}: a stray Enter changes nothing");
        propose(&mut model);
    }
    assert!(format!("{:?}", press(&mut model, "Tab Enter")[1].effects).contains("Nothing"));
    update(&mut model, Msg::Done(Ok(Done::default())));
    propose(&mut model);
    let steps = press(&mut model, "y");
    assert!(format!("{:?}", steps[0].effects).contains("Nothing"));
    assert!(model.work.is_some());
    assert!(format!("{:?}", press(&mut model, "Ctrl-x")[0].effects).contains("Cancel"));
    update(&mut model, Msg::Done(Err("disk full".to_owned())));
    assert!(model.work.is_none() && said(&model) == "disk full");
    assert!(update(&mut model, Msg::Clock(Micros(START.0 + 3_600_000_000))).changed);
    assert!(!said(&model).is_empty(), "an error stays until a key is pressed");
    press(&mut model, "x");
    assert!(said(&model).is_empty());
}

#[test]
fn leaving_keeps_drafts_first() {
    for msg in [Msg::Leave, Msg::Key(Key::parse("q").unwrap())] {
        let mut model = opened_model();
        let step = update(&mut model, msg);
        let effects: Vec<String> = step.effects.iter().map(|effect| format!("{effect:?}")).collect();
        assert_eq!(effects, ["KeepDraft { name: \"echo\", text: \"half a sentence\" }", "Quit"]);
    }
}

#[test]
fn commands_that_lead_to_themselves_end() {
    let mut model = opened_model();
    press(&mut model, "Enter");
    assert!(told(&model).matches("table.open").count() <= 10, "{}", told(&model).matches("table.open").count());
}

#[test]
fn a_case_that_cannot_be_opened_leaves_everything_as_it_was() {
    let mut model = model();
    let step = begin(&mut model, Some("/tmp/no.case".into()));
    assert!(matches!(step.effects.as_slice(), [Effect::Open(_)]) && model.opening.is_some());
    update(&mut model, Msg::Opened(Err("it is gone".to_owned())));
    assert!(model.case.is_none() && model.opening.is_none() && said(&model) == "it is gone");
}

#[test]
fn events_that_nothing_follows_are_folded_unless_reading_only() {
    for (read_only, wanted) in [(false, 1), (true, 0)] {
        let mut model = model();
        model.tabs = &TABS;
        model.settings.read_only = read_only;
        let step = update(
            &mut model,
            Msg::Opened(Ok(Opened { path: "/tmp/hub.case".into(), stale: true, ..Opened::default() })),
        );
        assert_eq!(step.effects.iter().filter(|effect| matches!(effect, Effect::Do(_))).count(), wanted);
        assert_eq!(!said(&model).is_empty(), read_only);
    }
}

/// What brings a model to a place.
type Place = Box<dyn Fn(&mut Model)>;

#[test]
fn every_terminal_command_is_understood_somewhere() {
    for row in crate::tui::commands().rows().filter(|row| row.in_terminal()) {
        let understood = |prepare: &dyn Fn(&mut Model)| {
            let mut model = model();
            prepare(&mut model);
            let mut step = Step::default();
            call(&mut model, &Call::parse(&format!("{} 1", row.id)), &mut step);
            !model.toasts.history().any(|toast| toast.text.contains("does nothing here"))
        };
        let open = |model: &mut Model| {
            drop(update(model, Msg::Opened(Ok(Opened { path: "/x.case".into(), ..Opened::default() }))))
        };
        let asked = |model: &mut Model| {
            let proposal = Proposal { title: String::new(), lines: Vec::new(), deed: Box::new(Nothing) };
            model.overlays.push(Overlay::Dialog(Box::new(proposal.into())));
        };
        let mut places: Vec<Place> = vec![Box::new(|_| ()), Box::new(open), Box::new(asked)];
        // While something is typed, in the search, in a note, and in every view.
        let keys = [": q", "Ctrl-p", "n"].map(str::to_owned);
        for keys in keys {
            places.push(Box::new(move |model| {
                open(model);
                press(model, &keys);
            }));
        }
        for view in crate::tui::view::VIEWS {
            places.push(Box::new(move |model| {
                open(model);
                call(model, &Call::parse(&format!("view.go {}", view.id)), &mut Step::default());
            }));
        }
        assert!(places.iter().any(|place| understood(place.as_ref())), "{}", row.id);
    }
}

#[test]
fn the_palette_tells_the_digits_of_views() {
    let mut model = model();
    update(&mut model, Msg::Opened(Ok(Opened { path: "/x.case".into(), stale: false, resumes: None })));
    press(&mut model, ":");
    let Some(Overlay::Palette(palette)) = model.overlays.last() else { panic!("no palette") };
    let keys: Vec<&str> = palette.found().iter().take(10).map(|entry| entry.keys.as_str()).collect();
    assert_eq!(keys, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]);
}
