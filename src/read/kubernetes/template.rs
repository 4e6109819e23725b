//! Go templates that are not valid YAML before they are rendered: their `image:` lines, at low confidence and said so.

use crate::model::fact::{Item, Mark, Role, Spot, Use};
use crate::read::Segment;
use crate::read::names;
use crate::read::outcome::Outcome;

/// A line of a template that was not rendered; what it names may never be used.
const TEMPLATE_LINE: u16 = 300;

/// Reads the `image:` lines of a template.
pub(in crate::read) fn read_template(source: &str, segment: &Segment, out: &mut Outcome) {
    out.said.notes.insert(
        "a template that was not rendered: only its plain `image:` lines were read, at low confidence; render it \
         (`helm template`, `kustomize build`) and import the result"
            .to_owned(),
    );
    let mut item = Item {
        spot: Spot { pointer: segment.pointer.clone(), offset: 0, length: source.len() as u64 },
        ..Item::default()
    };
    let (mut offset, mut found) = (0u64, false);
    for (i, line) in source.split_inclusive('\n').enumerate() {
        if let Some(image) = image_in(line) {
            found = true;
            let locator = format!("line:{}", i + 1);
            let start = offset + (image.as_ptr() as usize).saturating_sub(line.as_ptr() as usize) as u64;
            match names::refusal(image) {
                Some(reason) => out.reject(format!("{}/{locator}", segment.pointer), reason),
                None if names::is_reference(image) => item.uses.push(Use {
                    confidence: TEMPLATE_LINE,
                    marks: vec![Mark::Guessed],
                    ..Use::new(
                        Role::Field,
                        locator.clone(),
                        image,
                        Spot { pointer: locator, offset: start, length: image.len() as u64 },
                    )
                }),
                None => out.reject(format!("{}/{locator}", segment.pointer), "no image reference"),
            }
        }
        offset += line.len() as u64;
    }
    if !found {
        out.reject(
            segment.pointer.clone(),
            "a template that is no valid YAML before it is rendered, and has no image line",
        );
    }
    if !item.uses.is_empty() {
        out.items.push(item);
    }
}

/// The value of a line that is only `image: value`, also as a list's element.
fn image_in(line: &str) -> Option<&str> {
    let text = line.trim();
    let text = text.strip_prefix("- ").map_or(text, str::trim_start);
    let value = text.strip_prefix("image:")?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.rsplit_once(quote)?.0,
        '{' | '#' if !value.starts_with("{{") => return None,
        _ => value.split(" #").next()?.trim_end(),
    };
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_lines() {
        assert_eq!(image_in("      - image: nginx:1 # note\n"), Some("nginx:1"));
        assert_eq!(image_in("image: \"a/b:1\"\r\n"), Some("a/b:1"));
        assert_eq!(image_in("image: \"{{ .Values.image }}\""), Some("{{ .Values.image }}"));
        assert_eq!(image_in("image: {{ .Values.image | quote }}"), Some("{{ .Values.image | quote }}"));
        for none in ["image:", "# image: a", "imagePullPolicy: Always", "image: {repository: a}"] {
            assert_eq!(image_in(none), None, "{none}");
        }
    }
}
