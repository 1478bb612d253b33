//! JSON as values of the language.

use formwork_ir::Value;
use serde_json::Value as Json;

use super::config::text;

/// The last axis is written -1, and those before it if all of them are the last ones.
pub fn from_the_end(value: Value, rank: usize, name: &str) -> Value {
    let back = |value: &Value| match value {
        Value::Int(n) if *n > 0 => Value::Int(n - rank as i64),
        value => value.clone(),
    };
    match &value {
        Value::Int(n) if *n == rank as i64 - 1 => Value::Int(-1),
        Value::Tuple(items) if name == "axis" => match items.as_slice() {
            [one] => back(one),
            several => Value::Tuple(several.iter().map(back).collect()),
        },
        _ => value,
    }
}

pub fn any(value: Value) -> Value {
    let one = |value: &Value| match value {
        Value::Word(name, _) if name == "none" => Value::Any,
        value => value.clone(),
    };
    match value.items() {
        Some(items) => Value::Array(items.iter().map(one).collect()),
        None => value,
    }
}

/// A JSON value as one of the language.
pub fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::word("none"),
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => match number.as_i64() {
            Some(n) => Value::Int(n),
            None => Value::Float(number.as_f64()?),
        },
        Json::String(word) => Value::word(word),
        Json::Array(items) => Value::Tuple(items.iter().map(value).collect::<Option<_>>()?),
        Json::Object(_) => return None,
    })
}

/// How weights start: a word, with numbers if it takes any.
pub fn initializer(json: &Json) -> Option<Value> {
    let class = json.as_str().or_else(|| text(json, "class_name"))?;
    let mut word = String::new();
    for c in class.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
    }
    let config = json.get("config").and_then(Json::as_object);
    let numbers = ["minval", "maxval", "mean", "stddev", "value"]
        .into_iter()
        .filter_map(|key| Some(Value::Float(config?.get(key)?.as_f64()?)));
    Some(Value::Word(word, numbers.map(|number| (None, number)).collect()))
}
