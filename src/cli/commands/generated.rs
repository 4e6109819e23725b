//! `keys`, `completions`, `man`: made from the command table and the keymap.

use serde_json::json;

use crate::cli::args::{CompletionsArgs, ManArgs};
use crate::cli::out::Tone;
use crate::cli::table::{Table, text, word};
use crate::cli::{Context, Exit, Failure, Outcome, dress};
use crate::tui::keymap::read::merged;
use crate::tui::keymap::reference::rows;
use crate::tui::{commands, modes, run, view};

/// `keys`.
pub fn keys(context: &mut Context<'_, '_>) -> Outcome {
    let commands = commands();
    let (own, trouble) = run::own_keymap(context.env);
    let (keymap, warnings) = merged(own.as_deref(), &commands, &view::ids());
    let rows = rows(&keymap, &commands, &modes());
    let file = run::keymap_file(context.env).display().to_string();
    let warnings: Vec<String> = warnings.iter().map(|w| format!("{file}:{}: {}", w.line, w.text)).collect();
    let gaps = trouble.is_some() || !warnings.is_empty();
    for warning in trouble.iter().chain(&warnings) {
        context.out.note(warning);
    }
    if context.out.json {
        let keys: Vec<_> = rows
            .iter()
            .map(|r| json!({"mode": r.mode, "keys": r.keys, "run": r.run, "when": r.when, "own": r.own}))
            .collect();
        context.out.document(&json!({ "file": file, "keys": keys }))?;
    } else {
        let columns = [word("MODE"), text("KEYS"), text("DOES"), word("COMMAND").dropped(2), word("WHEN").dropped(1)];
        let mut table = Table::new(&columns);
        for row in rows {
            let tone = if row.own { Tone::Strong } else { Tone::Plain };
            table.row(tone, vec![row.mode, row.keys, row.title, row.run, row.when]);
        }
        table.print(context.out)?;
        context.out.toned(Tone::Muted, &format!("your own: {file}"))?;
    }
    Ok(if gaps { Exit::Gaps } else { Exit::Done })
}

/// `completions`.
pub fn completions(args: &CompletionsArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut dress::command(), "hullbreach", &mut script);
    context.out.bytes(&script)?;
    Ok(Exit::Done)
}

/// `man`.
pub fn man(args: &ManArgs, context: &mut Context<'_, '_>) -> Outcome {
    let folder = context.env.current_dir.join(&args.dir);
    let mut command = dress::command();
    command.build();
    let mut pages = vec![("hullbreach.1".to_owned(), command.clone())];
    pages.extend(command.get_subcommands().map(|sub| (format!("hullbreach-{}.1", sub.get_name()), sub.clone())));
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", folder.display()));
    if context.dry_run {
        let plan: Vec<String> =
            pages.iter().map(|(name, _)| format!("would write {}", folder.join(name).display())).collect();
        context.out.plan(&plan)?;
        return Ok(Exit::Done);
    }
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let count = pages.len();
    for (name, page) in pages {
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text).map_err(failed)?;
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    if context.out.json {
        context.out.document(&json!({ "folder": folder.display().to_string(), "pages": count }))?;
    } else {
        context.out.line(&format!(
            "{count} pages in {}: man -l {}/hullbreach.1",
            folder.display(),
            folder.display()
        ))?;
    }
    Ok(Exit::Done)
}
