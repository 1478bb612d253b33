//! The operators of a file, in a form to be rewritten and lowered.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::decode::Decoder;
use super::fold::fold;
use super::is_standard;
use super::tensor::Tensor;
use crate::import::Problem;
use crate::onnx::proto::{AttributeProto, AttributeType, GraphProto, NodeProto};

/// An operator that is applied.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Step {
    pub op: String,
    pub name: String,
    /// The empty ones are left out.
    pub inputs: Vec<Rc<str>>,
    pub outputs: Vec<Rc<str>>,
    pub attrs: HashMap<String, Attr>,
}

/// An argument of an operator.
#[derive(Clone, PartialEq, Debug)]
pub enum Attr {
    Int(i64),
    Ints(Vec<i64>),
    Float(f32),
    Floats(Vec<f32>),
    Text(String),
    Tensor(Tensor),
}

impl Step {
    /// An operator that stands for others, in the place and with the name of `last`.
    pub fn instead(last: &Step, op: &str, inputs: &[&Rc<str>]) -> Self {
        Step {
            op: op.to_owned(),
            name: last.name.clone(),
            inputs: inputs.iter().map(|&name| name.clone()).collect(),
            outputs: last.outputs.clone(),
            attrs: HashMap::new(),
        }
    }

    pub fn with(mut self, name: &str, attr: Attr) -> Self {
        self.attrs.insert(name.to_owned(), attr);
        self
    }

    /// What it reads, in place `i`, if anything.
    pub fn input(&self, i: usize) -> Option<&Rc<str>> {
        self.inputs.get(i).filter(|name| !name.is_empty())
    }

    pub fn int(&self, name: &str, default: i64) -> i64 {
        match self.attrs.get(name) {
            Some(Attr::Int(n)) => *n,
            _ => default,
        }
    }

    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.attrs.get(name) {
            Some(Attr::Ints(numbers)) => Some(numbers),
            _ => None,
        }
    }

    pub fn float(&self, name: &str, default: f32) -> f32 {
        match self.attrs.get(name) {
            Some(Attr::Float(x)) => *x,
            _ => default,
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attrs.get(name) {
            Some(Attr::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// How it is called in a message.
    pub fn title(&self) -> String {
        match (self.name.as_str(), self.outputs.first()) {
            ("", Some(output)) => format!("`{}` that makes `{output}`", self.op),
            (name, _) => format!("`{}` `{name}`", self.op),
        }
    }
}

/// The operators of a file, in the order they run, and its constants.
pub struct Steps {
    pub list: Vec<Step>,
    pub constants: HashMap<Rc<str>, Tensor>,
    pub outputs: Vec<Rc<str>>,
    pub opset: i64,
    /// Whether PyTorch wrote it.
    pub torch: bool,
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
                    constants.insert(Rc::from(proto.name.as_str()), tensor);
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
        let outputs = graph.output.iter().map(|value| Rc::from(value.name.as_str())).collect();
        let mut steps = Steps { list, constants, outputs, opset, torch };
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
            match (step.op.as_str(), step.input(0).cloned()) {
                ("Constant", _) => match constant(&step) {
                    Some(mut tensor) => {
                        tensor.name = None;
                        self.constants.insert(output, tensor);
                    }
                    None => list.push(step),
                },
                ("Identity" | "Dropout", Some(input)) => {
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

    /// What an operator makes, if it reads constants alone.
    fn folded(&self, step: &Step) -> Option<Tensor> {
        let inputs = step.inputs.iter().map(|input| match self.constants.get(input) {
            None if !input.is_empty() => None,
            constant => Some(constant),
        });
        let inputs: Option<Vec<_>> = inputs.collect();
        fold(step, &inputs.filter(|inputs| !inputs.is_empty())?)?.ok()
    }

    /// Leaves out what no output of the model needs.
    pub fn prune(&mut self) {
        let mut needed: HashSet<Rc<str>> = self.outputs.iter().cloned().collect();
        let mut kept = Vec::new();
        for step in std::mem::take(&mut self.list).into_iter().rev() {
            if step.outputs.iter().any(|output| needed.contains(output)) {
                needed.extend(step.inputs.iter().cloned());
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

fn step(node: &NodeProto, decoder: &Decoder) -> Result<Step, Problem> {
    let op = match is_standard(&node.domain) {
        true => node.op_type.clone(),
        false => format!("{}::{}", node.domain, node.op_type),
    };
    let names = |names: &[String]| names.iter().map(|name| Rc::from(name.as_str())).collect();
    let mut step = Step {
        op,
        name: node.name.clone(),
        inputs: names(&node.input),
        outputs: names(&node.output),
        attrs: HashMap::new(),
    };
    for proto in &node.attribute {
        match attr(proto, decoder) {
            Ok(Some(attr)) => {
                step.attrs.insert(proto.name.clone(), attr);
            }
            Ok(None) => {}
            Err(what) => {
                let what = format!("`{}`: {what}", proto.name);
                return Err(Problem { place: step.title(), what });
            }
        }
    }
    Ok(step)
}

/// Graphs and lists of tensors are arguments of operators that have no layer here.
fn attr(proto: &AttributeProto, decoder: &Decoder) -> Result<Option<Attr>, String> {
    let kind = match AttributeType::try_from(proto.r#type) {
        Ok(AttributeType::Undefined) | Err(_) => inferred(proto),
        Ok(kind) => kind,
    };
    Ok(Some(match kind {
        AttributeType::Float => Attr::Float(proto.f),
        AttributeType::Int => Attr::Int(proto.i),
        AttributeType::String => Attr::Text(String::from_utf8_lossy(&proto.s).into_owned()),
        AttributeType::Floats => Attr::Floats(proto.floats.clone()),
        AttributeType::Ints => Attr::Ints(proto.ints.clone()),
        AttributeType::Tensor => match &proto.t {
            Some(tensor) => Attr::Tensor(decoder.tensor(tensor)?),
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// The first exporters did not say of which type an argument is.
fn inferred(proto: &AttributeProto) -> AttributeType {
    match proto {
        _ if !proto.ints.is_empty() => AttributeType::Ints,
        _ if !proto.floats.is_empty() => AttributeType::Floats,
        _ if !proto.s.is_empty() => AttributeType::String,
        _ if proto.t.is_some() => AttributeType::Tensor,
        _ if proto.f != 0.0 => AttributeType::Float,
        _ => AttributeType::Int,
    }
}
