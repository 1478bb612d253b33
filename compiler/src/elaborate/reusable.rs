//! Layers and models with one set of weights, however often they are applied.

use std::rc::Rc;

use formwork_ir::NodeId;
use proc_macro2::Ident;
use quote::ToTokens;

use super::call::{CallSite, Given, Named};
use super::value::{Applies, Reusable, Value};
use super::{Elaborator, at};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Submodel;

impl<'a> Elaborator<'a> {
    /// A layer that is not applied: `let head = conv2d(8, 3);`.
    pub(super) fn reusable(&mut self, name: Option<String>, applies: Applies) -> Value {
        let name = match (name, &applies) {
            (Some(name), _) => name,
            (None, Applies::Layer(op)) => self.names.layer(op.spec().name),
            (None, Applies::Model(i)) => self.submodels[*i].name.clone(),
        };
        Value::Layer(Rc::new(Reusable { name, applies }))
    }

    /// Applies a layer that a `let` holds: `head(x)`, `x.head()`.
    pub(super) fn apply_again(
        &mut self,
        site: &CallSite,
        name: &Ident,
        layer: &Reusable,
        given: Vec<Given<'a>>,
    ) -> Value {
        let Some((nodes, called)) = self.tensors(&format!("`{name}`"), site, given) else {
            return Value::Unknown;
        };
        match &layer.applies {
            Applies::Model(i) => self.add_model(site, *i, &nodes),
            Applies::Layer(op) => {
                let [node] = nodes.as_slice() else {
                    let title = format!("`{name}` is applied to one tensor, got {}", nodes.len());
                    return self.report(site.id, Diagnostic::new(Code::Argument, site.name, title));
                };
                let name = Some(self.names.layer(&name.to_string()));
                let named = Named { name, weights: Some(&layer.name) };
                self.add_layer(site, op.clone(), &[*node], &called, named, &|_| None)
            }
        }
    }

    /// `x.apply::<Backbone>()`, or `apply::<Backbone>()`, which is applied later.
    pub(super) fn apply_model(
        &mut self,
        site: &CallSite,
        path: &syn::Path,
        given: Vec<Given<'a>>,
    ) -> Value {
        let empty = given.is_empty();
        let Some((nodes, _)) = self.tensors("a model", site, given) else {
            return Value::Unknown;
        };
        let (name, path) = (self.names.layer(&model_name(path)), path.clone());
        self.submodels.push(Submodel { name, path });
        let submodel = self.submodels.len() - 1;
        match empty {
            true => self.reusable(None, Applies::Model(submodel)),
            false => self.add_model(site, submodel, &nodes),
        }
    }

    fn add_model(&mut self, site: &CallSite, submodel: usize, nodes: &[NodeId]) -> Value {
        let Submodel { name: weights, path } = self.submodels[submodel].clone();
        let Some(shape) = self.asserted(site) else {
            let written = written(&path);
            let title = format!("the shape that `{written}` makes is not known here");
            let help = format!(
                "say it, and rustc checks it: `let features: [_, …] = x.apply::<{written}>();`"
            );
            let diagnostic = Diagnostic::new(Code::Declared, site.name, title).to(site.end);
            return self.report(site.id, diagnostic.help(help));
        };
        let applied = self.graph.nodes().any(|(_, node)| node.weights.as_ref() == Some(&weights));
        let name = match applied {
            true => self.names.layer(weights.rsplit('.').next().unwrap_or(&weights)),
            false => weights.clone(),
        };
        let node = self.graph.model(&name, &written(&path), nodes, shape, &weights);
        self.add_site(site);
        Value::Tensor(node)
    }

    /// The tensors among the arguments, which must be all; each with what a message calls it.
    fn tensors(
        &mut self,
        what: &str,
        site: &CallSite,
        given: Vec<Given<'a>>,
    ) -> Option<(Vec<NodeId>, Vec<String>)> {
        let (mut nodes, mut called) = (Vec::new(), Vec::new());
        for Given { name, value, place, from, .. } in given {
            match value {
                Value::Tensor(node) if name.is_none() => {
                    nodes.push(node);
                    called.push(self.called(node, from));
                }
                Value::Unknown => return None,
                other => {
                    let title = format!("{what} is applied to tensors alone, got {}", other.kind());
                    self.report(site.id, at(Code::Argument, place, title));
                    return None;
                }
            }
        }
        Some((nodes, called))
    }
}

fn written(path: &syn::Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// The last word of a model's path, as a layer is named.
fn model_name(path: &syn::Path) -> String {
    let last = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let mut name = String::new();
    for (i, c) in last.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}
