//! Making a case: a new one, or the exercise.

use std::path::PathBuf;

use super::import::Import;
use crate::case::Case;
use crate::case::events::kinds::Genesis;
use crate::case::store;
use crate::collect::redact::redact_text;
use crate::model::id::Id;
use crate::tui::data::{Bench, Deed, Done};
use crate::work::exercise;

/// Makes a case and opens it; what is declared beside the title follows on the command line or in later views.
#[derive(Debug)]
pub struct NewCase {
    /// The file, absolute or from the current folder.
    pub file: PathBuf,
    /// What it is about.
    pub title: String,
    /// What is imported into it at once.
    pub import: Vec<PathBuf>,
}

impl Deed for NewCase {
    fn title(&self) -> String {
        "making a case".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut nonce = [0; 16];
        (bench.env.random)(&mut nonce)?;
        let genesis = Genesis {
            nonce: Id(nonce),
            title: redact_text(&self.title).into_owned(),
            severity: None,
            tlp: None,
            aware: None,
            tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let file = bench.env.current_dir.join(&self.file);
        let case =
            Case::create(&file, &store::NewCase { genesis, group: None }, bench.env).map_err(|e| e.to_string())?;
        let path = case.path().to_path_buf();
        drop(case);
        if self.import.is_empty() {
            return Ok(Done { said: "made; import evidence with i".to_owned(), open: Some(path), ..Done::default() });
        }
        let inside = Bench { path: Some(&path), ..*bench };
        let done = Import { paths: self.import.clone() }.run(&inside);
        // The case is there whatever came of the import.
        let (said, gaps) = done.map_or_else(|error| (error, true), |done| (done.said, done.gaps));
        Ok(Done { said, gaps, open: Some(path), ..Done::default() })
    }
}

/// Makes the exercise's case, played to its end, in a folder of its own among the temporary files and opens it.
#[derive(Debug)]
pub struct Demo;

impl Deed for Demo {
    fn title(&self) -> String {
        "making the exercise".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let folder = exercise::temporary_folder(bench.env)?;
        let case = exercise::make(&folder, bench.env, bench.cancel).map_err(|e| e.to_string())?;
        let path = case.path().to_path_buf();
        drop(case);
        crate::cli::lay_out(&folder).map_err(|failure| failure.text)?;
        crate::cli::play(&path, bench.env, bench.cancel).map_err(|failure| failure.text)?;
        Ok(Done { open: Some(path), ..Done::default() })
    }
}
