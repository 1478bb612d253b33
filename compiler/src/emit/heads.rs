//! What the outputs of a model are.

use formwork_ir::{Graph, Head, NodeId, Source, heads};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::item::with_device;
use super::types::{Types, one_or_tuple};
use crate::model::Model;

/// `Answers` of a model.
pub(super) fn answers(model: &Model, types: &Types) -> TokenStream {
    let (device, dtype) = (format_ident!("D"), format_ident!("E"));
    let other = |id: &NodeId| {
        let weights = applied(&model.graph, *id);
        let other = model.submodels.iter().find(|other| Some(&*other.name) == weights);
        other.map(|other| with_device(&other.path, &device, &dtype))
    };
    let head = |head: &Head| match head {
        Head::Logits => quote!(head::Logits),
        Head::Probabilities => quote!(head::Probabilities),
        Head::Sigmoids => quote!(head::Sigmoids),
        Head::LogProbabilities => quote!(head::LogProbabilities),
        Head::Values => quote!(head::Values),
        Head::Of(id) => match other(id) {
            Some(other) => quote!(<#other as Answers>::Head),
            None => quote!(head::Values),
        },
    };
    let heads: Vec<_> = heads(&model.graph).iter().map(head).collect();
    implement(&one_or_tuple(&heads), types)
}

/// Those of a wrong model: types made of `error`, in which rustc has found an error already.
pub(super) fn unknown(error: &Ident, outputs: usize, types: &Types) -> TokenStream {
    implement(&one_or_tuple(&vec![quote!([(); #error]); outputs]), types)
}

fn implement(head: &TokenStream, types: &Types) -> TokenStream {
    let (declared, given) = (types.declared(), types.given());
    quote! {
        impl<#declared D: Storage<E>, E: Dtype> Answers for __Model<#given D, E> {
            type Head = #head;
        }
    }
}

/// The name of the weights of a model that is applied.
fn applied(graph: &Graph, id: NodeId) -> Option<&str> {
    let node = graph.node(id);
    matches!(node.source, Source::Model(_)).then_some(node.weights.as_deref())?
}
