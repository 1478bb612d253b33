//! The inputs of a model.

use formwork_ir::{Dim, Kind, NodeId, Shape, Sizes, Symbol};
use serde_json::Value as Json;

use super::Reader;
use super::config::Layer;
use crate::import::names;

impl Reader<'_> {
    pub fn input(&mut self, layer: &Layer) -> Option<NodeId> {
        let shape =
            ["batch_shape", "batch_input_shape"].iter().find_map(|key| layer.config.get(key));
        let sizes = shape.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let [_, sample @ ..] = sizes else {
            self.problem(layer, "", "it has no shape");
            return None;
        };
        let (mut dims, mut declared) = (Vec::new(), Vec::new());
        for (at, size) in sample.iter().enumerate() {
            let known = size.as_u64().and_then(|n| usize::try_from(n).ok());
            match known.filter(|&n| n > 0 && n <= Dim::MAX) {
                Some(n) => dims.push(Dim::from(n)),
                None if size.is_null() && sample.len() == 3 && at < 2 => {
                    // Each input has a height and a width of its own.
                    let n = self.symbols / 2 + 1;
                    let letter = if at == 0 { "H" } else { "W" };
                    let name = if n == 1 { letter.to_owned() } else { format!("{letter}{n}") };
                    declared.push((at, name));
                    dims.push(Dim::Known(1));
                }
                None => {
                    self.problem(layer, "", format!("axis {} of its shape is {size}", at + 1));
                    return None;
                }
            }
        }
        self.symbols += 2;
        if !matches!(dims.len(), 1 | 3) {
            self.problem(layer, "", "models take images or vectors");
            return None;
        }
        for (at, name) in declared {
            let ranged = self.domain.as_ref().map(|domain| domain.contract().0).unwrap_or_default();
            let known = ranged.into_iter().find(|ranged| ranged.symbol.name() == name);
            let sizes = known.map_or(Sizes::ALL, |ranged| ranged.sizes);
            dims[at] = self.builder.declare(Symbol::new(&name, Kind::Runtime), sizes).into();
        }
        let name = names::clean(&layer.name).replace('.', "_");
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        let name = self.builder.unique(if name.is_empty() { "input" } else { name });
        Some(self.builder.graph.input(&name, Shape::batched(dims)))
    }
}
