//! An answer while it comes in: within a time and a size, through a filter, into a spool.

use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes};
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::time::Duration;

use crate::collect::cluster::spool::Spool;
use crate::collect::cluster::{Trouble, World};
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// What is done to the bytes of an answer on their way into the spool.
pub(in crate::collect) trait Filter {
    /// What the filter learned of the answer.
    type Said;
    /// Takes the next bytes and appends what is kept of them.
    fn push(&mut self, bytes: &[u8], kept: &mut Vec<u8>);
    /// Appends what was held back, and tells what was learned.
    fn finish(self, kept: &mut Vec<u8>) -> Self::Said;
}

/// Keeps everything.
pub(in crate::collect) struct Plain;

impl Filter for Plain {
    type Said = ();

    fn push(&mut self, bytes: &[u8], kept: &mut Vec<u8>) {
        kept.extend_from_slice(bytes);
    }

    fn finish(self, _kept: &mut Vec<u8>) {}
}

/// How much of an answer is waited for.
pub(in crate::collect) struct Bounds {
    /// From the request to the last byte.
    pub time: Duration,
    /// The most bytes.
    pub bytes: u64,
    /// What to do where there are more.
    pub larger: &'static str,
}

/// An answer as it came.
pub(in crate::collect) struct Taken<S> {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// What the filter kept of its bytes.
    pub spool: Spool,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// What the filter learned.
    pub said: S,
    /// Why it is not whole.
    pub broken: Option<String>,
    /// It would be broken off again.
    pub lasting: bool,
    /// When its first bytes came.
    pub came: Micros,
}

/// An answer while it comes in.
pub(in crate::collect) struct Incoming<F> {
    status: Option<u16>,
    headers: HeaderMap,
    spool: Spool,
    hash: Sha256,
    bytes: u64,
    filter: F,
    /// Left behind by each chunk; kept so that its memory is used again.
    kept: Vec<u8>,
    came: Micros,
}

impl<F: Filter> Incoming<F> {
    /// Nothing came yet.
    pub fn new(world: &World, filter: F) -> Self {
        Incoming {
            status: None,
            headers: HeaderMap::new(),
            spool: Spool::new(&world.shelf),
            hash: Sha256::new(),
            bytes: 0,
            filter,
            kept: Vec::new(),
            came: Micros(0),
        }
    }

    /// Takes in all of it, as long as there is time and nobody asks to stop. `told` puts an error into words.
    pub async fn come<B, E, E2>(
        &mut self,
        response: impl Future<Output = Result<Response<B>, E>>,
        bounds: &Bounds,
        world: &World,
        told: impl Fn(&(dyn Error + 'static)) -> Trouble,
    ) -> Result<(), Trouble>
    where
        B: Body<Data = Bytes, Error = E2> + Unpin,
        E: Error + 'static,
        E2: Error + 'static,
    {
        let late = || Trouble::Passing(format!("no whole answer within {} s", bounds.time.as_secs_f64()));
        tokio::select! {
            came = tokio::time::timeout(bounds.time, self.take(response, bounds, world, told)) => {
                came.unwrap_or_else(|_| Err(late()))
            }
            () = world.stop.wait() => Err(Trouble::Stopped),
        }
    }

    async fn take<B, E, E2>(
        &mut self,
        response: impl Future<Output = Result<Response<B>, E>>,
        bounds: &Bounds,
        world: &World,
        told: impl Fn(&(dyn Error + 'static)) -> Trouble,
    ) -> Result<(), Trouble>
    where
        B: Body<Data = Bytes, Error = E2> + Unpin,
        E: Error + 'static,
        E2: Error + 'static,
    {
        let response = response.await.map_err(|error| told(&error))?;
        self.came = world.env.now();
        self.status = Some(response.status().as_u16());
        let (head, mut body) = response.into_parts();
        self.headers = head.headers;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| told(&error))?;
            let Some(data) = frame.data_ref() else { continue };
            self.bytes += data.len() as u64;
            if self.bytes > bounds.bytes {
                return Err(Trouble::Lasting(format!("larger than {} bytes; {}", bounds.bytes, bounds.larger)));
            }
            self.hash.update(data);
            self.kept.clear();
            self.filter.push(data, &mut self.kept);
            self.spool.write(&self.kept).map_err(|error| {
                Trouble::Lasting(format!("it cannot be held in {}: {error}", world.shelf.folder.display()))
            })?;
        }
        Ok(())
    }

    /// The answer, whole or broken off; the trouble where there is nothing of it.
    pub fn end(mut self, came: Result<(), Trouble>) -> Result<Taken<F::Said>, Trouble> {
        let Some(status) = self.status else { return Err(came.err().unwrap_or(Trouble::Stopped)) };
        self.kept.clear();
        let said = self.filter.finish(&mut self.kept);
        let held = self.spool.write(&self.kept).map_err(|error| Trouble::Lasting(error.to_string()));
        let trouble = came.and(held).err();
        let lasting = matches!(trouble, Some(Trouble::Lasting(_)));
        let broken = trouble.map(|trouble| cut_off(self.bytes, trouble.words()));
        let original = (Digest::from_sha256(&self.hash.finalize().into()), self.bytes);
        let (headers, spool, came) = (self.headers, self.spool, self.came);
        Ok(Taken { status, headers, spool, original, said, broken, lasting, came })
    }
}

/// Says that an answer is not whole.
pub(in crate::collect) fn cut_off(bytes: u64, why: &str) -> String {
    format!("the answer was cut off after {bytes} bytes: {why}")
}
