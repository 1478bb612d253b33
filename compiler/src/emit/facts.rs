//! What is known of a model before it is built, as constants of `Model<Cpu>` alone, so that
//! `Model::PARAMS` needs no annotation.

use std::collections::HashMap;

use formwork_ir::Kind;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Visibility;

use super::item::with_device;
use super::names::snake;
use super::types::Types;
use crate::model::Model;

/// The figures of a model, as expressions.
pub(super) struct Facts {
    params: TokenStream,
    trainable: TokenStream,
    /// With the runtime sizes that it takes; that of other models is not known.
    macs: Option<(Vec<Ident>, TokenStream)>,
    /// The graph's text.
    graph: String,
    /// The models in it, each with its name there.
    parts: Vec<(String, TokenStream)>,
}

impl Facts {
    pub(super) fn of(model: &Model, types: &Types) -> Self {
        let Model { graph, submodels, .. } = model;
        let none = HashMap::new();
        let macs = graph.macs();
        let late = macs.symbols().into_iter().any(|symbol| symbol.kind() == Kind::Runtime);
        let sizes = sizes(types);
        let macs = match macs.known() {
            Some(n) => Literal::usize_unsuffixed(n).into_token_stream(),
            None => {
                let number = types.number(&macs, &sizes.iter().cloned().collect());
                quote!((#number) as u64)
            }
        };
        let sizes =
            if late { sizes.into_iter().map(|(_, size)| size).collect() } else { Vec::new() };
        let (cpu, f32) = (format_ident!("Cpu"), format_ident!("f32"));
        let others: Vec<_> =
            submodels.iter().map(|other| with_device(&other.path, &cpu, &f32)).collect();
        let (params, trainable) = (
            types.number(&graph.total_params(), &none),
            types.number(&graph.trainable_params(), &none),
        );
        Facts {
            params: quote!(#params #(+ <#others>::PARAMS)*),
            trainable: quote!(#trainable #(+ <#others>::TRAINABLE_PARAMS)*),
            macs: submodels.is_empty().then_some((sizes, macs)),
            graph: graph.to_string(),
            parts: submodels.iter().map(|other| other.name.clone()).zip(others).collect(),
        }
    }

    /// Those of a wrong model: the constant `error`, in which rustc has found an error already, so
    /// that it passes over what is asserted of them.
    pub(super) fn unknown(error: &Ident, types: &Types) -> Self {
        Facts {
            params: quote!(#error),
            trainable: quote!(#error),
            macs: Some((
                sizes(types).into_iter().map(|(_, size)| size).collect(),
                quote!(#error as u64),
            )),
            graph: String::new(),
            parts: Vec::new(),
        }
    }

    pub(super) fn emit(&self, vis: &Visibility, types: &Types) -> TokenStream {
        let Facts { params, trainable, macs, graph, parts } = self;
        let (declared, given) = (types.declared(), types.given());
        let macs = macs.as_ref().map(|(sizes, macs)| match sizes.is_empty() {
            true => quote! {
                /// Multiply-accumulates a sample.
                #vis const MACS: u64 = #macs;
            },
            false => quote! {
                /// Multiply-accumulates a sample of that size.
                #vis const fn macs(#(#sizes: usize),*) -> u64 {
                    #macs
                }
            },
        });
        let graph = literal(graph);
        let known = types.constants();
        let (names, constants): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        let numbers = quote!(&[#((#names, #constants)),*]);
        let parts =
            parts.iter().map(|(name, other)| quote!((#name, <#other as HasGraph>::network())));
        quote! {
            impl<#declared> __Model<#given Cpu, f32> {
                /// Number of values in all parameters, running statistics included: Keras' "Total
                /// params".
                #vis const PARAMS: usize = #params;
                /// Number of values that training updates: Keras' "Trainable params".
                #vis const TRAINABLE_PARAMS: usize = #trainable;
                #macs
                /// The network as text, one line a layer.
                #vis const GRAPH: &'static str = #graph;

                /// The table of the layers, each with its output shape and its parameters.
                #vis fn summary() -> ::std::string::String {
                    summary(Self::GRAPH, #numbers)
                }

                /// The network as an SVG picture.
                #vis fn to_svg() -> ::std::string::String {
                    draw(Self::GRAPH, #numbers, ir::Plot::svg)
                }

                /// The network in Graphviz' language.
                #vis fn to_dot() -> ::std::string::String {
                    draw(Self::GRAPH, #numbers, ir::Plot::dot)
                }

                /// The network as a Mermaid flowchart, for Markdown.
                #vis fn to_mermaid() -> ::std::string::String {
                    draw(Self::GRAPH, #numbers, ir::Plot::mermaid)
                }
            }

            impl<#declared D: Storage<E>, E: Dtype> HasGraph for __Model<#given D, E> {
                fn network() -> ::core::result::Result<Network, ir::ParseError> {
                    network(<__Model<#given Cpu, f32>>::GRAPH, #numbers, [#(#parts),*])
                }
            }
        }
    }
}

/// The runtime symbols but the batch, each with its variable.
fn sizes(types: &Types) -> Vec<(String, Ident)> {
    let symbols = types.runtime.iter().filter(|(symbol, _)| !symbol.is_batch());
    let size = |name: &str| (name.to_owned(), Ident::new(&snake(name), Span::call_site()));
    symbols.map(|(symbol, _)| size(symbol.name())).collect()
}

/// A string literal that keeps its lines.
fn literal(text: &str) -> TokenStream {
    let hashes = "#".repeat(text.matches('#').count() + 1);
    let raw = format!("r{hashes}\"{text}\"{hashes}").parse();
    raw.unwrap_or_else(|_| Literal::string(text).into_token_stream())
}
