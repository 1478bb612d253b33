//! The type, and dfdx's view of it as a collection of tensors.

use formwork_ir::{ArgType, Parameter};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, Visibility};

use super::{Root, layer};

/// What the `struct` shows.
pub(super) struct Item<'a> {
    pub attrs: &'a [Attribute],
    pub vis: &'a Visibility,
    pub ident: &'a Ident,
    /// Its tensors, each with its field.
    pub fields: Vec<(&'a Ident, &'a Parameter)>,
}

impl Item<'_> {
    /// The `struct`.
    pub(super) fn declare(&self, root: &Root) -> TokenStream {
        let Item { attrs, vis, ident, fields } = self;
        let [device, dtype] = ["D", "E"].map(|name| generic(name, ident));
        let derive = (!derives_clone(attrs)).then(|| quote!(#[derive(::core::clone::Clone)]));
        let fields = fields.iter().map(|(field, param)| {
            let doc = format!(" `{}`", param.name);
            let shape = shape(param);
            quote! {
                #[doc = #doc]
                #vis #field: #root::__private::Tensor<
                    #root::__private::#shape, #dtype, #device
                >
            }
        });
        let marker = self
            .fields
            .is_empty()
            .then(|| quote!(__device: ::core::marker::PhantomData<(#dtype, #device)>));
        quote! {
            #(#attrs)*
            #derive
            #vis struct #ident<
                #device: #root::__private::Storage<#dtype> = #root::__private::Cpu,
                #dtype: #root::__private::Dtype = f32,
            > {
                #(#fields,)*
                #marker
            }
        }
    }

    /// `TensorCollection` and `BuildOnDevice`.
    ///
    /// Each parameter has a function of its own: rustc's time for closures grows with the square
    /// of their number in one function. dfdx's visitors see the parameters of one shape as one
    /// list: what is compiled for each visitor grows with the shapes, not with the parameters.
    pub(super) fn collect(&self) -> TokenStream {
        let functions =
            self.fields.iter().map(|(field, param)| parameter(&function(field), field, param));
        let mut shapes: Vec<&[usize]> = Vec::new();
        for (_, param) in &self.fields {
            if !shapes.contains(&param.shape.as_slice()) {
                shapes.push(&param.shape);
            }
        }
        let visits = shapes.iter().map(|shape| {
            let fields = self.fields.iter().filter(|(_, param)| param.shape == *shape);
            let functions = fields.map(|(field, _)| function(field));
            quote!(::std::vec![#(Self::#functions()),*])
        });
        let lists: Vec<_> = shapes.iter().map(|shape| list(shape)).collect();
        let pattern = nest(lists.iter().map(|list| quote!(#list)).collect());
        let visits = nest(visits.collect());
        let fields = self.fields.iter().map(|(field, param)| {
            let list = list(&param.shape);
            quote!(#field: next(&mut #list))
        });
        let marker = self.fields.is_empty().then(|| quote!(__device: ::core::marker::PhantomData));
        quote! {
            impl<E: Dtype, D: Device<E>> __Model<D, E> {
                #(#functions)*
            }

            impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<D, E> {
                type To<E2: Dtype, D2: Device<E2>> = __Model<D2, E2>;

                fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                    visitor: &mut V,
                ) -> ::core::result::Result<::core::option::Option<Self::To<V::E2, V::D2>>, V::Err> {
                    visitor.visit_fields(#visits, |#pattern| {
                        #(let mut #lists = each(#lists);)*
                        __Model { #(#fields,)* #marker }
                    })
                }
            }

            impl<D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
                for __Model<D0, E0>
            {
                type Built = __Model<D, E>;
            }
        }
    }
}

/// The function that says how a parameter is reached, named and started.
fn parameter(function: &Ident, field: &Ident, param: &Parameter) -> TokenStream {
    let name = &param.name;
    let shape = shape(param);
    let options = if param.trainable { quote!(reset_with) } else { quote!(detached) };
    let init = layer::rust(&param.init.rust());
    let [fan_in, fan_out] = [param.fans.0, param.fans.1].map(Literal::usize_unsuffixed);
    quote! {
        fn #function() -> Parameter<Self, #shape, E, D> {
            parameter(
                #name,
                |model| &model.#field,
                |model| &mut model.#field,
                TensorOptions::#options(|tensor| initialize(tensor, #init, (#fan_in, #fan_out))),
            )
        }
    }
}

fn function(field: &Ident) -> Ident {
    format_ident!("__{field}")
}

/// The list of all parameters of a shape: `of_3x3x1x32`.
fn list(shape: &[usize]) -> Ident {
    let sizes: Vec<_> = shape.iter().map(usize::to_string).collect();
    format_ident!("of_{}", sizes.join("x"))
}

/// The shape of a parameter: `Rank2<3, 4>`.
fn shape(param: &Parameter) -> TokenStream {
    let rank = format_ident!("Rank{}", param.shape.len());
    let sizes = param.shape.iter().map(|&n| Literal::usize_unsuffixed(n));
    quote!(#rank<#(#sizes),*>)
}

/// A tuple of tuples, none longer than dfdx's longest.
fn nest(mut items: Vec<TokenStream>) -> TokenStream {
    const LONGEST: usize = 6;
    while items.len() > LONGEST {
        items = items.chunks(LONGEST).map(|chunk| quote!((#(#chunk,)*))).collect();
    }
    quote!((#(#items,)*))
}

/// A type parameter; another name where the model has this one.
fn generic(name: &str, model: &Ident) -> Ident {
    let name = if model == name { format!("{name}_") } else { name.to_owned() };
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
