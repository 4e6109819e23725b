//! The case that is measured: the big one, or a small one to see that everything works.

use serde_json::Value;
use std::path::PathBuf;

use crate::Outcome;
use crate::bench::{Bench, mib};
use crate::big;
use crate::data::{Form, list};
use crate::fleet::Fleet;
use crate::measure::output;
use crate::table::Row;

/// A case and what is known of it.
pub struct Scale {
    /// The file.
    pub case: PathBuf,
    /// Images in it.
    pub images: u64,
    /// Uses of the image that has most.
    pub busiest: u64,
}

impl Scale {
    /// The big case of the inventory's benchmarks: 100,000 images and 1,000,000 uses.
    pub fn big(bench: &Bench) -> Outcome<(Scale, Vec<Row>)> {
        let (case, rows) = big::built(bench)?;
        Ok((Scale::of(bench, case)?, rows))
    }

    /// One of about so many images, made anew.
    pub fn small(bench: &Bench, images: u64) -> Outcome<(Scale, Vec<Row>)> {
        let case = bench.new_case(&format!("small-{images}"))?;
        let fleet = Fleet { cluster: 0, first_workload: 0, pods: images.saturating_mul(3), images };
        let list = list(&bench.data, &format!("small-{images}-{images}"), &fleet, Form::Small)?;
        bench.checked_import(&case, &list, "small")?;
        let note = format!("{:.0} MiB, made anew", mib(&case));
        let scale = Scale::of(bench, case)?;
        Ok((scale, vec![Row::figure("a small case: its figures mean nothing", note)]))
    }

    fn of(bench: &Bench, case: PathBuf) -> Outcome<Scale> {
        let asked = ["--json", "images", "--sort", "uses"];
        let said = output(bench.hullbreach().arg("--case").arg(&case).args(asked))?;
        let told: Value = serde_json::from_slice(&said.stdout).map_err(|e| format!("images --json: {e}"))?;
        let images = told.pointer("/images").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let busiest = told.pointer("/images/0/uses").and_then(Value::as_u64);
        let busiest = busiest.ok_or_else(|| format!("{}: no image", case.display()))?;
        Ok(Scale { case, images, busiest })
    }

    /// What the list says above itself.
    pub fn all(&self) -> String {
        format!("{} images", self.images)
    }
}
