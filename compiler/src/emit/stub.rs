use formwork_ir::{Scheme, Shape};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Visibility};

use super::facts::Facts;
use super::item::Item;
use super::methods::{self, Input, Methods};
use super::types::{Types, one_or_tuple};
use super::{Place, Root, heads, isolate, pictures};
use crate::ast::TwinKind;
use crate::model::Outer;
use crate::twin;

/// What of a model is known although it is wrong.
#[derive(Clone)]
pub struct Header {
    /// Attributes of the `struct`.
    pub attrs: Vec<Attribute>,
    /// Visibility of the type.
    pub vis: Visibility,
    /// Name of the type.
    pub ident: Ident,
    /// The models that are declared to be made of it.
    pub twins: Vec<(TwinKind, Ident)>,
    /// The `const` parameters, each with its default.
    pub generics: Vec<(Ident, Option<usize>)>,
    /// The constants of the user's crate that sizes are made of.
    pub outers: Vec<Outer>,
    /// The inputs.
    pub inputs: Vec<Port>,
    /// The declared outputs, where they could be read.
    pub outputs: Option<Vec<Shape>>,
}

/// What of an input is known although the model is wrong.
#[derive(Clone)]
pub struct Port {
    /// Its name.
    pub name: Ident,
    /// Its shape, where that could be read.
    pub shape: Option<Shape>,
    /// Whether it says what became of its pixels.
    pub ranged: bool,
    /// What it says, where that could be read.
    pub scheme: Option<Scheme>,
}

impl Port {
    fn known(&self) -> Option<Input<'_>> {
        let Port { name, shape, ranged, scheme } = self;
        let shape = shape.as_ref().filter(|_| *ranged == scheme.is_some())?;
        Some(Input { name, shape, scheme: *scheme })
    }
}

/// Writes a type of the same name and signatures that does nothing: it stands beside the
/// diagnostics, so that rustc has nothing to add to them. `error` is a constant that holds one of
/// them.
///
/// An input of unknown shape takes a tensor of any, and unknown outputs are whatever is asked for.
pub fn stub(root: &Root, header: &Header, error: &Ident) -> TokenStream {
    let Header { attrs, vis, ident, twins, generics, outers, inputs, outputs } = header;
    let shapes = inputs.iter().filter_map(|port| port.shape.as_ref());
    let types = &Types::new(shapes, generics, outers);
    let (fields, submodels) = (Vec::new(), Vec::new());
    let item = Item { attrs, vis, ident, types, outers, submodels, fields };
    let declaration = item.declare(root);
    let known: Option<Vec<_>> = inputs.iter().map(Port::known).collect();
    let methods = match (known, outputs) {
        (Some(inputs), Some(outputs)) if !inputs.is_empty() && !outputs.is_empty() => {
            let methods = Methods {
                vis,
                types,
                ident,
                checked: false,
                inputs,
                outputs: outputs.iter().collect(),
                try_forward: quote!(loop {}),
                try_forward_mut: quote!(loop {}),
            };
            let (inherent, modules) = (methods.inherent(), methods.modules());
            let pictures = pictures::methods(vis, types, &methods.inputs, &[]);
            quote!(#inherent #modules #pictures)
        }
        _ => unknown(header, types),
    };
    let outputs = outputs.as_ref().map_or(1, Vec::len);
    let parts = [
        methods,
        heads::unknown(error, outputs, types),
        Facts::unknown(error, types).emit(vis, types),
        item.collect(),
    ];
    let place = Place { attrs, ident, types, outers, twin: None };
    let implementations = isolate(root, place, &parts);
    let twins = twins.iter().map(|(kind, twin)| {
        let own = Header {
            attrs: twin::attrs(attrs, *kind, ident),
            ident: twin.clone(),
            twins: Vec::new(),
            ..header.clone()
        };
        let method = super::twin::methods(vis, *kind, types, &quote!(loop {}));
        let place = Place { attrs, ident, types, outers: &[], twin: Some(twin) };
        let method = isolate(root, place, &[method]);
        let own = stub(root, &own, error);
        quote!(#own #method)
    });
    quote!(#declaration #[allow(unused_variables)] #implementations #(#twins)*)
}

/// The methods where a shape is missing: such an input is a tensor of any shape, such an output
/// whatever is asked for. The batch is that of the first input.
fn unknown(Header { vis, inputs, outputs, .. }: &Header, types: &Types) -> TokenStream {
    let build = methods::build(vis, false);
    let shapes: Vec<_> = (0..inputs.len()).map(|i| format_ident!("S{i}")).collect();
    let ranges: Vec<_> = inputs
        .iter()
        .enumerate()
        .map(|(i, port)| port.ranged.then(|| format_ident!("R{i}")))
        .collect();
    let params =
        inputs.iter().zip(&shapes).zip(&ranges).map(|((Port { name, .. }, shape), range)| {
            match range {
                Some(range) => quote!(#name: Pixels<#range, #shape, D, T>),
                None => quote!(#name: Tensor<#shape, f32, D, T>),
            }
        });
    let params = quote!(#(#params),*);
    let ranges: Vec<_> = ranges.iter().flatten().collect();
    let (output, free) = match (shapes.first(), outputs) {
        (Some(first), Some(outputs)) if !outputs.is_empty() => {
            let batch = quote!(<#first as AnyShape>::Batch);
            let outputs: Vec<_> =
                outputs.iter().map(|shape| types.tensor_of(shape, &batch)).collect();
            (one_or_tuple(&outputs), None)
        }
        _ => (quote!(O), Some(quote!(, O))),
    };
    let forward = |name: &str, receiver: TokenStream| {
        let [name, fallible] = [format_ident!("{name}"), format_ident!("try_{name}")];
        let generics = quote!(#(#shapes: AnyShape,)* #(#ranges,)* T: Record<D> #free);
        quote! {
            #vis fn #name<#generics>(#receiver, #params) -> #output {
                loop {}
            }

            #vis fn #fallible<#generics>(
                #receiver, #params
            ) -> ::core::result::Result<#output, Error> {
                loop {}
            }
        }
    };
    let (forward, forward_mut) =
        (forward("forward", quote!(&self)), forward("forward_mut", quote!(&mut self)));
    let (declared, given) = (types.declared(), types.given());
    quote! {
        impl<#declared D: Backend> __Model<#given D, f32> {
            #build
            #forward
            #forward_mut
        }
    }
}
