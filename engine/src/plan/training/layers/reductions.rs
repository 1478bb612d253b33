//! Reductions along axes: what they say of an input is the same along those, or for the largest alone.

use formwork_ir::Axes;
use formwork_ir::layers::{ReduceMax, ReduceMean, ReduceSum};

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::merge::Merge;
use crate::kernels::reduce::LargestGradient;

/// Repeats a gradient along the axes that were summed, divided by what of each is the factor.
fn spread(at: &mut Builder, unit: &Unit, axes: &Axes, mean: bool, dy: Spot) {
    let Layer { inputs, output, .. } = &unit.layer;
    let (from, to) = (at.sizes(*output), at.sizes(inputs[0]));
    let mut kept = to.to_vec();
    axes.0.iter().filter_map(|axis| axis.index(to.len())).for_each(|axis| kept[axis] = 1);
    let count = to.iter().product::<usize>() / from.iter().product::<usize>();
    let factor = if mean { 1.0 / count as f32 } else { 1.0 };
    if at.wants(inputs[0]) {
        let dy = at.seen_as(dy, from, &kept);
        let kernel = Merge::spread(at.choice.isa, &kept, to, factor);
        at.give_made(inputs[0], Box::new(kernel), vec![dy]);
    }
}

impl Learn for ReduceSum {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        spread(at, unit, &self.axis, false, dy);
    }
}

impl Learn for ReduceMean {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        spread(at, unit, &self.axis, true, dy);
    }
}

impl Learn for ReduceMax {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Layer { inputs, output, .. } = &unit.layer;
        let (input, sizes) = (at.sizes(inputs[0]), at.sizes(*output));
        let kernel = LargestGradient::new(at.choice.isa, input, sizes, &self.axis);
        let from = vec![dy, at.spot(inputs[0]), at.spot(*output)];
        at.give_made(inputs[0], Box::new(kernel), from);
    }
}
