use formwork_ir::Op;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// The expression that makes a layer; its type carries the span of the user's call.
pub(super) fn expression(op: &Op, call: Span) -> TokenStream {
    let mut trees = rust(&op.rust()).into_iter();
    let layer = trees.next().map(|mut tree| {
        tree.set_span(call);
        tree
    });
    layer.into_iter().chain(trees).collect()
}

/// Rust as the layer table prints it, without what the prelude would have to provide.
pub(super) fn rust(code: &str) -> TokenStream {
    without_prelude(code.parse().expect("the layer table prints Rust"))
}

fn without_prelude(tokens: TokenStream) -> TokenStream {
    tokens.into_iter().map(tree_without_prelude).collect()
}

fn tree_without_prelude(tree: TokenTree) -> TokenStream {
    match tree {
        TokenTree::Group(group) => {
            let inner = without_prelude(group.stream());
            TokenTree::Group(Group::new(group.delimiter(), inner)).into()
        }
        TokenTree::Ident(ident) => path(ident),
        tree => tree.into(),
    }
}

fn path(ident: Ident) -> TokenStream {
    match ident.to_string().as_str() {
        "Some" | "None" => quote!(::core::option::Option::#ident),
        "vec" => quote!(::std::#ident),
        _ => quote!(#ident),
    }
}
