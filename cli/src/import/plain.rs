//! A graph as the source of a model, a line for each layer.

use std::collections::HashMap;

use formwork_ir::{Dim, Graph, Kind, Node, NodeId, Op, Ranged, Shape, Source, Value};

/// The whole invocation of `model!`; the parameters of the model that it declares are in the order
/// of the graph's.
pub fn write(graph: &Graph, docs: &[String]) -> String {
    let names: HashMap<NodeId, String> = graph
        .nodes()
        .enumerate()
        .map(|(i, (id, node))| match node.source {
            Source::Input => (id, input(&node.name)),
            _ => (id, format!("v{i}")),
        })
        .collect();
    let inputs: Vec<_> = graph
        .inputs()
        .map(|(id, node)| format!("{}: {}", names[&id], shape(&node.shape)))
        .collect();
    let outputs: Vec<_> = graph.outputs().iter().map(|&id| shape(&graph.node(id).shape)).collect();
    let returned: Vec<_> = graph.outputs().iter().map(|id| names[id].clone()).collect();
    let tuple = |parts: Vec<String>| match parts.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    };
    let (mut generics, mut clauses) = (Vec::new(), Vec::new());
    for Ranged { symbol, sizes } in graph.declared().symbols() {
        match symbol.kind() {
            Kind::Generic => generics.push(format!("const {}: usize", symbol.name())),
            _ => generics.push(symbol.name().to_owned()),
        }
        clauses.extend(sizes.clauses(symbol.name()));
    }
    let generics = match generics.as_slice() {
        [] => String::new(),
        some => format!("<{}>", some.join(", ")),
    };
    let clauses = match clauses.as_slice() {
        [] => String::new(),
        some => format!(" where {}", some.join(", ")),
    };
    let mut text = "use formwork::prelude::*;\n\nmodel! {\n".to_owned();
    for line in docs {
        text += format!("    /// {line}").trim_end();
        text += "\n";
    }
    let (inputs, outputs) = (inputs.join(", "), tuple(outputs));
    let name = graph.name();
    text += &format!("    pub struct {name}{generics}({inputs}) -> {outputs}{clauses} {{\n");
    let mut shared: HashMap<&str, String> = HashMap::new();
    for (id, node) in graph.nodes() {
        let Source::Layer(op) = &node.source else { continue };
        let call = match &node.weights {
            None => call(op, &inputs_of(node, &names)),
            Some(weights) => {
                let count = shared.len();
                let layer = shared.entry(weights).or_insert_with(|| {
                    let layer = format!("layer{count}");
                    text += &format!("        let {layer} = {};\n", call(op, &[]));
                    layer
                });
                format!("{layer}({})", inputs_of(node, &names).join(", "))
            }
        };
        text += &format!("        let {} = {call};\n", names[&id]);
    }
    text + &format!("        {}\n    }}\n}}\n", tuple(returned))
}

fn inputs_of(node: &Node, names: &HashMap<NodeId, String>) -> Vec<String> {
    node.inputs.iter().map(|id| names[id].clone()).collect()
}

fn call(op: &Op, inputs: &[String]) -> String {
    let mut args = inputs.to_vec();
    for (arg, value) in op.spec().args.iter().zip(op.write()) {
        match arg.default {
            Some(default) if default() == value => {}
            None if !args.iter().any(|arg| arg.contains(" = ")) => args.push(source(&value)),
            _ => args.push(format!("{} = {}", arg.name, source(&value))),
        }
    }
    format!("{}({})", op.spec().name, args.join(", "))
}

fn source(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(source).collect::<Vec<_>>().join(", ");
    match value {
        Value::Size(size) => size.source(),
        Value::Span(start, end) => format!("{}..{}", start.source(), end.source()),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
        Value::Tuple(items) => format!("({})", list(items)),
        Value::Array(items) => format!("[{}]", list(items)),
        value => value.to_string(),
    }
}

fn shape(shape: &Shape) -> String {
    let dims: Vec<_> = shape.dims().iter().map(Dim::source).collect();
    format!("[{}]", dims.join(", "))
}

fn input(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        Err(_) => format!("{name}_"),
    }
}
