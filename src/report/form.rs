//! The forms in which a report is written, by name.

use std::io::Write;

use super::choice::Topic;
use super::model::Report;
use super::{Written, csv, html, jira, json, markdown, openvex, slack, stix, timesketch};

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// GitHub Markdown.
    Markdown,
    /// One file for a browser.
    Html,
    /// The model.
    Json,
    /// Slack's mrkdwn, in numbered messages.
    Slack,
    /// Jira's wiki markup.
    Jira,
    /// A STIX 2.1 bundle.
    Stix,
    /// An OpenVEX 0.2.0 document.
    OpenVex,
    /// The timeline for Timesketch, as JSON lines.
    TimesketchLines,
    /// The same as CSV.
    TimesketchCsv,
    /// One table as CSV.
    Csv(Topic),
}

impl Form {
    /// What a folder of all forms holds: each with the end of its file's name.
    pub const FILES: [(Form, &'static str); 14] = [
        (Form::Html, "summary.html"),
        (Form::Markdown, "summary.md"),
        (Form::Json, "summary.json"),
        (Form::Jira, "summary.jira.txt"),
        (Form::Slack, "summary.slack.txt"),
        (Form::Stix, "summary.stix.json"),
        (Form::OpenVex, "summary.openvex.json"),
        (Form::TimesketchLines, "timesketch.jsonl"),
        (Form::TimesketchCsv, "timesketch.csv"),
        (Form::Csv(Topic::Affected), "affected.csv"),
        (Form::Csv(Topic::Indicators), "indicators.csv"),
        (Form::Csv(Topic::Timeline), "timeline.csv"),
        (Form::Csv(Topic::Evidence), "evidence.csv"),
        (Form::Csv(Topic::Unknown), "unknown.csv"),
    ];

    /// Writes a report in it. What was written before an error stays written.
    pub fn write(self, report: &Report, to: &mut dyn Write) -> Written {
        match self {
            Form::Markdown => markdown::write(report, to),
            Form::Html => html::write(report, to),
            Form::Json => json::write(report, to),
            Form::Slack => slack::write(report, to),
            Form::Jira => jira::write(report, to),
            Form::Stix => stix::write(report, to),
            Form::OpenVex => openvex::write(report, to),
            Form::TimesketchLines => timesketch::jsonl(report, to),
            Form::TimesketchCsv => timesketch::write_csv(report, to),
            Form::Csv(topic) => csv::write(report, topic, to),
        }
    }
}
