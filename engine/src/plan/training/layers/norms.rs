//! Norms of samples: each over its last axes, or over groups of its channels.

use formwork_ir::layers;

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::learn::{
    ColumnSums, GroupNormGradient, GroupNormSums, GroupSizes, RowNormGradient, RowNormSums,
};
use crate::kernels::merge::Operator;
use crate::kernels::norm::{GroupNorm, RowNorm, Values};

/// A norm's factors or shifts, a row of them: an input of a step that reads what `inputs` has, or
/// what stands for them.
fn values(
    at: &mut Builder,
    layer: &Layer,
    of: Option<usize>,
    inputs: &mut Vec<Spot>,
) -> Option<Values> {
    let param = at.param(layer, of?);
    inputs.push(param);
    Some(Values::Given(inputs.len() - 1))
}

/// Where a norm's factors and its shifts are among its parameters.
fn indices(scale: bool, center: bool) -> [Option<usize>; 2] {
    [scale.then_some(0), center.then_some(usize::from(scale))]
}

impl Learn for layers::LayerNorm {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let Unit { layer, .. } = unit;
        let sizes @ [_, count] = samples(self, at, layer);
        let mut inputs =
            vec![at.seen_as(at.spot(layer.inputs[0]), at.sizes(layer.inputs[0]), &sizes)];
        let [scale, shift] = indices(self.scale, self.center);
        let scale = values(at, layer, scale, &mut inputs).unwrap_or_else(|| Values::ones(count));
        let shift = values(at, layer, shift, &mut inputs).unwrap_or_else(|| Values::zeros(count));
        let kernel = RowNorm::new(at.choice.isa, sizes, self.epsilon, [scale, shift]);
        at.step_to(layer.output, &sizes, Box::new(kernel), inputs);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Unit { layer, .. } = unit;
        let (input, output) = (layer.inputs[0], layer.output);
        let sizes @ [rows, channels] = samples(self, at, layer);
        let dy = at.seen_as(dy, at.sizes(output), &sizes);
        let x = at.seen_as(at.spot(input), at.sizes(input), &sizes);
        let (isa, epsilon) = (at.choice.isa, self.epsilon);
        // Of the sums, those of shifts are the first row.
        let params = indices(self.scale, self.center).into_iter().zip([1, 0]);
        let gradients: Vec<_> = params
            .filter_map(|(index, row)| Some((at.param_gradient(layer, index?)?, row)))
            .collect();
        if !gradients.is_empty() {
            let sums = at.fresh(&[2, channels]);
            let kernel = RowNormSums::new(isa, sizes, epsilon);
            at.step(Box::new(kernel), vec![dy, x], sums, &[2, channels], 0);
            for (to, row) in gradients {
                let own = Spot { offset: row * channels, ..sums };
                let to = Spot { stride: channels, ..to };
                at.merge(Operator::Add, [to, own], to, &[channels]);
            }
        }
        if at.wants(input) {
            let mut inputs = vec![dy, x];
            let scale = values(at, layer, indices(self.scale, false)[0], &mut inputs);
            let scale = scale.unwrap_or_else(|| Values::ones(channels));
            let kernel = RowNormGradient { isa, rows, channels, epsilon, scale };
            let to = at.fresh(&sizes);
            at.step(Box::new(kernel), inputs, to, &sizes, 0);
            let dx = at.seen_as(to, &sizes, at.sizes(input));
            at.give(input, dx);
        }
    }
}

/// A layer norm's samples, and the values of each.
fn samples(norm: &layers::LayerNorm, at: &Builder, layer: &Layer) -> [usize; 2] {
    let sizes = at.sizes(layer.inputs[0]);
    let (samples, own) = sizes.split_at(sizes.len() - norm.axis.0.len());
    [samples, own].map(|sizes| sizes.iter().product())
}

fn groups(norm: &layers::GroupNorm, at: &Builder, layer: &Layer) -> GroupSizes {
    let (samples, [rows, channels]) = (at.sizes(layer.inputs[0])[0], at.rows(layer.inputs[0]));
    GroupSizes { samples, rows: rows / samples, channels, groups: norm.groups }
}

impl Learn for layers::GroupNorm {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let Unit { layer, .. } = unit;
        let GroupSizes { samples, rows, channels, groups } = groups(self, at, layer);
        let mut inputs = vec![at.spot(layer.inputs[0])];
        let [scale, shift] = indices(self.scale, self.center);
        let scale = values(at, layer, scale, &mut inputs).unwrap_or_else(|| Values::ones(channels));
        let shift =
            values(at, layer, shift, &mut inputs).unwrap_or_else(|| Values::zeros(channels));
        let (isa, params) = (at.choice.isa, [scale, shift]);
        let kernel = GroupNorm::new(isa, [samples, rows, channels], groups, self.epsilon, params);
        at.step(Box::new(kernel), inputs, at.spot(layer.output), at.sizes(layer.output), 0);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Unit { layer, .. } = unit;
        let (input, isa) = (layer.inputs[0], at.choice.isa);
        let sizes @ GroupSizes { samples, channels, .. } = groups(self, at, layer);
        let (x, known) = (at.spot(input), at.fresh(&[samples, 4 * channels]));
        let kernel = GroupNormSums::new(isa, sizes, self.epsilon);
        at.step(Box::new(kernel), vec![dy, x], known, &[samples, 4 * channels], 0);
        // Of what is known of a sample, what its channels say of shifts is the third part.
        for (index, part) in indices(self.scale, self.center).into_iter().zip([3, 2]) {
            if let Some(to) = index.and_then(|index| at.param_gradient(layer, index)) {
                let sums = ColumnSums::new(isa, [samples, channels], true);
                at.add(Box::new(sums), vec![Spot { offset: part * channels, ..known }], to, 0);
            }
        }
        let mut inputs = vec![dy, x, known];
        let scale = values(at, layer, indices(self.scale, false)[0], &mut inputs);
        let scale = scale.unwrap_or_else(|| Values::ones(channels));
        at.give_made(input, Box::new(GroupNormGradient { isa, sizes, scale }), inputs);
    }
}
