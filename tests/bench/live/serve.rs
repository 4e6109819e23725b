//! A cluster's API over plain HTTP with many pods in pages of 500, made before the first question.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use crate::fleet::Fleet;
use crate::json::Json;
use crate::pod::{self, Printer};

/// Objects in a page.
pub const PAGE: u64 = 500;

/// A server that is running.
pub struct Server {
    pub address: String,
    pub pages: u64,
    pub bytes: u64,
}

impl Server {
    /// Makes the pages and serves them until the process ends.
    pub fn start(pods: u64) -> std::io::Result<Server> {
        let fleet = Fleet { cluster: 1, first_workload: 0, pods, images: 1_000 };
        let count = pods.div_ceil(PAGE);
        let pages: Vec<Vec<u8>> = (0..count).map(|page| one_page(&fleet, page, page + 1 == count)).collect();
        let bytes = pages.iter().map(|page| page.len() as u64).sum();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let pages = Arc::new(pages);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = Arc::clone(&pages);
                std::thread::spawn(move || talk(stream, &pages));
            }
        });
        Ok(Server { address, pages: count, bytes })
    }

    /// The address of each page, as one after the other is asked for.
    pub fn urls(&self) -> Vec<String> {
        (0..self.pages).map(|page| format!("{}/api/v1/pods?limit={PAGE}&continue={page}", self.address)).collect()
    }
}

fn one_page(fleet: &Fleet, page: u64, last: bool) -> Vec<u8> {
    let next = if last { String::new() } else { format!(",\"continue\":\"{}\"", page + 1) };
    let head = format!(
        "{{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"4711\"{next}}},\"items\":["
    );
    let mut bytes = head.into_bytes();
    let mut json = Json::compact();
    let begin = page * PAGE;
    for n in begin..(begin + PAGE).min(fleet.pods) {
        if n > begin {
            bytes.push(b',');
        }
        pod::write(&mut json, &mut fleet.pod(n, true), Printer::Api);
        json.take(&mut bytes);
    }
    bytes.extend_from_slice(b"]}\n");
    bytes
}

fn talk(mut stream: TcpStream, pages: &[Vec<u8>]) -> Option<()> {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let path = line.split_whitespace().nth(1)?.to_owned();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok().filter(|n| *n > 0)?;
            if header.trim().is_empty() {
                break;
            }
        }
        let small;
        let (status, body) = match path.strip_prefix("/api/v1/pods?") {
            Some(query) => {
                let page =
                    query.split("continue=").nth(1).and_then(|rest| rest.split('&').next()?.parse().ok()).unwrap_or(0);
                pages.get::<usize>(page).map_or((404, &b"{}"[..]), |page| (200, page.as_slice()))
            }
            None => {
                small = other(path.split('?').next().unwrap_or_default());
                (200, small.as_bytes())
            }
        };
        let head =
            format!("HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
    }
}

/// What is asked beside pods: discovery, as `kubectl` does it, and lists that are empty.
fn other(path: &str) -> String {
    match path {
        "/api" => r#"{"kind":"APIVersions","versions":["v1"]}"#.to_owned(),
        "/apis" => r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"#.to_owned(),
        "/version" => r#"{"major":"1","minor":"35","gitVersion":"v1.35.0"}"#.to_owned(),
        "/api/v1" => r#"{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod",
            "namespaced":true,"kind":"Pod","verbs":["get","list"],"shortNames":["po"]}]}"#
            .to_owned(),
        _ => r#"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"4711"},"items":[]}"#.to_owned(),
    }
}
