//! What refers to an image and what its index holds, in `image`.

use crate::case::query::image::ImageDetail;
use crate::cli::Failure;
use crate::cli::out::{Out, Tone};
use crate::cli::words::{counted, short, when};

/// Prints both, where anything is known of them.
pub(super) fn print(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    referrers(detail, out)?;
    members(detail, out)
}

fn referrers(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(asked) = &detail.referrers_asked else { return Ok(()) };
    out.line("")?;
    out.toned(Tone::Strong, "refers to it, as registries list it: nothing of this was checked")?;
    if detail.referrers.is_empty() {
        let text = format!("nothing was listed on {}; what hangs on tags alone may not be seen", when(asked));
        return out.labelled(Tone::Muted, "none", &text);
    }
    for row in &detail.referrers {
        let of = match row.of {
            "image" => String::new(),
            of => format!("  to its {of} {}", short(&row.subject)),
        };
        let media = if row.media_type.is_empty() { "type not told" } else { &row.media_type };
        let text = format!("{}  {media}{of}, listed {}", row.digest, when(&row.last_seen));
        out.labelled(Tone::Plain, row.kind, &text)?;
    }
    Ok(())
}

fn members(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    if detail.members.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.toned(Tone::Strong, &format!("its index holds {}", counted(detail.members.len() as u64, "manifest")))?;
    for row in &detail.members {
        let platform = if row.platform.is_empty() { "platform not told" } else { &row.platform };
        let used = if row.image.is_some() { "  used by its own digest too" } else { "" };
        out.labelled(Tone::Plain, "manifest", &format!("{}  {platform}{used}", row.digest))?;
    }
    Ok(())
}
