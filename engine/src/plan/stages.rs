//! Batches in pieces: images go through the convolutions a few at a time, so that what they become
//! on the way stays in the cache; dense layers see the whole batch, since their weights are what
//! takes time.

use super::net::{Model, Net, Value};
use super::steps::{Choice, Plan};
use super::weights::Read;
use crate::CompileError;

/// A plan that runs on one part of a batch after the other.
#[derive(Debug)]
pub(crate) struct Stage {
    pub plan: Plan,
    /// How many parts there are.
    pub passes: usize,
    /// Whether members that take parts by themselves would take too much memory.
    small: bool,
    /// Where each of its inputs comes from.
    pub inputs: Vec<Tensor>,
    /// Where each of its outputs goes.
    pub outputs: Vec<Tensor>,
}

/// A tensor of the whole batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tensor {
    /// An input of the network.
    Input(usize),
    /// An output of the network.
    Output(usize),
    /// What one stage hands to the next: where it begins in the memory between them.
    Between(usize),
}

/// What a network does for inputs of some sizes.
#[derive(Debug)]
pub(crate) struct Stages {
    pub stages: Vec<Stage>,
    /// Number of values between the stages.
    pub between: usize,
    pub inputs: Vec<Vec<usize>>,
    pub outputs: Vec<Vec<usize>>,
}

/// How many values a stage may have in memory at once: half of what a usual last cache holds.
const WITHIN_CACHE: usize = (16 << 20) / 4;

/// How small the memory of a pass is, in values, that fits the cache next to a core.
const WITHIN_CORE: usize = (384 << 10) / 4;

impl Stage {
    /// Whether each member takes parts of the batch by itself, rather than all a share of each.
    pub fn apart(&self, members: usize) -> bool {
        !self.small && members > 1 && self.passes >= members && self.plan.arena <= WITHIN_CORE
    }

    /// Number of values of its memory.
    pub fn arena(&self, members: usize) -> usize {
        self.plan.arena * if self.apart(members) { members } else { 1 }
    }
}

impl Stages {
    /// The stages of a network for inputs of those sizes.
    pub fn new(
        model: &Model,
        inputs: &[Vec<usize>],
        choice: Choice,
        read: &mut Read,
    ) -> Result<Self, CompileError> {
        let small = choice.small;
        let whole = Net::new(model, inputs)?;
        let sizes = |net: &Net, values: &[Value]| -> Vec<Vec<usize>> {
            values.iter().map(|&value| net.values[value].clone()).collect()
        };
        let (given, made) = (sizes(&whole, &whole.inputs), sizes(&whole, &whole.outputs));
        let batch = inputs.first().and_then(|sizes| sizes.first()).copied().unwrap_or(1);
        let one = |sizes: &Vec<usize>| [&[1][..], &sizes[1..]].concat();
        let alone = Net::new(model, &inputs.iter().map(one).collect::<Vec<_>>())?;
        let fits = |part: &usize| {
            batch % part == 0 && part * alone.peak() <= WITHIN_CACHE && !choice.small
        };
        let part = (1..=batch).filter(fits).max().unwrap_or(1);
        let mut stages = Stages { stages: Vec::new(), between: 0, inputs: given, outputs: made };
        let cut = whole.head();
        if part == batch || cut == 0 {
            let (ins, outs) = (whole.inputs.len(), whole.outputs.len());
            let plan = Plan::new(whole, choice, read)?;
            stages.stages.push(Stage {
                plan,
                passes: 1,
                small,
                inputs: (0..ins).map(Tensor::Input).collect(),
                outputs: (0..outs).map(Tensor::Output).collect(),
            });
            return Ok(stages);
        }
        let few = |sizes: &Vec<usize>| [&[part][..], &sizes[1..]].concat();
        let partial = Net::new(model, &inputs.iter().map(few).collect::<Vec<_>>())?;
        let crossing = whole.crossing(cut);
        let mut tensors = Vec::new();
        for &value in &crossing {
            tensors.push((value, Tensor::Between(stages.between)));
            let size: usize = whole.values[value].iter().product();
            stages.between += size.next_multiple_of(16);
        }
        let from = |value: Value| {
            let input = whole.inputs.iter().position(|&input| input == value).map(Tensor::Input);
            let known = || tensors.iter().find(|(own, _)| *own == value).map(|(_, at)| *at);
            input.or_else(known).expect("an input, or handed on")
        };
        // What is an input too is handed out by the first stage.
        let early = |value: &Value| {
            let made = whole.layers[..cut].iter().any(|layer| layer.output == *value);
            made || whole.inputs.contains(value)
        };
        let outputs = whole.outputs.iter().enumerate();
        let outputs = outputs.map(|(index, &value)| (value, Tensor::Output(index)));
        let (first, late): (Vec<_>, Vec<_>) = outputs.partition(|(value, _)| early(value));
        let early = [tensors.clone(), first].concat();
        let needed: Vec<_> = whole
            .inputs
            .iter()
            .copied()
            .filter(|input| whole.layers[cut..].iter().any(|layer| layer.inputs.contains(input)))
            .chain(crossing.iter().copied())
            .collect();
        let first = Net {
            values: partial.values.clone(),
            layers: partial.layers[..cut].to_vec(),
            inputs: partial.inputs.clone(),
            outputs: early.iter().map(|(value, _)| *value).collect(),
        };
        stages.stages.push(Stage {
            plan: Plan::new(first, choice, read)?,
            passes: batch / part,
            small,
            inputs: whole.inputs.iter().map(|&value| from(value)).collect(),
            outputs: early.iter().map(|(_, at)| *at).collect(),
        });
        if cut < whole.layers.len() {
            let ins = needed.iter().map(|&value| from(value)).collect();
            let second = Net {
                values: whole.values.clone(),
                layers: whole.layers[cut..].to_vec(),
                inputs: needed,
                outputs: late.iter().map(|(value, _)| *value).collect(),
            };
            stages.stages.push(Stage {
                plan: Plan::new(second, choice, read)?,
                passes: 1,
                small,
                inputs: ins,
                outputs: late.iter().map(|(_, at)| *at).collect(),
            });
        }
        Ok(stages)
    }
}

impl Net {
    /// The most values that a layer reads and writes.
    fn peak(&self) -> usize {
        let size = |value: &Value| self.values[*value].iter().product::<usize>();
        let of = self
            .layers
            .iter()
            .map(|layer| layer.inputs.iter().map(size).sum::<usize>() + size(&layer.output));
        of.max().unwrap_or(0)
    }

    /// The first layer of the network's head: from there on there are vectors alone.
    fn head(&self) -> usize {
        let maps = |layer: &super::net::Layer| self.values[layer.output].len() > 2;
        self.layers.iter().rposition(maps).map_or(0, |last| last + 1)
    }

    /// What layers before the cut make and layers behind it read.
    fn crossing(&self, cut: usize) -> Vec<Value> {
        let (before, behind) = self.layers.split_at(cut);
        let made = before.iter().map(|layer| layer.output);
        made.filter(|value| behind.iter().any(|layer| layer.inputs.contains(value))).collect()
    }
}
