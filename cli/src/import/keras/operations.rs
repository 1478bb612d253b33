//! Layers that Keras makes of arithmetic on its tensors, and those that only training has.

use formwork_ir::Op;
use formwork_ir::layers::{Add, Maximum, Minimum, Multiply, Rescaling, Subtract};
use serde_json::Value as Json;

use super::activation;
use super::config::{Arg, Layer};

/// Whether a layer changes its input in training alone, and has none here.
pub fn only_in_training(class: &str) -> bool {
    class.starts_with("Random") || class == "ActivityRegularization"
}

/// An operation on `tensors` tensors and perhaps a number.
///
/// # Errors
/// If no layer does it.
pub fn read(layer: &Layer, args: &[Arg], tensors: usize, old: bool) -> Result<Vec<Op>, String> {
    // Keras 2 names the function in the configuration: `math.multiply`.
    let function = layer.config.get("function").and_then(Json::as_str);
    let name = function.unwrap_or(&layer.class).rsplit('.').next().unwrap_or_default();
    let name = name.trim_matches('_').to_ascii_lowercase();
    if let Some(other) = args.iter().find_map(|arg| match arg {
        Arg::Other(other) => Some(other),
        _ => None,
    }) {
        return Err(format!("it is applied to {other}"));
    }
    let numbers: Vec<_> = args
        .iter()
        .filter_map(|arg| if let Arg::Number(x) = arg { Some(*x) } else { None })
        .collect();
    let first = matches!(args.first(), Some(Arg::Number(_)));
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
        (name, [], 1) => {
            return activation::activation(&Json::String(name.to_owned()), old)
                .map_err(|_| "no layer does this".to_owned());
        }
        _ => return Err("no layer does this".to_owned()),
    };
    Ok(vec![op])
}
