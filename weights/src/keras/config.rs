//! A model's configuration: the layers of a model, as their weights are filed.

use std::collections::HashMap;

use serde_json::Value;

use super::names::snake_case;

/// A layer in a configuration.
pub(super) struct Layer<'a> {
    /// The group that holds it: its class in snake case, with a number if it is not the first.
    pub(super) group: String,
    /// What the user calls it.
    pub(super) name: Option<&'a str>,
    /// Its arguments; if it is a model, its layers.
    pub(super) config: &'a Value,
}

/// The layers of a model, in its order.
pub(super) fn layers(config: &Value) -> Vec<Layer<'_>> {
    let layers = config.get("layers").and_then(Value::as_array);
    let mut counts = HashMap::new();
    let layers = layers.into_iter().flatten().filter_map(|layer| {
        let class = snake_case(layer.get("class_name")?.as_str()?);
        let config = layer.get("config")?;
        let count = counts.entry(class.clone()).or_insert(0usize);
        let group = if *count == 0 { class } else { format!("{class}_{count}") };
        *count += 1;
        let name = config.get("name").or_else(|| layer.get("name")).and_then(Value::as_str);
        Some(Layer { group, name, config })
    });
    layers.collect()
}
