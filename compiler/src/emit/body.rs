//! The network as a function: one typed line a layer.

use std::collections::{BTreeMap, HashMap};

use formwork_ir::{Graph, Node, NodeId, ParamId, Source};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use super::entry::entry;
use super::layer;
use super::names::Locals;
use super::types::{Types, one_or_tuple};
use crate::model::{Model, Site};

/// The function's statements and what its signature needs to know of them.
pub(super) struct Body {
    /// Variable of the context.
    pub context: Ident,
    /// Variables of the inputs.
    pub inputs: Vec<Ident>,
    /// How often each node is read on the way to the outputs.
    pub reads: HashMap<NodeId, usize>,
    /// The statements, and the returned expression.
    pub lines: TokenStream,
}

/// Writes the function. Nodes that no output needs are left out.
///
/// A value that is read several times goes on with an empty tape, except the last time, when its
/// tape moves along: gradients find each other by the tensor's id, and every tape ends in an
/// output. The tapes of several outputs are joined in the first.
pub(super) fn body(
    model: &Model,
    types: &Types,
    fields: &HashMap<ParamId, Ident>,
    models: &BTreeMap<String, Ident>,
) -> Body {
    let graph = &model.graph;
    let mut writer = Writer { graph, locals: Locals::new(&model.sites), left: reads(graph) };
    let reads = writer.left.clone();
    let context = writer.locals.spare("cx");
    let mut inputs = Vec::new();
    let mut unread = TokenStream::new();
    for ((id, node), site) in graph.nodes().zip(&model.sites) {
        if node.source == Source::Input {
            let ident = writer.define(id, node, site);
            if reads[&id] == 0 {
                unread.extend(quote!(let _ = #ident;));
            }
            inputs.push(ident);
        }
    }
    let (checks, sizes) = entry(model, types, &inputs, &context, &mut writer.locals);
    let ranged = inputs.iter().zip(graph.inputs()).filter(|(_, (_, node))| node.scheme.is_some());
    let mut lines: TokenStream =
        ranged.map(|(input, _)| quote!(let #input = #input.into_tensor();)).collect();
    lines.extend(checks);
    lines.extend(unread);
    if !fields.is_empty() {
        lines.extend(quote!(#context.freeze(&self.frozen);));
    }
    for ((id, node), site) in graph.nodes().zip(&model.sites) {
        if node.source == Source::Input || reads[&id] == 0 {
            continue;
        }
        let name = &node.name;
        let operands: Vec<_> = node.inputs.iter().map(|&input| writer.read(input)).collect();
        let ty = types.tensor(&node.shape);
        let call = match (&node.source, &node.weights) {
            (Source::Layer(op), _) => {
                let layer = layer::expression(op, site.call, &|name| types.name(name, &sizes));
                let params = node.params.iter().map(|param| &fields[param]);
                let owner = node.weights.as_ref().filter(|owner| *owner != name);
                let owner = owner.map(|owner| quote!(with_params_of(#owner).));
                quote!(#owner apply(#name, #layer, (#(#operands,)*), (#(&self.#params,)*)))
            }
            (_, weights) => {
                let field = weights.as_ref().and_then(|weights| models.get(weights));
                let (declared, inputs) = (types.asserted(&node.shape), one_or_tuple(&operands));
                let call = quote!(submodel::<#declared, _, _, _, _>(#name, &self.#field, #inputs));
                // What rustc finds wrong with it is wrong there.
                located(call, site.call)
            }
        };
        let ident = writer.define(id, node, site);
        lines.extend(quote!(let #ident: #ty = #context.#call?;));
        if node.asserted {
            let expected = node.shape.dims().iter().map(|dim| match dim.symbol() {
                Some(symbol) if symbol.is_batch() => quote!(::core::option::Option::None),
                _ => {
                    let size = types.number(dim, &sizes);
                    quote!(::core::option::Option::Some(#size))
                }
            });
            lines.extend(quote!(asserted(#name, &#ident, &[#(#expected),*])?;));
        }
    }
    lines.extend(writer.outputs());
    Body { context, inputs, reads, lines }
}

/// The same tokens, which rustc shows at another place.
fn located(tokens: TokenStream, place: Span) -> TokenStream {
    let locate = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            let inner = located(group.stream(), place);
            tree = Group::new(group.delimiter(), inner).into();
        }
        tree.set_span(tree.span().located_at(place));
        tree
    };
    tokens.into_iter().map(locate).collect()
}

/// How often each node is read on the way to the outputs.
fn reads(graph: &Graph) -> HashMap<NodeId, usize> {
    let mut reads: HashMap<_, _> = graph.nodes().map(|(id, _)| (id, 0)).collect();
    for id in graph.outputs() {
        *reads.entry(*id).or_default() += 1;
    }
    let nodes: Vec<_> = graph.nodes().collect();
    for (id, node) in nodes.into_iter().rev() {
        if reads[&id] > 0 {
            for input in &node.inputs {
                *reads.entry(*input).or_default() += 1;
            }
        }
    }
    reads
}

struct Writer<'a> {
    graph: &'a Graph,
    locals: Locals,
    /// How often each node is still to be read.
    left: HashMap<NodeId, usize>,
}

impl Writer<'_> {
    fn define(&mut self, id: NodeId, node: &Node, site: &Site) -> Ident {
        self.locals.define(id, site, &node.name, |id| self.left[&id] > 0)
    }

    /// The next reading of a value.
    fn read(&mut self, id: NodeId) -> TokenStream {
        let ident = self.locals.get(id);
        let left = self.left.entry(id).or_default();
        *left -= 1;
        if *left == 0 { quote!(#ident) } else { quote!(WithEmptyTape::with_empty_tape(&#ident)) }
    }

    fn outputs(&mut self) -> TokenStream {
        let reads: Vec<_> = self.graph.outputs().iter().map(|&id| self.read(id)).collect();
        let outputs = one_or_tuple(&reads);
        let outputs = if reads.len() > 1 { quote!(join(#outputs)) } else { outputs };
        quote!(::core::result::Result::Ok(#outputs))
    }
}
