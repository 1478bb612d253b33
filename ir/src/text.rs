//! A graph as text, one line a node, and back: what an expansion carries, snapshots show and
//! tests compare.
//!
//! ```text
//! model Digits
//! image = input() : [_, 28, 28, 1]
//! conv2d = conv2d(image; 32, (3, 3), padding = same) : [_, 28, 28, 32]
//! return conv2d
//! ```
//!
//! Arguments that have their default are left out.

use std::collections::HashMap;
use std::fmt;

use crate::{Dim, Graph, Node, NodeId, Op, Shape, Source, Value, find};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |ids: &[NodeId]| {
            let names: Vec<_> = ids.iter().map(|&id| self.node(id).name.as_str()).collect();
            names.join(", ")
        };
        writeln!(f, "model {}", self.name())?;
        for (_, Node { name, source, inputs, shape, .. }) in self.nodes() {
            match source {
                Source::Input => writeln!(f, "{name} = input() : {shape}")?,
                Source::Layer(op) => {
                    let (layer, args) = (op.spec().name, args(op));
                    writeln!(f, "{name} = {layer}({}{args}) : {shape}", names(inputs))?;
                }
            }
        }
        writeln!(f, "return {}", names(self.outputs()))
    }
}

/// The arguments of a layer that differ from their defaults, as they follow its inputs.
fn args(op: &Op) -> String {
    let mut text = String::new();
    for (arg, value) in op.spec().args.iter().zip(op.write()) {
        let separator = if text.is_empty() { "; " } else { ", " };
        match arg.default {
            None => text += &format!("{separator}{value}"),
            Some(default) if default() == value => {}
            Some(_) => text += &format!("{separator}{} = {value}", arg.name),
        }
    }
    text
}

/// A text that is not a graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Graph {
    /// Reads what [`Display`](fmt::Display) wrote. Shapes are inferred anew, and must be those
    /// that are written.
    pub fn parse(text: &str) -> Result<Graph, ParseError> {
        let wrong = |line, message: String| ParseError { line, message };
        let mut lines =
            text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
        let (i, first) = lines.next().unwrap_or((0, ""));
        let name = first
            .strip_prefix("model ")
            .ok_or_else(|| wrong(i + 1, "expected `model …`".to_owned()))?;
        let mut graph = Graph::new(name);
        let mut ids = HashMap::new();
        for (i, line) in lines {
            read_line(line, &mut graph, &mut ids).map_err(|message| wrong(i + 1, message))?;
        }
        Ok(graph)
    }
}

fn read_line(
    line: &str,
    graph: &mut Graph,
    ids: &mut HashMap<String, NodeId>,
) -> Result<(), String> {
    let lookup = |names: &str, ids: &HashMap<String, NodeId>| -> Result<Vec<NodeId>, String> {
        let names = names.split(',').map(str::trim);
        names.map(|n| ids.get(n).copied().ok_or(format!("no node `{n}`"))).collect()
    };
    if let Some(outputs) = line.strip_prefix("return ") {
        graph.set_outputs(&lookup(outputs, ids)?);
        return Ok(());
    }
    let (name, rest) = line.split_once(" = ").ok_or("expected `name = layer(…) : shape`")?;
    let (call, shape) = rest.rsplit_once(" : ").ok_or("expected ` : shape` at the end")?;
    let shape = read_shape(shape)?;
    let (layer, inside) = call.split_once('(').ok_or("expected `layer(…)`")?;
    let inside = inside.strip_suffix(')').ok_or("expected `)`")?;
    let id = if layer == "input" {
        graph.input(name, shape.clone())
    } else {
        let (inputs, args) = inside.split_once(';').unwrap_or((inside, ""));
        let inputs = lookup(inputs, ids)?;
        let spec = find(layer).ok_or_else(|| format!("no layer `{layer}`"))?;
        let op = spec.call(&Value::parse_args(args)?)?;
        let (fewest, most) = spec.inputs.range();
        if !(fewest..=most).contains(&inputs.len()) {
            return Err(format!(
                "`{layer}` takes {fewest} to {most} tensors, got {}",
                inputs.len()
            ));
        }
        let called: Vec<_> = vec!["the input"; inputs.len()];
        graph.layer(name, op, &inputs, &called).map_err(|fault| fault.title)?
    };
    if graph.node(id).shape != shape {
        return Err(format!("`{name}` is written as {shape} but is {}", graph.node(id).shape));
    }
    match ids.insert(name.to_owned(), id) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` is defined twice")),
    }
}

fn read_shape(text: &str) -> Result<Shape, String> {
    let wrong = || format!("not a shape: {text}");
    let value = Value::parse(text)?;
    let dims = value.items().ok_or_else(wrong)?.iter().enumerate().map(|item| match item {
        (0, Value::Any) => Ok(Dim::Batch),
        (_, &Value::Int(n)) if (1..=Dim::MAX as i64).contains(&n) => Ok(Dim::Known(n as usize)),
        _ => Err(wrong()),
    });
    let dims: Vec<_> = dims.collect::<Result<_, _>>()?;
    if dims.is_empty() { Err(wrong()) } else { Ok(Shape::new(dims)) }
}
