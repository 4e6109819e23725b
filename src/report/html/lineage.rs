//! The drawing of lineage, with a line to search it; a click on an image shows what it stands on and what stands on it.

use std::io::Write;

use crate::model::text::counted;
use crate::report::Written;
use crate::report::model::Drawing;

/// Pixels around it.
const MARGIN: i32 = 8;

/// Writes the figure.
pub(super) fn write(drawing: &Drawing, to: &mut dyn Write) -> Written {
    let (wide, high) = (drawing.width.max(0) + 2 * MARGIN, drawing.height.max(0) + 2 * MARGIN);
    writeln!(
        to,
        "<figure class=\"lineage\"><div class=\"tools\"><input type=\"search\" data-graph placeholder=\"Find an image\" \
         aria-label=\"Find an image in the drawing\"><output></output></div>\n<div class=\"canvas\">\
         <svg width=\"{wide}\" height=\"{high}\" viewBox=\"{} {} {wide} {high}\">\n{}</svg></div>",
        -MARGIN, -MARGIN, drawing.body
    )?;
    let left_out = match drawing.left_out {
        0 => String::new(),
        count => format!(" {} not drawn.", counted(count, "image")),
    };
    writeln!(
        to,
        "<figcaption>{}, {}.{left_out} Bases are on the left. Line: base; dashes: build input; dots: frontend; pale: below \
         0.70. <span class=\"legend\"><i class=\"bad\"></i>!! BAD <i class=\"proven\"></i>= SUSPECT \
         <i class=\"likely\"></i>~ TO CHECK <i class=\"open\"></i>? NOT KNOWN</span></figcaption>\
         <p class=\"picked\" aria-live=\"polite\"></p></figure>",
        counted(drawing.nodes, "image"),
        counted(drawing.edges, "edge"),
    )?;
    Ok(())
}
