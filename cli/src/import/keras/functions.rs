//! Functions of `keras.ops` and of TensorFlow that are layers of the table under other names.

use formwork_ir::{Op, Shape};
use serde_json::{Map, Value as Json, json};

use super::arguments::{self, spec};
use super::call::{Arg, Call, shown};

/// A function whose arguments are those of a layer.
pub struct Function {
    names: &'static [&'static str],
    /// The class of the layer.
    class: &'static str,
    /// What the layer calls each argument, then what the function does, in its order.
    arguments: &'static [&'static [&'static str]],
}

const AXIS: &[&str] = &["axis"];
const KEEPDIMS: &[&str] = &["keepdims"];

const FUNCTIONS: [Function; 12] = [
    function_of(&["leaky_relu"], "LeakyReLU", &[&["negative_slope", "alpha"]]),
    function_of(&["elu"], "ELU", &[&["alpha"]]),
    function_of(&["gelu"], "Gelu", &[&["approximate"]]),
    function_of(&["softmax"], "Softmax", &[AXIS]),
    function_of(&["log_softmax"], "LogSoftmax", &[AXIS]),
    function_of(&["concatenate", "concat"], "Concatenate", &[AXIS]),
    function_of(&["mean", "reduce_mean"], "ReduceMean", &[AXIS, KEEPDIMS]),
    function_of(&["max", "amax", "reduce_max"], "ReduceMax", &[AXIS, KEEPDIMS]),
    function_of(&["sum", "reduce_sum"], "ReduceSum", &[AXIS, KEEPDIMS]),
    function_of(
        &["clip", "clip_by_value"],
        "Clip",
        &[&["min", "x_min", "clip_value_min"], &["max", "x_max", "clip_value_max"]],
    ),
    function_of(&["transpose"], "Permute", &[&["dims", "axes", "perm"]]),
    function_of(&["reshape"], "Reshape", &[&["target_shape", "newshape", "shape"]]),
];

const fn function_of(
    names: &'static [&'static str],
    class: &'static str,
    arguments: &'static [&'static [&'static str]],
) -> Function {
    Function { names, class, arguments }
}

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.names.contains(&name))
}

impl Function {
    /// The layer, with what the call gives in order and by name.
    ///
    /// # Errors
    /// If it has an argument that the layer does not, or one that concerns the batch.
    pub fn read(
        &self,
        call: &Call,
        options: &[(&str, &Json)],
        shape: &Shape,
        old: bool,
    ) -> Result<Vec<Op>, String> {
        let mut config = Map::new();
        let values = call.args.iter().filter_map(|arg| match arg {
            Arg::Value(value) => Some(value),
            Arg::Tensor(_) => None,
        });
        for (i, value) in values.enumerate() {
            let argument = self.arguments.get(i).and_then(|names| names.first());
            let argument = argument.ok_or_else(|| format!("it is applied to {}", shown(value)))?;
            config.insert((*argument).to_owned(), value.clone());
        }
        for &(key, value) in options {
            let argument = self.arguments.iter().find(|names| names.contains(&key));
            let argument = argument.and_then(|names| names.first());
            let argument = argument.ok_or_else(|| format!("`{key} = {value}` has no layer"))?;
            config.insert((*argument).to_owned(), value.clone());
        }
        self.complete(&mut config, shape.rank(), old)?;
        let spec = spec(self.class).ok_or("no layer does this")?;
        let read = arguments::read(spec, &Json::Object(config), shape.rank(), old)?;
        Ok(vec![read.op])
    }

    /// Adds defaults that are not the layer's, and takes the batch out.
    fn complete(
        &self,
        config: &mut Map<String, Json>,
        rank: usize,
        old: bool,
    ) -> Result<(), String> {
        let batch = |what: &str| Err(format!("{what} the batch; samples never meet in formwork"));
        let list = |key: &str| config.get(key).and_then(Json::as_array).map(Vec::as_slice);
        let (key, value) = match self.class {
            "LeakyReLU" => ("negative_slope", json!(0.2)),
            // TensorFlow's is exact where Keras' is not.
            "Gelu" => ("approximate", json!(!old)),
            "Concatenate" => ("axis", json!(0)),
            "ReduceMean" | "ReduceMax" | "ReduceSum" if !config.contains_key("axis") => {
                return batch("it reduces over");
            }
            "Permute" => match list("dims") {
                Some([first, axes @ ..]) if first.as_i64() == Some(0) => {
                    let from_the_start = |axis: &Json| match axis.as_i64() {
                        Some(axis) if axis < 0 => json!(axis + rank as i64),
                        _ => axis.clone(),
                    };
                    let axes = axes.iter().map(from_the_start).collect();
                    config.insert("dims".to_owned(), Json::Array(axes));
                    return Ok(());
                }
                _ => return batch("it moves"),
            },
            "Reshape" => match list("target_shape") {
                Some([first, sample @ ..]) if first.as_i64() == Some(-1) => {
                    let sample = Json::Array(sample.to_vec());
                    config.insert("target_shape".to_owned(), sample);
                    return Ok(());
                }
                _ => return batch("its shape does not begin with -1,"),
            },
            _ => return Ok(()),
        };
        config.entry(key).or_insert(value);
        Ok(())
    }
}
