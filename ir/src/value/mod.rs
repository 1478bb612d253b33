mod parse;

use std::fmt;

use crate::{Dim, Symbol};

/// A compile-time value of the language: what arguments are made of.
///
/// Displayed as it is written in a model; [`Value::parse`](crate::Value::parse) reads it back.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// A size that is no number: an expression of symbols.
    Size(Dim),
    /// `true` or `false`.
    Bool(bool),
    /// A string literal.
    Str(String),
    /// `_`: whatever the input has.
    Any,
    /// A keyword value such as `same`, or one with arguments such as `constant(0.1)`.
    Word(String, Vec<(Option<String>, Value)>),
    /// `start..end`, the end excluded.
    Range(i64, i64),
    /// A range of which an end is no number.
    Span(Dim, Dim),
    /// `(a, b)`.
    Tuple(Vec<Value>),
    /// `[a, b]`.
    Array(Vec<Value>),
}

impl Value {
    /// A keyword value without arguments.
    pub fn word(name: &str) -> Self {
        Value::Word(name.to_owned(), Vec::new())
    }

    /// What kind of value this is, with its article, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Int(_) => "a whole number",
            Value::Float(_) => "a real number",
            Value::Size(_) => "a symbolic size",
            Value::Bool(_) => "a bool",
            Value::Str(_) => "a string",
            Value::Any => "`_`",
            Value::Word(..) => "a keyword",
            Value::Range(..) | Value::Span(..) => "a range",
            Value::Tuple(_) => "a tuple",
            Value::Array(_) => "an array",
        }
    }

    /// The symbols of the sizes in it.
    pub fn symbols(&self) -> Vec<Symbol> {
        let all = |values: &mut dyn Iterator<Item = &Value>| {
            values.flat_map(Value::symbols).collect::<Vec<_>>()
        };
        match self {
            Value::Size(size) => size.symbols(),
            Value::Span(start, end) => [start.symbols(), end.symbols()].concat(),
            Value::Word(_, args) => all(&mut args.iter().map(|(_, value)| value)),
            value => all(&mut value.items().unwrap_or_default().iter()),
        }
    }

    /// The items of a tuple or an array.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::Tuple(items) | Value::Array(items) => Some(items),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(n) => n.fmt(f),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Size(size) => size.fmt(f),
            Value::Bool(b) => b.fmt(f),
            Value::Str(s) => {
                let escaped = s.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                write!(f, "\"{escaped}\"")
            }
            Value::Any => f.write_str("_"),
            Value::Word(name, args) if args.is_empty() => f.write_str(name),
            Value::Word(name, args) => {
                write!(f, "{name}(")?;
                for (i, (key, value)) in args.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    match key {
                        Some(key) => write!(f, "{comma}{key} = {value}")?,
                        None => write!(f, "{comma}{value}")?,
                    }
                }
                f.write_str(")")
            }
            Value::Range(a, b) => write!(f, "{a}..{b}"),
            Value::Span(a, b) => write!(f, "{a}..{b}"),
            Value::Tuple(items) if items.len() == 1 => write!(f, "({},)", items[0]),
            Value::Tuple(items) => write!(f, "({})", Comma(items)),
            Value::Array(items) => write!(f, "[{}]", Comma(items)),
        }
    }
}

struct Comma<'a>(&'a [Value]);

impl fmt::Display for Comma<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{value}")?;
        }
        Ok(())
    }
}
