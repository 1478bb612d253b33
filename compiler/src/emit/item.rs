//! The type, and dfdx's view of it as a collection of tensors.

use std::collections::HashMap;

use formwork_ir::{ArgType, Dim, Parameter};
use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, PathArguments, Token, Visibility};

use super::names::snake;
use super::types::Types;
use super::{Root, layer};
use crate::model::{Outer, Submodel};

/// What the `struct` shows.
pub(super) struct Item<'a> {
    pub attrs: &'a [Attribute],
    pub vis: &'a Visibility,
    pub ident: &'a Ident,
    pub types: &'a Types,
    pub outers: &'a [Outer],
    /// The other models in it, each with its field.
    pub submodels: Vec<(Ident, &'a Submodel)>,
    /// Its tensors, each with its field.
    pub fields: Vec<(&'a Ident, &'a Parameter)>,
}

impl Item<'_> {
    /// The `struct`.
    pub(super) fn declare(&self, root: &Root) -> TokenStream {
        let Item { attrs, vis, ident, types, fields, submodels, .. } = self;
        let taken = |name: &str| *ident == name || types.generics.iter().any(|(g, _)| g == name);
        let [device, dtype] = ["D", "E"].map(|name| generic(name, taken(name)));
        let consts = types.generics.iter().map(|(name, default)| match default {
            Some(n) => {
                let n = Literal::usize_unsuffixed(*n);
                quote!(const #name: usize = #n)
            }
            None => quote!(const #name: usize),
        });
        let derive = (!derives_clone(attrs)).then(|| quote!(#[derive(::core::clone::Clone)]));
        let fields = fields.iter().map(|(field, param)| {
            let doc = format!(" `{}`", param.name);
            let shape = self.outside(root, param);
            quote! {
                #[doc = #doc]
                #vis #field: #root::__private::Tensor<#shape, #dtype, #device>
            }
        });
        let submodels = submodels.iter().map(|(field, Submodel { name, path })| {
            let (doc, ty) = (format!(" `{name}`"), with_device(path, &device, &dtype));
            quote! {
                #[doc = #doc]
                #vis #field: #ty
            }
        });
        let marker = self
            .is_empty()
            .then(|| quote!(__device: ::core::marker::PhantomData<(#dtype, #device)>,));
        quote! {
            #(#attrs)*
            #derive
            #vis struct #ident<
                #(#consts,)*
                #device: #root::__private::Storage<#dtype> = #root::__private::Cpu,
                #dtype: #root::__private::Dtype = f32,
            > {
                #(#fields,)*
                #(#submodels,)*
                #marker
                /// The parameters that training leaves alone.
                #vis frozen: #root::__private::Frozen,
                /// What it is compiled to when it runs on the CPU; a new model is compiled then.
                #vis plans: #root::__private::Plans,
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.submodels.is_empty()
    }

    /// `TensorCollection`, `BuildOnDevice` and `HasFrozen`.
    ///
    /// Each parameter has a function of its own: rustc's time for closures grows with the square
    /// of their number in one function. dfdx's visitors see the parameters of one shape as one
    /// list: what is compiled for each visitor grows with the shapes, not with the parameters.
    pub(super) fn collect(&self) -> TokenStream {
        let functions =
            self.fields.iter().map(|(field, param)| self.parameter(&function(field), field, param));
        let mut shapes: Vec<&[Dim]> = Vec::new();
        for (_, param) in &self.fields {
            if !shapes.contains(&param.shape.as_slice()) {
                shapes.push(&param.shape);
            }
        }
        let visits = shapes.iter().map(|shape| {
            let fields = self.fields.iter().filter(|(_, param)| param.shape == *shape);
            let functions = fields.map(|(field, _)| function(field));
            quote!(::std::vec![#(Self::#functions(&seen)),*])
        });
        let lists: Vec<_> = shapes.iter().map(|shape| list(shape)).collect();
        let models: Vec<_> = self.submodels.iter().map(|(field, _)| field).collect();
        let modules = self.submodels.iter().map(|(field, Submodel { name, .. })| {
            quote!(Self::module(#name, |model| &model.#field, |model| &mut model.#field))
        });
        let names = lists.iter().chain(models.iter().copied()).map(|name| quote!(#name));
        let state = quote!(state::<Self>(&seen, |model| &model.frozen, |model| &mut model.frozen));
        // What is frozen comes first, so that the parameters know of it.
        let pattern = nest(std::iter::once(quote!(())).chain(names).collect());
        let visits = nest(std::iter::once(state).chain(visits).chain(modules).collect());
        let fields = self.fields.iter().map(|(field, param)| {
            let list = list(&param.shape);
            quote!(#field: next(&mut #list))
        });
        let marker = self.is_empty().then(|| quote!(__device: ::core::marker::PhantomData,));
        let frozen = self.frozen();
        let (declared, given) = (self.types.declared(), self.types.given());
        quote! {
            impl<#declared E: Dtype, D: Device<E>> __Model<#given D, E> {
                #(#functions)*
            }

            impl<#declared E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<#given D, E> {
                type To<E2: Dtype, D2: Device<E2>> = __Model<#given D2, E2>;

                fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                    visitor: &mut V,
                ) -> ::core::result::Result<::core::option::Option<Self::To<V::E2, V::D2>>, V::Err> {
                    let seen = Seen::new();
                    visitor.visit_fields(#visits, |#pattern| {
                        #(let mut #lists = each(#lists);)*
                        __Model {
                            #(#fields,)*
                            #(#models,)*
                            #marker
                            frozen: seen.frozen(),
                            plans: Plans::new(),
                        }
                    })
                }
            }

            impl<#declared D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
                for __Model<#given D0, E0>
            {
                type Built = __Model<#given D, E>;
            }

            #frozen
        }
    }

    fn frozen(&self) -> TokenStream {
        let (declared, given) = (self.types.declared(), self.types.given());
        let scope = self.submodels.iter().map(|(_, Submodel { name, .. })| {
            let inner = format!("{{scope}}{name}.");
            quote!(&::std::format!(#inner))
        });
        let scopes: Vec<_> = scope.collect();
        let models: Vec<_> = self.submodels.iter().map(|(field, _)| field).collect();
        quote! {
            impl<#declared E: Dtype, D: Device<E>> HasFrozen for __Model<#given D, E> {
                fn each_frozen(&self, scope: &str, visit: &mut dyn ::core::ops::FnMut(&str, &Frozen)) {
                    #(self.#models.each_frozen(#scopes, visit);)*
                    visit(scope, &self.frozen);
                }

                fn each_frozen_mut(
                    &mut self,
                    scope: &str,
                    visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen)
                ) {
                    #(self.#models.each_frozen_mut(#scopes, visit);)*
                    visit(scope, &mut self.frozen);
                }
            }
        }
    }

    /// The function that says how a parameter is reached, named and started.
    fn parameter(&self, function: &Ident, field: &Ident, param: &Parameter) -> TokenStream {
        let name = &param.name;
        let shape = self.types.parameter(&param.shape);
        let options = if param.trainable { quote!(reset_with) } else { quote!(detached) };
        let init = layer::rust(&param.init.rust());
        let number = |dim: &Dim| self.types.number(dim, &HashMap::new());
        let (fan_in, fan_out) = (number(&param.fans.0), number(&param.fans.1));
        quote! {
            fn #function(seen: &Seen) -> Parameter<'_, Self, #shape, E, D> {
                parameter(
                    seen,
                    #name,
                    |model| &model.#field,
                    |model| &mut model.#field,
                    TensorOptions::#options(|tensor| initialize(tensor, #init, (#fan_in, #fan_out))),
                )
            }
        }
    }

    /// The shape of a parameter where the runtime's names are not in scope, and the user's are.
    fn outside(&self, root: &Root, param: &Parameter) -> TokenStream {
        let shape = self.types.parameter(&param.shape);
        self.qualified(root, shape)
    }

    fn qualified(&self, root: &Root, tokens: TokenStream) -> TokenStream {
        const OURS: &[&str] = &["Const", "Sum", "Difference", "Product", "Quotient"];
        let qualify = |tree| match tree {
            TokenTree::Group(group) => {
                let inner = self.qualified(root, group.stream());
                TokenTree::Group(Group::new(group.delimiter(), inner)).into_token_stream()
            }
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                let outer = self.types.outers.iter().find(|(_, constant)| **constant == ident);
                let tokens = outer.and_then(|(name, _)| {
                    self.outers.iter().find(|outer| outer.name == *name).map(Outer::expression)
                });
                let rank = text.strip_prefix("Rank").is_some_and(|n| n.parse::<u8>().is_ok());
                // The user's names are not in the way here.
                let own = self
                    .types
                    .generics
                    .iter()
                    .find(|(own, _)| super::types::parameter(&own.to_string()) == text);
                match (tokens, own) {
                    (Some(tokens), _) => tokens,
                    (None, Some((own, _))) => quote!({ #own }),
                    (None, None) if rank || OURS.contains(&text.as_str()) => {
                        quote!(#root::__private::#ident)
                    }
                    _ => quote!(#ident),
                }
            }
            tree => tree.into_token_stream(),
        };
        tokens.into_iter().map(qualify).collect()
    }
}

fn function(field: &Ident) -> Ident {
    format_ident!("__{field}")
}

/// The list of all parameters of a shape: `of_3x3x1x32`.
fn list(shape: &[Dim]) -> Ident {
    let sizes: Vec<_> = shape.iter().map(|dim| dim.source().replace(" * ", "_times_")).collect();
    Ident::new(&snake(&format!("of_{}", sizes.join("x"))), Span::call_site())
}

/// A tuple of tuples, none longer than dfdx's longest.
fn nest(mut items: Vec<TokenStream>) -> TokenStream {
    const LONGEST: usize = 6;
    while items.len() > LONGEST {
        items = items.chunks(LONGEST).map(|chunk| quote!((#(#chunk,)*))).collect();
    }
    quote!((#(#items,)*))
}

/// A model's type on another device: `Backbone<21>` as `Backbone<21, D, E>`.
pub(super) fn with_device(path: &Path, device: &Ident, dtype: &Ident) -> TokenStream {
    let mut path = path.clone();
    let Some(last) = path.segments.last_mut() else { return quote!(#path) };
    let generics = match &last.arguments {
        PathArguments::AngleBracketed(generics) => generics.args.iter().cloned().collect(),
        _ => Vec::new(),
    };
    last.arguments =
        PathArguments::AngleBracketed(syn::parse_quote!(<#(#generics,)* #device, #dtype>));
    quote!(#path)
}

/// A type parameter; another name where the model has this one.
fn generic(name: &str, taken: bool) -> Ident {
    let name = if taken { format!("{name}_") } else { name.to_owned() };
    Ident::new(&name, Span::call_site())
}

fn derives_clone(attrs: &[Attribute]) -> bool {
    let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let mut paths = derives.filter_map(|attr| {
        attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()
    });
    paths.any(|paths| {
        paths.iter().any(|path| path.segments.last().is_some_and(|s| s.ident == "Clone"))
    })
}
