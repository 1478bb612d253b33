use std::io::Cursor;

use formwork_ir::Graph;
use formwork_weights::WeightFile;
use formwork_weights::fit::{Loader, Network, Parameters};
use safetensors::tensor::{Dtype, TensorView};

/// The parameters of a model whose layers are written as a graph's text has them.
pub fn parameters(layers: &str) -> Parameters {
    Network::from(graph(layers)).parameters()
}

pub fn graph(layers: &str) -> Graph {
    Graph::parse(&format!("model Test\n{layers}"))
        .unwrap_or_else(|error| panic!("{error}\n{layers}"))
}

/// A file that holds tensors of those names and sizes; the values of each count from 0.
pub fn loader(tensors: &[(&str, &[usize])]) -> Loader {
    let bytes: Vec<(_, _, Vec<u8>)> = tensors
        .iter()
        .map(|&(name, shape)| {
            let values = (0..shape.iter().product::<usize>()).map(|i| i as f32);
            (name, shape.to_vec(), values.flat_map(f32::to_le_bytes).collect())
        })
        .collect();
    let views = bytes.iter().map(|(name, shape, bytes)| {
        (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    let file = safetensors::serialize(views, None).unwrap();
    Loader::from(WeightFile::read("test.safetensors", Cursor::new(file)).unwrap())
}
