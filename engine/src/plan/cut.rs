//! Where a network is cut in two: the layers in front see a batch a few images at a time, those
//! behind see it whole.

use std::ops::Range;

use super::choice::Choice;
use super::fuse::{Fused, fuse};
use super::net::Net;

/// A network's cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    /// The first layer that sees the whole batch.
    pub layer: usize,
    /// How many images the layers before it see at a time.
    pub part: usize,
}

/// The layers of one step.
struct Step {
    layers: Range<usize>,
    /// Number of values that it reads and writes.
    size: usize,
    /// Whether it makes images rather than vectors.
    maps: bool,
}

impl Cut {
    /// Cuts where the whole batch fits the cache from there on. Dense layers see it whole in any
    /// case, since their weights are what takes time.
    pub fn new(net: &Net, choice: Choice) -> Self {
        let sizes = net.inputs.first().map(|&input| &net.values[input]);
        let batch = sizes.and_then(|sizes| sizes.first()).copied().unwrap_or(1);
        let steps = steps(net, choice);
        let within = choice.cache / size_of::<f32>();
        let large = |step: &&Step| step.maps && (choice.small || step.size > within);
        let mut layer = steps.iter().filter(large).map(|step| step.layers.end).max().unwrap_or(0);
        while let Some(step) = steps.iter().find(|step| step.layers.contains(&layer))
            && step.layers.start < layer
        {
            layer = step.layers.end;
        }
        let before = steps.iter().filter(|step| step.layers.start < layer);
        let most = before.map(|step| step.size / batch).max().unwrap_or(0);
        let fits = |part: &usize| batch % part == 0 && part * most <= within && !choice.small;
        let part = (1..=batch).filter(fits).max().unwrap_or(1);
        Cut { layer, part }
    }
}

/// The steps of a network, in no order.
fn steps(net: &Net, choice: Choice) -> Vec<Step> {
    let mut own = net.clone();
    let fused = fuse(&mut own, choice);
    let size = |value: usize| net.values[value].iter().product::<usize>();
    let step = |fused: &Fused| {
        let Fused { layer, before, residual, .. } = fused;
        let first = before.first().map_or(layer, |first| &first.layer);
        let start = net.layers.iter().position(|own| own.name == first.name);
        let end = net.layers.iter().position(|own| own.output == layer.output);
        let inputs = layer.inputs.iter().chain(residual);
        Some(Step {
            layers: start?..end? + 1,
            size: inputs.map(|&input| size(input)).sum::<usize>() + size(layer.output),
            maps: net.values[layer.output].len() > 2,
        })
    };
    fused.iter().filter_map(step).collect()
}
