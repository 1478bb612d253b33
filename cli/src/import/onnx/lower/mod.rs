//! Operators as layers, one after another.

mod arrange;
mod convolution;
mod dense;
mod elementwise;
mod input;
mod merge;
mod name;
mod normalization;
mod output;
mod parts;
mod pixels;
mod pool;
mod reduce;
mod resize;
mod shape;
mod table;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use formwork_ir::{Dim, Domain, NodeId, Op, Shape};

use super::fold;
use super::rewrite;
use super::step::Step;
use super::steps::Steps;
use super::tensor::Tensor;
use super::view::View;
use crate::import::imported::{Builder, Imported, Problem, Values};
use crate::onnx::proto::GraphProto;
use table::{layer, unsupported};

/// What stands behind a name of the file.
#[derive(Clone, Debug)]
pub enum Value {
    /// Known before the network runs.
    Constant(Tensor),
    /// Made when it runs.
    Computed(View),
    /// Made by something that is reported already.
    Unknown,
}

/// What an operator makes, or why it has no layer here.
type Lowered = Result<Vec<Value>, String>;

/// The way from a list of operators to a graph.
pub struct Lower<'a> {
    steps: &'a Steps,
    builder: Builder,
    values: HashMap<Rc<str>, Value>,
    readers: HashMap<Rc<str>, Vec<usize>>,
    /// The images among the inputs whose channels the file has last.
    channels_last: HashSet<Rc<str>>,
    /// The size of the batch in the file, where it is a number.
    batch: Option<i64>,
    /// Whether strides go with as much padding before as after, as PyTorch's do: then `padding = 1`
    /// everywhere, where a network of TensorFlow's says `same`.
    even: bool,
    /// How many layers read the same weights.
    owners: name::Owners,
    /// Nodes that hold a view's values in another order, not to be made twice.
    arranged: HashMap<(View, Vec<usize>), NodeId>,
    /// Concatenations by what they join, for those that go on from them.
    joined: HashMap<(Vec<View>, usize), View>,
    problems: Vec<Problem>,
    warnings: Vec<String>,
}

impl<'a> Lower<'a> {
    /// The graph of a file; `domain` has the sizes of its symbols, if not all.
    ///
    /// # Errors
    /// Every operator that has no layer here.
    pub fn run(
        steps: &'a Steps,
        graph: &GraphProto,
        name: &str,
        domain: Option<&Domain>,
    ) -> Result<Imported, Vec<Problem>> {
        let constants = steps.constants.iter();
        let mut lower = Lower {
            steps,
            builder: Builder::new(name, Domain::default()),
            values: constants
                .map(|(name, tensor)| (name.clone(), Value::Constant(tensor.clone())))
                .collect(),
            readers: steps.readers(),
            channels_last: HashSet::new(),
            batch: None,
            even: steps.list.iter().any(convolution::strides_evenly),
            owners: name::Owners::of(steps),
            arranged: HashMap::new(),
            joined: HashMap::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        lower.inputs(graph, name, domain);
        for step in &steps.list {
            lower.step(step);
        }
        lower.outputs()
    }

    fn step(&mut self, step: &Step) {
        let known =
            !step.inputs.iter().any(|input| matches!(self.values.get(input), Some(Value::Unknown)));
        let missing =
            step.inputs.iter().find(|input| !input.is_empty() && !self.values.contains_key(*input));
        let lowered = match missing {
            Some(input) => Err(format!("nothing before it makes its input `{input}`")),
            None if known => self.lower(step),
            // Of what comes after a problem, that there is no such layer is all that is known.
            None => match layer(&step.op) {
                Some(_) => Ok(Vec::new()),
                None => Err(unsupported(step)),
            },
        };
        let read =
            |at: usize| step.outputs.get(at).is_some_and(|name| self.readers.contains_key(name));
        let made = lowered.and_then(|made| {
            match (known, (made.len()..step.outputs.len()).find(|&at| read(at))) {
                (true, Some(at)) => Err(format!("its output {at} is read, which no layer makes")),
                _ => Ok(made),
            }
        });
        let mut made = match made {
            Ok(made) => made.into_iter(),
            Err(what) => {
                let place = format!("{}{}", step.title(), self.shapes(step));
                self.problems.push(Problem { place, what });
                Vec::new().into_iter()
            }
        };
        for output in &step.outputs {
            let value = made.next().unwrap_or(Value::Unknown);
            // What has no name is read by nothing.
            if !output.is_empty() {
                self.values.insert(output.clone(), value);
            }
        }
    }

    fn lower(&mut self, step: &Step) -> Lowered {
        if let ("Shape" | "Size", Ok(view)) = (step.op.as_str(), self.computed(step, 0)) {
            return fold::sizes(step, self.dims(&view)).map(|sizes| vec![Value::Constant(sizes)]);
        }
        let constants: Option<Vec<_>> = step
            .inputs
            .iter()
            .map(|input| match self.values.get(input) {
                Some(Value::Constant(tensor)) => Some(Some(tensor)),
                None => Some(None),
                Some(_) => None,
            })
            .collect();
        if let Some(made) = constants.and_then(|constants| self.steps.fold(step, &constants)) {
            return made.map(|tensor| vec![Value::Constant(tensor)]);
        }
        match layer(&step.op) {
            Some(lower) => lower(self, step),
            None => Err(unsupported(step)),
        }
    }

    /// ` on [_, 3, 8, 8], [16, 3, 3, 3]`
    fn shapes(&self, step: &Step) -> String {
        let shape = |input: &Rc<str>| match self.values.get(input)? {
            Value::Constant(tensor) => {
                Some(Shape::new(tensor.dims.iter().map(|&n| n.into()).collect::<Vec<Dim>>()))
            }
            Value::Computed(view) => Some(Shape::new(self.dims(view))),
            Value::Unknown => None,
        };
        let shapes: Vec<_> =
            step.inputs.iter().filter_map(shape).map(|shape| shape.to_string()).collect();
        if shapes.is_empty() { String::new() } else { format!(" on {}", shapes.join(", ")) }
    }

    /// The sizes of a value in ONNX's order.
    fn dims(&self, view: &View) -> Vec<Dim> {
        view.dims(&self.builder.graph.node(view.node).shape)
    }

    /// The value that an operator reads in place `i`, which is made when the network runs.
    fn computed(&self, step: &Step, i: usize) -> Result<View, String> {
        match step.input(i).and_then(|input| self.values.get(input)) {
            Some(Value::Computed(view)) => Ok(view.clone()),
            Some(_) => Err("it is applied to a constant".to_owned()),
            None => Err(format!("it lacks input {i}")),
        }
    }

    /// The constant that an operator reads in place `i`, if it reads anything there.
    fn constant(&self, step: &Step, i: usize) -> Result<Option<Tensor>, String> {
        match step.input(i).and_then(|input| self.values.get(input)) {
            Some(Value::Constant(tensor)) => Ok(Some(tensor.clone())),
            Some(_) => Err(format!("its input {i} is computed; only constants can stand there")),
            None => Ok(None),
        }
    }

    /// The weights that an operator reads in place `i`.
    fn weight(&self, step: &Step, i: usize) -> Result<Tensor, String> {
        self.constant(step, i)?.ok_or_else(|| format!("it lacks input {i}"))
    }

    /// Whole numbers that an operator reads in place `i`, or has as an argument.
    fn numbers(&self, step: &Step, i: usize, attr: &str) -> Result<Option<Vec<i64>>, String> {
        if let Some(numbers) = step.ints(attr) {
            return Ok(Some(numbers.to_vec()));
        }
        match self.constant(step, i)? {
            Some(tensor) => match tensor.as_numbers() {
                Some(numbers) => Ok(Some(numbers)),
                None => Err(format!("its `{attr}` are no numbers before the model runs")),
            },
            None => Ok(None),
        }
    }

    /// The only operator that reads the first output of this one, if no other does.
    fn reader(&self, step: &Step) -> Option<&'a Step> {
        match self.readers.get(step.outputs.first()?)?.as_slice() {
            &[one] => self.steps.list.get(one),
            _ => None,
        }
    }

    /// Adds a layer without parameters.
    fn plain(
        &mut self,
        step: &Step,
        op: impl Into<Op>,
        inputs: &[NodeId],
    ) -> Result<NodeId, String> {
        let name = self.name(step, None);
        self.builder.layer(&name, op, inputs, Vec::new(), None)
    }

    /// Adds a layer with parameters; the constants that they come from name it, and tell what it
    /// shares.
    fn weighted(
        &mut self,
        step: &Step,
        op: impl Into<Op>,
        inputs: &[NodeId],
        constants: &[&Tensor],
        values: Vec<Values>,
    ) -> Result<NodeId, String> {
        let name = self.name(step, constants.first().and_then(|tensor| tensor.name.as_deref()));
        let op = op.into();
        let shared = self.shared(step, inputs).map(|owner| format!("{owner} {op:?}"));
        self.builder.layer(&name, op, inputs, values, shared.as_deref())
    }
}
