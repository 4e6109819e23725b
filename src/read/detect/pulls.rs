//! Logs of registries, by their members or their header.

use super::json::{Members, Peek, first_element, members};
use super::machines::headers;
use crate::read::Format;
use crate::read::machines::{Hints, is_of_another_table};
use crate::read::pulls::Columns;

/// A table of pulls; one that is only a header is a log in which nothing was pulled.
pub(super) fn table(text: &str, complete: bool) -> Option<Format> {
    let headers = headers(text, complete).or_else(|| only_header(text).filter(|_| complete))?;
    let other = headers.iter().any(|header| is_of_another_table(header));
    let columns = Columns::of(headers.iter().map(String::as_str), &Hints::default());
    (!other && columns.are_of_pulls()).then_some(Format::PullTable)
}

/// The header of a table without rows, where it names more than image and time: a line of text is none.
fn only_header(text: &str) -> Option<Vec<String>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let cells: Vec<String> = lines.next()?.split([',', '\t', ';']).map(|cell| cell.trim().to_owned()).collect();
    (lines.next().is_none() && cells.len() >= 3).then_some(cells)
}

/// A log in JSON, by the members of its first object.
pub(super) fn json(text: &str, found: &Members) -> Option<Format> {
    let first = |key: &str| match found.get(key) {
        Some(Peek::Array(at)) => Some(first_element(text, *at).map(|at| members(text, at))),
        _ => None,
    };
    let has_all = |of: &Members, keys: &[&str]| keys.iter().all(|key| of.has(key));
    if let Some(events) = first("events")
        && events.is_none_or(|event| is_event(&event))
        && found.0.len() == 1
    {
        return Some(Format::RegistryEvents);
    }
    if let Some(Some(record)) = first("Records").filter(|record| record.as_ref().is_some_and(is_trail)) {
        return is_trail(&record).then_some(Format::Cloudtrail);
    }
    if first("logs").flatten().is_some_and(|log| has_all(&log, &["action", "timestamp", "account"])) {
        return Some(Format::HubAudit);
    }
    Some(match () {
        () if has_all(found, &["op_time", "operation", "resource", "username"]) => Format::HarborAudit,
        () if is_trail(found) => Format::Cloudtrail,
        () if is_event(found) => Format::RegistryEvents,
        () if has_all(found, &["action", "timestamp", "account", "actor"]) => Format::HubAudit,
        () if is_flat(found) => Format::PullJson,
        () => return None,
    })
}

/// A notification of a Distribution registry.
fn is_event(of: &Members) -> bool {
    ["timestamp", "action"].iter().all(|key| of.has(key)) && matches!(of.get("target"), Some(Peek::Object(_)))
}

fn is_trail(of: &Members) -> bool {
    ["eventTime", "eventName", "eventSource"].iter().all(|key| of.has(key))
}

fn is_flat(of: &Members) -> bool {
    let flat = of.0.iter().all(|(_, value)| !matches!(value, Peek::Object(_)));
    let headers = || of.0.iter().map(|(key, _)| key.as_str());
    let kubernetes = of.has("kind") || of.has("apiVersion");
    flat && !kubernetes
        && !headers().any(is_of_another_table)
        && Columns::of(headers(), &Hints::default()).are_of_pulls()
}

#[cfg(test)]
mod tests {
    use super::super::tests::word;

    #[test]
    fn logs_are_told_by_what_they_hold() {
        for (content, format) in [
            ("TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n2026-03-17T02:00:00Z,a/b:1,r.corp,ana,h1\n", "pull-csv"),
            ("TIMESTAMP,IMAGE,REGISTRY,PULL_USER,PULL_HOST\n", "pull-csv"),
            ("TIMESTAMP\tIMAGE\tPULL_USER\n2026-03-17T02:00:00Z\ta/b:1\tana\n", "pull-csv"),
            (
                "datehour,user_name,repository,access_token_name,ips,repository_privacy,tag,digest,version_checks,pulls\n2026/03/17/02,a,b/c,d,10.0.0.1,public,1,,0,1\n",
                "pull-csv",
            ),
            (r#"{"TIMESTAMP":"2026-03-17T02:00:00Z","IMAGE":"a/b:1","PULL_USER":"ana"}"#, "pull-json"),
            (r#"[{"timestamp":1773712800,"image":"a/b:1","user":"ana","client_ip":"10.0.0.7"}]"#, "pull-json"),
            (
                r#"[{"id":1,"operation":"pull","op_time":"2026-03-17T02:00:00Z","resource":"a/b:1","username":"ana"}]"#,
                "harbor-audit",
            ),
            (
                r#"{"events":[{"id":"x","timestamp":"2026-03-17T02:00:00Z","action":"pull","target":{}}]}"#,
                "registry-events",
            ),
            (
                r#"{"Records":[{"eventTime":"2026-03-17T02:00:00Z","eventSource":"ecr.amazonaws.com","eventName":"PutImage"}]}"#,
                "ecr-cloudtrail",
            ),
            (
                r#"{"eventVersion":"1.08","eventTime":"2026-03-17T02:00:00Z","eventSource":"ecr.amazonaws.com","eventName":"PutImage"}"#,
                "ecr-cloudtrail",
            ),
            (
                r#"{"logs":[{"account":"a","action":"repo.tag.push","timestamp":"2026-03-17T02:00:00Z"}]}"#,
                "dockerhub-audit",
            ),
            ("host,image,last seen\nh1,a/b:1,2026-03-17\n", "machine-csv"),
        ] {
            assert_eq!(word(content), format, "{content}");
        }
        for other in [
            r#"{"events":[{"reason":"Pulled"}],"kind":"x"}"#,
            r#"{"Records":[{"s3":{}}]}"#,
            r#"{"timestamp":"2026-03-17T02:00:00Z","message":"hello","user":"x"}"#,
            "time,user,message\n2026-03-17,ana,hello\n",
        ] {
            assert!(word(other).starts_with("text: "), "{other}: {}", word(other));
        }
    }
}
