//! The operators of a file in the order they run, and its constants.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::MOST_COMPUTED;
use super::decode::Decoder;
use super::fold::{Folded, fold};
use super::step::{Attr, Step, step};
use super::tensor::Tensor;
use crate::import::Problem;
use crate::onnx::proto::GraphProto;

/// The operators of a file, in the order they run, and its constants.
pub struct Steps {
    pub list: Vec<Step>,
    pub constants: HashMap<Rc<str>, Tensor>,
    pub outputs: Vec<Rc<str>>,
    pub opset: i64,
    /// Whether PyTorch wrote it.
    pub torch: bool,
    /// How many values the file holds, and how many were computed of them.
    stored: usize,
    computed: Cell<usize>,
}

impl Steps {
    /// # Errors
    /// What cannot be read of its constants.
    pub fn read(
        graph: &GraphProto,
        decoder: &Decoder,
        opset: i64,
        torch: bool,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut constants = HashMap::new();
        for proto in &graph.initializer {
            match decoder.tensor(proto) {
                Ok(tensor) => {
                    let name = Rc::from(proto.name.as_str());
                    constants.insert(name, tensor);
                }
                Err(what) => {
                    problems.push(Problem { place: format!("constant `{}`", proto.name), what })
                }
            }
        }
        let mut list = Vec::new();
        for node in &graph.node {
            match step(node, decoder) {
                Ok(step) => list.push(step),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // What has no name is read by nothing: an input without one is left out.
        constants.remove("");
        let outputs = graph.output.iter().map(|value| Rc::from(value.name.as_str())).collect();
        let attrs = list.iter().flat_map(|step| step.attrs.values());
        let attrs = attrs
            .filter_map(|attr| if let Attr::Tensor(tensor) = attr { Some(tensor) } else { None });
        let stored = constants.values().chain(attrs).map(Tensor::held).sum();
        let computed = Cell::new(0);
        let mut steps = Steps { list, constants, outputs, opset, torch, stored, computed };
        steps.settle();
        Ok(steps)
    }

    /// Takes constants out of the list, and operators that hand their input on.
    fn settle(&mut self) {
        let mut same: HashMap<Rc<str>, Rc<str>> = HashMap::new();
        let mut list = Vec::new();
        for mut step in std::mem::take(&mut self.list) {
            for input in &mut step.inputs {
                if let Some(name) = same.get(input) {
                    *input = name.clone();
                }
            }
            let output = step.outputs.first().cloned().unwrap_or_default();
            if output.is_empty() {
                list.push(step);
                continue;
            }
            match (step.op.as_str(), step.input(0).cloned()) {
                ("Constant", _) => match constant(&step) {
                    Some(mut tensor) => {
                        tensor.name = None;
                        self.constants.insert(output, tensor);
                    }
                    None => list.push(step),
                },
                ("Identity" | "Dropout", Some(input)) if !self.drops(&step) => {
                    same.insert(output, input);
                }
                _ => match self.folded(&step) {
                    Some(tensor) => {
                        self.constants.insert(output, tensor);
                    }
                    None => list.push(step),
                },
            }
        }
        for output in &mut self.outputs {
            if let Some(name) = same.get(output) {
                *output = name.clone();
            }
        }
        self.list = list;
    }

    /// Whether it is a `Dropout` as in training.
    fn drops(&self, step: &Step) -> bool {
        let training = step.input(2).and_then(|input| self.constants.get(input));
        step.op == "Dropout" && training.and_then(Tensor::scalar).is_some_and(|truth| truth != 0.0)
    }

    /// What an operator makes, if it reads constants alone.
    fn folded(&self, step: &Step) -> Option<Tensor> {
        let inputs = step.inputs.iter().map(|input| match self.constants.get(input) {
            None if !input.is_empty() => None,
            constant => Some(constant),
        });
        let inputs: Option<Vec<_>> = inputs.collect();
        self.fold(step, &inputs.filter(|inputs| !inputs.is_empty())?)?.ok()
    }

    /// What an operator makes of constants, if it is one on those; all in all no more than a
    /// multiple of what the file holds.
    pub fn fold(&self, step: &Step, inputs: &[Option<&Tensor>]) -> Option<Folded> {
        let folded = fold(step, inputs, self.stored)?;
        let made = folded.as_ref().map_or(0, Tensor::held);
        let all = self.computed.get().saturating_add(made);
        if all > (64 * MOST_COMPUTED).max(self.stored.saturating_mul(8)) {
            return Some(Err(format!(
                "{all} values would be computed before the model runs, of a file of {}; export it \
                 with constants folded",
                self.stored
            )));
        }
        self.computed.set(all);
        Some(folded)
    }

    /// Leaves out what no output of the model needs.
    pub fn prune(&mut self) {
        let mut needed: HashSet<Rc<str>> = self.outputs.iter().cloned().collect();
        let mut kept = Vec::new();
        for step in std::mem::take(&mut self.list).into_iter().rev() {
            if step.outputs.iter().any(|output| needed.contains(output)) {
                needed.extend(step.inputs.iter().filter(|input| !input.is_empty()).cloned());
                kept.push(step);
            }
        }
        kept.reverse();
        self.list = kept;
    }

    /// For each value, the places in the list where it is read; outputs are read beyond its end.
    pub fn readers(&self) -> HashMap<Rc<str>, Vec<usize>> {
        let mut readers: HashMap<Rc<str>, Vec<usize>> = HashMap::new();
        for (i, step) in self.list.iter().enumerate() {
            for input in step.inputs.iter().filter(|input| !input.is_empty()) {
                readers.entry(input.clone()).or_default().push(i);
            }
        }
        for output in &self.outputs {
            readers.entry(output.clone()).or_default().push(self.list.len());
        }
        readers
    }
}

fn constant(step: &Step) -> Option<Tensor> {
    let ints =
        |values: &[i64]| values.iter().map(|&n| formwork_ir::Dim::Known(n)).collect::<Vec<_>>();
    let (_, attr) = step.attrs.iter().next()?;
    Some(match attr {
        Attr::Tensor(tensor) => tensor.clone(),
        Attr::Int(n) => Tensor::ints(&[], ints(&[*n])),
        Attr::Ints(values) => Tensor::ints(&[values.len()], ints(values)),
        Attr::Float(x) => Tensor::floats(&[], vec![*x]),
        Attr::Floats(values) => Tensor::floats(&[values.len()], values.clone()),
        Attr::Text(_) => return None,
    })
}
