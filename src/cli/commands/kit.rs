//! `kit`: a script for a team that owns data, or the table of what it asks for.

use serde_json::{Value, json};
use std::path::Path;

use super::make_file;
use crate::cli::args::{KitArgs, RoleArg};
use crate::cli::{Context, Exit, Outcome};
use crate::collect::kit::{Role, SETTINGS, script, sources};
use crate::model::digest::Digest;

/// Writes the script, or prints the table with `--json`.
pub fn run(args: &KitArgs, context: &mut Context<'_, '_>) -> Outcome {
    let role = args.role.map(role_of);
    let text = script(role);
    let file = args.output.as_ref().map(|file| context.env.current_dir.join(file));
    if let Some(file) = &file {
        if context.dry_run {
            context.out.plan(&[format!("would write {}", file.display())])?;
            return Ok(Exit::Done);
        }
        make_file::make(file, &text, make_file::SCRIPT)?;
    }
    let hash = Digest::of(text.as_bytes()).to_string();
    let name = file.as_ref().map(|file| file.display().to_string());
    if context.out.json {
        context.out.document(&document(role, name.as_deref(), &hash))?;
        return Ok(Exit::Done);
    }
    match &name {
        Some(name) => {
            context.out.line(&format!("{name}: read-only, for the team that owns the data"))?;
            context.out.line(&format!("{hash}: read it to them by telephone"))?;
            let word = if role.is_none() { " ROLE" } else { "" };
            context.out.line(&format!("they run: sh {}{word}", shown(file.as_deref())))?;
        }
        None => {
            context.out.bytes(text.as_bytes())?;
            context.out.note(&format!("{hash}: the script above; -o FILE writes it into a file"));
        }
    }
    Ok(Exit::Done)
}

fn shown(file: Option<&Path>) -> String {
    file.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn document(role: Option<Role>, file: Option<&str>, hash: &str) -> Value {
    let rows: Vec<Value> = sources(role)
        .map(|(role, source)| {
            json!({
                "id": source.id, "role": role.as_str(), "about": source.about, "tools": source.tools,
                "settings": source.settings, "command": source.command, "output": source.output,
                "format": source.format, "read": source.read, "rights": source.rights, "seconds": source.seconds,
            })
        })
        .collect();
    let settings: Vec<Value> = SETTINGS
        .iter()
        .filter(|setting| role.is_none_or(|role| setting.roles.contains(&role)))
        .map(|setting| json!({"name": setting.name, "about": setting.about}))
        .collect();
    json!({"file": file, "script": hash, "sources": rows, "settings": settings})
}

fn role_of(role: RoleArg) -> Role {
    match role {
        RoleArg::Cluster => Role::Cluster,
        RoleArg::Host => Role::Host,
        RoleArg::Registry => Role::Registry,
        RoleArg::Ci => Role::Ci,
        RoleArg::Scm => Role::Scm,
    }
}
