//! The expansion: a checked [`Model`] as Rust.
//!
//! The `struct` stands by itself; everything else stands in a `const _` block that imports the
//! runtime's names and knows the model only as `__Model`, so no name of the user's can collide
//! with one of ours. See the golden files in `compiler/tests/expansions` for what it looks like.

mod assertions;
mod body;
mod entry;
mod facts;
mod heads;
mod item;
mod layer;
mod methods;
mod names;
mod pictures;
mod root;
mod stub;
mod twin;
mod types;

pub use root::Root;
pub use stub::{Header, Port, stub};

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use formwork_ir::{ParamId, Source};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Attribute;

use crate::model::{Model, Outer};
use body::Body;
use facts::Facts;
use item::Item;
use methods::{Input, Methods};
use types::Types;

/// Writes the expansion of a model, which finds the runtime at `root`.
///
/// The same model makes the same tokens, byte for byte.
pub fn emit(root: &Root, model: &Model) -> TokenStream {
    let Model { attrs, vis, ident, twins, graph, generics, submodels, outers, .. } = model;
    let types = Types::new(graph.inputs().map(|(_, node)| &node.shape), generics, outers);
    let types = &types;
    let fields = names::fields(graph);
    let models = names::models(submodels, &fields);
    let body = body::body(model, types, &fields, &models);
    let item = Item {
        attrs,
        vis,
        ident,
        types,
        outers,
        submodels: submodels.iter().map(|model| (models[&model.name].clone(), model)).collect(),
        fields: graph.params().map(|(id, param)| (&fields[&id], param)).collect(),
    };
    let (context, inputs) = (&body.context, &body.inputs);
    let updates = updates(model, &fields, &models, &body);
    let checks = assertions::generics(model, types);
    let methods = Methods {
        vis,
        types,
        ident,
        checked: checks.is_some(),
        inputs: inputs
            .iter()
            .zip(graph.inputs())
            .map(|(name, (_, node))| Input { name, shape: &node.shape, scheme: node.scheme })
            .collect(),
        outputs: graph.outputs().iter().map(|&id| &graph.node(id).shape).collect(),
        try_forward: quote! {
            D::infer(self, &self.plans, (#(#inputs,)*), |(#(#inputs,)*)| {
                self.__forward(&mut Context::inference(), #(#inputs),*)
            })
        },
        try_forward_mut: train(&updates, &body),
    };
    let facts = Facts::of(model, types);
    let network = methods.network(context, &body.lines);
    let (declared, given) = (types.declared(), types.given());
    let checks = checks.map(|checks| {
        quote! {
            impl<#declared D: Storage<E>, E: Dtype> __Model<#given D, E> {
                const __CHECKED: () = #checks;
            }
        }
    });
    let constants = assertions::constants(model, types);
    let part = methods.part(context, &updates);
    let parts = [
        part,
        methods.inherent(),
        network,
        facts.emit(vis, types),
        methods.modules(),
        pictures::methods(vis, types, &methods.inputs, &pictures::sides(model, types)),
        heads::answers(model, types),
        item.collect(),
        checks.unwrap_or_default(),
        constants,
    ];
    let declaration = item.declare(root);
    let place = Place { attrs, ident, types, outers, twin: None };
    let implementations = isolate(root, place, &parts);
    let twins = twins.iter().map(|twin| {
        let method = twin::method(model, twin, types, &fields);
        let place = Place { attrs, ident, types, outers: &[], twin: Some(&twin.model.ident) };
        let (own, method) = (emit(root, &twin.model), isolate(root, place, &[method]));
        quote!(#own #method)
    });
    let watch = model.tracked.as_deref().map(watch);
    quote!(#declaration #implementations #(#twins)* #watch)
}

/// Has rustc read the model anew when a file changes.
fn watch(file: &str) -> TokenStream {
    let path = match Path::new(file).is_absolute() {
        true => quote!(#file),
        false => quote!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #file)),
    };
    quote! {
        const _: &[u8] = ::core::include_bytes!(#path);
    }
}

/// Statements that move the running statistics, in the order in which their layers ran.
fn updates(
    model: &Model,
    fields: &HashMap<ParamId, Ident>,
    models: &BTreeMap<String, Ident>,
    body: &Body,
) -> Vec<TokenStream> {
    let graph = &model.graph;
    let Body { context, reads, .. } = body;
    let mut updates = Vec::new();
    for (_, node) in graph.nodes().filter(|(id, _)| reads[id] > 0) {
        if let (Source::Model(_), Some(weights)) = (&node.source, &node.weights) {
            let field = &models[weights];
            updates.push(quote!(self.#field.update(#context)?;));
        }
        let statistics = node.params.iter().filter(|&&id| !graph.param(id).trainable);
        let fields = statistics.map(|id| &fields[id]);
        updates.extend(fields.map(|field| quote!(#context.update(&mut self.#field)?;)));
    }
    updates
}

/// The body of `try_forward_mut`.
fn train(updates: &[TokenStream], body: &Body) -> TokenStream {
    let Body { context, inputs, .. } = body;
    let run = |cx: TokenStream| {
        quote! {
            D::train(
                self,
                &self.plans,
                &mut #cx,
                (#(#inputs,)*),
                |#context, (#(#inputs,)*)| self.__forward(#context, #(#inputs),*)
            )
        }
    };
    if updates.is_empty() {
        return run(quote!(Context::training()));
    }
    let run = run(quote!(#context));
    quote! {
        let mut #context = Context::training();
        let outputs = #run?;
        self.update(&mut #context)?;
        ::core::result::Result::Ok(outputs)
    }
}

/// What implementations are for.
struct Place<'a> {
    /// Attributes of the model.
    attrs: &'a [Attribute],
    /// The model.
    ident: &'a Ident,
    /// How its symbols are written.
    types: &'a Types,
    /// The constants that the implementations are made of.
    outers: &'a [Outer],
    /// Another model that they are about.
    twin: Option<&'a Ident>,
}

/// Puts implementations where the runtime's names are in scope and the user's are not in the way.
/// What the user allows of the `struct` is allowed there too.
fn isolate(root: &Root, place: Place, parts: &[TokenStream]) -> TokenStream {
    let Place { attrs, ident, types, outers, twin } = place;
    let allowed = attrs.iter().filter(|attr| attr.path().is_ident("allow"));
    let (declared, given) = (types.declared(), types.given());
    let constants = outers.iter().map(|outer| {
        let (constant, value) = (&types.outers[&outer.name], outer.expression());
        quote!(const #constant: usize = #value;)
    });
    let twin = twin.map(|twin| quote!(type __Twin<#declared __D, __E> = #twin<#given __D, __E>;));
    quote! {
        #(#allowed)*
        const _: () = {
            type __Model<#declared __D, __E> = #ident<#given __D, __E>;
            #twin
            #(#constants)*
            {
                use #root::__private::*;
                #(#parts)*
            }
        };
    }
}
