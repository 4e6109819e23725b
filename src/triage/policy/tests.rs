//! The built-in policy, the guide's rows, the properties that hold whatever the policy, and what is refused.

use super::*;
use crate::model::assessment::Exploitability;
use crate::triage::inputs::tests::all;
use crate::triage::lens::{Lens, judge};
use crate::triage::vulnerability::{Point, Points};
use proptest::prelude::*;

fn built_in() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

fn refused(old: &str, new: &str) -> Vec<String> {
    assert!(DEFAULT.contains(old), "{old}");
    let text = DEFAULT.replacen(old, new, 1);
    Policy::parse(&text).unwrap_err().iter().map(Problem::to_string).collect()
}

#[test]
fn the_guides_five_rows_come_out() {
    let policy = built_in();
    let rows = [
        ("api-service", "Critical", "Easy", "Internet", "P0"),
        ("auth-gateway", "Critical", "Medium", "Internet", "P0"),
        ("worker-service", "High", "Medium", "Internal", "P1"),
        ("logging-agent", "Medium", "Hard", "Internal", "P2"),
        ("dev-image", "Low", "N/A", "Dev only", "P3"),
    ];
    for (image, criticality, exploitability, exposure, priority) in rows {
        let inputs = Inputs {
            criticality: Criticality::parse(criticality).unwrap(),
            points: Points::of_word(Exploitability::parse(exploitability).unwrap()),
            exposure: Exposure::parse(exposure).unwrap(),
            ..Inputs::UNKNOWN
        };
        assert_eq!(judge(&policy, &inputs).priority().as_str(), priority, "{image}");
    }
}

#[test]
fn the_table_of_compromise() {
    let policy = built_in();
    let of = |verdict, standing| {
        let inputs = Inputs { verdict: Some(verdict), standing, ..Inputs::UNKNOWN };
        judge(&policy, &inputs).compromise.map(|given| format!("{} {}", given.priority, given.rule))
    };
    let table = [
        (Verdict::Bad, ["P0 C1", "P0 C1", "P0 C2", "P0 C2"]),
        (Verdict::Suspect, ["P1 C5", "P1 C5", "P1 C5", "P2 C6"]),
        (Verdict::ToCheck, ["P1 C9", "P1 C9", "P2 C10", "P2 C10"]),
        (Verdict::NotKnown, ["P1 C11", "P1 C11", "P2 C12", "P3 C13"]),
    ];
    for (verdict, row) in table {
        assert_eq!(Standing::ALL.map(|s| of(verdict, s).unwrap()), row.map(str::to_owned), "{verdict:?}");
    }
    for verdict in [Verdict::NoLink, Verdict::Predates, Verdict::SignedOk, Verdict::RebuiltEqual] {
        assert!(Standing::ALL.into_iter().all(|s| of(verdict, s).is_none()));
    }
    let suspect = Inputs { verdict: Some(Verdict::Suspect), standing: Standing::Running, ..Inputs::UNKNOWN };
    for worse in [
        Inputs { criticality: Criticality::High, ..suspect },
        Inputs { exposure: Exposure::Internet, ..suspect },
        Inputs { amplified: true, ..suspect },
        Inputs { reach: true, ..suspect },
        Inputs { ancestor: true, ..suspect },
    ] {
        let decision = judge(&policy, &worse);
        assert_eq!(
            (decision.priority(), decision.given().rule, decision.lens()),
            (Priority::P0, "C4", Lens::Compromise)
        );
    }
}

#[test]
fn a_rule_that_asks_for_complete_logs_is_read_and_never_decides() {
    let rule = "[[compromise]]\nrule = \"C3\"\nverdict = \"bad\"\nany-of = [\"complete-logs\"]\npriority = \"P1\"\n\n";
    let at = DEFAULT.find("[[compromise]]").unwrap();
    let policy = Policy::parse(&format!("{}{rule}{}", &DEFAULT[..at], &DEFAULT[at..])).unwrap();
    let bad = Inputs { verdict: Some(Verdict::Bad), ..Inputs::UNKNOWN };
    assert_eq!(judge(&policy, &bad).compromise.unwrap().rule, "C2");
}

#[test]
fn a_whole_registry_in_scope_makes_no_p0() {
    let policy = built_in();
    for inputs in all(Points::UNKNOWN).filter(|i| matches!(i.verdict, Some(Verdict::ToCheck | Verdict::NotKnown))) {
        assert!(judge(&policy, &inputs).compromise.unwrap().priority < Priority::P0);
    }
}

#[test]
fn development_lowers_no_compromise_and_scans_clear_none() {
    let policy = built_in();
    for inputs in all(Points::UNKNOWN).filter(|inputs| inputs.exposure == Exposure::DevOnly) {
        let internal = Inputs { exposure: Exposure::Internal, ..inputs };
        let scanned = Inputs { points: Points::of_word(Exploitability::NotKnownExploited), ..inputs };
        let own = judge(&policy, &inputs).compromise;
        assert_eq!(own, judge(&policy, &internal).compromise);
        assert_eq!(own, judge(&policy, &scanned).compromise);
    }
}

#[test]
fn an_amplifier_raises_what_is_attacked_and_no_missing_scan() {
    let policy = built_in();
    let of = |word, amplified| {
        let inputs = Inputs { points: Points::of_word(word), amplified, ..Inputs::UNKNOWN };
        let given = judge(&policy, &inputs).vulnerability;
        (given.priority, given.raised)
    };
    assert_eq!(of(Exploitability::Medium, true), (Priority::P0, true));
    assert_eq!(of(Exploitability::Hard, true), (Priority::P1, true));
    for word in [Exploitability::Unknown, Exploitability::NotKnownExploited] {
        assert_eq!(of(word, true), (of(word, false).0, false));
    }
}

/// Every combination of one image, with every set of points.
fn any_inputs() -> impl Strategy<Value = Inputs> {
    any::<i64>().prop_map(Inputs::unpacked)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn total_and_repeatable(inputs in any_inputs()) {
        let (a, b) = (built_in_once(), built_in_once());
        prop_assert_eq!(judge(a, &inputs), judge(b, &inputs));
        let open = inputs.verdict.is_some_and(Verdict::is_open);
        prop_assert_eq!(judge(a, &inputs).compromise.is_some(), open);
    }

    #[test]
    fn worse_facts_are_never_less_urgent(inputs in any_inputs(), other in any_inputs()) {
        let policy = built_in_once();
        let worst = Inputs {
            verdict: inputs.verdict.max(other.verdict),
            standing: inputs.standing.max(other.standing),
            criticality: inputs.criticality.max(other.criticality),
            exposure: inputs.exposure.max(other.exposure),
            points: Points::from_bits(inputs.points.bits() | other.points.bits()),
            amplified: inputs.amplified || other.amplified,
            reach: inputs.reach || other.reach,
            ancestor: inputs.ancestor || other.ancestor,
        };
        // Without a scan an image is judged as though a recipe were public: a scan may say that there is none.
        let scanned = !inputs.points.is_unknown() && !other.points.is_unknown();
        let unscanned = inputs.points.is_unknown() && other.points.is_unknown();
        prop_assume!(scanned || unscanned);
        prop_assert!(judge(policy, &worst).priority() >= judge(policy, &inputs).priority());
        prop_assert!(judge(policy, &worst).priority() >= judge(policy, &other).priority());
    }

    #[test]
    fn what_is_missing_is_never_the_best(inputs in any_inputs()) {
        let policy = built_in_once();
        let priority = |inputs: &Inputs| judge(policy, inputs).priority();
        let best_scan = Points::default().with(Point { exploitation: Exploitation::None, automatable: Some(false) });
        let scanned = |points| priority(&Inputs { points, ..inputs });
        prop_assert!(scanned(Points::UNKNOWN) >= scanned(best_scan));
        let critical = |criticality| priority(&Inputs { criticality, ..inputs });
        prop_assert!(critical(policy.facts.criticality) >= critical(Criticality::Low));
        let exposed = |exposure| priority(&Inputs { exposure, ..inputs });
        prop_assert!(exposed(policy.facts.exposure) >= exposed(Exposure::DevOnly));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,300}", at in 0..DEFAULT.len()) {
        prop_assert!(Policy::parse(&text).is_err(), "half a page of letters is no policy");
        if DEFAULT.is_char_boundary(at) {
            let (before, after) = DEFAULT.split_at(at);
            let _ = Policy::parse(&format!("{before}{text}{after}"));
            let _ = Policy::parse(before);
        }
    }
}

fn built_in_once() -> &'static Policy {
    static POLICY: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    POLICY.get_or_init(built_in)
}

#[test]
fn a_row_that_is_missing_or_there_twice_is_named() {
    let told =
        refused("exploitation = \"poc\"\nexposure = \"internal\"", "exploitation = \"poc\"\nexposure = \"internet\"");
    assert!(told.iter().any(|line| line.contains("exploitation poc and exposure internal")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("already") && !line.starts_with("line 1:")), "{told:?}");
}

#[test]
fn a_case_without_a_rule_is_named() {
    let told = refused("rule = \"C13\"\nverdict = \"not-known\"", "rule = \"C13\"\nverdict = \"bad\"");
    assert_eq!(told, ["line 1: no [[compromise]] rule is for NOT KNOWN files only"]);
}

#[test]
fn what_is_worse_but_less_urgent_is_refused_with_both_lines() {
    let told = refused(
        "rule = \"C1\"\nverdict = \"bad\"\nwhere = [\"running\", \"ci-build\"]\npriority = \"P0\"",
        "rule = \"C1\"\nverdict = \"bad\"\nwhere = [\"running\", \"ci-build\"]\npriority = \"P1\"",
    );
    assert!(told.iter().any(|line| line.contains("C1 gives P1 to BAD running, but C4 (line")), "{told:?}");
    let told = refused(
        "high = [\"P0\", \"P0\"]\nmedium = [\"P1\", \"P0\"]",
        "high = [\"P2\", \"P1\"]\nmedium = [\"P1\", \"P0\"]",
    );
    assert!(told.iter().any(|line| line.contains("V1: high is less urgent than the level below")), "{told:?}");
}

#[test]
fn nothing_may_be_safe_by_default() {
    let told = refused("default = \"medium\"", "default = \"low\"");
    assert!(told[0].contains("not low"), "{told:?}");
    let told = refused("default = \"internal\"", "default = \"dev-only\"");
    assert!(told[0].contains("not dev-only"), "{told:?}");
    let told = refused(
        "rule = \"U2\"\nexploitation = \"unknown\"\nexposure = \"internal\"\ncritical = [\"P1\", \"P1\"]\nhigh = [\"P1\", \"P1\"]\nmedium = [\"P2\", \"P2\"]\nlow = [\"P2\", \"P2\"]",
        "rule = \"U2\"\nexploitation = \"unknown\"\nexposure = \"internal\"\ncritical = [\"P3\", \"P3\"]\nhigh = [\"P3\", \"P3\"]\nmedium = [\"P3\", \"P3\"]\nlow = [\"P3\", \"P3\"]",
    );
    assert!(told.iter().any(|line| line.contains("nobody scanned")), "{told:?}");
}

#[test]
fn errors_name_the_line() {
    let line_of = |needle: &str| DEFAULT.lines().position(|line| line.contains(needle)).unwrap() + 1;
    let told = refused("P1 = \"24 h\"", "P1 = \"soon\"");
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with(&format!("line {}: \"soon\" is no window", line_of("P1 = \"24 h\""))), "{told:?}");
    let told = refused("raise = true", "raise = true\nraze = 1");
    assert!(told[0].starts_with(&format!("line {}: unknown field", line_of("raise = true") + 1)), "{told:?}");
    let told = refused("P1 = \"24 h\"", "P1 = \"30 d\"");
    assert!(told[0].contains("more time"), "{told:?}");
    assert!(Policy::parse("x = [").unwrap_err()[0].line == 1);
    assert!(Policy::parse(&" ".repeat(MAX_BYTES + 1)).unwrap_err()[0].reason.contains("bytes"));
}

#[test]
fn words_of_labels_and_names() {
    let facts = &built_in_once().facts;
    assert_eq!(facts.of_label("acme.example/tier", "Tier 0"), Some(Criticality::Critical));
    assert_eq!(facts.of_label("tier", "backend"), None);
    assert_eq!(facts.of_label("app", "critical"), None);
    assert_eq!(facts.of_environment("EU-Prod"), Some(Criticality::High));
    assert_eq!(facts.of_priority_class("system-node-critical"), Some(Criticality::High));
    assert_eq!(facts.class_of("docker.io/library/postgres").unwrap().name, "sensitive stores");
    assert!(facts.class_of("payments").is_none());
    assert!(facts.is_development("dev-7") && !facts.is_development("device"));
    assert!(
        facts.is_powerful_path("/")
            && facts.is_powerful_path("/var/run/docker.sock")
            && !facts.is_powerful_path("/data/x")
    );
    assert!(facts.is_powerful_capability("cap_sys_admin") && !facts.is_powerful_capability("NET_BIND_SERVICE"));
}
