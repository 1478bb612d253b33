#[derive(::core::clone::Clone)]
pub struct Squeeze<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `squeeze_excite.scale.conv2d.kernel`
    pub squeeze_excite_scale_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<1, 1, 16, 4>,
        E,
        D,
    >,
    /// `squeeze_excite.scale.conv2d.bias`
    pub squeeze_excite_scale_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `squeeze_excite.scale.conv2d_1.kernel`
    pub squeeze_excite_scale_conv2d_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<1, 1, 4, 16>,
        E,
        D,
    >,
    /// `squeeze_excite.scale.conv2d_1.bias`
    pub squeeze_excite_scale_conv2d_1_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<16>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Squeeze<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                _: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                ::core::result::Result::Ok(())
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Makes the model on `device`, its parameters as their initialisers say.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub fn build(device: &D) -> Self {
                Self::try_build(device).unwrap()
            }
            /// Fallible version of `build`.
            ///
            /// # Errors
            /// If the device fails.
            pub fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, 8, 8, 16]` to `[_, 8, 8, 16]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 16]` to `[_, 8, 8, 16]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                cx.freeze(&self.frozen);
                let squeeze_excite_scale_reduce_mean: Tensor<
                    (B, Const<1>, Const<1>, Const<16>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "squeeze_excite.scale.reduce_mean",
                        ReduceMean::new(Axes(::std::vec![Axis(1), Axis(2)]))
                            .keepdims(true),
                        (WithEmptyTape::with_empty_tape(&image),),
                        (),
                    )?;
                let squeeze_excite_scale_conv2d: Tensor<
                    (B, Const<1>, Const<1>, Const<4>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "squeeze_excite.scale.conv2d",
                        Conv2d::new(4, [1, 1]).activation(Activation::new(Relu::new())),
                        (squeeze_excite_scale_reduce_mean,),
                        (
                            &self.squeeze_excite_scale_conv2d_kernel,
                            &self.squeeze_excite_scale_conv2d_bias,
                        ),
                    )?;
                let squeeze_excite_scale_relu: Tensor<
                    (B, Const<1>, Const<1>, Const<4>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "squeeze_excite.scale.relu",
                        Relu::new(),
                        (squeeze_excite_scale_conv2d,),
                        (),
                    )?;
                let squeeze_excite_scale_conv2d_1: Tensor<
                    (B, Const<1>, Const<1>, Const<16>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "squeeze_excite.scale.conv2d_1",
                        Conv2d::new(16, [1, 1])
                            .activation(Activation::new(Sigmoid::new())),
                        (squeeze_excite_scale_relu,),
                        (
                            &self.squeeze_excite_scale_conv2d_1_kernel,
                            &self.squeeze_excite_scale_conv2d_1_bias,
                        ),
                    )?;
                let scale: Tensor<(B, Const<1>, Const<1>, Const<16>), f32, D, T> = cx
                    .apply(
                        "squeeze_excite.scale.sigmoid",
                        Sigmoid::new(),
                        (squeeze_excite_scale_conv2d_1,),
                        (),
                    )?;
                let squeeze_excite_multiply: Tensor<
                    (B, Const<8>, Const<8>, Const<16>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "squeeze_excite.multiply",
                        Multiply::new(),
                        (image, scale),
                        (),
                    )?;
                ::core::result::Result::Ok(squeeze_excite_multiply)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 148;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 148;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = 128;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Squeeze
image = input() : [_, 8, 8, 16]
squeeze_excite.scale.reduce_mean = reduce_mean(image; (1, 2), keepdims = true) : [_, 1, 1, 16]
squeeze_excite.scale.conv2d = conv2d(squeeze_excite.scale.reduce_mean; 4, (1, 1), activation = relu) : [_, 1, 1, 4]
squeeze_excite.scale.relu = relu(squeeze_excite.scale.conv2d) : [_, 1, 1, 4]
squeeze_excite.scale.conv2d_1 = conv2d(squeeze_excite.scale.relu; 16, (1, 1), activation = sigmoid) : [_, 1, 1, 16]
squeeze_excite.scale.sigmoid = sigmoid(squeeze_excite.scale.conv2d_1) : [_, 1, 1, 16]
squeeze_excite.multiply = multiply(image, squeeze_excite.scale.sigmoid) : [_, 8, 8, 16]
return squeeze_excite.multiply
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[])
            }
            /// The network as an SVG picture.
            pub fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub fn to_mermaid() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::mermaid)
            }
        }
        impl<D: Storage<E>, E: Dtype> HasGraph for __Model<D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(<__Model<Cpu, f32>>::GRAPH, &[], [])
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Module<Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<16>), f32, D, T>,
                Error,
            > {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __squeeze_excite_scale_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<1, 1, 16, 4>, E, D> {
                parameter(
                    seen,
                    "squeeze_excite.scale.conv2d.kernel",
                    |model| &model.squeeze_excite_scale_conv2d_kernel,
                    |model| &mut model.squeeze_excite_scale_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (16, 4),
                    )),
                )
            }
            fn __squeeze_excite_scale_conv2d_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "squeeze_excite.scale.conv2d.bias",
                    |model| &model.squeeze_excite_scale_conv2d_bias,
                    |model| &mut model.squeeze_excite_scale_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __squeeze_excite_scale_conv2d_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<1, 1, 4, 16>, E, D> {
                parameter(
                    seen,
                    "squeeze_excite.scale.conv2d_1.kernel",
                    |model| &model.squeeze_excite_scale_conv2d_1_kernel,
                    |model| &mut model.squeeze_excite_scale_conv2d_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (4, 16),
                    )),
                )
            }
            fn __squeeze_excite_scale_conv2d_1_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<16>, E, D> {
                parameter(
                    seen,
                    "squeeze_excite.scale.conv2d_1.bias",
                    |model| &model.squeeze_excite_scale_conv2d_1_bias,
                    |model| &mut model.squeeze_excite_scale_conv2d_1_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (16, 16),
                    )),
                )
            }
        }
        impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<D, E> {
            type To<E2: Dtype, D2: Device<E2>> = __Model<D2, E2>;
            fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                visitor: &mut V,
            ) -> ::core::result::Result<
                ::core::option::Option<Self::To<V::E2, V::D2>>,
                V::Err,
            > {
                let seen = Seen::new();
                visitor
                    .visit_fields(
                        (
                            state::<
                                Self,
                            >(&seen, |model| &model.frozen, |model| &mut model.frozen),
                            ::std::vec![
                                Self::__squeeze_excite_scale_conv2d_kernel(& seen)
                            ],
                            ::std::vec![
                                Self::__squeeze_excite_scale_conv2d_bias(& seen)
                            ],
                            ::std::vec![
                                Self::__squeeze_excite_scale_conv2d_1_kernel(& seen)
                            ],
                            ::std::vec![
                                Self::__squeeze_excite_scale_conv2d_1_bias(& seen)
                            ],
                        ),
                        |((), of_1x1x16x4, of_4, of_1x1x4x16, of_16)| {
                            let mut of_1x1x16x4 = each(of_1x1x16x4);
                            let mut of_4 = each(of_4);
                            let mut of_1x1x4x16 = each(of_1x1x4x16);
                            let mut of_16 = each(of_16);
                            __Model {
                                squeeze_excite_scale_conv2d_kernel: next(&mut of_1x1x16x4),
                                squeeze_excite_scale_conv2d_bias: next(&mut of_4),
                                squeeze_excite_scale_conv2d_1_kernel: next(
                                    &mut of_1x1x4x16,
                                ),
                                squeeze_excite_scale_conv2d_1_bias: next(&mut of_16),
                                frozen: seen.frozen(),
                                plans: Plans::new(),
                            }
                        },
                    )
            }
        }
        impl<D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
        for __Model<D0, E0> {
            type Built = __Model<D, E>;
        }
        impl<E: Dtype, D: Device<E>> HasFrozen for __Model<D, E> {
            fn each_frozen(
                &self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &Frozen),
            ) {
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                visit(scope, &mut self.frozen);
            }
        }
    }
};
