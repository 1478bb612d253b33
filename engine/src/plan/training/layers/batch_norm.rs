//! Norms by the statistics of the batch, or by running statistics that are frozen.

use formwork_ir::layers;

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::Told;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::learn::{BatchNorm, Moments, NormGradient, NormSums, Normalize};
use crate::kernels::merge::Operator;

impl Learn for layers::BatchNorm {
    fn cuts(&self) -> bool {
        true
    }

    fn cheap(&self) -> bool {
        true
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let Unit { layer, .. } = unit;
        let input = layer.inputs[0];
        let [rows, channels] = at.rows(input);
        let moments = at.fresh(&[2, channels]);
        // Small, and told of once.
        at.again.kept.push(moments.buffer);
        let statistic = at.outside.statistic(layer, [rows, channels]);
        if at.outside.keeps_statistics(layer) {
            for (row, index) in (layer.params.len() - 2..layer.params.len()).enumerate() {
                let (from, offset) = (at.param(layer, index), row * channels);
                at.copy(from, Spot { offset, ..moments }, &[channels]);
            }
        } else {
            let kernel = Moments::new(at.choice.isa, [rows, channels]);
            at.step(Box::new(kernel), vec![at.spot(input)], moments, &[2, channels], 0);
            at.exchange(Told::Moments);
            let to = at.made(statistic, &[2, channels]);
            at.copy(moments, to, &[2, channels]);
        }
        let mut inputs = vec![at.spot(input), moments];
        inputs.extend(affine(self, at, layer));
        let norm = norm(self, at, unit);
        let output = at.spot(layer.output);
        at.step(Box::new(Normalize(norm)), inputs, output, at.sizes(layer.output), 0);
        vec![moments]
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
        let Unit { layer, .. } = unit;
        let input = layer.inputs[0];
        let channels = at.rows(input)[1];
        let norm = norm(self, at, unit);
        let params = affine(self, at, layer);
        // In the order of the parameters: factors, then shifts; of what the sums are, the rows.
        let rows = [(self.scale, 1), (self.center, 0)];
        let rows = rows.into_iter().filter(|(has, _)| *has).map(|(_, row)| row);
        let gradients: Vec<_> = rows
            .enumerate()
            .filter_map(|(index, row)| Some((at.param_gradient(layer, index)?, row)))
            .collect();
        let of = |first: &[Spot]| [first, saved, &params].concat();
        let mut known = vec![dy, at.spot(input)];
        if !(norm.frozen && gradients.is_empty()) {
            let sums = at.fresh(&[2, channels]);
            at.step(Box::new(NormSums(norm)), of(&known), sums, &[2, channels], 0);
            for (to, row) in gradients {
                let own = Spot { offset: sums.offset + row * sums.stride, ..sums };
                at.merge(Operator::Add, [to, own], to, &[channels]);
            }
            if !norm.frozen {
                let mut all = sums;
                if at.synchronised {
                    // What was added above are the parameters' own gradients.
                    all = at.fresh(&[2, channels]);
                    at.copy(sums, all, &[2, channels]);
                    at.exchange(Told::Sums);
                }
                known.push(all);
            }
        }
        at.give_made(input, Box::new(NormGradient(norm)), of(&known));
    }
}

fn norm(layer: &layers::BatchNorm, at: &Builder, unit: &Unit) -> BatchNorm {
    let [rows, channels] = at.rows(unit.layer.inputs[0]);
    BatchNorm {
        isa: at.choice.isa,
        rows,
        channels,
        epsilon: layer.epsilon,
        scale: layer.scale,
        center: layer.center,
        frozen: at.outside.keeps_statistics(&unit.layer),
        range: unit.range,
    }
}

/// A batch norm's factors and shifts, where it has them.
fn affine(norm: &layers::BatchNorm, at: &mut Builder, layer: &Layer) -> Vec<Spot> {
    let count = usize::from(norm.scale) + usize::from(norm.center);
    (0..count).map(|index| at.param(layer, index)).collect()
}
