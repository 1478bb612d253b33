//! The arguments of Keras' layers, by the table of layers.

use formwork_ir::layers::{LeakyRelu, Relu, Relu6};
use formwork_ir::{ARG_ALIASES, Arg, Op, Spec, TABLE, Value};
use serde_json::Value as Json;

use super::activation::activation;
use super::values::{any, from_the_end, initializer, value};

/// A layer, the activation that is one of its arguments, and what of its configuration is left
/// out.
pub struct Read {
    pub op: Op,
    pub activation: Vec<Op>,
    pub left_out: Vec<String>,
}

/// The row of the table for a class of Keras.
pub fn spec(class: &str) -> Option<&'static Spec> {
    let class = match class {
        "SyncBatchNormalization" => "BatchNormalization",
        class => class,
    };
    TABLE
        .iter()
        .find(|spec| spec.type_name.eq_ignore_ascii_case(class) || spec.aliases.contains(&class))
}

/// What has no meaning here, or is looked at elsewhere.
const KNOWN: [&str; 25] = [
    "name",
    "trainable",
    "dtype",
    "batch_input_shape",
    "batch_shape",
    "seed",
    "sparse",
    "ragged",
    "data_format",
    "activation",
    "lora_rank",
    "quantization_config",
    "synchronized",
    "fused",
    "virtual_batch_size",
    "renorm_momentum",
    "implementation",
    "autocast",
    "target_shape",
    "dims",
    "height",
    "width",
    "fill_mode",
    "fill_value",
    "supports_masking",
];

/// What makes something else of a layer where it is on.
const OTHERWISE: [&str; 5] =
    ["renorm", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias", "rms_scaling"];

/// Reads the configuration of a layer that is applied to a tensor of `rank` axes.
///
/// # Errors
/// If an argument is of a kind that has no layer here.
pub fn read(spec: &'static Spec, config: &Json, rank: usize, old: bool) -> Result<Read, String> {
    let empty = serde_json::Map::new();
    let config = config.as_object().unwrap_or(&empty);
    if config.get("data_format").and_then(Json::as_str) == Some("channels_first") {
        return Err("its channels come first; formwork has them last".to_owned());
    }
    let mut left_out = Vec::new();
    let mut values = vec![None; spec.args.len()];
    for (key, json) in config {
        let place = spec.args.iter().position(|arg| is_called(arg, key, spec));
        let Some(place) = place else {
            let off = matches!(json, Json::Null | Json::Bool(false));
            let on = OTHERWISE.contains(&key.as_str());
            match json {
                _ if off || KNOWN.contains(&key.as_str()) => {}
                _ if key == "axis" && last(json, rank) => {}
                _ if key == "axis" => {
                    return Err("it works along another axis than the channels".to_owned());
                }
                _ if on => return Err(format!("`{key}` has no layer")),
                _ if key.ends_with("_regularizer") || key.ends_with("_constraint") => {
                    left_out.push(format!("`{key}`"));
                }
                _ => left_out.push(format!("`{key} = {json}`")),
            }
            continue;
        };
        let arg = &spec.args[place];
        if arg.name == "activation" {
            continue;
        }
        let value = match arg.name.ends_with("_initializer") {
            true => match initializer(json).filter(|value| (arg.check)(value).is_ok()) {
                Some(value) => value,
                None => {
                    left_out.push(format!("`{key}`"));
                    continue;
                }
            },
            false => value(json).ok_or_else(|| format!("`{key}` is {json}"))?,
        };
        let value = match arg.name {
            "axis" | "shared_axes" => from_the_end(value, rank, arg.name),
            "noise_shape" => any(value),
            _ => value,
        };
        values[place] = Some(value);
    }
    let shape = |key: &str| config.get(key).and_then(value);
    for (place, arg) in spec.args.iter().enumerate() {
        match (spec.name, arg.name) {
            ("reshape", _) => {
                let sizes = shape("target_shape").ok_or("it has no `target_shape`")?;
                let sizes = sizes.items().unwrap_or_default();
                values[place] = Some(Value::Array([&[Value::Any], sizes].concat()));
            }
            ("resize2d", "size") => {
                let sizes = [shape("height"), shape("width")].into_iter().flatten();
                values[place] = Some(Value::Tuple(sizes.collect()));
            }
            // Keras' own defaults, which files of all versions need not repeat.
            ("leaky_relu", _) if values[place].is_none() => values[place] = Some(Value::Float(0.3)),
            _ => {}
        }
    }
    let op = (spec.read)(&values).map_err(|fault| {
        let arg = &spec.args[fault.arg];
        let found = values[fault.arg].as_ref().map_or("nothing".to_owned(), Value::to_string);
        format!("`{}` takes {}, found {found}", arg.name, arg.expects)
    })?;
    let activation = match config.get("activation") {
        Some(json) if spec.args.iter().any(|arg| arg.name == "activation") => {
            activation(json, old)?
        }
        _ => Vec::new(),
    };
    Ok(Read { op: idiomatic(op), activation, left_out })
}

/// Whether Keras calls an argument so.
fn is_called(arg: &Arg, key: &str, spec: &Spec) -> bool {
    let old = matches!((spec.name, arg.name, key), ("leaky_relu", "negative_slope", "alpha"));
    // `Permute` and `Reshape` are read by their own rules.
    let own = matches!(spec.name, "reshape" | "resize2d") && matches!(arg.name, "shape" | "size");
    !own && (arg.name == key || old || ARG_ALIASES.contains(&(key, arg.name)))
}

/// Whether an axis is that of the channels.
pub fn last(axis: &Json, rank: usize) -> bool {
    let axis = match axis {
        Json::Array(axes) if axes.len() == 1 => axes[0].as_i64(),
        json => json.as_i64(),
    };
    axis.is_some_and(|axis| axis == -1 || axis == rank as i64 - 1)
}

/// The layer as it is usually called.
fn idiomatic(op: Op) -> Op {
    match op {
        Op::Relu(Relu { max_value: Some(6.0), negative_slope: 0.0, threshold: 0.0 }) => {
            Relu6::new().into()
        }
        Op::Relu(Relu { max_value: None, negative_slope, threshold: 0.0 })
            if negative_slope > 0.0 =>
        {
            LeakyRelu::new(negative_slope).into()
        }
        Op::MaxPool2d(pool) if pool.stride == Some(pool.size) => pool.stride(None).into(),
        Op::AvgPool2d(pool) if pool.stride == Some(pool.size) => pool.stride(None).into(),
        op => op,
    }
}
