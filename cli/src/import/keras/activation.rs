//! Activations, as arguments of layers name them.

use formwork_ir::layers::{
    Clip, Elu, Gelu, HardSigmoid, HardSwish, LeakyRelu, LogSoftmax, Mish, Relu, Relu6, Rescaling,
    Selu, Sigmoid, Silu, Softmax, Softplus, Tanh,
};
use formwork_ir::{Group, Op};
use serde_json::Value as Json;

use super::arguments::{read, spec};
use super::config::text;

/// An activation: its name, or a layer as an object. Before Keras 3 (`old`), some had other
/// numbers.
///
/// # Errors
/// If there is none of that name.
pub fn activation(json: &Json, old: bool) -> Result<Vec<Op>, String> {
    if let (Some(class), Some(config)) = (text(json, "class_name"), json.get("config")) {
        if let Some(name) = config.as_str() {
            return named(name, old);
        }
        let spec = spec(class).filter(|spec| spec.group == Group::Activation);
        let spec = spec.ok_or_else(|| format!("its activation is `{class}`"))?;
        return Ok(vec![read(spec, config, 4, old)?.op]);
    }
    match json {
        Json::Null => Ok(Vec::new()),
        Json::String(name) => named(name, old),
        other => Err(format!("its activation is {other}")),
    }
}

fn named(name: &str, old: bool) -> Result<Vec<Op>, String> {
    Ok(vec![match name {
        "linear" => return Ok(Vec::new()),
        "relu" => Relu::new().into(),
        "relu6" => Relu6::new().into(),
        "leaky_relu" => LeakyRelu::new(0.2).into(),
        "elu" => Elu::new().into(),
        "selu" => Selu::new().into(),
        "gelu" => Gelu::new().into(),
        "silu" | "swish" => Silu::new().into(),
        "sigmoid" => Sigmoid::new().into(),
        "hard_sigmoid" if old => {
            return Ok(vec![Rescaling::new(0.2).offset(0.5).into(), Clip::new(0.0, 1.0).into()]);
        }
        "hard_sigmoid" => HardSigmoid::new().into(),
        "hard_silu" | "hard_swish" => HardSwish::new().into(),
        "tanh" => Tanh::new().into(),
        "softmax" => Softmax::new().into(),
        "log_softmax" => LogSoftmax::new().into(),
        "softplus" => Softplus::new().into(),
        "mish" => Mish::new().into(),
        name => return Err(format!("its activation is `{name}`")),
    }])
}
