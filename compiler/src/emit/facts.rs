//! What is known of a model before it is built, as constants of `Model<Cpu>` alone, so that
//! `Model::PARAMS` needs no annotation.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Visibility;

/// The figures of a model.
#[derive(Default)]
pub(super) struct Facts {
    pub params: usize,
    pub trainable: usize,
    pub macs: u64,
    /// The graph's text.
    pub graph: String,
}

impl Facts {
    pub(super) fn emit(&self, vis: &Visibility) -> TokenStream {
        let params = Literal::usize_unsuffixed(self.params);
        let trainable = Literal::usize_unsuffixed(self.trainable);
        let macs = Literal::u64_unsuffixed(self.macs);
        let graph = literal(&self.graph);
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
