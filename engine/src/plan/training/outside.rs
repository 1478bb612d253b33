//! What a training plan is given at each run, and what it hands over.

use formwork_ir::layers::BatchNorm;
use formwork_ir::{Group, Op};

use super::super::net::{Layer, Net, Param, Value};
use crate::Trained;

/// What is drawn anew for each run of a model that is trained: what values are multiplied with, or
/// what is added to them.
#[derive(Clone, PartialEq, Debug)]
pub struct Mask {
    /// How each value is drawn.
    pub draw: Draw,
    /// The mask's sizes.
    pub sizes: Vec<usize>,
}

/// How a value is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Draw {
    /// 0 where it is dropped, otherwise always the same.
    Kept {
        /// How likely a value is dropped.
        rate: f64,
        /// What is drawn where it is not.
        value: f32,
    },
    /// From a normal distribution.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        deviation: f64,
    },
}

/// What a batch says of two running statistics.
#[derive(Clone, PartialEq, Debug)]
pub struct Statistic {
    /// The names of the running mean and the running variance.
    pub params: [String; 2],
    /// Whether they stay as they are: then nothing is made of the batch.
    pub frozen: bool,
    /// How much of the running statistics stays.
    pub momentum: f64,
    /// Whether the running variance is moved by the unbiased one.
    pub unbiased: bool,
    /// Number of channels.
    pub channels: usize,
    /// How many values each is made of.
    pub rows: usize,
}

impl Statistic {
    /// How many values are made: means, then variances.
    pub fn values(&self) -> usize {
        if self.frozen { 0 } else { 2 * self.channels }
    }
}

/// What a plan has to do with its surroundings. Given at each run are the inputs, the parameters, the
/// masks, and the gradients of the outputs; written are the outputs and the statistics, and what is
/// added up: the gradients of the parameters that are trained, and of the inputs.
#[derive(Clone, Default, Debug)]
pub(crate) struct Outside {
    pub inputs: Vec<Vec<usize>>,
    pub outputs: Vec<Vec<usize>>,
    pub params: Vec<Param>,
    /// Of each parameter, whether it stays as it is.
    frozen: Vec<bool>,
    /// Of each parameter, whether it is trained.
    pub trained: Vec<bool>,
    pub masks: Vec<Mask>,
    pub statistics: Vec<Statistic>,
    /// Numbers of masks and statistics that there will be.
    counts: [usize; 2],
    pub input_gradients: bool,
}

/// Whether it is what is kept of batches, which no gradient moves.
fn is_statistic(param: &Param) -> bool {
    param.name.ends_with(".moving_mean") || param.name.ends_with(".moving_variance")
}

impl Outside {
    pub(super) fn new(net: &Net, want: &Trained) -> Outside {
        let sizes = |values: &[Value]| -> Vec<Vec<usize>> {
            values.iter().map(|&value| net.values[value].clone()).collect()
        };
        let mut params: Vec<Param> = Vec::new();
        for param in net.layers.iter().flat_map(|layer| &layer.params) {
            if !params.contains(param) {
                params.push(param.clone());
            }
        }
        let frozen = |param: &Param| want.frozen.contains(&param.name);
        let trained = |param: &Param| !is_statistic(param) && !frozen(param);
        let count = |is: fn(&Op) -> bool| net.layers.iter().filter(|layer| is(&layer.op)).count();
        Outside {
            inputs: sizes(&net.inputs),
            outputs: sizes(&net.outputs),
            frozen: params.iter().map(frozen).collect(),
            trained: params.iter().map(trained).collect(),
            params,
            counts: [
                count(|op| op.spec().group == Group::Regularization),
                count(|op| matches!(op, Op::BatchNorm(_))),
            ],
            input_gradients: want.inputs,
            ..Outside::default()
        }
    }

    /// Number of values that a run is given and makes, but for gradients.
    pub fn values(&self) -> usize {
        let sizes = self.inputs.iter().chain(&self.outputs);
        let sizes = sizes.chain(self.params.iter().map(|param| &param.sizes));
        let sizes = sizes.chain(self.masks.iter().map(|mask| &mask.sizes));
        let values = sizes.map(|sizes| sizes.iter().product::<usize>()).sum::<usize>();
        values + self.statistics.iter().map(Statistic::values).sum::<usize>()
    }

    /// Where a parameter is among what is given.
    pub(super) fn param(&self, name: &str) -> usize {
        self.inputs.len() + self.index(name)
    }

    fn index(&self, name: &str) -> usize {
        self.params.iter().position(|param| param.name == name).expect("a layer's parameter")
    }

    /// Where the gradient of a parameter is among what is written.
    pub(super) fn param_gradient(&self, name: &str) -> Option<usize> {
        let index = self.index(name);
        let before = self.trained[..index].iter().filter(|trained| **trained).count();
        self.trained[index].then_some(self.outputs.len() + self.counts[1] + before)
    }

    /// Whether a layer's running statistics stay as they are: it does as at inference then.
    pub(super) fn keeps_statistics(&self, layer: &Layer) -> bool {
        let frozen = |param: &Param| is_statistic(param) && self.frozen[self.index(&param.name)];
        layer.params.iter().any(frozen)
    }

    pub(super) fn mask(&mut self, draw: Draw, sizes: &[usize]) -> usize {
        self.masks.push(Mask { draw, sizes: sizes.to_vec() });
        self.inputs.len() + self.params.len() + self.masks.len() - 1
    }

    pub(super) fn output_gradient(&self, index: usize) -> usize {
        self.inputs.len() + self.params.len() + self.counts[0] + index
    }

    pub(super) fn statistic(&mut self, layer: &Layer, [rows, channels]: [usize; 2]) -> usize {
        let [.., mean, variance] = &*layer.params else { unreachable!("a norm has statistics") };
        let params = [mean, variance].map(|param| param.name.clone());
        let Op::BatchNorm(BatchNorm { momentum, unbiased, .. }) = layer.op else {
            unreachable!("a norm of the batch")
        };
        let frozen = self.keeps_statistics(layer);
        self.statistics.push(Statistic { params, frozen, momentum, unbiased, channels, rows });
        self.outputs.len() + self.statistics.len() - 1
    }

    /// Where the gradients of the parameters that are trained are among what is written.
    pub fn param_gradients(&self) -> std::ops::Range<usize> {
        let first = self.outputs.len() + self.counts[1];
        first..first + self.trained.iter().filter(|trained| **trained).count()
    }

    pub(super) fn input_gradient(&self, index: usize) -> usize {
        self.param_gradients().end + index
    }
}
