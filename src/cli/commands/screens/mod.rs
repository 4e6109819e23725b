//! `screens`: a picture of each view over the exercise, from the very cells that a terminal gets.

mod svg;

use std::path::Path;
use std::sync::Arc;

use crate::case::{Access, Case};
use crate::cli::args::ScreensArgs;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::env::Env;
use crate::tui::stage::Stage;
use crate::tui::theme::Theme;
use crate::work::exercise;

/// Columns and rows of a picture.
const SIZE: (u16, u16) = (100, 30);

/// File name, and the keys that lead there from the first view.
const PICTURES: [(&str, &str); 23] = [
    ("situation", ""),
    ("images", "2 j j"),
    ("images-groups", "2 b r"),
    ("image-uses", "2 Enter"),
    ("image-names", "2 Enter Tab Tab"),
    ("evidence", "2 Enter Enter"),
    ("blast", "2 r"),
    ("matrix", "4"),
    ("priority", "4 y"),
    ("to-find-out", "4 w"),
    ("graph", "g r l o"),
    ("around", "g r Enter"),
    ("why", "g r l j y"),
    ("tasks", "5"),
    ("credentials", "6"),
    ("events", "9 Tab"),
    ("event", "9 Tab j Enter"),
    ("coverage", "0"),
    ("gaps", "0 Tab Tab"),
    ("one-liner", "0 Tab Tab Tab Tab"),
    ("search", "Ctrl-p l e d g e r"),
    ("help", "2 ?"),
    ("timeline", "8"),
];

/// Writes them.
pub fn run(args: &ScreensArgs, context: &mut Context<'_, '_>) -> Outcome {
    let folder = context.env.current_dir.join(&args.dir);
    if context.dry_run {
        let lines = PICTURES.map(|(name, _)| format!("would write {}", folder.join(format!("{name}.svg")).display()));
        context.out.plan(&lines)?;
        return Ok(Exit::Done);
    }
    let failed = |path: &Path, e: std::io::Error| Failure::new(format!("{}: {e}", path.display()));
    std::fs::create_dir_all(&folder).map_err(|e| failed(&folder, e))?;
    let pictures = pictures(context.env)?;
    for (name, svg) in &pictures {
        let path = folder.join(format!("{name}.svg"));
        std::fs::write(&path, svg).map_err(|e| failed(&path, e))?;
    }
    if context.out.json {
        let names: Vec<&str> = pictures.iter().map(|(name, _)| *name).collect();
        context.out.document(&serde_json::json!({ "pictures": names }))?;
    } else {
        context.out.line(&format!("wrote {} pictures to {}", pictures.len(), folder.display()))?;
    }
    Ok(Exit::Done)
}

/// All of them. The exercise plays at its own time and on a machine of its own, so that a picture is the same everywhere.
fn pictures(env: &Env) -> Result<Vec<(&'static str, String)>, Failure> {
    let folder = exercise::temporary_folder(env).map_err(Failure::new)?;
    let drawn = draw_all(&alike(env, &folder), &folder);
    // It was ours alone, and nothing else is in it.
    let _ = std::fs::remove_dir_all(&folder);
    drawn
}

/// The same on every machine: who, where, when, and what is drawn by lot.
fn alike(env: &Env, folder: &Path) -> Env {
    use std::sync::Mutex;
    let drawn = Mutex::new(0_u64);
    let random = move |buffer: &mut [u8]| {
        let mut drawn = drawn.lock().map_err(|_| "no more randomness".to_owned())?;
        for part in buffer.chunks_mut(32) {
            *drawn += 1;
            let block = <sha2::Sha256 as sha2::Digest>::digest(drawn.to_le_bytes());
            part.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        Ok(())
    };
    let start = crate::model::time::Micros::parse_rfc3339(crate::collect::exercise::START).unwrap_or_default();
    Env {
        clock: Arc::new(move || (start, 0)),
        random: Arc::new(random),
        user: "ana".to_owned(),
        host: "bastion".to_owned(),
        config_dir: folder.join("config"),
        state_dir: folder.join("state"),
        ..env.clone()
    }
}

fn draw_all(env: &Env, folder: &Path) -> Result<Vec<(&'static str, String)>, Failure> {
    let case = exercise::make(folder, env, &std::sync::atomic::AtomicBool::new(false))?;
    let path = case.path().to_path_buf();
    drop(case);
    crate::cli::lay_out(folder)?;
    crate::cli::play(&path, env, &Arc::default())?;
    // As it stands when the last word was said.
    let case = Case::open(&path, Access::Read, env)?;
    let env = exercise::world_after(&case, env)?.unwrap_or_else(|| env.clone());
    drop(case);
    let picture = |(name, keys): (&'static str, &str)| {
        let mut stage = Stage::new(&env, Theme::default(), SIZE);
        stage.open(&path);
        stage.press(keys);
        (name, svg::picture(&stage.draw()))
    };
    Ok(PICTURES.map(picture).into())
}
