//! A page in front of the tables: why an image has its priority, or what another policy would move.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text::priority_slot;
use crate::case::query::triage::TriageRow;
use crate::case::query::triage::explain::{BecauseRow, Explanation, Leads};
use crate::case::query::triage::preview::Preview;
use crate::cli::words::{age, counted, short, when};
use crate::command::Call;
use crate::model::time::Micros;
use crate::respond::left;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::below::Below;
use crate::tui::view::facts::{self, Fact, Facts, Page};
use crate::tui::view::{Around, Look, Reply, link};

/// Its name in regions.
pub const PANE: &str = "matrix.page";

/// What a page says.
#[derive(Debug)]
pub struct Paper {
    /// The command that leads there.
    pub place: Call,
    /// The line over it.
    pub title: String,
    /// For the way back.
    pub crumb: String,
    /// The image it is about; none for a policy.
    pub image: Option<String>,
    /// What that is called; empty for a policy.
    pub name: String,
    /// The policy that it is about, and can be stored: its file as typed.
    pub policy: Option<String>,
    /// Its lines.
    pub facts: Vec<Fact>,
}

/// A page that is open.
#[derive(Debug)]
pub struct Open {
    /// The command that leads there.
    pub place: Call,
    /// For the way back.
    pub crumb: String,
    /// The image it is about.
    pub image: Option<String>,
    /// What that is called.
    pub name: String,
    /// The policy that can be stored.
    pub policy: Option<String>,
    title: String,
    facts: Facts,
}

impl Open {
    /// Before anything is read.
    pub fn new(id: &str, argument: &str, crumb: &str) -> Open {
        let place = Call { id: id.to_owned(), argument: argument.to_owned() };
        let title = "reading ...".to_owned();
        Open {
            place,
            crumb: crumb.to_owned(),
            image: None,
            name: String::new(),
            policy: None,
            title,
            facts: Facts::default(),
        }
    }

    /// It came; that of another place is of no use.
    pub fn take(&mut self, paper: Paper) {
        if paper.place == self.place {
            (self.title, self.crumb) = (paper.title, paper.crumb);
            (self.image, self.name, self.policy) = (paper.image, paper.name, paper.policy);
            self.facts.set(paper.facts);
        }
    }

    /// It cannot be told, in words.
    pub fn failed(&mut self, why: String) {
        self.title = why;
    }

    /// True with a row.
    pub fn has_rows(&self) -> bool {
        self.facts.marked().is_some()
    }

    /// Moves; none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        self.facts.command(id, around, PANE)
    }

    /// Goes where the marked row leads.
    pub fn open(&self, reply: &mut Reply) {
        self.facts.open(reply);
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        self.facts.click(row)
    }

    /// Draws it.
    pub fn draw(&self, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        put(buffer, lines.line(), &format!(" {}", self.title), look.theme.style(Slot::Title));
        self.facts.draw((facts::COLUMNS, PANE, ""), below, look, lines.rest(), buffer)
    }
}

/// Why an image has its priority: every line that something tells leads to where it stands.
pub fn why(asked: &str, found: &Explanation, aware: Option<Micros>, now: Micros) -> Paper {
    let row = &found.row;
    let mut page = Page::default();
    lenses(row, aware, now, &mut page);
    page.heading("BECAUSE", "");
    for (n, fact) in (1..).zip(&found.because) {
        // What its own name tells, or what nobody knows of it, stands with its names.
        let link = stands(fact).unwrap_or_else(|| Call::parse(&format!("images.show {} names", row.id)));
        page.linked("", format!("{n:>2}  {}", fact.text), Some(link));
    }
    for (head, lines, slot) in [
        ("ASSUMED", &found.assumed, Some(Slot::Warning)),
        ("WOULD BE", &found.would_change, None),
        ("NEXT", &found.next, None),
        ("CONFLICT", &found.conflicts, Some(Slot::Warning)),
    ] {
        if !lines.is_empty() {
            page.heading(head, "");
            for line in lines {
                page.toned_link(slot, "", line.text.as_str(), leads(&line.leads, found));
            }
        }
    }
    let rule = match row.overridden {
        true => format!("by hand; computed {} by {}", row.computed, row.computed_rule()),
        false => format!("rule {}, {} lens", row.rule, row.lens),
    };
    Paper {
        place: link::why(asked),
        title: format!("{}  {}   ({rule})", found.priority, found.image),
        crumb: format!("why {}", row.name.rsplit('/').next().unwrap_or(&row.name)),
        image: Some(row.id.clone()),
        name: row.name.clone(),
        policy: None,
        facts: page.end(),
    }
}

/// Where a line leads that is no fact itself; none where nothing of it was kept.
fn leads(leads: &Leads, found: &Explanation) -> Option<Call> {
    match leads {
        Leads::Because(at) => stands(found.because.get(*at)?),
        Leads::Age(at) => Some(link::evidence(found.ages.get(*at)?.evidence.as_deref()?, 0, 0)),
        other => place(other, &found.row.id),
    }
}

/// The command that leads to what is around an image, or to where something is said of it; none for facts.
fn place(leads: &Leads, image: &str) -> Option<Call> {
    let tab = |tab: &str| Call { id: "images.show".to_owned(), argument: format!("{image} {tab}") };
    let call = |id: &str, argument: &str| Call { id: id.to_owned(), argument: argument.to_owned() };
    Some(match leads {
        Leads::Because(_) | Leads::Age(_) => return None,
        Leads::Event(hash) => link::event(hash),
        // It is asked for here, of the image of this page.
        Leads::Assess(words) => call("matrix.assess", words),
        Leads::Set => call("matrix.set", ""),
        Leads::Import => call("evidence.import", ""),
        Leads::Verdict => tab("verdict"),
        Leads::Findings => tab("findings"),
        Leads::Uses => tab("uses"),
        Leads::Lineage => link::lineage(image),
        Leads::Reach => link::blast(image),
        Leads::Tasks => call("view.go", "tasks"),
        Leads::Credentials => call("view.go", "creds"),
    })
}

/// Where a fact stands: in its evidence, in the event that said it, or in the image it is passed on from.
fn stands(fact: &BecauseRow) -> Option<Call> {
    let stands = fact.evidence.as_ref().zip(fact.locator.as_ref());
    let told = stands.map(|(evidence, place)| link::evidence(evidence, place.offset, place.length));
    let said = || fact.event.as_deref().map(link::event);
    let other = || fact.image.as_deref().map(link::image);
    told.or_else(said).or_else(other)
}

fn lenses(row: &TriageRow, aware: Option<Micros>, now: Micros, page: &mut Page) {
    let [compromise, vulnerability] = row.lenses();
    let to = |leads: Leads| place(&leads, &row.id);
    page.linked("compromise", compromise, to(Leads::Verdict));
    page.linked("vulnerable", vulnerability, to(Leads::Findings));
    let reached = when(&row.reached);
    let due = match row.due.as_deref() {
        None => format!("paused; reached {reached}"),
        Some(due) => {
            let time = Micros::parse_rfc3339(due).map_or_else(String::new, |due| left(now, due));
            format!("{} ({time} left); reached {reached}", when(due))
        }
    };
    let aware = aware.map_or_else(String::new, |at| format!("; aware {} ago", age(now, at)));
    page.linked("due", format!("{due}{aware}"), to(Leads::Set));
    let assessed = format!("{}, {}, {}", row.criticality, row.exploitability, row.exposure);
    page.linked("assessed", format!("{assessed}, {}", row.standing), to(Leads::Assess(String::new())));
}

/// What another policy would move: before and after, and the images that move, the most urgent first.
pub fn trial(asked: &str, wanted: &str, now: &str, found: &Preview) -> Paper {
    let mut page = Page::default();
    page.line("before", found.before.shown());
    page.line("after", found.after.shown());
    let moved = found.raised + found.lowered;
    page.line(
        "moves",
        match moved {
            0 => "no image".to_owned(),
            _ => format!("{} more urgent, {} less urgent", found.raised, found.lowered),
        },
    );
    if moved > 0 {
        page.heading("MOVES", "the most urgent first");
    }
    for row in &found.moved {
        let text = format!("{} -> {}  {} {}", row.from, row.to, row.name, short(&row.id));
        page.toned_link(Some(priority_slot(row.to)), "", text, Some(link::why(&row.id)));
    }
    let listed = found.moved.len() as u64;
    if moved > listed {
        page.line("more", format!("{} that also move", counted(moved - listed, "image")));
    }
    Paper {
        place: Call { id: "matrix.policy".to_owned(), argument: asked.to_owned() },
        title: format!("policy {wanted} in place of {now}: nothing is stored yet, s stores it"),
        crumb: format!("policy {wanted}"),
        image: None,
        name: String::new(),
        policy: Some(asked.to_owned()),
        facts: page.end(),
    }
}

/// Why a policy was not taken, a line for each problem.
pub fn refused(asked: &str, problems: &str) -> Paper {
    let mut page = Page::default();
    for line in problems.lines() {
        page.toned(Slot::Error, "", line);
    }
    Paper {
        place: Call { id: "matrix.policy".to_owned(), argument: asked.to_owned() },
        title: "this policy cannot be taken".to_owned(),
        crumb: "policy".to_owned(),
        image: None,
        name: String::new(),
        policy: None,
        facts: page.end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_line_leads_to_is_a_command_of_the_terminal() {
        let table = crate::tui::commands();
        for leads in [
            Leads::Event("ab".to_owned()),
            Leads::Assess("criticality=low".to_owned()),
            Leads::Set,
            Leads::Import,
            Leads::Verdict,
            Leads::Findings,
            Leads::Uses,
            Leads::Lineage,
            Leads::Reach,
            Leads::Tasks,
            Leads::Credentials,
        ] {
            let call = place(&leads, "0a1b").unwrap();
            let row = table.get(&call.id).unwrap();
            assert!(row.in_terminal(), "{call}");
            assert!(!row.needs_argument() || !call.argument.is_empty(), "{call}");
        }
        assert_eq!(place(&Leads::Because(0), "0a1b"), None);
    }
}
