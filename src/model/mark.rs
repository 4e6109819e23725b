//! What bears on a place beside its image, each as one word.

use serde::{Deserialize, Serialize};

/// What bears on a place beside its image. Written as one word, `unreached`, or with what it is about, `profile:debug`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A build stage that the target does not need: nothing pulls the image.
    Unreached,
    /// A compose service that starts only with a profile.
    Profile(String),
    /// A port published on the host, as written.
    Published(String),
    /// The place runs privileged.
    Privileged,
    /// The container engine's socket is mounted.
    EngineSocket,
    /// A capability of the kernel that the place is given, without `CAP_`: see [`capability`].
    Capability(String),
    /// A rule that only Buildah and Podman follow was needed to understand it.
    BuildahOnly,
    /// The place declares no image; it is named after what builds it.
    BuiltHere,
    /// Named in a template that was not rendered, or by a pattern: may be wrong.
    Guessed,
    /// A file above replaces this image. A host that runs the project without that file still pulls it.
    Overridden,
    /// The machine is of the office or of the plant, as its list says: `IT`, `OT`.
    Technology(String),
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mark::Unreached => f.write_str("unreached"),
            Mark::Profile(name) => write!(f, "profile:{name}"),
            Mark::Published(port) => write!(f, "published:{port}"),
            Mark::Privileged => f.write_str("privileged"),
            Mark::EngineSocket => f.write_str("engine-socket"),
            Mark::Capability(name) => write!(f, "capability:{name}"),
            Mark::BuildahOnly => f.write_str("buildah-only"),
            Mark::BuiltHere => f.write_str("built-here"),
            Mark::Guessed => f.write_str("guessed"),
            Mark::Overridden => f.write_str("overridden"),
            Mark::Technology(which) => write!(f, "technology:{which}"),
        }
    }
}

impl std::str::FromStr for Mark {
    type Err = UnknownMark;

    fn from_str(word: &str) -> Result<Self, UnknownMark> {
        Ok(match (word, word.split_once(':')) {
            ("unreached", _) => Mark::Unreached,
            ("privileged", _) => Mark::Privileged,
            ("engine-socket", _) => Mark::EngineSocket,
            ("buildah-only", _) => Mark::BuildahOnly,
            ("built-here", _) => Mark::BuiltHere,
            ("guessed", _) => Mark::Guessed,
            ("overridden", _) => Mark::Overridden,
            (_, Some(("profile", name))) => Mark::Profile(name.to_owned()),
            (_, Some(("published", port))) => Mark::Published(port.to_owned()),
            (_, Some(("technology", which))) => Mark::Technology(which.to_owned()),
            (_, Some(("capability", name))) => Mark::Capability(name.to_owned()),
            _ => return Err(UnknownMark(word.to_owned())),
        })
    }
}

/// The name of a capability in one form (capabilities(7)): engines and clusters take it with and without `CAP_`, in any case.
pub fn capability(name: &str) -> String {
    let name = name.trim().to_uppercase();
    name.strip_prefix("CAP_").unwrap_or(&name).to_owned()
}

/// A word that names no mark.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no mark of a place")]
pub struct UnknownMark(String);

impl Serialize for Mark {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<str>::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_round_trip() {
        for mark in [
            Mark::Unreached,
            Mark::Profile("a:b".into()),
            Mark::Published("127.0.0.1:80:8080/tcp".into()),
            Mark::Privileged,
            Mark::EngineSocket,
            Mark::Capability("SYS_ADMIN".into()),
            Mark::BuildahOnly,
            Mark::BuiltHere,
            Mark::Guessed,
        ] {
            assert_eq!(mark.to_string().parse(), Ok(mark));
        }
        assert!("profile".parse::<Mark>().is_err());
        assert_eq!(
            (capability("cap_sys_admin").as_str(), capability("NET_ADMIN").as_str()),
            ("SYS_ADMIN", "NET_ADMIN")
        );
    }
}
