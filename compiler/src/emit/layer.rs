use formwork_ir::Op;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// What a symbol of a size is called.
type Name<'a> = &'a dyn Fn(&str) -> String;

/// The expression that makes a layer; its type carries the span of the user's call.
pub(super) fn expression(op: &Op, call: Span, name: Name) -> TokenStream {
    let mut trees = named(&op.rust(), name).into_iter();
    let layer = trees.next().map(|mut tree| {
        tree.set_span(call);
        tree
    });
    layer.into_iter().chain(trees).collect()
}

/// Rust as the layer table prints it, without what the prelude would have to provide.
pub(super) fn rust(code: &str) -> TokenStream {
    named(code, &str::to_owned)
}

fn named(code: &str, name: Name) -> TokenStream {
    without_prelude(code.parse().expect("the layer table prints Rust"), name)
}

fn without_prelude(tokens: TokenStream, name: Name) -> TokenStream {
    tokens.into_iter().map(|tree| tree_without_prelude(tree, name)).collect()
}

fn tree_without_prelude(tree: TokenTree, name: Name) -> TokenStream {
    match tree {
        TokenTree::Group(group) => {
            let inner = without_prelude(group.stream(), name);
            TokenTree::Group(Group::new(group.delimiter(), inner)).into()
        }
        TokenTree::Ident(ident) => path(ident, name),
        tree => tree.into(),
    }
}

fn path(ident: Ident, name: Name) -> TokenStream {
    let text = ident.to_string();
    if let Some(symbol) = text.strip_prefix("__size_") {
        let ident = Ident::new(&name(symbol), ident.span());
        return quote!(#ident);
    }
    match text.as_str() {
        "Some" | "None" => quote!(::core::option::Option::#ident),
        "vec" => quote!(::std::#ident),
        _ => quote!(#ident),
    }
}
