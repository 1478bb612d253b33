//! Networks run by the engine and by their layers' oracles in f64.
#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod gradients;
mod numbers;
pub(crate) mod random;
mod trained;

use std::collections::HashMap;
use std::convert::Infallible;

use formwork_engine::{Compiled, Options};
use formwork_ir::oracle::Array;
use formwork_ir::{Graph, NodeId, Source};
pub(crate) use numbers::numbers;

/// A parameter's values: such that activations neither vanish nor explode.
pub(crate) fn parameter(name: &str, sizes: &[usize]) -> Vec<f32> {
    let count = sizes.iter().product();
    let values = numbers(name, count);
    if name.ends_with("variance") || name.ends_with("gamma") {
        return values.into_iter().map(|x| 1.0 + 0.5 * x).collect();
    }
    let inputs = count / sizes.last().copied().unwrap_or(1).max(1);
    let scale = if sizes.len() > 1 { (3.0 / inputs as f32).sqrt() } else { 0.3 };
    values.into_iter().map(|x| scale * x).collect()
}

/// What a network makes of inputs, in f64.
pub(crate) fn oracle(graph: &Graph, inputs: &[Array]) -> Vec<Array> {
    let mut values: HashMap<NodeId, Array> = HashMap::new();
    let mut given = inputs.iter();
    for (id, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => given.next().expect("an input").clone(),
            Source::Model(model) => panic!("no model `{model}`"),
            Source::Layer(op) => {
                let inputs: Vec<_> = node.inputs.iter().map(|id| values[id].clone()).collect();
                let params = node.params.iter().map(|&id| graph.param(id)).map(|param| {
                    let sizes: Vec<_> =
                        param.shape.iter().map(|dim| dim.known().expect("a number")).collect();
                    let data = parameter(&param.name, &sizes);
                    Array::new(&sizes, data.into_iter().map(f64::from).collect())
                });
                op.oracle(&inputs, &params.collect::<Vec<_>>())
            }
        };
        values.insert(id, value);
    }
    graph.outputs().iter().map(|id| values[id].clone()).collect()
}

/// Compares what the engine makes of random inputs of those sizes with what the layers are
/// defined as, relative to the largest value of each output.
pub(crate) fn check(graph: &Graph, sizes: &[Vec<usize>], options: &Options) -> Compiled {
    let arrays = sizes.iter().enumerate().map(|(i, sizes)| {
        let values = numbers(&format!("input {i}"), sizes.iter().product());
        Array::new(sizes, values.into_iter().map(f64::from).collect())
    });
    let arrays: Vec<_> = arrays.collect();
    let read = |name: &str, sizes: &[usize]| Ok::<_, Infallible>(parameter(name, sizes));
    let mut compiled = match Compiled::new(graph, sizes, options, read) {
        Ok(compiled) => compiled,
        Err(error) => panic!("{error}\n{graph}"),
    };
    let inputs: Vec<Vec<f32>> =
        arrays.iter().map(|array| array.data().iter().map(|x| *x as f32).collect()).collect();
    let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outputs: Vec<Vec<f32>> =
        compiled.outputs().iter().map(|sizes| vec![f32::NAN; sizes.iter().product()]).collect();
    // Twice, since what a run leaves in memory must not matter to the next.
    for _ in 0..2 {
        let mut slices: Vec<&mut [f32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        compiled.run(&inputs, &mut slices).expect("the sizes are the network's");
    }
    for (index, (found, expect)) in outputs.iter().zip(oracle(graph, &arrays)).enumerate() {
        // What is left of a difference of what is alike is as far off as that was.
        let largest = expect.data().iter().fold(0.1f64, |most, x| most.max(x.abs()));
        for (place, (found, expect)) in found.iter().zip(expect.data()).enumerate() {
            let off = (f64::from(*found) - expect).abs();
            assert!(
                off <= 2e-5 * largest,
                "output {index}, value {place}: {found}, not {expect}\n{graph}\n{compiled}"
            );
        }
    }
    compiled
}

/// A network of one input, of lines of layers without their shapes.
pub(crate) fn network(layers: &str, input: &[usize]) -> Graph {
    let shape: Vec<_> = input[1..].iter().map(usize::to_string).collect();
    let text = format!("model Net\nx = input() : [_, {}]\n{layers}", shape.join(", "));
    let text = complete(&text);
    Graph::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Adds the shapes, which follow from the shape rules: any that are written would do, were they
/// not compared.
pub(crate) fn complete(text: &str) -> String {
    let mut done = String::new();
    for line in text.lines() {
        if line.contains(" : ") || !line.contains(" = ") {
            done += line;
        } else {
            // The error says the shape.
            let Err(error) = Graph::parse(&format!("{done}{line} : []")) else { unreachable!() };
            let Some((_, shape)) = error.message.rsplit_once(" but is ") else {
                panic!("{error}\n{line}")
            };
            done += &format!("{line} : {shape}");
        }
        done.push('\n');
    }
    done
}
