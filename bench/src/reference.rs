//! What the networks are defined to compute, in 64 bits.

use std::collections::HashMap;

use formwork_ir::oracle::Array;
use formwork_ir::{Graph, NodeId, Source};
use formwork_weights::Tensor;

use crate::Result;

/// What a network with one input and one output makes of an image.
///
/// # Errors
/// If a weight is missing.
pub fn output(graph: &Graph, weights: &[Tensor], image: &[f32]) -> Result<Vec<f64>> {
    let weights: HashMap<_, _> = weights.iter().map(|weight| (&*weight.name, weight)).collect();
    let mut last = HashMap::new();
    for (id, node) in graph.nodes() {
        last.extend(node.inputs.iter().map(|&input| (input, id)));
    }
    let mut values: HashMap<NodeId, Array> = HashMap::new();
    for (id, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => {
                let sizes: Option<Vec<_>> = node.shape.sample().iter().map(|d| d.known()).collect();
                array(&[vec![1], sizes.ok_or("an open size")?].concat(), image)
            }
            Source::Layer(op) => {
                let inputs: Vec<_> = node.inputs.iter().map(|id| values[id].clone()).collect();
                let params = node.params.iter().map(|&param| {
                    let name = &graph.param(param).name;
                    let Tensor { shape, values, .. } =
                        weights.get(&**name).ok_or_else(|| format!("no `{name}`"))?;
                    Ok(array(shape, values))
                });
                op.oracle(&inputs, &params.collect::<Result<Vec<_>>>()?)
            }
            Source::Model(other) => return Err(format!("`{other}` is another model").into()),
        };
        values.insert(id, value);
        node.inputs.iter().filter(|input| last[input] == id).for_each(|id| drop(values.remove(id)));
    }
    let output = values.remove(&graph.outputs()[0]).ok_or("its output is its input")?;
    Ok(output.data().to_vec())
}

fn array(sizes: &[usize], values: &[f32]) -> Array {
    Array::new(sizes, values.iter().map(|&value| value.into()).collect())
}

/// The largest difference of two outputs, relative to the largest value; infinite where a value
/// is no number, or there are not as many.
pub fn difference(expected: &[f64], found: &[f32]) -> f64 {
    if expected.len() != found.len() || !found.iter().all(|value| value.is_finite()) {
        return f64::INFINITY;
    }
    let largest = expected.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let apart = expected.iter().zip(found).map(|(a, &b)| (a - f64::from(b)).abs());
    apart.fold(0.0, f64::max) / largest
}
