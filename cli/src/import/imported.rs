//! What an import makes: a graph, and the values of its parameters.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use formwork_ir::{
    Application, Call, Domain, Fault, Graph, NodeId, Op, Operand, Sizes, Source, Symbol,
};

/// A network of another framework.
#[derive(Debug)]
pub struct Imported {
    /// Its layers; the nodes carry the names of the file as far as it has any.
    pub graph: Graph,
    /// The values of each parameter of the graph, row-major in the graph's layout. Those that the
    /// file does not hold are missing.
    pub weights: HashMap<String, Vec<f32>>,
    /// What was left out.
    pub warnings: Vec<String>,
}

/// A part of a file that cannot be imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The node or layer, as the file calls it, and what it is applied to.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn of_file(what: impl Into<String>) -> Self {
        Problem { place: String::new(), what: what.into() }
    }
}

/// The values of a parameter, where the file holds them.
pub type Values = Option<Vec<f32>>;

/// A graph that grows, with the values of its parameters.
pub struct Builder {
    pub graph: Graph,
    weights: HashMap<String, Vec<f32>>,
    /// The names that are taken, and how far each was numbered.
    names: HashMap<String, usize>,
    /// By what several layers have in common, the first of them.
    shared: HashMap<String, String>,
}

impl Builder {
    pub fn new(name: &str, domain: Domain) -> Self {
        Builder {
            graph: Graph::new(name, domain),
            weights: HashMap::new(),
            names: HashMap::new(),
            shared: HashMap::new(),
        }
    }

    /// The name, or if it is taken the first with a number that is not.
    pub fn unique(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut count = self.names.get(name).copied().unwrap_or(0);
        while self.names.contains_key(&unique) {
            count += 1;
            unique = format!("{name}_{count}");
        }
        // How far was counted, so that thousands of equal names take no time.
        self.names.insert(name.to_owned(), count);
        self.names.entry(unique.clone()).or_insert(0);
        unique
    }

    /// Applies a layer whose parameters have these values, in the order of its shape rule.
    ///
    /// Layers of the same `owner` share the parameters of the first.
    ///
    /// # Errors
    /// If it does not fit, or the values are not those that its parameters take.
    pub fn layer(
        &mut self,
        name: &str,
        op: impl Into<Op>,
        inputs: &[NodeId],
        values: Vec<Values>,
        owner: Option<&str>,
    ) -> Result<NodeId, String> {
        let name = self.unique(name);
        let weights = owner.map(|owner| {
            let first = self.shared.entry(owner.to_owned()).or_insert_with(|| name.clone());
            first.clone()
        });
        let called: Vec<_> =
            inputs.iter().map(|&id| format!("`{}`", self.graph.node(id).name)).collect();
        let called: Vec<_> = called.iter().map(String::as_str).collect();
        let op = op.into();
        let application = Application {
            name: &name,
            op,
            inputs,
            called: &called,
            asserted: None,
            weights: weights.as_deref(),
        };
        let id = self.graph.apply(application).map_err(text)?;
        let params = &self.graph.node(id).params;
        if params.len() != values.len() {
            return Err(format!("it has {} weights, expected {}", values.len(), params.len()));
        }
        for (&param, values) in params.iter().zip(values) {
            let param = self.graph.param(param);
            let Some(values) = values else { continue };
            if !param.values().is(values.len()) {
                let (has, takes) = (values.len(), param.values());
                return Err(format!("`{}` has {has} values, expected {takes}", param.name));
            }
            match self.weights.entry(param.name.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(values);
                }
                Entry::Occupied(entry) if *entry.get() == values => {}
                Entry::Occupied(entry) => {
                    let title = format!("it shares `{}`, in another layout", entry.key());
                    return Err(format!("{title}; export the model with weights of its own"));
                }
            }
        }
        Ok(id)
    }

    /// Adds a symbol of these sizes.
    pub fn declare(&mut self, symbol: Symbol, sizes: Sizes) -> Symbol {
        let mut domain = self.graph.declared().clone();
        let symbol = domain.declare(symbol, sizes);
        // Inputs come before layers: nothing is in the graph yet that depends on sizes.
        let inputs: Vec<_> = self.graph.inputs().map(|(_, node)| node.clone()).collect();
        self.graph = Graph::new(self.graph.name(), domain);
        for node in inputs {
            self.graph.input(&node.name, node.shape);
        }
        symbol
    }

    /// The kinds of the parameters that a layer would have: `kernel`, `bias`.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn kinds(&self, op: &Op, inputs: &[NodeId]) -> Result<Vec<&'static str>, String> {
        let operands: Vec<_> = inputs
            .iter()
            .map(|&id| self.graph.node(id))
            .map(|node| Operand { name: &node.name, shape: &node.shape })
            .collect();
        let (least, most) = op.spec().inputs.range();
        if !(least..=most).contains(&inputs.len()) {
            let (layer, n) = (op.spec().name, inputs.len());
            return Err(format!("`{layer}` takes {least} to {most} tensors, not {n}"));
        }
        let call = Call::new(op.spec().name, &operands, self.graph.domain());
        let inferred = op.infer(&call).map_err(text)?;
        Ok(inferred.params.iter().map(|param| param.kind).collect())
    }

    /// The whole, which returns the values of `outputs`; what they do not need is left out.
    ///
    /// # Errors
    /// If nothing needs an input.
    pub fn finish(
        self,
        outputs: &[NodeId],
        warnings: Vec<String>,
    ) -> Result<Imported, Vec<Problem>> {
        let Builder { graph: all, weights, .. } = self;
        let mut needed: HashSet<_> = outputs.iter().copied().collect();
        for (id, node) in all.nodes().collect::<Vec<_>>().into_iter().rev() {
            if needed.contains(&id) {
                needed.extend(&node.inputs);
            }
        }
        let of_file = |what: String| vec![Problem::of_file(what)];
        let mut graph = Graph::new(all.name(), all.declared().clone());
        let mut kept = HashMap::new();
        for (id, node) in all.nodes() {
            let copy = match &node.source {
                Source::Input if !needed.contains(&id) => {
                    return Err(of_file(format!("nothing needs input `{}`", node.name)));
                }
                Source::Layer(op) if needed.contains(&id) => {
                    let inputs: Vec<_> = node.inputs.iter().map(|input| kept[input]).collect();
                    let called = vec!["a tensor"; inputs.len()];
                    let copy = graph.apply(Application {
                        name: &node.name,
                        op: op.clone(),
                        inputs: &inputs,
                        called: &called,
                        asserted: None,
                        weights: node.weights.as_deref(),
                    });
                    copy.map_err(|fault| of_file(text(fault)))?
                }
                Source::Input => graph.input(&node.name, node.shape.clone()),
                _ => continue,
            };
            kept.insert(id, copy);
        }
        let outputs: Vec<_> = outputs.iter().map(|output| kept[output]).collect();
        graph.set_outputs(&outputs);
        Ok(Imported { graph, weights, warnings })
    }
}

/// A fault of a shape rule in a line.
pub fn text(fault: Fault) -> String {
    match fault.help {
        Some(help) => format!("{}; {help}", fault.title),
        None => fault.title,
    }
}
