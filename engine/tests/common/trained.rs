//! What networks do while they are trained, in f64.

use std::collections::HashMap;

use formwork_ir::oracle::Array;
use formwork_ir::{Graph, Group, Node, NodeId, NoiseShape, Op, Source};

/// The values of a network's tensors, by name; inputs have names too.
pub(crate) type Tensors = HashMap<String, Vec<f64>>;

/// What a network makes of a batch while it is trained, in f64.
pub(crate) fn run(
    graph: &Graph,
    sizes: &[Vec<usize>],
    given: &Tensors,
    frozen: &[String],
) -> Vec<Array> {
    let mut values: HashMap<NodeId, Array> = HashMap::new();
    let (mut inputs, mut masks) = (sizes.iter().enumerate(), 0..);
    for (id, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => {
                let (index, sizes) = inputs.next().expect("an input");
                Array::new(sizes, given[&format!("input {index}")].clone())
            }
            Source::Model(model) => panic!("no model `{model}`"),
            Source::Layer(op) => {
                let own: Vec<_> = node.inputs.iter().map(|id| values[id].clone()).collect();
                let params = node.params.iter().map(|&id| graph.param(id)).map(|param| {
                    let sizes: Vec<_> =
                        param.shape.iter().map(|dim| dim.known().expect("a number")).collect();
                    Array::new(&sizes, given[&param.name].clone())
                });
                let mut params: Vec<_> = params.collect();
                if let Op::BatchNorm(_) = op
                    && !keeps_statistics(graph, node, frozen)
                {
                    let [.., mean, variance] = &mut params[..] else { panic!("statistics") };
                    [*mean, *variance] = moments(&own[0]);
                }
                match op.spec().group {
                    Group::Regularization => {
                        let name = format!("mask {}", masks.next().expect("another"));
                        disturb(op, &own[0], &given[&name])
                    }
                    _ => op.oracle(&own, &params),
                }
            }
        };
        values.insert(id, value);
    }
    graph.outputs().iter().map(|id| values[id].clone()).collect()
}

/// Whether a norm's running statistics stay as they are.
fn keeps_statistics(graph: &Graph, node: &Node, frozen: &[String]) -> bool {
    let names = node.params.iter().map(|&id| &graph.param(id).name);
    names.filter(|name| name.contains(".moving_")).any(|name| frozen.contains(name))
}

/// What a layer makes of what is drawn for it.
fn disturb(op: &Op, x: &Array, drawn: &[f64]) -> Array {
    let shape = match op {
        Op::Dropout(layer) => layer.noise_shape.clone(),
        Op::AlphaDropout(layer) => layer.noise_shape.clone(),
        Op::SpatialDropout2d(_) => Some(NoiseShape(vec![None, Some(1), Some(1), None])),
        _ => None,
    };
    let shape = shape.map_or_else(|| vec![None; x.dims().len()], |NoiseShape(shape)| shape);
    let sizes: Vec<_> = shape.iter().zip(x.dims()).map(|(own, n)| own.unwrap_or(*n)).collect();
    let drawn = Array::new(&sizes, drawn.to_vec());
    match op {
        Op::GaussianNoise(_) => Array::broadcast(&[x.clone(), drawn], |a, b| a + b),
        Op::AlphaDropout(layer) => {
            let low = -1.758_099_340_847_376_6;
            let a = ((1.0 - layer.rate) * (1.0 + layer.rate * low * low)).powf(-0.5);
            let b = -a * low * layer.rate;
            let kept = |x: f64, kept: f64| a * if kept > 0.0 { x } else { low } + b;
            Array::broadcast(&[x.clone(), drawn], kept)
        }
        _ => Array::broadcast(&[x.clone(), drawn], |a, b| a * b),
    }
}

/// The mean and the variance of each channel.
fn moments(x: &Array) -> [Array; 2] {
    let channels = *x.dims().last().expect("channels");
    let rows = x.data().len() / channels;
    let mean_of = |of: &dyn Fn(usize, f64) -> f64| {
        Array::build(&[channels], |at| {
            let own = (0..rows).map(|row| of(at[0], x.data()[row * channels + at[0]]));
            own.sum::<f64>() / rows as f64
        })
    };
    let mean = mean_of(&|_, x| x);
    let variance = mean_of(&|c, x| (x - mean.data()[c]).powi(2));
    [mean, variance]
}
