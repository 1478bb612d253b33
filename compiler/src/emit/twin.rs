//! The method that makes of a model the same model without batch normalisation.

use std::collections::{HashMap, HashSet};

use formwork_ir::{Fold, Layout, NodeId, Op, ParamId, Side, Source};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Visibility;

use super::names::{self, free};
use super::types::Types;
use crate::ast::TwinKind;
use crate::model::{Model, Twin};

/// Writes the method. `fields` are those of the model.
pub(super) fn method(
    model: &Model,
    twin: &Twin,
    types: &Types,
    fields: &HashMap<ParamId, Ident>,
) -> TokenStream {
    let mut conversion = Conversion {
        model,
        fields,
        made: HashMap::new(),
        taken: HashSet::new(),
        lines: TokenStream::new(),
    };
    twin.folds.iter().for_each(|fold| conversion.fold(fold));
    let Conversion { mut made, lines, .. } = conversion;
    let old: HashMap<_, _> =
        model.graph.params().map(|(id, param)| (&*param.name, &fields[&id])).collect();
    let new_fields = names::fields(&twin.model.graph);
    let params = twin.model.graph.params().map(|(id, param)| {
        let value = match (made.remove(&param.name), old.get(&*param.name)) {
            (Some(value), _) => value,
            (None, Some(field)) => quote!(copy(&self.#field)?),
            (None, None) => quote!(zeros(device)?),
        };
        let field = &new_fields[&id];
        quote!(#field: #value)
    });
    let params: Vec<_> = params.collect();
    let [old_models, new_models] = [fields, &new_fields].map(|fields| {
        let models = names::models(&model.submodels, fields);
        models.into_values().collect::<Vec<_>>()
    });
    // A batch norm has statistics at least.
    let device = model.graph.params().next().map(|(id, _)| &fields[&id]);
    let body = quote! {
        let device = self.#device.device();
        #lines
        ::core::result::Result::Ok(__Twin {
            #(#params,)*
            #(#new_models: another(&self.#old_models, device)?,)*
            frozen: Frozen::new(),
            plans: Plans::new(),
        })
    };
    methods(&model.vis, twin.kind, types, &body)
}

/// The method and its fallible version, whose body is `body`.
pub(super) fn methods(
    vis: &Visibility,
    kind: TwinKind,
    types: &Types,
    body: &TokenStream,
) -> TokenStream {
    let doc = match kind {
        TwinKind::Fold => {
            " The same model with its batch normalisation folded into its other layers: at \
             inference it answers the same but for rounding, and in training it goes on from \
             there. Nothing in it is frozen."
        }
        TwinKind::Remove => {
            " The model with the same weights and without its batch normalisation, which answers \
             something else: to be trained on. Biases that it has not are zero, and nothing is \
             frozen."
        }
    };
    let (method, declared, given) = (kind.name(), types.declared(), types.given());
    let [name, fallible] = [format_ident!("{method}"), format_ident!("try_{method}")];
    let fallible_doc = format!(" Fallible version of `{method}`.");
    quote! {
        impl<#declared D: Backend> __Model<#given D, f32> {
            #[doc = #doc]
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            #vis fn #name(&self) -> __Twin<#given D, f32> {
                self.#fallible().unwrap()
            }

            #[doc = #fallible_doc]
            ///
            /// # Errors
            /// If the device fails.
            #vis fn #fallible(&self) -> ::core::result::Result<__Twin<#given D, f32>, D::Err> {
                #body
            }
        }
    }
}

struct Conversion<'a> {
    model: &'a Model,
    fields: &'a HashMap<ParamId, Ident>,
    /// The parameters that are computed, by name.
    made: HashMap<String, TokenStream>,
    taken: HashSet<String>,
    lines: TokenStream,
}

impl Conversion<'_> {
    /// Folds batch norms into a layer.
    fn fold(&mut self, fold: &Fold) {
        let node = self.model.graph.node(fold.layer);
        let name =
            free(&names::snake(&node.name), |name| name == "device" || self.taken.contains(name));
        self.taken.insert(name.clone());
        let folded = Ident::new(&name, Span::call_site());
        let fields: Vec<_> = node.params.iter().map(|id| &self.fields[id]).collect();
        let (kernels, bias) = fields.split_at(fold.linear.kernels.len());
        let layouts = fold.linear.kernels.iter().map(|kernel| layout(*kernel));
        let bias = optional(bias.first().copied());
        self.lines.extend(quote! {
            let mut #folded = Folded::new([#((#layouts, values(&self.#kernels))),*], #bias);
        });
        for &(norm, side) in &fold.norms {
            let method = match side {
                Side::Before => format_ident!("after"),
                Side::After => format_ident!("then"),
            };
            let norm = self.norm(norm);
            self.lines.extend(quote!(#folded.#method(#norm);));
        }
        let owner = node.weights.as_ref().unwrap_or(&node.name);
        self.made.insert(format!("{owner}.bias"), quote!(#folded.bias(device)?));
        for (i, id) in node.params[..kernels.len()].iter().enumerate() {
            let index = Literal::usize_unsuffixed(i);
            let name = self.model.graph.param(*id).name.clone();
            self.made.insert(name, quote!(#folded.kernel(device, #index)?));
        }
    }

    /// A batch norm as a factor and a term a channel.
    fn norm(&self, norm: NodeId) -> TokenStream {
        let node = self.model.graph.node(norm);
        let Source::Layer(Op::BatchNorm(layer)) = &node.source else { return TokenStream::new() };
        let mut fields = node.params.iter().map(|id| &self.fields[id]);
        let gamma = optional(layer.scale.then(|| fields.next()).flatten());
        let beta = optional(layer.center.then(|| fields.next()).flatten());
        let epsilon = Literal::f64_unsuffixed(layer.epsilon);
        quote!(Norm::new(#epsilon, #gamma, #beta, #(values(&self.#fields)),*))
    }
}

fn optional(field: Option<&Ident>) -> TokenStream {
    match field {
        Some(field) => quote!(::core::option::Option::Some(values(&self.#field))),
        None => quote!(::core::option::Option::None),
    }
}

fn layout(kernel: Layout) -> TokenStream {
    match kernel {
        Layout::Conv { groups } => {
            let groups = Literal::usize_unsuffixed(groups);
            quote!(Layout::Conv { groups: #groups })
        }
        Layout::Depthwise => quote!(Layout::Depthwise),
        Layout::Transposed => quote!(Layout::Transposed),
    }
}
