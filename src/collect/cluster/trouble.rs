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
        Trouble::advised(error, &KUBECONFIG)
    }

    /// The same, with what to do in the words of whoever asked.
    pub(in crate::collect) fn advised(error: &(dyn Error + 'static), advice: &Advice) -> Trouble {
        let why = chain(error);
        match lasting(error, advice) {
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
pub(in crate::collect) fn chain(error: &(dyn Error + 'static)) -> String {
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

/// What to do where a connection cannot be made, by what is wrong with it.
pub(in crate::collect) struct Advice {
    /// The certificate is not signed by an authority that is trusted.
    pub unknown: &'static str,
    /// The certificate is for another name.
    pub other_name: &'static str,
    /// The server speaks no TLS.
    pub no_tls: &'static str,
    /// It wants a client certificate.
    pub wants_certificate: &'static str,
    /// It does not accept the one it was shown.
    pub refuses_certificate: &'static str,
    /// Anything else about the certificate.
    pub other: &'static str,
}

const KUBECONFIG: Advice = Advice {
    unknown: "the server's certificate is not signed by the authority in the kubeconfig: compare \
              certificate-authority-data, and make sure that nothing stands between you and the cluster",
    other_name: "the server's certificate is for another name: compare server and tls-server-name in the kubeconfig",
    no_tls: "the server does not speak TLS: compare server in the kubeconfig",
    wants_certificate: "the cluster wants a client certificate: the kubeconfig's user has none",
    refuses_certificate: "the cluster does not accept the client certificate of the kubeconfig's user",
    other: "compare certificate-authority-data in the kubeconfig with the cluster's authority",
};

/// What to do, where asking again cannot help.
fn lasting(error: &(dyn Error + 'static), advice: &Advice) -> Option<&'static str> {
    use rustls::{AlertDescription as Alert, Error as Tls};
    match tls(error)? {
        Tls::InvalidCertificate(wrong) => Some(certificate(wrong, advice)),
        Tls::InvalidMessage(_) => Some(advice.no_tls),
        Tls::AlertReceived(Alert::CertificateRequired) => Some(advice.wants_certificate),
        Tls::AlertReceived(
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::DecryptError,
        ) => Some(advice.refuses_certificate),
        _ => None,
    }
}

/// What is wrong with the server's certificate.
fn certificate(wrong: &rustls::CertificateError, advice: &Advice) -> &'static str {
    use rustls::CertificateError as Wrong;
    match wrong {
        // A bad signature is an authority of the same name with another key.
        Wrong::UnknownIssuer | Wrong::BadSignature => advice.unknown,
        Wrong::Expired | Wrong::ExpiredContext { .. } => {
            "the server's certificate has run out, or this machine's clock is wrong"
        }
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet, or this machine's clock is wrong"
        }
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => advice.other_name,
        _ => advice.other,
    }
}

/// The TLS error among the causes. An I/O error hides what it was made of from its own causes.
fn tls<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::CertificateError as Wrong;
    use std::io;

    #[test]
    fn a_wrong_certificate_is_found_in_any_depth_and_is_no_reason_to_ask_again() {
        let table = [
            (Wrong::UnknownIssuer, "not signed by the authority"),
            (Wrong::BadSignature, "not signed by the authority"),
            (Wrong::Expired, "has run out"),
            (Wrong::NotValidForName, "for another name"),
            (Wrong::BadEncoding, "compare certificate-authority-data"),
        ];
        for (wrong, advice) in table {
            let mut error = io::Error::other(rustls::Error::InvalidCertificate(wrong));
            for _ in 0..3 {
                let Trouble::Lasting(words) = Trouble::of(&error) else { panic!("{error}") };
                assert!(words.contains(advice), "{words}");
                error = io::Error::other(error);
            }
        }
        let cut = io::Error::new(io::ErrorKind::UnexpectedEof, "peer closed connection");
        assert_eq!(Trouble::of(&cut), Trouble::Passing("peer closed connection".to_owned()));
    }
}
