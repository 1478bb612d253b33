//! The HDF5 files of Keras 2, and of Keras 3 for their sake: attributes list layers and weights.

use std::collections::HashSet;

use super::datasets::Datasets;
use super::hdf5::{text, texts};
use crate::file::Problem;

/// Takes the weights, layer by layer: the model's configuration, if the file has one; `None` if
/// the file lists no layers.
#[expect(clippy::option_option, reason = "whether it is such a file, and what is in it")]
pub(super) fn find(datasets: &mut Datasets) -> Result<Option<Option<String>>, Problem> {
    let root = datasets.root();
    let groups = root.groups()?;
    let (folder, group) = match groups.iter().any(|name| name == "model_weights") {
        true => ("model_weights/", root.group("model_weights")?),
        false => ("", root.clone()),
    };
    let Some(mut layers) = texts(&group.attrs()?, "layer_names") else { return Ok(None) };
    let members = group.groups()?;
    let own = "top_level_model_weights";
    if members.iter().any(|name| name == own) && !layers.iter().any(|name| name == own) {
        layers.push(own.into());
    }
    let mut names = HashSet::new();
    for layer in layers {
        let Some(weights) = texts(&group.group(&layer)?.attrs()?, "weight_names") else {
            return Err(format!("layer `{layer}` has no weight_names").into());
        };
        for weight in weights {
            let mut name = weight.strip_suffix(":0").unwrap_or(&weight).to_owned();
            // Copies of a model in a model have weights of the same names.
            if !names.insert(name.clone()) {
                name = format!("{layer}/{name}");
            }
            datasets.push(name, format!("{folder}{layer}/{weight}"))?;
        }
    }
    if groups.iter().any(|name| name == "optimizer_weights") {
        let why = "an optimiser's state is no weight";
        datasets.left_out.push(format!("`optimizer_weights`: {why}"));
    }
    Ok(Some(text(&root, "model_config")?))
}
