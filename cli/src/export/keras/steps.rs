//! What a layer becomes: layers of Keras and operations, one after the other.

use formwork_ir::{ArgType, Initializer, Padding, Value};

use super::call::Call;
use super::tuple;

/// A line of the function.
pub enum Step {
    /// A layer, with its arguments but for its name.
    Layer {
        class: String,
        args: Vec<String>,
        /// What it does beside the layer that has the node's name.
        part: Option<&'static str>,
    },
    /// Something else; the value is `{x}`.
    Code(Call),
}

/// A layer of that name in `keras.layers`.
pub fn layer(class: &str, args: Vec<String>) -> Step {
    Step::Layer { class: format!("layers.{class}"), args, part: None }
}

/// A layer that helps the one with the node's name.
pub fn part(what: &'static str, class: &str, args: Vec<String>) -> Step {
    Step::Layer { class: format!("layers.{class}"), args, part: Some(what) }
}

/// An operation of `keras.ops`.
pub fn ops(name: &str, args: Vec<String>) -> Step {
    Step::Code(Call::new(&format!("ops.{name}"), args))
}

/// An expression.
pub fn code(text: String) -> Step {
    Step::Code(Call::new("", vec![]).then(&text))
}

/// Zeros around an image.
pub fn padded(pads: [[usize; 2]; 2]) -> Step {
    part("pad", "ZeroPadding2D", vec![sides(pads)])
}

/// Arguments of a call: those that differ from Keras' defaults.
#[derive(Default)]
pub struct Args(pub Vec<String>);

impl Args {
    pub fn new(positional: Vec<String>) -> Self {
        Args(positional)
    }

    pub fn add(mut self, key: &str, value: impl Into<String>, default: &str) -> Self {
        let value = value.into();
        if value != default {
            self.0.push(format!("{key}={value}"));
        }
        self
    }

    pub fn initializer(self, key: &str, initializer: &Initializer, default: &Initializer) -> Self {
        if initializer == default {
            return self;
        }
        let value = initializer.write();
        let text = match &value {
            Value::Word(name, args) if args.is_empty() => format!("\"{name}\""),
            Value::Word(name, args) => {
                let class: String = name.split('_').map(capitalised).collect();
                let args: Vec<_> = args.iter().map(|(_, arg)| arg.to_string()).collect();
                format!("keras.initializers.{class}({})", args.join(", "))
            }
            other => other.to_string(),
        };
        self.add(key, text, "")
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// `3`, `(3, 2)`.
pub fn pair([a, b]: [usize; 2]) -> String {
    if a == b { a.to_string() } else { format!("({a}, {b})") }
}

/// `1`, `(1, 2)`, `((1, 2), (0, 1))`.
pub fn sides(sides: [[usize; 2]; 2]) -> String {
    let [[top, bottom], [left, right]] = sides;
    if top == bottom && left == right {
        return pair([top, left]);
    }
    tuple(&sides.map(|[a, b]| format!("({a}, {b})")))
}

pub fn bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

pub fn float(value: f64) -> String {
    format!("{value:?}")
}

/// Keras' word for a padding that it has.
pub fn word(padding: Padding) -> &'static str {
    if padding == Padding::Same { "\"same\"" } else { "\"valid\"" }
}
