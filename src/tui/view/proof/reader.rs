//! One piece of evidence, opened: its lines with numbers, what a fact points at highlighted, hidden secrets visible.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::raw::{Lines as Ask, Near, Origin, Page, RawLine};
use super::{LINES, PANE};
use crate::cli::words::{counted, short};
use crate::collect::redact::MARK;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::{Around, Look, Reply, pane};
use crate::tui::widget::detail::{Detail, DetailState, Lines, TextLine};
use crate::tui::widget::{Line, Move, Span, progress};

/// Columns that stay in sight before what is meant.
const LEAD: usize = 24;

/// One piece.
#[derive(Debug)]
pub struct Reader {
    id: String,
    meant: Option<(u64, u64)>,
    /// A locator, until its bytes are known.
    at: Option<String>,
    page: Option<Page>,
    problem: Option<String>,
    state: DetailState,
}

impl Lines for Reader {
    fn total(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| page.total)
    }

    fn line(&self, index: u64) -> Option<TextLine<'_>> {
        let line = self.raw(index)?;
        Some(TextLine { number: Some(line.number), line: shown(line) })
    }
}

/// The parts with their meanings. Scrubbing is the painter's.
fn shown(line: &RawLine) -> Line<'_> {
    let mut spans = Vec::new();
    let more = || Span::new("...", Slot::Muted);
    spans.extend(line.cut_before.then(more));
    let slots = [None, Some(Slot::Match), None];
    for (part, slot) in line.parts.iter().zip(slots) {
        let mut pieces = part.split(MARK);
        let piece = |text| Span { text: std::borrow::Cow::Borrowed(text), slot };
        spans.extend(pieces.next().filter(|text| !text.is_empty()).map(piece));
        for text in pieces {
            spans.push(Span::new(MARK, Slot::Warning));
            spans.extend((!text.is_empty()).then(|| piece(text)));
        }
    }
    spans.extend(line.cut_behind.then(more));
    Line::from(spans)
}

impl Reader {
    /// A piece that is to be read around a place, or from its beginning.
    fn new(id: &str, meant: Option<(u64, u64)>) -> Reader {
        let meant = meant.filter(|(_, length)| *length > 0);
        let id = id.strip_prefix("sha256:").unwrap_or(id);
        Reader { id: id.to_owned(), meant, at: None, page: None, problem: None, state: DetailState::default() }
    }

    /// `ID [FIRST+LENGTH | @LOCATOR]`, as a command that leads here says it.
    pub fn parse(argument: &str) -> Reader {
        let (id, place) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        let place = place.trim();
        let range = place.split_once('+').and_then(|(first, length)| Some((first.parse().ok()?, length.parse().ok()?)));
        let at = place.strip_prefix('@').map(str::to_owned);
        Reader { at, ..Reader::new(id, range) }
    }

    /// The piece.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The command that leads back here.
    pub fn place(&self) -> String {
        match (&self.at, self.meant) {
            (Some(at), _) => format!("{} @{at}", self.id),
            (None, Some((first, length))) => format!("{} {first}+{length}", self.id),
            (None, None) => self.id.clone(),
        }
    }

    /// Asks for its lines.
    pub fn ask(&self, reply: &mut Reply) {
        let near = match (&self.page, self.meant) {
            (Some(_), _) => Near::Line(self.state.offset()),
            (None, Some((first, _))) => Near::Byte(first),
            (None, None) => Near::Line(0),
        };
        let origin = self.page.as_ref().map(|page| page.origin.clone());
        reply.ask(LINES, Ask { id: self.id.clone(), near, meant: self.meant, at: self.at.clone(), origin }, true);
    }

    /// Lines came.
    pub fn take(&mut self, page: Page, reply: &mut Reply) {
        if page.id != self.id {
            return;
        }
        reply.changed = true;
        let first = self.page.is_none();
        let (meant, near, total) = (page.meant, page.near, page.total);
        (self.meant, self.at) = (page.range, None);
        if let Some(lost) = &page.lost {
            reply.say(Tone::Warning, lost.clone());
        }
        (self.page, self.problem) = (Some(page), None);
        if let Some(line) = near.filter(|_| first) {
            self.state.reveal(line, total);
        }
        if let Some(line) = meant.filter(|_| first) {
            self.state.reveal(line, total);
            let before = self.raw(line).map_or(0, |line| crate::model::text::width(&line.parts[0]));
            if before > LEAD * 2 {
                let columns = u16::try_from(before - LEAD).unwrap_or(u16::MAX);
                self.state.apply(Move::Right(columns), total);
            }
        }
    }

    /// It cannot be shown.
    pub fn failed(&mut self, why: String) {
        self.problem = Some(why);
    }

    fn raw(&self, index: u64) -> Option<&RawLine> {
        let lines = &self.page.as_ref()?.lines;
        let first = lines.first()?.number.checked_sub(1)?;
        lines.get(usize::try_from(index.checked_sub(first)?).ok()?)
    }

    /// Scrolls; false where the command is none of scrolling.
    pub fn command(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) -> bool {
        let Some(movement) = pane::text_movement(id) else { return false };
        self.state.seen(&pane::seen(around.regions, PANE));
        let total = self.total();
        reply.changed |= self.state.apply(movement, total);
        let (first, page) = (self.state.offset(), around.regions.page(PANE) as u64);
        let last = first.saturating_add(page).min(total).saturating_sub(1);
        if total > 0 && (self.raw(first).is_none() || self.raw(last).is_none()) {
            self.ask(reply);
        }
        true
    }

    /// Its name.
    pub fn crumb(&self) -> String {
        let line = self
            .page
            .as_ref()
            .and_then(|page| page.meant)
            .map_or_else(String::new, |line| format!(" line {}", line + 1));
        format!("{}{line}", short(&self.id))
    }

    /// Draws it.
    pub fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let (title, told) = (lines.line(), lines.line());
        let place = self.page.as_ref().map_or("reading ...", |page| &page.origin.place);
        let room = usize::from(area.width).saturating_sub(2);
        let place = crate::cli::words::short_path(place, room);
        put(buffer, title, &format!(" {place}"), look.theme.style(Slot::Title));
        let (text, slot) = match (&self.problem, &self.page) {
            (Some(problem), _) => (problem.clone(), Slot::Error),
            (None, Some(page)) => (facts(page), Slot::Muted),
            (None, None) => (String::new(), Slot::Muted),
        };
        put(buffer, told, &format!(" {text}"), look.theme.style(slot));
        let meant = self.page.as_ref().and_then(|page| page.meant);
        let empty = if self.page.is_some() { "It is empty." } else { "" };
        let detail = Detail { tabs: &[], lines: self, meant, focused: true, empty };
        pane::text_hits(&detail.draw(&self.state, look.theme, lines.rest(), buffer), PANE)
    }
}

/// One line about what is shown.
fn facts(page: &Page) -> String {
    let Origin { raw, redactions, format, .. } = &page.origin;
    let mut parts = vec![format!("sha256 {}", page.id.get(..16).unwrap_or(&page.id)), format.clone()];
    parts.push(format!("{}, {}", counted(page.total, "line"), progress::bytes(page.bytes)));
    if *raw {
        parts.push("kept raw, secrets hidden here".to_owned());
    } else if *redactions > 0 {
        parts.push(format!("{} hidden when stored: {MARK}", counted(*redactions, "secret")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("   ")
}
