//! `RUN --mount=…`: one record of comma-separated fields, after RFC 4180 as Go reads it. It says which image is mounted, and
//! which credential, by name.

use std::ops::Range;

/// Where the value of a mount's `from` stands in its text, with the value; `None` where it has none. The last one counts.
pub(super) fn from(mount: &str) -> Result<Option<(Range<usize>, String)>, &'static str> {
    let mut found = None;
    for (start, field) in fields(mount)? {
        let Some((key, value)) = field.split_once('=') else { continue };
        if key.eq_ignore_ascii_case("from") {
            let start = start + key.len() + 1;
            found = (!value.is_empty()).then(|| (start..start + value.len(), value.to_owned()));
        }
    }
    Ok(found)
}

/// What a mount of a credential says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lent {
    /// Its name in the list of credentials: the secret's id, or `ssh` and the id of the agent or key.
    pub name: String,
    /// What it becomes in the build, in words; empty where nothing is said.
    pub becomes: String,
}

/// The credential that a mount of `type=secret` or `type=ssh` brings in; `None` for any other mount, and for a secret that
/// names none, which no builder takes. Of a key that is written twice the last counts; a secret without an id is called
/// after its target's file, an agent without one is `default` (BuildKit, `dispatchSecret` and `dispatchSSH`).
pub(super) fn lent(mount: &str) -> Result<Option<Lent>, &'static str> {
    let (mut kind, mut id, mut source, mut target, mut variable) =
        <(String, String, String, String, String)>::default();
    for (_, field) in fields(mount)? {
        let Some((key, value)) = field.split_once('=') else { continue };
        match key.to_ascii_lowercase().as_str() {
            "type" => kind = value.to_ascii_lowercase(),
            "id" => value.clone_into(&mut id),
            "source" | "src" => value.clone_into(&mut source),
            "target" | "dst" | "destination" => value.clone_into(&mut target),
            "env" => value.clone_into(&mut variable),
            _ => {}
        }
    }
    let file = target.rsplit('/').next().unwrap_or_default();
    let first = |names: [&str; 3]| names.into_iter().find(|name| !name.is_empty()).map(str::to_owned);
    let name = match kind.as_str() {
        "secret" => first([&source, &id, file]),
        "ssh" => first([&id, "default", ""]).map(|id| format!("ssh {id}")),
        _ => None,
    };
    let becomes = match (variable.is_empty(), target.is_empty()) {
        (false, _) => format!("as the variable {variable}"),
        (true, false) => format!("at {target}"),
        (true, true) => String::new(),
    };
    Ok(name.map(|name| Lent { name, becomes }))
}

/// The fields, each with the place where its text begins. A doubled quote inside quotes makes the places after it in its
/// own field one byte off each; nobody writes one in the name of an image.
fn fields(record: &str) -> Result<Vec<(usize, String)>, &'static str> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = record.get(at..).unwrap_or_default();
        let (start, field, length) = match rest.strip_prefix('"') {
            Some(inside) => {
                let (field, length) = quoted(inside)?;
                (at + 1, field, length + 1)
            }
            None => {
                let length = rest.find(',').unwrap_or(rest.len());
                let field = rest.get(..length).unwrap_or_default();
                if field.contains('"') {
                    return Err("a quote stands inside a field of the mount");
                }
                (at, field.to_owned(), length)
            }
        };
        fields.push((start, field));
        at += length;
        match record.get(at..).and_then(|rest| rest.chars().next()) {
            Some(',') => at += 1,
            None => return Ok(fields),
            Some(_) => return Err("something stands behind a quoted field of the mount"),
        }
    }
}

/// The text up to the closing quote, and its length with that.
fn quoted(inside: &str) -> Result<(String, usize), &'static str> {
    let mut field = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            field.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            field.push('"');
        } else {
            return Ok((field, at + 1));
        }
    }
    Err("a quoted field of the mount is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_from() {
        for (mount, expected) in [
            ("type=bind,from=a/b:1,target=/x", Some("a/b:1")),
            ("from=a", Some("a")),
            ("FROM=a,type=cache", Some("a")),
            ("\"from=a,b\",x", Some("a,b")),
            ("from=a,from=b", Some("b")),
            ("from=,target=/x", None),
            ("type=cache,target=/x", None),
            ("from,ro", None),
            ("", None),
        ] {
            let found = from(mount).unwrap();
            assert_eq!(found.as_ref().map(|(_, value)| value.as_str()), expected, "{mount}");
            if let Some((at, value)) = found {
                assert_eq!(&mount[at], value, "{mount}");
            }
        }
        for bad in ["fr\"om=a", "\"from=a", "\"from=a\"b"] {
            assert!(from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mount_names_the_credential_it_brings_in() {
        for (mount, expected) in [
            ("type=secret,id=npm", Some(("npm", ""))),
            ("id=npm,TYPE=Secret,required", Some(("npm", ""))),
            ("type=secret,id=npm,target=/root/.npmrc", Some(("npm", "at /root/.npmrc"))),
            ("type=secret,id=npm,env=NPM_TOKEN", Some(("npm", "as the variable NPM_TOKEN"))),
            ("type=secret,source=aws,id=x", Some(("aws", ""))),
            ("type=secret,target=/run/keys/aws.json", Some(("aws.json", "at /run/keys/aws.json"))),
            ("\"type=secret\",\"id=a,b\"", Some(("a,b", ""))),
            ("type=ssh", Some(("ssh default", ""))),
            ("type=ssh,id=deploy,target=/sock", Some(("ssh deploy", "at /sock"))),
            ("type=secret", None),
            ("type=cache,id=npm,target=/root/.npm", None),
            ("id=npm", None),
            ("", None),
        ] {
            let found = lent(mount).unwrap();
            let found = found.as_ref().map(|lent| (lent.name.as_str(), lent.becomes.as_str()));
            assert_eq!(found, expected, "{mount}");
        }
        assert!(lent("type=secret,id=\"a").is_err());
    }
}
