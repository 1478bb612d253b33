//! Batches in pieces: images go through the large layers a few at a time, so that what they become
//! on the way stays in the cache; the others see the whole batch, and their weights are read once.

use super::choice::Choice;
use super::cut::Cut;
use super::net::{Model, Net, Value};
use super::steps::Plan;
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
        // The same layers at any batch.
        let at = |batch: usize| {
            let few = |sizes: &Vec<usize>| [&[batch][..], &sizes[1..]].concat();
            Net::new(model, &inputs.iter().map(few).collect::<Vec<_>>())
        };
        let whole = Net::new(model, inputs)?;
        choice.check(&whole)?;
        let sizes = |values: &[Value]| -> Vec<Vec<usize>> {
            values.iter().map(|&value| whole.values[value].clone()).collect()
        };
        let mut stages = Stages {
            stages: Vec::new(),
            between: 0,
            inputs: sizes(&whole.inputs),
            outputs: sizes(&whole.outputs),
        };
        let batch = inputs.first().and_then(|sizes| sizes.first()).copied().unwrap_or(1);
        let Cut { layer: cut, part } = Cut::new(&whole, choice);
        if part == batch || cut == 0 {
            let inputs = (0..whole.inputs.len()).map(Tensor::Input).collect();
            let outputs = (0..whole.outputs.len()).map(Tensor::Output).collect();
            let plan = Plan::new(whole, choice, read)?;
            stages.stages.push(Stage { plan, passes: 1, small: choice.small, inputs, outputs });
        } else {
            stages.split(&whole, at(part)?, [cut, batch / part], choice, read)?;
        }
        Ok(stages)
    }

    /// The layers before the cut, a part of the batch at a time, then those behind it.
    fn split(
        &mut self,
        whole: &Net,
        partial: Net,
        [cut, passes]: [usize; 2],
        choice: Choice,
        read: &mut Read,
    ) -> Result<(), CompileError> {
        let mut crossing = Vec::new();
        for value in whole.crossing(cut) {
            crossing.push((value, Tensor::Between(self.between)));
            self.between += whole.values[value].iter().product::<usize>().next_multiple_of(16);
        }
        let given: Vec<_> =
            whole.inputs.iter().enumerate().map(|(i, &value)| (value, Tensor::Input(i))).collect();
        let outputs = whole.outputs.iter().enumerate();
        let outputs = outputs.map(|(i, &value)| (value, Tensor::Output(i)));
        let (before, behind) = whole.layers.split_at(cut);
        // What is an input too is handed out by the first stage.
        let early = |(value, _): &(Value, Tensor)| {
            whole.inputs.contains(value) || before.iter().any(|layer| layer.output == *value)
        };
        let (early, late): (Vec<_>, Vec<_>) = outputs.partition(early);
        let read_behind =
            |(value, _): &&(Value, Tensor)| behind.iter().any(|layer| layer.inputs.contains(value));
        let needed: Vec<_> = given.iter().filter(read_behind).chain(&crossing).copied().collect();
        let made = [crossing, early].concat();
        let first = Net { layers: partial.layers[..cut].to_vec(), ..partial };
        self.push(first, passes, given, made, choice, read)?;
        if !behind.is_empty() {
            let second = Net { layers: behind.to_vec(), ..whole.clone() };
            self.push(second, 1, needed, late, choice, read)?;
        }
        Ok(())
    }

    /// Adds a stage of layers that read and make those tensors.
    fn push(
        &mut self,
        net: Net,
        passes: usize,
        inputs: Vec<(Value, Tensor)>,
        outputs: Vec<(Value, Tensor)>,
        choice: Choice,
        read: &mut Read,
    ) -> Result<(), CompileError> {
        let values = |tensors: &[(Value, Tensor)]| tensors.iter().map(|(own, _)| *own).collect();
        let net = Net { inputs: values(&inputs), outputs: values(&outputs), ..net };
        let tensors = |own: Vec<(Value, Tensor)>| own.into_iter().map(|(_, at)| at).collect();
        self.stages.push(Stage {
            plan: Plan::new(net, choice, read)?,
            passes,
            small: choice.small,
            inputs: tensors(inputs),
            outputs: tensors(outputs),
        });
        Ok(())
    }
}

impl Net {
    /// What layers before the cut make and layers behind it read.
    fn crossing(&self, cut: usize) -> Vec<Value> {
        let (before, behind) = self.layers.split_at(cut);
        let made = before.iter().map(|layer| layer.output);
        made.filter(|value| behind.iter().any(|layer| layer.inputs.contains(value))).collect()
    }
}
