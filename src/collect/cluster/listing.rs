//! One list, page after page: what each answer means, and how a list that has become too old goes on.
//!
//! Source of the rules: kubernetes.io, "Kubernetes API Concepts", section "Retrieving large results sets in chunks".

use super::ask::Answer;
use super::kinds::List;
use super::told::{Before, End, Listed, Page, Told};
use super::trouble::Trouble;
use super::walk::Walk;
use crate::model::digest::Digest;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// Pages of one list at most: a server that always has another one never ends.
const MOST_PAGES: u32 = 100_000;

/// How far a list has come.
struct Cursor {
    number: u32,
    began: Option<Micros>,
    next: Option<String>,
    inconsistent: bool,
}

impl Walk {
    /// Asks for all pages of a list, or for those that an interrupted collection left.
    pub(super) async fn pages(&mut self, list: &List) -> Listed {
        let mut listed = Walk::listed(list);
        let mut cursor = Cursor { number: 1, began: None, next: None, inconsistent: false };
        if let Some(before) = self.left.lists.get(&listed.path) {
            if let Some(end) = ended(before) {
                listed.end = end;
                listed.reason =
                    if end == End::Denied { "refused before the interruption".to_owned() } else { String::new() };
                return listed;
            }
            let Before { pages, began, next, inconsistent, .. } = before.clone();
            cursor = Cursor { number: pages + 1, began: Some(began), next, inconsistent };
        }
        loop {
            let request = list.page(self.settings.limit, cursor.next.as_deref());
            let answer = self.asker.get(&request, list.kind.form.accept()).await;
            let ended = match answer {
                Ok(answer) => {
                    if answer.broken.is_none() || answer.said.items > 0 {
                        self.silent = 0;
                    }
                    self.answered(list, request, answer, &mut cursor, &mut listed).await
                }
                Err(Trouble::Stopped) => Some((End::Stopped, self.why_stopped())),
                Err(trouble) => Some(self.unanswered(list, request, &trouble, &cursor).await),
            };
            if let Some((end, reason)) = ended {
                // What came before the failure stays.
                let some = cursor.number > 1 && matches!(end, End::Failed | End::Denied | End::Missing);
                (listed.end, listed.reason) = (if some { End::Partial } else { end }, reason);
                return listed;
            }
            if self.asked.stopped || cursor.number > MOST_PAGES {
                (listed.end, listed.reason) = (End::Stopped, "it has no end".to_owned());
                return listed;
            }
        }
    }

    fn why_stopped(&self) -> String {
        match self.world.stop.was_asked() {
            true => "interrupted; give the same command again to go on".to_owned(),
            false => "the time for the whole is over (--time); give the same command again to go on".to_owned(),
        }
    }

    /// What an answer means; `None` where the list goes on.
    async fn answered(
        &mut self,
        list: &List,
        request: String,
        answer: Answer,
        cursor: &mut Cursor,
        listed: &mut Listed,
    ) -> Option<(End, String)> {
        match answer.status {
            200 => return self.page(list, request, answer, cursor, listed).await,
            410 => {
                cursor.inconsistent = true;
                let token = answer.said.next.clone().filter(|token| cursor.next.as_ref() != Some(token));
                if answer.broken.is_none() && token.is_some() {
                    cursor.next = token;
                    return None;
                }
            }
            401 => {
                let why =
                    "401: the cluster does not accept these credentials; log in again, or choose another --context";
                self.asked.failure = Some(why.to_owned());
                // With nothing got, nothing is to be recorded yet.
                if !self.asked.has_pages() && listed.pages == 0 {
                    self.asked.refusal = Some(Box::new(self.made(list, request, answer, cursor, None)));
                    return Some((End::Denied, why.to_owned()));
                }
            }
            _ => {}
        }
        let status = answer.status;
        let message = scrub(&answer.said.message).into_owned();
        let (end, advice) = match status {
            401 | 403 => {
                (End::Denied, "; ask for `list` rights, or for someone who has them to run the collection script")
            }
            404 => (End::Missing, ""),
            410 => (End::Failed, "; collect again to get it whole"),
            429 | 500..=599 => (End::Failed, "; the cluster is busy or broken: try again later"),
            _ => (End::Failed, ""),
        };
        let said = if message.is_empty() { "no reason given" } else { message.as_str() };
        let reason = format!("{status}: {}{advice}", answer.broken.as_deref().unwrap_or(said));
        // What is no answer of the API (a proxy's page, a path nobody serves) is kept with the reason beside it.
        let is_status = answer.said.kind == "Status" && answer.broken.is_none();
        self.store(list, request, answer, cursor, (!is_status).then(|| reason.clone())).await;
        Some((end, reason))
    }

    async fn page(
        &mut self,
        list: &List,
        request: String,
        answer: Answer,
        cursor: &mut Cursor,
        listed: &mut Listed,
    ) -> Option<(End, String)> {
        if answer.broken.is_none() && !answer.said.kind.ends_with("List") {
            self.store(list, request, answer, cursor, Some(NO_LIST.to_owned())).await;
            return Some((End::Failed, NO_LIST.to_owned()));
        }
        let broken = answer.broken.clone();
        if let Some(why) = broken.as_ref().filter(|_| answer.said.items == 0) {
            return Some(self.unanswered(list, request, &Trouble::Passing(why.clone()), cursor).await);
        }
        let next = answer.said.next.clone();
        if list.kind.resource == "namespaces" && broken.is_none() {
            self.learn_namespaces(&answer.said.names).await;
        }
        listed.items += answer.said.items;
        cursor.began.get_or_insert(answer.came);
        self.store(list, request, answer, cursor, None).await;
        listed.pages += 1;
        cursor.number += 1;
        if let Some(why) = broken {
            return Some((End::Partial, why));
        }
        let repeated = next.is_some() && next == cursor.next;
        cursor.next = next;
        if repeated {
            return Some((End::Partial, "the server gives the same page again and again".to_owned()));
        }
        if cursor.next.is_some() {
            return None;
        }
        Some(match cursor.inconsistent {
            true => (End::Inconsistent, INCONSISTENT.to_owned()),
            false => (End::Read, String::new()),
        })
    }

    /// No answer at all, each time.
    async fn unanswered(&mut self, list: &List, request: String, trouble: &Trouble, cursor: &Cursor) -> (End, String) {
        let reason = trouble.words().to_owned();
        self.silent += 1;
        if let Trouble::Lasting(_) = trouble {
            self.asked.failure = Some(reason.clone());
        }
        // What a cluster that never answered did not say is told once, not list by list.
        if self.asked.has_pages() || cursor.number > 1 {
            let page = Page {
                status: 0,
                date: None,
                original: (Digest::of(b""), 0),
                left_out: 0,
                next: None,
                bytes: None,
                broken: Some(reason.clone()),
                ..self.begun(list, request, cursor)
            };
            self.tell(Told::Page(Box::new(page))).await;
        }
        (End::Failed, reason)
    }

    async fn store(&mut self, list: &List, request: String, answer: Answer, cursor: &Cursor, wrong: Option<String>) {
        let page = self.made(list, request, answer, cursor, wrong);
        self.tell(Told::Page(Box::new(page))).await;
    }

    fn made(&self, list: &List, request: String, answer: Answer, cursor: &Cursor, wrong: Option<String>) -> Page {
        let broken = wrong.or(answer.broken);
        let (bytes, failed) = match answer.spool.into_reader() {
            Ok(reader) => (Some(reader), None),
            Err(error) => (None, Some(format!("it could not be held: {error}"))),
        };
        Page {
            status: answer.status,
            date: answer.date,
            original: answer.original,
            left_out: answer.left_out,
            next: answer.said.next.filter(|_| answer.status == 200 && broken.is_none()),
            bytes,
            broken: failed.or(broken),
            ..self.begun(list, request, cursor)
        }
    }

    fn begun(&self, list: &List, request: String, cursor: &Cursor) -> Page {
        Page {
            context: self.target.context.clone(),
            server: self.target.server.clone(),
            warning: self.target.warning(),
            list: list.clone(),
            request,
            number: cursor.number,
            began: cursor.began.unwrap_or_else(|| self.world.env.now()),
            inconsistent: cursor.inconsistent,
            status: 0,
            date: None,
            original: (Digest::of(b""), 0),
            left_out: 0,
            next: None,
            bytes: None,
            broken: None,
        }
    }
}

/// What is said of an answer that no API server gives.
const NO_LIST: &str = "200, but it is no list of the API: something else answers in its place (a proxy, a login page); compare \
     server in the kubeconfig";

/// What is said of a list that became too old while it was read.
pub const INCONSISTENT: &str = "the list became too old while it was read (410): what changed meanwhile may be missing or \
     old; collect again to get it whole";

fn ended(before: &Before) -> Option<End> {
    match (before.denied, before.next.is_some(), before.inconsistent) {
        (true, _, _) => Some(End::Denied),
        (false, true, _) => None,
        (false, false, true) => Some(End::Inconsistent),
        (false, false, false) => Some(End::Read),
    }
}
