//! What a network does while it is trained: the steps that make its outputs, then those that make
//! gradients of what the loss says of them.
//!
//! Steps are kernels, as at inference, and gradients are tensors like others: each is made once and
//! never changed, so that the same memory serves both ways, and a kernel that can writes where what
//! it reads lay if nobody reads that again. What is added up from run to run, the gradients of
//! parameters, lies with the caller, and is read and written by the step that adds to it.

mod again;
mod builder;
mod convs;
mod expand;
mod layers;
mod outside;
mod parts;
mod shapes;

use formwork_ir::Op;

use super::choice::Choice;
use super::fuse::Fused;
use super::layout::{Layout, Work};
use super::net::{Model, Net, Param, Value};
use super::steps::{Base, Draft, Step, settle};
use crate::kernels::merge::Operator;
use crate::kernels::{Finish, Function};
use crate::{CompileError, Trained};
pub(crate) use again::Again;
use builder::{Builder, Pool, Unit};
use expand::expand;
use layers::{learn, tiles};
pub(crate) use outside::Outside;
pub use outside::{Draw, Mask, Statistic};

/// What peers are told of a step that is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    /// It made means and variances, to be exchanged.
    Moments,
    /// It made sums of a norm's gradients, to be exchanged.
    Sums,
    /// It was the last to add to the gradient of a parameter: by its index among those trained.
    Gradient(usize),
}

/// What a network does while it is trained.
#[derive(Debug)]
pub(crate) struct TrainingPlan {
    pub steps: Vec<Step>,
    /// How many steps make the outputs.
    pub forward: usize,
    /// Number of values of its memory.
    pub arena: usize,
    /// Of each step, what peers are told.
    pub told: Vec<Option<Told>>,
    pub outside: Outside,
    /// The parts that it runs again on the way back.
    pub again: Vec<Again>,
    /// What its memory would be if it ran none again.
    pub otherwise: usize,
}

impl TrainingPlan {
    /// The plan of a network for inputs of those sizes.
    ///
    /// # Errors
    /// If the network does not take such inputs, a batch norm has one value a channel, or an algorithm
    /// is chosen for a layer that has it not.
    pub fn new(
        model: &Model,
        inputs: &[Vec<usize>],
        choice: Choice,
        want: &Trained,
    ) -> Result<Self, CompileError> {
        // What nobody reads runs too: it moves statistics, and draws masks.
        let net = Net::new(model, inputs)?;
        choice.check(&net)?;
        let outside = Outside::new(&net, want);
        for layer in net.layers.iter().filter(|layer| matches!(layer.op, Op::BatchNorm(_))) {
            let (_, rows) = net.values[layer.inputs[0]].split_last().expect("channels");
            // With those of other processes there are several.
            let alone = rows.iter().product::<usize>() == 1 && !want.synchronised;
            if alone && !outside.keeps_statistics(layer) {
                return Err(CompileError::OneValue { layer: layer.name.clone() });
            }
        }
        let mut net = expand(net);
        let mut plan = Self::of(&net, choice, want);
        if !plan.again.is_empty() {
            net.layers.iter_mut().for_each(|layer| layer.checkpoint = None);
            plan.otherwise = Self::of(&net, choice, want).arena;
        }
        Ok(plan)
    }

    fn of(net: &Net, choice: Choice, want: &Trained) -> Self {
        let units = units(net, choice);
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
        let mut at = Builder::new(net, choice, layout, Outside::new(net, want));
        at.synchronised = want.synchronised;
        let mut saved = Vec::new();
        for (unit, work) in units.iter().zip(work) {
            at.name.clone_from(&unit.layer.name);
            let start = at.drafts.len();
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
                Work::Kernel => learn(&unit.layer.op).forward(&mut at, unit),
            });
            let own = start..at.drafts.len();
            match unit.layer.checkpoint {
                Some(checkpoint) => at.again.checkpoints[checkpoint].extend(own),
                None if learn(&unit.layer.op).cheap() => at.again.cheap.extend(own.last()),
                None => {}
            }
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
            at.name.clone_from(&unit.layer.name);
            let Some(dy) = at.gradient(unit.layer.output) else { continue };
            learn(&unit.layer.op).backward(&mut at, unit, saved, dy);
        }
        "input".clone_into(&mut at.name);
        for (index, &input) in net.inputs.iter().enumerate().filter(|_| want.inputs) {
            if let Some(gradient) = at.gradient(input) {
                let sizes = at.sizes(input);
                let to = at.made(at.outside.input_gradient(index), sizes);
                at.merge(Operator::Add, [to, gradient], to, sizes);
            }
        }
        let again = again::run_again(&mut at, forward);
        let Builder { drafts, layout, outside, told: exchanged, .. } = at;
        let told_of = |draft: &Draft| {
            exchanged.iter().find(|(made, _)| *made == draft.output.buffer).map(|(_, told)| *told)
        };
        let mut told: Vec<_> = drafts.iter().map(told_of).collect();
        let (steps, arena) = settle(drafts, layout.buffers, choice.members);
        for (param, gradient) in outside.param_gradients().enumerate() {
            let adds = |step: &Step| step.output.base == Base::Output(gradient);
            if let Some(last) = steps.iter().rposition(adds) {
                told[last] = Some(Told::Gradient(param));
            }
        }
        TrainingPlan { steps, forward, arena, told, outside, again, otherwise: arena }
    }
}

/// Layers, with the cuts behind those that can cut, and the poolings behind those that can pool.
fn units(net: &Net, choice: Choice) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for layer in &net.layers {
        let cut = Function::of(&layer.op).and_then(|function| function.clamp());
        let maker = units
            .iter_mut()
            .rev()
            .find(|unit| unit.layer.output == *layer.inputs.first().unwrap_or(&usize::MAX));
        if let (Some(range), Some(maker)) = (cut, maker) {
            let takes = match &maker.layer.op {
                Op::BatchNorm(_) => true,
                // What is cut is known by the output, of `relu` alone.
                op => range == (0.0, f32::INFINITY) && learn(op).cuts(),
            };
            let free = maker.range == Finish::RANGE && maker.pool.is_none();
            if takes && free && is_read_once(net, layer.inputs[0]) {
                maker.range = range;
                maker.layer.output = layer.output;
                continue;
            }
        }
        if let Op::MaxPool2d(pool) = &layer.op
            && let Some(size) = tiles(pool, &net.values[layer.inputs[0]])
            && let Some(maker) = units.iter_mut().rev().find(|u| u.layer.output == layer.inputs[0])
            && maker.pool.is_none()
            && maker.layer.checkpoint == layer.checkpoint
            && learn(&maker.layer.op).pools(net, choice, &maker.layer, size)
            && is_read_once(net, layer.inputs[0])
        {
            maker.pool = Some(Pool { of: layer.inputs[0], size });
            maker.layer.output = layer.output;
            continue;
        }
        units.push(Unit { layer: layer.clone(), range: Finish::RANGE, pool: None });
    }
    units
}

/// Whether one layer reads a tensor, and nobody else.
fn is_read_once(net: &Net, value: Value) -> bool {
    net.readers(value).count() == 1 && !net.outputs.contains(&value)
}

/// Says whose gradients are needed: of what depends on a parameter that is trained. And which tensors
/// are cut.
fn wanted(at: &mut Builder, units: &[Unit], want: &Trained) {
    if want.inputs {
        at.net.inputs.iter().for_each(|&input| at.want(input));
    }
    for Unit { layer, range, .. } in units {
        let trains = |param: &Param| at.outside.param_gradient(&param.name).is_some();
        let trained = layer.params.iter().any(trains);
        if trained || layer.inputs.iter().any(|&input| at.wants(input)) {
            at.want(layer.output);
        }
        let cut = *range != Finish::RANGE && !matches!(layer.op, Op::BatchNorm(_));
        at.cut[layer.output] = cut && is_read_once(at.net, layer.output);
    }
}
