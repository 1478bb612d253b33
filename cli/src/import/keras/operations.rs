//! Layers that Keras makes of arithmetic on its tensors, and those that only training has.

use formwork_ir::layers::{Add, Maximum, Minimum, Multiply, Rescaling, Subtract};
use formwork_ir::{Op, Shape};
use serde_json::Value as Json;

use super::activation;
use super::call::{Arg, Call, shown};
use super::config::Layer;
use super::functions::function;

/// Whether a layer changes its input in training alone, and has none here.
pub fn only_in_training(class: &str) -> bool {
    class.starts_with("Random") || class == "ActivityRegularization"
}

const ARITHMETIC: [&str; 12] = [
    "add",
    "subtract",
    "sub",
    "multiply",
    "mul",
    "maximum",
    "minimum",
    "divide",
    "truediv",
    "true_divide",
    "negative",
    "neg",
];

/// An operation on `tensors` tensors, the first of `shape`, and perhaps a number.
///
/// # Errors
/// If no layer does it, or not with what it is given.
pub fn read(
    layer: &Layer,
    call: &Call,
    tensors: usize,
    shape: &Shape,
    old: bool,
) -> Result<Vec<Op>, String> {
    // Keras 2 names the function in the configuration: `math.multiply`.
    let name = layer.config.get("function").and_then(Json::as_str).unwrap_or(&layer.class);
    let name = name.rsplit('.').next().unwrap_or_default().trim_matches('_');
    let name = snake_case(name);
    let options = options(layer, call);
    if let Some(function) = function(&name) {
        return function.read(call, &options, shape, old);
    }
    if tensors == 1 && !ARITHMETIC.contains(&name.as_str()) {
        let activation = activation::activation(&Json::String(name), old);
        let option = options.first().map(|(key, value)| format!("`{key} = {value}`"));
        return match (activation, option.or_else(|| call.beside_tensors())) {
            (Err(_), _) => Err("no layer does this".to_owned()),
            (Ok(_), Some(what)) => Err(format!("{what} has no layer")),
            (activation, None) => activation,
        };
    }
    let (numbers, first) = operands(call, &options)?;
    let op: Op = match (name.as_str(), numbers.as_slice(), tensors) {
        ("add", [], _) => Add::new().into(),
        ("subtract" | "sub", [], 2) => Subtract::new().into(),
        ("multiply" | "mul", [], _) => Multiply::new().into(),
        ("maximum", [], _) => Maximum::new().into(),
        ("minimum", [], _) => Minimum::new().into(),
        ("add", &[x], 1) => Rescaling::new(1.0).offset(x).into(),
        ("multiply" | "mul", &[x], 1) => Rescaling::new(x).into(),
        ("subtract" | "sub", &[x], 1) if first => Rescaling::new(-1.0).offset(x).into(),
        ("subtract" | "sub", &[x], 1) => Rescaling::new(1.0).offset(-x).into(),
        ("divide" | "truediv" | "true_divide", &[x], 1) if !first && x != 0.0 => {
            Rescaling::new(1.0 / x).into()
        }
        ("negative" | "neg", [], 1) => Rescaling::new(-1.0).into(),
        _ => return Err("no layer does this".to_owned()),
    };
    Ok(vec![op])
}

/// What it is given by name: by its configuration in Keras 3, by the call before.
fn options<'a>(layer: &'a Layer, call: &'a Call) -> Vec<(&'a str, &'a Json)> {
    let own = ["name", "dtype", "trainable", "function"];
    let config = layer.config.as_object().into_iter().flatten();
    let config = config.filter(|(key, value)| !own.contains(&key.as_str()) && !value.is_null());
    let named = call.options.iter().map(|(key, value)| (key, value));
    config.chain(named).map(|(key, value)| (key.as_str(), value)).collect()
}

/// The numbers among the operands of arithmetic, and whether the first operand is one.
fn operands(call: &Call, options: &[(&str, &Json)]) -> Result<(Vec<f64>, bool), String> {
    let mut values = Vec::new();
    let mut first = matches!(call.args.first(), Some(Arg::Value(_)));
    for arg in &call.args {
        values.extend(if let Arg::Value(value) = arg { Some(value) } else { None });
    }
    for &(key, value) in options {
        match key {
            "x" | "x1" => first = true,
            "y" | "x2" => {}
            _ => return Err(format!("`{key} = {value}` has no layer")),
        }
        values.push(value);
    }
    let number = |value: &&Json| {
        let number = value.as_f64();
        number.ok_or_else(|| format!("it is applied to {}", shown(value)))
    };
    Ok((values.iter().map(number).collect::<Result<_, _>>()?, first))
}

/// `TrueDivide` as `true_divide`: the names of classes are those of their functions.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
