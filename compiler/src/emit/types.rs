//! dfdx types of shapes.

use formwork_ir::{Dim, Shape};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The tensor a method takes or returns: generic over batch `B`, device `D` and tape `T`.
pub(super) fn tensor(shape: &Shape) -> TokenStream {
    tensor_of(shape, &quote!(B))
}

/// As [`tensor`], of another batch.
pub(super) fn tensor_of(shape: &Shape, batch: &TokenStream) -> TokenStream {
    let dims = shape.dims().iter().map(|dim| match dim {
        Dim::Batch => batch.clone(),
        Dim::Known(n) => {
            let n = Literal::usize_unsuffixed(*n);
            quote!(Const<#n>)
        }
    });
    quote!(Tensor<(#(#dims,)*), f32, D, T>)
}

/// One type, or a tuple of several.
pub(super) fn one_or_tuple(items: &[TokenStream]) -> TokenStream {
    match items {
        [one] => one.clone(),
        many => quote!((#(#many),*)),
    }
}
