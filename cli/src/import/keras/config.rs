//! The configuration of a Keras model, of both generations, as layers and what they are applied to.

use serde_json::Value as Json;

use super::call::{Call, Place, places};

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
    pub calls: Vec<Call>,
    /// Whether it is an operation of `keras.ops`, not a layer.
    pub is_operation: bool,
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
            Some(nodes) => nodes.iter().map(Call::read).collect(),
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
        layers[i].calls = vec![Call::of(place(&layers[i - 1]))];
    }
    let (inputs, outputs) = (vec![place(&layers[0])], vec![place(&layers[layers.len() - 1])]);
    Ok(Net { layers, inputs, outputs })
}

pub fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str()
}
