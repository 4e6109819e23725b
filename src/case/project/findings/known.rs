//! How far each vulnerability is exploited, and whether that can be automated: from what is told, in the order in which it is
//! believed. What stands in for a fact that nobody told is said to.
//!
//! The rules are those of the vulnerability lens: active if KEV, vulnrichment or CVSS says so; a proof of concept if
//! vulnrichment or CVSS says so, or EPSS is 0.10 or more or among the highest 5 %, as a *proxy*; CVSS 9 or more without any
//! other word counts as one too, *provisional*.

use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

use super::super::error::ProjectError;
use crate::model::finding::{Exploitation, KnownFact, cvss};

const KEV: i64 = 1;
const EPSS: i64 = 2;
const SSVC: i64 = 3;

/// EPSS from which a forecast stands in for a proof of concept, in millionths.
const EPSS_SCORE: i64 = 100_000;
/// And the percentile, in millionths.
const EPSS_PERCENTILE: i64 = 950_000;
/// CVSS base score, in tenths, that counts as one where nothing else is told.
const PROVISIONAL: i64 = 90;

/// A fact as numbers: its kind, and up to three.
pub(super) fn numbers(fact: &KnownFact) -> (i64, [i64; 3]) {
    let yes_no = |told: Option<bool>| told.map_or(0, |yes| if yes { 2 } else { 1 });
    match fact {
        KnownFact::Kev { added, due, ransomware } => {
            (KEV, [added.map_or(0, |t| t.0), due.map_or(0, |t| t.0), i64::from(*ransomware)])
        }
        KnownFact::Epss { score, percentile } => (EPSS, [i64::from(*score), i64::from(*percentile), 0]),
        KnownFact::Ssvc { exploitation, automatable, total } => {
            let exploitation = exploitation.map_or(0, |state| state.number() + 1);
            (SSVC, [exploitation, yes_no(*automatable), yes_no(*total)])
        }
    }
}

/// What of a fact bears on judging, by which it is remembered since when it is told; `None` where it bears on nothing.
pub(super) fn class(kind: i64, [a, b, _]: [i64; 3]) -> Option<[i64; 2]> {
    match kind {
        KEV => Some([0, 0]),
        EPSS => stands_in(a, b).then_some([1, 0]),
        _ => Some([a, b]),
    }
}

/// True for a forecast that stands in for a proof of concept.
fn stands_in(score: i64, percentile: i64) -> bool {
    score >= EPSS_SCORE || percentile >= EPSS_PERCENTILE
}

/// What is known of one vulnerability, by number.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::case) struct Told {
    /// In the catalogue since; 0 where the day is not told.
    pub kev: Option<i64>,
    /// Score and percentile in millionths.
    pub epss: Option<(i64, i64)>,
    /// Exploitation and automatable, where told.
    pub ssvc: Option<(Option<Exploitation>, Option<bool>)>,
    /// Since when the case has known each of them, in microseconds: KEV, EPSS, vulnrichment.
    pub since: [i64; 3],
}

/// Everything that is known, by CVE.
pub(super) fn all(conn: &Connection) -> Result<HashMap<i64, Told>, ProjectError> {
    // What no finding names is of no use here: EPSS alone has some 300,000 rows.
    let mut statement = conn.prepare(
        "SELECT k.cve, k.kind, k.a, k.b, k.c FROM (SELECT DISTINCT cve FROM p_finding WHERE cve <> 0) f
         CROSS JOIN p_known k ON k.cve = f.cve",
    )?;
    let mut first =
        conn.prepare("SELECT since FROM p_known_first WHERE cve = ?1 AND kind = ?2 AND a = ?3 AND b = ?4")?;
    let mut found: HashMap<i64, Told> = HashMap::new();
    for row in statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))? {
        let (cve, kind, a, b, c): (i64, i64, i64, i64, i64) = row?;
        let told = found.entry(cve).or_default();
        if let (Some([a, b]), Some(since)) = (class(kind, [a, b, c]), told.since.get_mut(kind as usize - 1)) {
            *since = first.query_row([cve, kind, a, b], |r| r.get(0)).optional()?.unwrap_or(0);
        }
        match kind {
            KEV => told.kev = Some(a),
            EPSS => told.epss = Some((a, b)),
            _ => {
                let exploitation = (a > 0).then(|| Exploitation::of(a - 1));
                told.ssvc = Some((exploitation, (b > 0).then_some(b == 2)));
            }
        }
    }
    Ok(found)
}

/// What an exploitation or an automation was told by, or what stands in for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum Basis {
    /// Nothing tells.
    Nothing = 0,
    /// CISA's catalogue.
    Kev = 1,
    /// CISA's vulnrichment.
    Ssvc = 2,
    /// The CVSS vector's own metric.
    Cvss = 3,
    /// EPSS stands in.
    Proxy = 4,
    /// A CVSS base score of 9 or more stands in.
    Provisional = 5,
    /// Derived from how it is reached, by the CVSS vector.
    Derived = 6,
}

impl Basis {
    const ALL: [Basis; 7] =
        [Basis::Nothing, Basis::Kev, Basis::Ssvc, Basis::Cvss, Basis::Proxy, Basis::Provisional, Basis::Derived];

    pub fn of(number: i64) -> Basis {
        Basis::ALL.into_iter().find(|basis| *basis as i64 == number).unwrap_or(Basis::Nothing)
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Nothing => "nothing",
            Basis::Kev => "kev",
            Basis::Ssvc => "vulnrichment",
            Basis::Cvss => "cvss",
            Basis::Proxy => "epss-proxy",
            Basis::Provisional => "provisional",
            Basis::Derived => "derived",
        }
    }
}

/// How a vulnerability is attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct Attack {
    pub exploitation: Exploitation,
    pub why: Basis,
    pub automatable: Option<bool>,
    pub how: Basis,
}

impl Attack {
    /// Judges one vulnerability by all that is told of it.
    pub fn of(told: &Told, score: i64, vector: &str) -> Attack {
        let (exploitation, why) = exploitation(told, score, vector);
        let (automatable, how) = match (told.ssvc.and_then(|(_, automatable)| automatable), cvss::automatable(vector)) {
            (Some(told), _) => (Some(told), Basis::Ssvc),
            (None, Some(told)) => (Some(told), Basis::Cvss),
            (None, None) => match cvss::is_open(vector) {
                Some(open) => (Some(open), Basis::Derived),
                None => (None, Basis::Nothing),
            },
        };
        Attack { exploitation, why, automatable, how }
    }

    /// Its bit among the six points of an image: three states, each with and without automation. Not known counts as yes.
    pub fn bit(&self) -> i64 {
        1 << (self.exploitation.number() * 2 + i64::from(self.automatable.unwrap_or(true)))
    }
}

fn exploitation(told: &Told, score: i64, vector: &str) -> (Exploitation, Basis) {
    let by_ssvc = told.ssvc.and_then(|(exploitation, _)| exploitation);
    let by_cvss = cvss::exploitation(vector);
    if told.kev.is_some() {
        return (Exploitation::Active, Basis::Kev);
    }
    for state in [Exploitation::Active, Exploitation::Poc] {
        for (told, basis) in [(by_ssvc, Basis::Ssvc), (by_cvss, Basis::Cvss)] {
            if told == Some(state) {
                return (state, basis);
            }
        }
    }
    if told.epss.is_some_and(|(score, percentile)| stands_in(score, percentile)) {
        return (Exploitation::Poc, Basis::Proxy);
    }
    match (by_ssvc, by_cvss) {
        (Some(state), _) => (state, Basis::Ssvc),
        (None, Some(state)) => (state, Basis::Cvss),
        // With no word from anybody, what is as bad as this is taken for worse.
        (None, None) if score >= PROVISIONAL && told.epss.is_none() => (Exploitation::Poc, Basis::Provisional),
        (None, None) => (Exploitation::None, Basis::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tells_of_attacks_is_believed_in_order() {
        let open = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let ssvc = |state, automatable| Told { ssvc: Some((Some(state), automatable)), ..Told::default() };
        let nothing = Told::default();
        for (told, score, vector, exploitation, why, automatable, how) in [
            (Told { kev: Some(0), ..nothing }, 0, "", Exploitation::Active, Basis::Kev, None, Basis::Nothing),
            (
                ssvc(Exploitation::Active, Some(false)),
                98,
                open,
                Exploitation::Active,
                Basis::Ssvc,
                Some(false),
                Basis::Ssvc,
            ),
            (ssvc(Exploitation::None, None), 98, open, Exploitation::None, Basis::Ssvc, Some(true), Basis::Derived),
            (
                Told { epss: Some((420_000, 0)), ..nothing },
                50,
                open,
                Exploitation::Poc,
                Basis::Proxy,
                Some(true),
                Basis::Derived,
            ),
            (
                Told { epss: Some((1, 2)), ..nothing },
                98,
                open,
                Exploitation::None,
                Basis::Nothing,
                Some(true),
                Basis::Derived,
            ),
            (nothing, 98, open, Exploitation::Poc, Basis::Provisional, Some(true), Basis::Derived),
            (nothing, 89, "CVSS:3.1/AV:L/AC:L", Exploitation::None, Basis::Nothing, Some(false), Basis::Derived),
            (nothing, 50, "CVSS:4.0/AV:N/E:A/AU:N", Exploitation::Active, Basis::Cvss, Some(false), Basis::Cvss),
        ] {
            let attack = Attack::of(&told, score, vector);
            assert_eq!(attack, Attack { exploitation, why, automatable, how }, "{told:?} {score} {vector}");
        }
    }

    #[test]
    fn a_missing_word_never_makes_it_milder_than_a_word_for_none() {
        let none = Told { ssvc: Some((Some(Exploitation::None), Some(false))), ..Told::default() };
        let (told, untold) = (Attack::of(&none, 95, ""), Attack::of(&Told::default(), 95, ""));
        assert!(untold.exploitation >= told.exploitation && untold.bit() >= told.bit());
    }
}
