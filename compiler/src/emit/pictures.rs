//! `preprocess`: from pictures to the pixels that a model takes.

use std::collections::HashMap;

use formwork_ir::{Dim, Kind, Shape, Sizes};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Visibility;

use super::entry;
use super::methods::Input;
use super::types::{Types, range};
use crate::model::Model;

/// How each input's height and width are come by, in the order of the inputs: expressions.
pub(super) fn sides(model: &Model, types: &Types) -> Vec<TokenStream> {
    let (contract, _) = model.graph.domain().contract();
    let side = |dim: &Dim| {
        let late = dim.symbols().iter().any(|symbol| symbol.kind() == Kind::Runtime);
        if !late {
            let size = types.number(dim, &HashMap::new());
            return quote!(Side::Fixed(#size));
        }
        let own = dim.symbol();
        let sizes = contract.iter().find(|ranged| own.as_ref() == Some(&ranged.symbol));
        let sizes = entry::sizes(sizes.map_or(&Sizes::ALL, |ranged| &ranged.sizes));
        let name = dim.to_string();
        quote!(Side::Kept(#name, &#sizes))
    };
    let sides = |shape: &Shape| match shape.dims() {
        [_, h, w, _] => {
            let (h, w) = (side(h), side(w));
            quote!([#h, #w])
        }
        _ => quote!([Side::Fixed(1), Side::Fixed(1)]),
    };
    model.graph.inputs().map(|(_, node)| sides(&node.shape)).collect()
}

/// `preprocess` of the one input whose pixels have a range, or one for each. Without `sides`,
/// methods that do nothing.
pub(super) fn methods(
    vis: &Visibility,
    types: &Types,
    inputs: &[Input],
    sides: &[TokenStream],
) -> TokenStream {
    let picture = |input: &&(usize, &Input)| {
        let pictured = |n: usize| [1, 3, 4].contains(&n);
        input.1.scheme.is_some()
            && matches!(input.1.shape.dims(), [_, _, _, c] if c.known().is_none_or(pictured))
    };
    let inputs: Vec<_> = inputs.iter().enumerate().collect();
    let ranged: Vec<_> = inputs.iter().filter(picture).collect();
    let methods = ranged.iter().map(|(i, input)| {
        let Input { name, shape, scheme: Some(scheme) } = input else {
            return TokenStream::new();
        };
        let name = name.to_string();
        let method = match ranged.len() {
            1 => format_ident!("preprocess"),
            _ => format_ident!("preprocess_{}", name.trim_start_matches("r#")),
        };
        let with = format_ident!("{method}_with");
        let batch = quote!(usize);
        let dims = types.shape_of(shape, &batch);
        let range = range(*scheme);
        let pixels = quote!(Pixels<#range, #dims, D>);
        let body = match sides.get(*i) {
            Some(sides) => quote!(pictures(#name, #sides, device, images, resize)),
            None => quote!(loop {}),
        };
        let doc = format!(
            " Pictures as `{name}`: `{shape} in {scheme}`. A picture of another size is resized to \
             the model's, or refused where the model has none of its own: see `Resize`."
        );
        quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            #vis fn #method(
                device: &D,
                images: &[Picture]
            ) -> ::core::result::Result<#pixels, PreprocessError> {
                Self::#with(device, images, Resize::default())
            }

            #[doc = #doc]
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            #vis fn #with(
                device: &D,
                images: &[Picture],
                resize: Resize
            ) -> ::core::result::Result<#pixels, PreprocessError> {
                #body
            }
        }
    });
    let methods: TokenStream = methods.collect();
    if methods.is_empty() {
        return methods;
    }
    let (declared, given) = (types.declared(), types.given());
    quote! {
        impl<#declared D: Backend> __Model<#given D, f32> {
            #methods
        }
    }
}
