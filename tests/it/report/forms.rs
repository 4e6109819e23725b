//! Each form, read back as what it is.

use hullbreach::model::verdict::Verdict;
use hullbreach::report::model::Report;
use hullbreach::report::{Form, Topic, slack};
use serde_json::Value;

use super::{HOSTILE, by_default, hostile, written};

fn report() -> Report {
    by_default(hostile())
}

#[test]
fn a_script_in_a_name_stays_text_in_html() {
    let html = written(Form::Html, &report());
    assert_eq!(html.matches("<script>").count(), 1, "the one of the page");
    assert!(html.contains("&lt;script&gt;window.__ran=1"));
    assert!(html.contains("default-src 'none'") && !html.contains("unsafe-inline"));
    for outside in ["src=\"http", "href=\"http", "url(", "@import", "<img", "<link rel=\"stylesheet"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(!html.contains(" style=\"") && !html.contains(" onclick"), "the policy forbids both");
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
}

#[test]
fn ids_stand_once_in_a_page() {
    let html = written(Form::Html, &report());
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert!(ids.len() > 20 && unique.len() == ids.len(), "{} of {}", unique.len(), ids.len());
}

#[test]
fn markdown_has_whole_tables_and_no_markup_of_evidence() {
    let markdown = written(Form::Markdown, &report());
    assert!(!markdown.contains("<script>") && !markdown.contains("@channel\\*"));
    assert!(!markdown.contains("\n> # heading") && markdown.contains("> &#35; heading"));
    assert!(markdown.starts_with("**TLP:AMBER+STRICT**") && markdown.trim_end().ends_with("**TLP:AMBER+STRICT**"));
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut wanted = None;
    for line in markdown.lines() {
        match (line.starts_with('|'), wanted) {
            (true, None) => wanted = Some(cells(line)),
            (true, Some(count)) => assert_eq!(cells(line), count, "{line}"),
            (false, _) => wanted = None,
        }
    }
}

#[test]
fn people_get_no_address_that_can_be_followed() {
    for form in [Form::Markdown, Form::Html, Form::Jira, Form::Slack] {
        let text = written(form, &report());
        assert!(!text.contains("https://evil.example") && !text.contains("docker.io/harbourline"), "{form:?}");
    }
    let json = written(Form::Json, &report());
    assert!(json.contains("https://evil.example/x") && json.contains("docker.io/harbourline"));
}

#[test]
fn csv_is_read_back_and_starts_no_formula() {
    let report = report();
    let text = written(Form::Csv(Topic::Affected), &report);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let name = reader.headers().unwrap().iter().position(|key| key == "name").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), report.affected.len() + report.cleared.len());
    assert!(rows.iter().any(|row| row[name] == format!("'{HOSTILE}")));
    for (form, _) in Form::FILES.into_iter().filter(|(form, _)| matches!(form, Form::Csv(_) | Form::TimesketchCsv)) {
        let text = written(form, &report);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for cell in
            reader.records().map(Result::unwrap).flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(!cell.starts_with(['=', '+', '@']), "{form:?}: {cell}");
        }
    }
}

#[test]
fn timesketch_rows_have_its_fields_and_both_times_agree() {
    let report = report();
    let lines = written(Form::TimesketchLines, &report);
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), report.timeline.len());
    let sheet = written(Form::TimesketchCsv, &report);
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let keys = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    for (row, record) in rows.iter().zip(&records) {
        let text = |key: &str| row[key].as_str().unwrap_or_else(|| panic!("{key} in {row}"));
        let cell = |key: &str| &record[keys.iter().position(|it| it == key).unwrap()];
        let at = chrono::DateTime::parse_from_rfc3339(text("datetime")).unwrap();
        assert_eq!(Some(at.timestamp_micros()), row["timestamp"].as_i64());
        assert_eq!(text("datetime").len(), "2026-03-17T00:00:00.000000+00:00".len());
        assert!(!text("message").is_empty() && !text("timestamp_desc").is_empty() && row["tag"].is_array());
        assert_eq!((cell("datetime"), cell("timestamp")), (text("datetime"), row["timestamp"].to_string().as_str()));
        assert!(serde_json::from_str::<Value>(cell("tag")).unwrap().is_array());
    }
}

#[test]
fn slack_gets_numbered_messages_that_it_takes() {
    let messages = slack::messages(&report());
    assert!(messages.len() > 1);
    for (at, message) in messages.iter().enumerate() {
        assert!(message.chars().count() <= slack::MOST, "{}", message.chars().count());
        assert!(message.starts_with(&format!("*TLP:AMBER+STRICT*  ({}/{})\n", at + 1, messages.len())));
        assert!(!message.contains("<script>") && !message.contains("@channel"));
    }
}

#[test]
fn jira_has_no_macro_of_evidence() {
    let text = written(Form::Jira, &report());
    assert!(!text.contains("*{code}*") && text.contains("\\{code\\}"));
    assert_eq!(text.matches("{noformat}").count() % 2, 0);
}

#[test]
fn vex_states_what_is_affected_by_digest() {
    let report = report();
    let document: Value = serde_json::from_str(&written(Form::OpenVex, &report)).unwrap();
    let statements = document["statements"].as_array().unwrap();
    let affected: Vec<&Value> = statements.iter().filter(|it| it["status"] == "affected").collect();
    assert_eq!(affected.len(), 1, "the one that is known by its manifest");
    let product = affected[0]["products"][0]["@id"].as_str().unwrap();
    let image = report.affected.iter().find(|image| image.name == HOSTILE).unwrap();
    let name = image.repository.rsplit('/').next().unwrap();
    let digest = image.digests[0].value.replace(':', "%3A");
    assert_eq!(
        product,
        format!("pkg:oci/{name}@{digest}?repository_url={}/{}", image.registry.replace(':', "%3A"), image.repository)
    );
    assert!(affected[0]["action_statement"].is_string() && document["version"].as_u64().unwrap() >= 1);
}

#[test]
fn what_was_rebuilt_is_stated_as_fixed() {
    let mut report = report();
    let image = report.affected.iter().find(|image| image.name == HOSTILE).unwrap().clone();
    report.affected.clear();
    report.cleared = vec![hullbreach::report::model::Affected { verdict: Verdict::RebuiltEqual, ..image }];
    let document: Value = serde_json::from_str(&written(Form::OpenVex, &report)).unwrap();
    let statements = document["statements"].as_array().unwrap();
    assert_eq!((statements.len(), &statements[0]["status"]), (1, &"fixed".into()));
    assert!(statements[0].get("justification").is_none(), "that is for what is not affected");
}

#[test]
fn what_was_done_is_a_course_of_action_that_mitigates_what_is_bad() {
    let mut report = report();
    let task = report.tasks.iter_mut().find(|task| task.phase == "containment").unwrap();
    (task.state, task.evidence) = ("done".to_owned(), vec!["ticket-9".to_owned()]);
    let title = task.title.clone();
    let bundle: Value = serde_json::from_str(&written(Form::Stix, &report)).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let of = |kind: &str| objects.iter().filter(|it| it["type"] == kind).collect::<Vec<_>>();
    let actions = of("course-of-action");
    assert_eq!((actions.len(), actions[0]["name"].as_str()), (1, Some(title.as_str())));
    assert!(actions[0]["description"].as_str().unwrap().ends_with("; ticket-9"));
    let mitigates = of("relationship").into_iter().filter(|it| it["relationship_type"] == "mitigates");
    let targets: Vec<&str> = mitigates.map(|it| it["target_ref"].as_str().unwrap()).collect();
    assert!(!targets.is_empty() && targets.iter().all(|id| id.starts_with("indicator--")), "{targets:?}");
}

#[test]
fn what_is_first_stands_by_cause_and_owner_with_why() {
    let report = report();
    let urgent = report.urgent.as_ref().unwrap();
    assert!(!urgent.groups.is_empty() && urgent.priorities[0] > 0, "{:?}", urgent.priorities);
    assert_eq!(urgent.groups.iter().map(|group| group.images).sum::<u64>(), urgent.priorities[0]);
    assert!(urgent.images.iter().all(|image| !image.because.is_empty()));
    let markdown = written(Form::Markdown, &report);
    assert!(markdown.contains("First: P0") && markdown.contains("Because"), "{markdown}");
    assert!(report.summary.iter().any(|line| line.starts_with("Priorities: ")), "{:?}", report.summary);
    // A customer learns nothing of what is first inside, and a label keeps it in.
    let choice = |audience, tlp| hullbreach::report::Choice { audience, tlp, ..Default::default() };
    let outside = choice(hullbreach::report::Audience::Customer, None);
    assert!(hullbreach::report::release::released(hostile(), &outside).urgent.is_none());
    let clear = choice(hullbreach::report::Audience::Technical, Some(hullbreach::model::tlp::Tlp::Clear));
    assert!(hullbreach::report::release::released(hostile(), &clear).urgent.is_none());
}

#[test]
fn without_a_digest_to_name_there_is_no_vex() {
    let mut report = report();
    report.affected.iter_mut().for_each(|image| image.digests.clear());
    report.cleared.clear();
    let error = Form::OpenVex.write(&report, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("at least one"), "{error}");
}

#[test]
fn stix_keeps_its_ids_and_refers_to_what_is_there() {
    let report = report();
    let bundle: Value = serde_json::from_str(&written(Form::Stix, &report)).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = objects.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), objects.len());
    let of = |kind: &str| objects.iter().filter(|it| it["type"] == kind).count();
    let touched = report.affected.iter().filter(|image| image.verdict >= Verdict::Suspect).count();
    assert_eq!((of("observed-data"), of("report"), of("marking-definition")), (touched, 1, 1));
    for object in objects {
        for (key, value) in object.as_object().unwrap() {
            let refs = match value {
                Value::String(one) if key.ends_with("_ref") => vec![one.as_str()],
                Value::Array(many) if key.ends_with("_refs") => many.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            refs.iter().for_each(|id| assert!(ids.contains(id), "{key} of {} names {id}", object["id"]));
        }
    }
    // Later, with more said: the same ids, a later change.
    let mut later = report;
    later.header.generated.0 += 60_000_000;
    let again: Value = serde_json::from_str(&written(Form::Stix, &later)).unwrap();
    let same: std::collections::BTreeSet<&str> =
        again["objects"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, same);
}

#[test]
fn a_long_timeline_is_written_once_each_in_linear_size() {
    let mut report = report();
    let entry = report.timeline[0].clone();
    let size = |report: &Report| written(Form::Html, report).len();
    let (rows, one) = (report.timeline.len(), size(&report));
    for n in 0..20_000 {
        report.timeline.push(hullbreach::report::model::Entry { id: format!("n{n}"), ..entry.clone() });
    }
    let html = written(Form::Html, &report);
    let table = html.split("<table id=\"t-timeline\">").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(table.matches("<tr").count() - 1, rows + 20_000);
    assert!(html.len() < one + 20_000 * 600, "{} bytes", html.len());
}

#[test]
fn images_are_drawn_by_verdict_and_by_priority() {
    let report = report();
    let [p0, p1, ..] = report.urgent.as_ref().unwrap().priorities;
    let html = written(Form::Html, &report);
    assert!(html.contains("aria-label=\"Images by verdict\""));
    let chart = html.split("aria-label=\"Images by priority\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert_eq!(chart.matches("<svg").count(), 4);
    for (word, count) in [("P0", p0), ("P1", p1)] {
        assert!(
            chart.contains(&format!(">{word}</span>")) && chart.contains(&format!("<span>{count} image")),
            "{chart}"
        );
    }
}
