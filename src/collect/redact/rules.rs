//! What a key means and what may stand at its place, for JSON and YAML alike.
//!
//! A walker keeps a [`Frame`] for each open object or array and asks it which [`Place`] the next value stands at. Order
//! of keys is not relied on where it varies: `data` comes before `kind` in what kubectl prints.

use super::commandline::Command;
use super::environment::Says;
use super::keys::KeyClass;
use super::names::{self, Strength};

/// What a value's place means for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing special: key-shaped strings, credentials in URLs, command lines.
    Open,
    /// Beside a telling name.
    Telling,
    /// Beside a name that makes a random value a secret.
    WeakTelling,
    SecretNames,
    Environment,
    ComposeEnvironment,
    ConfigEnvironment,
    EnvironmentEntry,
    /// A literal value of a container's environment.
    EnvironmentValue,
    /// The same under a name that carries image references.
    ImageVariable,
    /// `build` of a compose service.
    Build,
    /// Its `args`, as a mapping or as a list of `KEY=value`.
    BuildArguments,
    /// One of their values, under a name that says this.
    BuildArgument(Says),
    Command,
    Headers,
    HeaderEntry,
    HeaderValue,
    /// A map that is data of a ConfigMap or Secret, if its values are strings.
    Data,
    DataValue,
    ManagedFields,
    Annotations,
    Annotation,
    Message,
    History,
    Image,
    Template,
}

/// An open object or array.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    place: Place,
    /// True for an array.
    pub array: bool,
    /// What the segment stands in.
    root: bool,
    /// The object stands where an API object may stand.
    loose: bool,
    manifest: bool,
    /// It is an API object that is neither ConfigMap nor Secret, or no API object at all.
    foreign: bool,
    /// The object stands beside a telling name, so its `value` or `default` is what the name tells of.
    telling: bool,
    /// Where the `name` of this entry stands in the source: it says what its `value` is.
    name: Option<(usize, usize)>,
    /// What the earlier elements of an array of arguments said.
    pub command: Command,
}

impl Frame {
    /// What a segment stands in: anything.
    pub fn root() -> Self {
        Frame { root: true, ..Frame::new(Place::Open, false, true) }
    }

    fn new(place: Place, array: bool, loose: bool) -> Self {
        let (manifest, foreign, telling) = (false, false, false);
        Frame { place, array, root: false, loose, manifest, foreign, telling, name: None, command: Command::default() }
    }

    /// The frame of an object or array that stands at `place` in this one.
    pub fn open(&self, place: Place, array: bool) -> Self {
        use Place::*;
        let inside = match place {
            // An object beside a telling name has names of its own.
            Telling | WeakTelling | SecretNames if !array => Open,
            EnvironmentValue | ImageVariable | HeaderValue | DataValue | Image if !array => Open,
            EnvironmentValue | ImageVariable | DataValue | BuildArgument(_) => Open,
            Build if array => Open,
            Data if array => Open,
            Command if !array => Open,
            other => other,
        };
        let loose = self.array || self.root || place == Template;
        Frame { telling: place == Telling && !array, ..Frame::new(inside, array, loose) }
    }

    /// True for what the segment stands in.
    pub fn is_root(&self) -> bool {
        self.root
    }

    /// The place this object or array itself stands at.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The place of the value under a key of this object, which stands in `source`.
    pub fn member(&self, class: KeyClass, key: &[u8], source: &[u8]) -> Place {
        use KeyClass as K;
        match (self.place, class) {
            (Place::ManagedFields, _) => Place::ManagedFields,
            // A CI variable with a description, a variable of a bake file.
            _ if self.telling && matches!(key, b"value" | b"default") => Place::Telling,
            (Place::Annotations, K::Telling) => Place::Telling,
            (Place::Annotations, _) => Place::Annotation,
            (Place::Data, _) => Place::DataValue,
            (Place::ComposeEnvironment, _) if key == b"name" || key == b"url" => Place::Open,
            (Place::ComposeEnvironment, _) if names::is_image_variable(key) => Place::ImageVariable,
            (Place::ComposeEnvironment, _) => Place::EnvironmentValue,
            (Place::Build, _) if key == b"args" => Place::BuildArguments,
            (Place::BuildArguments, _) => Place::BuildArgument(Says::of(key)),
            (Place::EnvironmentEntry, K::Value) if names::is_image_variable(self.name(source)) => Place::ImageVariable,
            (Place::EnvironmentEntry, K::Value) => Place::EnvironmentValue,
            (Place::HeaderEntry, K::Value) => Place::HeaderValue,
            (_, K::Value) if names::strength(self.name(source)) == Strength::Strong => Place::Telling,
            (_, K::Data) if self.is_data(key) => Place::Data,
            // `key` names an entry, or it is one.
            (_, K::Name) if key.eq_ignore_ascii_case(b"key") => Place::WeakTelling,
            _ => place_of(class),
        }
    }

    fn is_data(&self, key: &[u8]) -> bool {
        !self.foreign && (self.manifest || self.loose || self.place == Place::Template || key != b"data")
    }

    /// The place of an element of this array.
    pub fn element(&self, object: bool) -> Place {
        match (self.place, object) {
            (Place::Environment | Place::ComposeEnvironment | Place::ConfigEnvironment, true) => {
                Place::EnvironmentEntry
            }
            (Place::Headers, true) => Place::HeaderEntry,
            (Place::SecretNames, _) => Place::Open,
            (place, _) => place,
        }
    }

    /// The name of this entry, without quotes.
    fn name<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        let name = self.name.and_then(|(start, end)| source.get(start..end)).unwrap_or_default();
        let inner = |quote: &[u8]| name.strip_prefix(quote).and_then(|n| n.strip_suffix(quote));
        inner(b"\"").or_else(|| inner(b"'")).unwrap_or(name)
    }

    /// Remembers what a value says about the rest of the object: `source[start..end]`, or its decoded form.
    pub fn note(&mut self, class: KeyClass, value: &[u8], start: usize, end: usize) {
        match class {
            KeyClass::Name => self.name = Some((start, end)),
            KeyClass::Kind => self.foreign = !matches!(value, b"ConfigMap" | b"Secret" | b"List"),
            _ => {}
        }
    }

    /// Remembers what a key by itself says of the object.
    pub fn note_key(&mut self, class: KeyClass) {
        match class {
            KeyClass::Manifest => self.manifest = true,
            // An API object has no such key, so what came with one is a log's.
            KeyClass::Record if !self.manifest => self.foreign = true,
            _ => {}
        }
    }

    /// True where the `name` of an entry matters for its `value`, which came first.
    pub fn wants_name(&self, class: KeyClass) -> bool {
        self.place == Place::EnvironmentEntry && class == KeyClass::Value && self.name.is_none()
    }
}

fn place_of(class: KeyClass) -> Place {
    match class {
        KeyClass::Telling => Place::Telling,
        KeyClass::WeakTelling => Place::WeakTelling,
        KeyClass::SecretNames => Place::SecretNames,
        KeyClass::Environment => Place::Environment,
        KeyClass::ComposeEnvironment => Place::ComposeEnvironment,
        KeyClass::ConfigEnvironment => Place::ConfigEnvironment,
        KeyClass::Build => Place::Build,
        KeyClass::Command => Place::Command,
        KeyClass::Headers => Place::Headers,
        KeyClass::ManagedFields => Place::ManagedFields,
        KeyClass::Annotations => Place::Annotations,
        KeyClass::Message => Place::Message,
        KeyClass::History => Place::History,
        KeyClass::Image => Place::Image,
        KeyClass::Template => Place::Template,
        KeyClass::Plain | KeyClass::Data | KeyClass::Name | KeyClass::Value => Place::Open,
        KeyClass::Kind | KeyClass::Manifest | KeyClass::Record => Place::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &[&str]) -> Place {
        let mut frame = Frame::root().open(Place::Open, false);
        let mut place = Place::Open;
        for (number, key) in path.iter().enumerate() {
            if number > 0 {
                frame = frame.open(place, *key == "[]" || *key == "[{}]");
            }
            place = match *key {
                "[]" => frame.element(false),
                "[{}]" => frame.element(true),
                key => frame.member(KeyClass::of(key.as_bytes()), key.as_bytes(), b""),
            };
        }
        place
    }

    #[test]
    fn places_follow_from_keys() {
        for (path, place) in [
            (&["spec", "containers", "[{}]", "env", "[{}]", "value"][..], Place::EnvironmentValue),
            (&["spec", "containers", "[{}]", "env", "[{}]", "valueFrom", "secretKeyRef", "name"], Place::Open),
            (&["services", "x", "environment", "FOO"], Place::EnvironmentValue),
            (&["services", "x", "environment", "[]"], Place::ComposeEnvironment),
            (&["env", "FOO"], Place::Open),
            (&["env", "API_TOKEN"], Place::Telling),
            (&["data", "x"], Place::DataValue),
            (&["data", "spec", "template", "image"], Place::Image),
            (&["status", "data", "resultType"], Place::Open),
            (&["imagePullSecrets", "[{}]", "name"], Place::Open),
            (&["tokens", "[]"], Place::Telling),
            (&["readinessProbe", "httpGet", "httpHeaders", "[{}]", "value"], Place::HeaderValue),
            (&["auth", "password"], Place::Telling),
            (&["auth", "host"], Place::Open),
            (&["variables", "API_TOKEN", "value"], Place::Telling),
            (&["variable", "NPM_TOKEN", "default"], Place::Telling),
            (&["variables", "TAG", "value"], Place::Open),
            (&["metadata", "managedFields", "[{}]", "fieldsV1", "f:password"], Place::ManagedFields),
        ] {
            assert_eq!(at(path), place, "{path:?}");
        }
    }

    #[test]
    fn other_kinds_have_data_that_is_not_secret() {
        let mut frame = Frame::root().open(Place::Open, false);
        frame.note(KeyClass::Kind, b"ControllerRevision", 0, 0);
        assert_eq!(frame.member(KeyClass::Data, b"data", b""), Place::Open);
    }
}
