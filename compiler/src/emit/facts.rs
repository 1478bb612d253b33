//! What is known of a model before it is built, as constants of `Model<Cpu>` alone, so that
//! `Model::PARAMS` needs no annotation.

use formwork_ir::Graph;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Visibility;

/// The figures of a model, as expressions.
pub(super) struct Facts {
    params: TokenStream,
    trainable: TokenStream,
    macs: TokenStream,
    /// The graph's text.
    graph: String,
}

impl Facts {
    pub(super) fn of(graph: &Graph) -> Self {
        let number = |n: usize| Literal::usize_unsuffixed(n).into_token_stream();
        Facts {
            params: number(graph.total_params()),
            trainable: number(graph.trainable_params()),
            macs: Literal::u64_unsuffixed(graph.macs()).into_token_stream(),
            graph: graph.to_string(),
        }
    }

    /// Those of a wrong model: the constant `error`, in which rustc has found an error already, so
    /// that it passes over what is asserted of them.
    pub(super) fn unknown(error: &Ident) -> Self {
        Facts {
            params: quote!(#error),
            trainable: quote!(#error),
            macs: quote!(#error as u64),
            graph: String::new(),
        }
    }

    pub(super) fn emit(&self, vis: &Visibility) -> TokenStream {
        let Facts { params, trainable, macs, graph } = self;
        let graph = literal(graph);
        quote! {
            impl __Model<Cpu, f32> {
                /// Number of values in all parameters, running statistics included: Keras' "Total
                /// params".
                #vis const PARAMS: usize = #params;
                /// Number of values that training updates: Keras' "Trainable params".
                #vis const TRAINABLE_PARAMS: usize = #trainable;
                /// Multiply-accumulates a sample.
                #vis const MACS: u64 = #macs;
                /// The network as text, one line a layer.
                #vis const GRAPH: &'static str = #graph;

                /// The table of the layers, each with its output shape and its parameters.
                #vis fn summary() -> ::std::string::String {
                    summary(Self::GRAPH)
                }
            }
        }
    }
}

/// A string literal that keeps its lines.
fn literal(text: &str) -> TokenStream {
    let hashes = "#".repeat(text.matches('#').count() + 1);
    let raw = format!("r{hashes}\"{text}\"{hashes}").parse();
    raw.unwrap_or_else(|_| Literal::string(text).into_token_stream())
}
