//! Random networks in training: gradients are differences of the loss.

mod common;

use common::gradients::{check, options};
use common::network;
use common::random::{Choices, graph};
use formwork_engine::{Options, Trained, Training};
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

/// A convolution with what is behind it, an input, and how many steps go forward.
const POOLED: &[(&str, [usize; 4], usize)] = &[
    // Of few channels and of many, of a kernel that is large, of windows that are no squares.
    ("conv2d(x; 5, (3, 3), padding = same)\nrelu(a)\nmax_pool2d(b; (2, 2))", [9, 24, 30, 1], 1),
    ("conv2d(x; 20, (5, 5), stride = (2, 2))\nrelu(a)\nmax_pool2d(b; (3, 1))", [3, 21, 7, 3], 1),
    ("conv2d(x; 40, (1, 1))\nrelu(a)\nmax_pool2d(b; (1, 4))", [2, 3, 8, 20], 1),
    // By Winograd's method.
    ("conv2d(x; 40, (3, 3), padding = same)\nrelu(a)\nmax_pool2d(b; (2, 2))", [3, 6, 14, 20], 1),
    ("conv2d(x; 40, (3, 3), padding = same)\nrelu(a)\nmax_pool2d(b; (3, 3))", [3, 6, 12, 20], 2),
    // Without a cut, before one, and before another pooling.
    ("conv2d(x; 8, (3, 3))\nmax_pool2d(a; (2, 2))\nrelu(b)", [2, 8, 6, 2], 2),
    (
        "conv2d(x; 8, (3, 3))\nrelu(a)\nmax_pool2d(b; (2, 2))\nmax_pool2d(c; (2, 2))",
        [2, 10, 14, 2],
        2,
    ),
    // Windows that do not tile, and groups.
    ("conv2d(x; 8, (3, 3))\nrelu(a)\nmax_pool2d(b; (2, 2))", [2, 7, 6, 2], 2),
    ("conv2d(x; 8, (3, 3), groups = 2)\nrelu(a)\nmax_pool2d(b; (2, 2))", [2, 8, 6, 4], 2),
];

#[test]
fn outputs_are_pooled_as_they_are_made() {
    for (i, (layers, input, steps)) in POOLED.iter().enumerate() {
        let named =
            layers.lines().zip("abcd".chars()).map(|(layer, name)| format!("{name} = {layer}"));
        let lines: Vec<_> = named.collect();
        let last = &lines[lines.len() - 1][..1];
        let graph = network(&format!("{}\nreturn {last}", lines.join("\n")), input);
        let sizes = [input.to_vec()];
        let mut choices = Choices(i as u64 + 1);
        for exact in [false, true] {
            let mut options = options(&mut choices);
            options.exact = exact;
            check(&graph, &sizes, &options, &[], 2e-4);
        }
        let options = Options::default();
        let training = Training::new(&graph, &sizes, &options, &Trained::default());
        let table = training.expect("it can be trained").to_string();
        // And the outputs are handed out.
        let forward = format!("the first {} steps go forward", steps + 1);
        assert!(table.contains(&forward), "{layers}\n{table}");
        // Of many images the gradient of a small kernel is made images apart.
        assert_eq!(table.contains("images apart"), input[0] > 8, "{layers}\n{table}");
    }
}
