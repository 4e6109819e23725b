//! `packages`: who carries a package, by the order of versions of its own kind, and where nobody looked.

use crate::case::query::packages::{CarrierRow, PackageQuery, packages};
use crate::cli::finding_args::PackagesArgs;
use crate::cli::out::{Out, Tone};
use crate::cli::table::{Table, name, number, text, word};
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};

/// Answers with three numbers.
pub fn run(args: &PackagesArgs, context: &mut Context<'_, '_>) -> Outcome {
    let wanted = args.version.as_deref().unwrap_or_default();
    let query = match args.name.trim() {
        "" => return Err(Failure::usage("--name: name a package, as openssl")),
        url if url.starts_with("pkg:") => of_url(url, wanted)?,
        name => PackageQuery::new(name, wanted).map_err(|e| Failure::usage(format!("--version: {e}")))?,
    };
    let case = locate::for_questions(context)?;
    let found = packages(case.conn(), &query)?;
    if context.out.json {
        context.out.document(&found)?;
        return Ok(Exit::Done);
    }
    if !found.yes.is_empty() {
        print(&found.yes, context.out)?;
    }
    let mut images: Vec<&str> = found.yes.iter().map(|row| row.id.as_str()).collect();
    images.dedup();
    images.sort_unstable();
    images.dedup();
    let text = format!("yes {}   no {}   no SBOM {}", images.len(), found.no, found.no_sbom);
    context.out.toned(Tone::Strong, &text)?;
    if found.no > 0 {
        let text = "absence clears nothing: a copy may be linked in statically, or stand in no package manager's list";
        context.out.toned(Tone::Muted, text)?;
    }
    if found.no_sbom > 0 {
        let text =
            format!("{} nobody listed the packages of: hullbreach scan --with syft", counted(found.no_sbom, "image"));
        context.out.toned(Tone::Warn, &text)?;
    }
    Ok(Exit::Done)
}

/// A package URL, its range behind the `@` or in words of its own.
fn of_url(url: &str, wanted: &str) -> Result<PackageQuery, Failure> {
    let wrong = "--name: no package URL; write it as 'pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2'";
    let query = PackageQuery::of_url(url).ok_or_else(|| Failure::usage(wrong))?;
    match wanted {
        "" => Ok(query),
        _ if !query.is_of_all_versions() => Err(Failure::usage("--version: the package URL names versions already")),
        range => query.within(range).map_err(|e| Failure::usage(format!("--version: {e}"))),
    }
}

fn print(rows: &[CarrierRow], out: &mut Out<'_>) -> Result<(), Failure> {
    let columns = [
        name("IMAGE"),
        text("PACKAGE"),
        text("VERSION"),
        text("SOURCE").dropped(1),
        word("KIND").dropped(3),
        number("RUNNING"),
        word("TOLD BY").dropped(2),
        word("EVIDENCE").dropped(4),
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        let told = if row.by_finding { format!("{} (finding)", row.tool) } else { row.tool.clone() };
        table.row(
            if row.running > 0 { Tone::Bad } else { Tone::Plain },
            vec![
                row.image.clone(),
                row.package.clone(),
                row.version.clone(),
                if row.source_package.is_empty() { "-".to_owned() } else { row.source_package.clone() },
                row.ecosystem.clone(),
                row.running.to_string(),
                told,
                row.evidence.as_deref().map_or("-", short).to_owned(),
            ],
        );
    }
    table.print(out)
}
