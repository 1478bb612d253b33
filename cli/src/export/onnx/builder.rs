//! An ONNX graph while it is written: nodes, constants and names that are used once.

use std::collections::HashSet;

use crate::onnx::proto::{AttributeProto, AttributeType, DataType, NodeProto, TensorProto};

/// Nodes and constants so far.
#[derive(Default)]
pub struct Builder {
    pub nodes: Vec<NodeProto>,
    pub initializers: Vec<TensorProto>,
    names: HashSet<String>,
}

/// An argument of an operator.
#[derive(Clone)]
pub enum Attr {
    Int(i64),
    Float(f64),
    Ints(Vec<i64>),
    Str(&'static str),
}

impl Builder {
    /// Keeps a name for later.
    pub fn reserve(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// A name that starts so and that nothing has.
    pub fn fresh(&mut self, name: &str) -> String {
        let numbered = (1..).map(|i| format!("{name}_{i}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(free.clone());
        free
    }

    /// Applies an operator; what it makes is called after it, within `scope`.
    pub fn node(
        &mut self,
        scope: &str,
        op: &str,
        inputs: &[&str],
        attributes: &[(&str, Attr)],
    ) -> String {
        let name = self.fresh(&format!("{scope}/{op}"));
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![name.clone()],
            name: name.clone(),
            op_type: op.to_owned(),
            attribute: attributes.iter().map(attribute).collect(),
            ..NodeProto::default()
        });
        name
    }

    /// A constant of whole numbers along one axis.
    pub fn ints(&mut self, scope: &str, what: &str, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|n| n.to_le_bytes()).collect();
        let name = self.fresh(&format!("{scope}/{what}"));
        self.constant(name, DataType::Int64, &[values.len()], bytes)
    }

    /// A number.
    pub fn scalar(&mut self, scope: &str, what: &str, value: f64) -> String {
        let name = self.fresh(&format!("{scope}/{what}"));
        self.floats(name, &[], &[value as f32])
    }

    /// A constant of that name, row-major.
    pub fn floats(&mut self, name: String, sizes: &[usize], values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant(name, DataType::Float, sizes, bytes)
    }

    fn constant(&mut self, name: String, of: DataType, sizes: &[usize], bytes: Vec<u8>) -> String {
        self.initializers.push(TensorProto {
            dims: sizes.iter().map(|&n| n as i64).collect(),
            data_type: of as i32,
            name: name.clone(),
            raw_data: bytes,
            ..TensorProto::default()
        });
        name
    }

    /// Gives a value, and the node that makes it, another name.
    pub fn rename(&mut self, old: &str, new: &str) {
        for node in &mut self.nodes {
            let made = node.output.iter_mut().filter(|name| *name == old);
            made.for_each(|name| new.clone_into(name));
            if node.output.iter().any(|name| name == new) {
                new.clone_into(&mut node.name);
            }
            let read = node.input.iter_mut().filter(|name| *name == old);
            read.for_each(|name| new.clone_into(name));
        }
    }

    /// Forgets what does not lead to one of these values.
    pub fn prune(&mut self, outputs: &[String]) {
        let mut read: HashSet<String> = outputs.iter().cloned().collect();
        let mut kept: Vec<_> = std::mem::take(&mut self.nodes)
            .into_iter()
            .rev()
            .filter(|node| {
                let wanted = node.output.iter().any(|name| read.contains(name));
                if wanted {
                    read.extend(node.input.iter().cloned());
                }
                wanted
            })
            .collect();
        kept.reverse();
        self.nodes = kept;
        self.initializers.retain(|constant| read.contains(&constant.name));
    }
}

fn attribute((name, value): &(&str, Attr)) -> AttributeProto {
    let mut proto = AttributeProto { name: (*name).to_owned(), ..AttributeProto::default() };
    let kind = match value {
        Attr::Int(n) => {
            proto.i = *n;
            AttributeType::Int
        }
        Attr::Float(x) => {
            proto.f = *x as f32;
            AttributeType::Float
        }
        Attr::Ints(values) => {
            proto.ints.clone_from(values);
            AttributeType::Ints
        }
        Attr::Str(text) => {
            proto.s = text.as_bytes().to_vec();
            AttributeType::String
        }
    };
    proto.r#type = kind as i32;
    proto
}
