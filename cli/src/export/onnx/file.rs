//! The file around the operators: inputs, outputs, versions.

use formwork_ir::{Dim, Shape, Source};

use super::Lowering;
use super::layout::Order;
use crate::export::Layout;
use crate::onnx::proto::{
    DataType, Dimension, GraphProto, ModelProto, OperatorSetIdProto, Size, StringStringEntryProto,
    TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

/// Of the file's format, and of its operators.
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;

impl Lowering<'_> {
    /// The outputs, each a value of its node's name.
    pub fn outputs(&mut self) -> Vec<ValueInfoProto> {
        let mut outputs: Vec<ValueInfoProto> = Vec::new();
        for &id in self.graph.outputs() {
            let node = self.graph.node(id);
            let order = order(&node.shape, self.layout);
            let value = self.in_order(id, order);
            let input = node.source == Source::Input;
            let wanted = if input { "output" } else { node.name.as_str() };
            let taken = input || outputs.iter().any(|output| output.name == wanted);
            let name = if taken { self.b.fresh(wanted) } else { wanted.to_owned() };
            if value != name {
                self.call(&value, &name, !taken && self.moved.get(&(id, order)) == Some(&value));
            }
            outputs.push(info(&name, &node.shape, order));
        }
        outputs
    }

    /// Gives a value the name of an output: the value itself, if it is `free` to have it.
    fn call(&mut self, value: &str, name: &str, free: bool) {
        if self.b.nodes.iter().any(|node| node.output == [name]) {
            let other = self.b.fresh(&format!("{name}/moved"));
            self.rename(name, &other);
        }
        if free {
            self.rename(value, name);
        } else {
            let same = self.b.node(name, "Identity", &[value], &[]);
            self.b.rename(&same, name);
        }
    }

    fn rename(&mut self, old: &str, new: &str) {
        self.b.rename(old, new);
        let names = self.tensors.iter_mut();
        let names =
            names.flat_map(|tensor| std::iter::once(&mut tensor.name).chain(&mut tensor.images));
        let names = names.chain(self.moved.values_mut()).filter(|name| *name == old);
        names.for_each(|name| new.clone_into(name));
    }
}

/// The order of the axes of an input or an output.
fn order(shape: &Shape, layout: Layout) -> Order {
    match (layout, shape.rank()) {
        (Layout::Nchw, 4) => Order::ChannelsFirst,
        _ => Order::Ours,
    }
}

/// The file of a network that is written, with its outputs.
pub fn model(lowering: Lowering, outputs: Vec<ValueInfoProto>) -> ModelProto {
    let graph = lowering.graph;
    let order = |shape| order(shape, lowering.layout);
    let inputs = graph.inputs().map(|(_, node)| info(&node.name, &node.shape, order(&node.shape)));
    let pixels = graph.inputs().filter_map(|(_, node)| {
        let value = node.scheme?.to_string();
        Some(StringStringEntryProto { key: format!("pixels.{}", node.name), value })
    });
    ModelProto {
        ir_version: IR_VERSION,
        producer_name: "formwork".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        metadata_props: pixels.collect(),
        graph: Some(GraphProto {
            name: graph.name().to_owned(),
            node: lowering.b.nodes,
            initializer: lowering.b.initializers,
            input: inputs.collect(),
            output: outputs,
            ..GraphProto::default()
        }),
        ..ModelProto::default()
    }
}

fn info(name: &str, shape: &Shape, order: Order) -> ValueInfoProto {
    let size = |dim: &Dim| match dim {
        Dim::Known(n) => Size::Value(*n),
        dim if *dim == Dim::batch() => Size::Param("batch".to_owned()),
        dim => Size::Param(dim.source()),
    };
    let dims = order.sizes(shape.dims());
    let dim = dims.iter().map(|dim| Dimension { value: Some(size(dim)) }).collect();
    let shape = Some(TensorShapeProto { dim });
    let tensor_type = Some(TensorType { elem_type: DataType::Float as i32, shape });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }) }
}
