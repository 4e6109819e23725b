//! Strict JSON for what is signed: a repeated key or a float is refused, because two readers could understand such
//! bytes in two ways and both would hold the same valid signature.

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

use super::EventError;

/// Parses bytes into a value, refusing repeated keys at any depth, floats, and anything after the value.
pub fn parse(bytes: &[u8]) -> Result<Value, EventError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut deserializer).map_err(|e| EventError::Json(e.to_string()))?;
    deserializer.end().map_err(|e| EventError::Json(e.to_string()))?;
    Ok(value)
}

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
            let value = map.next_value_seed(Strict)?;
            if values.contains_key(&key) {
                return Err(de::Error::custom(format!("the key {key:?} is repeated")));
            }
            values.insert(key, value);
        }
        Ok(Value::Object(values))
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
        }
        // The same key written with an escape is the same key.
        assert!(parse(br#"{"a":1,"\u0061":2}"#).is_err());
    }

    #[test]
    fn what_is_left_is_plain_json() {
        let text = r#"{"a":[1,-2,true,null,"x"],"b":{}}"#;
        assert_eq!(parse(text.as_bytes()).map(|v| v.to_string()), Ok(text.to_owned()));
    }
}
