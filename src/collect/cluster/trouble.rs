//! Why a cluster gave no answer, in words a responder can act on.

use std::error::Error;

use crate::collect::redact::redact_text;
use crate::model::text::scrub;

/// Why there is no answer, or no whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Asking again may help.
    Passing(String),
    /// Asking again cannot help.
    Lasting(String),
    /// The responder asked to stop, or the time for the whole is over.
    Stopped,
}

impl Trouble {
    /// What went wrong with a request. Never says what was sent: it holds credentials.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Trouble {
        let why = chain(error);
        match lasting(&why) {
            Some(advice) => Trouble::Lasting(format!("{why}; {advice}")),
            None => Trouble::Passing(why),
        }
    }

    /// The words.
    pub fn words(&self) -> &str {
        match self {
            Trouble::Passing(why) | Trouble::Lasting(why) => why,
            Trouble::Stopped => "stopped",
        }
    }
}

/// An error with its causes, each said once, without secrets.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| words.len() < 12) {
        let text = error.to_string();
        if !text.is_empty() && !words.iter().any(|before| before.contains(&text)) {
            words.retain(|before| !text.contains(before.as_str()));
            words.push(text);
        }
        next = error.source();
    }
    let text = words.join(": ");
    let text = text.strip_prefix("ServiceError: ").unwrap_or(&text);
    scrub(&redact_text(text)).into_owned()
}

/// What to do, where asking again cannot help.
fn lasting(why: &str) -> Option<&'static str> {
    let table = [
        (
            "UnknownIssuer",
            "the server's certificate is not signed by the authority in the kubeconfig: compare \
             certificate-authority-data, and make sure that nothing stands between you and the cluster",
        ),
        ("Expired", "the server's certificate has run out, or this machine's clock is wrong"),
        ("NotValidYet", "the server's certificate is not valid yet, or this machine's clock is wrong"),
        (
            "NotValidForName",
            "the server's certificate is for another name: compare server and tls-server-name in the kubeconfig",
        ),
        (
            "invalid peer certificate",
            "compare certificate-authority-data in the kubeconfig with the cluster's authority",
        ),
        ("CertificateRequired", "the cluster wants a client certificate: the kubeconfig's user has none"),
        (
            "fatal alert",
            "the cluster refuses the TLS connection: check the client certificate of the kubeconfig's user",
        ),
        ("InvalidContentType", "the server does not speak TLS: compare server in the kubeconfig"),
    ];
    table.iter().find(|(word, _)| why.contains(word)).map(|(_, advice)| *advice)
}
