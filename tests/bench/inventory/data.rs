//! Generated lists on disk, kept under `target/bench-data/` and used again while they are what would be written now. Streams:
//! holds one pod at a time.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::fleet::{Fleet, Phase, Pod};
use crate::json::Json;
use crate::pod::{self, Printer};

/// Raised whenever other bytes come out for the same list.
const GENERATOR: u32 = 3;

/// How a list is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `kubectl get pods -A -o json`.
    Kubectl,
    /// `kubectl get --raw /api/v1/pods`: the same pods on one line, with all that the API knows of them.
    OneLine,
    /// One line with about 1 KB a pod, three containers each.
    Small,
}

/// A list on disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct List {
    generator: u32,
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Pods in it.
    pub pods: u64,
    /// Containers that are not init containers: what the peer prints.
    pub containers: u64,
    /// Containers of any kind.
    pub uses: u64,
    /// Images in it: digests, and names that have none where the pull failed.
    pub images: u64,
}

/// The list of that name, written now unless it is there already.
pub fn list(folder: &Path, name: &str, fleet: &Fleet, form: Form) -> Outcome<List> {
    let path = folder.join(format!("{name}.json"));
    let card = folder.join(format!("{name}.card"));
    if let Some(list) = kept(&card, &path) {
        return Ok(list);
    }
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let _ = fs::remove_file(&card);
    let list = write(&path, fleet, form).map_err(|e| format!("{}: {e}", path.display()))?;
    let text = serde_json::to_string(&list).map_err(|e| e.to_string())?;
    fs::write(&card, text).map_err(|e| format!("{}: {e}", card.display()))?;
    Ok(list)
}

/// A list written before, by this generator and not cut since.
fn kept(card: &Path, path: &Path) -> Option<List> {
    let list: List = serde_json::from_slice(&fs::read(card).ok()?).ok()?;
    let whole = fs::metadata(path).is_ok_and(|m| m.len() == list.bytes);
    (list.generator == GENERATOR && list.path == path && whole).then_some(list)
}

fn write(path: &Path, fleet: &Fleet, form: Form) -> std::io::Result<List> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (head, between, tail, mut json) = match form {
        Form::Kubectl => (
            "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        ",
            ",\n        ",
            "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n",
            Json::pretty(2),
        ),
        Form::OneLine | Form::Small => (
            "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"4711\"},\"items\":[",
            ",",
            "]}\n",
            Json::compact(),
        ),
    };
    let mut count = Count::default();
    let (mut bytes, mut buffer) = (0, Vec::new());
    for n in 0..fleet.pods {
        buffer.clear();
        buffer.extend_from_slice(if n == 0 { head } else { between }.as_bytes());
        let mut one = fleet.pod(n, form == Form::Small);
        count.add(&one);
        match form {
            Form::Small => pod::write_small(&mut json, &one),
            Form::Kubectl => pod::write(&mut json, &mut one, Printer::Kubectl),
            Form::OneLine => pod::write(&mut json, &mut one, Printer::Api),
        }
        json.take(&mut buffer);
        bytes += buffer.len() as u64;
        out.write_all(&buffer)?;
    }
    out.write_all(tail.as_bytes())?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(List {
        generator: GENERATOR,
        path: path.to_path_buf(),
        bytes: bytes + tail.len() as u64,
        pods: fleet.pods,
        containers: count.containers,
        uses: count.uses,
        images: count.images.len() as u64,
    })
}

/// What an inventory of the list must find.
#[derive(Default)]
struct Count {
    containers: u64,
    uses: u64,
    images: HashSet<String>,
}

impl Count {
    fn add(&mut self, pod: &Pod) {
        self.containers += pod.containers.len() as u64;
        for image in pod.containers.iter().chain(&pod.init) {
            self.uses += 1;
            // Where nothing was pulled, only a pinned digest tells what would have run.
            let known = pod.phase != Phase::Pending || image.written.contains('@');
            let name = || format!("{}:{}", image.repository, image.tag);
            self.images.insert(if known { image.digest.clone() } else { name() });
        }
    }
}
