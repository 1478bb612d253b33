//! Gradients of layers by differences in f64: what kernels that make gradients are tested against.

use formwork_ir::Op;
use formwork_ir::oracle::Array;

use super::check::{Case, Numbers};

/// A layer applied to random inputs, and what a random gradient of its output says of them.
#[derive(Debug)]
pub(crate) struct Slopes {
    pub inputs: Vec<Array>,
    pub params: Vec<Array>,
    pub output: Array,
    /// The gradient of the output.
    pub dy: Array,
    /// Those of the inputs, then those of the parameters.
    pub gradients: Vec<Array>,
}

impl Slopes {
    /// Of inputs of those sizes, batch first; `None` where the layer does not fit.
    pub(crate) fn new(layer: impl Into<Op>, inputs: &[&[usize]], seed: u64) -> Option<Self> {
        let op = layer.into();
        let Case { inputs, params, expect: output, .. } = Case::new(op.clone(), inputs, seed)?;
        let dy = Numbers::new(!seed).array(output.dims());
        let mut all = [&inputs[..], &params].concat();
        let loss = |all: &[Array]| -> f64 {
            let (inputs, params) = all.split_at(inputs.len());
            let output = op.oracle(inputs, params);
            output.data().iter().zip(dy.data()).map(|(y, dy)| y * dy).sum()
        };
        const STEP: f64 = 1e-6;
        let mut gradients = Vec::new();
        for index in 0..all.len() {
            let slopes = (0..all[index].len()).map(|i| {
                let x = all[index].data()[i];
                let [above, below] = [STEP, -STEP].map(|step| {
                    all[index].data_mut()[i] = x + step;
                    loss(&all)
                });
                all[index].data_mut()[i] = x;
                (above - below) / (2.0 * STEP)
            });
            let slopes = slopes.collect();
            gradients.push(Array::new(all[index].dims(), slopes));
        }
        Some(Slopes { inputs, params, output, dy, gradients })
    }
}
