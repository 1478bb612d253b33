//! The configuration of a Keras model, of both generations, as layers and what they are applied to.

use serde_json::Value as Json;

/// A model: layers, some of which are models.
#[derive(Clone, PartialEq, Debug)]
pub struct Net {
    pub layers: Vec<Layer>,
    pub inputs: Vec<Place>,
    pub outputs: Vec<Place>,
}

/// A layer with its configuration.
#[derive(Clone, PartialEq, Debug)]
pub struct Layer {
    pub name: String,
    pub class: String,
    pub config: Json,
    /// The layers inside, of a model.
    pub inner: Option<Net>,
    /// What each of its applications reads.
    pub calls: Vec<Vec<Arg>>,
    /// Whether it is an operation of `keras.ops`, not a layer.
    pub is_operation: bool,
}

/// What a layer is applied to.
#[derive(Clone, PartialEq, Debug)]
pub enum Arg {
    Tensor(Place),
    Number(f64),
    Other(String),
}

/// An output of an application of a layer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub layer: String,
    pub call: usize,
    pub output: usize,
}

impl Net {
    /// Reads `{"class_name": …, "config": …}`.
    ///
    /// # Errors
    /// If it is not what Keras writes.
    pub fn read(json: &Json) -> Result<Self, String> {
        let class = text(json, "class_name").ok_or("the configuration names no class")?;
        let config = json.get("config").ok_or("the configuration is empty")?;
        let layers = config.get("layers").unwrap_or(config);
        let layers =
            layers.as_array().ok_or("the model is built by code of its own, not of layers")?;
        let layers: Result<Vec<_>, _> = layers.iter().map(Layer::read).collect();
        let layers = layers?;
        match class {
            "Sequential" => sequential(layers, config),
            _ => Ok(Net {
                layers,
                inputs: places(config.get("input_layers")),
                outputs: places(config.get("output_layers")),
            }),
        }
    }
}

impl Layer {
    fn read(json: &Json) -> Result<Self, String> {
        let class = text(json, "class_name").ok_or("a layer has no class")?.to_owned();
        let config = json.get("config").cloned().unwrap_or(Json::Null);
        let name = text(json, "name").or_else(|| text(&config, "name"));
        let name =
            name.ok_or_else(|| format!("a layer of class `{class}` has no name"))?.to_owned();
        let module = text(json, "module").unwrap_or_default();
        let is_model = matches!(class.as_str(), "Functional" | "Model" | "Sequential");
        let calls = match json.get("inbound_nodes").and_then(Json::as_array) {
            Some(nodes) => nodes.iter().map(call).collect(),
            None => Vec::new(),
        };
        let inner = is_model.then(|| Net::read(json)).transpose()?;
        let is_operation = module.starts_with("keras.src.ops") || module.starts_with("keras.ops");
        Ok(Layer { name, class, config, inner, calls, is_operation })
    }
}

/// Layers one after another, the first of which may say what it is applied to.
fn sequential(mut layers: Vec<Layer>, config: &Json) -> Result<Net, String> {
    let first = layers.first().ok_or("the model has no layers")?;
    if first.class != "InputLayer" {
        let keys = ["batch_input_shape", "batch_shape"];
        let shape = keys.iter().find_map(|key| first.config.get(key));
        let shape = shape.or_else(|| config.get("build_input_shape")).or_else(|| {
            let inner = first.inner.as_ref()?.layers.first()?;
            keys.iter().find_map(|key| inner.config.get(key))
        });
        let shape =
            shape.ok_or("the model is not built: the file does not say its input's shape")?;
        let name = "input".to_owned();
        let config = serde_json::json!({ "batch_shape": shape });
        let class = "InputLayer".to_owned();
        let input =
            Layer { name, class, config, inner: None, calls: Vec::new(), is_operation: false };
        layers.insert(0, input);
    }
    let place = |layer: &Layer| Place { layer: layer.name.clone(), call: 0, output: 0 };
    for i in 1..layers.len() {
        layers[i].calls = vec![vec![Arg::Tensor(place(&layers[i - 1]))]];
    }
    let (inputs, outputs) = (vec![place(&layers[0])], vec![place(&layers[layers.len() - 1])]);
    Ok(Net { layers, inputs, outputs })
}

pub fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str()
}

/// `["name", 0, 0]`, or a list of them; Keras 3 may name them in an object.
fn places(json: Option<&Json>) -> Vec<Place> {
    match json {
        Some(Json::Array(items)) => match place(items) {
            Some(place) => vec![place],
            None => items.iter().flat_map(|item| places(Some(item))).collect(),
        },
        Some(Json::Object(items)) => items.values().flat_map(|item| places(Some(item))).collect(),
        _ => Vec::new(),
    }
}

fn place(items: &[Json]) -> Option<Place> {
    let [Json::String(layer), call, output, ..] = items else { return None };
    let number = |json: &Json| usize::try_from(json.as_u64()?).ok();
    Some(Place { layer: layer.clone(), call: number(call)?, output: number(output)? })
}

/// What one application reads: `{"args": …}` of Keras 3, a list of places before.
fn call(node: &Json) -> Vec<Arg> {
    let mut args = Vec::new();
    match node {
        Json::Object(node) => {
            collect(node.get("args").unwrap_or(&Json::Null), &mut args);
            for (key, value) in node.get("kwargs").and_then(Json::as_object).into_iter().flatten() {
                // What layers do in training, and masks, are no inputs.
                if !matches!(key.as_str(), "mask" | "training") && !value.is_null() {
                    collect(value, &mut args);
                }
            }
        }
        Json::Array(items) => {
            // Functions have one level of lists less.
            let alone = place(items).map(|_| items);
            let listed = items.iter().filter_map(Json::as_array).filter(|_| alone.is_none());
            for item in alone.into_iter().chain(listed) {
                match (place(item), item.as_slice()) {
                    (Some(place), [.., Json::Object(kwargs)]) => {
                        args.push(Arg::Tensor(place));
                        let kwargs = kwargs.iter().filter(|(key, value)| {
                            !value.is_null()
                                && !matches!(key.as_str(), "name" | "mask" | "training")
                        });
                        kwargs.for_each(|(_, value)| collect(value, &mut args));
                    }
                    (Some(place), _) => args.push(Arg::Tensor(place)),
                    (None, [Json::String(_), _, value, ..]) => collect(value, &mut args),
                    (None, _) => collect(&Json::Array(item.clone()), &mut args),
                }
            }
        }
        _ => {}
    }
    args
}

fn collect(json: &Json, args: &mut Vec<Arg>) {
    match json {
        Json::Number(number) => args.extend(number.as_f64().map(Arg::Number)),
        Json::Array(items) => match place(items) {
            Some(place) => args.push(Arg::Tensor(place)),
            None => items.iter().for_each(|item| collect(item, args)),
        },
        Json::Object(object) => {
            let history = object.get("config").and_then(|config| config.get("keras_history"));
            match history.and_then(Json::as_array).and_then(|items| place(items)) {
                Some(place) => args.push(Arg::Tensor(place)),
                None => args.push(Arg::Other(json.to_string())),
            }
        }
        Json::Null => {}
        other => args.push(Arg::Other(other.to_string())),
    }
}
