//! A cluster's API over HTTPS, played from recordings, with an authority of its own and any fault one likes.
//!
//! Blocking threads and plain sockets: so an answer can end in its middle, never end, or be made while it is sent.

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Question {
    pub method: String,
    /// The path with its query.
    pub path: String,
    pub accept: String,
    pub authorization: String,
    /// How many of the same path came before it.
    pub before: usize,
    /// A client certificate of the authority was shown.
    pub certified: bool,
}

impl Question {
    /// The path without its query.
    pub fn bare(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// Chunks of a body, made while they are sent.
pub type Chunks = Box<dyn FnMut() -> Option<Vec<u8>> + Send>;

/// How a body is sent.
pub enum Body {
    Whole(Vec<u8>),
    /// So many bytes of it, then the connection is closed.
    Cut(Vec<u8>, usize),
    /// In chunks.
    Chunks(Chunks),
}

/// An answer.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Reply {
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, headers: vec![("Content-Type", "application/json".into())], body: Body::Whole(body.into()) }
    }

    /// A refusal as the API writes it.
    pub fn refusal(status: u16, reason: &str, message: &str) -> Reply {
        let body = serde_json::json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": status});
        Reply::json(status, body.to_string())
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Reply {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// Answers some questions otherwise than recorded.
pub type Fault = Arc<dyn Fn(&Question) -> Option<Reply> + Send + Sync>;

/// Certificates of one authority, as PEM.
pub struct Authority {
    pub certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().pem();
        Authority { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate with its key.
    pub fn sign(&self, name: &str, usage: ExtendedKeyUsagePurpose) -> (String, String) {
        self.sign_until(name, usage, None)
    }

    /// The same, good until the end of a year.
    pub fn sign_until(&self, name: &str, usage: ExtendedKeyUsagePurpose, year: Option<i32>) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        if let Some(year) = year {
            params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
            params.not_after = rcgen::date_time_ymd(year, 1, 1);
        }
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// A server that is running; it ends when this is dropped.
pub struct Server {
    pub authority: Authority,
    pub port: u16,
    asked: Arc<Mutex<Vec<Question>>>,
    ended: Arc<AtomicBool>,
}

impl Server {
    /// Plays the recordings.
    pub fn recorded() -> Server {
        Server::with(|_| None)
    }

    /// Plays the recordings, but for what the fault answers.
    pub fn with(fault: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static) -> Server {
        Server::named("127.0.0.1", fault)
    }

    /// The same, with a certificate for that name.
    pub fn named(name: &str, fault: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static) -> Server {
        Server::listening(name, Connection::Tls, fault)
    }

    /// Answers everything by itself, over that kind of connection.
    pub fn answering(connection: Connection, answer: impl Fn(&Question) -> Reply + Send + Sync + 'static) -> Server {
        Server::listening("127.0.0.1", connection, move |question| Some(answer(question)))
    }

    fn listening(
        name: &str,
        connection: Connection,
        fault: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static,
    ) -> Server {
        hullbreach::collect::cluster::install_tls();
        let authority = Authority::new();
        let year = (connection == Connection::Expired).then_some(2020);
        let (certificate, key) = authority.sign_until(name, ExtendedKeyUsagePurpose::ServerAuth, year);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.certificate.as_bytes()).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated().build().unwrap();
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
        let ended = Arc::new(AtomicBool::new(false));
        let config = (connection != Connection::Plain).then(|| Arc::new(config));
        let playing = Playing { config, asked: Arc::clone(&asked), fault: Arc::new(fault) };
        let ends = Arc::clone(&ended);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let playing = playing.clone();
                thread::spawn(move || playing.connection(stream.unwrap()));
            }
        });
        Server { authority, port, asked, ended }
    }

    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }

    /// The paths of every request so far.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|question| question.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// How one is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Tls,
    /// With a certificate that has run out.
    Expired,
    Plain,
}

#[derive(Clone)]
struct Playing {
    config: Option<Arc<ServerConfig>>,
    asked: Arc<Mutex<Vec<Question>>>,
    fault: Fault,
}

impl Playing {
    fn connection(&self, stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
        let Some(config) = &self.config else { return self.talk(BufReader::new(stream), |_| false) };
        let Ok(connection) = ServerConnection::new(Arc::clone(config)) else { return };
        self.talk(BufReader::new(StreamOwned::new(connection, stream)), |stream| {
            stream.conn.peer_certificates().is_some_and(|chain| !chain.is_empty())
        });
    }

    fn talk<S: Read + Write>(&self, mut stream: BufReader<S>, certified: impl Fn(&S) -> bool) {
        while let Some(mut question) = read(&mut stream) {
            question.certified = certified(stream.get_ref());
            {
                let mut asked = self.asked.lock().unwrap();
                question.before = asked.iter().filter(|other| other.path == question.path).count();
                asked.push(question.clone());
            }
            let reply = (self.fault)(&question).unwrap_or_else(|| recorded(&question));
            if send(stream.get_mut(), reply, question.method == "HEAD").is_none() {
                return;
            }
        }
    }
}

fn read(stream: &mut impl BufRead) -> Option<Question> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut header = |name: &str| headers.remove(name).unwrap_or_default();
    let (accept, authorization) = (header("accept"), header("authorization"));
    Some(Question { method, path, accept, authorization, before: 0, certified: false })
}

/// `None` where the connection is to be closed.
fn send(stream: &mut (impl Read + Write), reply: Reply, headers_only: bool) -> Option<()> {
    let mut head = format!("HTTP/1.1 {} Played\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.body {
        Body::Whole(bytes) => {
            head.push_str(&format!("Content-Length: {}\r\n\r\n", bytes.len()));
            stream.write_all(head.as_bytes()).ok()?;
            if !headers_only {
                stream.write_all(&bytes).ok()?;
            }
            stream.flush().ok()
        }
        Body::Cut(bytes, at) => {
            head.push_str(&format!("Content-Length: {}\r\n\r\n", bytes.len()));
            stream.write_all(head.as_bytes()).ok()?;
            stream.write_all(&bytes[..at]).ok()?;
            let _ = stream.flush();
            None
        }
        Body::Chunks(mut next) => {
            head.push_str("Transfer-Encoding: chunked\r\n\r\n");
            stream.write_all(head.as_bytes()).ok()?;
            while let Some(chunk) = next() {
                stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).ok()?;
                stream.write_all(&chunk).ok()?;
                stream.write_all(b"\r\n").ok()?;
                stream.flush().ok()?;
            }
            stream.write_all(b"0\r\n\r\n").ok()?;
            stream.flush().ok()
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cluster/recorded")
}

/// A recording's body.
pub fn recording(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.json"))).unwrap()
}

/// The recording of that very path, else of the path without its query, else an empty list of a kind that had no objects.
fn recorded(question: &Question) -> Reply {
    if question.bare() == "/api/v1/secrets" {
        return secrets(question);
    }
    let accept = if question.path == "/apis" { "apidiscovery" } else { "" };
    let found = |wanted: &str| {
        let mut metas: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        metas.sort();
        metas.into_iter().filter(|path| path.to_str().unwrap().ends_with(".meta.json")).find_map(|path| {
            let meta: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let fits =
                meta["path"] == wanted && meta["accept"].as_str().unwrap().contains(accept) && meta["as"] == "admin";
            let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".meta.json").to_owned();
            fits.then(|| Reply::json(meta["status"].as_u64().unwrap() as u16, recording(&name)))
        })
    };
    let named =
        |name: &str| name.strip_suffix("ies").map_or(name.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"));
    found(&question.path).or_else(|| found(question.bare())).unwrap_or_else(|| {
        let kind = question.bare().rsplit('/').next().map(named).unwrap_or_default();
        let core = ["replicationcontroller", "podtemplate", "priorityclasse"];
        if core.contains(&kind.as_str()) {
            return Reply::json(200, format!("{{\"kind\":\"{kind}List\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"1441\"}},\"items\":[]}}\n"));
        }
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".into())];
        Reply { status: 404, headers, body: Body::Whole(b"404 page not found\n".to_vec()) }
    })
}

/// Secrets by type, never but as metadata.
fn secrets(question: &Question) -> Reply {
    assert!(question.accept.contains("PartialObjectMetadataList") && !question.accept.contains(','), "{question:?}");
    let mut list: Value = serde_json::from_slice(&recording("secrets-metadata-only")).unwrap();
    let wanted = match question.path.split("fieldSelector=").nth(1).unwrap_or_default() {
        type_ if type_.starts_with("type%3Dkubernetes.io%2Fdockerconfigjson&") => "regcred",
        type_ if type_.starts_with("type%3Dkubernetes.io%2Fdockercfg&") => "none",
        type_ if type_.starts_with("type%21%3D") => "db-credentials",
        other => panic!("{other}"),
    };
    list["items"].as_array_mut().unwrap().retain(|item| item["metadata"]["name"] == wanted);
    Reply::json(200, list.to_string())
}
