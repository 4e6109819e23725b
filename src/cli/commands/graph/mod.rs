//! `graph`: which image stands on which, for people, for drawings and for scripts.
//!
//! Owns the choice of what is shown and in which format. What stands on what was settled by [`crate::graph`].

mod centre;
mod name;
mod text;

use super::make_file;
use crate::cli::graph_args::{GraphAction, GraphArgs, GraphFormat};
use crate::cli::out::{ascii, json_text};
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::graph::NodeId;
use crate::graph::draw::{Mark, Selection, document, dot, mermaid, svg};
use crate::model::text::scrub;
use crate::work::lineage::Known;

/// Nodes of a drawing at most. One of a thousand is wider than any screen already; what is left out is told.
const MOST_DRAWN: usize = 1_000;

/// Shows the lineage of the case.
pub fn run(args: &GraphArgs, context: &mut Context<'_, '_>) -> Outcome {
    if let Some(GraphAction::Name(args)) = &args.action {
        return name::run(args, context);
    }
    let format = format_of(args, context.out.json)?;
    let file = args.output.as_ref().map(|file| context.env.current_dir.join(file));
    if let (Some(file), true) = (&file, context.dry_run) {
        context.out.plan(&[format!("would write {}", file.display())])?;
        return Ok(Exit::Done);
    }
    let case = locate::for_lineage(context)?;
    let known = Known::read(case.conn())?;
    let centre = match &args.focus {
        None => None,
        Some(selector) => match centre::find(case.conn(), &known.graph, selector, context)? {
            Some(node) => Some(node),
            None => return Ok(Exit::Failed),
        },
    };
    set_aside(&known, context);
    let empty = text::nothing_known(&known);
    if let (Some(words), None) = (&empty, centre) {
        context.out.note(words);
    }
    // Without anything to list an outline has no line: the note says why.
    let written = written(&known, centre, format, empty.is_some(), context)?;
    let Some(file) = file else {
        context.out.bytes(written.as_bytes())?;
        return Ok(Exit::Done);
    };
    make_file::make(&file, &written, make_file::PRIVATE)?;
    context.out.note(&format!("{}: written", file.display()));
    Ok(Exit::Done)
}

fn format_of(args: &GraphArgs, json: bool) -> Result<GraphFormat, Failure> {
    match args.format {
        GraphFormat::Outline if json => Ok(GraphFormat::Json),
        GraphFormat::Json => Ok(GraphFormat::Json),
        _ if json => Err(Failure::usage("--json and another --format cannot both be meant; leave one of them out")),
        GraphFormat::Paths if args.focus.is_none() => {
            Err(Failure::usage("--format paths shows the ways of one image: name it with --focus IMAGE"))
        }
        format => Ok(format),
    }
}

fn written(
    known: &Known,
    centre: Option<NodeId>,
    format: GraphFormat,
    empty: bool,
    context: &mut Context<'_, '_>,
) -> Result<String, Failure> {
    let graph = &known.graph;
    let unmarked = |_| Mark::None;
    Ok(match format {
        GraphFormat::Outline => match centre {
            Some(node) => plain(&text::around(known, node), context),
            None if empty => String::new(),
            None => plain(&text::outline(known), context),
        },
        GraphFormat::Paths => plain(&centre.map(|node| text::paths(known, node)).unwrap_or_default(), context),
        GraphFormat::Json => json_text(&document(graph, &whole(known, centre)))?,
        GraphFormat::Dot => dot(graph, &drawn(known, centre, context), &unmarked),
        GraphFormat::Mermaid => mermaid(graph, &drawn(known, centre, context), &unmarked),
        GraphFormat::Svg => {
            let title = centre.map_or_else(|| "Lineage".to_owned(), |node| format!("Lineage of {}", graph.name(node)));
            svg(graph, &drawn(known, centre, context), &title, &unmarked)
        }
    })
}

/// Lines that are safe for a terminal, in ASCII where that is asked for.
fn plain(text: &str, context: &Context<'_, '_>) -> String {
    let safe = |line: &str| {
        let line = scrub(line);
        if context.out.ascii { ascii(&line) } else { line.into_owned() }
    };
    text.lines().map(|line| safe(line) + "\n").collect()
}

/// What is drawn; what is left out is told beside it.
fn drawn(known: &Known, centre: Option<NodeId>, context: &mut Context<'_, '_>) -> Selection {
    let selection = match centre {
        Some(node) => Selection::around(&known.graph, &[node], MOST_DRAWN),
        None => Selection::all(&known.graph, MOST_DRAWN),
    };
    if selection.left_out > 0 {
        let more = counted(selection.left_out as u64, "image");
        context.out.note(&format!("{more} more, not drawn: --focus IMAGE draws one with what is around it"));
    }
    selection
}

/// Everything for scripts: images of which no lineage is known are told, too, for they are not known to be harmless.
fn whole(known: &Known, centre: Option<NodeId>) -> Selection {
    let graph = &known.graph;
    match centre {
        Some(node) => Selection::around(graph, &[node], usize::MAX),
        None => Selection {
            nodes: graph.nodes().map(|(node, _)| node).filter(|node| graph.is_listed(*node)).collect(),
            edges: graph.edges().filter(|(_, edge)| graph.is_drawn(edge)).map(|(number, _)| number).collect(),
            left_out: 0,
        },
    }
}

/// Claims that could not be used are counted and named.
fn set_aside(known: &Known, context: &mut Context<'_, '_>) {
    let rejected = known.graph.rejected();
    let Some((number, reason)) = rejected.first() else { return };
    let place =
        known.claimed(*number).map_or_else(String::new, |(source, spot)| format!("{} {}: ", source.path, spot.pointer));
    let count = counted(rejected.len() as u64, "claim");
    context.out.note(&format!("{count} set aside; the first: {place}{reason}"));
}
