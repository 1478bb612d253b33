use std::collections::HashMap;

use super::framework::Framework;
use super::rules::Rules;
use crate::Entry;

/// A layer as a file has it: its tensors have a name in common.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// What it is called after all renames.
    pub name: String,
    /// What the file calls it.
    pub own: String,
    /// Its tensors: what each is in the layer, and which of the file it is.
    pub tensors: Vec<(String, usize)>,
}

impl Layer {
    /// The tensor of that kind.
    pub(super) fn tensor(&self, kind: &str) -> Option<usize> {
        // Keras 2 and 3 name the kernel of a depthwise convolution differently.
        let also = |own: &str| kind == "kernel" && own == "depthwise_kernel";
        let exact = self.tensors.iter().find(|(own, _)| own == kind);
        exact.or_else(|| self.tensors.iter().find(|(own, _)| also(own))).map(|&(_, index)| index)
    }
}

/// The layers of a file, in its order, without what is ignored.
pub(super) fn layers(entries: &[Entry], rules: &Rules, framework: Framework) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        // A checkpoint of ours has other tensors besides.
        let besides = framework == Framework::Formwork && entry.name.contains('/');
        if besides || rules.ignores(&entry.name) {
            continue;
        }
        let name = rules.renamed(&entry.name);
        let (layer, kind) = split(&name, framework);
        let own = split(&entry.name, framework).0.to_owned();
        let tensor = (kind.to_owned(), index);
        match known.get(layer) {
            Some(&place) => layers[place].tensors.push(tensor),
            None => {
                known.insert(layer.to_owned(), layers.len());
                layers.push(Layer { name: layer.to_owned(), own, tensors: vec![tensor] });
            }
        }
    }
    layers
}

/// The layer of a tensor, and what it is there: `features.0` and `weight`.
pub(super) fn split(name: &str, framework: Framework) -> (&str, &str) {
    let name = name.strip_suffix(":0").unwrap_or(name);
    let at = match framework {
        Framework::Keras => name.rfind(['/', '.']),
        _ => name.rfind('.'),
    };
    at.map_or(("", name), |at| (&name[..at], &name[at + 1..]))
}
