//! What a training plan is made with.

use super::super::choice::Choice;
use super::super::layout::{Buffer, Home, Layout, Spot, channels};
use super::super::net::{Layer, Net, Value};
use super::super::steps::Draft;
use super::again::Steps;
use super::parts::Part;
use super::{Outside, Told};
use crate::kernels::copy::Copy;
use crate::kernels::merge::{Merge, Operator};
use crate::kernels::{Finish, Kernel, Site, lower};

/// A layer, with a cut and a max pooling behind it: its output is what these make.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub layer: Layer,
    /// The smallest output and the largest.
    pub range: (f32, f32),
    pub pool: Option<Pool>,
}

/// A max pooling whose windows tile what a layer makes, of which nothing else is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool {
    /// What the layer makes.
    pub of: Value,
    /// Height and width of a window.
    pub size: [usize; 2],
}

impl Unit {
    /// The layer by itself.
    pub fn alone(&self) -> Layer {
        let output = self.pool.map_or(self.layer.output, |pool| pool.of);
        Layer { output, ..self.layer.clone() }
    }
}

/// Steps, and where what they read and write lies.
pub(super) struct Builder<'a> {
    pub net: &'a Net,
    pub choice: Choice<'a>,
    pub layout: Layout,
    pub drafts: Vec<Draft>,
    pub outside: Outside,
    /// What the loss says of each tensor, so far.
    gradients: Vec<Option<Spot>>,
    /// What it says of parts of each, which are not put together yet.
    pub(super) parts: Vec<Vec<Part>>,
    /// Which tensors' gradients somebody needs.
    wanted: Vec<bool>,
    /// Which tensors a layer that is no norm has cut, for one reader.
    pub cut: Vec<bool>,
    /// Of a cut tensor whose gradient is that of before the cut: one with the same sums of channels, and
    /// whose it is.
    pub uncut: Vec<Option<(Spot, Value)>>,
    /// Whether batch norms take the statistics of all processes' rows.
    pub synchronised: bool,
    /// What peers are told of who makes a buffer.
    pub told: Vec<(usize, Told)>,
    pub again: Steps,
    /// The step's name.
    pub name: String,
}

impl<'a> Builder<'a> {
    pub fn new(net: &'a Net, choice: Choice<'a>, layout: Layout, outside: Outside) -> Self {
        let count = net.values.len();
        let (gradients, wanted) = (vec![None; count], vec![false; count]);
        let parts = vec![Vec::new(); count];
        let (cut, uncut) = (vec![false; count], vec![None; count]);
        let (drafts, told, name) = (Vec::new(), Vec::new(), String::new());
        let checkpoints = vec![Vec::new(); net.checkpoints.len()];
        let again = Steps { checkpoints, ..Steps::default() };
        let synchronised = false;
        Builder {
            net,
            choice,
            layout,
            drafts,
            outside,
            gradients,
            parts,
            wanted,
            cut,
            uncut,
            synchronised,
            told,
            again,
            name,
        }
    }

    pub fn sizes(&self, value: Value) -> &'a [usize] {
        &self.net.values[value]
    }

    /// Number of rows of a tensor, and of values in each.
    pub fn rows(&self, value: Value) -> [usize; 2] {
        let sizes = self.sizes(value);
        let channels = channels(sizes);
        [sizes.iter().product::<usize>() / channels, channels]
    }

    pub fn spot(&self, value: Value) -> Spot {
        self.layout.spot(value)
    }

    fn buffer(&mut self, home: Home, sizes: &[usize]) -> Spot {
        let size = sizes.iter().product();
        self.layout.buffers.push(Buffer { home, size });
        Spot { buffer: self.layout.buffers.len() - 1, offset: 0, stride: channels(sizes) }
    }

    /// Memory for a tensor.
    pub fn fresh(&mut self, sizes: &[usize]) -> Spot {
        self.buffer(Home::Arena, sizes)
    }

    /// A tensor that is given at each run.
    pub fn given(&mut self, index: usize, sizes: &[usize]) -> Spot {
        self.buffer(Home::Input(index), sizes)
    }

    /// A tensor of the caller's that is written.
    pub fn made(&mut self, index: usize, sizes: &[usize]) -> Spot {
        self.buffer(Home::Output(index), sizes)
    }

    /// A layer's parameter.
    pub fn param(&mut self, layer: &Layer, index: usize) -> Spot {
        let param = &layer.params[index];
        let at = self.outside.param(&param.name);
        self.given(at, &param.sizes)
    }

    /// Where the gradient of a parameter is added up, if it is trained.
    pub fn param_gradient(&mut self, layer: &Layer, index: usize) -> Option<Spot> {
        let param = &layer.params[index];
        let at = self.outside.param_gradient(&param.name)?;
        Some(self.made(at, &param.sizes))
    }

    /// Adds a step.
    pub fn step(
        &mut self,
        kernel: Box<dyn Kernel>,
        inputs: Vec<Spot>,
        output: Spot,
        sizes: &[usize],
        macs: u64,
    ) {
        self.push(kernel, inputs, output, sizes, macs, false);
    }

    fn push(
        &mut self,
        kernel: Box<dyn Kernel>,
        inputs: Vec<Spot>,
        output: Spot,
        sizes: &[usize],
        macs: u64,
        residual: bool,
    ) {
        let (name, sizes, kernel) = (self.name.clone(), sizes.to_vec(), kernel.into());
        self.drafts.push(Draft { name, sizes, macs, kernel, inputs, output, residual });
    }

    /// Adds the step of a layer without weights, as it is at inference.
    pub fn plain(&mut self, layer: &Layer) {
        let output = self.sizes(layer.output);
        let site = Site {
            isa: self.choice.isa,
            algorithm: self.choice.algorithm(&layer.name),
            inputs: layer.inputs.iter().map(|&input| self.sizes(input)).collect(),
            output,
            params: Vec::new(),
            finish: Finish::NONE,
        };
        let kernel = lower(&layer.op, &site, Vec::new());
        let inputs = layer.inputs.iter().map(|&input| self.spot(input)).collect();
        self.step(kernel, inputs, self.spot(layer.output), output, 0);
    }

    /// Adds the step that makes one value of two.
    pub fn merge(&mut self, operator: Operator, [a, b]: [Spot; 2], output: Spot, sizes: &[usize]) {
        let kernel = Merge::new(self.choice.isa, operator, &[sizes, sizes], sizes);
        self.step(Box::new(kernel), vec![a, b], output, sizes, 0);
    }

    /// Adds the step that multiplies a tensor with one that may be the same along some axes.
    pub fn scale(&mut self, x: Spot, (by, of): (Spot, &[usize]), output: Spot, sizes: &[usize]) {
        let kernel = Merge::new(self.choice.isa, Operator::Multiply, &[sizes, of], sizes);
        self.step(Box::new(kernel), vec![x, by], output, sizes, 0);
    }

    /// Adds a step that copies a tensor.
    pub fn copy(&mut self, from: Spot, to: Spot, sizes: &[usize]) {
        let channels = channels(sizes);
        let rows = sizes.iter().product::<usize>() / channels;
        self.step(Box::new(Copy { rows, channels }), vec![from], to, sizes, 0);
    }

    /// Has what the last step made exchanged with peers, if norms are synchronised.
    pub fn exchange(&mut self, told: Told) {
        if self.synchronised {
            let made = self.drafts.last().map(|draft| (draft.output.buffer, told));
            self.told.extend(made);
        }
    }

    /// Says that somebody needs a tensor's gradient.
    pub fn want(&mut self, value: Value) {
        self.wanted[value] = true;
    }

    pub fn wants(&self, value: Value) -> bool {
        self.wanted[value]
    }

    /// What the loss says of a tensor, once all who read it have said so.
    pub fn gradient(&mut self, value: Value) -> Option<Spot> {
        self.join_parts(value);
        self.gradients[value]
    }

    /// A tensor's gradient, or another term of it, that is there.
    pub fn give(&mut self, value: Value, spot: Spot) {
        if !self.wanted[value] {
            return;
        }
        self.gradients[value] = Some(match self.gradients[value] {
            None => spot,
            Some(before) => {
                let sizes = self.sizes(value);
                let sum = self.fresh(sizes);
                self.merge(Operator::Add, [before, spot], sum, sizes);
                sum
            }
        });
    }

    /// A tensor's gradient, or another term of it, that a kernel makes.
    pub fn give_made(&mut self, value: Value, kernel: Box<dyn Kernel>, inputs: Vec<Spot>) {
        if self.wanted[value] {
            let sizes = self.sizes(value);
            let spot = self.fresh(sizes);
            self.step(kernel, inputs, spot, sizes, 0);
            self.give(value, spot);
        }
    }

    /// A tensor's gradient, of a kernel that can add what is there already: it is told whether to.
    pub fn give_sum(
        &mut self,
        value: Value,
        kernel: impl FnOnce(bool) -> Box<dyn Kernel>,
        mut inputs: Vec<Spot>,
        macs: u64,
    ) {
        if !self.wanted[value] {
            return;
        }
        let (before, sizes) = (self.gradients[value], self.sizes(value));
        inputs.extend(before);
        let spot = self.fresh(sizes);
        self.push(kernel(before.is_some()), inputs, spot, sizes, macs, before.is_some());
        self.gradients[value] = Some(spot);
    }

    /// Adds a step that adds to the gradient of a parameter: of a kernel that reads that last.
    pub fn add(&mut self, kernel: Box<dyn Kernel>, mut inputs: Vec<Spot>, to: Spot, macs: u64) {
        inputs.push(to);
        let size = self.layout.buffers[to.buffer].size;
        self.push(kernel, inputs, to, &[size], macs, true);
    }
}
