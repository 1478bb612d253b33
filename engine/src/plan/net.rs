//! A network at the sizes of its inputs: one list of layers, with those of the models in it.

use std::collections::HashMap;

use formwork_ir::{Dim, Graph, Node, NodeId, Op, Ranged, Source, Symbol};

use crate::CompileError;

/// A network with those that are parts of it.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    /// Its graph.
    pub graph: &'a Graph,
    /// The models that it applies, each with what stands before the dot in its parameters' names.
    pub parts: Vec<(&'a str, Model<'a>)>,
}

impl<'a> From<&'a Graph> for Model<'a> {
    fn from(graph: &'a Graph) -> Self {
        Model { graph, parts: Vec::new() }
    }
}

/// A tensor of a [`Net`], by its index.
pub(super) type Value = usize;

/// Layers in the order they run.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    /// The sizes of each tensor.
    pub values: Vec<Vec<usize>>,
    pub layers: Vec<Layer>,
    pub inputs: Vec<Value>,
    pub outputs: Vec<Value>,
    /// Parts that training runs again on the way back: their names.
    pub checkpoints: Vec<String>,
}

/// A layer of a [`Net`].
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub name: String,
    pub op: Op,
    pub inputs: Vec<Value>,
    pub output: Value,
    pub params: Vec<Param>,
    /// The part of the network that it belongs to, of those that training runs again.
    pub checkpoint: Option<usize>,
}

/// A parameter: its name and sizes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Param {
    pub name: String,
    pub sizes: Vec<usize>,
}

impl Net {
    /// The network for inputs of those sizes, batch first.
    pub fn new(model: &Model, inputs: &[Vec<usize>]) -> Result<Self, CompileError> {
        let mut net = Net::default();
        net.inputs = inputs.iter().map(|sizes| net.value(sizes.clone())).collect();
        net.outputs = net.add(model, &net.inputs.clone(), "", None)?;
        Ok(net)
    }

    fn value(&mut self, sizes: Vec<usize>) -> Value {
        self.values.push(sizes);
        self.values.len() - 1
    }

    /// Adds the layers of a model that reads those tensors, and is part of a checkpoint, perhaps: its
    /// outputs.
    fn add(
        &mut self,
        model: &Model,
        inputs: &[Value],
        scope: &str,
        within: Option<usize>,
    ) -> Result<Vec<Value>, CompileError> {
        let sizes: Vec<_> = inputs.iter().map(|&input| self.values[input].clone()).collect();
        let graph = &at(model.graph, &sizes)?;
        let batch = sizes.first().and_then(|sizes| sizes.first()).copied().unwrap_or(1);
        let numbers = |dims: &[Dim]| -> Vec<usize> {
            // All sizes are numbers by now but the batch.
            dims.iter().map(|dim| dim.known().unwrap_or(batch)).collect()
        };
        let mut values: HashMap<NodeId, Value> = HashMap::new();
        let mut given = inputs.iter();
        // Each application has its own.
        let first = self.checkpoints.len();
        if within.is_none() {
            let names = graph.checkpoints().iter().map(|own| format!("{scope}{own}"));
            self.checkpoints.extend(names);
        }
        for (id, node) in graph.nodes() {
            let Node { name, source, inputs, params, shape, weights, .. } = node;
            let inputs: Vec<_> = inputs.iter().map(|input| values[input]).collect();
            let own = || graph.checkpoint_of(node).map(|index| first + index);
            let checkpoint = within.or_else(own);
            let name = format!("{scope}{name}");
            let value = match source {
                Source::Input => *given.next().expect("`at` counted the inputs"),
                Source::Layer(op) => {
                    let output = self.value(numbers(shape.dims()));
                    let params = params.iter().map(|&id| graph.param(id)).map(|param| Param {
                        name: format!("{scope}{}", param.name),
                        sizes: numbers(&param.shape),
                    });
                    let (op, params) = (op.clone(), params.collect());
                    self.layers.push(Layer { name, op, inputs, output, params, checkpoint });
                    output
                }
                Source::Model(part) => {
                    let weights = weights.as_deref().unwrap_or(&node.name);
                    let known = model.parts.iter().find(|(name, _)| *name == weights);
                    let Some((_, known)) = known else {
                        let (model, part) = (graph.name().to_owned(), part.clone());
                        return Err(CompileError::Part { model, part, node: name });
                    };
                    // A model that is applied makes one tensor, as `Graph::model` says.
                    self.add(known, &inputs, &format!("{scope}{weights}."), checkpoint)?[0]
                }
            };
            values.insert(id, value);
        }
        Ok(graph.outputs().iter().map(|output| values[output]).collect())
    }

    /// Who reads a tensor: layers, by their index.
    pub fn readers(&self, value: Value) -> impl Iterator<Item = usize> {
        let reads = move |(_, layer): &(usize, &Layer)| layer.inputs.contains(&value);
        self.layers.iter().enumerate().filter(reads).map(|(index, _)| index)
    }
}

/// The graph with numbers for its symbols, as the inputs' sizes say; only the batch has none.
fn at(graph: &Graph, inputs: &[Vec<usize>]) -> Result<Graph, CompileError> {
    let expected: Vec<_> = graph.inputs().map(|(_, node)| &node.shape).collect();
    let wrong = || CompileError::Inputs {
        model: graph.name().to_owned(),
        expected: show(&expected),
        found: show(inputs.iter().map(|sizes| format!("{sizes:?}"))),
    };
    let ranks = expected.iter().map(|shape| shape.rank());
    if !ranks.eq(inputs.iter().map(Vec::len)) || inputs.iter().flatten().any(|n| *n == 0) {
        return Err(wrong());
    }
    let pairs = || expected.iter().zip(inputs).flat_map(|(s, sizes)| s.dims().iter().zip(sizes));
    let mut numbers: HashMap<Symbol, usize> = HashMap::new();
    for (dim, &n) in pairs() {
        if let Some(symbol) = dim.symbol()
            && *numbers.entry(symbol).or_insert(n) != n
        {
            return Err(wrong());
        }
    }
    // What is declared of sizes is not asked again of numbers.
    for Ranged { symbol, sizes } in graph.declared().symbols() {
        if let Some((_, &n)) = numbers.iter().find(|(own, _)| *own == symbol)
            && !sizes.has(n as u64)
        {
            let message = format!("`{}` must be {sizes}", symbol.name());
            let at = show(inputs.iter().map(|sizes| format!("{sizes:?}")));
            return Err(CompileError::Sizes { model: graph.name().to_owned(), at, message });
        }
    }
    // The text has a place for numbers; it is read by the shape rules, which check them.
    let named: Vec<_> = numbers.iter().filter(|(symbol, _)| !symbol.is_batch()).collect();
    let named: Vec<_> = named.iter().map(|(symbol, n)| (symbol.name(), **n)).collect();
    let bound = Graph::parse_at(&graph.to_string(), &named).map_err(|error| {
        let at = show(inputs.iter().map(|sizes| format!("{sizes:?}")));
        CompileError::Sizes { model: graph.name().to_owned(), at, message: error.message }
    })?;
    let size = |symbol: &Symbol| numbers.get(symbol).map_or(0, |n| *n as i64);
    if pairs().any(|(dim, n)| dim.eval(&size) != Some(*n as i64)) {
        return Err(wrong());
    }
    Ok(bound)
}

fn show(shapes: impl IntoIterator<Item = impl ToString>) -> String {
    let shapes: Vec<_> = shapes.into_iter().map(|shape| shape.to_string()).collect();
    shapes.join(" and ")
}
