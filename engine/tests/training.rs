//! Random networks in training: gradients are differences of the loss.

mod common;

use common::gradients::{check, options};
use common::random::{Choices, graph};
use formwork_ir::Graph;

/// Statistics of some norms, and other parameters.
fn freeze(graph: &Graph, choices: &mut Choices) -> Vec<String> {
    let names = graph.params().map(|(_, param)| param.name.clone());
    match choices.below(3) {
        0 => names.filter(|_| choices.below(3) == 0).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn gradients_of_random_networks_are_differences() {
    let count = if cfg!(miri) { 2 } else { 600 };
    for seed in 1..=count as u64 {
        let mut choices = Choices(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let graph = graph(&mut choices);
        let batch = choices.pick(&[1, 2, 3, 5]);
        let sizes: Vec<Vec<usize>> = graph
            .inputs()
            .map(|(_, node)| {
                let sample = node.shape.sample().iter().map(|dim| dim.known().expect("a number"));
                std::iter::once(batch).chain(sample).collect()
            })
            .collect();
        let frozen = freeze(&graph, &mut choices);
        check(&graph, &sizes, &options(&mut choices), &frozen, 2e-4);
    }
}
