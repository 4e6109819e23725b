//! The way to a server: over the network with TLS and proxies, or a socket on this machine.

use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use kube::Client;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// A body, wherever it comes from.
pub(in crate::collect) type AnyBody = UnsyncBoxBody<Bytes, Failed>;

/// The way to one server.
#[derive(Clone)]
pub(in crate::collect) enum Way {
    /// The client that clusters are asked with: it sends requests and nothing else.
    Network(Client),
    /// A Unix socket; each request has a connection of its own.
    Socket(PathBuf),
}

/// What failed on the way.
#[derive(Debug)]
pub(in crate::collect) struct Failed(Box<dyn Error + Send + Sync>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The error itself, so that whoever looks for its kind among the causes finds it.
        Some(&*self.0)
    }
}

fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Failed {
    Failed(error.into())
}

impl Way {
    /// Sends a request without a body, or with one that is at hand.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<AnyBody>, Failed> {
        match self {
            Way::Network(client) => {
                let sent = client.send(request.map(kube::client::Body::from)).await.map_err(failed)?;
                Ok(sent.map(|body| body.map_err(failed).boxed_unsync()))
            }
            Way::Socket(path) => {
                let stream = tokio::net::UnixStream::connect(path).await.map_err(failed)?;
                let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
                let (mut sender, connection) = opened.map_err(failed)?;
                tokio::spawn(connection);
                let sent = sender.send_request(request.map(|_| Empty::<Bytes>::new())).await.map_err(failed)?;
                Ok(sent.map(|body| body.map_err(failed).boxed_unsync()))
            }
        }
    }
}
