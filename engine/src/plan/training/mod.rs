//! What a network does while it is trained: the steps that make its outputs, then those that make
//! gradients of what the loss says of them.
//!
//! Steps are kernels, as at inference, and gradients are tensors like others: each is made once and
//! never changed, so that the same memory serves both ways, and a kernel that can writes where what
//! it reads lay if nobody reads that again. What is added up from run to run, the gradients of
//! parameters, lies with the caller, and is read and written by the step that adds to it.

mod builder;
mod convs;
mod layers;

use formwork_ir::Op;
use formwork_ir::layers::BatchNorm;

use super::choice::Choice;
use super::fuse::Fused;
use super::layout::{Layout, Work};
use super::net::{Layer, Model, Net, Param, Value};
use super::steps::{Step, settle};
use crate::CompileError;
use crate::kernels::merge::Operator;
use crate::kernels::{Finish, Function};
use builder::{Builder, Unit};
use layers::learn;

/// What is wanted of a training plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Want<'a> {
    /// Names of parameters that stay as they are.
    pub frozen: &'a [String],
    /// Whether the inputs' gradients are needed.
    pub inputs: bool,
}

/// What is multiplied with values while a model is trained: 0 where one is dropped.
#[derive(Clone, PartialEq, Debug)]
pub struct Mask {
    /// How likely a value is dropped.
    pub rate: f64,
    /// The mask's sizes.
    pub sizes: Vec<usize>,
}

/// What a batch says of two running statistics.
#[derive(Clone, PartialEq, Debug)]
pub struct Statistic {
    /// The names of the running mean and the running variance.
    pub params: [String; 2],
    /// How much of the running statistics stays.
    pub momentum: f64,
    /// Whether the running variance is moved by the unbiased one.
    pub unbiased: bool,
    /// Number of channels.
    pub channels: usize,
    /// How many values each is made of.
    pub rows: usize,
}

/// What a plan has to do with its surroundings. Given at each run are the inputs, the parameters, the
/// masks, and the gradients of the outputs; written are the outputs and the statistics, and what is
/// added up: the gradients of the parameters that are trained, and of the inputs.
#[derive(Clone, Default, Debug)]
pub(crate) struct Outside {
    pub inputs: Vec<Vec<usize>>,
    pub outputs: Vec<Vec<usize>>,
    pub params: Vec<Param>,
    /// Of each parameter, whether it is trained.
    pub trained: Vec<bool>,
    pub masks: Vec<Mask>,
    pub statistics: Vec<Statistic>,
    /// Numbers of masks and statistics that there will be.
    counts: [usize; 2],
    pub input_gradients: bool,
}

impl Outside {
    /// Where a parameter is among what is given.
    fn param(&self, name: &str) -> usize {
        self.inputs.len() + self.index(name)
    }

    fn index(&self, name: &str) -> usize {
        self.params.iter().position(|param| param.name == name).expect("a layer's parameter")
    }

    /// Where the gradient of a parameter is among what is written.
    fn param_gradient(&self, name: &str) -> Option<usize> {
        let index = self.index(name);
        let before = self.trained[..index].iter().filter(|trained| **trained).count();
        self.trained[index].then_some(self.outputs.len() + self.counts[1] + before)
    }

    fn mask(&mut self, rate: f64, sizes: &[usize]) -> usize {
        self.masks.push(Mask { rate, sizes: sizes.to_vec() });
        self.inputs.len() + self.params.len() + self.masks.len() - 1
    }

    fn output_gradient(&self, index: usize) -> usize {
        self.inputs.len() + self.params.len() + self.counts[0] + index
    }

    fn statistic(&mut self, layer: &Layer, [rows, channels]: [usize; 2]) -> usize {
        let [.., mean, variance] = &*layer.params else { unreachable!("a norm has statistics") };
        let params = [mean, variance].map(|param| param.name.clone());
        let Op::BatchNorm(BatchNorm { momentum, unbiased, .. }) = layer.op else {
            unreachable!("a norm of the batch")
        };
        self.statistics.push(Statistic { params, momentum, unbiased, channels, rows });
        self.outputs.len() + self.statistics.len() - 1
    }

    fn input_gradient(&self, index: usize) -> usize {
        let trained = self.trained.iter().filter(|trained| **trained).count();
        self.outputs.len() + self.counts[1] + trained + index
    }
}

/// What a network does while it is trained.
#[derive(Debug)]
pub(crate) struct TrainingPlan {
    pub steps: Vec<Step>,
    /// How many steps make the outputs.
    pub forward: usize,
    /// Number of values of its memory.
    pub arena: usize,
    pub outside: Outside,
}

impl TrainingPlan {
    /// The plan of a network for inputs of those sizes.
    ///
    /// # Errors
    /// If the network does not take such inputs, or no plan trains one of its layers.
    pub fn new(
        model: &Model,
        inputs: &[Vec<usize>],
        choice: Choice,
        want: Want,
    ) -> Result<Self, CompileError> {
        // What nobody reads runs too: it moves statistics, and draws masks.
        let net = Net::new(model, inputs)?;
        choice.check(&net)?;
        for layer in &net.layers {
            let frozen = |param: &Param| is_statistic(param) && want.frozen.contains(&param.name);
            let why = match learn(&layer.op) {
                None => "",
                Some(learn) if !learn.can(&net, layer) => ", as it stands here",
                Some(_) if layer.params.iter().any(frozen) => " with frozen statistics",
                Some(_) => continue,
            };
            let (layer, kind) = (layer.name.clone(), layer.op.spec().name);
            return Err(CompileError::Training { layer, kind, why });
        }
        Ok(Self::of(&net, choice, want))
    }

    fn of(net: &Net, choice: Choice, want: Want) -> Self {
        let units = units(net);
        let plain = |unit: &Unit| Fused {
            layer: unit.layer.clone(),
            norms: Vec::new(),
            finish: Finish::NONE,
            residual: None,
            macs: 0,
            before: Vec::new(),
        };
        // Outputs are copied out: they may be read on the way back, when they are the caller's.
        let inner = Net { outputs: Vec::new(), ..net.clone() };
        let (layout, work) = Layout::new(&inner, &units.iter().map(plain).collect::<Vec<_>>());
        let mut at = Builder::new(net, choice, layout, outside(net, want));
        let mut saved = Vec::new();
        for (unit, work) in units.iter().zip(work) {
            at.name.clone_from(&unit.layer.name);
            saved.push(match work {
                Work::Nothing => Vec::new(),
                Work::Copies(copies) => {
                    for (value, channel) in copies {
                        let mut to = at.spot(unit.layer.output);
                        to.offset += channel;
                        at.copy(at.spot(value), to, at.sizes(value));
                    }
                    Vec::new()
                }
                Work::Kernel => learn(&unit.layer.op).expect("it can").forward(&mut at, unit),
            });
        }
        "output".clone_into(&mut at.name);
        for (index, &output) in net.outputs.iter().enumerate() {
            let (from, sizes) = (at.spot(output), at.sizes(output));
            let to = at.made(index, sizes);
            at.copy(from, to, sizes);
        }
        let forward = at.drafts.len();
        wanted(&mut at, &units, want);
        for (index, &output) in net.outputs.iter().enumerate() {
            let spot = at.given(at.outside.output_gradient(index), at.sizes(output));
            at.give(output, spot);
        }
        for (unit, saved) in units.iter().zip(&saved).rev() {
            let Some(dy) = at.gradient(unit.layer.output) else { continue };
            at.name.clone_from(&unit.layer.name);
            learn(&unit.layer.op).expect("it can").backward(&mut at, unit, saved, dy);
        }
        "input".clone_into(&mut at.name);
        for (index, &input) in net.inputs.iter().enumerate().filter(|_| want.inputs) {
            if let Some(gradient) = at.gradient(input) {
                let sizes = at.sizes(input);
                let to = at.made(at.outside.input_gradient(index), sizes);
                at.merge(Operator::Add, [to, gradient], to, sizes);
            }
        }
        let Builder { drafts, layout, outside, .. } = at;
        let (steps, arena) = settle(drafts, layout.buffers, choice.members);
        TrainingPlan { steps, forward, arena, outside }
    }
}

/// Layers, with the cuts behind those that can cut.
fn units(net: &Net) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for layer in &net.layers {
        let cut = Function::of(&layer.op).and_then(|function| function.clamp());
        let once = |value: Value| net.readers(value).count() == 1 && !net.outputs.contains(&value);
        let maker = units
            .iter_mut()
            .rev()
            .find(|unit| unit.layer.output == *layer.inputs.first().unwrap_or(&usize::MAX));
        if let (Some(range), Some(maker)) = (cut, maker) {
            let takes = match &maker.layer.op {
                Op::BatchNorm(_) => true,
                // What is cut is known by the output, of `relu` alone.
                op => range == (0.0, f32::INFINITY) && learn(op).is_some_and(|learn| learn.cuts()),
            };
            if takes && maker.range == Finish::RANGE && once(layer.inputs[0]) {
                maker.range = range;
                maker.layer.output = layer.output;
                continue;
            }
        }
        units.push(Unit { layer: layer.clone(), range: Finish::RANGE });
    }
    units
}

/// Whether it is what is kept of batches, which no gradient moves.
fn is_statistic(param: &Param) -> bool {
    param.name.ends_with(".moving_mean") || param.name.ends_with(".moving_variance")
}

fn outside(net: &Net, want: Want) -> Outside {
    let sizes = |values: &[Value]| -> Vec<Vec<usize>> {
        values.iter().map(|&value| net.values[value].clone()).collect()
    };
    let mut params: Vec<Param> = Vec::new();
    for param in net.layers.iter().flat_map(|layer| &layer.params) {
        if !params.contains(param) {
            params.push(param.clone());
        }
    }
    let trained = |param: &Param| !is_statistic(param) && !want.frozen.contains(&param.name);
    let count = |is: fn(&Op) -> bool| net.layers.iter().filter(|layer| is(&layer.op)).count();
    Outside {
        inputs: sizes(&net.inputs),
        outputs: sizes(&net.outputs),
        trained: params.iter().map(trained).collect(),
        params,
        counts: [
            count(|op| matches!(op, Op::Dropout(_) | Op::SpatialDropout2d(_))),
            count(|op| matches!(op, Op::BatchNorm(_))),
        ],
        input_gradients: want.inputs,
        ..Outside::default()
    }
}

/// Says whose gradients are needed: of what depends on a parameter that is trained.
fn wanted(at: &mut Builder, units: &[Unit], want: Want) {
    if want.inputs {
        at.net.inputs.iter().for_each(|&input| at.want(input));
    }
    for Unit { layer, .. } in units {
        let trains = |param: &Param| at.outside.param_gradient(&param.name).is_some();
        let trained = layer.params.iter().any(trains);
        if trained || layer.inputs.iter().any(|&input| at.wants(input)) {
            at.want(layer.output);
        }
    }
}
