//! An operator of a file, in a form to be rewritten and lowered.

use std::collections::HashMap;
use std::rc::Rc;

use super::decode::Decoder;
use super::is_standard;
use super::tensor::Tensor;
use crate::import::{Problem, names};
use crate::onnx::proto::{AttributeProto, AttributeType, NodeProto};

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
    /// An operator that stands for others, in the place and of the module of `last`.
    pub fn instead(last: &Step, op: &str, inputs: &[&Rc<str>]) -> Self {
        Step {
            op: op.to_owned(),
            name: last.module().to_owned(),
            inputs: inputs.iter().map(|&name| name.clone()).collect(),
            outputs: last.outputs.clone(),
            attrs: HashMap::new(),
        }
    }

    /// Its name without what the operator is called: `/stem/2` of `/stem/2/Mul`.
    pub fn module(&self) -> &str {
        match self.name.rsplit_once('/') {
            Some((module, last)) if names::is_operator(last, &self.op) => module,
            _ => &self.name,
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

/// # Errors
/// What cannot be read of its arguments.
pub fn step(node: &NodeProto, decoder: &Decoder) -> Result<Step, Problem> {
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
