//! Strict JSON for what is signed: a repeated key or a float is refused, because two readers could understand such
//! bytes in two ways and both would hold the same valid signature.

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

use super::EventError;

/// Parses bytes into a value, refusing repeated keys at any depth, floats, and anything after the value.
pub fn parse(bytes: &[u8]) -> Result<Value, EventError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut deserializer).map_err(|e| EventError::Json(e.to_string()))?;
    deserializer.end().map_err(|e| EventError::Json(e.to_string()))?;
    Ok(value)
}

/// serde_json understands keys that begin so as commands: an object with its raw-value key would be replaced by what the
/// text in it parses to, which nobody checked for repeated keys and floats.
const PRIVATE: &str = "$serde_json::private::";

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated keys and floats")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Err(E::custom(format!("the float {value} is refused")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(Strict)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key.starts_with(PRIVATE) {
                return Err(de::Error::custom("a key of serde_json's own is refused"));
            }
            let value = map.next_value_seed(Strict)?;
            if values.contains_key(&key) {
                return Err(de::Error::custom(format!("the key {key:?} is repeated")));
            }
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}

/// Checks bytes by the rules of [`parse`] without making a value of them.
pub fn check(bytes: &[u8]) -> Result<(), EventError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    Checked.deserialize(&mut deserializer).map_err(|e| EventError::Json(e.to_string()))?;
    deserializer.end().map_err(|e| EventError::Json(e.to_string()))
}

struct Checked;

impl<'de> DeserializeSeed<'de> for Checked {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Strict.expecting(f)
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        Err(E::custom(format!("the float {value} is refused")))
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Checked)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys: Vec<Cow<'de, str>> = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            if key.starts_with(PRIVATE) {
                return Err(de::Error::custom("a key of serde_json's own is refused"));
            }
            map.next_value_seed(Checked)?;
            keys.push(key);
        }
        keys.sort_unstable();
        match keys.windows(2).find(|pair| matches!(pair, [a, b] if a == b)) {
            Some(pair) => Err(de::Error::custom(format!("the key {:?} is repeated", pair.first()))),
            None => Ok(()),
        }
    }
}

/// A key, borrowed where it stands in the bytes as it reads.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// Turns a strict value into a type.
pub fn decode<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, EventError> {
    serde_json::from_value(value).map_err(|e| EventError::Shape(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_floats_and_trailing_bytes_are_refused_at_any_depth() {
        for text in
            [r#"{"a":1,"a":1}"#, r#"{"x":[{"b":{"c":1,"c":2}}]}"#, "1.0", r#"{"a":1e3}"#, "18446744073709551616", "1 2"]
        {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
            assert!(check(text.as_bytes()).is_err(), "{text}");
        }
        assert!(check(br#"{"a":1,"\u0061":2}"#).is_err());
        // The same key written with an escape is the same key.
        assert!(parse(br#"{"a":1,"\u0061":2}"#).is_err());
    }

    #[test]
    fn numbers_that_readers_round_are_refused() {
        for text in
            ["-0", "0.0", "1E2", "-9223372036854775809", "18446744073709551616", "123456789012345678901234567890"]
        {
            assert!(parse(text.as_bytes()).is_err() && check(text.as_bytes()).is_err(), "{text}");
        }
        let widest = "[-9223372036854775808,18446744073709551615]";
        assert_eq!(parse(widest.as_bytes()).map(|v| v.to_string()), Ok(widest.to_owned()));
    }

    #[test]
    fn a_depth_bomb_is_an_error_and_no_overflow() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            assert!(matches!(parse(deep.as_bytes()), Err(EventError::Json(_))));
            assert!(matches!(check(deep.as_bytes()), Err(EventError::Json(_))));
            assert!(parse(open.repeat(100_000).as_bytes()).is_err());
            let shallow = format!("{}1{}", open.repeat(100), close.repeat(100));
            assert!(parse(shallow.as_bytes()).is_ok());
        }
    }

    #[test]
    fn keys_that_serde_json_would_act_on_are_refused() {
        let smuggled = r#"{"payload":{"$serde_json::private::RawValue":"{\"score\":0.5,\"score\":1}"}}"#;
        assert!(parse(smuggled.as_bytes()).is_err() && check(smuggled.as_bytes()).is_err());
        assert!(check(br#"{"\u0024serde_json::private::Number":"0.5"}"#).is_err());
        assert!(parse(br#"{"\u0024serde_json::private::Number":"0.5"}"#).is_err());
        assert!(parse(br#"{"$serde":1}"#).is_ok());
    }

    #[test]
    fn broken_text_is_refused() {
        for text in
            [&b"\xff"[..], b"\"\xff\"", br#""\ud800""#, b"", b" ", b"\xef\xbb\xbf1", b"{\"a\":1,}", b"01", b"nul"]
        {
            assert!(parse(text).is_err() && check(text).is_err(), "{text:?}");
        }
        // Keys that only differ in their Unicode form are different keys to every reader of bytes.
        assert!(parse("{\"\u{e9}\":1,\"e\u{301}\":2}".as_bytes()).is_ok());
    }

    #[test]
    fn what_is_left_is_plain_json() {
        let text = r#"{"a":[1,-2,true,null,"x"],"b":{}}"#;
        assert_eq!(parse(text.as_bytes()).map(|v| v.to_string()), Ok(text.to_owned()));
        assert_eq!(check(text.as_bytes()), Ok(()));
    }
}
