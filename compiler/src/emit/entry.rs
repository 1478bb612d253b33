//! What a model checks of its inputs' sizes before it runs.

use std::collections::{HashMap, HashSet};

use formwork_ir::{Checked, Dim, Graph, Kind, Shape, Sizes, Source, Symbol};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::names::Locals;
use super::types::Types;
use crate::model::Model;

/// The statements at the entry, and the variables that hold the sizes of the runtime symbols.
pub(super) fn entry(
    model: &Model,
    types: &Types,
    inputs: &[Ident],
    context: &Ident,
    locals: &mut Locals,
) -> (TokenStream, HashMap<String, Ident>) {
    let graph = &model.graph;
    let (contract, besides) = graph.domain().contract();
    let shapes: Vec<_> = inputs.iter().zip(graph.inputs().map(|(_, node)| &node.shape)).collect();
    let read = read(graph, &shapes);
    let entry = locals.spare("entry");
    let (mut lines, mut variables) = (TokenStream::new(), HashMap::new());
    for (symbol, _) in &types.runtime {
        let found = places(&shapes, |dim| dim.symbol().as_ref() == Some(symbol));
        let sizes = contract.iter().find(|ranged| ranged.symbol == *symbol).map(|r| &r.sizes);
        let sizes = sizes.filter(|sizes| **sizes != Sizes::ALL);
        let name = symbol.name();
        if found.len() == 1 && sizes.is_none() && !read.contains(name) {
            continue;
        }
        let what = found.iter().map(|place| &place.what);
        let values = found.iter().map(|place| &place.value);
        let sizes = self::sizes(sizes.unwrap_or(&Sizes::ALL));
        let call = quote!(#entry.size(#name, &[#((#what, #values)),*], &#sizes)?);
        lines.extend(match read.contains(name) {
            true => {
                let variable = locals.spare(if symbol.is_batch() { "batch" } else { name });
                variables.insert(name.to_owned(), variable.clone());
                quote!(let #variable = #call;)
            }
            false => quote!(#call;),
        });
    }
    for place in places(&shapes, is_derived) {
        let (what, value, text) = (&place.what, &place.value, place.dim.to_string());
        let expected = types.number(place.dim, &variables);
        lines.extend(quote!(#entry.equal(#what, #value, #expected, #text)?;));
    }
    let name = |symbol: &Symbol| types.name(symbol.name(), &variables);
    let runtime = |symbols: &[Symbol]| symbols.iter().any(|s| s.kind() == Kind::Runtime);
    for condition in besides.iter().filter(|condition| runtime(&condition.symbols())) {
        let (holds, text) = (rust(&condition.rust(&name)), format!("it needs {condition}"));
        lines.extend(quote!(#entry.holds(#holds, #text)?;));
    }
    let training: Vec<_> = graph
        .training()
        .iter()
        .map(|Checked { node, condition, fault }| {
            let holds = rust(&condition.rust(&name));
            let text = fault.title.split_once("` ").map_or(&*fault.title, |(_, text)| text);
            let help = fault.help.as_deref().unwrap_or_default();
            let text = format!("{text}; {help}");
            quote!(#entry.layer(#node, #holds, #text)?;)
        })
        .collect();
    if !training.is_empty() {
        lines.extend(quote!(if #context.is_training() { #(#training)* }));
    }
    if lines.is_empty() {
        return (lines, variables);
    }
    let name = graph.name();
    (quote!(let #entry = Entry(#name); #lines), variables)
}

/// The symbols whose numbers the expansion reads.
fn read(graph: &Graph, shapes: &[(&Ident, &Shape)]) -> HashSet<String> {
    let (_, besides) = graph.domain().contract();
    let mut symbols: Vec<Symbol> = besides.iter().flat_map(|c| c.symbols()).collect();
    symbols.extend(graph.training().iter().flat_map(|checked| checked.condition.symbols()));
    let derived = shapes.iter().flat_map(|(_, shape)| shape.dims()).filter(|dim| is_derived(dim));
    symbols.extend(derived.flat_map(Dim::symbols));
    for (_, node) in graph.nodes() {
        if let Source::Layer(op) = &node.source {
            symbols.extend(op.write().iter().flat_map(formwork_ir::Value::symbols));
        }
        if node.asserted {
            let sizes = node.shape.dims().iter().flat_map(Dim::symbols);
            symbols.extend(sizes.filter(|symbol| !symbol.is_batch()));
        }
    }
    let runtime = symbols.into_iter().filter(|symbol| symbol.kind() == Kind::Runtime);
    runtime.map(|symbol| symbol.name().to_owned()).collect()
}

fn is_derived(dim: &Dim) -> bool {
    dim.symbol().is_none() && dim.symbols().iter().any(|symbol| symbol.kind() == Kind::Runtime)
}

/// A dimension of an input.
struct Place<'a> {
    dim: &'a Dim,
    /// `` the height of `image` ``
    what: String,
    /// Its size.
    value: TokenStream,
}

fn places<'a>(shapes: &[(&Ident, &'a Shape)], wanted: impl Fn(&Dim) -> bool) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for (input, shape) in shapes {
        for (axis, dim) in shape.dims().iter().enumerate().filter(|(_, dim)| wanted(dim)) {
            let what = format!("the {} of `{input}`", shape.axis_name(axis));
            let axis = Literal::usize_unsuffixed(axis);
            places.push(Place { dim, what, value: quote!(#input.shape().#axis.size()) });
        }
    }
    places
}

/// A set of sizes as a constant.
pub(super) fn sizes(sizes: &Sizes) -> TokenStream {
    if *sizes == Sizes::ALL {
        return quote!(Sizes::ALL);
    }
    let number = |n: &u64| Literal::u64_unsuffixed(*n);
    let ((modulus, remainders), (from, to)) = (sizes.classes(), sizes.range());
    let (modulus, from) = (number(&modulus), number(&from));
    let (remainders, except) =
        (remainders.iter().map(number), sizes.exceptions().iter().map(number));
    let to = match to.as_ref().map(number) {
        Some(to) => quote!(::core::option::Option::Some(#to)),
        None => quote!(::core::option::Option::None),
    };
    quote!(Sizes::new(#modulus, &[#(#remainders),*], #from, #to, &[#(#except),*]))
}

/// A condition or a size that was printed as Rust.
pub(super) fn rust(code: &str) -> TokenStream {
    code.parse().expect("conditions are printed as Rust")
}
