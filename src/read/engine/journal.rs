//! Lines of the system's journal that speak of pulled images: of the kubelet, containerd and CRI-O, as `journalctl` prints
//! them in its `short-iso` form, with the machine's name in each.
//!
//! A journal is kept for a while only, and a runtime that is told to be quiet says nothing: a pull that is not in it is not
//! known.

use crate::model::fact::{Sighting, SightingKind};
use crate::model::time::Micros;
use crate::read::Segment;
use crate::read::kubernetes::taken::Taken;
use crate::read::names;
use crate::read::outcome::Outcome;
use crate::read::text::{lines, place};

/// No line is longer.
const LONGEST: usize = 1 << 16;

/// A line with its parts.
struct Line<'l> {
    time: Micros,
    host: &'l str,
    /// The program, without its process number.
    unit: &'l str,
    message: &'l str,
}

impl<'l> Line<'l> {
    fn of(line: &'l str) -> Option<Line<'l>> {
        let (time, rest) = line.split_once(' ')?;
        let (host, rest) = rest.split_once(' ')?;
        let (unit, message) = rest.split_once(": ")?;
        let unit = unit.split('[').next()?;
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
        (plain(host) && plain(unit)).then_some(())?;
        Some(Line { time: time_of(time)?, host, unit, message })
    }
}

/// `2026-11-19T03:12:01+0100`; newer versions write the colon.
fn time_of(text: &str) -> Option<Micros> {
    let bytes = text.as_bytes();
    (bytes.len() <= 40 && bytes.get(10) == Some(&b'T')).then_some(())?;
    Micros::parse_rfc3339(text).or_else(|| {
        let (head, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
        Micros::parse_rfc3339(&format!("{head}:{minutes}"))
    })
}

/// Whether a line is of a journal and speaks of images.
pub(in crate::read) fn is_line(line: &str) -> bool {
    line.len() <= LONGEST && Line::of(line).is_some_and(|line| images(&line).is_some())
}

/// Reads a run of lines.
pub(in crate::read) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    for (number, start, line) in lines(source, segment) {
        if line.len() > LONGEST {
            out.reject(format!("line:{number}"), "a line of more than 64 KiB");
            continue;
        }
        let Some(parts) = Line::of(line) else { continue };
        let Some((kind, image, digest)) = images(&parts) else { continue };
        let spot =
            crate::model::fact::Spot { pointer: format!("line:{number}"), offset: start, length: line.len() as u64 };
        let at =
            crate::model::fact::Spot { pointer: String::new(), offset: place(line, image), length: image.len() as u64 };
        let mut taken = Taken::of_text(spot, out);
        if let Some(why) = names::refusal(image) {
            taken.reject("", why);
            continue;
        }
        taken.object.kind = "JournalLine".to_owned();
        taken.detail("reason", parts.unit);
        let time = taken.newest(Some(parts.time));
        taken.sightings.push(Sighting {
            kind,
            as_written: image.to_owned(),
            digest: digest.to_owned(),
            host: parts.host.to_owned(),
            user: String::new(),
            from: time,
            to: time,
            count: 1,
            spot: at,
        });
        taken.finish();
    }
}

/// The image that a message names, what happened to it, and its digest as it was reported.
fn images<'l>(line: &Line<'l>) -> Option<(SightingKind, &'l str, &'l str)> {
    let message = line.message;
    match line.unit {
        "containerd" => {
            let kind = if message.contains(" returns image reference ") || message.contains("Pulled image ") {
                SightingKind::Pull
            } else if message.contains("PullImage ") || message.contains("ImageCreate event") {
                SightingKind::Record
            } else {
                return None;
            };
            let image = after(message, &["PullImage ", "Pulled image ", "name:"])?;
            let digest = after(message, &["repo digest ", "returns image reference "]).unwrap_or_default();
            named(kind, image, digest)
        }
        "kubelet" | "k3s" | "rke2" | "microk8s.daemon-kubelite" => {
            let pulled = message.contains("Successfully pulled image");
            let image = after(message, &["Successfully pulled image ", "Pulling image "])?;
            named(if pulled { SightingKind::Pull } else { SightingKind::Record }, image, "")
        }
        "crio" | "cri-o" => {
            let pulled = message.contains("Pulled image: ");
            let image = after(message, &["Pulled image: ", "Pulling image: "])?;
            named(if pulled { SightingKind::Pull } else { SightingKind::Record }, image, "")
        }
        _ => None,
    }
}

fn named<'l>(kind: SightingKind, image: &'l str, digest: &'l str) -> Option<(SightingKind, &'l str, &'l str)> {
    let in_name = image.rsplit_once('@').map(|(_, digest)| digest).filter(|digest| digest.starts_with("sha256:"));
    names::is_reference(image).then_some((
        kind,
        image,
        if digest.is_empty() { in_name.unwrap_or_default() } else { digest },
    ))
}

/// The text behind the first of some words: up to the quote that ends it, where it begins with one, else one word. Programs
/// that quote their messages put backslashes before the quotes inside.
fn after<'l>(message: &'l str, words: &[&str]) -> Option<&'l str> {
    let rest = words.iter().find_map(|word| message.split_once(word)).map(|(_, rest)| rest)?;
    let open = rest.trim_start_matches('\\');
    let text = match open.strip_prefix('"') {
        Some(quoted) => quoted.split(['"', '\\']).next()?,
        None => open.split([' ', '"', '\\', ',']).next()?,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::read::Format;

    fn told(text: &str) -> Vec<(SightingKind, String, String, String)> {
        let (items, _) = testing::read(Format::EngineLog, text);
        let sightings = items.into_iter().flat_map(|item| item.sightings);
        sightings.map(|s| (s.kind, s.as_written, s.digest, s.host)).collect()
    }

    #[test]
    fn pulls_are_read_from_every_runtimes_lines() {
        let id = format!("sha256:{}", "a".repeat(64));
        let text = format!(
            "2025-11-19T03:12:01+0000 n1 containerd[812]: time=\"2025-11-19T03:12:01Z\" level=info msg=\"PullImage \\\"docker.io/library/nginx:1.27\\\" returns image reference \\\"{id}\\\"\"\n\
             2025-11-19T04:12:01+01:00 n1 containerd[812]: time=\"x\" level=info msg=\"Pulled image \\\"docker.io/library/redis:7\\\" with image id \\\"sha256:bb\\\", repo tag \\\"docker.io/library/redis:7\\\", repo digest \\\"docker.io/library/redis@{id}\\\", size \\\"1\\\" in 1.2s\"\n\
             2025-11-19T03:12:01+0000 n2 kubelet[1]: I1119 event.go:1] \"Event occurred\" message=\"Successfully pulled image \\\"quay.io/app:1\\\" in 1s\"\n\
             2025-11-19T03:12:01+0000 n3 crio[9]: time=\"x\" level=info msg=\"Pulled image: docker.io/library/alpine@{id}\" id=1\n\
             2025-11-19T03:12:01+0000 n3 crio[9]: time=\"x\" level=info msg=\"Pulling image: docker.io/library/alpine:3\" id=1\n\
             2025-11-19T03:12:01+0000 n3 sshd[9]: Accepted publickey for ana\n"
        );
        let pull =
            |kind, name: &str, digest: &str, host: &str| (kind, name.to_owned(), digest.to_owned(), host.to_owned());
        assert_eq!(
            told(&text),
            [
                pull(SightingKind::Pull, "docker.io/library/nginx:1.27", &id, "n1"),
                pull(SightingKind::Pull, "docker.io/library/redis:7", &format!("docker.io/library/redis@{id}"), "n1"),
                pull(SightingKind::Pull, "quay.io/app:1", "", "n2"),
                pull(SightingKind::Pull, &format!("docker.io/library/alpine@{id}"), &id, "n3"),
                pull(SightingKind::Record, "docker.io/library/alpine:3", "", "n3"),
            ]
        );
        let (items, _) = testing::read(Format::EngineLog, &text);
        assert!(items.iter().all(|item| item.sightings[0].from.unwrap().rfc3339() == "2025-11-19T03:12:01Z"));
        let first = &items[0];
        let at = (first.spot.offset + first.sightings[0].spot.offset) as usize;
        assert!(text[at..].starts_with("docker.io/library/nginx:1.27\\"), "{}", &text[at..at + 40]);
    }

    #[test]
    fn lines_that_only_look_like_it_are_no_journal() {
        for line in [
            "2025-11-19T03:12:01+0000 n1 app[1]: PullImage \"a:1\"",
            "2025-11-19 n1 kubelet[1]: Successfully pulled image \"a:1\"",
            "Successfully pulled image \"a:1\"",
            "2025-11-19T03:12:01+0000 n1 kubelet[1]: Successfully pulled image \"\"",
            "",
        ] {
            assert!(!is_line(line), "{line}");
        }
    }
}
