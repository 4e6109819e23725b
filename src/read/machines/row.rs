//! One row of a list of machines: the device, and a use for each image it has.

use super::fields::Field;
use crate::model::digest::Digest;
use crate::model::fact::{Item, Mark, Object, Role, Seen, SeenState, Spot, Use};
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::read::names;
use crate::read::outcome::Outcome;
use crate::read::tree::cut;

/// Most images of one cell.
const MOST: usize = 1_000;

/// A cell and where its text stands, relative to its row.
pub(super) struct Value {
    pub text: String,
    pub spot: Spot,
}

/// The cells of a row, by field.
pub(super) trait Row {
    /// The cell of a field; `None` where there is no such column, or nothing in it.
    fn get(&self, field: Field) -> Option<Value>;
    /// All images named in the row.
    fn images(&self) -> Vec<Value>;
}

/// What stands in a cell when there is nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    const NOTHING: [&str; 9] = ["", "-", "--", "n/a", "na", "none", "null", "<none>", "?"];
    NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The images of a cell: one, or several with `;`, `|`, a comma, a line's end or blanks between them. With each its place in
/// the cell. Of several words between blanks only those count that have something of a reference: "see the wiki" names no
/// three images. It is then handed on as it stands, to be refused.
pub(super) fn images_in(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = cell.split([';', '|', ',', '\n', '\r']).map(str::trim).filter(|part| !is_nothing(part));
    let place = |word: &str| (word.as_ptr() as usize).saturating_sub(cell.as_ptr() as usize);
    parts.flat_map(words_of).take(MOST).map(move |word| (place(word), word))
}

fn words_of(part: &str) -> impl Iterator<Item = &str> {
    let words = || part.split_whitespace().filter(|word| !is_nothing(word));
    let several = words().nth(1).is_some();
    let counts = move |word: &&str| !several || word.contains(['/', ':', '@']);
    let prose = (several && !words().all(|word| counts(&word))).then_some(part);
    words().filter(counts).chain(prose)
}

/// A text for the details, safe to show.
pub(super) fn shown(row: &dyn Row, field: Field) -> Option<String> {
    row.get(field).map(|value| scrub(&cut(value.text.into())).into_owned())
}

/// Reads a row. `locator` is where it stands for people, `spot` where for the program.
pub(super) fn read(row: &dyn Row, spot: Spot, locator: &str, out: &mut Outcome) {
    let images = row.images();
    if images.is_empty() {
        return out.reject(locator.to_owned(), "a row without an image");
    }
    let digest = digest(row, locator, out);
    let tag = row.get(Field::Tag).map(|value| value.text);
    let seen = row.get(Field::State).and_then(|value| state(&value.text));
    let technology = row.get(Field::Technology).and_then(|value| technology(&value.text));
    let alone = images.len() == 1;
    let mut uses: Vec<Use> = Vec::with_capacity(images.len());
    for (i, image) in images.into_iter().enumerate() {
        let text = if alone { whole(image.text, tag.as_deref(), digest.as_ref()) } else { image.text };
        if let Some(reason) = names::refusal(&text) {
            out.reject(locator.to_owned(), reason);
        } else if !names::is_reference(&text) {
            out.reject(locator.to_owned(), "not an image reference");
        } else {
            let name = if i == 0 { String::new() } else { i.to_string() };
            let mut place = Use::new(Role::Device, name, text, image.spot);
            let (image, image_id) = (String::new(), String::new());
            let (started, finished) = (None, None);
            place.marks = technology.map(|which| Mark::Technology(which.to_owned())).into_iter().collect();
            place.seen = seen.map(|state| Seen { state, image, image_id, started, finished, spot: Spot::default() });
            uses.push(place);
        }
    }
    if uses.is_empty() {
        return;
    }
    let object = device(row, out);
    out.items.push(Item { spot, object: Some(object), uses, ..Item::default() });
}

fn device(row: &dyn Row, out: &mut Outcome) -> Object {
    let word = |field| row.get(field).map(|value| cut(value.text.into())).filter(|text| !text.is_empty());
    let mut object = Object {
        kind: "Device".to_owned(),
        namespace: word(Field::Site).unwrap_or_default(),
        name: word(Field::Host).or_else(|| word(Field::Serial)).unwrap_or_default(),
        ..Object::default()
    };
    for field in [Field::Owner, Field::Serial, Field::Os, Field::State, Field::Criticality, Field::LastSeen] {
        if let Some(text) = shown(row, field) {
            object.details.insert(field.as_str().replace('-', "_"), text.into());
        }
    }
    if let Some(value) = row.get(Field::Technology) {
        let known = technology(&value.text);
        let text = known.map_or_else(|| scrub(&cut(value.text.into())).into_owned(), str::to_owned);
        object.details.insert(if known.is_some() { "technology" } else { "type" }.to_owned(), text.into());
    }
    let last = row.get(Field::LastSeen).and_then(|value| time(&value.text));
    out.newest = out.newest.max(last);
    object
}

/// The digest of a row, where its cell holds one.
fn digest(row: &dyn Row, locator: &str, out: &mut Outcome) -> Option<Digest> {
    let text = row.get(Field::Digest)?.text;
    let found = Digest::parse(&text).or_else(|_| Digest::parse(&format!("sha256:{text}")));
    if found.is_err() {
        out.reject(locator.to_owned(), "the digest is none (sha256: and 64 hex digits); the image was read without it");
    }
    found.ok()
}

/// An image with the tag and digest of columns of their own, where it has none itself.
fn whole(image: String, tag: Option<&str>, digest: Option<&Digest>) -> String {
    let last = image.rsplit('/').next().unwrap_or_default();
    let (tagged, pinned) = (last.contains(':'), image.contains('@'));
    let mut text = image;
    if let Some(tag) = tag.filter(|_| !tagged && !pinned) {
        text = format!("{text}:{tag}");
    }
    if let Some(digest) = digest.filter(|_| !pinned) {
        text = format!("{text}@{digest}");
    }
    text
}

/// What a list says of a state. A machine that is online, or up, does not tell that its container runs: only an engine's
/// own words do (`Up 3 days`).
fn state(text: &str) -> Option<SeenState> {
    let word = text.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "up" if text.trim().len() == word.len() => None,
        "running" | "up" | "yes" | "true" => Some(SeenState::Running),
        "stopped" | "exited" | "no" | "false" | "terminated" | "dead" => Some(SeenState::Terminated),
        "created" | "pending" | "waiting" | "restarting" => Some(SeenState::Waiting),
        _ => None,
    }
}

/// Office or plant: information technology or operational technology.
fn technology(text: &str) -> Option<&'static str> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "ot" | "ics" | "scada" | "operational technology" | "plc" | "hmi" => Some("OT"),
        "it" | "information technology" => Some("IT"),
        _ => None,
    }
}

fn time(text: &str) -> Option<Micros> {
    // A clock alone would need a day.
    let dated = text.len() >= 10 && text.get(4..5) == Some("-");
    dated.then(|| Micros::parse_stated(text, Micros(0)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_and_digest_of_their_own_columns() {
        let digest = Digest::of(b"");
        let d = digest.as_str();
        let table = [
            ("a/b", Some("1"), None, "a/b:1".to_owned()),
            ("a/b:2", Some("1"), None, "a/b:2".to_owned()),
            ("host:5000/a", Some("1"), Some(&digest), format!("host:5000/a:1@{d}")),
            ("a/b", None, Some(&digest), format!("a/b@{d}")),
            ("a/b@x", Some("1"), Some(&digest), "a/b@x".to_owned()),
        ];
        for (image, tag, digest, expected) in table {
            assert_eq!(whole(image.to_owned(), tag, digest), expected);
        }
    }

    #[test]
    fn several_images_of_a_cell() {
        let found: Vec<(usize, &str)> = images_in("a:1; b:2|c:3\nd:4,-").collect();
        assert_eq!(found, [(0, "a:1"), (5, "b:2"), (9, "c:3"), (13, "d:4")]);
        assert_eq!(images_in("n/a").count(), 0);
        let words = |cell| images_in(cell).map(|(_, word)| word).collect::<Vec<_>>();
        assert_eq!(words("redis; nginx,\nbusybox"), ["redis", "nginx", "busybox"]);
        assert_eq!(words("see the wiki"), ["see the wiki"]);
        assert_eq!(
            words("a:1 reg.example/b; was redis:6 before"),
            ["a:1", "reg.example/b", "redis:6", "was redis:6 before"]
        );
    }

    #[test]
    fn only_a_running_container_runs() {
        assert_eq!(state("Up 3 days"), Some(SeenState::Running));
        for other in ["online", "active", "ok", "", "in use", "up", "Up "] {
            assert_eq!(state(other), None, "{other}");
        }
        assert_eq!((technology(" OT "), technology("it"), technology("gateway")), (Some("OT"), Some("IT"), None));
        assert!(time("2026-11-20 10:00").is_some() && time("2026-11-20").is_some());
        assert!(time("10:00").is_none() && time("yesterday").is_none());
    }
}
