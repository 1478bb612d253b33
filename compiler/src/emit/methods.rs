//! What the type can do: `build`, `forward` and their like, and dfdx's traits for them.

use formwork_ir::{Scheme, Shape};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Visibility;

use super::types::{self, Types};

/// The forward methods of a model.
pub(super) struct Methods<'a> {
    pub vis: &'a Visibility,
    pub types: &'a Types,
    /// Name of the type, which rustc points at when it speaks of a method.
    pub ident: &'a Ident,
    /// Whether rustc checks the `const` parameters.
    pub checked: bool,
    pub inputs: Vec<Input<'a>>,
    /// Shapes of the outputs.
    pub outputs: Vec<&'a Shape>,
    /// Body of `try_forward`.
    pub try_forward: TokenStream,
    /// Body of `try_forward_mut`.
    pub try_forward_mut: TokenStream,
}

/// An input.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub name: &'a Ident,
    pub shape: &'a Shape,
    /// What became of its pixels, where that is said.
    pub scheme: Option<Scheme>,
}

impl Input<'_> {
    /// `` `image: [_, 28, 28, 1] in 0..=1` ``
    fn text(&self) -> String {
        let Input { name, shape, scheme } = self;
        let scheme = scheme.map(|scheme| format!(" in {scheme}")).unwrap_or_default();
        format!("`{name}: {shape}{scheme}`")
    }
}

impl Methods<'_> {
    /// The inherent methods.
    pub(super) fn inherent(&self) -> TokenStream {
        let Methods { vis, try_forward, try_forward_mut, .. } = self;
        let place = Span::call_site().located_at(self.ident.span());
        let [forward, forward_mut] = ["forward", "forward_mut"].map(|name| Ident::new(name, place));
        let build = build(vis, self.checked);
        let (declared, given) = (self.types.declared(), self.types.given());
        let names: Vec<_> = self.inputs.iter().map(|input| input.name).collect();
        let (batch, params, output) = (self.batch(), self.params(), self.output());
        let shapes = self.shapes();
        let tape = match self.outputs.len() {
            1 => "",
            _ => {
                " The tape of all outputs travels with the first: a loss that the others are \
                 added to trains the whole model."
            }
        };
        let inference = format!(" What the model answers: {shapes}.{tape}");
        let training = format!(
            " What the model answers while it is trained: dropout drops, batch normalisation \
             uses the batch's statistics and moves its own. {shapes}.{tape}"
        );
        quote! {
            impl<#declared D: Backend> __Model<#given D, f32> {
                #build

                #[doc = #inference]
                ///
                /// # Panics
                /// If the device fails, or the inputs' sizes do not fit the model.
                #[track_caller]
                #vis fn #forward<#batch T: Record<D>>(&self, #params) -> #output {
                    expect(self.try_forward(#(#names),*))
                }

                /// Fallible version of `forward`.
                ///
                /// # Errors
                /// If the device fails, or the inputs' sizes do not fit the model.
                #vis fn try_forward<#batch T: Record<D>>(
                    &self,
                    #params
                ) -> ::core::result::Result<#output, Error> {
                    #try_forward
                }

                #[doc = #training]
                ///
                /// # Panics
                /// If the device fails, or the inputs' sizes do not fit the model.
                #[track_caller]
                #vis fn #forward_mut<#batch T: Record<D>>(&mut self, #params) -> #output {
                    expect(self.try_forward_mut(#(#names),*))
                }

                /// Fallible version of `forward_mut`.
                ///
                /// # Errors
                /// If the device fails, or the inputs' sizes do not fit the model.
                #vis fn try_forward_mut<#batch T: Record<D>>(
                    &mut self,
                    #params
                ) -> ::core::result::Result<#output, Error> {
                    #try_forward_mut
                }
            }
        }
    }

    /// dfdx's `Module` and `ModuleMut`, of a tuple where there are several inputs.
    pub(super) fn modules(&self) -> TokenStream {
        let names: Vec<_> = self.names();
        let types: Vec<_> =
            self.inputs.iter().map(|input| self.types.input(input.shape, input.scheme)).collect();
        let (declared, given) = (self.types.declared(), self.types.given());
        let (pattern, input) = (types::one_or_tuple(&names), types::one_or_tuple(&types));
        let (batch, output) = (self.batch(), self.output());
        quote! {
            impl<#declared #batch D: Backend, T: Record<D>> Module<#input> for __Model<#given D, f32> {
                type Output = #output;
                type Error = Error;

                fn try_forward(&self, #pattern: #input) -> ::core::result::Result<#output, Error> {
                    __Model::try_forward(self, #(#names),*)
                }
            }

            impl<#declared #batch D: Backend, T: Record<D>> ModuleMut<#input> for __Model<#given D, f32> {
                type Output = #output;
                type Error = Error;

                fn try_forward_mut(
                    &mut self,
                    #pattern: #input
                ) -> ::core::result::Result<#output, Error> {
                    __Model::try_forward_mut(self, #(#names),*)
                }
            }
        }
    }

    /// The model as a part of another one, which hands it tensors, or of a training, which has
    /// pixels for it.
    pub(super) fn part(&self, context: &Ident, updates: &[TokenStream]) -> TokenStream {
        let typed = |input: &Input| self.types.input(input.shape, input.scheme);
        let runs = self.submodel(context, self.inputs.iter().map(typed), self.names());
        let raw = self.inputs.iter().any(|input| input.scheme.is_some()).then(|| {
            let given = self.inputs.iter().map(|Input { name, scheme, .. }| match scheme {
                Some(_) => quote!(Pixels::assume(#name)),
                None => quote!(#name),
            });
            let tensors = self.inputs.iter().map(|input| self.types.tensor(input.shape));
            self.submodel(context, tensors, given.collect())
        });
        let (declared, given) = (self.types.declared(), self.types.given());
        let context = if updates.is_empty() { quote!(_) } else { quote!(#context) };
        quote! {
            #runs
            #raw

            impl<#declared D: Backend> Statistics<D> for __Model<#given D, f32> {
                fn update(
                    &mut self,
                    #context: &mut Context<D>
                ) -> ::core::result::Result<(), Error> {
                    #(#updates)*
                    ::core::result::Result::Ok(())
                }
            }
        }
    }

    /// `Submodel` for inputs of those types, which become what the network is `given`.
    fn submodel(
        &self,
        context: &Ident,
        inputs: impl Iterator<Item = TokenStream>,
        given: Vec<TokenStream>,
    ) -> TokenStream {
        let inputs: Vec<_> = inputs.collect();
        let names = self.names();
        let (pattern, input) = (types::one_or_tuple(&names), types::one_or_tuple(&inputs));
        let (declared, own, sizes) = (self.types.declared(), self.types.given(), self.batch());
        let output = self.output();
        quote! {
            impl<#declared #sizes D: Backend, T: Record<D>> Submodel<D, T, #input>
                for __Model<#own D, f32>
            {
                type Output = #output;

                fn run(
                    &self,
                    #context: &mut Context<D>,
                    #pattern: #input
                ) -> ::core::result::Result<#output, Error> {
                    D::train(
                        self,
                        &self.plans,
                        #context,
                        (#(#given,)*),
                        |#context, (#(#names,)*)| self.__forward(#context, #(#names),*)
                    )
                }
            }
        }
    }

    /// The private method that runs the network: its statements are `lines`.
    pub(super) fn network(&self, context: &Ident, lines: &TokenStream) -> TokenStream {
        let (batch, params, output) = (self.batch(), self.params(), self.output());
        let (declared, given) = (self.types.declared(), self.types.given());
        let checked = self.checked.then(|| quote!(let () = Self::__CHECKED;));
        quote! {
            impl<#declared D: Backend> __Model<#given D, f32> {
                fn __forward<#batch T: Record<D>>(
                    &self,
                    #context: &mut Context<D>,
                    #params
                ) -> ::core::result::Result<#output, Error> {
                    #checked
                    #lines
                }
            }
        }
    }

    fn names(&self) -> Vec<TokenStream> {
        let name = |Input { name, .. }: &Input| quote!(#name);
        self.inputs.iter().map(name).collect()
    }

    /// The generic parameters that are the sizes known when the model runs.
    fn batch(&self) -> TokenStream {
        self.types.sizes()
    }

    fn params(&self) -> TokenStream {
        let params = self.inputs.iter().map(|&Input { name, shape, scheme }| {
            let ty = self.types.input(shape, scheme);
            quote!(#name: #ty)
        });
        quote!(#(#params),*)
    }

    fn output(&self) -> TokenStream {
        let outputs: Vec<_> = self.outputs.iter().map(|shape| self.types.tensor(shape)).collect();
        types::one_or_tuple(&outputs)
    }

    /// `` `image` [_, 28, 28, 1] to [_, 10] ``
    fn shapes(&self) -> String {
        let inputs: Vec<_> = self.inputs.iter().map(Input::text).collect();
        let outputs: Vec<_> = self.outputs.iter().map(|shape| format!("`{shape}`")).collect();
        format!("{} to {}", inputs.join(", "), outputs.join(", "))
    }
}

/// `build` and `try_build`.
pub(super) fn build(vis: &Visibility, checked: bool) -> TokenStream {
    let checked = checked.then(|| quote!(let () = Self::__CHECKED;));
    quote! {
        /// Makes the model on `device`, its parameters as their initialisers say.
        ///
        /// # Panics
        /// If the device fails.
        #[track_caller]
        #vis fn build(device: &D) -> Self {
            Self::try_build(device).unwrap()
        }

        /// Fallible version of `build`.
        ///
        /// # Errors
        /// If the device fails.
        #vis fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
            #checked
            BuildModule::try_build(device)
        }
    }
}
