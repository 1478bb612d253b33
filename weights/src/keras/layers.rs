//! The HDF5 files of Keras 3: a group for each layer, named after its class.

use std::cmp::Ordering;
use std::collections::HashMap;

use hdf5_pure::Group;
use serde_json::Value;

use super::config::{self, Layer};
use super::datasets::Datasets;
use super::hdf5::text;
use super::names;
use crate::file::Problem;

/// Takes the weights in the order of the model's layers, if the configuration tells it, else in
/// the alphabet's.
pub(super) fn find(datasets: &mut Datasets, config: Option<&str>) -> Result<(), Problem> {
    let config = config.map(serde_json::from_str::<Value>).transpose();
    let config = config.map_err(|e| format!("its config.json cannot be read: {e}"))?;
    let root = datasets.root();
    // A group takes more of a file.
    let visits = datasets.length() / 32 + 64;
    let mut walk = Walk { datasets, visits };
    let layer = Object {
        path: String::new(),
        name: String::new(),
        class: None,
        config: config.as_ref().and_then(|config| config.get("config")),
    };
    walk.object(&root, &layer, 0)
}

/// A layer or another thing that has weights.
struct Object<'a> {
    /// The group that holds it.
    path: String,
    /// What it is called.
    name: String,
    /// Its class in snake case, if it is known.
    class: Option<&'a str>,
    config: Option<&'a Value>,
}

/// Deeper than models are nested.
const DEPTH: usize = 32;

struct Walk<'a> {
    datasets: &'a mut Datasets,
    visits: u64,
}

impl Walk<'_> {
    /// Takes what an object has of its own, then what its parts have.
    fn object(&mut self, group: &Group, object: &Object, depth: usize) -> Result<(), Problem> {
        if depth > DEPTH || self.visits == 0 {
            return Err(format!("its groups are nested too deep at `{}`", object.path).into());
        }
        self.visits -= 1;
        let mut parts: Vec<_> = group.iter_groups()?.collect();
        parts.sort_by(|(a, _), (b, _)| natural(a, b));
        if let Some((_, vars)) = parts.iter().find(|(part, _)| part == "vars") {
            self.vars(vars, object)?;
        }
        for (part, group) in parts {
            let path = joined(&object.path, &part);
            match part.as_str() {
                "vars" => {}
                "optimizer" if object.path.is_empty() => {
                    let why = "an optimiser's state is no weight";
                    self.datasets.left_out.push(format!("`optimizer`: {why}"));
                }
                "seed_generator" => {
                    let why = "the state of a random generator is no weight";
                    self.datasets
                        .left_out
                        .push(format!("`{}`: {why}", joined(&object.name, &part)));
                }
                "layers" | "_layer_checkpoint_dependencies" => {
                    self.layers(&group, &path, object, depth)?;
                }
                _ => {
                    let name = joined(&object.name, &part);
                    let object = Object { path, name, class: None, config: None };
                    self.object(&group, &object, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the weights of a model's layers.
    fn layers(
        &mut self,
        group: &Group,
        path: &str,
        model: &Object,
        depth: usize,
    ) -> Result<(), Problem> {
        let mut groups: Vec<_> = group.iter_groups()?.collect();
        groups.sort_by(|(a, _), (b, _)| natural(a, b));
        let known: Vec<Layer> = model.config.map(config::layers).unwrap_or_default();
        let places: HashMap<_, _> =
            known.iter().enumerate().map(|(place, layer)| (layer.group.as_str(), place)).collect();
        let place = |group: &str| places.get(group).copied();
        groups.sort_by_key(|(group, _)| place(group).unwrap_or(known.len()));
        for (name, group) in groups {
            let layer = place(&name).map(|place| &known[place]);
            let given = match layer.and_then(|layer| layer.name) {
                Some(given) => given.to_owned(),
                None => match group.group("vars") {
                    Ok(vars) => text(&vars, "name")?.unwrap_or_else(|| name.clone()),
                    Err(_) => name.clone(),
                },
            };
            let object = Object {
                path: joined(path, &name),
                name: joined(&model.name, &given),
                class: Some(class(&name)),
                config: layer.map(|layer| layer.config),
            };
            self.object(&group, &object, depth + 1)?;
        }
        Ok(())
    }

    /// Takes the numbered weights of a layer.
    fn vars(&mut self, group: &Group, object: &Object) -> Result<(), Problem> {
        let mut vars: Vec<_> = group.iter_datasets()?.collect();
        vars.sort_by(|(a, _), (b, _)| natural(a, b));
        let names = object.class.and_then(|class| names::weights(class, vars.len(), object.config));
        for (index, (var, dataset)) in vars.into_iter().enumerate() {
            let name = match &names {
                Some(names) => joined(&object.name, names[index]),
                None => format!("{}/{var}", joined(&object.path, "vars")),
            };
            self.datasets.push(name, dataset)?;
        }
        Ok(())
    }
}

/// A group's name without the number that tells it from others of its class.
fn class(group: &str) -> &str {
    match group.rsplit_once('_') {
        Some((class, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => class,
        _ => group,
    }
}

fn joined(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}/{part}") }
}

/// The alphabet's order, with numbers at an end by their values.
fn natural(a: &str, b: &str) -> Ordering {
    let split = |text: &str| {
        let stem = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        (text[..stem].to_owned(), text[stem..].parse::<u64>().unwrap_or_default())
    };
    split(a).cmp(&split(b))
}
