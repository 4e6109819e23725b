//! Every widget with a state made of names, to be drawn anywhere.

use hullbreach::model::time::Micros;
use hullbreach::tui::theme::{Slot, Theme};
use hullbreach::tui::widget::detail::{Detail, DetailPart, DetailState};
use hullbreach::tui::widget::dialog::{Choice, Dialog};
use hullbreach::tui::widget::editor::{Draft, Editor, Go};
use hullbreach::tui::widget::input::{Completion, Edit, Input, InputState, Problem};
use hullbreach::tui::widget::progress::Progress;
use hullbreach::tui::widget::split::{Lie, Pane, Split};
use hullbreach::tui::widget::table::{Bar, Table, TableState};
use hullbreach::tui::widget::toast::{Toasts, Tone};
use hullbreach::tui::widget::tree::{Label, Outline, OutlineRow, Step, Tree, TreePart, TreeState};
use hullbreach::tui::widget::{Line, Move, Regions, crumbs, editor, meter};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::support::{COLUMNS, Names};

/// A tree whose first root is open, its second child too.
pub fn outline(names: &Names, area: Rect) -> (TreeState<u64>, Outline<u64>) {
    let (mut state, mut outline) = (TreeState::default(), Outline::default());
    outline.rebuild(names);
    state.reconcile(&outline);
    state.seen(&Regions::<()>::new(area));
    state.step(Step::Open, &mut outline, names);
    state.apply(Move::Down(2), &outline);
    state.step(Step::Open, &mut outline, names);
    (state, outline)
}

pub fn tree(
    names: &Names,
    state: &TreeState<u64>,
    outline: &Outline<u64>,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Regions<TreePart> {
    let label = |row: &OutlineRow<u64>| {
        let node = row.node().copied().unwrap_or(0);
        Label { line: Line::plain(names.name(node).to_owned()), right: Line::new(format!("{node} uses"), Slot::Muted) }
    };
    Tree { outline, label, focused: true, empty: "No lineage is known.\nImport layers first." }
        .draw(state, theme, area, buffer)
}

pub fn detail(names: &Names, right: u16, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<DetailPart> {
    let detail = Detail {
        tabs: &["uses", "names", "evidence"],
        lines: names,
        meant: Some(names.total / 2),
        focused: true,
        empty: "No evidence.",
    };
    let mut state = DetailState::default();
    state.show(2, 3);
    state.seen(&detail.draw(&state, theme, area, &mut buffer.clone()));
    state.reveal(names.total / 2, names.total);
    state.apply(Move::Right(right), names.total);
    detail.draw(&state, theme, area, buffer)
}

/// How many kinds [`draw_any`] knows.
pub const KINDS: usize = 11;

/// What a property test chooses.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub kind: usize,
    pub at: u64,
    pub number: u64,
    pub flag: bool,
}

/// Draws one kind of widget made of these names.
pub fn draw_any(chosen: &Chosen, names: &Names, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Chosen { at, number, flag, .. } = *chosen;
    let text = names.names.join(" ");
    match chosen.kind {
        0 => any_table(chosen, names, theme, area, buffer),
        1 => {
            let (mut state, outline) = outline(names, area);
            state.apply(Move::Down(at), &outline);
            state.seen(&tree(names, &state, &outline, theme, area, buffer));
            tree(names, &state, &outline, theme, area, buffer);
        }
        2 => drop(detail(names, number as u16, theme, area, buffer)),
        3 => any_input(chosen, names, theme, area, buffer),
        4 => any_editor(chosen, names, theme, area, buffer),
        5 => any_dialog(chosen, names, theme, area, buffer),
        6 => {
            let mut toasts = Toasts::default();
            let all = [Tone::Info, Tone::Success, Tone::Warning, Tone::Error];
            for (name, tone) in names.names.iter().zip(all) {
                toasts.push(Micros(at as i64), tone, name.clone());
            }
            toasts.draw(Micros(at as i64), theme, area, buffer);
        }
        7 => {
            let total = flag.then_some(number);
            let label = names.name(at).to_owned();
            let progress = Progress { label, done: at, total, bytes: at, rate: total, tick: at as usize, cancel: text };
            progress.draw(theme, area, buffer);
        }
        8 => drop(crumbs::draw(&names.names, theme, area, buffer)),
        9 => {
            meter::draw_bar(at, number, Slot::Accent, theme, area, buffer);
            meter::draw_line(&[at, number, 0, u64::MAX], Slot::Accent, theme, area, buffer);
        }
        _ => {
            let mut split = Split::new(if flag { Lie::Beside } else { Lie::Stacked }, number as u16, (at as u16, 3));
            split.drag(Position::new(at as u16, number as u16), area);
            split.draw(&split.panes(area, Pane::Second), theme, buffer);
        }
    }
}

fn any_table(chosen: &Chosen, names: &Names, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Chosen { at, number, flag, .. } = *chosen;
    let text = names.names.join(" ");
    let mut table = Table::new(&COLUMNS, names);
    table.bar = if flag { Bar::Row } else { Bar::Lead };
    (table.pinned, table.focused, table.empty) = (number as usize % 4, flag, &text);
    let mut state = TableState::default();
    state.select(at, names);
    state.begin_range();
    state.apply(Move::Down(number), names);
    state.apply(Move::Right((number % 9) as u16), names);
    state.sort_by(&COLUMNS[number as usize % 6]);
    state.toggle_mark(names);
    state.seen(&table.draw(&state, theme, area, buffer));
    table.draw(&state, theme, area, buffer);
}

fn any_input(chosen: &Chosen, names: &Names, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Chosen { at, number, flag, .. } = *chosen;
    let text = names.names.join(" ");
    let mut state = InputState::default();
    state.apply(Edit::Paste(text.clone()));
    for _ in 0..at % 20 {
        state.apply(Edit::Left);
    }
    let items = names.names.iter().map(|name| (name.clone(), text.clone())).collect();
    state.offer(Completion { replaces: 0..0, items, chosen: flag.then_some(number as usize % 5) });
    state.problem = flag.then(|| Problem { range: 0..number as usize, message: text.clone() });
    let input = Input { prompt: names.name(at), placeholder: names.name(number), focused: flag };
    input.draw(&state, theme, area, buffer);
    let line = Rect { height: area.height.min(1), ..area };
    input.draw_completions(&state, theme, line, area, buffer);
}

fn any_editor(chosen: &Chosen, names: &Names, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let draft = Draft { id: String::new(), text: names.names.join("\n"), cursor: (chosen.at as usize, 3) };
    let mut editor = Editor::open(draft, theme);
    editor.apply(editor::Edit::Paste(names.names.join(" ")));
    editor.draw(theme, area, buffer);
    editor.apply(editor::Edit::Go(Go::At(chosen.number as u16, chosen.at as u16)));
    editor.draw(theme, area, buffer);
}

fn any_dialog(chosen: &Chosen, names: &Names, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let text = names.names.join(" ");
    let options = names.names.iter().map(|name| Choice { label: name.clone(), note: text.clone() }).collect();
    let dialog = match chosen.number % 4 {
        0 => Dialog::confirm(&text, &text, &text),
        1 => Dialog::dangerous(&text, &text, &text, names.name(chosen.at)),
        2 => Dialog::choice(&text, &text, options, chosen.at as usize),
        _ => Dialog::ask(&text, &text, &text),
    };
    dialog.with_consequences(names.names.iter().cloned()).draw(theme, area, buffer);
}
