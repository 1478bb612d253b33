//! What the configuration of a Keras model says of its layers.

use serde_json::Value;

use crate::WeightFile;

/// The configuration in a Keras file; nothing where the file has none.
pub(super) struct Configuration(Value);

impl Configuration {
    pub(super) fn of(file: &WeightFile) -> Self {
        let parsed = file.config().map(serde_json::from_str);
        Configuration(parsed.and_then(Result::ok).unwrap_or_default())
    }

    /// The names of all layers, as the file's tensors have them: `encoder/dense`.
    #[cfg(feature = "formats")]
    pub(super) fn layers(&self) -> std::collections::HashSet<String> {
        let (mut names, mut open) = (Vec::new(), vec![(String::new(), &self.0["config"])]);
        while let Some((scope, model)) = open.pop() {
            for layer in model["layers"].as_array().into_iter().flatten() {
                let config = &layer["config"];
                let name = config.get("name").or_else(|| layer.get("name")).and_then(Value::as_str);
                let Some(name) = name.map(|name| format!("{scope}{name}")) else { continue };
                open.push((format!("{name}/"), config));
                names.push(name);
            }
        }
        names.into_iter().collect()
    }

    /// Whether a layer counts channels first.
    pub(super) fn is_channels_first(&self) -> bool {
        any(&self.0, &is_first)
    }

    /// Whether a layer counts channels first and what is flattened may lie otherwise than here: a
    /// `Flatten` that counts them first, too, puts them last.
    pub(super) fn flattens_channels_first(&self) -> bool {
        let flattens = |value: &Value| match value["class_name"].as_str() {
            Some("Flatten") => !is_first(&value["config"]),
            class => matches!(class, Some("Reshape" | "Permute")),
        };
        let listed = any(&self.0, &|value| value["class_name"] == "Flatten");
        self.is_channels_first() && (!listed || any(&self.0, &flattens))
    }
}

fn is_first(config: &Value) -> bool {
    config["data_format"] == "channels_first"
}

/// Whether that is so of anything in a value, as deep as serde_json reads.
fn any(value: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    is(value)
        || match value {
            Value::Array(values) => values.iter().any(|value| any(value, is)),
            Value::Object(values) => values.values().any(|value| any(value, is)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn layers_are_listed_with_those_of_models_in_them() {
        let layer = |name: &str| json!({"class_name": "Dense", "config": {"name": name}});
        let inner = json!({"class_name": "Sequential",
            "config": {"name": "inner", "layers": [layer("a"), layer("b")]}});
        let all = json!({"config": {"layers": [layer("a"), inner]}});
        let mut names: Vec<_> = Configuration(all).layers().into_iter().collect();
        names.sort();
        assert_eq!(names, ["a", "inner", "inner/a", "inner/b"]);
        for nothing in [json!(null), json!({"config": {"units": 3}}), json!({"config": [1]})] {
            assert!(Configuration(nothing).layers().is_empty());
        }
    }

    #[test]
    fn only_what_is_flattened_as_it_is_lies_otherwise() {
        let check = |layers: &[(&str, &str)], expect: bool| {
            let layer = |(class, format): &(&str, &str)| json!({"class_name": class, "config": {"name": "x", "data_format": format}});
            let layers: Vec<_> = layers.iter().map(layer).collect();
            let configuration = Configuration(json!({"config": {"layers": layers}}));
            assert_eq!(configuration.flattens_channels_first(), expect, "{layers:?}");
        };
        let (first, last) = ("channels_first", "channels_last");
        check(&[("Conv2D", last), ("Flatten", last)], false);
        check(&[("Conv2D", first), ("Flatten", last)], true);
        check(&[("Conv2D", first), ("Flatten", first)], false);
        check(&[("Conv2D", first), ("Flatten", first), ("Reshape", "")], true);
        // It flattens in a layer of its own making.
        check(&[("Conv2D", first), ("Head", "")], true);
        check(&[], false);
        // Keras 2's list of layers, and a layer in another.
        let flatten = json!({"class_name": "Flatten", "config": {"data_format": last}});
        let conv = json!({"class_name": "Conv2D", "config": {"data_format": first}});
        let conv = json!({"class_name": "TimeDistributed", "config": {"layer": conv}});
        assert!(Configuration(json!({"config": [conv, flatten]})).flattens_channels_first());
    }
}
