//! The functions that bake files use. `None` stands for a function that is not known here, or for arguments that it does
//! not take; arguments that are not known make the result unknown.

use std::collections::BTreeSet;

use super::value::Value;

/// Calls a function.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    match name {
        "try" => return arguments.iter().find(|a| !matches!(a, Value::Absent(_))).cloned(),
        "coalesce" => return coalesce(arguments),
        "and" | "or" | "equal" | "notequal" => return compare(name, arguments),
        _ => {}
    }
    let missing: BTreeSet<String> = arguments.iter().flat_map(Value::missing).collect();
    if !missing.is_empty() && name != "concat" {
        // The elements of a list stay known one by one.
        return known_name(name).then_some(Value::Unknown(missing));
    }
    match (name, arguments) {
        ("not", [a]) => a.truth().map(|truth| Value::Bool(!truth)),
        ("strlen", [a]) => Some(Value::Number(a.clone().text().ok()?.chars().count().to_string())),
        ("length", [Value::List(list)]) => Some(Value::Number(list.len().to_string())),
        ("lower", [a]) => one(a, |text| text.to_lowercase()),
        ("upper", [a]) => one(a, |text| text.to_uppercase()),
        ("trimspace", [a]) => one(a, |text| text.trim().to_owned()),
        ("trimprefix", [a, b]) => two(a, b, |text, end| text.strip_prefix(end).unwrap_or(text).to_owned()),
        ("trimsuffix", [a, b]) => two(a, b, |text, end| text.strip_suffix(end).unwrap_or(text).to_owned()),
        ("replace", [a, b, c]) => replace(a, b, c),
        ("join", [separator, lists @ ..]) => join(separator, lists),
        ("split", [separator, text]) => split(separator, text),
        ("concat", lists) => Some(Value::List(lists.iter().cloned().flat_map(Value::list).collect())),
        ("compact", [list]) => Some(Value::List(
            list.clone().list().into_iter().filter(|v| !matches!(v, Value::Null) && *v != text("")).collect(),
        )),
        ("format", [pattern, rest @ ..]) => format(pattern, rest),
        _ => None,
    }
}

fn known_name(name: &str) -> bool {
    ["not", "lower", "upper", "trimspace", "trimprefix", "trimsuffix", "replace", "join", "split", "compact", "format"]
        .contains(&name)
}

/// Whether two values are equal; `None` where one is not known, or they are not scalars.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, Value::Text(_) | Value::Number(_) | Value::Bool(_))
        | (Value::Text(_) | Value::Number(_) | Value::Bool(_), Value::Null) => Some(false),
        (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => None,
        _ => Some(a.clone().text().ok()? == b.clone().text().ok()?),
    }
}

/// How two whole numbers compare.
pub(super) fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    let number = |value: &Value| value.clone().text().ok()?.parse::<i64>().ok();
    Some(number(a)?.cmp(&number(b)?))
}

/// Both; false as soon as one of them is.
pub(super) fn and(a: &Value, b: &Value) -> Option<bool> {
    match (a.truth(), b.truth()) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// One of them; true as soon as one of them is.
pub(super) fn or(a: &Value, b: &Value) -> Option<bool> {
    match (a.truth(), b.truth()) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn compare(name: &str, arguments: &[Value]) -> Option<Value> {
    let [a, b] = arguments else { return None };
    let known = match name {
        "and" => and(a, b),
        "or" => or(a, b),
        "equal" => equal(a, b),
        _ => equal(a, b).map(|same| !same),
    };
    let missing: BTreeSet<String> = arguments.iter().flat_map(Value::missing).collect();
    match known {
        Some(truth) => Some(Value::Bool(truth)),
        None if missing.is_empty() => None,
        None => Some(Value::Unknown(missing)),
    }
}

/// The first that is neither null nor empty; not known where one before it is not.
fn coalesce(arguments: &[Value]) -> Option<Value> {
    let mut rest = arguments.iter().filter(|value| !matches!(value, Value::Null) && **value != text(""));
    rest.next().cloned()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn one(a: &Value, make: impl Fn(&str) -> String) -> Option<Value> {
    Some(Value::Text(make(&a.clone().text().ok()?)))
}

fn two(a: &Value, b: &Value, make: impl Fn(&str, &str) -> String) -> Option<Value> {
    Some(Value::Text(make(&a.clone().text().ok()?, &b.clone().text().ok()?)))
}

fn replace(a: &Value, b: &Value, c: &Value) -> Option<Value> {
    let (text, old, new) = (a.clone().text().ok()?, b.clone().text().ok()?, c.clone().text().ok()?);
    // `/…/` is a regular expression; an empty text stands between all letters.
    if old.is_empty() || (old.len() > 1 && old.starts_with('/') && old.ends_with('/')) {
        return None;
    }
    let grows = text.matches(&old).count().saturating_mul(new.len());
    (grows < super::evaluate::LARGEST).then(|| Value::Text(text.replace(&old, &new)))
}

fn join(separator: &Value, lists: &[Value]) -> Option<Value> {
    let separator = separator.clone().text().ok()?;
    let parts: Result<Vec<String>, _> = lists.iter().cloned().flat_map(Value::list).map(Value::text).collect();
    let parts = parts.ok()?;
    let length = parts.iter().map(String::len).sum::<usize>() + separator.len().saturating_mul(parts.len());
    (length <= super::evaluate::LARGEST).then(|| Value::Text(parts.join(&separator)))
}

fn split(separator: &Value, value: &Value) -> Option<Value> {
    let (separator, value) = (separator.clone().text().ok()?, value.clone().text().ok()?);
    (!separator.is_empty()).then(|| Value::List(value.split(&separator).map(text).collect()))
}

/// `%s`, `%v`, `%d` and `%%`; other verbs are not known.
fn format(pattern: &Value, arguments: &[Value]) -> Option<Value> {
    let pattern = pattern.clone().text().ok()?;
    let mut arguments = arguments.iter();
    let mut done = String::new();
    let mut rest = pattern.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        done.push_str(before);
        let mut letters = after.chars();
        match letters.next()? {
            '%' => done.push('%'),
            's' | 'v' | 'd' => done.push_str(&arguments.next()?.clone().text().ok()?),
            _ => return None,
        }
        if done.len() > super::evaluate::LARGEST {
            return None;
        }
        rest = letters.as_str();
    }
    done.push_str(rest);
    Some(Value::Text(done))
}
