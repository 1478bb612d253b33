//! The HDF5 files of Keras 2, and of Keras 3 for their sake: attributes list layers and weights.

use std::collections::HashMap;

use super::datasets::Datasets;
use super::hdf5::{text, texts};
use crate::file::Problem;

/// Takes the weights, layer by layer: the model's configuration, if the file has one; `None` if
/// the file lists no layers.
#[expect(clippy::option_option, reason = "whether it is such a file, and what is in it")]
pub(super) fn find(datasets: &mut Datasets) -> Result<Option<Option<String>>, Problem> {
    let root = datasets.root();
    let mut groups: HashMap<_, _> = root.iter_groups()?.collect();
    let has_optimizer = groups.contains_key("optimizer_weights");
    let weights = groups.remove("model_weights");
    let group = weights.as_ref().unwrap_or(&root);
    let Some(mut layers) = texts(&group.attrs()?, "layer_names") else { return Ok(None) };
    if let Some(weights) = &weights {
        groups = weights.iter_groups()?.collect();
    }
    let own = "top_level_model_weights";
    if groups.contains_key(own) && !layers.iter().any(|name| name == own) {
        layers.push(own.into());
    }
    for layer in layers {
        let group = groups.get(&layer).ok_or_else(|| format!("layer `{layer}` has no group"))?;
        let Some(weights) = texts(&group.attrs()?, "weight_names") else {
            return Err(format!("layer `{layer}` has no weight_names").into());
        };
        let name = |weight: &String| {
            if layer == own { weight.clone() } else { name(&layer, weight) }
        };
        for weight in by_layer(weights.iter().map(name).zip(&weights).collect()) {
            datasets.push(weight.0, group.dataset(weight.1)?)?;
        }
    }
    if has_optimizer {
        let why = "an optimiser's state is no weight";
        datasets.left_out.push(format!("`optimizer_weights`: {why}"));
    }
    Ok(Some(text(&root, "model_config")?))
}

/// Puts what a model in a model does not train with the rest of its layers.
fn by_layer<T>(mut weights: Vec<(String, T)>) -> Vec<(String, T)> {
    let layer =
        |name: &str| name.rsplit_once('/').map_or_else(String::new, |(layer, _)| layer.into());
    let mut order = HashMap::new();
    for (name, _) in &weights {
        let next = order.len();
        order.entry(layer(name)).or_insert(next);
    }
    weights.sort_by_key(|(name, _)| order.get(&layer(name)).copied());
    weights
}

/// A weight's name behind its layer's.
///
/// The file may have names of models before it, and of a model in a model its layers' alone.
fn name(layer: &str, weight: &str) -> String {
    let weight = weight.strip_suffix(":0").unwrap_or(weight);
    let mut starts = weight.match_indices(layer).map(|(start, _)| start);
    let whole = |&start: &usize| {
        (start == 0 || weight[..start].ends_with('/'))
            && weight[start + layer.len()..].starts_with('/')
    };
    match starts.find(whole) {
        Some(start) => weight[start..].to_owned(),
        None => format!("{layer}/{weight}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names() {
        let check = |layer, weight, expect| assert_eq!(super::name(layer, weight), expect);
        check("conv2d", "conv2d/kernel:0", "conv2d/kernel");
        check("conv2d", "model/conv2d/kernel:0", "conv2d/kernel");
        check("conv", "my_conv/conv/kernel", "conv/kernel");
        check("conv", "conv_1/kernel", "conv/conv_1/kernel");
        check("inner", "point/kernel:0", "inner/point/kernel");
        check("inner", "inner/point/kernel", "inner/point/kernel");
        check("a/b", "a/b/kernel:0", "a/b/kernel");
        check("fc1", "fc1_W_1:0", "fc1/fc1_W_1");
        check("", "kernel", "/kernel");
    }
}
