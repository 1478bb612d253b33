//! Random networks: what the engine makes of them is what their layers are defined as.

mod common;

use common::check;
use common::random::{Choices, graph};
use formwork_engine::{Isa, Options};

#[test]
fn random_networks_are_what_their_layers_are() {
    let count = if cfg!(miri) { 2 } else { 600 };
    for seed in 1..=count as u64 {
        let mut choices = Choices(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let graph = graph(&mut choices);
        let batch = choices.pick(&[1, 1, 2, 3, 5]);
        let sizes: Vec<Vec<usize>> = graph
            .inputs()
            .map(|(_, node)| {
                let sample = node.shape.sample().iter().map(|dim| dim.known().expect("a number"));
                std::iter::once(batch).chain(sample).collect()
            })
            .collect();
        let isas: Vec<_> = Isa::available().collect();
        let mut options = Options::default();
        options.isa = Some(choices.pick(&isas));
        options.exact = choices.below(2) == 0;
        options.small = choices.below(4) == 0;
        options.cache = choices.pick(&[None, Some(1 << 10), Some(10 << 10)]);
        options.threads = std::num::NonZeroUsize::new(1 + choices.below(3));
        check(&graph, &sizes, &options);
    }
}
