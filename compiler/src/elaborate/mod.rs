//! Syntax to graphs: blocks are inlined, loops run, every layer's shape is inferred.
//!
//! A wrong expression is reported once and evaluates to [`Value::Unknown`], which raises nothing
//! further; so all errors of a model are found in one run, none caused by another.

mod args;
mod block;
mod call;
mod clauses;
mod contract;
mod env;
mod expr;
mod method;
mod names;
mod operator;
mod range;
mod reusable;
mod shape;
mod stmt;
mod symbols;
mod trace;
mod value;

use std::collections::{HashMap, HashSet};

use formwork_ir as ir;
use proc_macro2::{Ident, Span};
use quote::format_ident;

use crate::ast::{self, Id};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{Header, Port};
use crate::lint::Lint;
use crate::model::{Model, Outer, Site, Submodel};
use env::Env;
use names::Names;
use value::Value;

/// Elaborates one model. The model is only to be used if nothing was reported; its header always.
pub fn elaborate(
    file: &ast::File,
    source: &ast::Model,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Model, Header) {
    let mut elaborator = Elaborator::new(file, source);
    let header = elaborator.model(source, true);
    let bounded = source.clauses.iter().any(|c| !matches!(c.rule, ast::Rule::Equal(_)));
    let sound = elaborator.diagnostics.is_empty();
    // Without the sizes that are declared, all that the layers take come to light.
    // What another model takes is not known here.
    let whole = elaborator.submodels.is_empty();
    let free = (bounded && sound && whole).then(|| {
        let mut free = Elaborator::new(file, source);
        free.model(source, false);
        free.diagnostics.is_empty().then(|| free.contract())
    });
    let free = free.flatten();
    if elaborator.mismatch.is_some() {
        let contract = free.unwrap_or_else(|| elaborator.contract());
        elaborator.report_mismatch(&contract);
    } else if let Some(free) = free {
        let widest = contract::widest(&elaborator.graph, &free);
        elaborator.graph.set_widest(widest);
    }
    diagnostics.append(&mut elaborator.diagnostics);
    let Header { attrs, vis, ident, .. } = &header;
    let (attrs, vis, ident) = (attrs.clone(), vis.clone(), ident.clone());
    let Elaborator { graph, sites, submodels, outers, equal, .. } = elaborator;
    let generics = header.generics.clone();
    let (twins, tracked) = (Vec::new(), None);
    let model = Model {
        attrs,
        vis,
        ident,
        twins,
        generics,
        submodels,
        outers,
        equal,
        graph,
        sites,
        tracked,
    };
    (model, header)
}

struct Elaborator<'a> {
    blocks: HashMap<String, &'a ast::Block>,
    graph: ir::Graph,
    /// The other models that are applied.
    submodels: Vec<Submodel>,
    /// The constants of the user's crate that sizes are made of.
    outers: Vec<Outer>,
    /// The symbols that a `where` says equal something, and what.
    equal: Vec<(Ident, Option<ir::Dim>)>,
    /// Whether the shapes of all inputs could be read.
    inputs_known: bool,
    /// The call that makes the value of the present `let`, and the shape it is said to have.
    expected: Option<(Id, ir::Shape)>,
    /// What is suspect here, and meant.
    allowed: Vec<Lint>,
    /// How many of the graph's mismatches were noticed, and the first.
    mismatched: usize,
    mismatch: Option<Diagnostic>,
    /// Where each node of the graph comes from.
    sites: Vec<Site>,
    env: Env,
    names: Names,
    /// The blocks being called, outermost first, each as a note says it.
    calls: Vec<String>,
    /// Expressions evaluated so far.
    steps: usize,
    /// Places that were reported: a loop or a second call does not report them again.
    reported: HashSet<(Id, Code)>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Elaborator<'a> {
    /// More expressions than any network needs.
    const MOST_STEPS: usize = 1_000_000;
    /// Blocks call blocks no deeper than this.
    const MOST_CALLS: usize = 32;

    /// A message names the innermost calls of blocks, no more than this.
    const NOTED_CALLS: usize = 3;

    fn new(file: &'a ast::File, source: &ast::Model) -> Self {
        let blocks = file.blocks.iter().map(|block| (block.ident.to_string(), block));
        Elaborator {
            blocks: blocks.collect(),
            graph: ir::Graph::new(&source.ident.to_string(), ir::Domain::default()),
            submodels: Vec::new(),
            outers: Vec::new(),
            equal: Vec::new(),
            inputs_known: true,
            expected: None,
            allowed: Vec::new(),
            mismatched: 0,
            mismatch: None,
            sites: Vec::new(),
            env: Env::default(),
            names: Names::default(),
            calls: Vec::new(),
            steps: 0,
            reported: HashSet::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Elaborates a model, at the sizes that its `where` allows, or at all.
    fn model(&mut self, source: &'a ast::Model, bounded: bool) -> Header {
        self.declare_symbols(source, bounded);
        let inputs: Vec<_> = source.inputs.iter().map(|input| self.input(input)).collect();
        self.inputs_known = inputs.iter().all(|port| port.shape.is_some());
        self.check_symbols(source);
        let value = self.body(&source.body);
        let outputs: Vec<_> = source.outputs.iter().map(|shape| self.declared(shape)).collect();
        let outputs = if outputs.is_empty() {
            self.shapes(&value)
        } else {
            self.output(source, value, &outputs);
            outputs.into_iter().collect()
        };
        let (attrs, vis, ident) = (source.attrs.clone(), source.vis.clone(), source.ident.clone());
        let generic = |symbol: &ast::Symbol| match symbol.kind {
            ast::SymbolKind::Runtime => None,
            ast::SymbolKind::Generic(default) => Some((symbol.ident.clone(), default)),
        };
        let generics = source.symbols.iter().filter_map(generic).collect();
        let outers = self.outers.clone();
        let twins = source.twins.iter().map(|twin| (twin.kind, twin.ident.clone())).collect();
        Header { attrs, vis, ident, twins, generics, outers, inputs, outputs }
    }

    /// The shapes of the tensors that a value is made of.
    fn shapes(&self, value: &Value) -> Option<Vec<ir::Shape>> {
        match value {
            Value::Tensor(node) => Some(vec![self.graph.node(*node).shape.clone()]),
            Value::Tuple(values) => {
                let shapes: Option<Vec<_>> = values.iter().map(|v| self.shapes(v)).collect();
                shapes.map(|shapes| shapes.concat())
            }
            _ => None,
        }
    }

    /// Checks what the body returns.
    fn output(&mut self, source: &ast::Model, value: Value, outputs: &[Option<ir::Shape>]) {
        let place = last_step(&source.body);
        let Some(nodes) = self.returned(source, value, place) else {
            return;
        };
        let name = &source.ident;
        if nodes.len() != outputs.len() {
            let (declared, found) = (tensors(outputs.len()), tensors(nodes.len()));
            let title = format!("`{name}` is declared to return {declared} but returns {found}");
            self.diagnostics.push(at(Code::Output, place, title));
            return;
        }
        for (declared, &node) in outputs.iter().zip(&nodes) {
            let Some(declared) = declared else { continue };
            let found = &self.graph.node(node).shape;
            let title = format!("`{name}` is declared to return {declared} but returns {found}");
            if let Err(fault) = self.require_shape(declared, node, title, place) {
                let diagnostic = at(Code::Output, place, fault.title).notes(self.trace(node));
                self.diagnostics.push(diagnostic);
            }
        }
        self.graph.set_outputs(&nodes);
    }

    fn input(&mut self, input: &'a ast::Input) -> Port {
        let ident = input.name.ident.clone();
        let name = input.name.ident.to_string();
        let shape = self.input_shape(&input.shape);
        let scheme = input.range.as_ref().map(|said| range::scheme(&ident, said, shape.as_ref()));
        let ranged = scheme.is_some();
        let scheme = scheme.and_then(|scheme| match scheme {
            Ok(scheme) => Some(scheme),
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        });
        if !self.names.reserve(&name) {
            let title = format!("input `{name}` is declared twice");
            let span = input.name.ident.span();
            self.diagnostics.push(Diagnostic::new(Code::Duplicate, span, title));
            return Port { name: format_ident!("_{ident}"), shape, ranged, scheme };
        }
        let value = match &shape {
            Some(shape) => {
                for dim in shape.dims() {
                    self.graph.assume(&ir::Condition::at_least(dim, &ir::Dim::Known(1)));
                }
                let node = self.graph.pixels(&name, shape.clone(), scheme);
                self.sites.push(Site {
                    id: 0,
                    call: ident.span(),
                    binding: Some(ident.clone()),
                    allowed: Vec::new(),
                });
                Value::Tensor(node)
            }
            None => Value::Unknown,
        };
        self.env.bind(&input.name, value);
        Port { name: ident, shape, ranged, scheme }
    }

    /// The node made last.
    fn last_node(&self) -> Option<ir::NodeId> {
        self.graph.nodes().last().map(|(id, _)| id)
    }

    /// The nodes that a model's body returns.
    fn returned(
        &mut self,
        source: &ast::Model,
        value: Value,
        place: ast::Place,
    ) -> Option<Vec<ir::NodeId>> {
        let values = match value {
            Value::Tuple(values) => values,
            value => vec![value],
        };
        let mut nodes = Vec::new();
        for value in values {
            match value {
                Value::Tensor(node) => nodes.push(node),
                Value::Unknown => return None,
                Value::Unit => {
                    let title = format!("`{}` returns nothing", source.ident);
                    let help = "end the body with the output, without a `;`";
                    self.diagnostics.push(at(Code::Output, place, title).help(help));
                    return None;
                }
                other => {
                    let title =
                        format!("`{}` returns {}, not a tensor", source.ident, other.kind());
                    let mut diagnostic = at(Code::Output, place, title);
                    if matches!(other, Value::Layer(_)) {
                        diagnostic = diagnostic.help("apply it: `x.layer(…)`");
                    }
                    self.diagnostics.push(diagnostic);
                    return None;
                }
            }
        }
        Some(nodes)
    }

    /// Reports what is wrong at the place `id`, once.
    fn report(&mut self, id: Id, mut diagnostic: Diagnostic) -> Value {
        if self.reported.insert((id, diagnostic.code)) {
            diagnostic = diagnostic.notes(self.calls.iter().rev().take(Self::NOTED_CALLS).cloned());
            self.diagnostics.push(diagnostic);
        }
        Value::Unknown
    }
}

/// A diagnostic at a place.
fn at(code: Code, place: ast::Place, title: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, place.0, title).to(place.1)
}

fn tensors(n: usize) -> String {
    match n {
        1 => "one tensor".to_owned(),
        n => format!("{n} tensors"),
    }
}

/// Where a body's value is made: the last call of a chain.
fn last_step(body: &ast::Body) -> ast::Place {
    let Some(value) = &body.value else {
        let close: Span = body.span.1;
        return (close, close);
    };
    match &value.kind {
        ast::ExprKind::Chain(_, methods) => match methods.last() {
            Some(last) => (last.name.span(), last.end),
            None => value.span,
        },
        _ => value.span,
    }
}
